#include "matchers/hash_index.h"

#include <algorithm>
#include <array>
#include <bit>
#include <memory>
#include <new>

#include "matchers/hash_blocks.h"

namespace pantau::matchers {
namespace {

using media::PdqBits;

constexpr unsigned kPieces = 11, kPieceBits = 23;
constexpr unsigned kTagBits = 3, kSlotBits = kPieceBits - kTagBits;
constexpr std::size_t kTableSlots = std::size_t{1} << kSlotBits;
constexpr std::size_t kMapWords = std::size_t{1} << (kPieceBits - 6);
constexpr unsigned kChunkBits = 16;  // 2 MiB of hashes, one large page
constexpr std::uint32_t kChunkMask = (std::uint32_t{1} << kChunkBits) - 1;

// A slot holds nothing, one fingerprint (place + 1 and the low bits of its piece), a block of them, or says that there
// are too many to be worth naming.
constexpr std::uint32_t kEmpty = 0, kCrowded = 0xFFFFFFFF, kIsBlock = 0x80000000;
constexpr std::uint32_t kTagMask = (1u << kTagBits) - 1;
constexpr std::uint32_t kMostPlaces = (1u << (31 - kTagBits)) - 2;

std::uint32_t named(std::uint32_t place, std::uint32_t tag) {
  return (place + 1) << kTagBits | tag;
}
std::uint32_t place_in(std::uint32_t word) {
  return (word >> kTagBits) - 1;
}

// What a piece within so many bits may be xor-ed with; neighbours in memory (the upper 14 bits name a cache line of the
// map) stand together.
constexpr unsigned kLineBits = 9;
struct Masks {
  std::array<std::uint32_t, 277> within{};
  std::array<std::uint32_t, 106> lines{};
  std::size_t count = 0, line_count = 0;
};
constexpr Masks masks_within(int radius) {
  Masks made;
  for (std::uint32_t line = 0; line < 1u << (kPieceBits - kLineBits); ++line) {
    const int above = std::popcount(line);
    if (above > radius) continue;
    made.lines[made.line_count++] = line << kLineBits;
    for (std::uint32_t low = 0; low < 1u << kLineBits; ++low) {
      if (above + std::popcount(low) <= radius) made.within[made.count++] = line << kLineBits | low;
    }
  }
  return made;
}

// Every eleventh bit, so that a piece takes from all rows of the picture's frequencies; 253 of 256 are used.
std::array<std::uint32_t, kPieces> pieces_of(const PdqBits& hash) {
  std::array<std::uint32_t, kPieces> pieces{};
  for (unsigned bit = 0; bit < kPieces * kPieceBits; ++bit) {
    const auto value = static_cast<std::uint32_t>(hash.words[bit / 64] >> bit % 64 & 1);
    pieces[bit % kPieces] |= value << bit / kPieces;
  }
  return pieces;
}

std::uint64_t mixed(const PdqBits& hash) {
  std::uint64_t sum = 0;
  for (const std::uint64_t word : hash.words) {
    sum = (sum ^ word) * 0x9E3779B97F4A7C15u;
    sum ^= sum >> 29;
  }
  return sum;
}

struct KeptEntry {
  HashEntry entry;
  std::uint32_t next = 0;  // number + 1 of the next at the same fingerprint, or of the next free one
};

}  // namespace

struct HashIndex::Tables {
  HashKernel kernel = HashKernel::portable;
  std::size_t scan_below = 0;

  std::vector<LargeMemory> chunks;
  std::vector<const PdqBits*> chunk_starts;
  LargeVector<std::uint32_t> first_entry;  // by place: number + 1; 0 where there is no fingerprint
  std::vector<std::uint32_t> free_places;
  LargeVector<KeptEntry> entries;
  std::uint32_t free_entry = 0;
  std::size_t entry_count = 0, place_count = 0;

  // Place + 1 by the whole fingerprint: open addressing, at most half full.
  LargeVector<std::uint32_t> places;

