#include "matchers/hash_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <set>
#include <tuple>

namespace pantau::matchers {
namespace {

using media::PdqBits;

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  std::uint64_t below(std::uint64_t limit) { return engine_() % limit; }
  PdqBits hash() { return {{engine_(), engine_(), engine_(), engine_()}}; }
  PdqBits near(PdqBits hash, std::uint64_t bits) {
    std::set<std::uint64_t> flipped;
    while (flipped.size() < bits) flipped.insert(below(256));
    for (const std::uint64_t bit : flipped) hash.words[bit / 64] ^= std::uint64_t{1} << bit % 64;
    return hash;
  }

 private:
  std::mt19937_64 engine_;
};

// What a list says by looking at every row.
using Row = std::tuple<PdqBits, std::uint32_t, std::uint32_t>;  // hash, list, row
using Found = std::multiset<std::tuple<int, std::uint32_t, std::uint32_t>>;

Found by_hand(const std::vector<Row>& rows, const PdqBits& query, int radius) {
  Found found;
  for (const auto& [hash, list, row] : rows) {
    const int distance = media::pdq_distance(hash, query);
    if (distance <= radius) found.emplace(distance, list, row);
  }
  return found;
}

Found by_index(const HashIndex& index, const PdqBits& query, int radius, HashSearch& search) {
  std::vector<HashMatch> matches;
  index.find(query, radius, search, matches);
  EXPECT_TRUE(std::is_sorted(matches.begin(), matches.end(),
                             [](const HashMatch& a, const HashMatch& b) { return a.distance < b.distance; }));
  Found found;
  for (const HashMatch& match : matches) {
    EXPECT_EQ(media::pdq_distance(match.hash, query), match.distance);
    found.emplace(match.distance, match.entry.list, match.entry.row);
  }
  return found;
}

TEST(HashIndex, FindsWhatLookingAtEveryRowFinds) {
  Random random(1);
  HashIndex index(best_hash_kernel(), 100);
  std::vector<Row> rows;
  PdqBits centre = random.hash();
  for (std::uint32_t i = 0; i < 20'000; ++i) {
    // Strangers, a cluster of near-duplicates, equal fingerprints of two lists.
    const PdqBits hash = i % 4 == 0                     ? random.near(centre, random.below(20))
                         : i % 50 == 1 && !rows.empty() ? std::get<0>(rows[random.below(rows.size())])
                                                        : random.hash();
    rows.emplace_back(hash, i % 3, i);
    index.add(hash, {i % 3, i, 0});
  }
  EXPECT_EQ(index.size(), rows.size());
  EXPECT_LT(index.distinct(), rows.size());
  HashSearch search;
  bool indexed = false;
  for (int i = 0; i < 400; ++i) {
    const PdqBits query =
        i % 3 == 0 ? random.hash() : random.near(std::get<0>(rows[random.below(rows.size())]), random.below(40));
    const int radius = i % 2 == 0 ? 31 : static_cast<int>(random.below(32));
    EXPECT_EQ(by_index(index, query, radius, search), by_hand(rows, query, radius));
    indexed = indexed || !search.scanned();
  }
  EXPECT_TRUE(indexed);
}

// Thirty-one bits spread as evenly over the pieces as they can be: the worst case of the pigeonhole.
TEST(HashIndex, FindsTheHardestSpreadOfBits) {
  Random random(2);
  HashIndex index(best_hash_kernel(), 10);
  std::vector<PdqBits> listed;
  for (std::uint32_t i = 0; i < 2000; ++i) {
    listed.push_back(random.hash());
    index.add(listed.back(), {0, i, 0});
  }
  for (int turn = 0; turn < 2000; ++turn) {
    // Pieces take every eleventh bit; three bits in nine of them, two in one and two in the last, or the like.
    PdqBits query = listed[turn];
    std::array<int, 11> many{};
    many.fill(3);
    many[10] = 2;
    many[turn % 10] = 2;
    std::set<unsigned> flipped;
    for (unsigned piece = 0; piece < 11; ++piece) {
      int left = many[piece];
      while (left > 0) {
        const auto bit = static_cast<unsigned>(piece + 11 * random.below(23));
        left -= flipped.insert(bit).second;
      }
    }
    ASSERT_EQ(flipped.size(), 31u);
    for (const unsigned bit : flipped) query.words[bit / 64] ^= std::uint64_t{1} << bit % 64;
    const auto found = index.find(query);
    ASSERT_EQ(found.size(), 1u) << turn;
    EXPECT_EQ(found[0].distance, 31);
    EXPECT_EQ(found[0].entry.row, static_cast<std::uint32_t>(turn));
  }
}

TEST(HashIndex, ChangesInPlace) {
  Random random(3);
  HashIndex index(best_hash_kernel(), 50);
  std::vector<Row> rows;
  const PdqBits centre = random.hash();
  HashSearch search;
  for (std::uint32_t step = 0; step < 6000; ++step) {
    if (rows.empty() || random.below(3) != 0) {
      const PdqBits hash = random.below(2) == 0 ? random.near(centre, random.below(6)) : random.hash();
      const auto list = static_cast<std::uint32_t>(random.below(2));
      rows.emplace_back(hash, list, step);
      index.add(hash, {list, step, 0});
    } else {
      const auto [hash, list, row] = rows[random.below(rows.size())];
      const std::size_t before = rows.size();
      std::erase_if(rows,
                    [&, h = hash, l = list](const Row& one) { return std::get<0>(one) == h && std::get<1>(one) == l; });
      EXPECT_EQ(index.withdraw(hash, list), before - rows.size());
    }
    if (step % 20 != 0) continue;
    const PdqBits query =
        random.near(step % 40 == 0 ? centre : std::get<0>(rows[random.below(rows.size())]), random.below(33));
    ASSERT_EQ(by_index(index, query, 31, search), by_hand(rows, query, 31)) << step;
    ASSERT_EQ(index.size(), rows.size());
  }
  EXPECT_EQ(index.withdraw(random.hash(), 0), 0u);
}

TEST(HashIndex, ForgetsWhatHasExpired) {
  Random random(4);
  HashIndex index(best_hash_kernel(), 20);
  const PdqBits both = random.hash();
  index.add(both, {0, 1, 1000});
  index.add(both, {1, 2, 0});
  for (std::uint32_t i = 0; i < 200; ++i) index.add(random.hash(), {2, i, i % 2 == 0 ? 500u + i : 0u});
  EXPECT_EQ(index.expire(400), 0u);
  EXPECT_EQ(index.expire(2000), 101u);
  EXPECT_EQ(index.size(), 101u);
  const auto left = index.find(both);
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].entry.list, 1u);
  // What was freed is used again.
  const std::size_t held = index.bytes();
  for (std::uint32_t i = 0; i < 100; ++i) index.add(random.hash(), {3, i, 0});
  EXPECT_EQ(index.bytes(), held);
}

