#pragma once
// Hostile bytes in memory as FFmpeg's input: nothing that a file names is ever opened, formats and codecs are on the
// caller's lists, probing and streams are bounded. Only for .cc files of this folder; one thread. Must outlive what it
// opened.
#include <algorithm>
#include <chrono>
#include <cstring>
#include <memory>
#include <string_view>

#include "media/ffmpeg.h"

namespace pantau::media {

struct InputDeleter {
  void operator()(AVFormatContext* context) const { avformat_close_input(&context); }
};
using InputPointer = std::unique_ptr<AVFormatContext, InputDeleter>;

class MemoryInput {
 public:
  explicit MemoryInput(std::string_view bytes) : bytes_(bytes) {}
  MemoryInput(const MemoryInput&) = delete;
  MemoryInput& operator=(const MemoryInput&) = delete;
  ~MemoryInput() {
    // The format context does not own a custom AVIOContext, and the buffer in it may have been replaced.
    if (io_ == nullptr) return;
    av_freep(&io_->buffer);
    avio_context_free(&io_);
  }

  // Null when it is none of these formats. Once.
  InputPointer open(const char* formats, const char* codecs, std::chrono::steady_clock::time_point deadline,
                    int max_streams = 32) {
    constexpr int kBuffer = 64 << 10;
    deadline_ = deadline;
    AVFormatContext* raw = avformat_alloc_context();
    auto* buffer = static_cast<std::uint8_t*>(av_malloc(kBuffer));
    if (raw != nullptr && buffer != nullptr) io_ = avio_alloc_context(buffer, kBuffer, 0, this, read, nullptr, seek);
    if (io_ == nullptr) {
      avformat_free_context(raw);
      av_free(buffer);
      return nullptr;
    }
    raw->pb = io_;
    raw->flags |= AVFMT_FLAG_CUSTOM_IO;
    raw->io_open = refuse;
    raw->interrupt_callback = {past_deadline, &deadline_};
    raw->max_streams = max_streams;
    raw->probesize = 8 << 20;
    raw->max_analyze_duration = 5 * AV_TIME_BASE;
    av_opt_set(raw, "format_whitelist", formats, 0);
    av_opt_set(raw, "codec_whitelist", codecs, 0);
    av_opt_set(raw, "protocol_whitelist", "none", 0);
    if (avformat_open_input(&raw, nullptr, nullptr, nullptr) < 0) return nullptr;  // frees the context when it fails
    return InputPointer(raw);
  }

 private:
  static int read(void* opaque, std::uint8_t* buffer, int size) {
    auto* input = static_cast<MemoryInput*>(opaque);
    const std::size_t rest = input->bytes_.size() - input->position_;
    if (rest == 0) return AVERROR_EOF;
    const std::size_t count = std::min(rest, static_cast<std::size_t>(size));
    std::memcpy(buffer, input->bytes_.data() + input->position_, count);
    input->position_ += count;
    return static_cast<int>(count);
  }
  static std::int64_t seek(void* opaque, std::int64_t offset, int whence) {
    auto* input = static_cast<MemoryInput*>(opaque);
    const auto size = static_cast<std::int64_t>(input->bytes_.size());
    switch (whence & ~AVSEEK_FORCE) {
      case AVSEEK_SIZE:
        return size;
      case SEEK_SET:
        break;
      case SEEK_CUR:
        offset += static_cast<std::int64_t>(input->position_);
        break;
      case SEEK_END:
        offset += size;
        break;
      default:
        return AVERROR(EINVAL);
    }
    if (offset < 0 || offset > size) return AVERROR(EINVAL);
    input->position_ = static_cast<std::size_t>(offset);
    return offset;
  }
  static int refuse(AVFormatContext*, AVIOContext**, const char*, int, AVDictionary**) { return AVERROR(EPERM); }
  static int past_deadline(void* opaque) {
    const auto* deadline = static_cast<const std::chrono::steady_clock::time_point*>(opaque);
    return std::chrono::steady_clock::now() > *deadline ? 1 : 0;
  }

  std::string_view bytes_;
  std::size_t position_ = 0;
  AVIOContext* io_ = nullptr;
  std::chrono::steady_clock::time_point deadline_{};
};

}  // namespace pantau::media
