#include "media/sound_print.h"

#include <chromaprint.h>

#include <algorithm>
#include <array>

#include "media/ffmpeg.h"
#include "media/memory_input.h"

extern "C" {
#include <libswresample/swresample.h>
}

namespace pantau::media {
namespace {

constexpr const char* kSoundFormats =
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,flv,asf,mpegts,mpeg,ogg,mp3,aac,wav,flac,amr,aiff,caf,w64";
constexpr const char* kSoundCodecs =
    "aac,mp3float,mp3,mp2float,mp2,mp1float,vorbis,opus,flac,alac,ac3,eac3,amrnb,amrwb,wmav1,wmav2,pcm_s16le,pcm_s16be,"
    "pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,pcm_f32le,pcm_f32be,pcm_u8,pcm_s8,pcm_alaw,pcm_mulaw,adpcm_ms,"
    "adpcm_ima_wav,adpcm_ima_qt,adpcm_swf,nellymoser,speex";
constexpr int kSoundDamageInARow = 300;

struct PrintDeleter {
  void operator()(ChromaprintContext* context) const { chromaprint_free(context); }
};
struct ResamplerDeleter {
  void operator()(SwrContext* context) const { swr_free(&context); }
};

bool sound_codec_listed(std::string_view name) {
  const std::string_view list = kSoundCodecs;
  for (std::size_t at = 0; at <= list.size();) {
    const std::size_t end = std::min(list.find(',', at), list.size());
    if (list.substr(at, end - at) == name) return true;
    at = end + 1;
  }
  return false;
}

// Decoded sound to mono at the rate that Chromaprint wants, into its context.
class SoundSink {
 public:
  SoundSink() : print_(chromaprint_new(CHROMAPRINT_ALGORITHM_DEFAULT)) {
    if (print_) rate_ = chromaprint_get_sample_rate(print_.get());
    started_ = print_ && rate_ > 0 && chromaprint_start(print_.get(), rate_, 1) == 1;
  }
  bool ok() const { return started_; }
  double seconds() const { return static_cast<double>(samples_) / std::max(1, rate_); }

  bool take(const AVFrame& frame) {
    if (frame.nb_samples <= 0 || frame.sample_rate <= 0 || frame.sample_rate > 768'000) return true;
    if (!matches(frame) && !prepare(frame)) return false;
    const int room = swr_get_out_samples(resampler_.get(), frame.nb_samples);
    if (room <= 0) return true;
    out_.resize(static_cast<std::size_t>(room));
    auto* out = reinterpret_cast<std::uint8_t*>(out_.data());
    const int got = swr_convert(resampler_.get(), &out, room, const_cast<const std::uint8_t**>(frame.extended_data),
                                frame.nb_samples);
    if (got <= 0) return true;
    samples_ += static_cast<std::uint64_t>(got);
    return chromaprint_feed(print_.get(), out_.data(), got) == 1;
  }

  std::vector<std::uint32_t> finish() {
    std::uint32_t* words = nullptr;
    int count = 0;
    std::vector<std::uint32_t> made;
    if (chromaprint_finish(print_.get()) == 1 && chromaprint_get_raw_fingerprint(print_.get(), &words, &count) == 1 &&
        words != nullptr && count > 0)
      made.assign(words, words + count);
    chromaprint_dealloc(words);
    return made;
  }

 private:
  bool matches(const AVFrame& frame) const {
    return resampler_ && frame.sample_rate == from_rate_ && frame.format == from_format_ &&
           frame.ch_layout.nb_channels == from_channels_;
  }
  bool prepare(const AVFrame& frame) {
    AVChannelLayout mono;
    av_channel_layout_default(&mono, 1);
    AVChannelLayout from;
    av_channel_layout_default(&from, frame.ch_layout.nb_channels);
    if (from.nb_channels < 1 || from.nb_channels > 64) return false;
    SwrContext* raw = nullptr;
    const int made = swr_alloc_set_opts2(&raw, &mono, AV_SAMPLE_FMT_S16, rate_, &from,
                                         static_cast<AVSampleFormat>(frame.format), frame.sample_rate, 0, nullptr);
    av_channel_layout_uninit(&from);
    resampler_.reset(raw);
    if (made < 0 || swr_init(raw) < 0) {
      resampler_.reset();
      return false;
    }
    from_rate_ = frame.sample_rate;
    from_format_ = frame.format;
    from_channels_ = frame.ch_layout.nb_channels;
    return true;
  }

  std::unique_ptr<ChromaprintContext, PrintDeleter> print_;
  std::unique_ptr<SwrContext, ResamplerDeleter> resampler_;
  std::vector<std::int16_t> out_;
  std::uint64_t samples_ = 0;
  int rate_ = 0, from_rate_ = 0, from_format_ = -1, from_channels_ = 0;
  bool started_ = false;
};

class SoundReader {
 public:
  SoundReader(std::string_view bytes, const SoundLimits& limits) : limits_(limits), input_(bytes) {}

