#include "crawler/host_memory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <map>

#include "tests/support/test_database.h"

namespace pantau::crawler {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

class HostMemoryTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    PANTAU_SKIP_WITHOUT(database_);
    folder_ =
        std::filesystem::temp_directory_path() / ("pantau-hosts-" + std::to_string(getpid()) + "-" +
                                                  ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
    restart();
  }
  void TearDown() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  void restart() {
    store_.reset();
    auto store = store::Store::open(database_.address(), folder_.string(), host_migrations());
    ASSERT_TRUE(store);
    store_ = std::move(*store);
  }
  std::shared_ptr<HostMemory> open(const std::string& sweep) {
    auto memory = HostMemory::open(*store_, sweep);
    EXPECT_TRUE(memory);
    return *memory;
  }

  std::filesystem::path folder_;
  test::TestDatabase database_{GetParam()};

  std::unique_ptr<store::Store> store_;
};

INSTANTIATE_TEST_SUITE_P(Engines, HostMemoryTest, test::engines(), test::engine_name);

TEST_P(HostMemoryTest, WaitingTimesOutliveTheProcessAndTheSweep) {
  const UtcTime now = utc_now();
  {
    auto memory = open("one");
    memory->started("slow.example", seconds(30), now);                    // a long delay: kept at once
    memory->started("quick.example", milliseconds(5), now - seconds(1));  // over by now
    memory->held_back("busy.example", now + minutes(10));
    memory->flush();
    EXPECT_EQ(memory->hosts(), 2);
  }
  ASSERT_TRUE(store_->flush());
  restart();
  auto memory = open("two");
  std::map<std::string, std::pair<UtcTime, UtcTime>> held;
  for (const HostMemory::Held& one : memory->held()) held[one.host] = {one.until, one.asked_until};
  EXPECT_EQ(held.size(), 2u);
  // A long delay of our own is no wish of the host.
  EXPECT_EQ(held["slow.example"], std::pair(now + seconds(30), UtcTime{}));
  EXPECT_EQ(held["busy.example"], std::pair(now + minutes(10), now + minutes(10)));
  auto reader = store_->open_reader();
  ASSERT_TRUE(reader);
  const auto busy = find_host(**reader, "busy.example");
  ASSERT_TRUE(busy && *busy);
  EXPECT_EQ((*busy)->back_off_until, now + minutes(10));
  EXPECT_FALSE(*find_host(**reader, "unknown.example"));
}

TEST_P(HostMemoryTest, AnEarlierTimeNeverReplacesALaterOne) {
  const UtcTime now = utc_now();
  auto memory = open("one");
  memory->held_back("busy.example", now + minutes(10));
  memory->held_back("busy.example", now + minutes(1));
  memory->flush();
  ASSERT_TRUE(store_->flush());
  auto reader = store_->open_reader();
  EXPECT_EQ((*find_host(**reader, "busy.example"))->not_before, now + minutes(10));
}

TEST_P(HostMemoryTest, RobotsAreKeptForTheSweepUntilTheyExpire) {
  const UtcTime now = utc_now();
  {
    auto memory = open("one");
    memory->keep_robots("https://a.example:443 ", {0, 5, "HTTP 200", "User-agent: *\nDisallow: /x\n",
                                                   "https://b.example/robots.txt", now + hours(1)});
    memory->keep_robots("https://large.example:443 ", {0, 5, "", std::string(300'000, '#'), "", now + hours(1)});
  }
  ASSERT_TRUE(store_->flush());
  restart();
  auto memory = open("one");
  const auto kept = memory->robots("https://a.example:443 ", now);
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->text, "User-agent: *\nDisallow: /x\n");
  EXPECT_EQ(kept->url, "https://b.example/robots.txt");
  EXPECT_EQ(kept->detail, "HTTP 200");
  EXPECT_FALSE(memory->robots("https://a.example:443 ", now + hours(1))) << "expired";
  EXPECT_FALSE(memory->robots("https://large.example:443 ", now)) << "asked for again rather than kept";
  EXPECT_FALSE(open("two")->robots("https://a.example:443 ", now)) << "each sweep's evidence has its own";
}

}  // namespace
}  // namespace pantau::crawler
