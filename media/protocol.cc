#include "media/protocol.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "base/text.h"

namespace pantau::media {
namespace {

constexpr std::uint32_t kMagic = 0x4B57'4D50;  // "PMWK"
constexpr int kMaxSide = 1 << 20;

class Writer {
 public:
  void u8(std::uint8_t value) { bytes_.push_back(static_cast<char>(value)); }
  void u16(std::uint16_t value) { little_endian(value); }
  void u32(std::uint32_t value) { little_endian(value); }
  void u64(std::uint64_t value) { little_endian(value); }
  void i32(std::int32_t value) { u32(static_cast<std::uint32_t>(value)); }
  void f64(double value) { u64(std::bit_cast<std::uint64_t>(value)); }
  void text(std::string_view value) {
    u32(static_cast<std::uint32_t>(value.size()));
    bytes_.append(value);
  }
  std::size_t size() const { return bytes_.size(); }
  std::string take() { return std::move(bytes_); }

 private:
  template <typename T>
  void little_endian(T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i)
      bytes_.push_back(static_cast<char>(static_cast<unsigned char>(value >> (8 * i))));
  }
  std::string bytes_;
};

// Reads are total: after the first wrong one every further read gives a harmless value and ok() stays false.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  std::uint8_t u8() { return little_endian<std::uint8_t>(); }
  std::uint16_t u16() { return little_endian<std::uint16_t>(); }
  std::uint32_t u32() { return little_endian<std::uint32_t>(); }
  std::uint64_t u64() { return little_endian<std::uint64_t>(); }
  std::int32_t i32(std::int32_t low, std::int32_t high) {
    const auto value = static_cast<std::int32_t>(u32());
    return require(value >= low && value <= high) ? value : low;
  }
  double f64(double low, double high) {
    const double value = std::bit_cast<double>(u64());
    return require(std::isfinite(value) && value >= low && value <= high) ? value : low;
  }
  bool boolean() {
    const std::uint8_t value = u8();
    require(value <= 1);
    return value == 1;
  }
  std::string_view blob(std::size_t limit) {
    const std::size_t size = u32();
    if (!require(size <= limit && size <= rest_.size())) return {};
    const std::string_view value = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return value;
  }
  // Text for people and matchers: valid UTF-8 without control characters, whatever came.
  std::string text(std::size_t limit) {
    std::string value = to_valid_utf8(blob(limit));
    std::erase_if(value, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
    return value;
  }
  // A count of items of at least `item_bytes` each; more than the rest can hold is a lie.
  std::size_t count(std::size_t limit, std::size_t item_bytes) {
    const std::size_t value = u32();
    return require(value <= limit && value <= rest_.size() / item_bytes) ? value : 0;
  }
  bool require(bool condition) {
    ok_ = ok_ && condition;
    return ok_;
  }
  bool ok() const { return ok_; }
  bool finished() const { return ok_ && rest_.empty(); }

 private:
  template <typename T>
  T little_endian() {
    if (!require(rest_.size() >= sizeof(T))) return 0;
    T value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      value = static_cast<T>(value | static_cast<T>(static_cast<T>(static_cast<unsigned char>(rest_[i])) << (8 * i)));
    }
    rest_.remove_prefix(sizeof(T));
    return value;
  }
  std::string_view rest_;
  bool ok_ = true;
};

bool is_plain_name(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '+' || c == ',' || c == '.' || c == ':';
  });
}

bool is_pdq(std::string_view text) {
  return text.empty() || (text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
                            return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
                          }));
}

bool is_jpeg(std::string_view bytes) {
  return bytes.empty() || (bytes.size() >= 4 && bytes.substr(0, 3) == "\xFF\xD8\xFF");
}

void write_box(Writer& out, const Box& box) {
  out.i32(box.x);
  out.i32(box.y);
  out.i32(box.width);
  out.i32(box.height);
}

void write_clamped(Writer& out, const Box& box) {
  write_box(out, Box{std::clamp(box.x, 0, kMaxSide), std::clamp(box.y, 0, kMaxSide), std::clamp(box.width, 0, kMaxSide),
                     std::clamp(box.height, 0, kMaxSide)});
}

