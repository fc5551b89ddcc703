#pragma once
// The engines that tests of stored things run on: SQLite always, PostgreSQL where PANTAU_POSTGRESQL names a server
// (scripts/with-postgresql.sh starts one), else those tests say that they were skipped. On PostgreSQL every
// TestDatabase has a schema of its own. For tests only.
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <string>

#include "store/store.h"

namespace pantau::test {

inline const char* postgresql_address() {
  return std::getenv("PANTAU_POSTGRESQL");
}

// Stands in the name of each test: .../sqlite, .../postgresql.
inline auto engines() {
  return ::testing::Values(std::string("sqlite"), std::string("postgresql"));
}
inline std::string engine_name(const ::testing::TestParamInfo<std::string>& info) {
  return info.param;
}

class TestDatabase {
 public:
  explicit TestDatabase(const std::string& engine) {
    if (engine == "sqlite") {
      address_ = "sqlite";
      return;
    }
    if (postgresql_address() == nullptr) return;
    static std::atomic<int> made{0};
    schema_ = "test_" + std::to_string(::getpid()) + "_" + std::to_string(++made);
    run("CREATE SCHEMA " + schema_);
    const std::string server = postgresql_address();
    address_ = server + (server.find('?') == std::string::npos ? "?" : "&") + "options=-csearch_path%3D" + schema_;
  }
  ~TestDatabase() {
    if (!schema_.empty()) run("DROP SCHEMA " + schema_ + " CASCADE");
  }
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  // What `store:` says; empty when there is no such server.
  const std::string& address() const { return address_; }

 private:
  static void run(const std::string& sql) {
    auto store = store::Store::open(postgresql_address(), "", {});
    ASSERT_TRUE(store) << store.error().detail;
    auto done = (*store)
                    ->write([&sql](store::Connection& connection) -> Result<void> {
                      auto ran = connection.run(sql);
                      if (!ran) return ran.error();
                      return {};
                    })
                    .get();
    ASSERT_TRUE(done) << done.error().detail;
  }

  std::string schema_, address_;
};

// In SetUp() of a fixture with the engine as its parameter.
#define PANTAU_SKIP_WITHOUT(database) \
  if ((database).address().empty())   \
  GTEST_SKIP() << "PANTAU_POSTGRESQL names no server; scripts/with-postgresql.sh COMMAND starts one for COMMAND"

}  // namespace pantau::test
