#pragma once
// What a function of one code point answers, remembered by blocks of 256: folding asks ICU, which takes a microsecond a
// character. Blocks are filled when first met and never freed. Any thread.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace pantau::matchers {

class FoldTable {
 public:
  using Fold = void (*)(char32_t character, std::u32string& out);  // appends, 255 characters at most
  explicit FoldTable(Fold fold) : fold_(fold) {}
  FoldTable(const FoldTable&) = delete;
  FoldTable& operator=(const FoldTable&) = delete;

  // `character` is at most U+10FFFF.
  std::u32string_view operator()(char32_t character) const {
    const Block* block = blocks_[character >> 8].load(std::memory_order_acquire);
    if (!block) block = fill(character >> 8);
    const Block::Entry& entry = block->entries[character & 0xFF];
    return {block->pool.data() + entry.at, entry.count};
  }

 private:
  struct Block {
    struct Entry {
      std::uint16_t at = 0;
      std::uint8_t count = 0;
    };
    std::array<Entry, 256> entries;
    std::u32string pool;
  };
  const Block* fill(char32_t number) const {
    auto made = std::make_unique<Block>();
    std::u32string folded;
    for (char32_t i = 0; i < 256; ++i) {
      folded.clear();
      fold_((number << 8) + i, folded);
      folded.resize(std::min<std::size_t>(folded.size(), 255));
      made->entries[i] = {static_cast<std::uint16_t>(made->pool.size()), static_cast<std::uint8_t>(folded.size())};
      made->pool += folded;
    }
    const Block* expected = nullptr;
    if (blocks_[number].compare_exchange_strong(expected, made.get(), std::memory_order_acq_rel)) return made.release();
    return expected;  // another thread was first
  }

  Fold fold_;
  mutable std::array<std::atomic<const Block*>, 0x1100> blocks_{};
};

}  // namespace pantau::matchers
