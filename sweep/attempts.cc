#include "sweep/attempts.h"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/text.h"

namespace pantau::sweep {

namespace json = boost::json;

std::vector<store::Migration> attempt_migrations() {
  return {{"attempts", 1,
           "CREATE TABLE fetch_attempts (sweep TEXT NOT NULL, canonical TEXT NOT NULL, attempts TEXT NOT NULL, PRIMARY "
           "KEY (sweep, canonical))"}};
}

// Lines of JSON arrays, so that more can be added at the end.
std::string attempts_text(const std::vector<crawler::FetchAttempt>& attempts) {
  std::string text;
  for (const crawler::FetchAttempt& attempt : attempts) {
    const json::array line{to_valid_utf8(attempt.url),
                           attempt.started.time_since_epoch().count(),
                           attempt.ended.time_since_epoch().count(),
                           attempt.waited.count(),
                           attempt.status,
                           attempt.bytes,
                           to_valid_utf8(clip_utf8(attempt.detail, 300))};
    text += json::serialize(line) + "\n";
  }
  return text;
}

Result<void> insert_attempts(store::Connection& connection, const std::string& sweep, const std::string& canonical,
                             const std::string& text) {
  if (text.empty()) return {};
  const auto done = connection.run(
      "INSERT INTO fetch_attempts (sweep, canonical, attempts) VALUES ($1, $2, $3) ON CONFLICT (sweep, canonical) DO "
      "UPDATE SET attempts = fetch_attempts.attempts || excluded.attempts",
      {sweep, canonical, text});
  if (!done) return done.error();
  return {};
}

Result<std::vector<crawler::FetchAttempt>> find_attempts(store::Connection& connection, const std::string& sweep,
                                                         const std::string& canonical) {
  std::string text;
  const auto read = connection.run("SELECT attempts FROM fetch_attempts WHERE sweep = $1 AND canonical = $2",
                                   {sweep, canonical}, [&](const store::Row& row) {
                                     text = row.text(0);
                                     return false;
                                   });
  if (!read) return read.error();
  std::vector<crawler::FetchAttempt> attempts;
  for (const std::string& line : split(text, '\n')) {
    boost::system::error_code failure;
    const json::value value = json::parse(line, failure);
    if (failure || !value.is_array() || value.get_array().size() != 7) continue;
    const json::array& parts = value.get_array();
    const auto integer = [&](std::size_t i) {
      return parts[i].is_int64()    ? parts[i].get_int64()
             : parts[i].is_uint64() ? static_cast<std::int64_t>(parts[i].get_uint64())
                                    : 0;
    };
    const auto words = [&](std::size_t i) {
      return parts[i].is_string() ? std::string(parts[i].get_string()) : std::string();
    };
    crawler::FetchAttempt attempt;
    attempt.url = words(0);
    attempt.started = UtcTime(std::chrono::milliseconds(integer(1)));
    attempt.ended = UtcTime(std::chrono::milliseconds(integer(2)));
    attempt.waited = std::chrono::milliseconds(integer(3));
    attempt.status = static_cast<int>(integer(4));
    attempt.bytes = static_cast<std::uint64_t>(integer(5));
    attempt.detail = words(6);
    attempts.push_back(std::move(attempt));
  }
  return attempts;
}

}  // namespace pantau::sweep
