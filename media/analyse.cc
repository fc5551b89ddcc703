#include "media/analyse.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <deque>
#include <iterator>

#include "base/text.h"
#include "media/convert.h"
#include "media/decode.h"
#include "media/faces/face_tracks.h"
#include "media/ffmpeg.h"
#include "media/frame_choice.h"
#include "media/jpeg_reference.h"
#include "media/logos/logo_kernel.h"
#include "media/pdq.h"
#include "media/sound_print.h"

namespace pantau::media {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kCoarsePatience = 3;
constexpr std::size_t kMeanOf = 3;  // looks: a quarter of a second
constexpr int kCoarseSide = 640;    // of a frame that keeps moving
constexpr int kMostLogoLooks = 30;  // of one medium
constexpr double kLogosEvery_s = 2;
constexpr int kPictureSide = 1280;       // of a frame that people see
constexpr double kNeighbouring_s = 3.0;  // the same words again within this time are the same caption

double cpu_now() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

// Shares of the stored frame become pixels of the upright picture.
Rectangle upright_area(const std::array<double, 4>& area, const Picture& picture, const MediumInfo& info) {
  double left = area[0], top = area[1], right = area[2], bottom = area[3];
  const double a = left, b = top, c = right, d = bottom;
  switch (info.turn_degrees) {
    case 90:
      left = 1 - d, top = a, right = 1 - b, bottom = c;
      break;
    case 180:
      left = 1 - c, top = 1 - d, right = 1 - a, bottom = 1 - b;
      break;
    case 270:
      left = b, top = 1 - c, right = d, bottom = 1 - a;
      break;
    default:
      break;
  }
  if (info.mirrored) {
    const double swap = left;
    left = 1 - right;
    right = 1 - swap;
  }
  const int x = static_cast<int>(left * picture.width);
  const int y = static_cast<int>(top * picture.height);
  return {x, y, static_cast<int>(std::ceil(right * picture.width)) - x,
          static_cast<int>(std::ceil(bottom * picture.height)) - y};
}

// And back, for following a line in the small picture.
std::array<double, 4> stored_area(const Box& box, const Picture& picture, const MediumInfo& info) {
  double left = static_cast<double>(box.x) / picture.width;
  double top = static_cast<double>(box.y) / picture.height;
  double right = static_cast<double>(box.x + box.width) / picture.width;
  double bottom = static_cast<double>(box.y + box.height) / picture.height;
  if (info.mirrored) {
    const double swap = left;
    left = 1 - right;
    right = 1 - swap;
  }
  const double a = left, b = top, c = right, d = bottom;
  switch (info.turn_degrees) {
    case 90:
      return {b, 1 - c, d, 1 - a};
    case 180:
      return {1 - c, 1 - d, 1 - a, 1 - b};
    case 270:
      return {1 - d, a, 1 - b, c};
    default:
      return {a, b, c, d};
  }
}

// 0 (nothing in common) .. 1 (equal), by edit distance of the lower-case letters.
double similarity(std::string_view a, std::string_view b) {
  if (a == b) return 1;
  const std::size_t longest = std::max(a.size(), b.size());
  if (longest == 0 || longest > 400) return 0;
  const std::size_t shortest = std::min(a.size(), b.size());
  if (2 * shortest < longest) return 0;
  return 1 - static_cast<double>(edit_distance(to_lower_ascii(a), to_lower_ascii(b))) / static_cast<double>(longest);
}

double shared_area(const Box& a, const Box& b) {
  const int width = std::min(a.x + a.width, b.x + b.width) - std::max(a.x, b.x);
  const int height = std::min(a.y + a.height, b.y + b.height) - std::max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const double smaller = std::min(static_cast<double>(a.width) * a.height, static_cast<double>(b.width) * b.height);
  return smaller > 0 ? static_cast<double>(width) * height / smaller : 0;
}

// How much is read, and how surely.
double weight_of(const ReadLine& line) {
  return line.confidence * std::sqrt(static_cast<double>(line.text.size()));
}

// Empty when there is nothing to take the mean of.
Picture mean_of(const Picture& last, const std::deque<FramePointer>& frames, const MediumInfo& info) {
  std::vector<std::uint16_t> sums(last.rgb.size());
  std::uint16_t count = 0;
  for (const FramePointer& frame : frames) {
    if (!frame) continue;
    const Picture picture = upright_picture(*frame, info);
    if (picture.rgb.size() != sums.size() || picture.width != last.width) continue;
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] = static_cast<std::uint16_t>(sums[i] + picture.rgb[i]);
    ++count;
  }
  if (count < 2) return {};
  Picture out{last.width, last.height, std::vector<std::uint8_t>(sums.size())};
  for (std::size_t i = 0; i < sums.size(); ++i) out.rgb[i] = static_cast<std::uint8_t>(sums[i] / count);
  return out;
}

