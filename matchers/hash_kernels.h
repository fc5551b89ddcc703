#pragma once
// Distances between one 256-bit fingerprint and many, by the best instructions of this machine. Every kernel gives the
// same answers in the same order; the portable one is the reference that tests compare with. Pure; any thread. Only
// used by hash_index.cc.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "media/pdq.h"

namespace pantau::matchers {

enum class HashKernel { portable, popcnt, avx512 };
// What this processor has; asked once.
HashKernel best_hash_kernel();
bool hash_kernel_works(HashKernel kernel);

struct CloseHash {
  std::uint32_t place = 0;  // in the array that was looked through
  int distance = 0;
};

// Appends every one of `hashes[0..count)` within `radius` bits of `query`, in order; places count from `first`.
void scan_hashes(HashKernel kernel, const media::PdqBits* hashes, std::size_t count, const media::PdqBits& query,
                 int radius, std::uint32_t first, std::vector<CloseHash>& out);

// The same for the places named, which lie in chunks of 2^chunk_bits hashes.
void check_hashes(HashKernel kernel, const media::PdqBits* const* chunks, unsigned chunk_bits,
                  const std::vector<std::uint32_t>& places, const media::PdqBits& query, int radius,
                  std::vector<CloseHash>& out);

}  // namespace pantau::matchers
