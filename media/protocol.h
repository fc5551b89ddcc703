#pragma once
// The language between the parent and a media worker, over a Unix stream socket pair. Every message is a 12-byte header
// (magic, version, kind, length of the body; little endian) and a body of at most 16 MiB. The medium itself travels as
// a memfd beside the first byte of a job (SCM_RIGHTS), never in the body.
//
//   parent                         worker
//     |  --- references + memfd ---> |   only to a worker that was started to compare faces; for logos
//     `logo_references` |  <------- ready ------------ |   locked down and waiting; or `failed` with one sentence |
//     -------- job + memfd -----> | |  <------- report ----------- |   one for each job; `portrait` or `logo` from one
//     that reads the operator's own
//
// The worker may have been taken over by the file it was given, so the parent trusts nothing in an answer: lengths,
// counts, numbers, text encoding and references are all checked here. Pure functions on bytes; any thread.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "media/faces/portrait.h"
#include "media/logos/logo_report.h"
#include "media/media_report.h"

namespace pantau::media {

inline constexpr std::uint16_t kProtocolVersion = 3;
inline constexpr std::size_t kHeaderBytes = 12;
inline constexpr std::size_t kMaxBodyBytes = std::size_t{16} << 20;

enum class MessageKind : std::uint16_t {
  ready = 1,
  failed = 2,
  job = 3,
  report = 4,
  references = 5,
  portrait = 6,
  logo_references = 7,
  logo = 8
};

struct Header {
  MessageKind kind = MessageKind::failed;
  std::uint32_t body_bytes = 0;
};

// What one job may cost and how it is looked at.
struct JobSettings {
  double max_seconds = 3600;  // of the medium
  double budget_s = 540;      // wall time after which the worker answers with what it has
  std::uint64_t max_pixels = 60'000'000;
  bool keyframes_only = false;
  bool read_text = true;
  // Not negative: only fingerprints, one each so many seconds (0: of every frame), and nothing is read.
  double seconds_per_hash = -1;
  bool sound = true;      // fingerprint the sound, too
  std::string name_hint;  // extension or media type
};

std::string encode_message(MessageKind kind, std::string_view body);
// Of exactly kHeaderBytes bytes.
Result<Header> decode_header(std::string_view bytes);

std::string encode_job(const JobSettings& job);
Result<JobSettings> decode_job(std::string_view body);

// The worker's side: drops what would exceed the limits below (pictures for people first) instead of failing.
std::string encode_report(const MediaReport& report);
// The parent's side.
Result<MediaReport> decode_report(std::string_view body);

std::string encode_portrait(const PortraitReport& report);
// An embedding is of length one, or it is not there.
Result<PortraitReport> decode_portrait(std::string_view body);

std::string encode_logo(const LogoReport& report);
Result<LogoReport> decode_logo(std::string_view body);

// Limits that decode_report enforces.
inline constexpr std::size_t kMaxFrames = 20'000;
inline constexpr std::size_t kMaxHashes = 400'000;      // of one medium; 3.7 hours at 30 frames a second
inline constexpr std::size_t kMaxSoundWords = 120'000;  // four hours
inline constexpr std::size_t kMaxTexts = 20'000;
inline constexpr std::size_t kMaxFaces = 1'000;
inline constexpr std::size_t kMaxLogos = 1'000;
inline constexpr std::size_t kMaxPackedLogo = std::size_t{4} << 20;
inline constexpr std::int32_t kMaxReference = 1'000'000;
inline constexpr std::size_t kMaxDimensions = 4'096;
inline constexpr std::size_t kMaxTextBytes = 8'000;
inline constexpr std::size_t kMaxPictures = 24;                         // frames with a JPEG
inline constexpr std::size_t kMaxPictureBytes = std::size_t{12} << 20;  // of all JPEGs together

}  // namespace pantau::media
