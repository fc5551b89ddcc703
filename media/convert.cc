#include "media/convert.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "media/ffmpeg.h"

namespace pantau::media {
namespace {

bool is_full_range(const AVFrame& frame) {
  if (frame.color_range == AVCOL_RANGE_JPEG) return true;
  switch (frame.format) {
    case AV_PIX_FMT_YUVJ420P:
    case AV_PIX_FMT_YUVJ422P:
    case AV_PIX_FMT_YUVJ444P:
    case AV_PIX_FMT_YUVJ440P:
    case AV_PIX_FMT_YUVJ411P:
      return true;
    default:
      return false;
  }
}

int colour_matrix(const AVFrame& frame) {
  switch (frame.colorspace) {
    case AVCOL_SPC_BT709:
      return SWS_CS_ITU709;
    case AVCOL_SPC_BT2020_NCL:
    case AVCOL_SPC_BT2020_CL:
      return SWS_CS_BT2020;
    case AVCOL_SPC_SMPTE240M:
      return SWS_CS_SMPTE240M;
    default:
      return SWS_CS_DEFAULT;
  }
}

// Deprecated "j" formats mean the plain format in full range; the range is then said separately.
AVPixelFormat plain_format(int format) {
  switch (format) {
    case AV_PIX_FMT_YUVJ420P:
      return AV_PIX_FMT_YUV420P;
    case AV_PIX_FMT_YUVJ422P:
      return AV_PIX_FMT_YUV422P;
    case AV_PIX_FMT_YUVJ444P:
      return AV_PIX_FMT_YUV444P;
    case AV_PIX_FMT_YUVJ440P:
      return AV_PIX_FMT_YUV440P;
    case AV_PIX_FMT_YUVJ411P:
      return AV_PIX_FMT_YUV411P;
    default:
      return static_cast<AVPixelFormat>(format);
  }
}

bool scale_into(const AVFrame& frame, AVPixelFormat format, int width, int height, std::uint8_t* out, int stride,
                bool own_matrix) {
  const bool same_size = width == frame.width && height == frame.height;
  const int flags = (same_size ? SWS_BILINEAR : SWS_AREA) | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT |
                    (same_size ? 0 : SWS_FULL_CHR_H_INP);
  ScalerPointer scaler(sws_getContext(frame.width, frame.height, plain_format(frame.format), width, height, format,
                                      flags, nullptr, nullptr, nullptr));
  if (!scaler) return false;
  const int* coefficients = sws_getCoefficients(own_matrix ? colour_matrix(frame) : SWS_CS_DEFAULT);
  sws_setColorspaceDetails(scaler.get(), coefficients, is_full_range(frame) ? 1 : 0,
                           sws_getCoefficients(SWS_CS_DEFAULT), 1, 0, 1 << 16, 1 << 16);
  std::uint8_t* planes[4] = {out, nullptr, nullptr, nullptr};
  const int strides[4] = {stride, 0, 0, 0};
  return sws_scale(scaler.get(), frame.data, frame.linesize, 0, frame.height, planes, strides) == height;
}

bool has_alpha(const AVFrame& frame) {
  if (frame.format == AV_PIX_FMT_PAL8) return true;
  const AVPixFmtDescriptor* description = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format));
  return description != nullptr && (description->flags & AV_PIX_FMT_FLAG_ALPHA) != 0;
}

// swscale writes up to a vector past a row's end.
constexpr std::size_t kSlack = 64;

