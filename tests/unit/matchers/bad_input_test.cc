// Input that nobody writes by accident: ill-formed UTF-8, one endless line, heaps of marks, texts turned round, the
// same few letters for ever. What counts is that an answer comes, soon, and that every span lies within the text.
#include <gtest/gtest.h>

#include <chrono>
#include <random>

#include "matchers/name_matcher.h"
#include "matchers/pattern.h"
#include "matchers/skeleton.h"
#include "matchers/watchlist.h"

namespace pantau::matchers {
namespace {

const Watchlist& list() {
  static const Watchlist made = *read_watchlists({{"list.yaml",
                                                   "entities:\n"
                                                   "  - {id: maybank, kind: brand, name: Maybank}\n"
                                                   "  - {id: anwar, kind: person, name: Anwar Ibrahim, aliases: "
                                                   "[\"安华依布拉欣\"]}\n",
                                                   {}}});
  return made;
}
const NameMatcher& names() {
  static const NameMatcher made(list());
  return made;
}

// Seconds it took; every hit lies within the text and on borders of characters.
double seconds(const std::string& text, bool machine_read, std::size_t& hits) {
  const auto start = std::chrono::steady_clock::now();
  const std::vector<NameHit> found = names().find(text, machine_read);
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  hits = found.size();
  for (const NameHit& hit : found) {
    EXPECT_LT(hit.begin, hit.end);
    EXPECT_LE(hit.end, text.size());
  }
  return taken.count();
}

// Generous, for machines that are busy and builds with sanitizers.
constexpr double kSecondsAMegabyte = 4;

TEST(BadInput, IllFormedUtf8SeparatesAndNeverHides) {
  std::size_t hits = 0;
  seconds("kata \xFF\xFE Maybank \xC3( \xF0\x9F\x92 dan Anwar\xC0Ibrahim", false, hits);
  EXPECT_EQ(hits, 2u);
  std::mt19937 random(3);
  for (int round = 0; round < 300; ++round) {
    std::string noise(random() % 200, ' ');
    for (char& c : noise) c = static_cast<char>(random() % 256);
    seconds(noise + " Maybank", round % 2 == 0, hits);
    EXPECT_GE(hits, 1u);
    const MappedText skeletal = map_skeleton(noise);
    for (std::size_t i = 0; i < skeletal.size(); ++i) {
      ASSERT_LT(skeletal.begin[i], skeletal.end[i]);
      ASSERT_LE(skeletal.end[i], noise.size());
      ASSERT_TRUE(i == 0 || skeletal.begin[i - 1] <= skeletal.begin[i]);
    }
  }
}

TEST(BadInput, FiftyMegabytesOnOneLine) {
  std::string text;
  text.reserve(50 << 20);
  while (text.size() < (std::size_t{50} << 20))
    text += "Kata orang ramai di pasar, harga barang naik lagi minggu ini. ";
  text += "Maybank";
  std::size_t hits = 0;
  EXPECT_LT(seconds(text, false, hits), 50 * kSecondsAMegabyte);
  EXPECT_EQ(hits, 1u);
  // The same without a single space.
  std::erase(text, ' ');
  text.resize(std::size_t{4} << 20);
  EXPECT_LT(seconds(text, false, hits), 4 * kSecondsAMegabyte);
}

TEST(BadInput, AMillionCombiningMarks) {
  std::string text = "M";
  for (int i = 0; i < 1'000'000; ++i) text += "\u0336";
  text += "aybank";
  std::size_t hits = 0;
  EXPECT_LT(seconds(text, true, hits), 2 * kSecondsAMegabyte);
  EXPECT_EQ(hits, 1u);
}

TEST(BadInput, TextTurnedRoundByOverrides) {
  std::size_t hits = 0;
  seconds(
      "\u202EMay\u202Cbank\u2066 dan \u202D"
      "Anwar\u2069 Ibrahim",
      false, hits);
  EXPECT_EQ(hits, 2u);
}

TEST(BadInput, TheSameAgainAndAgainTakesNoLonger) {
  // Beginnings of names, single letters, nothing but separators: what invites a search to look ahead each time.
  for (const char* part : {"Anwar ", "a n w a r ", "' ", "- ", "Maybank", "may ", "安华依布拉", "a.", "1,", "\u200B"}) {
    std::string text;
    while (text.size() < (std::size_t{1} << 20)) text += part;
    std::size_t hits = 0;
    EXPECT_LT(seconds(text, true, hits), kSecondsAMegabyte) << part;
    EXPECT_LE(hits, 400u);
    auto matcher = Matcher::compile(list(), {});
    ASSERT_TRUE(matcher);
    AdView ad;
    ad.texts.emplace_back();
    ad.texts.back().text = text;
    ad.texts.back().where = Where::ocr;
    const auto start = std::chrono::steady_clock::now();
    (*matcher)->match(ad);
    EXPECT_LT(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(), 3 * kSecondsAMegabyte)
        << part;
  }
}

TEST(BadInput, PatternsThatMatchTheEmptyTextAreRefused) {
  for (const char* pattern : {"", "(a|)", "..", "(|)", ".. untung", "(untung|) .. dijamin", "((|)|(|))"}) {
    PatternSet set;
    EXPECT_FALSE(set.add(pattern, 0)) << pattern;
  }
}

TEST(BadInput, ASpellingIsForgottenWithItsWatchlist) {
  // Threads remember what spellings meant; a watchlist that replaces another must not answer from its memory.
  for (int i = 0; i < 12; ++i) {
    Watchlist watchlist;
    Entity entity;
    entity.id = "e";
    entity.kind = EntityKind::brand;
    entity.name = i % 2 == 0 ? "Petronas" : "Maybank";
    watchlist.entities.push_back(entity);
    const NameMatcher matcher(watchlist);
    const auto hits = matcher.find("Petronas dan Maybank", false);
    ASSERT_EQ(hits.size(), 1u);
    EXPECT_EQ(hits[0].matched, entity.name);
  }
}

}  // namespace
}  // namespace pantau::matchers