Box read_box(Reader& in) {
  Box box;
  box.x = in.i32(0, kMaxSide);
  box.y = in.i32(0, kMaxSide);
  box.width = in.i32(0, kMaxSide);
  box.height = in.i32(0, kMaxSide);
  return box;
}

Error lie(const char* what) {
  return skip_error(fmt::format("the media worker's answer is malformed: {}", what));
}

double clamp_number(double value, double low, double high) {
  return std::isfinite(value) ? std::clamp(value, low, high) : low;
}

constexpr double kMaxTime = 1e9;
constexpr std::size_t kHashBytes = 4 + 1 + 32;
constexpr std::size_t kLogoBytes = 4 + 8 + 4 + 4 * 4 + 8 + 4;
constexpr std::size_t kFaceBytes = 4 + 2 * 8 + 4 * 4 + 3 * 8 + 2 * 4;

}  // namespace

std::string encode_message(MessageKind kind, std::string_view body) {
  Writer out;
  out.u32(kMagic);
  out.u16(kProtocolVersion);
  out.u16(static_cast<std::uint16_t>(kind));
  out.u32(static_cast<std::uint32_t>(body.size()));
  std::string message = out.take();
  message.append(body);
  return message;
}

Result<Header> decode_header(std::string_view bytes) {
  Reader in(bytes);
  if (in.u32() != kMagic) return lie("wrong magic number");
  if (in.u16() != kProtocolVersion) return lie("another protocol version");
  const std::uint16_t kind = in.u16();
  Header header;
  header.body_bytes = in.u32();
  if (!in.finished()) return lie("short header");
  if (kind < 1 || kind > 8) return lie("unknown message");
  if (header.body_bytes > kMaxBodyBytes) return lie("longer than 16 MiB");
  header.kind = static_cast<MessageKind>(kind);
  return header;
}

std::string encode_job(const JobSettings& job) {
  Writer out;
  out.f64(job.max_seconds);
  out.f64(job.budget_s);
  out.u64(job.max_pixels);
  out.u8(job.keyframes_only ? 1 : 0);
  out.u8(job.read_text ? 1 : 0);
  out.f64(job.seconds_per_hash);
  out.u8(job.sound ? 1 : 0);
  out.text(clip_utf8(job.name_hint, 255));
  return out.take();
}

Result<JobSettings> decode_job(std::string_view body) {
  Reader in(body);
  JobSettings job;
  job.max_seconds = in.f64(0, kMaxTime);
  job.budget_s = in.f64(0, kMaxTime);
  job.max_pixels = in.u64();
  job.keyframes_only = in.boolean();
  job.read_text = in.boolean();
  job.seconds_per_hash = in.f64(-1, kMaxTime);
  job.sound = in.boolean();
  job.name_hint = in.text(255);
  if (!in.finished()) return skip_error("malformed job");
  return job;
}

