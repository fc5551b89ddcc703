#include "media/decode.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "media/ffmpeg.h"
#include "media/memory_input.h"
#include "media/webp_animation.h"

namespace pantau::media {
namespace {

// Containers and raw streams that come as one file. Left out on purpose: everything that names other files or hosts
// (hls, dash, concat, image2, sdp, rtsp, ...) and formats nobody publishes advertisements in.
constexpr const char* kFormats =
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,flv,asf,mpegts,mpeg,mpegvideo,ogg,ivf,h264,hevc,m4v,mjpeg,"
    "gif,apng,png_pipe,jpeg_pipe,jpegls_pipe,webp_pipe,bmp_pipe,tiff_pipe,psd_pipe,qoi_pipe,"
    "mp3,aac,wav,flac,amr,aiff,caf,w64";
constexpr const char* kCodecs =
    "h264,hevc,vp8,vp9,libvpx,libvpx-vp9,libdav1d,av1,mpeg1video,mpeg2video,mpegvideo,mpeg4,msmpeg4,msmpeg4v1,"
    "msmpeg4v2,h263,h263p,"
    "flv,wmv1,wmv2,wmv3,vc1,theora,vp6,vp6a,vp6f,mjpeg,mjpegb,jpegls,gif,png,apng,webp,bmp,tiff,psd,qoi,rawvideo,"
    "prores,dnxhd,"
    "svq1,svq3,cinepak,indeo3,qtrle,msvideo1";

constexpr int kDamageInARow = 300;  // packets; more than this without a picture is not a damaged film but none

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

bool listed(std::string_view name, std::string_view list) {
  for (std::size_t at = 0; at <= list.size();) {
    const std::size_t end = std::min(list.find(',', at), list.size());
    if (list.substr(at, end - at) == name) return true;
    at = end + 1;
  }
  return false;
}

// A JPEG is whole when an end-of-image marker follows its last scan (ITU-T T.81, B.1.1.3).
bool jpeg_is_cut(std::string_view bytes) {
  const std::size_t scan = bytes.rfind("\xFF\xDA");
  const std::size_t end = bytes.rfind("\xFF\xD9");
  return end == std::string_view::npos || (scan != std::string_view::npos && end < scan);
}

// EXIF orientations 1..8 as a clockwise turn, then a left-right flip.
void apply_exif_orientation(int orientation, MediumInfo& info) {
  static constexpr std::array<std::pair<int, bool>, 9> kTurns = {{{0, false},
                                                                  {0, false},
                                                                  {0, true},
                                                                  {180, false},
                                                                  {180, true},
                                                                  {90, true},
                                                                  {90, false},
                                                                  {270, true},
                                                                  {270, false}}};
  if (orientation < 1 || orientation > 8) return;
  info.turn_degrees = kTurns[static_cast<std::size_t>(orientation)].first;
  info.mirrored = kTurns[static_cast<std::size_t>(orientation)].second;
}

void apply_display_matrix(const std::uint8_t* data, std::size_t size, MediumInfo& info) {
  if (data == nullptr || size < 9 * sizeof(std::int32_t)) return;
  std::array<std::int32_t, 9> matrix{};
  std::memcpy(matrix.data(), data, sizeof(matrix));
  // A negative determinant mirrors; undo that first, as av_display_rotation_get expects a pure turn.
  const double determinant = static_cast<double>(matrix[0]) * matrix[4] - static_cast<double>(matrix[1]) * matrix[3];
  if (determinant < 0) av_display_matrix_flip(matrix.data(), 1, 0);
  const double turn = -av_display_rotation_get(matrix.data());  // clockwise
  if (!std::isfinite(turn)) return;
  const int quarter = (static_cast<int>(std::lround(turn / 90.0)) % 4 + 4) % 4;
  info.turn_degrees = quarter * 90;
  info.mirrored = determinant < 0;
}

class FfmpegSource final : public FrameSource {
 public:
  FfmpegSource(std::string_view bytes, const DecodeLimits& limits) : bytes_(bytes), input_(bytes), limits_(limits) {}

  Result<void> open();
  const MediumInfo& info() const override { return info_; }
  std::optional<DecodedFrame> next() override;
  std::string trouble() const override { return trouble_; }

 private:
  Result<void> choose_stream();
  Result<void> open_decoder(const AVStream& stream);
  bool feed();
  DecodedFrame deliver();
  void finish();

