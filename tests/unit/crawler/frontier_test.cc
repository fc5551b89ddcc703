#include "crawler/frontier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <set>

#include "crawler/address_rules.h"

namespace pantau::crawler {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class FrontierTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        std::filesystem::temp_directory_path() / ("pantau-frontier-" + std::to_string(getpid()) + "-" +
                                                  ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    reopen_store();
  }
  void TearDown() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  void reopen_store() {
    store_.reset();
    auto store = store::Store::open("sqlite", folder_.string(), frontier_migrations());
    ASSERT_TRUE(store) << store.error().detail;
    store_ = std::move(*store);
  }
  std::unique_ptr<Frontier> open(std::vector<CrawlScope> scopes, const std::string& sweep = "s") {
    auto frontier = Frontier::open(*store_, sweep, std::move(scopes));
    EXPECT_TRUE(frontier) << frontier.error().detail;
    return std::move(*frontier);
  }
  static CrawlScope site(int depth, std::int64_t pages, std::vector<std::string> seeds = {"https://a.example/"}) {
    CrawlScope scope;
    scope.max_depth = depth;
    scope.max_pages = pages;
    scope.seeds = std::move(seeds);
    return scope;
  }
  static FrontierItem lead(const std::string& url, int source = 0) {
    FrontierItem item;
    item.url = url;
    item.source = source;
    item.is_lead = true;
    return item;
  }
  static FrontierItem link(const std::string& url, const FrontierItem& from, bool click = false) {
    FrontierItem item;
    item.url = url;
    item.source = from.source;
    item.depth = from.depth + 1;
    item.parent = from.id;
    item.referrer = from.url;
    item.is_click = click;
    return item;
  }

  std::filesystem::path folder_;
  std::unique_ptr<store::Store> store_;
};

TEST_F(FrontierTest, EveryAddressEndsOnce) {
  auto frontier = open({site(1, 100)});
  EXPECT_TRUE(frontier->add(lead("https://a.example/#top")));
  EXPECT_FALSE(frontier->add(lead("https://a.example:443/")));
  const auto seed = frontier->next();
  ASSERT_TRUE(seed);
  EXPECT_EQ(seed->canonical, "https://a.example/");
  EXPECT_TRUE(seed->is_lead);
  EXPECT_FALSE(frontier->next());
  frontier->add(link("https://a.example/1", *seed));
  frontier->finish(seed->id, Outcome::done, "");
  frontier->finish(seed->id, Outcome::failed, "again");
  const auto page = frontier->next();
  ASSERT_TRUE(page);
  frontier->finish(page->id, Outcome::timeout, "slow");
  EXPECT_TRUE(frontier->empty());
  EXPECT_THAT(frontier->outcomes(), ElementsAre(std::pair(Outcome::done, 1), std::pair(Outcome::timeout, 1)));
  EXPECT_THAT(frontier->lead_outcomes(), ElementsAre(std::pair(Outcome::done, 1)));
  const auto end = frontier->finished_as("https://a.example/1");
  ASSERT_TRUE(end);
  EXPECT_EQ(end->detail, "slow");
}

TEST_F(FrontierTest, ScopeDepthAndSchemes) {
  auto frontier = open({site(1, 100)});
  frontier->add(lead("https://a.example/"));
  const auto seed = frontier->next();
  EXPECT_TRUE(frontier->add(link("https://www.a.example/x", *seed)));  // same site
  EXPECT_TRUE(frontier->add(link("https://b.example/", *seed)));       // ends at once
  EXPECT_FALSE(frontier->add(link("mailto:x@a.example", *seed)));      // no page
  EXPECT_TRUE(frontier->add(link("http://[::1", *seed)));              // refused
  FrontierItem deep = link("https://a.example/deep", *seed);
  deep.depth = 2;
  EXPECT_TRUE(frontier->add(deep));
  frontier->finish(seed->id, Outcome::done, "");
  EXPECT_EQ(frontier->queued(), 1);
  EXPECT_THAT(frontier->outcomes(),
              UnorderedElementsAre(std::pair(Outcome::done, 1), std::pair(Outcome::out_of_scope, 2),
                                   std::pair(Outcome::refused, 1)));
}

