#include "store/postgresql.h"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <charconv>
#include <cstring>
#include <unordered_map>

#include "base/text.h"
#include "store/engine.h"

namespace pantau::store {
namespace {

constexpr Oid kBytes = 17;  // BYTEAOID, catalog/pg_type.dat
constexpr int kTextFormat = 0, kBinaryFormat = 1;
constexpr std::size_t kStatements = 200;
// Any number that no other program uses on the same database: held while the tables change.
constexpr const char* kMigrationLock = "SELECT pg_advisory_xact_lock(7083245911)";

struct ConnectionDeleter {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
struct AnswerDeleter {
  void operator()(PGresult* answer) const { PQclear(answer); }
};
using Handle = std::unique_ptr<PGconn, ConnectionDeleter>;
using Answer = std::unique_ptr<PGresult, AnswerDeleter>;

std::string first_line(const char* message) {
  const std::string_view whole = message == nullptr ? "" : message;
  return std::string(trim(whole.substr(0, whole.find('\n'))));
}

// SQLSTATE classes: https://www.postgresql.org/docs/15/errcodes-appendix.html
Error error_of(PGconn* connection, const PGresult* answer, std::string_view doing) {
  const char* state = answer == nullptr ? nullptr : PQresultErrorField(answer, PG_DIAG_SQLSTATE);
  const std::string code = state == nullptr ? "" : state;
  const std::string message =
      "PostgreSQL: " + first_line(answer == nullptr ? PQerrorMessage(connection) : PQresultErrorMessage(answer));
  if (PQstatus(connection) != CONNECTION_OK || code.starts_with("08") || code.starts_with("57P"))
    return operator_error(message + "; the connection to the database is lost: run again with --resume");
  if (code.starts_with("40") || code == "55P03") return retry_error(message);
  if (code.starts_with("53"))
    return operator_error(message +
                          "; free some space or connections on the database server and run again with "
                          "--resume");
  if (code == "42501") return operator_error(message + "; grant the database's user the right to do this");
  return give_up_error(message + " (while running: " + std::string(doing.substr(0, 200)) + ")");
}

class PostgresqlRow final : public Row {
 public:
  PostgresqlRow(const PGresult* answer, int row) : answer_(answer), row_(row) {}
  std::int64_t integer(int column) const override { return parsed<std::int64_t>(column); }
  double number(int column) const override { return parsed<double>(column); }
  std::string text(int column) const override {
    const char* value = PQgetvalue(answer_, row_, column);
    const auto size = static_cast<std::size_t>(PQgetlength(answer_, row_, column));
    if (PQftype(answer_, column) != kBytes) return {value, size};
    // "\x0a1b": the format of bytes since PostgreSQL 9.0
    std::string bytes;
    for (std::size_t i = 2; i + 1 < size; i += 2)
      bytes.push_back(static_cast<char>(hex_value(value[i]) * 16 + hex_value(value[i + 1])));
    return bytes;
  }
  bool is_null(int column) const override { return PQgetisnull(answer_, row_, column) != 0; }

 private:
  template <typename Number>
  Number parsed(int column) const {
    Number number{};
    const char* value = PQgetvalue(answer_, row_, column);
    std::from_chars(value, value + PQgetlength(answer_, row_, column), number);
    return number;
  }

  const PGresult* answer_;
  int row_;
};

class PostgresqlConnection final : public EngineConnection {
 public:
  static Result<std::unique_ptr<PostgresqlConnection>> open(const std::string& address) {
    Handle handle(PQconnectdb(address.c_str()));
    if (PQstatus(handle.get()) != CONNECTION_OK) {
      return operator_error("cannot reach the database of `store`: " + first_line(PQerrorMessage(handle.get())) +
                            "; is the server running, and do user, password and name of the database fit?");
    }
    // What the server has to tell beside errors ("relation exists, skipping") is nobody's business here.
    PQsetNoticeProcessor(
        handle.get(), [](void*, const char*) {}, nullptr);
    std::unique_ptr<PostgresqlConnection> connection(new PostgresqlConnection(std::move(handle)));
    if (auto set = connection->run_script("SET client_encoding TO 'UTF8'; SET timezone TO 'UTC'"); !set)
      return set.error();
    return connection;
  }

  Result<std::int64_t> run(std::string_view sql, const std::vector<Value>& parameters,
                           const std::function<bool(const Row&)>& on_row) override {
    Result<const Statement*> prepared = prepare(sql);
    if (!prepared) return prepared.error();
    const Statement& statement = **prepared;
    if (statement.types.size() != parameters.size())
      return give_up_error(fmt::format("{} parameters were given where the statement has {}: {}", parameters.size(),
                                       statement.types.size(), sql.substr(0, 200)));
    std::vector<std::string> texts(parameters.size());
    std::vector<const char*> values(parameters.size(), nullptr);
    std::vector<int> lengths(parameters.size()), formats(parameters.size(), kTextFormat);
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      if (std::holds_alternative<std::nullptr_t>(parameters[i])) continue;
      const auto* text = std::get_if<std::string>(&parameters[i]);
      if (text != nullptr && statement.types[i] == kBytes) {
        values[i] = text->data();
        lengths[i] = static_cast<int>(text->size());
        formats[i] = kBinaryFormat;
        continue;
      }
      texts[i] = text != nullptr ? storable(*text) : number_text(parameters[i]);
      values[i] = texts[i].c_str();
    }
    const Answer answer(PQexecPrepared(handle_.get(), statement.name.c_str(), static_cast<int>(parameters.size()),
                                       values.data(), lengths.data(), formats.data(), kTextFormat));
    const ExecStatusType status = PQresultStatus(answer.get());
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) return error_of(handle_.get(), answer.get(), sql);
    for (int row = 0; on_row && row < PQntuples(answer.get()); ++row) {
      if (!on_row(PostgresqlRow(answer.get(), row))) break;
    }
    std::int64_t changed = 0;
    const char* count = PQcmdTuples(answer.get());
    std::from_chars(count, count + std::strlen(count), changed);
    return status == PGRES_TUPLES_OK ? 0 : changed;
  }