class Analysis {
 public:
  Analysis(const JobSettings& job, TextReader& reader, FaceKernel* faces, const LogoKernel* logos)
      : job_(job),
        reader_(reader),
        logos_(logos),
        deadline_(Clock::now() +
                  std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(job.budget_s))) {
    if (faces != nullptr) faces_.emplace(*faces);
  }

  MediaReport run(std::string_view bytes);

 private:
  void take(FrameSource& source);
  void fingerprint_only(FrameSource& source);
  void add_hash(const AVFrame& frame, int number);
  void read_frame(const AVFrame& frame, const DecodedFrame& at, const Decision& decision, const MediumInfo& info,
                  bool still);
  int frame_entry(const AVFrame& frame, const DecodedFrame& at, const MediumInfo& info, bool still);
  void keep_picture(int frame, const Picture& picture);
  void look_for_faces(const AVFrame& frame, const DecodedFrame& at, const MediumInfo& info);
  void look_for_faces_in_still(const Picture& picture, int frame);
  void look_for_logos(const Picture& picture, double time_s, int frame);
  std::vector<ReadLine> read_part(const Picture& picture, const Rectangle& part);
  std::vector<ReadLine> read_coarsely(const Picture& picture, const MediumInfo& info);
  void keep_look(const AVFrame& frame);
  Pdq frame_fingerprint(const AVFrame& frame);
  Pdq still_fingerprint(const AVFrame& frame, const MediumInfo& info) const;
  void add_line(ReadLine line, const Picture& picture, const MediumInfo& info, double time_s, int frame, bool still);

  std::string_view bytes_;
  const JobSettings& job_;
  TextReader& reader_;
  const LogoKernel* logos_;
  Clock::time_point deadline_;
  MediaReport report_;
  FrameChooser chooser_;
  PdqHasher hasher_;
  std::vector<std::size_t> followed_;  // per text finding; its number in the chooser
  std::deque<FramePointer> looks_;
  std::size_t pictures_ = 0;
  std::size_t picture_bytes_ = 0;
  std::optional<FaceTracks> faces_;
  double read_cpu_s_ = 0, face_cpu_s_ = 0, logo_cpu_s_ = 0;
  double last_logo_look_s_ = -1e9;
  int logo_looks_ = 0;
};

void Analysis::add_line(ReadLine line, const Picture& picture, const MediumInfo& info, double time_s, int frame,
                        bool still) {
  TextFinding finding;
  finding.text = std::move(line.text);
  finding.box = line.box;
  finding.time_s = finding.end_s = time_s;
  finding.confidence = line.confidence;
  finding.language = std::move(line.language);
  finding.frame = frame;
  if (!still) {
    for (std::size_t i = report_.texts.size(); i-- > 0;) {
      TextFinding& known = report_.texts[i];
      const double seen = std::max(known.end_s, chooser_.last_seen(followed_[i]));
      if (time_s - seen > kNeighbouring_s || shared_area(known.box, finding.box) < 0.3) continue;
      if (similarity(known.text, finding.text) < 0.75) continue;
      if (finding.confidence > known.confidence + 0.02) {
        known.text = finding.text;
        known.confidence = finding.confidence;
        known.language = finding.language;
        known.box = finding.box;
      }
      known.end_s = time_s;
      followed_[i] = chooser_.follow(stored_area(finding.box, picture, info), time_s);
      return;
    }
    followed_.push_back(chooser_.follow(stored_area(finding.box, picture, info), time_s));
  }
  if (report_.texts.size() < kMaxTexts) {
    report_.texts.push_back(std::move(finding));
  } else if (!still) {
    followed_.pop_back();
  }
}

Pdq Analysis::still_fingerprint(const AVFrame& frame, const MediumInfo& info) const {
  if (info.format == "jpeg_pipe") {
    const Picture picture = decode_jpeg_reference(bytes_, job_.max_pixels);
    if (!picture.empty()) return pdq_of_picture(picture);
  }
  return pdq_of_picture(fingerprint_picture(frame));
}

Pdq Analysis::frame_fingerprint(const AVFrame& frame) {
  Picture storage;
  const auto pixels = fingerprint_pixels(frame, storage);
  const auto found = pixels ? hasher_.frame(*pixels) : std::nullopt;
  return found ? Pdq{found->bits.hex(), found->quality} : Pdq{};
}

