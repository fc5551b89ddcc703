#include "media/pdq_core.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <numbers>

// Compiled with -O3 and without contraction of a*b+c (media/CMakeLists.txt): a fused operation would round once where
// the reference rounds twice.

namespace pantau::media {
namespace {

constexpr int kSmall = 64;  // side of the smoothed and decimated picture
constexpr int kBits = 16;   // frequencies 1..16 in both directions
constexpr int kRows = 16;   // go through the filters together

// swscale's planar 4:2:0 to packed RGB in C (libswscale/yuv2rgb.c), whose tables are a linear function of Y plus a term
// of the chroma, cut to 0..255; only its arithmetic is repeated here.
struct YuvTerms {
  std::int32_t per_luma = 0, offset = 0;
  std::int32_t red = 0, blue = 0, green_u = 0, green_v = 0, base = 0;
};

YuvTerms yuv_terms(bool full_range) {
  std::int64_t crv = 104597, cbu = 132201, cgu = -25675, cgv = -53279;
  std::int64_t cy = std::int64_t{1} << 16;
  std::int64_t oy = 0;
  if (full_range) {
    crv = crv * 224 / 255;
    cbu = cbu * 224 / 255;
    cgu = cgu * 224 / 255;
    cgv = cgv * 224 / 255;
  } else {
    cy = cy * 255 / 219;
    oy = std::int64_t{16} << 16;
  }
  const auto normal = [&](std::int64_t k) { return static_cast<std::int32_t>((k * 65536 + 0x8000) / cy); };
  YuvTerms terms;
  terms.per_luma = static_cast<std::int32_t>(cy);
  terms.offset = static_cast<std::int32_t>(-(std::int64_t{384} << 16) - 512 * cy - oy + 0x8000);
  terms.red = normal(crv);
  terms.blue = normal(cbu);
  terms.green_u = normal(cgu);
  terms.green_v = normal(cgv);
  terms.base = full_range ? 896 : 838;
  return terms;
}

// Where a Jarosz pass, a running mean whose window is cut at both ends, stands: grow, grow and write, slide, shrink.
struct Window {
  int length, size, half, grow;
  Window(int length_in, int size_in)
      : length(length_in), size(size_in), half((size_in + 2) / 2), grow((size_in + 2) / 2 - 1) {}
};

int window_size(int length) {
  return (length + 2 * kSmall - 1) / (2 * kSmall);
}

// The column pass, fed row by row. Keeps the last `window.size + 16` rows in a ring.
struct ColumnPass {
  Window window;
  int columns;
  std::size_t stride;
  float* ring;
  int ring_rows;
  float* sums;
  int arrived = 0;  // rows summed so far
  float count = 0;