Picture flatten(const std::vector<std::uint8_t>& rgba, int width, int height) {
  const std::size_t pixels = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  std::uint64_t opaque = 0;
  std::uint64_t light = 0;
  for (std::size_t i = 0; i < pixels; ++i) {
    const std::uint8_t* p = rgba.data() + 4 * i;
    if (p[3] < 128) continue;
    ++opaque;
    light += (p[0] * 77u + p[1] * 150u + p[2] * 29u) >> 8;
  }
  const bool transparent = opaque * 50 < pixels * 49;
  const int ground = transparent && opaque > 0 && light / opaque > 160 ? 0 : 255;
  Picture picture{width, height, std::vector<std::uint8_t>(pixels * 3)};
  for (std::size_t i = 0; i < pixels; ++i) {
    const std::uint8_t* p = rgba.data() + 4 * i;
    for (std::size_t c = 0; c < 3; ++c) {
      picture.rgb[3 * i + c] = static_cast<std::uint8_t>((p[c] * p[3] + ground * (255 - p[3]) + 127) / 255);
    }
  }
  return picture;
}

Picture turn(const Picture& from, int degrees, bool mirrored) {
  if (degrees == 0 && !mirrored) return from;
  const bool sideways = degrees == 90 || degrees == 270;
  Picture to{sideways ? from.height : from.width, sideways ? from.width : from.height,
             std::vector<std::uint8_t>(from.rgb.size())};
  for (int y = 0; y < to.height; ++y) {
    for (int x = 0; x < to.width; ++x) {
      const int tx = mirrored ? to.width - 1 - x : x;
      int sx = tx;
      int sy = y;
      if (degrees == 90) {
        sx = y;
        sy = from.height - 1 - tx;
      } else if (degrees == 180) {
        sx = from.width - 1 - tx;
        sy = from.height - 1 - y;
      } else if (degrees == 270) {
        sx = from.width - 1 - y;
        sy = tx;
      }
      std::copy_n(from.rgb.data() + 3 * (static_cast<std::size_t>(sy) * static_cast<std::size_t>(from.width) +
                                         static_cast<std::size_t>(sx)),
                  3,
                  to.rgb.data() + 3 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(to.width) +
                                       static_cast<std::size_t>(x)));
    }
  }
  return to;
}

// The table that swscale's C code builds for planar 4:2:0 to packed RGB in BT.601, so that fingerprints of frames equal
// the reference's on machines with and without vector units (libswscale/yuv2rgb.c, ff_yuv2rgb_c_init_tables; only its
// arithmetic is repeated here).
struct YuvTables {
  explicit YuvTables(bool full_range) {
    std::int64_t crv = 104597;
    std::int64_t cbu = 132201;
    std::int64_t cgu = -25675;
    std::int64_t cgv = -53279;
    std::int64_t cy = std::int64_t{1} << 16;
    std::int64_t oy = 0;
    if (!full_range) {
      cy = cy * 255 / 219;
      oy = std::int64_t{16} << 16;
    } else {
      crv = crv * 224 / 255;
      cbu = cbu * 224 / 255;
      cgu = cgu * 224 / 255;
      cgv = cgv * 224 / 255;
    }
    const auto normal = [&](std::int64_t k) { return (k * 65536 + 0x8000) / cy; };
    const std::int64_t r = normal(crv);
    const std::int64_t b = normal(cbu);
    const std::int64_t gu = normal(cgu);
    const std::int64_t gv = normal(cgv);
    std::int64_t at = -(std::int64_t{384} << 16) - 512 * cy - oy;
    for (std::size_t i = 0; i < luma.size(); ++i, at += cy)
      luma[i] = static_cast<std::uint8_t>(std::clamp<std::int64_t>((at + 0x8000) >> 16, 0, 255));
    base = full_range ? 896 : 838;
    for (int c = 0; c < 256; ++c) {
      const auto offset = [&](std::int64_t k) { return static_cast<int>(-(k >> 9) + ((c * k) >> 16)); };
      red[static_cast<std::size_t>(c)] = offset(r);
      blue[static_cast<std::size_t>(c)] = offset(b);
      green_u[static_cast<std::size_t>(c)] = offset(gu);
      green_v[static_cast<std::size_t>(c)] = offset(gv);
    }
  }
  std::array<std::uint8_t, 2048> luma{};
  std::array<int, 256> red{}, blue{}, green_u{}, green_v{};
  int base = 838;
};