void Analysis::add_hash(const AVFrame& frame, int number) {
  Picture storage;
  const auto pixels = fingerprint_pixels(frame, storage);
  // The reference lists frames that are too small with a fingerprint of zeros and no quality.
  const FramePdq found = (pixels ? hasher_.frame(*pixels) : std::nullopt).value_or(FramePdq{});
  report_.hashes.push_back({number, found.quality, found.bits});
}

// Every n-th frame as it comes out of the decoder: no choice of frames, no reading.
void Analysis::fingerprint_only(FrameSource& source) {
  FramePointer first;  // whether this is a picture shows only when there is no second frame
  const int every = frames_per_hash(job_.seconds_per_hash, source.info().frames_per_second);
  while (const auto decoded = source.next()) {
    if (++report_.frames_decoded == 1) {
      first.reset(av_frame_clone(decoded->frame));
      continue;
    }
    if (report_.frames_decoded == 2 && first) add_hash(*first, 0);
    if (decoded->number % every != 0) continue;
    if (report_.hashes.size() >= kMaxHashes) {
      report_.detail = fmt::format("only the first {} fingerprints were made", kMaxHashes);
      break;
    }
    add_hash(*decoded->frame, decoded->number);
  }
  if (!first) return;
  report_.type = report_.frames_decoded == 1 && source.info().still_format ? MediaType::image : MediaType::video;
  if (report_.frames_decoded > 1) return;
  add_hash(*first, 0);
  if (report_.type != MediaType::image) return;
  Frame entry;
  const Pdq pdq = still_fingerprint(*first, source.info());
  entry.pdq = pdq.hash;
  entry.pdq_quality = pdq.quality;
  report_.frames.push_back(std::move(entry));
}

// Boxes are in the whole picture.
std::vector<ReadLine> Analysis::read_part(const Picture& picture, const Rectangle& part) {
  if (part.width >= picture.width && part.height >= picture.height) return reader_.read(picture, deadline_);
  std::vector<ReadLine> lines = reader_.read(crop(picture, part), deadline_);
  for (ReadLine& line : lines) {
    line.box.x += std::max(0, part.x);
    line.box.y += std::max(0, part.y);
  }
  return lines;
}

// Looks for writing at reduced size, then reads the places that have some at full size.
//
// What stands still on a moving ground is clearer in the mean of a few frames, in which the ground is blurred; what has
// just appeared is clearer in the last one. Both are read, the surer reading counts.
std::vector<ReadLine> Analysis::read_coarsely(const Picture& picture, const MediumInfo& info) {
  const Picture small = shrink(picture, kCoarseSide);
  if (small.empty() || small.width == picture.width) return reader_.read(picture, deadline_);
  const double scale = static_cast<double>(picture.width) / small.width;
  const std::vector<ReadLine> found = reader_.read(small, deadline_, kCoarsePatience);
  std::vector<ReadLine> lines;
  if (found.empty()) return lines;
  const Picture mean = mean_of(picture, looks_, info);
  const auto keep = [&](std::vector<ReadLine> more) {
    for (ReadLine& line : more) {
      const auto same = std::find_if(lines.begin(), lines.end(),
                                     [&](const ReadLine& other) { return shared_area(other.box, line.box) > 0.5; });
      if (same == lines.end()) {
        lines.push_back(std::move(line));
      } else if (weight_of(line) > weight_of(*same)) {
        *same = std::move(line);
      }
    }
  };
  for (const ReadLine& line : found) {
    const int margin = line.box.height;
    const Rectangle part{static_cast<int>((line.box.x - margin) * scale),
                         static_cast<int>((line.box.y - margin) * scale),
                         static_cast<int>((line.box.width + 2 * margin) * scale),
                         static_cast<int>((line.box.height + 2 * margin) * scale)};
    keep(read_part(picture, part));
    if (!mean.empty()) keep(read_part(mean, part));
  }
  return lines;
}

// The last frames looked at; references to the decoder's buffers, not copies.
void Analysis::keep_look(const AVFrame& frame) {
  looks_.emplace_back(av_frame_clone(&frame));
  if (looks_.size() > kMeanOf) looks_.pop_front();
}

// The report's entry for this frame, made when it is not the last one.
int Analysis::frame_entry(const AVFrame& frame, const DecodedFrame& at, const MediumInfo& info, bool still) {
  if (report_.frames.empty() || report_.frames.back().number != at.number) {
    if (report_.frames.size() >= kMaxFrames) return -1;
    Frame entry;
    entry.time_s = at.time_s;
    entry.number = at.number;
    const Pdq pdq = still ? still_fingerprint(frame, info) : frame_fingerprint(frame);
    entry.pdq = pdq.hash;
    entry.pdq_quality = pdq.quality;
    report_.frames.push_back(std::move(entry));
  }
  return static_cast<int>(report_.frames.size()) - 1;
}