  std::string_view bytes_;
  MemoryInput input_;
  DecodeLimits limits_;
  InputPointer format_;
  CodecPointer codec_;
  PacketPointer packet_{av_packet_alloc()};
  FramePointer frame_{av_frame_alloc()};
  MediumInfo info_;
  std::string trouble_;
  int stream_index_ = -1;
  int frames_ = 0;
  int damaged_ = 0;
  int damaged_in_a_row_ = 0;
  double start_s_ = 0;
  double last_s_ = 0;
  bool draining_ = false;
  bool ended_ = false;
};

Result<void> FfmpegSource::open() {
  if (!packet_ || !frame_) return give_up_error("out of memory");
  format_ = input_.open(kFormats, kCodecs, limits_.deadline, limits_.max_streams);
  if (!format_) return skip_error(fmt::format("not a picture or video: {}", describe_bytes(bytes_)));
  info_.format = format_->iformat->name;
  const bool pipe = ends_with(info_.format, "_pipe");
  info_.still_format = pipe || info_.format == "gif" || info_.format == "apng";
  if (!pipe) {  // picture pipes know all they know already, and looking would decode the picture twice
    const int found = avformat_find_stream_info(format_.get(), nullptr);
    if (found < 0 && format_->nb_streams == 0) {
      return skip_error(fmt::format("{}: no stream is readable ({})", describe_bytes(bytes_), ffmpeg_error(found)),
                        found);
    }
  }
  const AVDictionaryEntry* brand = av_dict_get(format_->metadata, "major_brand", nullptr, 0);
  if (brand != nullptr && (std::strncmp(brand->value, "avif", 4) == 0 || std::strncmp(brand->value, "avis", 4) == 0 ||
                           std::strncmp(brand->value, "mif1", 4) == 0)) {
    info_.still_format = true;
  }
  return choose_stream();
}

Result<void> FfmpegSource::choose_stream() {
  int cover = -1;
  for (unsigned i = 0; i < format_->nb_streams; ++i) {
    AVStream* stream = format_->streams[i];
    stream->discard = AVDISCARD_ALL;
    if (stream->codecpar->codec_type == AVMEDIA_TYPE_AUDIO) info_.has_sound = true;
    if (stream->codecpar->codec_type != AVMEDIA_TYPE_VIDEO || stream->codecpar->codec_id == AV_CODEC_ID_NONE) continue;
    if ((stream->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0) {
      if (cover < 0) cover = static_cast<int>(i);
    } else if (stream_index_ < 0) {
      stream_index_ = static_cast<int>(i);
    }
  }
  if (stream_index_ < 0 && cover >= 0) {
    stream_index_ = cover;
    info_.cover_only = true;
  }
  if (format_->duration > 0) info_.duration_s = static_cast<double>(format_->duration) / AV_TIME_BASE;
  if (!std::isfinite(info_.duration_s) || info_.duration_s < 0 || info_.duration_s > 1e8) info_.duration_s = 0;
  if (stream_index_ < 0) {
    if (info_.has_sound) return {};
    return skip_error(fmt::format("{}: no picture and no sound in it", describe_bytes(bytes_)));
  }
  AVStream* stream = format_->streams[stream_index_];
  stream->discard = AVDISCARD_DEFAULT;
  return open_decoder(*stream);
}

Result<void> FfmpegSource::open_decoder(const AVStream& stream) {
  const AVCodecParameters& parameters = *stream.codecpar;
  info_.width = parameters.width;
  info_.height = parameters.height;
  const auto pixels = static_cast<std::uint64_t>(std::max(0, parameters.width)) *
                      static_cast<std::uint64_t>(std::max(0, parameters.height));
  if (pixels > limits_.max_pixels) {
    return skip_error(fmt::format("{}x{} pixels are more than the limit of {} million", parameters.width,
                                  parameters.height, limits_.max_pixels / 1'000'000));
  }
  const AVCodec* decoder = avcodec_find_decoder(parameters.codec_id);
  if (decoder == nullptr || !listed(decoder->name, kCodecs)) {
    return skip_error(fmt::format("the video codec {} is not supported", avcodec_get_name(parameters.codec_id)));
  }
  codec_.reset(avcodec_alloc_context3(decoder));
  if (!codec_) return give_up_error("out of memory");
  if (avcodec_parameters_to_context(codec_.get(), &parameters) < 0) return skip_error("impossible stream parameters");
  codec_->thread_count = 1;  // one core a worker, and the sandbox refuses threads
  codec_->pkt_timebase = stream.time_base;
  codec_->max_pixels = static_cast<std::int64_t>(limits_.max_pixels);
  if (limits_.keyframes_only && !info_.still_format) codec_->skip_frame = AVDISCARD_NONKEY;
  const int opened = avcodec_open2(codec_.get(), decoder, nullptr);
  if (opened < 0)
    return skip_error(fmt::format("the {} stream cannot be decoded: {}", decoder->name, ffmpeg_error(opened)), opened);
  info_.has_pictures = true;
  if (stream.start_time != AV_NOPTS_VALUE) start_s_ = static_cast<double>(stream.start_time) * av_q2d(stream.time_base);
  const AVRational rate =
      stream.avg_frame_rate.num > 0 && stream.avg_frame_rate.den > 0 ? stream.avg_frame_rate : stream.r_frame_rate;
  if (rate.num > 0 && rate.den > 0) info_.frames_per_second = av_q2d(rate);
  std::size_t size = 0;
  const std::uint8_t* matrix = av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
  apply_display_matrix(matrix, size, info_);
  const AVRational aspect =
      stream.sample_aspect_ratio.num > 0 ? stream.sample_aspect_ratio : parameters.sample_aspect_ratio;
  if (aspect.num > 0 && aspect.den > 0) info_.pixel_aspect = std::clamp(av_q2d(aspect), 0.25, 4.0);
  return {};
}

// Gives the decoder its next packet, or the end. False when there is nothing more to give.
bool FfmpegSource::feed() {
  if (draining_) return false;
  while (true) {
    const int read = av_read_frame(format_.get(), packet_.get());
    if (read < 0) {
      if (read != AVERROR_EOF) {
        trouble_ = std::chrono::steady_clock::now() > limits_.deadline
                       ? "the time for this medium ran out"
                       : fmt::format("the file is damaged: {}", ffmpeg_error(read));
      }
      // Flushing is independent of stream numbers: delayed frames must come out whichever stream is the picture.
      draining_ = true;
      avcodec_send_packet(codec_.get(), nullptr);
      return true;
    }
    const bool ours = packet_->stream_index == stream_index_;
    const int sent = ours ? avcodec_send_packet(codec_.get(), packet_.get()) : 0;
    av_packet_unref(packet_.get());
    if (!ours) continue;
    if (sent < 0 && sent != AVERROR(EAGAIN)) {
      ++damaged_;
      if (++damaged_in_a_row_ > kDamageInARow) {
        draining_ = true;
        avcodec_send_packet(codec_.get(), nullptr);
      }
    }
    return true;
  }
}

std::optional<DecodedFrame> FfmpegSource::next() {
  if (!codec_ || ended_) return std::nullopt;
  while (true) {
    if (std::chrono::steady_clock::now() > limits_.deadline) {
      trouble_ = "the time for this medium ran out";
      ended_ = true;
      return std::nullopt;
    }
    const int received = avcodec_receive_frame(codec_.get(), frame_.get());
    if (received == 0) {
      damaged_in_a_row_ = 0;
      if (frame_->width <= 0 || frame_->height <= 0) continue;
      if ((frame_->flags & AV_FRAME_FLAG_CORRUPT) != 0 || frame_->decode_error_flags != 0) ++damaged_;
      const DecodedFrame frame = deliver();
      if (frame.time_s > limits_.max_seconds && frame.number > 0) {
        trouble_ = fmt::format("only the first {:.0f} of {:.0f} seconds were looked at", limits_.max_seconds,
                               std::max(info_.duration_s, frame.time_s));
        ended_ = true;
        return std::nullopt;
      }
      return frame;
    }
    if (received == AVERROR_EOF) {
      finish();
      return std::nullopt;
    }
    if (received != AVERROR(EAGAIN)) {
      ++damaged_;
      if (++damaged_in_a_row_ > kDamageInARow) {
        finish();
        return std::nullopt;
      }
    }
    if (!feed() && received == AVERROR(EAGAIN)) {
      finish();
      return std::nullopt;
    }
  }
}

DecodedFrame FfmpegSource::deliver() {
  DecodedFrame out;
  out.frame = frame_.get();
  out.number = frames_++;
  const AVStream& stream = *format_->streams[stream_index_];
  double time = 0;
  if (frame_->best_effort_timestamp != AV_NOPTS_VALUE) {
    time = static_cast<double>(frame_->best_effort_timestamp) * av_q2d(stream.time_base) - start_s_;
  } else if (info_.frames_per_second > 0) {
    time = out.number / info_.frames_per_second;
  }
  if (!std::isfinite(time)) time = last_s_;
  last_s_ = std::clamp(time, last_s_, 1e8);
  out.time_s = last_s_;
  if (out.number == 0) {
    info_.width = frame_->width;
    info_.height = frame_->height;
    if (const AVFrameSideData* matrix = av_frame_get_side_data(frame_.get(), AV_FRAME_DATA_DISPLAYMATRIX)) {
      apply_display_matrix(matrix->data, matrix->size, info_);
    } else if (const AVDictionaryEntry* entry = av_dict_get(frame_->metadata, "Orientation", nullptr, 0)) {
      apply_exif_orientation(std::atoi(entry->value), info_);
    }
    const AVRational aspect = frame_->sample_aspect_ratio;
    if (!info_.still_format && aspect.num > 0 && aspect.den > 0)
      info_.pixel_aspect = std::clamp(av_q2d(aspect), 0.25, 4.0);
    if (info_.still_format) info_.pixel_aspect = 1;  // printing densities, not shapes
  }
  return out;
}

void FfmpegSource::finish() {
  ended_ = true;
  if (frames_ == 0) return;
  if (trouble_.empty() && info_.format == "jpeg_pipe" && jpeg_is_cut(bytes_)) trouble_ = "the file ends early";
  const double frame_s = info_.frames_per_second > 0 ? 1 / info_.frames_per_second : 0.04;
  if (trouble_.empty() && !info_.still_format && !info_.cover_only && !limits_.keyframes_only && info_.duration_s > 0 &&
      last_s_ + 2 * frame_s + 1.0 < info_.duration_s) {
    const AVStream& stream = *format_->streams[stream_index_];
    const double stream_s =
        stream.duration > 0 ? static_cast<double>(stream.duration) * av_q2d(stream.time_base) : info_.duration_s;
    if (last_s_ + 2 * frame_s + 1.0 < stream_s) {
      trouble_ =
          fmt::format("the file ends early, at {:.1f} of {:.1f} s", last_s_, std::min(stream_s, info_.duration_s));
    }
  }
  if (trouble_.empty() && damaged_ > 0) trouble_ = fmt::format("{} damaged parts were skipped", damaged_);
  if (info_.duration_s <= 0 && !info_.still_format) info_.duration_s = last_s_ + frame_s;
}

std::uint32_t big_endian(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

// Start-of-frame markers carry the size (ITU-T T.81, B.2.2).
std::string jpeg_size(std::string_view bytes) {
  std::size_t at = 2;
  while (at + 9 < bytes.size() && static_cast<unsigned char>(bytes[at]) == 0xFF) {
    const auto marker = static_cast<unsigned char>(bytes[at + 1]);
    const std::uint32_t four = big_endian(bytes, at + 2);
    if (marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC) {
      const std::uint32_t size = big_endian(bytes, at + 5);
      return fmt::format("a {}x{} ", size & 0xFFFF, size >> 16);
    }
    at += 2 + (four >> 16);
  }
  return "a ";
}

}  // namespace

std::string describe_bytes(std::string_view bytes) {
  if (bytes.empty()) return "zero bytes";
  const auto starts = [&](std::string_view with) { return bytes.substr(0, with.size()) == with; };
  if (starts("\x89PNG\r\n\x1a\n")) {
    if (bytes.size() < 24) return "the first bytes of a PNG picture";
    return fmt::format("a {}x{} PNG picture", big_endian(bytes, 16), big_endian(bytes, 20));
  }
  if (starts("\xFF\xD8\xFF")) return jpeg_size(bytes) + "JPEG picture";
  if (starts("GIF8")) return "a GIF picture";
  if (starts("RIFF") && bytes.size() >= 12) return bytes.substr(8, 4) == "WEBP" ? "a WebP picture" : "a RIFF file";
  if (bytes.size() >= 12 && bytes.substr(4, 4) == "ftyp")
    return bytes.substr(8, 2) == "he" ? "a HEIC picture" : "an MP4 or AVIF file";
  if (starts("%PDF")) return "a PDF file";
  if (starts("PK\x03\x04")) return "a ZIP or APK file";
  if (starts("#EXTM3U")) return "a playlist";
  std::string head(bytes.substr(0, 2000));
  std::transform(head.begin(), head.end(), head.begin(), [](unsigned char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : static_cast<char>(c);
  });
  if (head.find("<svg") != std::string::npos) return "an SVG drawing";
  if (head.find("<html") != std::string::npos || head.find("<!doctype html") != std::string::npos ||
      head.find("<head") != std::string::npos || head.find("<body") != std::string::npos) {
    return "an HTML page";
  }
  const bool text = std::all_of(head.begin(), head.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\r' || c == '\t';
  });
  return text ? "a text file" : fmt::format("{} bytes of an unknown kind", bytes.size());
}

Result<std::unique_ptr<FrameSource>> open_medium(std::string_view bytes, const DecodeLimits& limits) {
  if (bytes.empty()) return skip_error("zero bytes");
  if (is_webp_animation(bytes)) return open_webp_animation(bytes, limits);
  auto source = std::make_unique<FfmpegSource>(bytes, limits);
  if (auto opened = source->open(); !opened) return opened.error();
  return std::unique_ptr<FrameSource>(std::move(source));
}

}  // namespace pantau::media