  std::string engine() const override { return "postgresql"; }

  Result<void> run_script(const std::string& sql) override {
    // BLOB is store.h's name of the byte type.
    std::string own = sql;
    for (std::size_t at = own.find(" BLOB"); at != std::string::npos; at = own.find(" BLOB", at + 6))
      own.replace(at, 5, " BYTEA");
    const Answer answer(PQexec(handle_.get(), own.c_str()));
    const ExecStatusType status = PQresultStatus(answer.get());
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) return error_of(handle_.get(), answer.get(), sql);
    return {};
  }

  Result<void> begin() override {
    if (PQstatus(handle_.get()) != CONNECTION_OK) {
      // The server was restarted: one new attempt, with nothing prepared.
      statements_.clear();
      PQreset(handle_.get());
      if (PQstatus(handle_.get()) != CONNECTION_OK) return error_of(handle_.get(), nullptr, "BEGIN");
    }
    return run_script("BEGIN");
  }
  Result<void> begin_migration() override {
    if (auto begun = begin(); !begun) return begun;
    return run_script(kMigrationLock);
  }

 private:
  struct Statement {
    std::string name;
    std::vector<Oid> types;  // of the parameters
  };

  explicit PostgresqlConnection(Handle handle) : handle_(std::move(handle)) {}

  static std::string storable(const std::string& text) {
    std::string valid = to_valid_utf8(text);
    for (std::size_t at = valid.find('\0'); at != std::string::npos; at = valid.find('\0', at))
      valid.replace(at, 1, "\xEF\xBF\xBD");
    return valid;
  }
  static std::string number_text(const Value& value) {
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return std::to_string(*integer);
    return fmt::format("{}", std::get<double>(value));  // the shortest text that reads back as the same number
  }

  Result<const Statement*> prepare(std::string_view sql) {
    const std::string key(sql);
    if (const auto found = statements_.find(key); found != statements_.end()) return &found->second;
    if (statements_.size() >= kStatements) {
      if (auto cleared = run_script("DEALLOCATE ALL"); !cleared) return cleared.error();
      statements_.clear();
    }
    Statement statement{fmt::format("s{}", ++prepared_), {}};
    const Answer made(PQprepare(handle_.get(), statement.name.c_str(), key.c_str(), 0, nullptr));
    if (PQresultStatus(made.get()) != PGRES_COMMAND_OK) return error_of(handle_.get(), made.get(), sql);
    const Answer described(PQdescribePrepared(handle_.get(), statement.name.c_str()));
    if (PQresultStatus(described.get()) != PGRES_COMMAND_OK) return error_of(handle_.get(), described.get(), sql);
    for (int i = 0; i < PQnparams(described.get()); ++i) statement.types.push_back(PQparamtype(described.get(), i));
    return &statements_.emplace(key, std::move(statement)).first->second;
  }

  Handle handle_;
  std::unordered_map<std::string, Statement> statements_;
  std::uint64_t prepared_ = 0;
};

Result<void> check_order(PostgresqlConnection& connection) {
  std::string collation, encoding;
  auto asked = connection.run(
      "SELECT datcollate, pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()", {},
      [&](const Row& row) {
        collation = row.text(0);
        encoding = row.text(1);
        return false;
      });
  if (!asked) return asked.error();
  const bool by_bytes = collation == "C" || collation == "POSIX" || collation.starts_with("C.");
  if (by_bytes && encoding == "UTF8") return {};
  return operator_error(fmt::format(
      "the database of `store` sorts by \"{}\" in {}; Pantau needs one that sorts by bytes: createdb --locale=C "
      "--encoding=UTF8 --template=template0 NAME",
      collation, encoding));
}

}  // namespace

Result<std::unique_ptr<Store>> open_postgresql(const std::string& address, const std::vector<Migration>& migrations) {
  auto connection = PostgresqlConnection::open(address);
  if (!connection) return connection.error();
  if (auto fits = check_order(**connection); !fits) return fits.error();
  if (auto migrated = migrate(**connection, migrations); !migrated) return migrated.error();
  auto open_reader = [address]() -> Result<std::unique_ptr<Connection>> {
    auto reader = PostgresqlConnection::open(address);
    if (!reader) return reader.error();
    return std::unique_ptr<Connection>(std::move(*reader));
  };
  return make_group_commit_store(std::move(*connection), std::move(open_reader));
}

}  // namespace pantau::store
