// Known pictures: search within 31 bits among random fingerprints and among clusters of near-duplicates, one thread,
// beside two baselines in the same run: a multi-index of sixteen 16-bit pieces in maps and sets, as the reference's
// library has it, and a linear scan with the best instructions of this machine, eight queries at a time.
//   hash_bench [FINGERPRINTS] [QUERIES]
#include <fmt/format.h>
#include <malloc.h>

#include <chrono>
#include <cstdlib>
#include <map>
#include <random>
#include <set>

#include "matchers/hash_index.h"

namespace {

using namespace pantau;
using matchers::HashIndex;
using media::PdqBits;

double now_s() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  PdqBits hash() { return {{engine_(), engine_(), engine_(), engine_()}}; }
  std::uint64_t below(std::uint64_t limit) { return engine_() % limit; }
  PdqBits near(PdqBits hash, std::uint64_t bits) {
    std::set<std::uint64_t> flipped;
    while (flipped.size() < bits) flipped.insert(below(256));
    for (const std::uint64_t bit : flipped) hash.words[bit / 64] ^= std::uint64_t{1} << bit % 64;
    return hash;
  }

 private:
  std::mt19937_64 engine_;
};

// Sixteen maps from a piece to whose it is; all pieces one bit off are asked, the answers gathered in a set.
class PlainMultiIndex {
 public:
  explicit PlainMultiIndex(const std::vector<PdqBits>& list) : list_(list) {
    for (std::uint32_t i = 0; i < list.size(); ++i) {
      for (unsigned piece = 0; piece < 16; ++piece) pieces_[piece][value(list[i], piece)].push_back(i);
    }
  }
  std::size_t find(const PdqBits& query, int radius) const {
    std::set<std::uint32_t> candidates;
    for (unsigned piece = 0; piece < 16; ++piece) {
      const std::uint16_t exact = value(query, piece);
      add(piece, exact, candidates);
      for (unsigned bit = 0; bit < 16; ++bit) add(piece, static_cast<std::uint16_t>(exact ^ 1u << bit), candidates);
    }
    std::size_t found = 0;
    for (const std::uint32_t place : candidates) found += media::pdq_distance(list_[place], query) <= radius;
    return found;
  }

 private:
  static std::uint16_t value(const PdqBits& hash, unsigned piece) {
    return static_cast<std::uint16_t>(hash.words[piece / 4] >> 16 * (piece % 4));
  }
  void add(unsigned piece, std::uint16_t spelled, std::set<std::uint32_t>& candidates) const {
    const auto found = pieces_[piece].find(spelled);
    if (found != pieces_[piece].end()) candidates.insert(found->second.begin(), found->second.end());
  }
  const std::vector<PdqBits>& list_;
  std::map<std::uint16_t, std::vector<std::uint32_t>> pieces_[16];
};

// Eight queries go through the list together, 16 KiB of it at a time.
std::size_t scan_all(const std::vector<PdqBits>& list, const std::vector<PdqBits>& queries, std::size_t count) {
  constexpr std::size_t kPart = 512, kTogether = 8;
  std::vector<matchers::CloseHash> out;
  std::size_t found = 0;
  for (std::size_t q = 0; q < count; q += kTogether) {
    for (std::size_t at = 0; at < list.size(); at += kPart) {
      for (std::size_t k = q; k < std::min(count, q + kTogether); ++k) {
        out.clear();
        matchers::scan_hashes(matchers::best_hash_kernel(), list.data() + at, std::min(kPart, list.size() - at),
                              queries[k], 31, 0, out);
        found += out.size();
      }
    }
  }
  return found;
}

