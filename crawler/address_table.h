#pragma once
// Numbers things by their 64-bit hash: 1, 2, 3 ... in the order in which they come. Open addressing over an array of
// numbers; 8 bytes a thing for its hash and 6 to 11 for its slot. Nothing is ever taken out. One thread.
#include <cstdint>
#include <random>
#include <vector>

namespace pantau::crawler {

class AddressTable {
 public:
  AddressTable() : slots_(1024, 0) {
    std::random_device device;
    mixer_ = (static_cast<std::uint64_t>(device()) << 32 | device()) | 1;
  }

  // 0 when it is not there.
  std::uint32_t find(std::uint64_t hash) const { return slots_[place(hash)]; }

  // Its number; a new one when it is not there.
  std::uint32_t number(std::uint64_t hash) {
    const std::size_t at = place(hash);
    if (slots_[at] != 0) return slots_[at];
    return put(at, hash);
  }
  // Gives it a number of its own even when it is there already; find() keeps the first.
  std::uint32_t append(std::uint64_t hash) {
    const std::size_t at = place(hash);
    if (slots_[at] == 0) return put(at, hash);
    hashes_.push_back(hash);
    return static_cast<std::uint32_t>(hashes_.size());
  }

  std::uint64_t hash_of(std::uint32_t number) const { return hashes_[number - 1]; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(hashes_.size()); }

 private:
  // The slot that holds the hash, or the empty one where it would go. Multiplying by a number of this process keeps
  // crafted hashes from sharing a run of slots.
  std::size_t place(std::uint64_t hash) const {
    const std::size_t mask = slots_.size() - 1;
    std::uint64_t mixed = hash * mixer_;
    mixed ^= mixed >> 32;
    std::size_t at = static_cast<std::size_t>(mixed) & mask;
    while (slots_[at] != 0 && hashes_[slots_[at] - 1] != hash) at = (at + 1) & mask;
    return at;
  }

  std::uint32_t put(std::size_t at, std::uint64_t hash) {
    hashes_.push_back(hash);
    const auto number = static_cast<std::uint32_t>(hashes_.size());
    slots_[at] = number;
    if (++used_ * 10 > slots_.size() * 7) grow();
    return number;
  }

  void grow() {
    std::vector<std::uint32_t> old(slots_.size() * 2, 0);
    old.swap(slots_);
    for (const std::uint32_t number : old) {
      if (number != 0) slots_[place(hashes_[number - 1])] = number;
    }
  }

  std::uint64_t mixer_ = 1;
  std::size_t used_ = 0;
  std::vector<std::uint64_t> hashes_;
  std::vector<std::uint32_t> slots_;
};

// How often each of many things was counted.
class HashCounter {
 public:
  std::uint32_t& operator[](std::uint64_t hash) {
    const std::uint32_t number = table_.number(hash);
    if (number > counts_.size()) counts_.push_back(0);
    return counts_[number - 1];
  }
  void clear() {
    table_ = AddressTable();
    counts_.clear();
  }

 private:
  AddressTable table_;
  std::vector<std::uint32_t> counts_;
};

}  // namespace pantau::crawler
