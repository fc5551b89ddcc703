#pragma once
// What a media worker found in one medium. Plain values; results are kept by sha256 + kAnalysisVersion, so the same
// bytes are never decoded twice. Everything in it came from hostile bytes through a checked protocol.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "media/vpdq.h"

namespace pantau::media {

inline constexpr int kAnalysisVersion = 3;

struct Box {
  int x = 0, y = 0, width = 0, height = 0;  // pixels of the upright frame
};

struct TextFinding {
  std::string text;  // UTF-8, white space collapsed
  Box box;
  double time_s = 0;      // first frame that shows it
  double end_s = 0;       // last frame that shows it
  double confidence = 0;  // 0..1
  std::string language;   // Tesseract language(s) that read it
  int frame = -1;         // index into frames
};

// A face that resembles an enrolled person. Of all other faces there is only a count.
struct FaceFinding {
  int reference = -1;     // the person's number in the reference pack
  double similarity = 0;  // cosine, of the closest look
  double agreed = 0;      // cosine that two looks of a video reached; of a still its similarity
  Box box;                // in the closest look
  double time_s = 0;      // of the closest look
  double start_s = 0, end_s = 0;
  int looks = 0;   // how many looks resembled that person
  int frame = -1;  // index into frames, of the closest look
};

// A watched logo.
struct LogoFinding {
  int reference = -1;  // the brand's number in the reference pack
  double score = 0;    // correlation of the aligned pixels, 0..1
  int points = 0;      // that agree on the place
  Box box;
  double time_s = 0;  // where it was seen best
  int frame = -1;     // index into frames
};

struct Frame {
  double time_s = 0;
  int number = 0;       // decoder output order
  std::string pdq;      // 64 hex digits, or empty when too small
  int pdq_quality = 0;  // 0..100
  std::string jpeg;     // the frame for people, long side <= 1280; only of frames with text; may be empty
};

enum class MediaType { image, video, audio, undecodable };

struct MediaReport {
  MediaType type = MediaType::undecodable;
  std::string sha256;  // of the bytes as received
  std::uint64_t bytes = 0;
  std::string format;  // "png", "mov,mp4,...": FFmpeg's demuxer name
  int width = 0, height = 0;
  double duration_s = 0;      // 0 for pictures
  std::vector<Frame> frames;  // chosen frames, in time order
  std::vector<TextFinding> texts;
  std::vector<FaceFinding> faces;  // in order of their numbers
  std::vector<LogoFinding> logos;  // one a brand, in order of their numbers
  std::uint64_t faces_seen = 0, faces_compared = 0;
  std::vector<FrameHash> hashes;     // when asked for (JobSettings::seconds_per_hash), in order of their numbers
  std::vector<std::uint32_t> sound;  // Chromaprint's words (media/sound_print.h), eight a second; may be empty
  double frames_per_second = 0;      // as the container says; 0 when it does not
  bool partly = false;               // a limit cut the analysis: partly-analysed
  std::string detail;                // why undecodable or partly
  double decode_cpu_s = 0, read_cpu_s = 0, face_cpu_s = 0, logo_cpu_s = 0;  // cost, for the benchmark
  std::uint64_t frames_decoded = 0, frames_read = 0;                        // read: given to OCR
};

}  // namespace pantau::media