std::string encode_report(const MediaReport& report) {
  Writer out;
  out.u8(static_cast<std::uint8_t>(report.type));
  out.text(clip_utf8(report.format, 200));
  out.i32(std::clamp(report.width, 0, kMaxSide));
  out.i32(std::clamp(report.height, 0, kMaxSide));
  out.f64(clamp_number(report.duration_s, 0, kMaxTime));
  out.u8(report.partly ? 1 : 0);
  out.text(clip_utf8(report.detail, 1000));
  out.f64(clamp_number(report.decode_cpu_s, 0, kMaxTime));
  out.f64(clamp_number(report.read_cpu_s, 0, kMaxTime));
  out.u64(report.frames_decoded);
  out.u64(report.frames_read);
  out.f64(clamp_number(report.frames_per_second, 0, kMaxTime));
  out.f64(clamp_number(report.face_cpu_s, 0, kMaxTime));
  out.f64(clamp_number(report.logo_cpu_s, 0, kMaxTime));
  out.u64(report.faces_seen);
  out.u64(report.faces_compared);
  const std::size_t hashes = std::min(report.hashes.size(), kMaxHashes);
  out.u32(static_cast<std::uint32_t>(hashes));
  for (std::size_t i = 0; i < hashes; ++i) {
    const FrameHash& hash = report.hashes[i];
    out.i32(std::max(0, hash.number));
    out.u8(static_cast<std::uint8_t>(std::clamp(hash.quality, 0, 100)));
    for (const std::uint64_t word : hash.bits.words) out.u64(word);
  }
  const std::size_t words = std::min(report.sound.size(), kMaxSoundWords);
  out.u32(static_cast<std::uint32_t>(words));
  for (std::size_t i = 0; i < words; ++i) out.u32(report.sound[i]);
  const std::size_t frames = std::min(report.frames.size(), kMaxFrames);
  std::size_t pictures = 0;
  std::size_t picture_bytes = 0;
  out.u32(static_cast<std::uint32_t>(frames));
  for (std::size_t i = 0; i < frames; ++i) {
    const Frame& frame = report.frames[i];
    out.f64(clamp_number(frame.time_s, 0, kMaxTime));
    out.i32(std::max(0, frame.number));
    out.text(frame.pdq);
    out.i32(std::clamp(frame.pdq_quality, 0, 100));
    const bool fits =
        !frame.jpeg.empty() && pictures < kMaxPictures && picture_bytes + frame.jpeg.size() <= kMaxPictureBytes;
    out.text(fits ? std::string_view(frame.jpeg) : std::string_view());
    if (fits) {
      ++pictures;
      picture_bytes += frame.jpeg.size();
    }
  }
  const std::size_t faces = std::min(report.faces.size(), kMaxFaces);
  out.u32(static_cast<std::uint32_t>(faces));
  for (std::size_t i = 0; i < faces; ++i) {
    const FaceFinding& face = report.faces[i];
    out.i32(std::clamp(face.reference, 0, kMaxReference));
    out.f64(clamp_number(face.similarity, 0, 1));
    out.f64(clamp_number(face.agreed, 0, 1));
    write_clamped(out, face.box);
    out.f64(clamp_number(face.time_s, 0, kMaxTime));
    out.f64(clamp_number(face.start_s, 0, kMaxTime));
    out.f64(clamp_number(face.end_s, 0, kMaxTime));
    out.i32(std::max(face.looks, 1));
    out.i32(face.frame >= 0 && static_cast<std::size_t>(face.frame) < frames ? face.frame : -1);
  }
  const std::size_t logos = std::min(report.logos.size(), kMaxLogos);
  out.u32(static_cast<std::uint32_t>(logos));
  for (std::size_t i = 0; i < logos; ++i) {
    const LogoFinding& logo = report.logos[i];
    out.i32(std::clamp(logo.reference, 0, kMaxReference));
    out.f64(clamp_number(logo.score, 0, 1));
    out.i32(std::max(logo.points, 0));
    write_clamped(out, logo.box);
    out.f64(clamp_number(logo.time_s, 0, kMaxTime));
    out.i32(logo.frame >= 0 && static_cast<std::size_t>(logo.frame) < frames ? logo.frame : -1);
  }
  const std::size_t count_at_most = std::min(report.texts.size(), kMaxTexts);
  Writer texts;
  std::uint32_t written = 0;
  for (std::size_t i = 0; i < count_at_most; ++i) {
    const TextFinding& finding = report.texts[i];
    if (out.size() + texts.size() + finding.text.size() + 200 > kMaxBodyBytes) break;
    texts.text(clip_utf8(finding.text, kMaxTextBytes));
    write_clamped(texts, finding.box);
    texts.f64(clamp_number(finding.time_s, 0, kMaxTime));
    texts.f64(clamp_number(finding.end_s, 0, kMaxTime));
    texts.f64(clamp_number(finding.confidence, 0, 1));
    texts.text(finding.language);
    texts.i32(finding.frame >= 0 && static_cast<std::size_t>(finding.frame) < frames ? finding.frame : -1);
    ++written;
  }
  out.u32(written);
  std::string body = out.take();
  body += texts.take();
  return body;
}

