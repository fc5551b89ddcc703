#include "store/sqlite.h"

#include <sqlite3.h>

#include <unordered_map>

#include "store/engine.h"

namespace pantau::store {
namespace {

struct DatabaseDeleter {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};
struct StatementDeleter {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, DatabaseDeleter>;
using Statement = std::unique_ptr<sqlite3_stmt, StatementDeleter>;

Error error_of(sqlite3* database, int code, std::string_view doing) {
  const char* file = sqlite3_db_filename(database, "main");
  const std::string where = file != nullptr && *file != '\0' ? file : "the database";
  const std::string message = where + ": " + sqlite3_errmsg(database);
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return retry_error(message + " (another process is writing)", code);
    case SQLITE_FULL:
      return operator_error(where + ": the disk is full; free some space and run again with --resume", code);
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return operator_error(message + "; check the rights on the workspace", code);
    case SQLITE_IOERR:
      return operator_error(message + "; the disk may be full or failing", code);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return operator_error(message + "; restore it from a backup, or start a new workspace", code);
    default:
      return give_up_error(message + " (while running: " + std::string(doing.substr(0, 200)) + ")", code);
  }
}

class SqliteRow final : public Row {
 public:
  explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}
  std::int64_t integer(int column) const override { return sqlite3_column_int64(statement_, column); }
  double number(int column) const override { return sqlite3_column_double(statement_, column); }
  std::string text(int column) const override {
    const void* bytes = sqlite3_column_blob(statement_, column);
    const int size = sqlite3_column_bytes(statement_, column);
    return bytes == nullptr ? std::string()
                            : std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
  }
  bool is_null(int column) const override { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

 private:
  sqlite3_stmt* statement_;
};

class SqliteConnection final : public EngineConnection {
 public:
  static Result<std::unique_ptr<SqliteConnection>> open(const std::filesystem::path& file) {
    sqlite3* raw = nullptr;
    const int code =
        sqlite3_open_v2(file.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    Database database(raw);
    if (code != SQLITE_OK) {
      return operator_error(file.string() + ": " + sqlite3_errmsg(raw) + "; check the rights on the workspace", code);
    }
    sqlite3_extended_result_codes(raw, 1);
    sqlite3_busy_timeout(raw, 10000);
    auto connection = std::unique_ptr<SqliteConnection>(new SqliteConnection(std::move(database)));
    // synchronous=FULL: a commit that was reported survives a power cut, which evidence needs.
    for (const char* pragma : {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON",
                               "PRAGMA trusted_schema=OFF", "PRAGMA cache_size=-16000"}) {
      if (auto done = connection->run(pragma, {}, {}); !done) return done.error();
    }
    return connection;
  }

  Result<std::int64_t> run(std::string_view sql, const std::vector<Value>& parameters,
                           const std::function<bool(const Row&)>& on_row) override {
    Result<sqlite3_stmt*> prepared = prepare(sql);
    if (!prepared) return prepared.error();
    sqlite3_stmt* statement = *prepared;
    const struct Reset {
      sqlite3_stmt* statement;
      ~Reset() {
        sqlite3_reset(statement);
        sqlite3_clear_bindings(statement);
      }
    } reset{statement};
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      const int index = static_cast<int>(i + 1);
      int code = SQLITE_OK;
      if (const auto* integer = std::get_if<std::int64_t>(&parameters[i])) {
        code = sqlite3_bind_int64(statement, index, *integer);
      } else if (const auto* number = std::get_if<double>(&parameters[i])) {
        code = sqlite3_bind_double(statement, index, *number);
      } else if (const auto* text = std::get_if<std::string>(&parameters[i])) {
        code = sqlite3_bind_text64(statement, index, text->data(), text->size(), SQLITE_STATIC, SQLITE_UTF8);
      } else {
        code = sqlite3_bind_null(statement, index);
      }
      if (code != SQLITE_OK) return error_of(database_.get(), code, sql);
    }
    const SqliteRow row(statement);
    while (true) {
      const int code = sqlite3_step(statement);
      if (code == SQLITE_ROW) {
        if (on_row && !on_row(row)) break;
        continue;
      }
      if (code == SQLITE_DONE) break;
      return error_of(database_.get(), code, sql);
    }
    return static_cast<std::int64_t>(sqlite3_changes64(database_.get()));
  }

  std::string engine() const override { return "sqlite"; }

  Result<void> run_script(const std::string& sql) override {
    const int code = sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return error_of(database_.get(), code, sql);
    return {};
  }

  Result<void> begin() override { return run_script("BEGIN IMMEDIATE"); }

 private:
  explicit SqliteConnection(Database database) : database_(std::move(database)) {}

  Result<sqlite3_stmt*> prepare(std::string_view sql) {
    const std::string key(sql);
    if (const auto found = statements_.find(key); found != statements_.end()) return found->second.get();
    sqlite3_stmt* raw = nullptr;
    const int code = sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
    Statement statement(raw);
    if (code != SQLITE_OK) return error_of(database_.get(), code, sql);
    if (raw == nullptr) return give_up_error("empty statement");
    if (statements_.size() > 200) statements_.clear();
    return statements_.emplace(key, std::move(statement)).first->second.get();
  }

  Database database_;
  std::unordered_map<std::string, Statement> statements_;
};

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite(const std::filesystem::path& file,
                                           const std::vector<Migration>& migrations) {
  Result<std::unique_ptr<SqliteConnection>> connection = SqliteConnection::open(file);
  if (!connection) return connection.error();
  if (auto migrated = migrate(**connection, migrations); !migrated) return migrated.error();
  auto open_reader = [file]() -> Result<std::unique_ptr<Connection>> {
    Result<std::unique_ptr<SqliteConnection>> reader = SqliteConnection::open(file);
    if (!reader) return reader.error();
    return std::unique_ptr<Connection>(std::move(*reader));
  };
  return make_group_commit_store(std::move(*connection), std::move(open_reader));
}

}  // namespace pantau::store