void measure(const char* name, const std::vector<PdqBits>& list, const std::vector<PdqBits>& queries, bool baselines) {
  const double began = now_s();
  HashIndex index;
  for (std::uint32_t i = 0; i < list.size(); ++i) index.add(list[i], {0, i, 0});
  const double built = now_s();
  matchers::HashSearch search;
  std::vector<matchers::HashMatch> out;
  double best = 1e9;
  std::size_t found = 0, scanned = 0;
  for (int run = 0; run < 3; ++run) {
    found = scanned = 0;
    const double start = now_s();
    for (const PdqBits& query : queries) {
      index.find(query, 31, search, out);
      found += out.size();
      scanned += search.scanned();
    }
    best = std::min(best, now_s() - start);
  }
  fmt::print("{:<34} {:>9.0f} queries/s  built in {:.2f} s  {:.0f} MB  {:.1f} found a query, {} of {} looked through\n",
             fmt::format("{}: index", name), static_cast<double>(queries.size()) / best, built - began,
             static_cast<double>(index.bytes()) / 1e6, static_cast<double>(found) / static_cast<double>(queries.size()),
             scanned, queries.size());

  const std::size_t some = std::min<std::size_t>(queries.size(), 800);
  double start = now_s();
  const std::size_t expected = scan_all(list, queries, some);
  double taken = now_s() - start;
  fmt::print("{:<34} {:>9.0f} queries/s\n", fmt::format("{}: linear scan, 8 at once", name),
             static_cast<double>(some) / taken);
  std::size_t ours = 0;
  for (std::size_t i = 0; i < some; ++i) ours += index.find(queries[i]).size();
  fmt::print("{:<34} {} of {}\n", fmt::format("{}: recall", name), ours, expected);
  if (!baselines) return;

  const std::size_t few = std::min<std::size_t>(queries.size(), 300);
  const auto held = [] {
    const struct mallinfo2 info = mallinfo2();
    return static_cast<double>(info.uordblks + info.hblkhd);
  };
  const double before = held();
  start = now_s();
  const PlainMultiIndex plain(list);
  const double plain_built = now_s() - start, megabytes = (held() - before) / 1e6;
  start = now_s();
  found = 0;
  for (std::size_t i = 0; i < few; ++i) found += plain.find(queries[i], 31);
  taken = now_s() - start;
  fmt::print("{:<34} {:>9.0f} queries/s  built in {:.2f} s  {:.0f} MB beside the list\n",
             fmt::format("{}: plain multi-index", name), static_cast<double>(few) / taken, plain_built, megabytes);
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t count = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
  const std::size_t asked = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 20'000;
  Random random(20261129);
  std::vector<PdqBits> list(count), queries(asked);
  for (PdqBits& hash : list) hash = random.hash();
  for (std::size_t i = 0; i < asked; ++i)
    queries[i] = i % 2 == 0 ? random.hash() : random.near(list[random.below(count)], random.below(32));
  measure("random", list, queries, true);

  // The same number, in clusters: members up to 12 bits from their centre, queries up to 31 bits from a member.
  for (const std::size_t size : {std::size_t{20}, std::size_t{100}, std::size_t{1000}}) {
    PdqBits centre;
    for (std::size_t i = 0; i < count; ++i) {
      if (i % size == 0) centre = random.hash();
      list[i] = random.near(centre, random.below(13));
    }
    for (std::size_t i = count - 1; i > 0; --i) std::swap(list[i], list[random.below(i + 1)]);
    for (std::size_t i = 0; i < asked; ++i)
      queries[i] = i % 2 == 0 ? random.hash() : random.near(list[random.below(count)], random.below(32));
    measure(fmt::format("clusters of {}", size).c_str(), list, queries, size == 100);
  }
  // One creative in a tenth of the list, and nobody asks for it: it must not cost the others.
  const PdqBits crowd = random.hash();
  for (std::size_t i = 0; i < count; ++i) list[i] = i % 10 == 0 ? random.near(crowd, random.below(13)) : random.hash();
  for (std::size_t i = 0; i < asked; ++i)
    queries[i] = i % 2 == 0 ? random.hash() : random.near(list[1 + random.below(9)], random.below(32));
  measure("a tenth one creative", list, queries, false);
  return 0;
}