TEST_F(FrontierTest, AdsLeadOneStepOutside) {
  auto frontier = open({site(0, 100)});
  frontier->add(lead("https://a.example/"));
  const auto seed = frontier->next();
  frontier->add(link("https://scam.example/", *seed, true));
  frontier->finish(seed->id, Outcome::done, "");
  const auto landing = frontier->next();
  ASSERT_TRUE(landing);
  EXPECT_TRUE(landing->is_click);
  frontier->add(link("https://scam.example/form", *landing));
  frontier->add(link("https://other.example/", *landing, true));
  frontier->finish(landing->id, Outcome::done, "");
  EXPECT_TRUE(frontier->empty());
  EXPECT_EQ(frontier->outcomes()[Outcome::out_of_scope], 2);
}

TEST_F(FrontierTest, APlainLinkOutsideComesBackAsAnAd) {
  for (const bool click_first : {true, false}) {
    auto frontier = open({site(1, 100)}, click_first ? "x" : "y");
    frontier->add(lead("https://a.example/"));
    const auto seed = frontier->next();
    frontier->add(link("https://scam.example/", *seed, click_first));
    frontier->add(link("https://scam.example/", *seed, !click_first));
    frontier->finish(seed->id, Outcome::done, "");
    const auto landing = frontier->next();
    ASSERT_TRUE(landing) << click_first;
    EXPECT_TRUE(landing->is_click);
    frontier->finish(landing->id, Outcome::done, "");
    EXPECT_THAT(frontier->outcomes(), ElementsAre(std::pair(Outcome::done, 2)));
  }
}

TEST_F(FrontierTest, WavesGoByDepth) {
  auto frontier = open({site(2, 100)});
  frontier->add(lead("https://a.example/"));
  const auto seed = *frontier->next();
  frontier->add(link("https://a.example/b", seed));
  frontier->add(link("https://a.example/a", seed));
  frontier->finish(seed.id, Outcome::done, "");
  const auto first = *frontier->next();
  EXPECT_EQ(first.url, "https://a.example/a");
  frontier->add(link("https://a.example/0", first));
  frontier->finish(first.id, Outcome::done, "");
  const auto second = *frontier->next();
  EXPECT_EQ(second.url, "https://a.example/b");
  EXPECT_FALSE(frontier->next());  // depth 2 waits for /b
  EXPECT_FALSE(frontier->empty());
  frontier->finish(second.id, Outcome::done, "");
  EXPECT_EQ(frontier->next()->depth, 2);
}

TEST_F(FrontierTest, HostsTakeTurns) {
  CrawlScope scope;
  scope.max_depth = 0;
  auto frontier = open({scope});
  for (int i = 0; i < 20; ++i) frontier->add(lead("https://a.example/" + std::to_string(i)));
  frontier->add(lead("https://b.example/"));
  frontier->add(lead("https://c.example/"));
  std::set<std::string> hosts;
  for (int i = 0; i < 3; ++i) hosts.insert(frontier->next()->host);
  EXPECT_EQ(hosts.size(), 3u);
}

// Crawls a made-up site; what is fetched must not depend on the order in which pages come back.
std::set<std::string> crawl(Frontier& frontier, unsigned seed,
                            const std::function<Outcome(const std::string&)>& outcome_of) {
  std::mt19937 random(seed);
  std::vector<FrontierItem> flying;
  std::set<std::string> fetched;
  while (true) {
    while (flying.size() < 8) {
      auto item = frontier.next();
      if (!item) break;
      flying.push_back(*item);
    }
    if (flying.empty()) break;
    std::swap(flying[random() % flying.size()], flying.back());
    const FrontierItem item = flying.back();
    flying.pop_back();
    const Outcome outcome = outcome_of(item.url);
    if (outcome == Outcome::done) {
      fetched.insert(item.canonical);
      std::vector<int> order{0, 1, 2, 3, 4, 5, 6, 7};
      std::shuffle(order.begin(), order.end(), random);
      for (const int k : order) {
        FrontierItem next;
        next.url = "https://a.example/" + std::to_string((std::hash<std::string>()(item.canonical) >> k) % 997);
        next.source = item.source;
        next.depth = item.depth + 1;
        next.parent = item.id;
        frontier.add(next);
      }
    }
    frontier.finish(item.id, outcome, "");
  }
  return fetched;
}

