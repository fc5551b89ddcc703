#include "media/faces/reference_pack.h"

#include <bit>
#include <cmath>
#include <cstring>

namespace pantau::media {
namespace {

// magic, dimensions, count, report_from; then the numbers; then, from a multiple of 64 bytes on, the rows.
constexpr char kFacePackMagic[8] = {'P', 'M', 'F', 'A', 'C', 'E', '0', '1'};
constexpr std::size_t kFacePackHead = 8 + 4 + 4 + 8;
static_assert(std::endian::native == std::endian::little);

constexpr std::size_t rows_at(std::size_t count) {
  return (kFacePackHead + 4 * count + 63) / 64 * 64;
}

template <int kLanes>
inline __attribute__((always_inline)) float dot_in_lanes(const float* a, const float* b, int dimensions) {
  float lanes[kLanes] = {};
  int i = 0;
  for (; i + kLanes <= dimensions; i += kLanes) {
    for (int k = 0; k < kLanes; ++k) lanes[k] += a[i + k] * b[i + k];
  }
  float sum = 0;
  for (; i < dimensions; ++i) sum += a[i] * b[i];
  for (const float lane : lanes) sum += lane;
  return sum;
}

struct Row {
  std::size_t at = 0;
  float similarity = -2;
};

template <int kLanes>
inline __attribute__((always_inline)) Row closest_row(const float* rows, std::size_t count, const float* face,
                                                      int dimensions) {
  Row best;
  for (std::size_t i = 0; i < count; ++i) {
    const float similarity = dot_in_lanes<kLanes>(rows + i * static_cast<std::size_t>(dimensions), face, dimensions);
    if (similarity > best.similarity) best = {i, similarity};
  }
  return best;
}

Row closest_anywhere(const float* rows, std::size_t count, const float* face, int dimensions) {
  return closest_row<16>(rows, count, face, dimensions);
}

#if defined(__x86_64__)
#if defined(__clang__)  // vectorises at -O2 already
#define PANTAU_VECTORISED target("avx2,fma")
#else
#define PANTAU_VECTORISED target("avx2,fma"), optimize("O3")
#endif
__attribute__((PANTAU_VECTORISED)) Row closest_avx2(const float* rows, std::size_t count, const float* face,
                                                    int dimensions) {
  return closest_row<32>(rows, count, face, dimensions);
}
#endif

}  // namespace

std::string encode_references(const References& references) {
  const auto count = static_cast<std::uint32_t>(references.numbers.size());
  const auto dimensions = static_cast<std::uint32_t>(references.dimensions);
  std::string out(rows_at(count), '\0');
  std::memcpy(out.data(), kFacePackMagic, sizeof(kFacePackMagic));
  std::memcpy(out.data() + 8, &dimensions, 4);
  std::memcpy(out.data() + 12, &count, 4);
  std::memcpy(out.data() + 16, &references.report_from, 8);
  if (!references.numbers.empty())
    std::memcpy(out.data() + kFacePackHead, references.numbers.data(), 4 * references.numbers.size());
  out.append(reinterpret_cast<const char*>(references.rows.data()), references.rows.size() * sizeof(float));
  return out;
}

Result<ReferencePack> ReferencePack::open(std::string_view bytes) {
  const Error wrong = operator_error("the reference pack of faces is malformed");
  if (bytes.size() < kFacePackHead || std::memcmp(bytes.data(), kFacePackMagic, sizeof(kFacePackMagic)) != 0)
    return wrong;
  std::uint32_t dimensions = 0, count = 0;
  std::memcpy(&dimensions, bytes.data() + 8, 4);
  std::memcpy(&count, bytes.data() + 12, 4);
  ReferencePack pack;
  std::memcpy(&pack.report_from_, bytes.data() + 16, 8);
  if (dimensions == 0 || dimensions > 4096 || count > kMostPortraits || !std::isfinite(pack.report_from_)) return wrong;
  if (bytes.size() != rows_at(count) + std::size_t{4} * count * dimensions) return wrong;
  if (reinterpret_cast<std::uintptr_t>(bytes.data()) % alignof(float) != 0) return wrong;
  pack.dimensions_ = static_cast<int>(dimensions);
  pack.numbers_.resize(count);
  std::memcpy(pack.numbers_.data(), bytes.data() + kFacePackHead, std::size_t{4} * count);
  pack.rows_ = reinterpret_cast<const float*>(bytes.data() + rows_at(count));
  return pack;
}

ReferencePack::Best ReferencePack::closest(std::span<const float> face) const {
  if (numbers_.empty() || face.size() != static_cast<std::size_t>(dimensions_)) return {};
#if defined(__x86_64__)
  static const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  const Row best = avx2 ? closest_avx2(rows_, numbers_.size(), face.data(), dimensions_)
                        : closest_anywhere(rows_, numbers_.size(), face.data(), dimensions_);
#else
  const Row best = closest_anywhere(rows_, numbers_.size(), face.data(), dimensions_);
#endif
  return {numbers_[best.at], best.similarity};
}

}  // namespace pantau::media
