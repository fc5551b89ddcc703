#include "media/webp_animation.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "media/convert.h"
#include "media/ffmpeg.h"

namespace pantau::media {
namespace {

constexpr std::uint8_t kAnimationFlag = 0x02;
constexpr std::uint8_t kDisposeFlag = 0x01;  // clear the frame's area after showing it
constexpr std::uint8_t kNoBlendFlag = 0x02;  // overwrite instead of alpha-blending
constexpr std::size_t kMaxFrames = 5000;

std::uint32_t little_endian(std::string_view bytes, std::size_t at, std::size_t count) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < count; ++i)
    value |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
  return value;
}

void put_little_endian(std::string& out, std::uint32_t value, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i)
    out.push_back(static_cast<char>(static_cast<unsigned char>(value >> (8 * i))));
}

struct Chunk {
  std::string_view tag;
  std::string_view body;
  std::string_view whole;  // with its header and padding
  bool cut = false;
};

// Walks RIFF chunks; the last one may be cut short.
std::vector<Chunk> chunks_of(std::string_view bytes) {
  std::vector<Chunk> chunks;
  std::size_t at = 0;
  while (at + 8 <= bytes.size() && chunks.size() < 4 * kMaxFrames) {
    const std::size_t size = little_endian(bytes, at + 4, 4);
    Chunk chunk;
    chunk.tag = bytes.substr(at, 4);
    chunk.body = bytes.substr(at + 8, size);
    chunk.cut = chunk.body.size() < size;
    const std::size_t padded = size + (size & 1);
    chunk.whole = bytes.substr(at, 8 + padded);
    chunks.push_back(chunk);
    if (chunk.cut) break;
    at += 8 + padded;
  }
  return chunks;
}

struct AnimationFrame {
  int x = 0, y = 0, width = 0, height = 0;
  double duration_s = 0;
  std::uint8_t flags = 0;
  std::string file;  // a still WebP file
};

std::string still_file(std::string_view frame_data, int width, int height) {
  std::string body = "WEBP";
  std::string image;
  bool alpha = false;
  for (const Chunk& chunk : chunks_of(frame_data)) {
    if (chunk.tag == "ALPH") alpha = true;
    if (chunk.tag == "ALPH" || chunk.tag == "VP8 " || chunk.tag == "VP8L") image.append(chunk.whole);
  }
  if (alpha) {
    body += "VP8X";
    put_little_endian(body, 10, 4);
    put_little_endian(body, 0x10, 4);  // alpha
    put_little_endian(body, static_cast<std::uint32_t>(width - 1), 3);
    put_little_endian(body, static_cast<std::uint32_t>(height - 1), 3);
  }
  body += image;
  std::string file = "RIFF";
  put_little_endian(file, static_cast<std::uint32_t>(body.size()), 4);
  return file + body;
}

class WebpAnimationSource final : public FrameSource {
 public:
  explicit WebpAnimationSource(const DecodeLimits& limits) : limits_(limits) {}

  Result<void> open(std::string_view bytes);
  const MediumInfo& info() const override { return info_; }
  std::optional<DecodedFrame> next() override;
  std::string trouble() const override { return trouble_; }

 private:
  bool draw(const AnimationFrame& frame);
  void clear(const AnimationFrame& frame);

  DecodeLimits limits_;
  MediumInfo info_;
  std::vector<AnimationFrame> frames_;
  FramePointer canvas_{av_frame_alloc()};
  std::string trouble_;
  std::size_t position_ = 0;
  double time_s_ = 0;
  int delivered_ = 0;
};

