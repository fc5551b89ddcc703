#include "media/jpeg_reference.h"

#include <jpeglib.h>

#include <csetjmp>
#include <cstdio>
#include <vector>

namespace pantau::media {
namespace {

struct Errors {
  jpeg_error_mgr manager;  // first: libjpeg hands its address back
  std::jmp_buf escape;
};

[[noreturn]] void escape(j_common_ptr info) {
  std::longjmp(reinterpret_cast<Errors*>(info->err)->escape, 1);
}
void keep_quiet(j_common_ptr) {}
void ignore_warning(j_common_ptr, int) {}

// No object with a destructor may live between setjmp and longjmp: the rows are the caller's.
bool decode_rows(std::string_view bytes, std::uint64_t max_pixels, std::vector<std::uint8_t>& rows, int& width,
                 int& height, int& channels) {
  jpeg_decompress_struct info;
  Errors errors;
  info.err = jpeg_std_error(&errors.manager);
  errors.manager.error_exit = escape;
  errors.manager.output_message = keep_quiet;
  errors.manager.emit_message = ignore_warning;
  jpeg_create_decompress(&info);
  if (setjmp(errors.escape) != 0) {
    jpeg_destroy_decompress(&info);
    return false;
  }
  jpeg_mem_src(&info, reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<unsigned long>(bytes.size()));
  jpeg_read_header(&info, TRUE);
  const std::uint64_t pixels = static_cast<std::uint64_t>(info.image_width) * info.image_height;
  if (pixels == 0 || pixels > max_pixels ||
      (info.jpeg_color_space != JCS_YCbCr && info.jpeg_color_space != JCS_GRAYSCALE &&
       info.jpeg_color_space != JCS_RGB)) {
    jpeg_destroy_decompress(&info);
    return false;
  }
  jpeg_start_decompress(&info);
  width = static_cast<int>(info.output_width);
  height = static_cast<int>(info.output_height);
  channels = info.output_components;
  const std::size_t stride =
      static_cast<std::size_t>(info.output_width) * static_cast<std::size_t>(info.output_components);
  rows.assign(stride * info.output_height, 0);
  while (info.output_scanline < info.output_height) {
    JSAMPROW row = rows.data() + stride * info.output_scanline;
    jpeg_read_scanlines(&info, &row, 1);
  }
  jpeg_finish_decompress(&info);
  jpeg_destroy_decompress(&info);
  return true;
}

}  // namespace

Picture decode_jpeg_reference(std::string_view bytes, std::uint64_t max_pixels) {
  std::vector<std::uint8_t> rows;
  int width = 0;
  int height = 0;
  int channels = 0;
  if (!decode_rows(bytes, max_pixels, rows, width, height, channels)) return {};
  if (channels == 3) return {width, height, std::move(rows)};
  if (channels != 1) return {};
  Picture picture{width, height, {}};
  picture.rgb.reserve(rows.size() * 3);
  for (const std::uint8_t value : rows) picture.rgb.insert(picture.rgb.end(), 3, value);
  return picture;
}

}  // namespace pantau::media
