#include "media/pdq.h"

#include <algorithm>
#include <array>
#include <bit>

namespace pantau::media {
namespace {

constexpr int kSampled = 512;  // larger picture files are sampled to this
constexpr int kMinSide = 5;

bool is_grey(const Picture& picture) {
  for (std::size_t i = 0; i + 2 < picture.rgb.size(); i += 3) {
    if (picture.rgb[i] != picture.rgb[i + 1] || picture.rgb[i] != picture.rgb[i + 2]) return false;
  }
  return true;
}

bool too_small(int width, int height) {
  return width < kMinSide || height < kMinSide;
}

PdqPixels pixels_of(const Picture& picture) {
  PdqPixels pixels;
  pixels.width = pixels.stored_width = picture.width;
  pixels.height = pixels.stored_height = picture.height;
  pixels.planes[0] = picture.rgb.data();
  pixels.strides[0] = std::ptrdiff_t{3} * picture.width;
  return pixels;
}

PdqBits bits_of(const std::array<float, 256>& values) {
  std::array<float, 256> sorted = values;
  const auto middle = sorted.begin() + 127;  // the lower median
  std::nth_element(sorted.begin(), middle, sorted.end());
  const float median = *middle;
  PdqBits bits;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] > median) bits.words[3 - i / 64] |= std::uint64_t{1} << (i % 64);
  }
  return bits;
}

}  // namespace

std::string PdqBits::hex() const {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  out.reserve(64);
  for (const std::uint64_t word : words) {
    for (int shift = 60; shift >= 0; shift -= 4) out.push_back(kDigits[word >> shift & 15]);
  }
  return out;
}

std::optional<PdqBits> PdqBits::from_hex(std::string_view hex) {
  if (hex.size() != 64) return std::nullopt;
  PdqBits bits;
  for (std::size_t i = 0; i < hex.size(); ++i) {
    const char c = hex[i];
    unsigned digit = 0;
    if (c >= '0' && c <= '9') {
      digit = static_cast<unsigned>(c - '0');
    } else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
      digit = static_cast<unsigned>((c | 0x20) - 'a') + 10;
    } else {
      return std::nullopt;
    }
    bits.words[i / 16] = bits.words[i / 16] << 4 | digit;
  }
  return bits;
}

int pdq_distance(const PdqBits& a, const PdqBits& b) {
  int distance = 0;
  for (std::size_t i = 0; i < a.words.size(); ++i) distance += std::popcount(a.words[i] ^ b.words[i]);
  return distance;
}

PdqHasher::PdqHasher() : variant_(pdq_variants().front()) {}

std::optional<FramePdq> PdqHasher::frame(const PdqPixels& pixels) {
  if (too_small(pixels.width, pixels.height)) return std::nullopt;
  const PdqFrequencies found = pdq_frequencies(pixels, scratch_, variant_);
  return FramePdq{bits_of(found.values), found.quality};
}

std::optional<FramePdq> PdqHasher::frame(const Picture& picture) {
  return frame(pixels_of(picture));
}

std::optional<FramePdq> PdqHasher::picture(const Picture& picture) {
  PdqPixels pixels = pixels_of(picture);
  if (too_small(picture.width, picture.height)) return std::nullopt;
  // A grey picture file reaches the reference as one channel and is taken as it is; the weighted sum of three equal
  // floats would be off in the last bit.
  if (is_grey(picture)) pixels.layout = PdqPixels::Layout::grey;
  if (picture.width > kSampled || picture.height > kSampled) pixels.width = pixels.height = kSampled;
  return frame(pixels);
}

namespace {

Pdq as_text(const std::optional<FramePdq>& found) {
  if (!found) return {};
  return {found->bits.hex(), found->quality};
}

}  // namespace

Pdq pdq_of_frame(const Picture& picture) {
  return as_text(PdqHasher().frame(picture));
}

Pdq pdq_of_picture(const Picture& picture) {
  return as_text(PdqHasher().picture(picture));
}

}  // namespace pantau::media