Result<MediaReport> decode_report(std::string_view body) {
  if (body.size() > kMaxBodyBytes) return lie("longer than 16 MiB");
  Reader in(body);
  MediaReport report;
  const std::uint8_t type = in.u8();
  if (!in.require(type <= static_cast<std::uint8_t>(MediaType::undecodable))) return lie("unknown type of medium");
  report.type = static_cast<MediaType>(type);
  report.format = in.text(200);
  if (!in.require(is_plain_name(report.format))) return lie("format name");
  report.width = in.i32(0, kMaxSide);
  report.height = in.i32(0, kMaxSide);
  report.duration_s = in.f64(0, kMaxTime);
  report.partly = in.boolean();
  report.detail = in.text(1000);
  report.decode_cpu_s = in.f64(0, kMaxTime);
  report.read_cpu_s = in.f64(0, kMaxTime);
  report.frames_decoded = in.u64();
  report.frames_read = in.u64();
  report.frames_per_second = in.f64(0, kMaxTime);
  report.face_cpu_s = in.f64(0, kMaxTime);
  report.logo_cpu_s = in.f64(0, kMaxTime);
  report.faces_seen = in.u64();
  report.faces_compared = in.u64();
  if (!in.ok()) return lie("numbers out of range");

  const std::size_t hashes = in.count(kMaxHashes, kHashBytes);
  report.hashes.reserve(hashes);
  std::int32_t next_number = 0;
  for (std::size_t i = 0; i < hashes && in.ok(); ++i) {
    FrameHash hash;
    hash.number = in.i32(next_number, INT32_MAX - 1);
    next_number = hash.number + 1;
    hash.quality = in.u8();
    in.require(hash.quality <= 100);
    for (std::uint64_t& word : hash.bits.words) word = in.u64();
    report.hashes.push_back(hash);
  }
  const std::size_t words = in.count(kMaxSoundWords, 4);
  for (std::size_t i = 0; i < words; ++i) report.sound.push_back(in.u32());
  if (!in.ok()) return lie("fingerprints");

  const std::size_t frames = in.count(kMaxFrames, 24);
  report.frames.reserve(frames);
  std::size_t pictures = 0;
  std::size_t picture_bytes = 0;
  double last_time = 0;
  for (std::size_t i = 0; i < frames && in.ok(); ++i) {
    Frame frame;
    frame.time_s = in.f64(0, kMaxTime);
    in.require(frame.time_s >= last_time);
    last_time = frame.time_s;
    frame.number = in.i32(0, INT32_MAX);
    frame.pdq = in.text(64);
    in.require(is_pdq(frame.pdq));
    frame.pdq_quality = in.i32(0, 100);
    frame.jpeg = std::string(in.blob(kMaxPictureBytes));
    if (!frame.jpeg.empty()) ++pictures;
    picture_bytes += frame.jpeg.size();
    in.require(is_jpeg(frame.jpeg) && pictures <= kMaxPictures && picture_bytes <= kMaxPictureBytes);
    report.frames.push_back(std::move(frame));
  }
  if (!in.ok()) return lie("frames");

  const std::size_t faces = in.count(kMaxFaces, kFaceBytes);
  report.faces.reserve(faces);
  for (std::size_t i = 0; i < faces && in.ok(); ++i) {
    FaceFinding face;
    face.reference = in.i32(0, kMaxReference);
    face.similarity = in.f64(0, 1);
    face.agreed = in.f64(0, face.similarity);
    face.box = read_box(in);
    face.time_s = in.f64(0, kMaxTime);
    face.start_s = in.f64(0, face.time_s);
    face.end_s = in.f64(face.time_s, kMaxTime);
    face.looks = in.i32(1, INT32_MAX);
    face.frame = in.i32(-1, static_cast<std::int32_t>(kMaxFrames));
    in.require(face.frame < static_cast<std::int32_t>(report.frames.size()));
    report.faces.push_back(face);
  }
  if (!in.ok()) return lie("faces");

  const std::size_t logos = in.count(kMaxLogos, kLogoBytes);
  report.logos.reserve(logos);
  for (std::size_t i = 0; i < logos && in.ok(); ++i) {
    LogoFinding logo;
    logo.reference = in.i32(0, kMaxReference);
    logo.score = in.f64(0, 1);
    logo.points = in.i32(0, INT32_MAX);
    logo.box = read_box(in);
    logo.time_s = in.f64(0, kMaxTime);
    logo.frame = in.i32(-1, static_cast<std::int32_t>(kMaxFrames));
    in.require(logo.frame < static_cast<std::int32_t>(report.frames.size()));
    report.logos.push_back(logo);
  }
  if (!in.ok()) return lie("logos");

  const std::size_t texts = in.count(kMaxTexts, 52);
  report.texts.reserve(texts);
  for (std::size_t i = 0; i < texts && in.ok(); ++i) {
    TextFinding finding;
    finding.text = collapse_space(in.text(kMaxTextBytes));
    finding.box = read_box(in);
    finding.time_s = in.f64(0, kMaxTime);
    finding.end_s = in.f64(0, kMaxTime);
    in.require(finding.end_s >= finding.time_s);
    finding.confidence = in.f64(0, 1);
    finding.language = in.text(200);
    in.require(is_plain_name(finding.language));
    finding.frame = in.i32(-1, static_cast<std::int32_t>(kMaxFrames));
    in.require(finding.frame < static_cast<std::int32_t>(report.frames.size()));
    report.texts.push_back(std::move(finding));
  }
  if (!in.ok()) return lie("texts");
  if (!in.finished()) return lie("bytes after the end");
  return report;
}