Picture reference_yuv420(const AVFrame& frame, bool full_range) {
  static const YuvTables limited(false);
  static const YuvTables full(true);
  const YuvTables& tables = full_range ? full : limited;
  Picture out{frame.width, frame.height, {}};
  out.rgb.resize(static_cast<std::size_t>(frame.width) * static_cast<std::size_t>(frame.height) * 3);
  std::uint8_t* to = out.rgb.data();
  for (int y = 0; y < frame.height; ++y) {
    const std::uint8_t* luma = frame.data[0] + static_cast<std::ptrdiff_t>(y) * frame.linesize[0];
    const std::uint8_t* u = frame.data[1] + static_cast<std::ptrdiff_t>(y / 2) * frame.linesize[1];
    const std::uint8_t* v = frame.data[2] + static_cast<std::ptrdiff_t>(y / 2) * frame.linesize[2];
    for (int x = 0; x < frame.width; ++x, to += 3) {
      const std::size_t cu = u[x / 2];
      const std::size_t cv = v[x / 2];
      const int at = luma[x] + tables.base;
      to[0] = tables.luma[static_cast<std::size_t>(at + tables.red[cv])];
      to[1] = tables.luma[static_cast<std::size_t>(at + tables.green_u[cu] + tables.green_v[cv])];
      to[2] = tables.luma[static_cast<std::size_t>(at + tables.blue[cu])];
    }
  }
  return out;
}

// Sums columns of `step` pixels of one row into `sums`; the inner loops vectorise.
void add_row(const std::uint8_t* row, int columns, int step, std::uint32_t* sums) {
  if (step == 4) {
    for (int i = 0; i < columns; ++i) sums[i] += row[4 * i] + row[4 * i + 1] + row[4 * i + 2] + row[4 * i + 3];
    return;
  }
  for (int i = 0; i < columns; ++i) {
    std::uint32_t sum = 0;
    for (int k = 0; k < step; ++k) sum += row[i * step + k];
    sums[i] += sum;
  }
}

bool has_luma_plane(const AVFrame& frame) {
  const AVPixFmtDescriptor* description = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format));
  return description != nullptr &&
         (description->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM)) == 0 &&
         description->comp[0].depth == 8 && description->comp[0].plane == 0 && description->comp[0].step == 1 &&
         description->comp[0].offset == 0;
}

}  // namespace

std::vector<std::uint8_t> to_rgba(const AVFrame& frame) {
  const std::size_t stride = static_cast<std::size_t>(frame.width) * 4;
  std::vector<std::uint8_t> out(stride * static_cast<std::size_t>(frame.height) + kSlack);
  if (!scale_into(frame, AV_PIX_FMT_RGBA, frame.width, frame.height, out.data(), static_cast<int>(stride), true))
    return {};
  return out;
}

Picture upright_picture(const AVFrame& frame, const MediumInfo& info) {
  const int width = std::max(1, static_cast<int>(std::lround(frame.width * info.pixel_aspect)));
  Picture picture;
  if (has_alpha(frame)) {
    const std::vector<std::uint8_t> rgba = to_rgba(frame);
    if (rgba.empty()) return {};
    picture = flatten(rgba, frame.width, frame.height);
  } else {
    picture = Picture{width, frame.height, {}};
    const std::size_t stride = static_cast<std::size_t>(width) * 3;
    picture.rgb.resize(stride * static_cast<std::size_t>(frame.height) + kSlack);
    if (!scale_into(frame, AV_PIX_FMT_RGB24, width, frame.height, picture.rgb.data(), static_cast<int>(stride), true))
      return {};
    picture.rgb.resize(stride * static_cast<std::size_t>(frame.height));
  }
  return turn(picture, info.turn_degrees, info.mirrored);
}