TEST_F(FrontierTest, BudgetsCutByDepthAndAddressWhateverTheOrder) {
  const auto outcome_of = [](const std::string& url) {
    // A third is forbidden by robots, which costs no budget.
    return std::hash<std::string>()(url + "r") % 3 == 0 && url != "https://a.example/" ? Outcome::robots
                                                                                       : Outcome::done;
  };
  std::set<std::string> first;
  std::map<Outcome, std::int64_t> counts;
  for (unsigned seed = 1; seed <= 6; ++seed) {
    auto frontier = open({site(4, 60)}, "s" + std::to_string(seed));
    frontier->add(lead("https://a.example/"));
    const auto fetched = crawl(*frontier, seed, outcome_of);
    EXPECT_EQ(fetched.size(), 60u);
    EXPECT_TRUE(frontier->empty());
    if (seed == 1) {
      first = fetched;
      counts = frontier->outcomes();
      EXPECT_GT(counts[Outcome::over_budget], 0);
    }
    EXPECT_EQ(fetched, first) << seed;
    EXPECT_EQ(frontier->outcomes(), counts) << seed;
  }
}

TEST_F(FrontierTest, ReportedAddressesAreNotCutByABudget) {
  CrawlScope list;
  list.max_pages = 5;  // no seeds: a list
  list.max_depth = 0;
  auto frontier = open({list});
  for (int i = 0; i < 50; ++i) frontier->add(lead("https://r" + std::to_string(i) + ".example/"));
  int handed = 0;
  while (auto item = frontier->next()) {
    frontier->finish(item->id, Outcome::done, "");
    ++handed;
  }
  EXPECT_EQ(handed, 50);
}

TEST_F(FrontierTest, AdTargetsMayHaveABudgetOfTheirOwn) {
  CrawlScope scope = site(1, 2);
  scope.max_clicks = 3;
  auto frontier = open({scope});
  frontier->add(lead("https://a.example/"));
  const auto seed = *frontier->next();
  for (int i = 0; i < 5; ++i) {
    frontier->add(link("https://a.example/" + std::to_string(i), seed));
    frontier->add(link("https://x" + std::to_string(i) + ".example/", seed, true));
  }
  frontier->finish(seed.id, Outcome::done, "");
  int inside = 0, outside = 0;
  while (auto item = frontier->next()) {
    ++(item->is_click ? outside : inside);
    frontier->finish(item->id, Outcome::done, "");
  }
  EXPECT_EQ(inside, 1);
  EXPECT_EQ(outside, 3);
}

TEST_F(FrontierTest, OneHostCannotTakeTheWholeWave) {
  CrawlScope scope = site(1, 1000, {"https://a.example/", "https://b.example/"});
  scope.max_host_pages_per_wave = 10;
  auto frontier = open({scope});
  frontier->add(lead("https://a.example/"));
  const auto seed = *frontier->next();
  for (int i = 0; i < 50; ++i) frontier->add(link("https://a.example/cal?day=" + std::to_string(i), seed));
  for (int i = 0; i < 5; ++i) frontier->add(link("https://b.example/" + std::to_string(i), seed));
  frontier->finish(seed.id, Outcome::done, "");
  while (auto item = frontier->next()) frontier->finish(item->id, Outcome::done, "");
  EXPECT_EQ(frontier->outcomes()[Outcome::done], 1 + 10 + 5);
  EXPECT_EQ(frontier->outcomes()[Outcome::over_budget], 40);
}

TEST_F(FrontierTest, TrapsEndAsOverBudgetButAdsAreFollowed) {
  auto frontier = open({site(5, 1000)});
  frontier->add(lead("https://a.example/"));
  const auto seed = *frontier->next();
  frontier->add(link("https://a.example/list/list/list/list/list", seed));
  frontier->add(link("https://a.example/" + std::string(3000, 'x'), seed));
  frontier->add(link("https://ads.example/c?" + std::string(3000, 'x'), seed, true));
  EXPECT_EQ(frontier->outcomes()[Outcome::over_budget], 2);
  EXPECT_EQ(frontier->queued(), 1);
}

TEST_F(FrontierTest, ResumesWhereItWasKilled) {
  std::int64_t in_flight_id = 0;
  {
    auto frontier = open({site(2, 100)});
    frontier->add(lead("https://a.example/"));
    frontier->add(lead("https://bad host/"));
    const auto seed = *frontier->next();
    frontier->add(link("https://a.example/1", seed));
    frontier->add(link("https://a.example/2", seed));
    frontier->add(link("https://b.example/", seed));
    frontier->finish(seed.id, Outcome::done, "");
    const auto one = *frontier->next();
    in_flight_id = one.id;  // never finished
  }
  reopen_store();
  auto frontier = open({site(2, 100)});
  EXPECT_EQ(frontier->queued(), 2);
  EXPECT_THAT(frontier->outcomes(),
              UnorderedElementsAre(std::pair(Outcome::done, 1), std::pair(Outcome::out_of_scope, 1),
                                   std::pair(Outcome::refused, 1)));
  EXPECT_EQ(frontier->lead_outcomes()[Outcome::refused], 1);
  EXPECT_FALSE(frontier->add(lead("https://a.example/")));
  const auto again = frontier->next();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->id, in_flight_id);
  EXPECT_EQ(again->url, "https://a.example/1");
  EXPECT_EQ(again->referrer, "https://a.example/");
}

