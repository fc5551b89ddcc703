#pragma once
// Picture and video files in memory for tests, through FFmpeg's encoders. Throws std::runtime_error when an encoder is
// missing; any thread.
extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/display.h>
#include <libavutil/imgutils.h>
#include <libavutil/log.h>
#include <libswscale/swscale.h>
}

#include <functional>
#include <stdexcept>
#include <string>

#include "media/picture.h"

namespace pantau::test {

// Broken files are made on purpose here; FFmpeg need not comment on each.
inline const bool kQuietFfmpeg = (av_log_set_level(AV_LOG_QUIET), true);

inline AVFrame* to_frame(const media::Picture& picture, AVPixelFormat format) {
  AVFrame* frame = av_frame_alloc();
  frame->width = picture.width;
  frame->height = picture.height;
  frame->format = format;
  if (av_frame_get_buffer(frame, 0) < 0) throw std::runtime_error("no frame buffer");
  SwsContext* scaler = sws_getContext(picture.width, picture.height, AV_PIX_FMT_RGB24, picture.width, picture.height,
                                      format, SWS_BILINEAR, nullptr, nullptr, nullptr);
  const std::uint8_t* from[4] = {picture.rgb.data(), nullptr, nullptr, nullptr};
  const int strides[4] = {3 * picture.width, 0, 0, 0};
  sws_scale(scaler, from, strides, 0, picture.height, frame->data, frame->linesize);
  sws_freeContext(scaler);
  return frame;
}

// One picture as "png", "mjpeg" (a JPEG file), "bmp" ...
inline std::string make_picture(const media::Picture& picture, const char* codec_name) {
  const AVCodec* codec = avcodec_find_encoder_by_name(codec_name);
  if (codec == nullptr) throw std::runtime_error("no encoder");
  const AVPixelFormat format = std::string(codec_name) == "libwebp" ? AV_PIX_FMT_YUV420P
                               : std::string(codec_name) == "mjpeg" ? AV_PIX_FMT_YUVJ444P
                               : std::string(codec_name) == "bmp"   ? AV_PIX_FMT_BGR24
                                                                    : AV_PIX_FMT_RGB24;
  AVCodecContext* context = avcodec_alloc_context3(codec);
  context->width = picture.width;
  context->height = picture.height;
  context->pix_fmt = format;
  context->time_base = {1, 25};
  context->thread_count = 1;
  context->flags |= AV_CODEC_FLAG_QSCALE;
  context->global_quality = 2 * FF_QP2LAMBDA;
  if (avcodec_open2(context, codec, nullptr) < 0) throw std::runtime_error("encoder does not open");
  AVFrame* frame = to_frame(picture, format);
  frame->quality = context->global_quality;
  AVPacket* packet = av_packet_alloc();
  avcodec_send_frame(context, frame);
  avcodec_send_frame(context, nullptr);
  std::string bytes;
  if (avcodec_receive_packet(context, packet) == 0)
    bytes.assign(reinterpret_cast<const char*>(packet->data), static_cast<std::size_t>(packet->size));
  av_packet_free(&packet);
  av_frame_free(&frame);
  avcodec_free_context(&context);
  if (bytes.empty()) throw std::runtime_error("nothing encoded");
  return bytes;
}

struct VideoRecipe {
  int frames = 0;
  int frames_per_second = 10;
  std::string container = "matroska";  // "gif", "mp4" ...
  std::string codec = "mpeg4";
  int turn_degrees = 0;      // written as a display matrix
  bool sound_first = false;  // a silent PCM stream stands before the picture stream
};

inline std::string make_video(const VideoRecipe& recipe, const std::function<media::Picture(int)>& picture_of) {
  AVFormatContext* format = nullptr;
  avformat_alloc_output_context2(&format, nullptr, recipe.container.c_str(), nullptr);
  const AVCodec* codec = avcodec_find_encoder_by_name(recipe.codec.c_str());
  if (format == nullptr || codec == nullptr) throw std::runtime_error("no muxer or encoder");
  if (avio_open_dyn_buf(&format->pb) < 0) throw std::runtime_error("no buffer");
  if (recipe.sound_first) {
    AVStream* sound = avformat_new_stream(format, nullptr);
    sound->codecpar->codec_type = AVMEDIA_TYPE_AUDIO;
    sound->codecpar->codec_id = AV_CODEC_ID_PCM_S16LE;
    sound->codecpar->format = AV_SAMPLE_FMT_S16;
    sound->codecpar->sample_rate = 8000;
    av_channel_layout_default(&sound->codecpar->ch_layout, 1);
    sound->codecpar->bits_per_coded_sample = 16;
    sound->time_base = {1, 8000};
  }
  const media::Picture first = picture_of(0);
  AVStream* stream = avformat_new_stream(format, nullptr);
  AVCodecContext* context = avcodec_alloc_context3(codec);
  const AVPixelFormat pixels = recipe.codec == "gif"                             ? AV_PIX_FMT_RGB8
                               : recipe.codec == "png" || recipe.codec == "apng" ? AV_PIX_FMT_RGB24
                                                                                 : AV_PIX_FMT_YUV420P;
  context->width = first.width;
  context->height = first.height;
  context->pix_fmt = pixels;
  context->time_base = {1, recipe.frames_per_second};
  context->framerate = {recipe.frames_per_second, 1};
  context->gop_size = recipe.frames_per_second * 2;
  context->max_b_frames = recipe.codec == "mpeg4" ? 2 : 0;
  context->thread_count = 1;
  context->bit_rate = 8'000'000;
  if ((format->oformat->flags & AVFMT_GLOBALHEADER) != 0) context->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  if (avcodec_open2(context, codec, nullptr) < 0) throw std::runtime_error("encoder does not open");
  avcodec_parameters_from_context(stream->codecpar, context);
  stream->time_base = context->time_base;
  stream->avg_frame_rate = context->framerate;
  if (recipe.turn_degrees != 0) {
    auto* matrix = reinterpret_cast<std::int32_t*>(
        av_stream_new_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, 9 * sizeof(std::int32_t)));
    av_display_rotation_set(matrix, recipe.turn_degrees);
  }
  if (avformat_write_header(format, nullptr) < 0) throw std::runtime_error("muxer does not open");
  AVPacket* packet = av_packet_alloc();
  const auto drain = [&] {
    while (avcodec_receive_packet(context, packet) == 0) {
      av_packet_rescale_ts(packet, context->time_base, stream->time_base);
      packet->stream_index = stream->index;
      av_interleaved_write_frame(format, packet);
    }
  };
  for (int i = 0; i < recipe.frames; ++i) {
    AVFrame* frame = to_frame(i == 0 ? first : picture_of(i), pixels);
    frame->pts = i;
    avcodec_send_frame(context, frame);
    av_frame_free(&frame);
    drain();
  }
  avcodec_send_frame(context, nullptr);
  drain();
  av_write_trailer(format);
  std::uint8_t* buffer = nullptr;
  const int size = avio_close_dyn_buf(format->pb, &buffer);
  std::string bytes(reinterpret_cast<const char*>(buffer), static_cast<std::size_t>(size));
  av_free(buffer);
  av_packet_free(&packet);
  avcodec_free_context(&context);
  avformat_free_context(format);
  return bytes;
}

}  // namespace pantau::test
