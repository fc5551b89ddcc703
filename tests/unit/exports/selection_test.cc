#include "exports/selection.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "cases/evidence/evidence.h"
#include "tests/support/decided_case.h"
#include "tests/support/test_database.h"

namespace pantau::exports {
namespace {

class Selected : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    PANTAU_SKIP_WITHOUT(database_);
    ASSERT_TRUE(cases::prepare_workspace(folder_.path()));
    auto opened = store::Store::open(database_.address(), folder_.path(), cases::case_migrations());
    ASSERT_TRUE(opened);
    store_ = std::move(*opened);
    for (int i = 0; i < 450; ++i) {
      auto saved = store_->write([&](store::Connection& connection) -> Result<void> {
        cases::CaseRecord record = test::confirmed_case(i).record;
        record.verdict.score = 0.5 + 0.0001 * i;
        auto kept = cases::save_case(connection, record);
        if (!kept) return kept.error();
        if (i == 0) first_ = kept->id;
        if (i % 3 != 0) return {};
        auto decided = cases::decide(connection, {kept->id, i % 2 == 0 ? "confirm" : "dismiss", "aisyah", "seen"});
        if (!decided) return decided.error();
        return {};
      });
      ASSERT_TRUE(saved.get());
    }
    auto reader = store_->open_reader();
    ASSERT_TRUE(reader);
    reader_ = std::move(*reader);
  }
  std::vector<cases::DecidedCase> take(const std::string& format, const Selection& selection) {
    std::vector<cases::DecidedCase> taken;
    auto source = select_cases(*reader_, *find_format(format), selection);
    EXPECT_TRUE(source);
    EXPECT_TRUE((*source)([&](cases::DecidedCase&& one) -> Result<void> {
      taken.push_back(std::move(one));
      return {};
    }));
    return taken;
  }
  test::TestDatabase database_{GetParam()};

  test::TemporaryFolder folder_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<store::Connection> reader_;
  std::string first_;
};

INSTANTIATE_TEST_SUITE_P(Engines, Selected, test::engines(), test::engine_name);

TEST_P(Selected, TheFormatSaysWhichStatuses) {
  EXPECT_EQ(take("csv", {}).size(), 450u);
  EXPECT_EQ(take("xarf", {}).size(), 75u);
  // What speaks against comes first.
  const auto list = take("rpz", {});
  ASSERT_EQ(list.size(), 150u);
  EXPECT_EQ(list.front().record.status, "dismissed");
  EXPECT_EQ(list.back().record.status, "confirmed");
  ASSERT_EQ(list.back().decisions.size(), 1u);
  EXPECT_EQ(list.back().decisions[0].why, "seen");
}

TEST_P(Selected, HighestScoreFirstAcrossBatches) {
  const auto all = take("jsonl", {});
  for (std::size_t i = 1; i < all.size(); ++i) EXPECT_GE(all[i - 1].record.verdict.score, all[i].record.verdict.score);
}

TEST_P(Selected, OneCaseByItsId) {
  Selection selection;
  selection.case_id = first_;
  const auto one = take("dossier", selection);
  ASSERT_EQ(one.size(), 1u);
  EXPECT_EQ(one[0].record.id, first_);
}

TEST_P(Selected, NothingLeavesThatASecondPersonHasNotAgreedTo) {
  const auto written = [&](const char* format) {
    auto source = select_cases(*reader_, *find_format(format), {});
    EXPECT_TRUE(source);
    auto done = render(*find_format(format), *source, {});
    EXPECT_TRUE(done) << (done ? "" : done.error().detail);
    return *done;
  };
  const Export before = written("domains");
  ASSERT_GE(before.waiting.size(), 1u);
  EXPECT_TRUE(std::any_of(before.waiting.begin(), before.waiting.end(), [&](const KeptOut& one) {
    return one.case_id == first_;
  })) << "the first case about its brand";
  EXPECT_EQ(written("csv").count, 450u) << "the table of everything shows it";
  auto agreed = store_->write([&](store::Connection& connection) -> Result<void> {
    auto decided = cases::decide(connection, {first_, "confirm", "badrul", "seen as well"});
    if (!decided) return decided.error();
    return {};
  });
  ASSERT_TRUE(agreed.get());
  const Export after = written("domains");
  EXPECT_EQ(after.waiting.size() + 1, before.waiting.size());
  EXPECT_EQ(after.count, before.count + 1);
}

TEST(Statuses, WhatIsActedUponMustBeConfirmed) {
  Selection selection;
  selection.statuses = {"new"};
  for (const char* format : {"rpz", "domains", "pdq", "xarf", "report-mcmc", "accounts-seen"}) {
    const auto refused = statuses_for(*find_format(format), selection);
    ASSERT_FALSE(refused) << format;
    EXPECT_NE(refused.error().detail.find("confirm"), std::string::npos);
  }
  EXPECT_TRUE(statuses_for(*find_format("stix"), selection));
  selection.statuses.clear();
  selection.all_statuses = true;
  EXPECT_EQ(*statuses_for(*find_format("rpz"), selection), std::vector<std::string>{"confirmed"});
  EXPECT_TRUE(statuses_for(*find_format("csv"), selection)->empty());
}

}  // namespace
}  // namespace pantau::exports
