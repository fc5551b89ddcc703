// Disguised spellings of names and brands of the shipped watchlist, and texts and domains that only resemble them
// (scripts/make_disguises.py writes both tables). The figures are printed, by technique where something was missed.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "base/file.h"
#include "base/text.h"
#include "matchers/name_matcher.h"
#include "matchers/watchlist.h"

namespace pantau::matchers {
namespace {

const std::string kRoot = PANTAU_SOURCE_DIR;

std::vector<std::vector<std::string>> rows(const std::string& name) {
  std::vector<std::vector<std::string>> made;
  std::istringstream lines(*read_file(kRoot + "/tests/fixtures/matching/" + name));
  for (std::string line; std::getline(lines, line);) made.push_back(split(line, '\t'));
  return made;
}

const Watchlist& shipped() {
  static const Watchlist list =
      *read_watchlists({{"malaysia.yaml", *read_file(kRoot + "/config/watchlists/malaysia.yaml"), {}}});
  return list;
}
const NameMatcher& names() {
  static const NameMatcher made(shipped());
  return made;
}

// What would count: weak aliases alone and parts of other people's names do not.
std::set<std::string> found(const std::string& text, bool machine_read) {
  std::set<std::string> entities;
  for (const NameHit& hit : names().find(text, machine_read)) {
    if (!hit.weak && !hit.namesake) entities.insert(shipped().entities[hit.entity].id);
  }
  return entities;
}

TEST(Disguises, NearlyAllAreFound) {
  struct Count {
    std::size_t all = 0, found = 0;
  };
  std::map<std::string, Count> techniques;
  std::set<std::string> entities;
  Count sum;
  std::string missed;
  for (const auto& row : rows("disguised.tsv")) {
    ASSERT_EQ(row.size(), 4u);
    const bool good = found(row[3], row[2] == "ocr").contains(row[1]);
    entities.insert(row[1]);
    for (Count* count : {&techniques[row[0]], &sum}) {
      ++count->all;
      count->found += good;
    }
    if (!good) missed += "  " + row[0] + ": " + row[3] + "\n";
  }
  std::printf("disguised spellings: %zu of %zu found (%.1f%%), %zu names\n%s", sum.found, sum.all,
              100.0 * static_cast<double>(sum.found) / static_cast<double>(sum.all), entities.size(), missed.c_str());
  EXPECT_GE(sum.all, 300u);
  EXPECT_GE(entities.size(), 30u);
  EXPECT_GE(sum.found * 100, sum.all * 97);
  for (const auto& [technique, count] : techniques) EXPECT_GE(count.found * 10, count.all * 7) << technique;
}

TEST(Disguises, WhatOnlyResemblesIsNot) {
  const auto matcher = *Matcher::compile(shipped(), {});
  std::size_t all = 0, wrong = 0;
  std::string which;
  for (const auto& row : rows("near_misses.tsv")) {
    ASSERT_EQ(row.size(), 2u);
    ++all;
    std::string what;
    if (row[0] == "domain") {
      const auto imitated = matcher->lookalike(row[1]);
      if (imitated && imitated->score >= 0.5) what = imitated->entity;
    } else {
      const auto entities = found(row[1], row[0] == "ocr");
      if (!entities.empty()) what = *entities.begin();
    }
    if (what.empty()) continue;
    ++wrong;
    which += "  " + row[0] + ": " + row[1] + " (" + what + ")\n";
  }
  std::printf("near misses: %zu of %zu taken for a name (%.2f%%)\n%s", wrong, all,
              100.0 * static_cast<double>(wrong) / static_cast<double>(all), which.c_str());
  EXPECT_GE(all, 300u);
  EXPECT_LE(wrong * 100, all);
}

}  // namespace
}  // namespace pantau::matchers
