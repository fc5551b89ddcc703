#pragma once
// Frames out of hostile bytes: pictures and videos, from memory only. Nothing that a file names is ever opened; formats
// and codecs are on a list; pixels, streams and time are bounded. One source belongs to one thread and is used in a
// sandboxed worker. It does not convert, turn or scale (convert.h does).
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

struct AVFrame;

namespace pantau::media {

struct DecodeLimits {
  std::uint64_t max_pixels = 60'000'000;  // of one frame
  double max_seconds = 3600;              // of the medium; the rest is left out and trouble() says so
  int max_streams = 32;
  bool keyframes_only = false;
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
};

struct MediumInfo {
  std::string format;         // FFmpeg's demuxer name
  bool still_format = false;  // a picture format; more than one frame makes it an animation
  bool has_pictures = false;  // a video or picture stream
  bool has_sound = false;
  bool cover_only = false;    // the only picture is the cover of a sound file
  int width = 0, height = 0;  // as coded
  double duration_s = 0;
  double frames_per_second = 0;
  int turn_degrees = 0;     // clockwise quarter turns that make frames upright: 0, 90, 180, 270
  bool mirrored = false;    // flip left-right after the turn
  double pixel_aspect = 1;  // width of a pixel by its height
};

struct DecodedFrame {
  const AVFrame* frame = nullptr;  // owned by the source, until the next call
  double time_s = 0;               // never before that of the frame before
  int number = 0;                  // decoder output order, from 0
};

class FrameSource {
 public:
  virtual ~FrameSource() = default;
  virtual const MediumInfo& info() const = 0;
  // The next frame in display order, or nothing at the end. Damage is skipped; see trouble().
  virtual std::optional<DecodedFrame> next() = 0;
  // After the end: why not everything was seen ("the file ends early, at 3.2 of 10.0 s"), else empty.
  virtual std::string trouble() const = 0;
};

// `bytes` must outlive the source. An error says in words for people why this is not a picture or a video.
Result<std::unique_ptr<FrameSource>> open_medium(std::string_view bytes, const DecodeLimits& limits);

// What the first bytes claim to be when FFmpeg makes nothing of them: "an HTML page", "a 50000x50000 PNG picture".
std::string describe_bytes(std::string_view bytes);

}  // namespace pantau::media
