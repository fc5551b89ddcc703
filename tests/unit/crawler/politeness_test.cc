#include "crawler/politeness.h"

#include <gmock/gmock.h>
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
using ::testing::UnorderedElementsAre;

const Politeness::Time kStart{std::chrono::hours(1)};
constexpr std::uint64_t kRoom = ~std::uint64_t{0};

PolitenessLimits hosts(int per_host) {
  PolitenessLimits limits;
  limits.per_host = per_host;
  return limits;
}

TEST(Politeness, StartsOnOneHostAreApartByTheDelay) {
  Politeness politeness(hosts(4));
  const auto first = politeness.enqueue("a", milliseconds(500), 0, kStart);
  const auto second = politeness.enqueue("a", milliseconds(500), 0, kStart);
  EXPECT_THAT(politeness.take_ready(kStart, 10, kRoom), ElementsAre(first));
  EXPECT_THAT(politeness.take_ready(kStart + milliseconds(499), 10, kRoom), IsEmpty());
  EXPECT_EQ(politeness.next_change(kStart), kStart + milliseconds(500));
  EXPECT_THAT(politeness.take_ready(kStart + milliseconds(500), 10, kRoom), ElementsAre(second));
}

TEST(Politeness, HostsDoNotWaitForEachOther) {
  Politeness politeness(hosts(1));
  const auto a = politeness.enqueue("a", seconds(9), 0, kStart);
  politeness.enqueue("a", seconds(9), 0, kStart);
  const auto b = politeness.enqueue("b", seconds(9), 0, kStart);
  EXPECT_THAT(politeness.take_ready(kStart, 10, kRoom), ElementsAre(a, b));
}

TEST(Politeness, OnlyRunningRequestsHoldTheHostsConnections) {
  Politeness politeness(hosts(2));
  std::vector<Politeness::Id> ids;
  for (int i = 0; i < 4; ++i) ids.push_back(politeness.enqueue("a", milliseconds(0), 0, kStart));
  EXPECT_THAT(politeness.take_ready(kStart, 10, kRoom), ElementsAre(ids[0], ids[1]));
  EXPECT_EQ(politeness.waiting(), 2u);
  EXPECT_FALSE(politeness.next_change(kStart)) << "time alone frees no connection";
  politeness.finish(ids[0], kStart);
  EXPECT_THAT(politeness.take_ready(kStart, 10, kRoom), ElementsAre(ids[2]));
}

TEST(Politeness, SlotsAreSharedFairlyBetweenHosts) {
  Politeness politeness(hosts(10));
  std::vector<Politeness::Id> a, b;
  for (int i = 0; i < 3; ++i) a.push_back(politeness.enqueue("a", milliseconds(100), 0, kStart));
  for (int i = 0; i < 3; ++i) b.push_back(politeness.enqueue("b", milliseconds(100), 0, kStart + milliseconds(1)));
  EXPECT_THAT(politeness.take_ready(kStart + milliseconds(1), 1, kRoom), ElementsAre(a[0]));
  EXPECT_THAT(politeness.take_ready(kStart + milliseconds(150), 2, kRoom), ElementsAre(b[0], a[1]));
}

TEST(Politeness, ALargeMediumIsNotOvertakenForEver) {
  Politeness politeness(hosts(4));
  const auto big = politeness.enqueue("a", milliseconds(0), 500, kStart);
  const auto small = politeness.enqueue("b", milliseconds(0), 10, kStart);
  const auto page = politeness.enqueue("c", milliseconds(0), 0, kStart);
  EXPECT_THAT(politeness.take_ready(kStart, 10, 100), ElementsAre(page));
  EXPECT_THAT(politeness.take_ready(kStart, 10, 505), ElementsAre(big));
  EXPECT_THAT(politeness.take_ready(kStart, 10, 10), ElementsAre(small));
}

TEST(Politeness, HoldingBackDelaysTheWholeHost) {
  Politeness politeness(hosts(4));
  politeness.hold_back("a", kStart + seconds(5), kStart);
  const auto id = politeness.enqueue("a", milliseconds(0), 0, kStart);
  EXPECT_THAT(politeness.take_ready(kStart + milliseconds(4999), 1, kRoom), IsEmpty());
  EXPECT_THAT(politeness.take_ready(kStart + seconds(5), 1, kRoom), ElementsAre(id));
}

