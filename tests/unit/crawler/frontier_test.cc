#include "crawler/frontier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <mutex>
#include <numeric>
#include <random>
#include <set>
#include <thread>

#include "crawler/address_rules.h"
#include "tests/support/test_database.h"

namespace pantau::crawler {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class FrontierTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    PANTAU_SKIP_WITHOUT(database_);
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
    auto store = store::Store::open(database_.address(), folder_.string(), frontier_migrations());
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
  test::TestDatabase database_{GetParam()};

  std::unique_ptr<store::Store> store_;
};

INSTANTIATE_TEST_SUITE_P(Engines, FrontierTest, test::engines(), test::engine_name);

TEST_P(FrontierTest, EveryAddressEndsOnce) {
  auto frontier = open({site(1, 100)});
  EXPECT_TRUE(frontier->add(lead("https://a.example/#top")));
  EXPECT_FALSE(frontier->add(lead("https://a.example:443/")));
  const auto seed = frontier->next();
  ASSERT_TRUE(seed);
  EXPECT_EQ(seed->canonical, "https://a.example/");
  EXPECT_TRUE(seed->is_lead);
  EXPECT_FALSE(frontier->next());
  frontier->add(link("https://a.example/1", *seed));
  frontier->finish(seed->claim(), Outcome::done, "");
  frontier->finish(seed->claim(), Outcome::failed, "again");
  const auto page = frontier->next();
  ASSERT_TRUE(page);
  frontier->finish(page->claim(), Outcome::timeout, "slow");
  EXPECT_TRUE(frontier->empty());
  EXPECT_THAT(frontier->outcomes(), ElementsAre(std::pair(Outcome::done, 1), std::pair(Outcome::timeout, 1)));
  EXPECT_THAT(frontier->lead_outcomes(), ElementsAre(std::pair(Outcome::done, 1)));
  const auto end = frontier->finished_as("https://a.example/1");
  ASSERT_TRUE(end);
  EXPECT_EQ(end->detail, "slow");
}

TEST_P(FrontierTest, ScopeDepthAndSchemes) {
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
  frontier->finish(seed->claim(), Outcome::done, "");
  EXPECT_EQ(frontier->queued(), 1);
  EXPECT_THAT(frontier->outcomes(),
              UnorderedElementsAre(std::pair(Outcome::done, 1), std::pair(Outcome::out_of_scope, 2),
                                   std::pair(Outcome::refused, 1)));
}

TEST_P(FrontierTest, AdsLeadOneStepOutside) {
  auto frontier = open({site(0, 100)});
  frontier->add(lead("https://a.example/"));
  const auto seed = frontier->next();
  frontier->add(link("https://scam.example/", *seed, true));
  frontier->finish(seed->claim(), Outcome::done, "");
  const auto landing = frontier->next();
  ASSERT_TRUE(landing);
  EXPECT_TRUE(landing->is_click);
  frontier->add(link("https://scam.example/form", *landing));
  frontier->add(link("https://other.example/", *landing, true));
  frontier->finish(landing->claim(), Outcome::done, "");
  EXPECT_TRUE(frontier->empty());
  EXPECT_EQ(frontier->outcomes()[Outcome::out_of_scope], 2);
}

TEST_P(FrontierTest, APlainLinkOutsideComesBackAsAnAd) {
  for (const bool click_first : {true, false}) {
    auto frontier = open({site(1, 100)}, click_first ? "x" : "y");
    frontier->add(lead("https://a.example/"));
    const auto seed = frontier->next();
    frontier->add(link("https://scam.example/", *seed, click_first));
    frontier->add(link("https://scam.example/", *seed, !click_first));
    frontier->finish(seed->claim(), Outcome::done, "");
    const auto landing = frontier->next();
    ASSERT_TRUE(landing) << click_first;
    EXPECT_TRUE(landing->is_click);
    frontier->finish(landing->claim(), Outcome::done, "");
    EXPECT_THAT(frontier->outcomes(), ElementsAre(std::pair(Outcome::done, 2)));
  }
}

TEST_P(FrontierTest, WavesGoByDepth) {
  auto frontier = open({site(2, 100)});
  frontier->add(lead("https://a.example/"));
  const auto seed = *frontier->next();
  frontier->add(link("https://a.example/b", seed));
  frontier->add(link("https://a.example/a", seed));
  frontier->finish(seed.claim(), Outcome::done, "");
  const auto first = *frontier->next();
  frontier->add(link("https://a.example/0", first));
  frontier->finish(first.claim(), Outcome::done, "");
  const auto second = *frontier->next();
  EXPECT_THAT((std::set<std::string>{first.url, second.url}),
              ElementsAre("https://a.example/a", "https://a.example/b"));
  EXPECT_FALSE(frontier->next());  // depth 2 waits for both
  EXPECT_FALSE(frontier->empty());
  frontier->finish(second.claim(), Outcome::done, "");
  EXPECT_EQ(frontier->next()->depth, 2);
}

