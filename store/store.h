#pragma once
// The seam to the database. Two engines stand behind it: SQLite (embedded, default) and PostgreSQL; SQL here
// keeps to what both understand (BLOB is the name of the byte type; an engine may spell it its own way) and writes
// parameters as $1, $2, ... used in ascending order of first use. Every folder to the right owns its own tables through
// it: store/ does not know what they mean.
//
//   readers:  Store::open_reader() -> Connection, one a thread
//   writer:   Store::write(job): one writing thread runs jobs in order, several in one transaction (group commit)
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace pantau::store {

using Value = std::variant<std::nullptr_t, std::int64_t, double, std::string>;

// One result row, valid during the callback.
class Row {
 public:
  virtual ~Row() = default;
  virtual std::int64_t integer(int column) const = 0;
  virtual double number(int column) const = 0;
  virtual std::string text(int column) const = 0;  // also bytes
  virtual bool is_null(int column) const = 0;
};

// Belongs to one thread. Statements are prepared once and cached by their text.
class Connection {
 public:
  virtual ~Connection() = default;
  // Runs one statement. The callback sees every row; returning false stops early. The result is the number of changed
  // rows. Errors: retry (busy), tell_operator (disk full, read-only, corrupt; the detail says which file), give_up.
  virtual Result<std::int64_t> run(std::string_view sql, const std::vector<Value>& parameters = {},
                                   const std::function<bool(const Row&)>& on_row = {}) = 0;
  virtual std::string engine() const = 0;  // "sqlite" | "postgresql"
};

// A numbered step of one folder's tables, applied once, in order, inside a transaction.
struct Migration {
  std::string owner;  // "crawler", "cases", ...
  int number = 0;     // 1, 2, 3 ...
  std::string sql;    // one or more statements separated by ";\n"
};

using Job = std::function<Result<void>(Connection&)>;

// Adds the values to `parameters` and gives their places, "$3, $4, $5": what stands between the brackets of IN (...).
std::string placeholders(const std::vector<std::string>& values, std::vector<Value>& parameters);

class Store {
 public:
  // address: "sqlite" (file pantau.db in `workspace`), or "postgresql://user@host:5432/database" as libpq takes it,
  // which is noted in `workspace` (without a password: libpq finds it in ~/.pgpass), or "": the one noted there.
  // Creates what is missing and applies the migrations. A database that cannot be reached or sorts otherwise than by
  // bytes is a tell_operator error.
  static Result<std::unique_ptr<Store>> open(const std::string& address, const std::string& workspace,
                                             const std::vector<Migration>& migrations);
  virtual ~Store() = default;

  virtual Result<std::unique_ptr<Connection>> open_reader() = 0;
  // Queues a job for the writing thread. The future is ready after the transaction that holds the job is committed
  // (durably), or with the error; a failed job is rolled back alone (savepoint), not its neighbours.
  virtual std::future<Result<void>> write(Job job) = 0;
  // The same with a callback, called on the writing thread after commit.
  virtual void write(Job job, std::function<void(Result<void>)> done) = 0;
  // Waits until everything queued so far is committed; the first error since the last call, if any.
  virtual Result<void> flush() = 0;
};

}  // namespace pantau::store
