#pragma once
// From the numbers that media workers answer with to enrolled persons, and from cosines to what may be said of them:
// a face *resembles* somebody, it never *is* somebody. Pure functions; any thread. Embeddings never come here.
#include <memory>
#include <string>
#include <vector>

#include "matchers/signal.h"
#include "matchers/watchlist.h"
#include "media/models.h"

namespace pantau::matchers {

// Who is enrolled: the entity of each number in the reference pack, and from which cosine on a face resembles one.
struct FaceReferences {
  std::vector<std::string> entities;  // watchlist ids, by number
  std::string recognizer;             // name of its profile
  media::FaceThresholds thresholds;
};

// A face narrower than this resembles somebody `possible` at most.
inline constexpr int kSmallestMatch = 40;

// At most one signal a person and medium, in order of the entities' numbers. `media` is the medium's sha256. Persons
// without a basis are never named, whatever the numbers say.
//   still:  `match` or `possible` by its similarity
//   video:  `match` when two looks reach that threshold, `possible` when two looks reach the lower one or one look the
//           higher one; a single weak look says nothing
std::vector<Signal> face_signals(const media::MediaReport& report, const std::string& media,
                                 const FaceReferences& references, const Watchlist& watchlist);

// The frames (indexes into report.frames) in which those signals are seen best.
std::vector<int> face_frames(const media::MediaReport& report, const FaceReferences& references,
                             const Watchlist& watchlist);

}  // namespace pantau::matchers