Picture fingerprint_picture(const AVFrame& frame) {
  if (frame.format == AV_PIX_FMT_YUV420P || frame.format == AV_PIX_FMT_YUVJ420P)
    return reference_yuv420(frame, is_full_range(frame));
  Picture picture{frame.width, frame.height, {}};
  const std::size_t stride = static_cast<std::size_t>(frame.width) * 3;
  if (has_alpha(frame)) {  // dropped, not blended
    const std::vector<std::uint8_t> rgba = to_rgba(frame);
    if (rgba.empty()) return {};
    picture.rgb.resize(stride * static_cast<std::size_t>(frame.height));
    for (std::size_t i = 0; i < picture.rgb.size() / 3; ++i)
      std::copy_n(rgba.data() + 4 * i, 3, picture.rgb.data() + 3 * i);
    return picture;
  }
  picture.rgb.resize(stride * static_cast<std::size_t>(frame.height) + kSlack);
  if (!scale_into(frame, AV_PIX_FMT_RGB24, frame.width, frame.height, picture.rgb.data(), static_cast<int>(stride),
                  false))
    return {};
  picture.rgb.resize(stride * static_cast<std::size_t>(frame.height));
  return picture;
}

std::optional<PdqPixels> fingerprint_pixels(const AVFrame& frame, Picture& storage) {
  PdqPixels pixels;
  pixels.width = pixels.stored_width = frame.width;
  pixels.height = pixels.stored_height = frame.height;
  if (frame.format == AV_PIX_FMT_YUV420P || frame.format == AV_PIX_FMT_YUVJ420P) {
    pixels.layout = PdqPixels::Layout::yuv420;
    pixels.full_range = is_full_range(frame);
    for (std::size_t i = 0; i < 3; ++i) {
      pixels.planes[i] = frame.data[i];
      pixels.strides[i] = frame.linesize[i];
    }
    return pixels;
  }
  storage = fingerprint_picture(frame);
  if (storage.empty()) return std::nullopt;
  pixels.planes[0] = storage.rgb.data();
  pixels.strides[0] = std::ptrdiff_t{3} * storage.width;
  return pixels;
}

GreyPicture small_luma(const AVFrame& frame, int width) {
  const int step = std::max(1, (frame.width + width - 1) / width);
  const int columns = frame.width / step;
  const int rows = frame.height / step;
  if (columns < 1 || rows < 1) return {};
  GreyPicture out{columns, rows, {}};
  if (!has_luma_plane(frame)) {
    const std::size_t stride = static_cast<std::size_t>(columns);
    out.luma.resize(stride * static_cast<std::size_t>(rows) + kSlack);
    if (!scale_into(frame, AV_PIX_FMT_GRAY8, columns, rows, out.luma.data(), columns, false)) return {};
    out.luma.resize(stride * static_cast<std::size_t>(rows));
    return out;
  }
  out.luma.resize(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows));
  std::vector<std::uint32_t> sums(static_cast<std::size_t>(columns));
  const std::uint32_t scale = (1u << 16) / static_cast<std::uint32_t>(step * step);
  for (int y = 0; y < rows; ++y) {
    std::fill(sums.begin(), sums.end(), 0);
    for (int k = 0; k < step; ++k)
      add_row(frame.data[0] + static_cast<std::ptrdiff_t>(y * step + k) * frame.linesize[0], columns, step,
              sums.data());
    std::uint8_t* to = out.luma.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(columns);
    for (int x = 0; x < columns; ++x)
      to[x] = static_cast<std::uint8_t>(sums[static_cast<std::size_t>(x)] * scale >> 16);
  }
  return out;
}

Picture crop(const Picture& picture, const Rectangle& area) {
  const int left = std::clamp(area.x, 0, picture.width);
  const int top = std::clamp(area.y, 0, picture.height);
  const int right = std::clamp(area.x + area.width, left, picture.width);
  const int bottom = std::clamp(area.y + area.height, top, picture.height);
  Picture out{right - left, bottom - top, {}};
  out.rgb.reserve(static_cast<std::size_t>(out.width) * static_cast<std::size_t>(out.height) * 3);
  for (int y = top; y < bottom; ++y) {
    const auto from = picture.rgb.begin() + 3 * (static_cast<std::ptrdiff_t>(y) * picture.width + left);
    out.rgb.insert(out.rgb.end(), from, from + 3 * static_cast<std::ptrdiff_t>(out.width));
  }
  return out;
}

