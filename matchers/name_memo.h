#pragma once
// What a spelling means for the tries of names (matchers/name_matcher.cc), remembered in one cache line: a look costs
// one access to memory. Known by a seeded 64-bit hash (matchers/spelling_cache.h) of which two spellings of one memo
// share one less than once in a billion memos. New spellings push out old ones of the same place. One thread.
#include <array>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace pantau::matchers {

// One of the two tries.
struct NameSide {
  std::uint32_t node = 0;  // where it stands after the spelling when a form may begin in it and go on, else 0
  std::uint32_t next = 0;  // which letters may follow there: bits 0 to 25 for a to z, and the bits below
  bool maybe = false;      // a form may begin and end within the spelling
};
// In `next`: a form has a border of words there; the spelling has one letter; it has three letters or more.
inline constexpr std::uint32_t kBorderThere = 1u << 26, kOneLetter = 1u << 27, kThreeLetters = 1u << 28;
struct NameSides {
  NameSide plain, bare;
};

class NameMemo {
 public:
  bool find(std::uint64_t hash, NameSides& sides) const {
    for (const Slot& slot : lines_[hash >> kShift].slots) {
      if (slot.hash != hash) continue;
      sides.plain = {slot.plain_node & kNode, slot.plain_next, (slot.plain_node & ~kNode) != 0};
      sides.bare = {slot.bare_node & kNode, slot.bare_next, (slot.bare_node & ~kNode) != 0};
      return true;
    }
    return false;
  }
  void insert(std::uint64_t hash, const NameSides& sides) {
    Line& line = lines_[hash >> kShift];
    std::swap(line.slots[0], line.slots[1]);  // the older one goes
    line.slots[0] = {hash,
                     sides.plain.node | (sides.plain.maybe ? ~kNode : 0),
                     sides.plain.next,
                     sides.bare.node | (sides.bare.maybe ? ~kNode : 0),
                     sides.bare.next,
                     0};
  }

 private:
  static constexpr std::uint32_t kNode = 0x7FFFFFFF;
  static constexpr unsigned kShift = 64 - 15;  // 32768 lines: 2 MB
  struct Slot {
    std::uint64_t hash = 0;
    std::uint32_t plain_node = 0, plain_next = 0, bare_node = 0, bare_next = 0;
    std::uint64_t unused = 0;
  };
  struct alignas(64) Line {
    std::array<Slot, 2> slots;
  };
  std::vector<Line> lines_ = std::vector<Line>(std::size_t{1} << 15);
};

// This thread's memo of `owner`; the few owners used last are kept.
inline NameMemo& name_memo_of(std::uint64_t owner) {
  constexpr std::size_t kOwners = 4;
  thread_local std::vector<std::pair<std::uint64_t, std::unique_ptr<NameMemo>>> held;
  for (std::size_t i = 0; i < held.size(); ++i) {
    if (held[i].first != owner) continue;
    if (i > 0) std::swap(held[i - 1], held[i]);
    return *held[i > 0 ? i - 1 : 0].second;
  }
  if (held.size() >= kOwners) held.pop_back();
  held.emplace(held.begin(), owner, std::make_unique<NameMemo>());
  return *held.front().second;
}

}  // namespace pantau::matchers