// For people, as long as there is room.
void Analysis::keep_picture(int frame, const Picture& picture) {
  Frame& entry = report_.frames[static_cast<std::size_t>(frame)];
  if (!entry.jpeg.empty() || pictures_ >= kMaxPictures) return;
  std::string jpeg = encode_jpeg(shrink(picture, kPictureSide));
  if (picture_bytes_ + jpeg.size() > kMaxPictureBytes) return;
  picture_bytes_ += jpeg.size();
  pictures_ += jpeg.empty() ? 0 : 1;
  entry.jpeg = std::move(jpeg);
}

void Analysis::look_for_faces(const AVFrame& frame, const DecodedFrame& at, const MediumInfo& info) {
  if (!faces_ || !faces_->wants(at.time_s) || Clock::now() >= deadline_) return;
  const double start = cpu_now();
  const Picture picture = upright_picture(frame, info);
  if (!picture.empty() && faces_->look(picture, at.time_s)) {
    const int index = frame_entry(frame, at, info, false);
    faces_->point_to(index);
    if (index >= 0) keep_picture(index, picture);
    if (report_.width == 0) {
      report_.width = picture.width;
      report_.height = picture.height;
    }
  }
  face_cpu_s_ += cpu_now() - start;
}

void Analysis::look_for_faces_in_still(const Picture& picture, int frame) {
  const double start = cpu_now();
  faces_->look_at_still(picture);
  faces_->point_to(frame);
  if (!faces_->findings().empty()) keep_picture(frame, picture);
  face_cpu_s_ += cpu_now() - start;
}

// In chosen frames only, and in not too many of a film: a look costs as much as ten for faces.
void Analysis::look_for_logos(const Picture& picture, double time_s, int frame) {
  if (logos_ == nullptr || logo_looks_ >= kMostLogoLooks || time_s - last_logo_look_s_ < kLogosEvery_s) return;
  const double start = cpu_now();
  ++logo_looks_;
  last_logo_look_s_ = time_s;
  for (const LogoMatch& match : logos_->find(picture)) {
    auto place = std::lower_bound(report_.logos.begin(), report_.logos.end(), match.reference,
                                  [](const LogoFinding& known, int number) { return known.reference < number; });
    if (place == report_.logos.end() || place->reference != match.reference)
      place = report_.logos.insert(place, LogoFinding{});
    if (match.score <= place->score) continue;
    *place = {match.reference, match.score, match.points, match.box, time_s, frame};
    keep_picture(frame, picture);
  }
  logo_cpu_s_ += cpu_now() - start;
}

void Analysis::read_frame(const AVFrame& frame, const DecodedFrame& at, const Decision& decision,
                          const MediumInfo& info, bool still) {
  const double start = cpu_now();
  const double others_before = face_cpu_s_ + logo_cpu_s_;
  const int index = frame_entry(frame, at, info, still);
  if (index < 0) return;
  const bool with_faces = still && faces_;
  if ((job_.read_text || with_faces || logos_ != nullptr) && Clock::now() < deadline_) {
    const Picture picture = upright_picture(frame, info);
    if (report_.width == 0 || !still) {
      report_.width = picture.width;
      report_.height = picture.height;
    }
    if (with_faces) look_for_faces_in_still(picture, index);
    look_for_logos(picture, at.time_s, index);
    if (job_.read_text) {
      std::vector<ReadLine> lines;
      if (decision.coarse) {
        lines = read_coarsely(picture, info);
      } else if (decision.parts.empty()) {
        lines = read_part(picture, upright_area(decision.area, picture, info));
      }
      for (const Area& part : decision.parts) {
        std::vector<ReadLine> more = read_part(picture, upright_area(part, picture, info));
        std::move(more.begin(), more.end(), std::back_inserter(lines));
      }
      ++report_.frames_read;
      const bool any = !lines.empty();
      for (ReadLine& line : lines) add_line(std::move(line), picture, info, at.time_s, index, still);
      if (any) keep_picture(index, picture);
    }
  }
  read_cpu_s_ += cpu_now() - start - (face_cpu_s_ + logo_cpu_s_ - others_before);
}

