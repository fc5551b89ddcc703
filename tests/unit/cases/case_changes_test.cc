#include "cases/case_changes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cases/case_store.h"
#include "tests/support/sample_case.h"

namespace pantau::cases {
namespace {

using ::testing::ElementsAre;

class CaseChanges : public ::testing::Test {
 protected:
  void SetUp() override {
    auto store = store::Store::open("sqlite", folder_.path(), case_migrations());
    ASSERT_TRUE(store);
    store_ = std::move(*store);
    reader_ = *store_->open_reader();
  }
  // One sight of a page in a run; another title is another page to look at.
  void see(const std::string& key, const std::string& run, const std::string& title) {
    CaseRecord record = test::sample_case();
    record.key = key;
    record.title = title;
    record.last_seen = "2026-02-0" + run + "T08:00:00Z";
    ASSERT_TRUE(store_
                    ->write([&](store::Connection& c) -> Result<void> {
                      auto saved = save_case(c, record, run);
                      if (!saved) return saved.error();
                      return {};
                    })
                    .get());
  }
  std::string see_again(const std::string& key, const std::string& run) {
    std::string band;
    EXPECT_TRUE(store_
                    ->write([&](store::Connection& c) -> Result<void> {
                      auto seen = see_case(c, key, "daily", "2026-02-0" + run + "T08:00:00Z", run);
                      if (!seen) return seen.error();
                      band = *seen;
                      return {};
                    })
                    .get());
    return band;
  }
  std::vector<std::string> changes(const std::string& now, const std::string& before) {
    auto found = case_changes(*reader_, "daily", now, before);
    EXPECT_TRUE(found) << found.error().detail;
    std::vector<std::string> words;
    for (const ChangedCase& one : *found)
      words.push_back(std::string(text(one.change)) + " " + find_case(*reader_, one.id)->value().key);
    std::sort(words.begin(), words.end());
    return words;
  }

  test::TemporaryFolder folder_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<store::Connection> reader_;
};

TEST_F(CaseChanges, NewChangedGoneAndUnchanged) {
  for (const char* key : {"a", "b", "c"}) see(key, "1", "offer");
  EXPECT_THAT(changes("1", ""), ElementsAre("new a", "new b", "new c"));
  see("a", "2", "offer");
  see("b", "2", "another offer");
  see("d", "2", "offer");
  EXPECT_THAT(changes("2", "1"), ElementsAre("changed b", "gone c", "new d", "unchanged a"));
}

TEST_F(CaseChanges, WhatARunThoughtOnTheWayIsNoChange) {
  see("a", "1", "offer");
  see("a", "2", "half of the offer");
  see("a", "2", "offer");
  EXPECT_THAT(changes("2", "1"), ElementsAre("unchanged a"));
}

TEST_F(CaseChanges, BeingSeenAgainIsNoChangeAndMovesTheTime) {
  see("a", "1", "offer");
  EXPECT_EQ(see_again("a", "2"), "flag");
  EXPECT_EQ(see_again("nobody", "2"), "");
  EXPECT_THAT(changes("2", "1"), ElementsAre("unchanged a"));
  EXPECT_EQ(list_cases(*reader_, {})->front().last_seen, "2026-02-02T08:00:00Z");
  EXPECT_EQ(sightings_of(*reader_, list_cases(*reader_, {})->front().id)->front().last_seen, "2026-02-02T08:00:00Z");
  see("a", "3", "another offer");
  EXPECT_THAT(changes("3", "2"), ElementsAre("changed a"));
  EXPECT_EQ(see_again("a", "4"), "flag");
  EXPECT_THAT(changes("4", "3"), ElementsAre("unchanged a"));
}

TEST_F(CaseChanges, OneThatWasGoneAndCameBackIsNotNew) {
  see("a", "1", "offer");
  see("b", "1", "offer");
  see("b", "2", "offer");
  see("a", "3", "offer");
  see("b", "3", "offer");
  EXPECT_THAT(changes("2", "1"), ElementsAre());  // a newer run has moved on
  EXPECT_THAT(changes("3", "2"), ElementsAre("unchanged a", "unchanged b"));
}

TEST_F(CaseChanges, ADecidedCaseThatShowsSomethingElseIsAChange) {
  see("a", "1", "offer");
  const std::string id = list_cases(*reader_, {})->front().id;
  ASSERT_TRUE(store_
                  ->write([&](store::Connection& c) -> Result<void> {
                    auto decided = decide(c, {id, "confirm", "pegawai", "deposit demanded"});
                    if (!decided) return decided.error();
                    return {};
                  })
                  .get());
  see("a", "2", "under maintenance");
  EXPECT_THAT(changes("2", "1"), ElementsAre("changed a"));
  EXPECT_EQ(find_case(*reader_, id)->value().title, "offer");
  see("a", "3", "under maintenance");
  EXPECT_THAT(changes("3", "2"), ElementsAre("unchanged a"));
}

}  // namespace
}  // namespace pantau::cases
