#include "crawler/politeness.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pantau::crawler {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const Politeness::Time kStart{std::chrono::hours(1)};
constexpr std::uint64_t kRoom = ~std::uint64_t{0};

TEST(Politeness, StartsOnOneHostAreApartByTheDelay) {
  Politeness politeness(4);
  const auto first = politeness.enqueue("a", milliseconds(500), 0, kStart);
  const auto second = politeness.enqueue("a", milliseconds(500), 0, kStart);
  EXPECT_THAT(politeness.take_ready(kStart, 10, kRoom), ElementsAre(first));
  EXPECT_THAT(politeness.take_ready(kStart + milliseconds(499), 10, kRoom), IsEmpty());
  EXPECT_EQ(politeness.next_change(kStart), kStart + milliseconds(500));
  EXPECT_THAT(politeness.take_ready(kStart + milliseconds(500), 10, kRoom), ElementsAre(second));
}

TEST(Politeness, HostsDoNotWaitForEachOther) {
  Politeness politeness(1);
  const auto a = politeness.enqueue("a", seconds(9), 0, kStart);
  politeness.enqueue("a", seconds(9), 0, kStart);
  const auto b = politeness.enqueue("b", seconds(9), 0, kStart);
  EXPECT_THAT(politeness.take_ready(kStart, 10, kRoom), ElementsAre(a, b));
}

TEST(Politeness, OnlyRunningRequestsHoldTheHostsConnections) {
  Politeness politeness(2);
  std::vector<Politeness::Id> ids;
  for (int i = 0; i < 4; ++i) ids.push_back(politeness.enqueue("a", milliseconds(0), 0, kStart));
  EXPECT_THAT(politeness.take_ready(kStart, 10, kRoom), ElementsAre(ids[0], ids[1]));
  EXPECT_EQ(politeness.waiting(), 2u);
  EXPECT_FALSE(politeness.next_change(kStart)) << "time alone frees no connection";
  politeness.finish(ids[0], kStart);
  EXPECT_THAT(politeness.take_ready(kStart, 10, kRoom), ElementsAre(ids[2]));
}

TEST(Politeness, SlotsAreSharedFairlyBetweenHosts) {
  Politeness politeness(10);
  std::vector<Politeness::Id> a, b;
  for (int i = 0; i < 3; ++i) a.push_back(politeness.enqueue("a", milliseconds(100), 0, kStart));
  for (int i = 0; i < 3; ++i) b.push_back(politeness.enqueue("b", milliseconds(100), 0, kStart + milliseconds(1)));
  EXPECT_THAT(politeness.take_ready(kStart + milliseconds(1), 1, kRoom), ElementsAre(a[0]));
  EXPECT_THAT(politeness.take_ready(kStart + milliseconds(150), 2, kRoom), ElementsAre(b[0], a[1]));
}

TEST(Politeness, ALargeMediumIsNotOvertakenForEver) {
  Politeness politeness(4);
  const auto big = politeness.enqueue("a", milliseconds(0), 500, kStart);
  const auto small = politeness.enqueue("b", milliseconds(0), 10, kStart);
  const auto page = politeness.enqueue("c", milliseconds(0), 0, kStart);
  EXPECT_THAT(politeness.take_ready(kStart, 10, 100), ElementsAre(page));
  EXPECT_THAT(politeness.take_ready(kStart, 10, 505), ElementsAre(big));
  EXPECT_THAT(politeness.take_ready(kStart, 10, 10), ElementsAre(small));
}

TEST(Politeness, HoldingBackDelaysTheWholeHost) {
  Politeness politeness(4);
  politeness.hold_back("a", kStart + seconds(5), kStart);
  const auto id = politeness.enqueue("a", milliseconds(0), 0, kStart);
  EXPECT_THAT(politeness.take_ready(kStart + milliseconds(4999), 1, kRoom), IsEmpty());
  EXPECT_THAT(politeness.take_ready(kStart + seconds(5), 1, kRoom), ElementsAre(id));
}

