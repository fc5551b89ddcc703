#pragma once
// What was worked out about a spelling, so that a word that comes again costs one look. Bounded: a full cache starts
// anew, and a spelling that finds no place near its own is not kept. One thread; spellings_of() gives each its own.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <deque>
#include <memory>
#include <random>
#include <string_view>
#include <utility>
#include <vector>

namespace pantau::matchers {

// Seeded once a process, so that nobody can write a text whose words all collide.
inline std::uint64_t spelling_hash(std::string_view key) {
  static const std::uint64_t seed = (static_cast<std::uint64_t>(std::random_device{}()) << 32) | std::random_device{}();
  constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15;
  auto mix = [](std::uint64_t value) {
    value *= kOdd;
    return value ^ (value >> 29);
  };
  const char* at = key.data();
  std::size_t left = key.size();
  std::uint64_t hash = seed ^ (left * kOdd);
  for (; left >= 8; at += 8, left -= 8) {
    std::uint64_t part = 0;
    std::memcpy(&part, at, 8);
    hash = mix(hash ^ part);
  }
  std::uint64_t rest = 0;
  if (left >= 4) {
    std::uint32_t low = 0, high = 0;
    std::memcpy(&low, at, 4);
    std::memcpy(&high, at + left - 4, 4);
    rest = low | (static_cast<std::uint64_t>(high) << 32);
  } else if (left > 0) {
    auto byte = [at](std::size_t i) { return static_cast<std::uint64_t>(static_cast<unsigned char>(at[i])); };
    rest = byte(0) | (byte(left / 2) << 8) | (byte(left - 1) << 16);
  }
  return mix(mix(hash ^ rest));
}

template <typename Value>
class SpellingCache {
 public:
  static constexpr std::size_t kLongest = 46;  // bytes of a spelling
  static constexpr std::size_t kMost = std::size_t{1} << 16;

  SpellingCache() : slots_(2 * kMost) {}

  // Stays where it is until clear(). Null when the spelling is new.
  const Value* find(std::string_view key, std::uint64_t hash) const {
    for (std::size_t probe = 0; probe < kProbes; ++probe) {
      const Slot& slot = slots_[(hash + probe) & (2 * kMost - 1)];
      if (!slot.entry) return nullptr;
      if (slot.hash == static_cast<std::uint32_t>(hash >> 32) && slot.entry->is(key)) return &slot.entry->value;
    }
    return nullptr;
  }
  // What is inserted beyond the limits lives as long as the rest, but is not found again.
  const Value* insert(std::string_view key, std::uint64_t hash, Value value) {
    entries_.emplace_back();
    Entry& entry = entries_.back();
    entry.value = std::move(value);
    if (key.size() > kLongest || entries_.size() > kMost) return &entry.value;
    entry.size = static_cast<std::uint8_t>(key.size());
    std::memcpy(entry.key.data(), key.data(), key.size());
    for (std::size_t probe = 0; probe < kProbes; ++probe) {
      Slot& slot = slots_[(hash + probe) & (2 * kMost - 1)];
      if (slot.entry) continue;
      slot = {&entry, static_cast<std::uint32_t>(hash >> 32)};
      break;
    }
    return &entry.value;
  }
  bool full() const { return entries_.size() >= kMost; }
  void clear() {
    entries_.clear();
    std::fill(slots_.begin(), slots_.end(), Slot{});
  }

 private:
  static constexpr std::size_t kProbes = 16;
  struct Entry {
    std::array<char, kLongest> key;
    std::uint8_t size = 0;
    Value value;
    bool is(std::string_view other) const {
      return other.size() == size && std::memcmp(key.data(), other.data(), size) == 0;
    }
  };
  struct Slot {
    const Entry* entry = nullptr;
    std::uint32_t hash = 0;
  };
  std::deque<Entry> entries_;
  std::vector<Slot> slots_;
};

// Never given twice: what a replaced watchlist left behind is not found by its successor.
inline std::uint64_t next_cache_owner() {
  static std::atomic<std::uint64_t> owners{0};
  return ++owners;
}

// This thread's cache of `owner`, emptied when full. The few owners used last are kept.
template <typename Value>
SpellingCache<Value>& spellings_of(std::uint64_t owner) {
  constexpr std::size_t kOwners = 4;
  using Held = std::pair<std::uint64_t, std::unique_ptr<SpellingCache<Value>>>;
  thread_local std::vector<Held> held;
  for (std::size_t i = 0; i < held.size(); ++i) {
    if (held[i].first != owner) continue;
    if (i > 0) std::swap(held[i - 1], held[i]);
    SpellingCache<Value>& cache = *held[i > 0 ? i - 1 : 0].second;
    if (cache.full()) cache.clear();
    return cache;
  }
  if (held.size() >= kOwners) held.pop_back();
  held.emplace(held.begin(), owner, std::make_unique<SpellingCache<Value>>());
  return *held.front().second;
}

// The white space that parts spellings: ASCII only, the rest is dealt with inside them.
inline bool parts_spellings(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}
// Without one mark that closes a phrase or sentence, so that "rumah," is remembered as "rumah".
inline std::string_view without_mark(std::string_view spelling) {
  if (spelling.size() < 2) return spelling;
  const char last = spelling.back(), before = spelling[spelling.size() - 2];
  const bool mark = last == ',' || last == '.' || last == '!' || last == '?';
  const bool inner = (before >= 'a' && before <= 'z') || (before >= 'A' && before <= 'Z') ||
                     (before >= '0' && before <= '9') || (static_cast<unsigned char>(before) & 0x80) != 0;
  return mark && inner ? spelling.substr(0, spelling.size() - 1) : spelling;
}
// The end of the spelling that begins at `from`. `han` is set when it has bytes of Chinese, Japanese or Korean, whose
// texts have no spaces: such a run is not worth remembering.
inline std::size_t spelling_end(std::string_view text, std::size_t from, bool& han) {
  std::size_t end = from;
  han = false;
  for (; end < text.size() && !parts_spellings(text[end]); ++end) {
    const auto byte = static_cast<unsigned char>(text[end]);
    han = han || (byte >= 0xE3 && byte <= 0xED);
  }
  return end;
}

}  // namespace pantau::matchers
