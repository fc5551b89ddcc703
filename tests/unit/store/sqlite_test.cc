#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "store/store.h"

namespace pantau::store {
namespace {

class StoreTest : public testing::Test {
 protected:
  StoreTest() : folder_(std::filesystem::path(testing::TempDir()) / ("pantau-store-" + std::to_string(getpid()))) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~StoreTest() override { std::filesystem::remove_all(folder_); }

  Result<std::unique_ptr<Store>> open() {
    return Store::open("sqlite", folder_.string(),
                       {{"test", 1, "CREATE TABLE things (id BIGINT PRIMARY KEY, name TEXT, bytes BLOB)"},
                        {"test", 2, "ALTER TABLE things ADD COLUMN size DOUBLE PRECISION"}});
  }
  static std::int64_t count(Store& store) {
    auto reader = store.open_reader();
    std::int64_t n = -1;
    EXPECT_TRUE((*reader)->run("SELECT COUNT(*) FROM things", {}, [&](const Row& row) {
      n = row.integer(0);
      return true;
    }));
    return n;
  }

  std::filesystem::path folder_;
};

TEST_F(StoreTest, MigrationsAreAppliedOnce) {
  for (int i = 0; i < 3; ++i) {
    auto store = open();
    ASSERT_TRUE(store) << store.error().detail;
    EXPECT_EQ(count(**store), i);
    const std::int64_t id = i;
    ASSERT_TRUE(
        (*store)
            ->write([id](Connection& c) -> Result<void> {
              auto done = c.run("INSERT INTO things (id, name, size) VALUES ($1, $2, $3)", {id, std::string("n"), 1.5});
              if (!done) return done.error();
              return {};
            })
            .get());
  }
}

TEST_F(StoreTest, BytesWithZerosSurvive) {
  auto store = open();
  ASSERT_TRUE(store);
  const std::string bytes("a\0b\xff", 4);
  ASSERT_TRUE((*store)
                  ->write([&](Connection& c) -> Result<void> {
                    auto done = c.run("INSERT INTO things (id, bytes) VALUES ($1, $2)", {std::int64_t{1}, bytes});
                    if (!done) return done.error();
                    return {};
                  })
                  .get());
  auto reader = (*store)->open_reader();
  std::string got;
  ASSERT_TRUE((*reader)->run("SELECT bytes FROM things", {}, [&](const Row& row) {
    got = row.text(0);
    return true;
  }));
  EXPECT_EQ(got, bytes);
}

TEST_F(StoreTest, AFailedJobTakesNoNeighbourWithIt) {
  auto store = open();
  ASSERT_TRUE(store);
  const auto insert = [](std::int64_t id) {
    return [id](Connection& c) -> Result<void> {
      auto done = c.run("INSERT INTO things (id) VALUES ($1)", {id});
      if (!done) return done.error();
      if (id == 2) return skip_error("no");
      return {};
    };
  };
  auto first = (*store)->write(insert(1)), second = (*store)->write(insert(2)), third = (*store)->write(insert(3));
  EXPECT_TRUE(first.get());
  EXPECT_FALSE(second.get());
  EXPECT_TRUE(third.get());
  EXPECT_EQ(count(**store), 2);
  EXPECT_FALSE((*store)->flush()) << "the error is not forgotten";
  EXPECT_TRUE((*store)->flush()) << "but told once";
}

TEST_F(StoreTest, ManyWritersOneOrder) {
  auto store = open();
  ASSERT_TRUE(store);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 250; ++i) {
        const std::int64_t id = t * 1000 + i;
        (*store)->write(
            [id](Connection& c) -> Result<void> {
              auto done = c.run("INSERT INTO things (id) VALUES ($1)", {id});
              if (!done) return done.error();
              return {};
            },
            {});
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_TRUE((*store)->flush());
  EXPECT_EQ(count(**store), 1000);
}

TEST_F(StoreTest, UnwritableFolderAndOtherEnginesAreClearErrors) {
  const auto missing = Store::open("sqlite", (folder_ / "no" / "such").string(), {});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::tell_operator);
  const auto other = Store::open("postgresql://localhost/pantau", folder_.string(), {});
  ASSERT_FALSE(other);
  EXPECT_THAT(other.error().detail, testing::HasSubstr("store: sqlite"));
  std::filesystem::create_directories(folder_ / "db");
  {
    std::ofstream(folder_ / "db" / "pantau.db")
        << "this is not a database, it only has its name........................";
  }
  const auto broken = Store::open("sqlite", (folder_ / "db").string(), {{"t", 1, "CREATE TABLE x (a TEXT)"}});
  ASSERT_FALSE(broken);
  EXPECT_THAT(broken.error().detail, testing::HasSubstr("pantau.db"));
}

}  // namespace
}  // namespace pantau::store