  std::vector<std::uint32_t> read() {
    if (!sink_.ok() || !open()) return {};
    while (!ended_ && sink_.seconds() < limits_.max_seconds && std::chrono::steady_clock::now() < limits_.deadline) {
      const int received = avcodec_receive_frame(codec_.get(), frame_.get());
      if (received == 0) {
        damage_ = 0;
        if (!sink_.take(*frame_)) break;
        av_frame_unref(frame_.get());
      } else if (received != AVERROR(EAGAIN) || !feed()) {
        break;
      }
    }
    return sink_.finish();
  }

 private:
  bool open() {
    format_ = input_.open(kSoundFormats, kSoundCodecs, limits_.deadline);
    if (!format_ || avformat_find_stream_info(format_.get(), nullptr) < 0) return false;
    for (unsigned i = 0; i < format_->nb_streams; ++i) {
      AVStream* stream = format_->streams[i];
      stream->discard = AVDISCARD_ALL;
      if (index_ >= 0 || stream->codecpar->codec_type != AVMEDIA_TYPE_AUDIO) continue;
      const AVCodec* decoder = avcodec_find_decoder(stream->codecpar->codec_id);
      if (decoder == nullptr || !sound_codec_listed(decoder->name)) continue;
      codec_.reset(avcodec_alloc_context3(decoder));
      if (!codec_ || avcodec_parameters_to_context(codec_.get(), stream->codecpar) < 0) return false;
      codec_->thread_count = 1;
      codec_->pkt_timebase = stream->time_base;
      if (avcodec_open2(codec_.get(), decoder, nullptr) < 0) continue;
      index_ = static_cast<int>(i);
      stream->discard = AVDISCARD_DEFAULT;
    }
    return index_ >= 0 && packet_ && frame_;
  }

  // The decoder's next packet, or the end. False when nothing more comes of it.
  bool feed() {
    if (draining_) return false;
    while (av_read_frame(format_.get(), packet_.get()) >= 0) {
      const bool ours = packet_->stream_index == index_;
      const int sent = ours ? avcodec_send_packet(codec_.get(), packet_.get()) : 0;
      av_packet_unref(packet_.get());
      if (!ours) continue;
      return sent >= 0 || sent == AVERROR(EAGAIN) || ++damage_ < kSoundDamageInARow;
    }
    draining_ = true;
    return avcodec_send_packet(codec_.get(), nullptr) >= 0;
  }

  SoundLimits limits_;
  MemoryInput input_;  // before what reads from it
  InputPointer format_;
  CodecPointer codec_;
  PacketPointer packet_{av_packet_alloc()};
  FramePointer frame_{av_frame_alloc()};
  SoundSink sink_;
  int index_ = -1, damage_ = 0;
  bool draining_ = false, ended_ = false;
};

}  // namespace

std::vector<std::uint32_t> sound_print(std::string_view bytes, const SoundLimits& limits) {
  return SoundReader(bytes, limits).read();
}

std::string sound_text(std::span<const std::uint32_t> words) {
  if (words.empty()) return {};
  char* text = nullptr;
  int size = 0;
  std::string out;
  if (chromaprint_encode_fingerprint(words.data(), static_cast<int>(words.size()), CHROMAPRINT_ALGORITHM_DEFAULT, &text,
                                     &size, 1) == 1 &&
      text != nullptr && size > 0)
    out.assign(text, static_cast<std::size_t>(size));
  chromaprint_dealloc(text);
  return out;
}

}  // namespace pantau::media