// The promise of finish_in(): what was found on a page is stored no later than the page's end, even without a flush.
TEST_F(FrontierTest, ThePageEndsTogetherWithWhatWasFoundOnIt) {
  auto frontier = open({site(2, 100)});
  frontier->add(lead("https://a.example/"));
  const auto seed = *frontier->next();
  frontier->add(link("https://a.example/1", seed));
  const auto written =
      store_->write([&](store::Connection& c) { return frontier->finish_in(c, seed.id, Outcome::done, "ok"); }).get();
  ASSERT_TRUE(written);
  auto reader = store_->open_reader();
  ASSERT_TRUE(reader);
  std::vector<std::string> rows;
  ASSERT_TRUE(
      (*reader)->run("SELECT canonical, outcome FROM frontier_items ORDER BY id", {}, [&](const store::Row& row) {
        rows.push_back(row.text(0) + " " + (row.is_null(1) ? "-" : row.text(1)));
        return true;
      }));
  EXPECT_THAT(rows, ElementsAre("https://a.example/ done", "https://a.example/1 -"));
  frontier->finished(seed.id, Outcome::done);
  EXPECT_EQ(frontier->next()->url, "https://a.example/1");
}

TEST_F(FrontierTest, ARolledBackEndLeavesThePageToBeLookedAtAgain) {
  auto frontier = open({site(2, 100)});
  frontier->add(lead("https://a.example/"));
  const auto seed = *frontier->next();
  frontier->add(link("https://a.example/1", seed));
  const auto written = store_
                           ->write([&](store::Connection& c) -> Result<void> {
                             if (auto done = frontier->finish_in(c, seed.id, Outcome::done, ""); !done) return done;
                             return give_up_error("the rest failed");
                           })
                           .get();
  EXPECT_FALSE(written);
  frontier.reset();
  auto again = open({site(2, 100)});
  EXPECT_EQ(again->queued(), 2);
  EXPECT_EQ(again->next()->url, "https://a.example/");
}

TEST_F(FrontierTest, TwentyThousandPagesStayQuick) {
  CrawlScope scope = site(3, 20'000);
  auto frontier = open({scope});
  frontier->add(lead("https://a.example/"));
  int pages = 0;
  while (auto item = frontier->next()) {
    ++pages;
    for (int k = 0; k < 40; ++k)
      frontier->add(link("https://a.example/p/" + std::to_string((pages * 40 + k) % 20'000), *item));
    frontier->finish(item->id, Outcome::done, "");
  }
  EXPECT_TRUE(frontier->empty());
  EXPECT_EQ(frontier->outcomes()[Outcome::done], pages);
  EXPECT_GT(pages, 15'000);
  EXPECT_FALSE(frontier->error());
}

TEST(AddressRules, Traps) {
  for (const char* url :
       {"https://a.example/a1/a1/a1/a1/x", "https://a.example/x/1/x/1/x/1/x/1/",
        "https://a.example/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18/19/20/21/22/23/24/25/26/27/28/29/30/31"}) {
    EXPECT_TRUE(trap_reason(*Url::parse(url))) << url;
  }
  for (const char* url :
       {"https://a.example/2026/01/01/01/berita", "https://a.example/en/en/x", "https://a.example/?a=1&b=2"}) {
    EXPECT_FALSE(trap_reason(*Url::parse(url))) << url;
  }
}

TEST(AddressRules, Scopes) {
  CrawlScope scope;
  scope.seeds = {"https://www.a.com.my/x"};
  EXPECT_TRUE(ScopeRule(scope).contains(*Url::parse("http://m.a.com.my/")));
  EXPECT_FALSE(ScopeRule(scope).contains(*Url::parse("http://b.com.my/")));
  scope.scope = Scope::host;
  EXPECT_FALSE(ScopeRule(scope).contains(*Url::parse("http://m.a.com.my/")));
  scope.scope = Scope::any;
  EXPECT_TRUE(ScopeRule(scope).contains(*Url::parse("http://b.com.my/")));
}

}  // namespace
}  // namespace pantau::crawler