TEST_P(FrontierTest, HostsTakeTurns) {
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
    frontier.finish(item.claim(), outcome, "");
  }
  return fetched;
}

TEST_P(FrontierTest, BudgetsCutByDepthAndAddressWhateverTheOrder) {
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

TEST_P(FrontierTest, ReportedAddressesAreNotCutByABudget) {
  CrawlScope list;
  list.max_pages = 5;  // no seeds: a list
  list.max_depth = 0;
  auto frontier = open({list});
  for (int i = 0; i < 50; ++i) frontier->add(lead("https://r" + std::to_string(i) + ".example/"));
  int handed = 0;
  while (auto item = frontier->next()) {
    frontier->finish(item->claim(), Outcome::done, "");
    ++handed;
  }
  EXPECT_EQ(handed, 50);
}

TEST_P(FrontierTest, AdTargetsMayHaveABudgetOfTheirOwn) {
  CrawlScope scope = site(1, 2);
  scope.max_clicks = 3;
  auto frontier = open({scope});
  frontier->add(lead("https://a.example/"));
  const auto seed = *frontier->next();
  for (int i = 0; i < 5; ++i) {
    frontier->add(link("https://a.example/" + std::to_string(i), seed));
    frontier->add(link("https://x" + std::to_string(i) + ".example/", seed, true));
  }
  frontier->finish(seed.claim(), Outcome::done, "");
  int inside = 0, outside = 0;
  while (auto item = frontier->next()) {
    ++(item->is_click ? outside : inside);
    frontier->finish(item->claim(), Outcome::done, "");
  }
  EXPECT_EQ(inside, 1);
  EXPECT_EQ(outside, 3);
}

TEST_P(FrontierTest, OneHostCannotTakeTheWholeWave) {
  CrawlScope scope = site(1, 1000, {"https://a.example/", "https://b.example/"});
  scope.max_host_pages_per_wave = 10;
  auto frontier = open({scope});
  frontier->add(lead("https://a.example/"));
  const auto seed = *frontier->next();
  for (int i = 0; i < 50; ++i) frontier->add(link("https://a.example/cal?day=" + std::to_string(i), seed));
  for (int i = 0; i < 5; ++i) frontier->add(link("https://b.example/" + std::to_string(i), seed));
  frontier->finish(seed.claim(), Outcome::done, "");
  while (auto item = frontier->next()) frontier->finish(item->claim(), Outcome::done, "");
  EXPECT_EQ(frontier->outcomes()[Outcome::done], 1 + 10 + 5);
  EXPECT_EQ(frontier->outcomes()[Outcome::over_budget], 40);
}

TEST_P(FrontierTest, LeadsAndAdsComeBeforeLinks) {
  auto frontier = open({site(1, 4)});
  frontier->add(lead("https://a.example/"));
  const auto seed = *frontier->next();
  for (int i = 0; i < 30; ++i) frontier->add(link("https://a.example/" + std::to_string(i), seed));
  frontier->add(link("https://scam-1.example/", seed, true));
  frontier->add(link("https://scam-2.example/", seed, true));
  frontier->finish(seed.claim(), Outcome::done, "");
  int ads = 0, links = 0;
  while (auto item = frontier->next()) {
    ++(item->is_click ? ads : links);
    frontier->finish(item->claim(), Outcome::done, "");
  }
  EXPECT_EQ(ads, 2) << "of a budget for three more";
  EXPECT_EQ(links, 1);
}

TEST_P(FrontierTest, AHostHasABudgetForTheWholeSweepAlsoAfterARestart) {
  CrawlScope scope = site(3, 1000);
  scope.max_host_pages = 7;
  int handed = 0;
  for (int round = 0; round < 2; ++round) {
    auto frontier = open({scope});
    frontier->add(lead("https://a.example/"));
    for (int i = 0; round == 1 || i < 4; ++i) {
      const auto item = frontier->next();
      if (!item) break;
      ++handed;
      for (int k = 0; k < 4; ++k)
        frontier->add(
            link("https://a.example/" + std::to_string(item->id) + std::string(1, static_cast<char>('a' + k)), *item));
      frontier->finish(item->claim(), Outcome::done, "");
    }
    EXPECT_TRUE(round == 0 || frontier->empty());
  }
  EXPECT_EQ(handed, 1 + 7) << "the lead is not counted";
}

TEST_P(FrontierTest, ASweepHasABudgetOverAllItsSources) {
  auto opened = Frontier::open(*store_, "s", {site(1, 1000), site(1, 1000, {"https://b.example/"})}, {.max_pages = 10});
  ASSERT_TRUE(opened);
  auto& frontier = *opened;
  frontier->add(lead("https://a.example/", 0));
  frontier->add(lead("https://b.example/", 1));
  while (auto item = frontier->next()) {
    for (int k = 0; k < 20; ++k) frontier->add(link("https://" + item->host + "/" + std::to_string(k) + "x", *item));
    frontier->finish(item->claim(), Outcome::done, "");
  }
  EXPECT_EQ(frontier->outcomes()[Outcome::done], 10);
  EXPECT_EQ(frontier->outcomes()[Outcome::over_budget], 32);
}

TEST_P(FrontierTest, AddressesThatDifferInASessionAreOne) {
  auto frontier = open({site(1, 100)});
  frontier->add(lead("https://a.example/"));
  const auto seed = *frontier->next();
  EXPECT_TRUE(frontier->add(link("https://a.example/shop?PHPSESSID=0011&id=7", seed)));
  EXPECT_FALSE(frontier->add(link("https://a.example/shop?PHPSESSID=2233&id=7", seed)));
  EXPECT_FALSE(frontier->add(link("https://a.example/shop?id=7", seed)));
  EXPECT_TRUE(frontier->add(link("https://a.example/shop?id=8", seed)));
  frontier->finish(seed.claim(), Outcome::done, "");
  std::set<std::string> urls;
  while (auto item = frontier->next()) {
    urls.insert(item->url);
    frontier->finish(item->claim(), Outcome::done, "");
  }
  EXPECT_TRUE(urls.contains("https://a.example/shop?PHPSESSID=0011&id=7")) << "asked for as it was found";
  EXPECT_TRUE(frontier->finished_as("https://a.example/shop?PHPSESSID=2233&id=7"));
}

TEST_P(FrontierTest, AnEndlessListEndsWithItsReason) {
  auto frontier = open({site(1, 100'000)});
  frontier->add(lead("https://a.example/"));
  const auto seed = *frontier->next();
  for (int i = 0; i < 1500; ++i)
    frontier->add(link("https://a.example/list?sort=up&size=20&page=" + std::to_string(i), seed));
  for (int i = 0; i < 300; ++i) frontier->add(link("https://a.example/kalendar/2026/" + std::to_string(i), seed));
  frontier->add(link("https://a.example/list?sort=up&size=20&page=9999999", seed, true));
  frontier->finish(seed.claim(), Outcome::done, "");
  std::map<std::string, int> handed;
  while (auto item = frontier->next()) {
    ++handed[item->is_click ? "ad" : item->url.find("list") != std::string::npos ? "list" : "calendar"];
    frontier->finish(item->claim(), Outcome::done, "");
  }
  EXPECT_EQ(handed["list"], 1000);
  EXPECT_EQ(handed["calendar"], 100);
  EXPECT_EQ(handed["ad"], 1) << "ads are never a trap";
  EXPECT_EQ(frontier->outcomes()[Outcome::over_budget], 700);
}

TEST_P(FrontierTest, WhoeverTakesTheSweepOverIsTheOnlyOneWhoseWordCounts) {
  auto first = open({site(2, 100)});
  first->add(lead("https://a.example/"));
  const auto seed = *first->next();
  first->add(link("https://a.example/1", seed));
  first->flush();
  ASSERT_TRUE(store_->flush());
  auto second = open({site(2, 100)});  // the first one was stopped, and wakes up now
  const auto again = second->next();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->id, seed.id);
  EXPECT_GT(again->token, seed.token);
  const auto end = [&](Frontier& frontier, const Claim& claim) {
    return store_->write([&](store::Connection& c) { return frontier.finish_in(c, claim, Outcome::done, ""); }).get();
  };
  const auto late = end(*first, seed.claim());
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().native, kStale);
  first->add(link("https://a.example/2", seed));
  first->flush();
  (void)store_->flush();
  ASSERT_TRUE(first->error());
  EXPECT_EQ(first->error()->native, kStale);
  EXPECT_TRUE(end(*second, again->claim()));
  second->finished(again->id, Outcome::done);
  first.reset();
  second.reset();
  auto third = open({site(2, 100)});
  EXPECT_THAT(third->outcomes(), ElementsAre(std::pair(Outcome::done, 1)));
  EXPECT_EQ(third->queued(), 1) << "what the late one wrote afterwards is not there";
}

// Two processes that share a sweep: each takes what the other has no running lease on.
TEST_P(FrontierTest, TwoClaimersNeverHoldTheSameAddress) {
  {
    CrawlScope list;
    auto frontier = open({list});
    for (int i = 0; i < 200; ++i) frontier->add(lead("https://r" + std::to_string(i) + ".example/"));
  }
  auto other = store::Store::open(database_.address(), folder_.string(), {});
  ASSERT_TRUE(other);
  const UtcTime start = utc_now();
  const auto in = [](store::Store& store, auto job) { EXPECT_TRUE(store.write(job).get()); };
  std::int64_t sweep = 0;
  in(*store_, [&](store::Connection& c) -> Result<void> {
    return c.run("SELECT number FROM frontier_sweeps", {},
                 [&](const store::Row& row) {
                   sweep = row.integer(0);
                   return false;
                 })
               ? Result<void>()
               : Result<void>(give_up_error(""));
  });
  std::mutex mutex;
  std::map<std::int64_t, int> granted;
  std::atomic<std::int64_t> token{1'000'000};
  const auto claim_all = [&](store::Store& store, unsigned seed) {
    std::vector<std::int64_t> ids(200);
    std::iota(ids.begin(), ids.end(), 1);
    std::shuffle(ids.begin(), ids.end(), std::mt19937(seed));
    for (const std::int64_t id : ids) {
      in(store, [&](store::Connection& c) -> Result<void> {
        const auto got = claim_address(c, sweep, {id, ++token}, 0, start, start + std::chrono::minutes(1));
        if (!got) return got.error();
        const std::lock_guard lock(mutex);
        granted[id] += *got;
        return {};
      });
    }
  };
  std::thread one([&] { claim_all(*store_, 1); });
  std::thread two([&] { claim_all(**other, 2); });
  one.join();
  two.join();
  EXPECT_EQ(granted.size(), 200u);
  for (const auto& [id, times] : granted) EXPECT_EQ(times, 1) << id;

  // A lease that ran out is given to the next; the slow one's end is refused then, and an end counts once.
  const UtcTime later = start + std::chrono::minutes(2);
  in(**other, [&](store::Connection& c) -> Result<void> {
    EXPECT_TRUE(*claim_address(c, sweep, {7, 2'000'000}, 0, later, later + std::chrono::minutes(1)));
    const auto slow = complete_address(c, sweep, {7, 1'000'001}, Outcome::done, "", later);
    EXPECT_TRUE(!slow && slow.error().native == kStale);
    EXPECT_TRUE(complete_address(c, sweep, {7, 2'000'000}, Outcome::timeout, "", later));
    EXPECT_TRUE(complete_address(c, sweep, {7, 2'000'000}, Outcome::timeout, "", later)) << "written twice";
    EXPECT_FALSE(*claim_address(c, sweep, {7, 3'000'000}, 0, later + std::chrono::hours(1), later)) << "it has ended";
    return {};
  });
}

TEST_P(FrontierTest, TrapsEndAsOverBudgetButAdsAreFollowed) {
  auto frontier = open({site(5, 1000)});
  frontier->add(lead("https://a.example/"));
  const auto seed = *frontier->next();
  frontier->add(link("https://a.example/list/list/list/list/list", seed));
  frontier->add(link("https://a.example/" + std::string(3000, 'x'), seed));
  frontier->add(link("https://ads.example/c?" + std::string(3000, 'x'), seed, true));
  EXPECT_EQ(frontier->outcomes()[Outcome::over_budget], 2);
  EXPECT_EQ(frontier->queued(), 1);
}

// Lists of addresses: what they are survives a restart, and parts that join a depth after it was opened are looked at.
TEST_P(FrontierTest, ListsJoinTheOpenDepthAlsoAfterARestart) {
  const auto part = [](const std::string& url, const FrontierItem& from, int depth, int level) {
    FrontierItem item = link(url, from);
    item.depth = depth;
    item.listing = level;
    return item;
  };
  {
    auto frontier = open({site(1, 100)});
    FrontierItem named;
    named.url = "https://lists.example/index.xml";
    named.listing = 1;
    EXPECT_TRUE(frontier->add(named));
    const auto index = *frontier->next();
    EXPECT_EQ(index.listing, 1) << "scope does not bind what the configuration names";
    EXPECT_FALSE(frontier->next());
    EXPECT_TRUE(frontier->add(part("https://lists.example/2099/01/part.xml", index, 0, 2)));
    EXPECT_TRUE(frontier->add(part("https://far.example/part.xml", index, 1, 2)));
    FrontierItem entry = link("https://a.example/offer", index);
    entry.listed = true;
    EXPECT_TRUE(frontier->add(entry));
    frontier->finish(index.claim(), Outcome::done, "");
  }
  reopen_store();
  auto frontier = open({site(1, 100)});
  const auto again = frontier->next();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->url, "https://lists.example/2099/01/part.xml");
  EXPECT_EQ(again->listing, 2);
  EXPECT_EQ(again->depth, 0);
  EXPECT_FALSE(frontier->next()) << "depth 1 waits";
  frontier->finish(again->claim(), Outcome::done, "");
  const auto offer = frontier->next();
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->url, "https://a.example/offer");
  EXPECT_TRUE(offer->listed);
  EXPECT_EQ(offer->listing, 0);
  frontier->finish(offer->claim(), Outcome::done, "");
  EXPECT_TRUE(frontier->empty());
  EXPECT_EQ(frontier->outcomes()[Outcome::out_of_scope], 1);
}