Picture shrink(const Picture& picture, int side) {
  const int longest = std::max(picture.width, picture.height);
  if (longest <= side || picture.empty()) return picture;
  const int width = std::max(1, static_cast<int>(static_cast<std::int64_t>(picture.width) * side / longest));
  const int height = std::max(1, static_cast<int>(static_cast<std::int64_t>(picture.height) * side / longest));
  Picture out{
      width, height,
      std::vector<std::uint8_t>(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3 + kSlack)};
  ScalerPointer scaler(sws_getContext(picture.width, picture.height, AV_PIX_FMT_RGB24, width, height, AV_PIX_FMT_RGB24,
                                      SWS_AREA, nullptr, nullptr, nullptr));
  if (!scaler) return {};
  const std::uint8_t* from[4] = {picture.rgb.data(), nullptr, nullptr, nullptr};
  const int from_stride[4] = {picture.width * 3, 0, 0, 0};
  std::uint8_t* to[4] = {out.rgb.data(), nullptr, nullptr, nullptr};
  const int to_stride[4] = {width * 3, 0, 0, 0};
  if (sws_scale(scaler.get(), from, from_stride, 0, picture.height, to, to_stride) != height) return {};
  out.rgb.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3);
  return out;
}

std::string encode_jpeg(const Picture& picture) {
  const AVCodec* encoder = avcodec_find_encoder(AV_CODEC_ID_MJPEG);
  if (encoder == nullptr || picture.empty()) return {};
  CodecPointer codec(avcodec_alloc_context3(encoder));
  FramePointer frame(av_frame_alloc());
  PacketPointer packet(av_packet_alloc());
  if (!codec || !frame || !packet) return {};
  codec->width = frame->width = picture.width;
  codec->height = frame->height = picture.height;
  codec->pix_fmt = AV_PIX_FMT_YUVJ420P;
  codec->time_base = {1, 25};
  codec->thread_count = 1;
  codec->color_range = AVCOL_RANGE_JPEG;
  codec->flags |= AV_CODEC_FLAG_QSCALE;
  codec->global_quality = 4 * FF_QP2LAMBDA;
  frame->format = AV_PIX_FMT_YUVJ420P;
  frame->quality = codec->global_quality;
  if (avcodec_open2(codec.get(), encoder, nullptr) < 0 || av_frame_get_buffer(frame.get(), 0) < 0) return {};
  ScalerPointer scaler(sws_getContext(picture.width, picture.height, AV_PIX_FMT_RGB24, picture.width, picture.height,
                                      AV_PIX_FMT_YUV420P, SWS_AREA | SWS_ACCURATE_RND, nullptr, nullptr, nullptr));
  if (!scaler) return {};
  sws_setColorspaceDetails(scaler.get(), sws_getCoefficients(SWS_CS_DEFAULT), 1, sws_getCoefficients(SWS_CS_DEFAULT), 1,
                           0, 1 << 16, 1 << 16);
  const std::uint8_t* from[4] = {picture.rgb.data(), nullptr, nullptr, nullptr};
  const int from_stride[4] = {picture.width * 3, 0, 0, 0};
  if (sws_scale(scaler.get(), from, from_stride, 0, picture.height, frame->data, frame->linesize) != picture.height)
    return {};
  if (avcodec_send_frame(codec.get(), frame.get()) < 0 || avcodec_send_frame(codec.get(), nullptr) < 0 ||
      avcodec_receive_packet(codec.get(), packet.get()) < 0) {
    return {};
  }
  return std::string(reinterpret_cast<const char*>(packet->data), static_cast<std::size_t>(packet->size));
}

}  // namespace pantau::media
