#pragma once
// Exact search over 256-bit picture fingerprints (PDQ): everything within a radius of up to 31 bits, for lists of
// millions, in memory, changed in place.
//
// How. A fingerprint is cut into eleven pieces of 23 bits, spread over its whole length. Were more than two bits of
// each of the first ten and more than one bit of the last different, that would be at least 10 * 3 + 2 = 32 bits: so
// whatever lies within 31 differs from the query by at most two bits in one of the first ten pieces, or by one in the
// last. All spellings of a piece within that distance (277, or 24) are looked up:
//
//     piece ──> bit map, one bit a spelling (1 MiB, mostly in cache) ── not there (8 of 9) ──> next spelling
//                    │ there
//                    └──> slot, one of 2^20 ──> the fingerprint itself, or a block of them ──> distance
//
// The masks are sorted so that spellings that share a cache line are asked together. Memory is fetched ahead at every
// step. Where pieces crowd (near-duplicates by the hundred thousand, flat pictures) candidates could outnumber the
// list; when they cost more than looking through all of it, that is what is done. Short lists are always looked
// through.
//
// Equal fingerprints are kept once, with an entry for every list that has them. Not locked: one thread changes, or
// many find, each with a search of its own.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "matchers/hash_kernels.h"
#include "media/pdq.h"

namespace pantau::matchers {

struct HashEntry {
  std::uint32_t list = 0;       // whose it is; the caller's number
  std::uint32_t row = 0;        // which of that list; the caller's number
  std::uint32_t expires_s = 0;  // seconds since 1970; 0: never
};

struct HashMatch {
  HashEntry entry;
  media::PdqBits hash;  // as listed
  int distance = 0;
};

// What one search needs besides the index: kept between searches so that nothing is allocated, one a thread.
class HashSearch {
 public:
  // Whether the last search looked through the whole list.
  bool scanned() const { return scanned_; }

 private:
  friend class HashIndex;
  std::vector<std::uint32_t> probes_, blocks_, candidates_;
  std::vector<std::uint64_t> seen_;
  std::vector<CloseHash> close_, ordered_;
  bool scanned_ = false, distinct_ = false;
};

class HashIndex {
 public:
  static constexpr int kMaxRadius = 31;
  static constexpr std::size_t kScanBelow = 50'000;  // distinct fingerprints: fewer are looked through

  explicit HashIndex(HashKernel kernel = best_hash_kernel(), std::size_t scan_below = kScanBelow);
  ~HashIndex();
  HashIndex(HashIndex&&) noexcept;
  HashIndex& operator=(HashIndex&&) noexcept;

  void add(const media::PdqBits& hash, const HashEntry& entry);
  // Takes the entries of one list at this fingerprint away; how many there were.
  std::size_t withdraw(const media::PdqBits& hash, std::uint32_t list);
  // Takes every entry away whose time is over; how many there were.
  std::size_t expire(std::uint32_t now_s);

  // Every entry within `radius` (at most 31), nearest first. Exact: nothing is missed.
  void find(const media::PdqBits& query, int radius, HashSearch& search, std::vector<HashMatch>& out) const;
  std::vector<HashMatch> find(const media::PdqBits& query, int radius = kMaxRadius) const;

  std::size_t size() const;      // entries
  std::size_t distinct() const;  // fingerprints
  std::size_t bytes() const;     // memory that is held
  bool empty() const { return size() == 0; }

 private:
  struct Tables;
  bool collect(const media::PdqBits& query, HashSearch& search) const;
  void index(std::uint32_t place);
  void unindex(std::uint32_t place);
  void drop_if_bare(std::uint32_t place);
  std::uint32_t place_of(const media::PdqBits& hash) const;
  void remember_place(std::uint32_t place);
  void forget_place(std::uint32_t place);
  const media::PdqBits& hash_at(std::uint32_t place) const;

  std::unique_ptr<Tables> tables_;
};

}  // namespace pantau::matchers
