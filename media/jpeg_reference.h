#pragma once
// JPEG through libjpeg, for fingerprints only: PDQ lists were made from libjpeg's pixels, and FFmpeg's decoder rounds
// differently. Belongs into the sandboxed worker; one thread.
#include <cstdint>
#include <string_view>

#include "media/picture.h"

namespace pantau::media {

// Empty when the bytes are no RGB or grey JPEG, or when there are more pixels than the limit. A file that is cut short
// gives what is there, as the reference tools do.
Picture decode_jpeg_reference(std::string_view bytes, std::uint64_t max_pixels);

}  // namespace pantau::media
