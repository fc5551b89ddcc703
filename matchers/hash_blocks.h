#pragma once
// Many small lists of 32-bit words that grow and shrink, packed into large pages. Only used by the hash index; one
// thread changes, or many read.
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "matchers/large_pages.h"

namespace pantau::matchers {

// Blocks of 4, 8, 16 ... words; the first holds the size class and how many words are used. Freed ones are used again.
class HashBlocks {
 public:
  static constexpr unsigned kClasses = 16;  // the largest: 2^17 words, a quarter of a chunk
  static std::uint32_t capacity(unsigned size_class) { return (4u << size_class) - 1; }

  std::uint32_t* at(std::uint32_t reference) {
    return chunks_[reference >> kChunkShift].as<std::uint32_t>() + std::size_t{4} * (reference & kChunkRest);
  }
  const std::uint32_t* at(std::uint32_t reference) const { return const_cast<HashBlocks*>(this)->at(reference); }

  std::uint32_t take(unsigned size_class) {
    std::vector<std::uint32_t>& free = free_[size_class];
    if (!free.empty()) {
      const std::uint32_t reference = free.back();
      free.pop_back();
      *at(reference) = size_class << 24;
      return reference;
    }
    const std::uint32_t quads = 1u << size_class;
    if (chunks_.empty() || used_ + quads > kChunkRest + 1) {
      chunks_.emplace_back(kChunkBytes);
      used_ = 0;
    }
    const std::uint32_t reference = static_cast<std::uint32_t>(chunks_.size() - 1) << kChunkShift | used_;
    used_ += quads;
    *at(reference) = size_class << 24;
    return reference;
  }
  void give(std::uint32_t reference) { free_[*at(reference) >> 24].push_back(reference); }

  std::size_t bytes() const {
    std::size_t sum = chunks_.size() * kChunkBytes;
    for (const auto& free : free_) sum += free.capacity() * sizeof(std::uint32_t);
    return sum;
  }

 private:
  static constexpr unsigned kChunkShift = 17;  // 2^17 times four words: 2 MiB
  static constexpr std::uint32_t kChunkRest = (1u << kChunkShift) - 1;
  static constexpr std::size_t kChunkBytes = std::size_t{16} << kChunkShift;
  std::vector<LargeMemory> chunks_;
  std::uint32_t used_ = 0;
  std::array<std::vector<std::uint32_t>, kClasses> free_;
};

}  // namespace pantau::matchers