void Analysis::take(FrameSource& source) {
  FramePointer held;  // the last frame looked at
  DecodedFrame held_at;
  bool looked = false;  // held has been through the chooser
  while (const auto decoded = source.next()) {
    ++report_.frames_decoded;
    if (report_.frames_decoded == 1) {
      // Whether this is a picture shows only when there is no second frame: kept back until then.
      held.reset(av_frame_clone(decoded->frame));
      held_at = *decoded;
      continue;
    }
    if (report_.frames_decoded == 2) {
      chooser_.look(small_luma(*held, kLookWidth), held_at.time_s);
      looked = true;
      look_for_faces(*held, held_at, source.info());
    }
    if (!chooser_.wants(decoded->time_s)) continue;
    const Decision decision = chooser_.look(small_luma(*decoded->frame, kLookWidth), decoded->time_s);
    if (decision.read && decision.previous && held) read_frame(*held, held_at, decision, source.info(), false);
    held.reset(av_frame_clone(decoded->frame));
    held_at = *decoded;
    keep_look(*held);
    if (decision.read && !decision.previous) read_frame(*held, held_at, decision, source.info(), false);
    look_for_faces(*held, held_at, source.info());
  }
  if (!held) return;
  if (!looked) {
    report_.type = source.info().still_format ? MediaType::image : MediaType::video;
    read_frame(*held, held_at, Decision{}, source.info(), true);
    return;
  }
  report_.type = MediaType::video;
  const Decision decision = chooser_.finish(std::max(held_at.time_s, source.info().duration_s));
  if (decision.read) read_frame(*held, held_at, decision, source.info(), false);
}

MediaReport Analysis::run(std::string_view bytes) {
  bytes_ = bytes;
  const double start = cpu_now();
  DecodeLimits limits;
  limits.max_pixels = job_.max_pixels;
  limits.max_seconds = job_.max_seconds;
  limits.keyframes_only = job_.keyframes_only;
  limits.deadline = deadline_;
  auto source = open_medium(bytes, limits);
  if (!source) {
    report_.detail = source.error().detail;
    return std::move(report_);
  }
  if (job_.seconds_per_hash >= 0) {
    fingerprint_only(**source);
  } else {
    take(**source);
  }
  const MediumInfo& info = (*source)->info();
  report_.frames_per_second = std::clamp(info.frames_per_second, 0.0, 1e6);
  report_.format = info.format;
  const std::string trouble = (*source)->trouble();
  if (job_.sound && info.has_sound) report_.sound = sound_print(bytes, {job_.max_seconds, deadline_});
  if (report_.frames_decoded == 0 && !info.has_sound) {
    report_.type = MediaType::undecodable;
    report_.detail =
        fmt::format("{}: {}", describe_bytes(bytes), trouble.empty() ? "no frame of it can be decoded" : trouble);
    return std::move(report_);
  }
  if (report_.frames_decoded == 0 || info.cover_only) report_.type = MediaType::audio;
  if (report_.type != MediaType::image) report_.duration_s = info.duration_s;
  if (report_.width == 0) {
    const bool sideways = info.turn_degrees == 90 || info.turn_degrees == 270;
    report_.width = sideways ? info.height : info.width;
    report_.height = sideways ? info.width : info.height;
  }
  if (!trouble.empty()) report_.detail = trouble;
  if (Clock::now() >= deadline_ && report_.detail.empty()) report_.detail = "the time for this medium ran out";
  if (info.has_pictures && report_.frames_decoded == 0) report_.detail = "the sound only: no frame can be decoded";
  if (faces_ && faces_->left_out() > 0 && report_.detail.empty())
    report_.detail = fmt::format("{} faces: only the largest were compared", faces_->seen());
  report_.partly = !report_.detail.empty();
  for (std::size_t i = 0; i < report_.texts.size() && i < followed_.size(); ++i) {
    TextFinding& finding = report_.texts[i];
    finding.end_s = std::max(finding.end_s, chooser_.last_seen(followed_[i]));
  }
  if (faces_) {
    report_.faces = faces_->findings();
    report_.faces_seen = faces_->seen();
    report_.faces_compared = faces_->compared();
  }
  report_.read_cpu_s = read_cpu_s_;
  report_.face_cpu_s = face_cpu_s_;
  report_.logo_cpu_s = logo_cpu_s_;
  report_.decode_cpu_s = std::max(0.0, cpu_now() - start - read_cpu_s_ - face_cpu_s_ - logo_cpu_s_);
  return std::move(report_);
}

}  // namespace

MediaReport analyse_medium(std::string_view bytes, const JobSettings& job, TextReader& reader, FaceKernel* faces,
                           const LogoKernel* logos) {
  return Analysis(job, reader, faces, logos).run(bytes);
}

}  // namespace pantau::media