Result<void> WebpAnimationSource::open(std::string_view bytes) {
  info_.format = "webp";
  info_.still_format = true;
  info_.has_pictures = true;
  info_.width = static_cast<int>(little_endian(bytes, 24, 3)) + 1;
  info_.height = static_cast<int>(little_endian(bytes, 27, 3)) + 1;
  if (static_cast<std::uint64_t>(info_.width) * static_cast<std::uint64_t>(info_.height) > limits_.max_pixels) {
    return skip_error(fmt::format("{}x{} pixels are more than the limit of {} million", info_.width, info_.height,
                                  limits_.max_pixels / 1'000'000));
  }
  if (bytes.size() < std::size_t{8} + little_endian(bytes, 4, 4)) trouble_ = "the file ends early";
  for (const Chunk& chunk : chunks_of(bytes.substr(12))) {
    if (chunk.cut) trouble_ = "the file ends early";
    if (chunk.tag != "ANMF" || chunk.body.size() < 24 || chunk.cut) continue;
    AnimationFrame frame;
    frame.x = static_cast<int>(little_endian(chunk.body, 0, 3)) * 2;
    frame.y = static_cast<int>(little_endian(chunk.body, 3, 3)) * 2;
    frame.width = static_cast<int>(little_endian(chunk.body, 6, 3)) + 1;
    frame.height = static_cast<int>(little_endian(chunk.body, 9, 3)) + 1;
    frame.duration_s = little_endian(chunk.body, 12, 3) / 1000.0;
    frame.flags = static_cast<std::uint8_t>(chunk.body[15]);
    if (frame.x + frame.width > info_.width || frame.y + frame.height > info_.height) continue;
    frame.file = still_file(chunk.body.substr(16), frame.width, frame.height);
    info_.duration_s += frame.duration_s;
    frames_.push_back(std::move(frame));
    if (frames_.size() >= kMaxFrames) break;
  }
  if (frames_.empty()) return skip_error("an animated WebP picture without a whole frame");
  if (!canvas_) return give_up_error("out of memory");
  canvas_->format = AV_PIX_FMT_RGBA;
  canvas_->width = info_.width;
  canvas_->height = info_.height;
  if (av_frame_get_buffer(canvas_.get(), 0) < 0) return give_up_error("out of memory");
  for (int y = 0; y < info_.height; ++y)
    std::fill_n(canvas_->data[0] + static_cast<std::ptrdiff_t>(y) * canvas_->linesize[0], info_.width * 4,
                std::uint8_t{0});
  return {};
}

void WebpAnimationSource::clear(const AnimationFrame& frame) {
  for (int y = 0; y < frame.height; ++y) {
    std::fill_n(canvas_->data[0] + static_cast<std::ptrdiff_t>(frame.y + y) * canvas_->linesize[0] + frame.x * 4,
                frame.width * 4, std::uint8_t{0});
  }
}

bool WebpAnimationSource::draw(const AnimationFrame& frame) {
  DecodeLimits limits = limits_;
  auto still = is_webp_animation(frame.file) ? Result<std::unique_ptr<FrameSource>>(skip_error("nested animation"))
                                             : open_medium(frame.file, limits);
  if (!still) return false;
  const auto decoded = (*still)->next();
  if (!decoded || decoded->frame->width != frame.width || decoded->frame->height != frame.height) return false;
  const std::vector<std::uint8_t> pixels = to_rgba(*decoded->frame);
  if (pixels.empty()) return false;
  for (int y = 0; y < frame.height; ++y) {
    const std::uint8_t* from = pixels.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(frame.width) * 4;
    std::uint8_t* to = canvas_->data[0] + static_cast<std::ptrdiff_t>(frame.y + y) * canvas_->linesize[0] + frame.x * 4;
    for (int x = 0; x < frame.width; ++x, from += 4, to += 4) {
      const int alpha = from[3];
      if (alpha == 255 || (frame.flags & kNoBlendFlag) != 0) {
        std::copy_n(from, 4, to);
      } else if (alpha > 0) {
        const int below = to[3] * (255 - alpha) / 255;
        const int sum = alpha + below;
        for (int c = 0; c < 3; ++c) to[c] = static_cast<std::uint8_t>((from[c] * alpha + to[c] * below) / sum);
        to[3] = static_cast<std::uint8_t>(sum);
      }
    }
  }
  return true;
}

std::optional<DecodedFrame> WebpAnimationSource::next() {
  while (position_ < frames_.size()) {
    if (std::chrono::steady_clock::now() > limits_.deadline) {
      trouble_ = "the time for this medium ran out";
      return std::nullopt;
    }
    if (position_ > 0 && (frames_[position_ - 1].flags & kDisposeFlag) != 0) clear(frames_[position_ - 1]);
    const AnimationFrame& frame = frames_[position_++];
    const double time = time_s_;
    time_s_ += frame.duration_s;
    if (!draw(frame)) {
      trouble_ = "damaged parts were skipped";
      continue;
    }
    if (time > limits_.max_seconds && delivered_ > 0) {
      trouble_ =
          fmt::format("only the first {:.0f} of {:.0f} seconds were looked at", limits_.max_seconds, info_.duration_s);
      return std::nullopt;
    }
    return DecodedFrame{canvas_.get(), time, delivered_++};
  }
  return std::nullopt;
}

}  // namespace

bool is_webp_animation(std::string_view bytes) {
  return bytes.size() >= 30 && bytes.substr(0, 4) == "RIFF" && bytes.substr(8, 8) == "WEBPVP8X" &&
         (static_cast<unsigned char>(bytes[20]) & kAnimationFlag) != 0;
}

Result<std::unique_ptr<FrameSource>> open_webp_animation(std::string_view bytes, const DecodeLimits& limits) {
  auto source = std::make_unique<WebpAnimationSource>(limits);
  if (auto opened = source->open(bytes); !opened) return opened.error();
  return std::unique_ptr<FrameSource>(std::move(source));
}

}  // namespace pantau::media
