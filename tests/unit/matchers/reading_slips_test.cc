#include "matchers/reading_slips.h"

#include <gtest/gtest.h>

namespace pantau::matchers {
namespace {

Watchlist list() {
  Watchlist watchlist;
  for (const auto& [id, name] : {std::pair{"siti", "Siti Nurhaliza"}, {"anwar", "Anwar Ibrahim"}}) {
    Entity entity;
    entity.id = id;
    entity.kind = EntityKind::person;
    entity.name = name;
    watchlist.entities.push_back(std::move(entity));
  }
  return watchlist;
}

std::vector<NameHit> read(std::string_view text) {
  static const Watchlist watchlist = list();
  static const NameMatcher matcher(watchlist);
  return names_in_a_reading(matcher, text);
}

TEST(ReadingSlips, AnExclamationMarkIsALetterWithALightDot) {
  const auto hits = read("Sit! Nurhaliza hadiahkan RM53,000");
  ASSERT_EQ(hits.size(), 1u);
  EXPECT_FALSE(hits[0].approximate);
  EXPECT_EQ(hits[0].begin, 0u);
  EXPECT_EQ(hits[0].end, 14u) << "the span as it was read";
}

TEST(ReadingSlips, ASpeckBetweenNamesJoinsThemWithDoubt) {
  const auto hits = read("io of Siti, Nurhaliza, 80 labur RM1,000");
  ASSERT_EQ(hits.size(), 1u);
  EXPECT_TRUE(hits[0].approximate);
}

TEST(ReadingSlips, WhatWasReadWellStaysAsItIs) {
  const auto hits = read("Tahniah! Anwar Ibrahim, Siti Nurhaliza");
  ASSERT_EQ(hits.size(), 2u);
  EXPECT_FALSE(hits[0].approximate);
  EXPECT_FALSE(hits[1].approximate);
  EXPECT_TRUE(read("Tahniah! semua, terima kasih").empty());
  EXPECT_TRUE(read("!!! ,,, |||").empty());
}

}  // namespace
}  // namespace pantau::matchers