TEST(Politeness, WithdrawnRequestsLeaveNoTrace) {
  Politeness politeness(hosts(1));
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
  Politeness politeness(hosts(1));
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
  Politeness politeness(hosts(1));
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

PolitenessLimits addresses(int per_address, milliseconds delay) {
  PolitenessLimits limits = hosts(2);
  limits.per_address = per_address;
  limits.address_delay = delay;
  return limits;
}

// Hosts a0, a1, ... that all answered from one address, and one request waiting on each.
std::vector<Politeness::Id> many_names_of_one_machine(Politeness& politeness, int count) {
  std::vector<Politeness::Id> ids;
  for (int i = 0; i < count; ++i) {
    const std::string name = "a" + std::to_string(i);
    ids.push_back(politeness.enqueue(name, milliseconds(0), 0, kStart));
    politeness.learn_address(name, "192.0.2.1");
  }
  return ids;
}

TEST(Politeness, NamesOfOneAddressShareItsConnections) {
  Politeness politeness(addresses(3, milliseconds(0)));
  const auto ids = many_names_of_one_machine(politeness, 10);
  const auto other = politeness.enqueue("b", milliseconds(0), 0, kStart);
  EXPECT_THAT(politeness.take_ready(kStart, 64, kRoom), UnorderedElementsAre(ids[0], ids[1], ids[2], other))
      << "whoever answers from elsewhere does not wait for them";
  EXPECT_FALSE(politeness.next_change(kStart)) << "time alone frees no connection";
  politeness.finish(ids[1], kStart);
  EXPECT_THAT(politeness.take_ready(kStart, 64, kRoom), ElementsAre(ids[3]));
}

TEST(Politeness, NamesOfOneAddressStartOneAfterTheOther) {
  Politeness politeness(addresses(0, milliseconds(50)));
  const auto ids = many_names_of_one_machine(politeness, 3);
  EXPECT_THAT(politeness.take_ready(kStart, 64, kRoom), ElementsAre(ids[0]));
  EXPECT_EQ(politeness.next_change(kStart), kStart + milliseconds(50));
  EXPECT_THAT(politeness.take_ready(kStart + milliseconds(49), 64, kRoom), IsEmpty());
  EXPECT_THAT(politeness.take_ready(kStart + milliseconds(50), 64, kRoom), ElementsAre(ids[1]));
  EXPECT_THAT(politeness.take_ready(kStart + milliseconds(100), 64, kRoom), ElementsAre(ids[2]));
}

TEST(Politeness, AHostThatMovesToAnotherAddressTakesItsQueueAlong) {
  Politeness politeness(addresses(1, milliseconds(0)));
  const auto first = politeness.enqueue("a", milliseconds(0), 0, kStart);
  const auto second = politeness.enqueue("a", milliseconds(0), 0, kStart);
  const auto other = politeness.enqueue("b", milliseconds(0), 0, kStart);
  EXPECT_THAT(politeness.take_ready(kStart, 1, kRoom), ElementsAre(first));
  politeness.learn_address("a", "192.0.2.1");
  politeness.learn_address("b", "192.0.2.1");
  EXPECT_THAT(politeness.take_ready(kStart, 1, kRoom), ElementsAre(second)) << "the first counts where it started";
  EXPECT_THAT(politeness.take_ready(kStart, 9, kRoom), IsEmpty());
  politeness.learn_address("b", "192.0.2.2");
  EXPECT_THAT(politeness.take_ready(kStart, 9, kRoom), ElementsAre(other));
  for (const auto id : {first, second, other}) politeness.finish(id, kStart);
  EXPECT_EQ(politeness.waiting(), 0u);
}

TEST(Politeness, APageIsNotHeldUpByAMediumOnTheSameAddress) {
  Politeness politeness(addresses(4, milliseconds(0)));
  const auto medium = politeness.enqueue("a", milliseconds(0), 500, kStart);
  const auto page = politeness.enqueue("b", milliseconds(0), 0, kStart);
  politeness.learn_address("a", "192.0.2.1");
  politeness.learn_address("b", "192.0.2.1");
  EXPECT_THAT(politeness.take_ready(kStart, 9, 100), ElementsAre(page));
  EXPECT_THAT(politeness.take_ready(kStart, 9, 500), ElementsAre(medium));
}

TEST(Politeness, AddressesAreForgottenWithTheirHosts) {
  Politeness politeness(addresses(2, milliseconds(1)));
  auto now = kStart;
  for (int i = 0; i < 5000; ++i) {
    const std::string host = "host" + std::to_string(i);
    const auto id = politeness.enqueue(host, milliseconds(10), 0, now);
    ASSERT_THAT(politeness.take_ready(now, 1, kRoom), ElementsAre(id));
    politeness.learn_address(host, "address" + std::to_string(i / 2));
    politeness.finish(id, now);
    now += milliseconds(2);
  }
  EXPECT_LT(politeness.known_hosts(), 600u);
  EXPECT_LT(politeness.known_groups(), 1200u);
}

}  // namespace
}  // namespace pantau::crawler
