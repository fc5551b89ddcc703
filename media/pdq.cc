#include "media/pdq.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

namespace pantau::media {
namespace {

constexpr int kSampled = 512;  // side after sampling of large picture files
constexpr int kSmall = 64;     // side of the smoothed and decimated picture
constexpr int kBits = 16;      // frequencies 1..16 in both directions
constexpr int kMinSide = 5;

using Plane = std::vector<float>;

float luma_of(const std::uint8_t* rgb) {
  return 0.299f * static_cast<float>(rgb[0]) + 0.587f * static_cast<float>(rgb[1]) +
         0.114f * static_cast<float>(rgb[2]);
}

Plane full_luma(const Picture& picture) {
  Plane out(static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.height));
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = luma_of(picture.rgb.data() + 3 * i);
  return out;
}

// A grey picture file reaches the reference as one channel and is taken as it is; the weighted sum of three equal
// floats would be off in the last bit.
Plane full_grey(const Picture& picture) {
  Plane out(static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.height));
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<float>(picture.rgb[3 * i]);
  return out;
}

bool is_grey(const Picture& picture) {
  for (std::size_t i = 0; i + 2 < picture.rgb.size(); i += 3) {
    if (picture.rgb[i] != picture.rgb[i + 1] || picture.rgb[i] != picture.rgb[i + 2]) return false;
  }
  return true;
}

Picture sample(const Picture& picture) {
  Picture out{kSampled, kSampled, std::vector<std::uint8_t>(std::size_t{3} * kSampled * kSampled)};
  for (int y = 0; y < kSampled; ++y) {
    const std::size_t row = static_cast<std::size_t>(static_cast<std::int64_t>(y) * picture.height / kSampled) *
                            static_cast<std::size_t>(picture.width);
    for (int x = 0; x < kSampled; ++x) {
      const std::size_t from = row + static_cast<std::size_t>(static_cast<std::int64_t>(x) * picture.width / kSampled);
      std::copy_n(picture.rgb.data() + 3 * from, 3,
                  out.rgb.data() + 3 * (static_cast<std::size_t>(y) * kSampled + static_cast<std::size_t>(x)));
    }
  }
  return out;
}

// One Jarosz pass: a running box mean whose window is cut at both ends. The order of additions decides the last bits,
// so it is the reference's: grow, grow and write, slide, shrink. `stride` separates neighbours; `lanes` neighbouring
// lines are filtered side by side (the order along each line stays), which turns column walks into row walks.
void box_filter(const float* in, float* out, int length, std::size_t stride, int window, int lanes, float* sums) {
  const int half = (window + 2) / 2;
  const int grow = half - 1;
  const int grow_and_write = window - half + 1;
  const int slide = length - window;
  std::fill_n(sums, lanes, 0.0f);
  std::size_t left = 0;
  std::size_t right = 0;
  std::size_t write = 0;
  float count = 0;
  for (int i = 0; i < grow; ++i, right += stride, count += 1) {
    for (int k = 0; k < lanes; ++k) sums[k] += in[right + static_cast<std::size_t>(k)];
  }
  for (int i = 0; i < grow_and_write; ++i, right += stride, write += stride) {
    count += 1;
    for (int k = 0; k < lanes; ++k) {
      sums[k] += in[right + static_cast<std::size_t>(k)];
      out[write + static_cast<std::size_t>(k)] = sums[k] / count;
    }
  }
  for (int i = 0; i < slide; ++i, right += stride, left += stride, write += stride) {
    for (int k = 0; k < lanes; ++k) {
      sums[k] += in[right + static_cast<std::size_t>(k)];
      sums[k] -= in[left + static_cast<std::size_t>(k)];
      out[write + static_cast<std::size_t>(k)] = sums[k] / count;
    }
  }
  for (int i = 0; i < grow; ++i, left += stride, write += stride) {
    count -= 1;
    for (int k = 0; k < lanes; ++k) {
      sums[k] -= in[left + static_cast<std::size_t>(k)];
      out[write + static_cast<std::size_t>(k)] = sums[k] / count;
    }
  }
}

void smooth(Plane& plane, int width, int height) {
  Plane other(plane.size());
  std::vector<float> sums(static_cast<std::size_t>(std::max(width, 1)));
  const int along_rows = (width + 2 * kSmall - 1) / (2 * kSmall);
  const int along_columns = (height + 2 * kSmall - 1) / (2 * kSmall);
  for (int pass = 0; pass < 2; ++pass) {
    for (int y = 0; y < height; ++y) {
      const std::size_t row = static_cast<std::size_t>(y) * static_cast<std::size_t>(width);
      box_filter(plane.data() + row, other.data() + row, width, 1, along_rows, 1, sums.data());
    }
    box_filter(other.data(), plane.data(), height, static_cast<std::size_t>(width), along_columns, width, sums.data());
  }
}