TEST(HashIndex, EveryKernelGivesTheSameAnswers) {
  Random random(5);
  std::vector<PdqBits> hashes;
  const PdqBits centre = random.hash();
  for (int i = 0; i < 3000; ++i) hashes.push_back(i % 5 == 0 ? random.near(centre, random.below(64)) : random.hash());
  for (const std::size_t count :
       {std::size_t{0}, std::size_t{1}, std::size_t{7}, std::size_t{8}, std::size_t{9}, hashes.size()}) {
    std::vector<CloseHash> expected;
    scan_hashes(HashKernel::portable, hashes.data(), count, centre, 31, 5, expected);
    for (const HashKernel kernel : {HashKernel::popcnt, HashKernel::avx512}) {
      if (!hash_kernel_works(kernel)) continue;
      std::vector<CloseHash> found;
      scan_hashes(kernel, hashes.data(), count, centre, 31, 5, found);
      ASSERT_EQ(found.size(), expected.size());
      for (std::size_t i = 0; i < found.size(); ++i) {
        EXPECT_EQ(found[i].place, expected[i].place);
        EXPECT_EQ(found[i].distance, expected[i].distance);
      }
    }
    if (count == hashes.size()) {
      EXPECT_GT(expected.size(), 100u);
    }
  }
}

// Nearly everything is one picture: the pieces say nothing, and nothing is missed.
TEST(HashIndex, ACrowdIsLookedThrough) {
  Random random(6);
  HashIndex index(best_hash_kernel(), 10);
  const PdqBits centre = random.hash();
  std::vector<Row> rows;
  for (std::uint32_t i = 0; i < 30'000; ++i) {
    rows.emplace_back(random.near(centre, random.below(4)), 0, i);
    index.add(std::get<0>(rows.back()), {0, i, 0});
  }
  HashSearch search;
  const PdqBits query = random.near(centre, 29);
  const Found expected = by_hand(rows, query, 31);
  EXPECT_GT(expected.size(), 1000u);
  EXPECT_EQ(by_index(index, query, 31, search), expected);
  EXPECT_TRUE(search.scanned());
}

}  // namespace
}  // namespace pantau::matchers