  // The pieces, once there are enough fingerprints.
  std::unique_ptr<LargeMemory> piece_memory;
  HashBlocks blocks;
  std::uint64_t* map_of(unsigned piece) const { return piece_memory->as<std::uint64_t>() + piece * kMapWords; }
  std::uint32_t* slots_of(unsigned piece) const {
    return reinterpret_cast<std::uint32_t*>(piece_memory->as<std::uint64_t>() + kPieces * kMapWords) +
           piece * kTableSlots;
  }
};

HashIndex::HashIndex(HashKernel kernel, std::size_t scan_below) : tables_(std::make_unique<Tables>()) {
  tables_->kernel = hash_kernel_works(kernel) ? kernel : HashKernel::portable;
  tables_->scan_below = scan_below;
  tables_->places.resize(16);
}
HashIndex::~HashIndex() = default;
HashIndex::HashIndex(HashIndex&&) noexcept = default;
HashIndex& HashIndex::operator=(HashIndex&&) noexcept = default;

std::size_t HashIndex::size() const {
  return tables_->entry_count;
}
std::size_t HashIndex::distinct() const {
  return tables_->place_count;
}

std::size_t HashIndex::bytes() const {
  const Tables& t = *tables_;
  std::size_t sum = sizeof(Tables) + t.chunks.size() * (sizeof(PdqBits) << kChunkBits) + t.blocks.bytes();
  sum += (t.first_entry.capacity() + t.free_places.capacity() + t.places.capacity()) * sizeof(std::uint32_t);
  sum += t.entries.capacity() * sizeof(KeptEntry);
  if (t.piece_memory) sum += t.piece_memory->bytes();
  return sum;
}

const PdqBits& HashIndex::hash_at(std::uint32_t place) const {
  return tables_->chunk_starts[place >> kChunkBits][place & kChunkMask];
}

// --- the fingerprint itself ------------------------------------------------------------------------------------------

std::uint32_t HashIndex::place_of(const PdqBits& hash) const {
  const LargeVector<std::uint32_t>& places = tables_->places;
  const std::size_t mask = places.size() - 1;
  for (std::size_t at = mixed(hash) & mask; places[at] != 0; at = (at + 1) & mask) {
    if (hash_at(places[at] - 1) == hash) return places[at];
  }
  return 0;
}

void HashIndex::remember_place(std::uint32_t place) {
  LargeVector<std::uint32_t>& places = tables_->places;
  const auto put = [this](LargeVector<std::uint32_t>& table, std::uint32_t word) {
    const std::size_t mask = table.size() - 1;
    std::size_t at = mixed(hash_at(word - 1)) & mask;
    while (table[at] != 0) at = (at + 1) & mask;
    table[at] = word;
  };
  if (2 * (tables_->place_count + 1) > places.size()) {
    LargeVector<std::uint32_t> larger(places.size() * 2);
    for (const std::uint32_t word : places) {
      if (word != 0) put(larger, word);
    }
    places = std::move(larger);
  }
  put(places, place + 1);
}

void HashIndex::forget_place(std::uint32_t place) {
  LargeVector<std::uint32_t>& places = tables_->places;
  const std::size_t mask = places.size() - 1;
  std::size_t hole = mixed(hash_at(place)) & mask;
  while (places[hole] != place + 1) hole = (hole + 1) & mask;
  // What follows moves up, unless it would then stand before where it is looked for.
  for (std::size_t at = (hole + 1) & mask; places[at] != 0; at = (at + 1) & mask) {
    const std::size_t wanted = mixed(hash_at(places[at] - 1)) & mask;
    if (((at - wanted) & mask) >= ((at - hole) & mask)) {
      places[hole] = places[at];
      hole = at;
    }
  }
  places[hole] = 0;
}

// --- its pieces ------------------------------------------------------------------------------------------------------

void HashIndex::index(std::uint32_t place) {
  Tables& t = *tables_;
  const auto pieces = pieces_of(hash_at(place));
  for (unsigned piece = 0; piece < kPieces; ++piece) {
    const std::uint32_t key = pieces[piece];
    t.map_of(piece)[key >> 6] |= std::uint64_t{1} << (key & 63);
    std::uint32_t& slot = t.slots_of(piece)[key >> kTagBits];
    const std::uint32_t word = named(place, key & kTagMask);
    if (slot == kEmpty) {
      slot = word;
    } else if (slot == kCrowded) {
      continue;
    } else if ((slot & kIsBlock) == 0) {
      const std::uint32_t reference = t.blocks.take(0);
      std::uint32_t* block = t.blocks.at(reference);
      block[0] += 2;
      block[1] = slot;
      block[2] = word;
      slot = kIsBlock | reference;
    } else {
      std::uint32_t reference = slot & ~kIsBlock;
      std::uint32_t* block = t.blocks.at(reference);
      const unsigned size_class = block[0] >> 24;
      std::uint32_t used = block[0] & 0xFFFFFF;
      if (used == HashBlocks::capacity(size_class)) {
        if (size_class + 1 == HashBlocks::kClasses) {
          t.blocks.give(reference);
          slot = kCrowded;
          continue;
        }
        const std::uint32_t larger = t.blocks.take(size_class + 1);
        std::uint32_t* to = t.blocks.at(larger);
        block = t.blocks.at(reference);
        std::copy(block + 1, block + 1 + used, to + 1);
        to[0] += used;
        t.blocks.give(reference);
        reference = larger;
        block = to;
        slot = kIsBlock | reference;
      }
      block[++used] = word;
      ++block[0];
    }
  }
}

void HashIndex::unindex(std::uint32_t place) {
  Tables& t = *tables_;
  const auto pieces = pieces_of(hash_at(place));
  for (unsigned piece = 0; piece < kPieces; ++piece) {
    const std::uint32_t key = pieces[piece], tag = key & kTagMask;
    std::uint32_t& slot = t.slots_of(piece)[key >> kTagBits];
    const std::uint32_t word = named(place, tag);
    bool spelled = false;  // by another fingerprint too
    if (slot == kCrowded) {
      spelled = true;
    } else if ((slot & kIsBlock) == 0) {
      slot = kEmpty;
    } else {
      const std::uint32_t reference = slot & ~kIsBlock;
      std::uint32_t* block = t.blocks.at(reference);
      const std::uint32_t used = block[0] & 0xFFFFFF;
      std::uint32_t* end = block + 1 + used;
      *std::find(block + 1, end, word) = end[-1];
      --block[0];
      spelled = std::any_of(block + 1, end - 1, [&](std::uint32_t other) { return (other & kTagMask) == tag; });
      if (used == 2) {
        slot = block[1];
        t.blocks.give(reference);
      }
    }
    if (!spelled) t.map_of(piece)[key >> 6] &= ~(std::uint64_t{1} << (key & 63));
  }
}

// --- changes ---------------------------------------------------------------------------------------------------------

void HashIndex::add(const PdqBits& hash, const HashEntry& entry) {
  Tables& t = *tables_;
  std::uint32_t known = place_of(hash);
  if (known == 0) {
    std::uint32_t place;
    if (!t.free_places.empty()) {
      place = t.free_places.back();
      t.free_places.pop_back();
    } else {
      place = static_cast<std::uint32_t>(t.first_entry.size());
      if (place >= kMostPlaces) throw std::bad_alloc();
      if (place >> kChunkBits == t.chunks.size()) {
        t.chunks.emplace_back(sizeof(PdqBits) << kChunkBits);
        t.chunk_starts.push_back(t.chunks.back().as<PdqBits>());
      }
      t.first_entry.push_back(0);
    }
    t.chunks[place >> kChunkBits].as<PdqBits>()[place & kChunkMask] = hash;
    remember_place(place);
    ++t.place_count;
    known = place + 1;
    if (t.piece_memory) {
      index(place);
    } else if (t.place_count > t.scan_below) {
      t.piece_memory = std::make_unique<LargeMemory>(kPieces * (kMapWords * 8 + kTableSlots * 4));
      t.first_entry[place] = 1;  // any: it is set below
      for (std::uint32_t i = 0; i < t.first_entry.size(); ++i) {
        if (t.first_entry[i] != 0) index(i);
      }
      t.first_entry[place] = 0;
    }
  }
  std::uint32_t number;
  if (t.free_entry != 0) {
    number = t.free_entry;
    t.free_entry = t.entries[number - 1].next;
  } else {
    t.entries.emplace_back();
    number = static_cast<std::uint32_t>(t.entries.size());
  }
  t.entries[number - 1] = {entry, t.first_entry[known - 1]};
  t.first_entry[known - 1] = number;
  ++t.entry_count;
}

void HashIndex::drop_if_bare(std::uint32_t place) {
  Tables& t = *tables_;
  if (t.first_entry[place] != 0) return;
  if (t.piece_memory) unindex(place);
  forget_place(place);
  t.free_places.push_back(place);
  --t.place_count;
}

std::size_t HashIndex::withdraw(const PdqBits& hash, std::uint32_t list) {
  Tables& t = *tables_;
  const std::uint32_t known = place_of(hash);
  if (known == 0) return 0;
  std::size_t gone = 0;
  for (std::uint32_t* link = &t.first_entry[known - 1]; *link != 0;) {
    const std::uint32_t number = *link;
    KeptEntry& kept = t.entries[number - 1];
    if (kept.entry.list != list) {
      link = &kept.next;
      continue;
    }
    *link = kept.next;
    kept.next = t.free_entry;
    t.free_entry = number;
    ++gone;
  }
  t.entry_count -= gone;
  drop_if_bare(known - 1);
  return gone;
}

std::size_t HashIndex::expire(std::uint32_t now_s) {
  Tables& t = *tables_;
  std::size_t gone = 0;
  for (std::uint32_t place = 0; place < t.first_entry.size(); ++place) {
    if (t.first_entry[place] == 0) continue;
    for (std::uint32_t* link = &t.first_entry[place]; *link != 0;) {
      const std::uint32_t number = *link;
      KeptEntry& kept = t.entries[number - 1];
      if (kept.entry.expires_s == 0 || kept.entry.expires_s > now_s) {
        link = &kept.next;
        continue;
      }
      *link = kept.next;
      kept.next = t.free_entry;
      t.free_entry = number;
      ++gone;
      --t.entry_count;
    }
    drop_if_bare(place);
  }
  return gone;
}

// --- finding ---------------------------------------------------------------------------------------------------------

// Every place that can be within the radius, perhaps twice; false when looking through the list is cheaper.
bool HashIndex::collect(const PdqBits& query, HashSearch& search) const {
  static constexpr Masks kWithinTwo = masks_within(2), kWithinOne = masks_within(1);
  static_assert(kWithinTwo.count == 277 && kWithinTwo.line_count == 106 && kWithinOne.count == 24);
  const Tables& t = *tables_;
  const auto pieces = pieces_of(query);
  search.probes_.resize(kPieces * kWithinTwo.count);
  std::uint32_t* probes = search.probes_.data();
  std::size_t count = 0;
  const auto masks_of = [](unsigned piece) -> const Masks& { return piece + 1 < kPieces ? kWithinTwo : kWithinOne; };
  const auto fetch_lines = [&](unsigned piece) {
    const Masks& masks = masks_of(piece);
    const std::uint64_t* map = t.map_of(piece);
    for (std::size_t i = 0; i < masks.line_count; ++i)
      __builtin_prefetch(map + (((pieces[piece] ^ masks.lines[i]) >> kLineBits) << (kLineBits - 6)));
  };
  fetch_lines(0);
  for (unsigned piece = 0; piece < kPieces; ++piece) {
    if (piece + 1 < kPieces) fetch_lines(piece + 1);
    const Masks& masks = masks_of(piece);
    const std::uint64_t* map = t.map_of(piece);
    const std::size_t before = count;
    for (std::size_t i = 0; i < masks.count; ++i) {
      const std::uint32_t key = pieces[piece] ^ masks.within[i];
      probes[count] = piece << kPieceBits | key;
      count += map[key >> 6] >> (key & 63) & 1;
    }
    const std::uint32_t* slots = t.slots_of(piece);
    for (std::size_t i = before; i < count; ++i)
      __builtin_prefetch(slots + ((probes[i] & ((1u << kPieceBits) - 1)) >> kTagBits));
  }

  std::vector<std::uint32_t>& candidates = search.candidates_;
  candidates.clear();
  search.blocks_.clear();
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t key = probes[i] & ((1u << kPieceBits) - 1);
    const std::uint32_t word = t.slots_of(probes[i] >> kPieceBits)[key >> kTagBits];
    if (word == kCrowded) return false;
    if ((word & kIsBlock) != 0) {
      __builtin_prefetch(t.blocks.at(word & ~kIsBlock));
      search.blocks_.push_back((word & ~kIsBlock));
      search.blocks_.push_back(key & kTagMask);
    } else if ((word & kTagMask) == (key & kTagMask) && word != kEmpty) {
      candidates.push_back(place_in(word));
    }
  }
  // A candidate costs about as much as looking at sixteen fingerprints in a row.
  const std::size_t most = 4096 + t.place_count / 16;
  for (std::size_t i = 0; i < search.blocks_.size(); i += 2) {
    const std::uint32_t* block = t.blocks.at(search.blocks_[i]);
    const std::uint32_t tag = search.blocks_[i + 1], used = block[0] & 0xFFFFFF;
    if (candidates.size() + used > most) {
      std::size_t same = 0;
      for (std::uint32_t k = 1; k <= used; ++k) same += (block[k] & kTagMask) == tag;
      if (candidates.size() + same > most) return false;
    }
    std::size_t end = candidates.size();
    candidates.resize(end + used);
    for (std::uint32_t k = 1; k <= used; ++k) {
      candidates[end] = place_in(block[k]);
      end += (block[k] & kTagMask) == tag;
    }
    candidates.resize(end);
  }
  // In a crowd of near-duplicates the same ones come up at every piece.
  search.distinct_ = candidates.size() > 1024;
  if (search.distinct_) {
    search.seen_.resize(t.first_entry.size() / 64 + 1);
    std::size_t kept = 0;
    for (const std::uint32_t place : candidates) {
      std::uint64_t& word = search.seen_[place / 64];
      const std::uint64_t bit = std::uint64_t{1} << place % 64;
      candidates[kept] = place;
      kept += (word & bit) == 0;
      word |= bit;
    }
    candidates.resize(kept);
    for (const std::uint32_t place : candidates) search.seen_[place / 64] = 0;
  }
  return true;
}