  float* row(int y) const { return ring + static_cast<std::size_t>(y % ring_rows) * stride; }
};

struct Buffers {
  float* block = nullptr;   // 16 rows of luma, later 16 rows of the first column pass
  float* turned = nullptr;  // the same as columns of 16
  float* turned_out = nullptr;
  float* ring = nullptr;
  float* sums = nullptr;
  float* narrow = nullptr;  // 64 columns of 16: the second row pass
  float* narrow_ring = nullptr;
  float* narrow_sums = nullptr;
  std::int32_t* columns = nullptr;  // byte offset of each pixel in its row
  std::uint32_t* sampled = nullptr;
  std::int32_t* red = nullptr;  // chroma terms of each pixel in a row
  std::int32_t* green = nullptr;
  std::int32_t* blue = nullptr;
};

int rounded(int value) {
  return (value + kRows - 1) / kRows * kRows;
}

Buffers arrange(PdqScratch& scratch, const PdqPixels& pixels, int ring_rows) {
  const auto wide = static_cast<std::size_t>(rounded(pixels.width));
  const std::size_t floats = wide * (3 * kRows + static_cast<std::size_t>(ring_rows) + 1) +
                             kSmall * (kRows + static_cast<std::size_t>(ring_rows) + 1) + 16;
  const std::size_t integers = 5 * (wide + 16) + 16;
  if (scratch.floats.size() < floats) scratch.floats.assign(floats, 0);
  if (scratch.integers.size() < integers) scratch.integers.assign(integers, 0);
  const auto aligned = [](auto* at) {
    return reinterpret_cast<decltype(at)>((reinterpret_cast<std::uintptr_t>(at) + 63) / 64 * 64);
  };
  Buffers out;
  float* at = aligned(scratch.floats.data());
  const auto take = [&](std::size_t count) {
    float* part = at;
    at += count;
    return part;
  };
  out.block = take(wide * kRows);
  out.turned = take(wide * kRows);
  out.turned_out = take(wide * kRows);
  out.ring = take(wide * static_cast<std::size_t>(ring_rows));
  out.sums = take(wide);
  out.narrow = take(kSmall * kRows);
  out.narrow_ring = take(kSmall * static_cast<std::size_t>(ring_rows));
  out.narrow_sums = take(kSmall);
  std::fill_n(out.sums, wide, 0.0f);
  std::fill_n(out.narrow_sums, kSmall, 0.0f);
  std::int32_t* number = aligned(scratch.integers.data());
  const std::size_t step = wide + 16;
  out.columns = number;
  out.sampled = reinterpret_cast<std::uint32_t*>(number + step);
  out.red = number + 2 * step;
  out.green = number + 3 * step;
  out.blue = number + 4 * step;
  return out;
}

struct Small {
  alignas(64) float rows[kSmall][kSmall];
};

struct CosineTable {
  alignas(64) float rows[kBits][kSmall];
  alignas(64) float columns[kSmall][kBits];
  CosineTable() {
    const auto scale = static_cast<float>(std::sqrt(2.0 / kSmall));
    for (int i = 0; i < kBits; ++i) {
      for (int j = 0; j < kSmall; ++j) {
        rows[i][j] = static_cast<float>(static_cast<double>(scale) *
                                        std::cos((std::numbers::pi / 2 / kSmall) * (i + 1) * (2 * j + 1)));
        columns[j][i] = rows[i][j];
      }
    }
  }
};

namespace plain {
#define PANTAU_PDQ_LANES 4
#include "media/pdq_kernel.inc"
#undef PANTAU_PDQ_LANES
}  // namespace plain

#if defined(__x86_64__)

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2")
#endif
namespace avx2 {
#define PANTAU_PDQ_LANES 8
#include "media/pdq_kernel.inc"
#undef PANTAU_PDQ_LANES
}  // namespace avx2
#if defined(__clang__)
#pragma clang attribute pop
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl"))), apply_to = function)
#else
#pragma GCC pop_options
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl")
#endif
namespace avx512 {
#define PANTAU_PDQ_LANES 16
#include "media/pdq_kernel.inc"
#undef PANTAU_PDQ_LANES
}  // namespace avx512
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#endif

}  // namespace

std::vector<PdqVariant> pdq_variants() {
  std::vector<PdqVariant> out;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl")) {
    out.push_back(PdqVariant::avx512);
  }
  if (__builtin_cpu_supports("avx2")) out.push_back(PdqVariant::avx2);
#endif
  out.push_back(PdqVariant::plain);
  return out;
}

PdqFrequencies pdq_frequencies(const PdqPixels& pixels, PdqScratch& scratch, PdqVariant variant) {
  static const CosineTable table;
  PdqFrequencies out;
  switch (variant) {
#if defined(__x86_64__)
    case PdqVariant::avx512:
      avx512::frequencies(pixels, scratch, table, out);
      break;
    case PdqVariant::avx2:
      avx2::frequencies(pixels, scratch, table, out);
      break;
#endif
    default:
      plain::frequencies(pixels, scratch, table, out);
      break;
  }
  return out;
}

}  // namespace pantau::media