std::string encode_portrait(const PortraitReport& report) {
  Writer out;
  out.u8(static_cast<std::uint8_t>(report.grade));
  out.text(clip_utf8(report.detail, 1000));
  out.i32(std::max(0, report.faces));
  out.i32(std::clamp(report.face_side, 0, kMaxSide));
  out.f64(clamp_number(report.sharpness, 0, kMaxTime));
  out.text(report.pdq);
  const std::size_t dimensions = std::min(report.embedding.size(), kMaxDimensions);
  out.u32(static_cast<std::uint32_t>(dimensions));
  for (std::size_t i = 0; i < dimensions; ++i) out.u32(std::bit_cast<std::uint32_t>(report.embedding[i]));
  return out.take();
}

Result<PortraitReport> decode_portrait(std::string_view body) {
  Reader in(body);
  PortraitReport report;
  const std::uint8_t grade = in.u8();
  if (!in.require(grade < kPortraitGrades)) return lie("grade of a portrait");
  report.grade = static_cast<PortraitGrade>(grade);
  report.detail = in.text(1000);
  report.faces = in.i32(0, INT32_MAX);
  report.face_side = in.i32(0, kMaxSide);
  report.sharpness = in.f64(0, kMaxTime);
  report.pdq = in.text(64);
  in.require(is_pdq(report.pdq));
  const std::size_t dimensions = in.count(kMaxDimensions, 4);
  double length = 0;
  report.embedding.reserve(dimensions);
  for (std::size_t i = 0; i < dimensions && in.ok(); ++i) {
    const auto value = std::bit_cast<float>(in.u32());
    in.require(std::isfinite(value));
    length += static_cast<double>(value) * static_cast<double>(value);
    report.embedding.push_back(value);
  }
  in.require((report.grade == PortraitGrade::good) == (dimensions > 0));
  in.require(dimensions == 0 || std::abs(length - 1) < 1e-3);
  if (!in.finished()) return lie("portrait");
  return report;
}

std::string encode_logo(const LogoReport& report) {
  Writer out;
  out.u8(static_cast<std::uint8_t>(report.grade));
  out.text(clip_utf8(report.detail, 1000));
  out.text(report.packed.size() <= kMaxPackedLogo ? std::string_view(report.packed) : std::string_view());
  return out.take();
}

// What is packed is opaque here: only other workers look into it, and they check it.
Result<LogoReport> decode_logo(std::string_view body) {
  Reader in(body);
  LogoReport report;
  const std::uint8_t grade = in.u8();
  if (!in.require(grade < kLogoGrades)) return lie("grade of a logo");
  report.grade = static_cast<LogoGrade>(grade);
  report.detail = in.text(1000);
  report.packed = std::string(in.blob(kMaxPackedLogo));
  in.require((report.grade == LogoGrade::good) == !report.packed.empty());
  if (!in.finished()) return lie("logo");
  return report;
}

}  // namespace pantau::media