using Small = std::array<std::array<float, kSmall>, kSmall>;

Small decimate(const Plane& plane, int width, int height) {
  Small out{};
  for (int i = 0; i < kSmall; ++i) {
    const int y = static_cast<int>((i + 0.5) * height / kSmall);
    for (int j = 0; j < kSmall; ++j) {
      const int x = static_cast<int>((j + 0.5) * width / kSmall);
      out[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)] =
          plane[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)];
    }
  }
  return out;
}

int quality_of(const Small& small) {
  int sum = 0;
  const auto step = [](float u, float v) { return std::abs(static_cast<int>(((u - v) * 100) / 255)); };
  for (std::size_t i = 0; i + 1 < kSmall; ++i) {
    for (std::size_t j = 0; j < kSmall; ++j) sum += step(small[i][j], small[i + 1][j]);
  }
  for (std::size_t i = 0; i < kSmall; ++i) {
    for (std::size_t j = 0; j + 1 < kSmall; ++j) sum += step(small[i][j], small[i][j + 1]);
  }
  return std::min(100, sum / 90);
}

struct CosineTable {
  std::array<std::array<float, kSmall>, kBits> rows{};
  CosineTable() {
    const auto scale = static_cast<float>(std::sqrt(2.0 / kSmall));
    for (int i = 0; i < kBits; ++i) {
      for (int j = 0; j < kSmall; ++j) {
        rows[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)] =
            static_cast<float>(scale * std::cos((std::numbers::pi / 2 / kSmall) * (i + 1) * (2 * j + 1)));
      }
    }
  }
};

std::array<float, kBits * kBits> transform(const Small& small) {
  static const CosineTable table;
  std::array<std::array<float, kSmall>, kBits> half{};
  for (std::size_t i = 0; i < kBits; ++i) {
    for (std::size_t j = 0; j < kSmall; ++j) {
      float sum = 0;
      for (std::size_t k = 0; k < kSmall; ++k) sum += table.rows[i][k] * small[k][j];
      half[i][j] = sum;
    }
  }
  std::array<float, kBits * kBits> out{};
  for (std::size_t i = 0; i < kBits; ++i) {
    for (std::size_t j = 0; j < kBits; ++j) {
      float sum = 0;
      for (std::size_t k = 0; k < kSmall; ++k) sum += half[i][k] * table.rows[j][k];
      out[i * kBits + j] = sum;
    }
  }
  return out;
}

std::string bits_of(const std::array<float, kBits * kBits>& values) {
  std::array<float, kBits* kBits> sorted = values;
  const auto middle = sorted.begin() + (kBits * kBits / 2 - 1);  // the lower median
  std::nth_element(sorted.begin(), middle, sorted.end());
  const float median = *middle;
  std::string hex;
  static constexpr char kDigits[] = "0123456789abcdef";
  for (int nibble = kBits * kBits / 4 - 1; nibble >= 0; --nibble) {  // the highest bit first
    unsigned value = 0;
    for (int bit = 3; bit >= 0; --bit)
      value = value << 1 | (values[static_cast<std::size_t>(nibble * 4 + bit)] > median ? 1u : 0u);
    hex.push_back(kDigits[value]);
  }
  return hex;
}

Pdq pdq_of_luma(Plane plane, int width, int height) {
  if (width != kSmall || height != kSmall) smooth(plane, width, height);
  const Small small = decimate(plane, width, height);
  return {bits_of(transform(small)), quality_of(small)};
}

bool too_small(const Picture& picture) {
  return picture.width < kMinSide || picture.height < kMinSide;
}

}  // namespace

Pdq pdq_of_frame(const Picture& picture) {
  if (too_small(picture)) return {};
  return pdq_of_luma(full_luma(picture), picture.width, picture.height);
}

Pdq pdq_of_picture(const Picture& picture) {
  if (too_small(picture)) return {};
  if (picture.width > kSampled || picture.height > kSampled) {
    const Picture sampled = sample(picture);
    return pdq_of_luma(is_grey(picture) ? full_grey(sampled) : full_luma(sampled), kSampled, kSampled);
  }
  return pdq_of_luma(is_grey(picture) ? full_grey(picture) : full_luma(picture), picture.width, picture.height);
}

}  // namespace pantau::media