TEST_P(FrontierTest, ResumesWhereItWasKilled) {
  std::int64_t in_flight_id = 0;
  {
    auto frontier = open({site(2, 100)});
    frontier->add(lead("https://a.example/"));
    frontier->add(lead("https://bad host/"));
    const auto seed = *frontier->next();
    frontier->add(link("https://a.example/1", seed));
    frontier->add(link("https://a.example/2", seed));
    frontier->add(link("https://b.example/", seed));
    frontier->finish(seed.claim(), Outcome::done, "");
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
  const auto other = frontier->next();
  ASSERT_TRUE(other);
  EXPECT_TRUE(again->id == in_flight_id || other->id == in_flight_id) << "what was in flight is looked at again";
  EXPECT_THAT((std::set<std::string>{again->url, other->url}),
              ElementsAre("https://a.example/1", "https://a.example/2"));
  EXPECT_EQ(again->referrer, "https://a.example/");
}

// The promise of finish_in(): what was found on a page is stored no later than the page's end, even without a flush.
TEST_P(FrontierTest, ThePageEndsTogetherWithWhatWasFoundOnIt) {
  auto frontier = open({site(2, 100)});
  frontier->add(lead("https://a.example/"));
  const auto seed = *frontier->next();
  frontier->add(link("https://a.example/1", seed));
  const auto written =
      store_->write([&](store::Connection& c) { return frontier->finish_in(c, seed.claim(), Outcome::done, "ok"); })
          .get();
  ASSERT_TRUE(written);
  auto reader = store_->open_reader();
  ASSERT_TRUE(reader);
  std::vector<std::string> rows;
  ASSERT_TRUE((*reader)->run(
      "SELECT canonical, outcome FROM frontier_states JOIN frontier_addresses USING (sweep, id) ORDER BY id", {},
      [&](const store::Row& row) {
        rows.push_back(row.text(0) + " " + (row.is_null(1) ? "-" : row.text(1)));
        return true;
      }));
  EXPECT_THAT(rows, ElementsAre("https://a.example/ done", "https://a.example/1 -"));
  frontier->finished(seed.id, Outcome::done);
  EXPECT_EQ(frontier->next()->url, "https://a.example/1");
}

TEST_P(FrontierTest, ARolledBackEndLeavesThePageToBeLookedAtAgain) {
  auto frontier = open({site(2, 100)});
  frontier->add(lead("https://a.example/"));
  const auto seed = *frontier->next();
  frontier->add(link("https://a.example/1", seed));
  const auto written = store_
                           ->write([&](store::Connection& c) -> Result<void> {
                             if (auto done = frontier->finish_in(c, seed.claim(), Outcome::done, ""); !done)
                               return done;
                             return give_up_error("the rest failed");
                           })
                           .get();
  EXPECT_FALSE(written);
  frontier.reset();
  auto again = open({site(2, 100)});
  EXPECT_EQ(again->queued(), 2);
  EXPECT_EQ(again->next()->url, "https://a.example/");
}

TEST_P(FrontierTest, TwentyThousandPagesStayQuick) {
  CrawlScope scope = site(3, 20'000);
  auto frontier = open({scope});
  frontier->add(lead("https://a.example/"));
  int pages = 0;
  while (auto item = frontier->next()) {
    ++pages;
    for (int k = 0; k < 40; ++k)
      frontier->add(link("https://a.example/p/" + std::to_string((pages * 40 + k) % 20'000), *item));
    frontier->finish(item->claim(), Outcome::done, "");
  }
  EXPECT_TRUE(frontier->empty());
  EXPECT_EQ(frontier->outcomes()[Outcome::done], pages);
  EXPECT_GT(pages, 15'000);
  EXPECT_FALSE(frontier->error());
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