TEST(Politeness, WithdrawnRequestsLeaveNoTrace) {
  Politeness politeness(1);
  const auto first = politeness.enqueue("a", milliseconds(0), 0, kStart);
  const auto second = politeness.enqueue("a", milliseconds(0), 0, kStart);
  politeness.withdraw(first);
  EXPECT_THAT(politeness.take_ready(kStart, 1, kRoom), ElementsAre(second));
  politeness.withdraw(second);  // running: stays so
  EXPECT_EQ(politeness.waiting(), 0u);
  const auto third = politeness.enqueue("a", milliseconds(0), 0, kStart);
  EXPECT_THAT(politeness.take_ready(kStart, 1, kRoom), IsEmpty());
  politeness.finish(second, kStart);
  EXPECT_THAT(politeness.take_ready(kStart, 1, kRoom), ElementsAre(third));
}

TEST(Politeness, AnIdleHostIsForgottenOnlyAfterItsDelay) {
  Politeness politeness(1);
  auto now = kStart;
  for (int i = 0; i < 5000; ++i) {
    const auto id = politeness.enqueue("host" + std::to_string(i), milliseconds(10), 0, now);
    ASSERT_THAT(politeness.take_ready(now, 1, kRoom), ElementsAre(id));
    politeness.finish(id, now);
    now += milliseconds(1);
  }
  EXPECT_LT(politeness.known_hosts(), 600u);
  // The newest host still remembers that it was just asked.
  politeness.enqueue("host4999", milliseconds(10), 0, now);
  EXPECT_THAT(politeness.take_ready(now, 1, kRoom), IsEmpty());
}

TEST(Politeness, ManyHostsStayCheap) {
  Politeness politeness(1);
  auto now = kStart;
  for (int i = 0; i < 50000; ++i) politeness.enqueue("h" + std::to_string(i % 1000), milliseconds(1), 0, now);
  std::size_t started = 0;
  while (politeness.waiting() > 0) {
    const auto ids = politeness.take_ready(now, 64, kRoom);
    started += ids.size();
    for (const auto id : ids) politeness.finish(id, now);
    now += milliseconds(1);
  }
  EXPECT_EQ(started, 50000u);
}

TEST(RetryAfter, SecondsAndTheThreeDateForms) {
  const UtcTime now = *parse_utc("1994-11-06T08:49:07Z");
  EXPECT_EQ(parse_retry_after(" 120 ", now), seconds(120));
  EXPECT_EQ(parse_retry_after("0", now), seconds(0));
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", now), seconds(30));
  EXPECT_EQ(parse_retry_after("Sunday, 06-Nov-94 08:49:37 GMT", now), seconds(30));
  EXPECT_EQ(parse_retry_after("Sun Nov  6 08:49:37 1994", now), seconds(30));
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:00:00 GMT", now), seconds(0)) << "the past means now";
  EXPECT_GT(*parse_retry_after("99999999999999", now), seconds(86400));
  for (const char* text : {"", "soon", "-5", "1.5", "Sun, 32 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:49:37 GMT"}) {
    EXPECT_FALSE(parse_retry_after(text, now)) << text;
  }
}

TEST(RetryAfter, IsHonouredUpToACapAndANumberOfTries) {
  RetryPolicy policy;
  policy.first_wait = milliseconds(100);
  EXPECT_TRUE(decide_retry(policy, 0, seconds(7)).again);
  EXPECT_EQ(decide_retry(policy, 0, seconds(7)).wait, seconds(7));
  EXPECT_EQ(decide_retry(policy, 0, std::nullopt).wait, milliseconds(100));
  EXPECT_EQ(decide_retry(policy, 1, std::nullopt).wait, milliseconds(200));
  EXPECT_FALSE(decide_retry(policy, 2, seconds(1)).again);
  // A server that asks for an hour is not asked again now, and is left alone for as long as we wait at most.
  EXPECT_FALSE(decide_retry(policy, 0, seconds(3600)).again);
  EXPECT_EQ(decide_retry(policy, 0, seconds(3600)).wait, seconds(30));
}

}  // namespace
}  // namespace pantau::crawler
