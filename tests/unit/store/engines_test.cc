#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "store/store.h"
#include "tests/support/test_database.h"

namespace pantau::store {
namespace {

class StoreTest : public testing::TestWithParam<std::string> {
 protected:
  StoreTest() : folder_(std::filesystem::path(testing::TempDir()) / ("pantau-store-" + std::to_string(getpid()))) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~StoreTest() override { std::filesystem::remove_all(folder_); }
  void SetUp() override { PANTAU_SKIP_WITHOUT(database_); }

  Result<std::unique_ptr<Store>> open() {
    return Store::open(database_.address(), folder_.string(),
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
  test::TestDatabase database_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Engines, StoreTest, test::engines(), test::engine_name);

TEST_P(StoreTest, MigrationsAreAppliedOnce) {
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

TEST_P(StoreTest, BytesWithZerosSurvive) {
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

TEST_P(StoreTest, AFailedJobTakesNoNeighbourWithIt) {
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

TEST_P(StoreTest, ManyWritersOneOrder) {
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

TEST_P(StoreTest, NumbersTextAndNothingComeBackAsTheyWent) {
  auto store = open();
  ASSERT_TRUE(store);
  ASSERT_TRUE((*store)
                  ->write([&](Connection& c) -> Result<void> {
                    const std::string text = "\u5b89\u534e \u0b85 'quoted' \\x41 %";
                    for (const std::vector<Value>& row : std::vector<std::vector<Value>>{
                             {std::int64_t{-9'007'199'254'740'993}, text, 0.1}, {std::int64_t{2}, nullptr, nullptr}}) {
                      auto done = c.run("INSERT INTO things (id, name, size) VALUES ($1, $2, $3)", row);
                      if (!done) return done.error();
                    }
                    return {};
                  })
                  .get());
  auto reader = (*store)->open_reader();
  ASSERT_TRUE(reader);
  EXPECT_EQ((*reader)->engine(), GetParam());
  std::vector<std::string> seen;
  ASSERT_TRUE((*reader)->run("SELECT id, name, size FROM things ORDER BY id", {}, [&](const Row& row) {
    seen.push_back(std::to_string(row.integer(0)) + "|" + row.text(1) + "|" +
                   (row.is_null(2) ? "nothing" : std::to_string(row.number(2) == 0.1)));
    return true;
  }));
  EXPECT_THAT(seen, testing::ElementsAre("-9007199254740993|\u5b89\u534e \u0b85 'quoted' \\x41 %|1", "2||nothing"));
}

TEST_P(StoreTest, TextSortsByBytes) {
  auto store = open();
  ASSERT_TRUE(store);
  ASSERT_TRUE((*store)
                  ->write([&](Connection& c) -> Result<void> {
                    std::int64_t id = 0;
                    for (const char* name : {"b", "A", "a", "B", "\u00e4", "_"}) {
                      auto done = c.run("INSERT INTO things (id, name) VALUES ($1, $2)", {++id, std::string(name)});
                      if (!done) return done.error();
                    }
                    return {};
                  })
                  .get());
  auto reader = (*store)->open_reader();
  std::string order;
  ASSERT_TRUE((*reader)->run("SELECT name FROM things ORDER BY name", {}, [&](const Row& row) {
    order += row.text(0);
    return true;
  }));
  EXPECT_EQ(order, "AB_ab\u00e4");
}

TEST(StoreErrors, UnwritableFoldersAndDeadServersAreClearErrors) {
  const std::filesystem::path folder =
      std::filesystem::path(testing::TempDir()) / ("pantau-store-errors-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  const auto missing = Store::open("sqlite", (folder / "no" / "such").string(), {});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::tell_operator);
  const auto dead = Store::open("postgresql://nobody@127.0.0.1:1/pantau?connect_timeout=2", folder.string(), {});
  ASSERT_FALSE(dead);
  EXPECT_EQ(dead.error().code, ErrorCode::tell_operator);
  EXPECT_THAT(dead.error().detail, testing::HasSubstr("is the server running"));
  const auto other = Store::open("mysql://localhost/pantau", folder.string(), {});
  ASSERT_FALSE(other);
  EXPECT_THAT(other.error().detail, testing::HasSubstr("store must be `sqlite`"));
  std::filesystem::create_directories(folder / "db");
  {
    std::ofstream(folder / "db" / "pantau.db")
        << "this is not a database, it only has its name........................";
  }
  const auto broken = Store::open("sqlite", (folder / "db").string(), {{"t", 1, "CREATE TABLE x (a TEXT)"}});
  ASSERT_FALSE(broken);
  EXPECT_THAT(broken.error().detail, testing::HasSubstr("pantau.db"));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace pantau::store