void HashIndex::find(const PdqBits& query, int radius, HashSearch& search, std::vector<HashMatch>& out) const {
  const Tables& t = *tables_;
  out.clear();
  radius = std::min(radius, kMaxRadius);
  search.close_.clear();
  search.scanned_ = !t.piece_memory || !collect(query, search);
  if (search.scanned_) {
    for (std::size_t chunk = 0; chunk < t.chunks.size(); ++chunk) {
      const std::size_t first = chunk << kChunkBits;
      scan_hashes(t.kernel, t.chunk_starts[chunk], std::min(t.first_entry.size() - first, std::size_t{1} << kChunkBits),
                  query, radius, static_cast<std::uint32_t>(first), search.close_);
    }
  } else {
    check_hashes(t.kernel, t.chunk_starts.data(), kChunkBits, search.candidates_, query, radius, search.close_);
    if (!search.distinct_) {
      std::sort(search.close_.begin(), search.close_.end(),
                [](const CloseHash& x, const CloseHash& y) { return x.place < y.place; });
      const auto same = [](const CloseHash& x, const CloseHash& y) { return x.place == y.place; };
      search.close_.erase(std::unique(search.close_.begin(), search.close_.end(), same), search.close_.end());
    }
  }
  // Nearest first: where each distance begins.
  std::array<std::uint32_t, kMaxRadius + 2> begins{};
  for (const CloseHash& close : search.close_) ++begins[static_cast<std::size_t>(close.distance) + 1];
  for (std::size_t i = 1; i < begins.size(); ++i) begins[i] += begins[i - 1];
  search.ordered_.resize(search.close_.size());
  for (const CloseHash& close : search.close_)
    search.ordered_[begins[static_cast<std::size_t>(close.distance)]++] = close;

  // Entries lie all over memory: asked for ahead, in two steps.
  constexpr std::size_t kAhead = 12;
  const std::vector<CloseHash>& ordered = search.ordered_;
  for (std::size_t i = 0; i < ordered.size() + kAhead; ++i) {
    if (i + kAhead < ordered.size()) __builtin_prefetch(&t.first_entry[ordered[i + kAhead].place]);
    if (i < ordered.size()) {
      const std::uint32_t number = t.first_entry[ordered[i].place];
      if (number != 0) __builtin_prefetch(&t.entries[number - 1]);
    }
    if (i < kAhead) continue;
    const CloseHash& close = ordered[i - kAhead];
    // A place that was given up has no entry.
    for (std::uint32_t number = t.first_entry[close.place]; number != 0; number = t.entries[number - 1].next)
      out.push_back({t.entries[number - 1].entry, hash_at(close.place), close.distance});
  }
}

std::vector<HashMatch> HashIndex::find(const PdqBits& query, int radius) const {
  HashSearch search;
  std::vector<HashMatch> out;
  find(query, radius, search, out);
  return out;
}

}  // namespace pantau::matchers
