#pragma once
// The arithmetic of PDQ: from pixels to the 64x64 smoothed picture, its quality and its 256 frequencies. Written once
// and compiled for the vector units of the machine at hand (16, 8 or 4 lanes); every variant does the same additions
// and divisions in the same order as the reference, so all give the same bits. The whole picture is never held in
// floats: 16 rows at a time run through both smoothing passes, and of the second only the 64 columns that are read
// later are written.
//
// Pure functions on memory of the caller's; one PdqScratch belongs to one thread at a time.
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace pantau::media {

enum class PdqVariant { plain, avx2, avx512 };

// Those that this processor can run, the fastest first.
std::vector<PdqVariant> pdq_variants();

struct PdqPixels {
  enum class Layout {
    rgb,     // planes[0]: packed R, G, B
    grey,    // planes[0]: packed R, G, B of equal value; taken as it is
    yuv420,  // three planes; turned into RGB as swscale's C code does, in BT.601 whatever the stream says
  };
  Layout layout = Layout::rgb;
  int width = 0, height = 0;  // of what is fingerprinted, at least 5 each
  std::array<const std::uint8_t*, 3> planes{};
  std::array<std::ptrdiff_t, 3> strides{};
  bool full_range = false;  // yuv420
  // rgb and grey: the size of what `planes` hold when it is another: nearest pixels are taken.
  int stored_width = 0, stored_height = 0;
};

// Buffers that are kept from picture to picture.
struct PdqScratch {
  std::vector<float> floats;
  std::vector<std::int32_t> integers;
};

struct PdqFrequencies {
  std::array<float, 256> values{};  // row after row, frequencies 1..16 in both directions
  int quality = 0;
};

PdqFrequencies pdq_frequencies(const PdqPixels& pixels, PdqScratch& scratch, PdqVariant variant);

}  // namespace pantau::media
