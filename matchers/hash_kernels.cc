#include "matchers/hash_kernels.h"

#include <bit>

#if defined(__x86_64__)
#include <immintrin.h>
#define PANTAU_HASH_X86 1
#endif

#if defined(__GNUC__) && !defined(__clang__)
// g++ 12 takes the "undefined" registers of its own intrinsics for a mistake (GCC PR 105593).
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

namespace pantau::matchers {
namespace {

using media::PdqBits;

void scan_portable(const PdqBits* hashes, std::size_t count, const PdqBits& query, int radius, std::uint32_t first,
                   std::vector<CloseHash>& out) {
  for (std::size_t i = 0; i < count; ++i) {
    const int distance = media::pdq_distance(hashes[i], query);
    if (distance <= radius) out.push_back({first + static_cast<std::uint32_t>(i), distance});
  }
}

#ifdef PANTAU_HASH_X86

__attribute__((target("popcnt"))) inline int distance_popcnt(const PdqBits& a, const PdqBits& b) {
  return static_cast<int>(_mm_popcnt_u64(a.words[0] ^ b.words[0]) + _mm_popcnt_u64(a.words[1] ^ b.words[1]) +
                          _mm_popcnt_u64(a.words[2] ^ b.words[2]) + _mm_popcnt_u64(a.words[3] ^ b.words[3]));
}

__attribute__((target("popcnt"))) void scan_popcnt(const PdqBits* hashes, std::size_t count, const PdqBits& query,
                                                   int radius, std::uint32_t first, std::vector<CloseHash>& out) {
  for (std::size_t i = 0; i < count; ++i) {
    const int distance = distance_popcnt(hashes[i], query);
    if (distance <= radius) [[unlikely]]
      out.push_back({first + static_cast<std::uint32_t>(i), distance});
  }
}

__attribute__((target("popcnt"))) void check_popcnt(const PdqBits* const* chunks, unsigned chunk_bits,
                                                    const std::vector<std::uint32_t>& places, const PdqBits& query,
                                                    int radius, std::vector<CloseHash>& out) {
  constexpr std::size_t kAhead = 16;
  const std::uint32_t mask = (std::uint32_t{1} << chunk_bits) - 1;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (i + kAhead < places.size()) {
      const std::uint32_t later = places[i + kAhead];
      __builtin_prefetch(&chunks[later >> chunk_bits][later & mask]);
    }
    const std::uint32_t place = places[i];
    const int distance = distance_popcnt(chunks[place >> chunk_bits][place & mask], query);
    if (distance <= radius) [[unlikely]]
      out.push_back({place, distance});
  }
}

// Eight hashes a step: four registers of two hashes each, their word counts added crosswise into eight sums.
__attribute__((target("avx512f,avx512vpopcntdq,popcnt"))) void scan_avx512(const PdqBits* hashes, std::size_t count,
                                                                           const PdqBits& query, int radius,
                                                                           std::uint32_t first,
                                                                           std::vector<CloseHash>& out) {
  static constexpr std::uint8_t kHashOfSum[8] = {0, 2, 1, 3, 4, 6, 5, 7};
  const __m512i wanted =
      _mm512_broadcast_i64x4(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(query.words.data())));
  const __m512i limit = _mm512_set1_epi64(radius);
  std::size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    __m512i sums[4];
    for (int k = 0; k < 4; ++k) {
      sums[k] = _mm512_popcnt_epi64(_mm512_xor_si512(wanted, _mm512_loadu_si512(hashes + i + 2 * k)));
    }
    const __m512i low =
        _mm512_add_epi64(_mm512_unpacklo_epi64(sums[0], sums[1]), _mm512_unpackhi_epi64(sums[0], sums[1]));
    const __m512i high =
        _mm512_add_epi64(_mm512_unpacklo_epi64(sums[2], sums[3]), _mm512_unpackhi_epi64(sums[2], sums[3]));
    const __m512i distances =
        _mm512_add_epi64(_mm512_shuffle_i64x2(low, high, 0x88), _mm512_shuffle_i64x2(low, high, 0xDD));
    if (_mm512_cmple_epi64_mask(distances, limit) == 0) [[likely]]
      continue;
    alignas(64) std::int64_t found[8], in_order[8];
    _mm512_store_si512(found, distances);
    for (int k = 0; k < 8; ++k) in_order[kHashOfSum[k]] = found[k];
    for (std::uint32_t k = 0; k < 8; ++k) {
      if (in_order[k] <= radius)
        out.push_back({first + static_cast<std::uint32_t>(i) + k, static_cast<int>(in_order[k])});
    }
  }
  scan_popcnt(hashes + i, count - i, query, radius, first + static_cast<std::uint32_t>(i), out);
}

#endif

}  // namespace

bool hash_kernel_works(HashKernel kernel) {
#ifdef PANTAU_HASH_X86
  if (kernel == HashKernel::popcnt) return __builtin_cpu_supports("popcnt");
  if (kernel == HashKernel::avx512)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vpopcntdq") &&
           __builtin_cpu_supports("popcnt");
#endif
  return kernel == HashKernel::portable;
}

HashKernel best_hash_kernel() {
  static const HashKernel best = hash_kernel_works(HashKernel::avx512)   ? HashKernel::avx512
                                 : hash_kernel_works(HashKernel::popcnt) ? HashKernel::popcnt
                                                                         : HashKernel::portable;
  return best;
}

void scan_hashes(HashKernel kernel, const PdqBits* hashes, std::size_t count, const PdqBits& query, int radius,
                 std::uint32_t first, std::vector<CloseHash>& out) {
#ifdef PANTAU_HASH_X86
  if (kernel == HashKernel::avx512) return scan_avx512(hashes, count, query, radius, first, out);
  if (kernel == HashKernel::popcnt) return scan_popcnt(hashes, count, query, radius, first, out);
#endif
  (void)kernel;
  scan_portable(hashes, count, query, radius, first, out);
}

void check_hashes(HashKernel kernel, const PdqBits* const* chunks, unsigned chunk_bits,
                  const std::vector<std::uint32_t>& places, const PdqBits& query, int radius,
                  std::vector<CloseHash>& out) {
#ifdef PANTAU_HASH_X86
  if (kernel != HashKernel::portable) return check_popcnt(chunks, chunk_bits, places, query, radius, out);
#endif
  (void)kernel;
  const std::uint32_t mask = (std::uint32_t{1} << chunk_bits) - 1;
  for (const std::uint32_t place : places) {
    const int distance = media::pdq_distance(chunks[place >> chunk_bits][place & mask], query);
    if (distance <= radius) out.push_back({place, distance});
  }
}

}  // namespace pantau::matchers
