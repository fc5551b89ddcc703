#pragma once
// Video fingerprints in the form of vPDQ (Meta's ThreatExchange): PDQ of every n-th frame at its own size, as stored,
// and the share of frames that two videos have in common. Frame order plays no part in matching. Values and pure
// functions; any thread.
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "media/pdq.h"

namespace pantau::media {

struct FrameHash {
  std::int32_t number = 0;   // of the frame, in decoder output order, from 0
  std::int32_t quality = 0;  // 0..100
  PdqBits bits;
};

// Every how many frames one is fingerprinted: by frame count, not by time stamps, as the reference does; films of
// varying frame rate drift. At least 1.
int frames_per_hash(double seconds_per_hash, double frames_per_second);

// "frame,quality,hash,timestamp" without a line end; the timestamp is number / frames_per_second with three decimals.
std::string vpdq_line(const FrameHash& hash, double frames_per_second);

struct MatchRule {
  int min_quality = 50;
  int max_distance = 31;
  bool each_once = true;  // equal fingerprints of one video count once
};

// The reference tool's own comparison: below 31 bits, every frame counts.
inline constexpr MatchRule kReferenceToolRule{50, 30, false};

struct VideoMatch {
  double query_percent = 0;     // of the query's frames that are close to one of the other video
  double compared_percent = 0;  // and the other way round
};

// Both are 0 when a side has no frame of enough quality.
VideoMatch match_videos(std::span<const FrameHash> query, std::span<const FrameHash> compared,
                        const MatchRule& rule = {});

}  // namespace pantau::media
