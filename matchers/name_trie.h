#pragma once
// A character trie in one flat table: forms of names by their letters. Built by one thread, then immutable and read by
// any. A step costs one look into the table, whatever the number of names.
#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace pantau::matchers {

class NameTrie {
 public:
  // The node after `node` (0: the root) and `letter`, or 0.
  std::uint32_t child(std::uint32_t node, char32_t letter) const {
    const std::uint64_t key = key_of(node, letter);
    for (std::size_t at = place_of(key);; at = (at + 1) & mask_) {
      if (slots_[at].key == key) return slots_[at].child;
      if (slots_[at].key == 0) return 0;
    }
  }
  bool has_forms(std::uint32_t node) const { return (ends_[node / 64] >> (node % 64) & 1) != 0; }
  // After compile(). Some form that goes on from here begins its next word here.
  bool has_border(std::uint32_t node) const { return (borders_[node / 64] >> (node % 64) & 1) != 0; }
  std::span<const std::uint32_t> forms(std::uint32_t node) const {
    auto range = std::equal_range(nodes_.begin(), nodes_.end(), node);
    return {forms_.data() + (range.first - nodes_.begin()), static_cast<std::size_t>(range.second - range.first)};
  }

  // `starts_word(i)`: a word of the form begins at letter i.
  template <typename StartsWord>
  void insert(std::u32string_view letters, std::uint32_t form, StartsWord starts_word) {
    std::uint32_t node = 0;
    std::size_t depth = 0;
    for (char32_t letter : letters) {
      if (depth > 0 && starts_word(depth)) word_ends_.push_back(node);
      ++depth;
      std::uint32_t next = child(node, letter);
      if (next == 0) {
        if (2 * count_ >= slots_.size()) grow();
        next = count_++;
        put(key_of(node, letter), next);
      }
      node = next;
    }
    added_.emplace_back(node, form);
  }
  void compile() {
    std::stable_sort(added_.begin(), added_.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    ends_.assign(count_ / 64 + 1, 0);
    for (const auto& [node, form] : added_) {
      nodes_.push_back(node);
      forms_.push_back(form);
      ends_[node / 64] |= std::uint64_t{1} << (node % 64);
    }
    added_ = {};
    borders_.assign(count_ / 64 + 1, 0);
    for (std::uint32_t node : word_ends_) borders_[node / 64] |= std::uint64_t{1} << (node % 64);
    word_ends_ = {};
  }

 private:
  struct Slot {
    std::uint64_t key = 0;
    std::uint32_t child = 0;
  };
  // Never 0: code points have 21 bits, the bit above them is set.
  static std::uint64_t key_of(std::uint32_t node, char32_t letter) {
    return (static_cast<std::uint64_t>(node) << 22) | (std::uint64_t{1} << 21) | letter;
  }
  std::size_t place_of(std::uint64_t key) const {
    return static_cast<std::size_t>((key * 0x9E3779B97F4A7C15) >> 32) & mask_;
  }
  void put(std::uint64_t key, std::uint32_t child) {
    std::size_t at = place_of(key);
    while (slots_[at].key != 0) at = (at + 1) & mask_;
    slots_[at] = {key, child};
  }
  void grow() {
    std::vector<Slot> old(2 * slots_.size());
    old.swap(slots_);
    mask_ = slots_.size() - 1;
    for (const Slot& slot : old) {
      if (slot.key != 0) put(slot.key, slot.child);
    }
  }

  std::vector<Slot> slots_ = std::vector<Slot>(64);
  std::size_t mask_ = 63;
  std::uint32_t count_ = 1;
  std::vector<std::uint64_t> ends_, borders_;
  std::vector<std::uint32_t> nodes_, forms_;  // of compiled tries, by node
  std::vector<std::pair<std::uint32_t, std::uint32_t>> added_;
  std::vector<std::uint32_t> word_ends_;
};

}  // namespace pantau::matchers
