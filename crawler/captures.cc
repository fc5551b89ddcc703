#include "crawler/captures.h"

#include "base/digest.h"

namespace pantau::crawler {
namespace {

// Addresses may be longer than an index entry should be.
std::string address_key(const std::string& canonical) {
  return sha256_hex(canonical).substr(0, 32);
}

}  // namespace

std::vector<store::Migration> capture_migrations() {
  return {{"captures", 1,
           "CREATE TABLE captures (address TEXT PRIMARY KEY, url TEXT NOT NULL, date TEXT NOT NULL, record_id TEXT NOT "
           "NULL, payload TEXT NOT NULL)"}};
}

Result<std::optional<WarcOriginal>> find_capture(store::Connection& connection, const std::string& canonical) {
  std::optional<WarcOriginal> found;
  const auto asked = connection.run("SELECT record_id, url, date, payload FROM captures WHERE address = $1",
                                    {address_key(canonical)}, [&](const store::Row& row) {
                                      found = WarcOriginal{row.text(0), row.text(1), row.text(2), row.text(3)};
                                      return false;
                                    });
  if (!asked) return asked.error();
  return found;
}

Result<void> keep_capture(store::Connection& connection, const std::string& canonical, const WarcOriginal& original) {
  const auto kept = connection.run(
      "INSERT INTO captures (address, url, date, record_id, payload) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (address) "
      "DO UPDATE SET url = excluded.url, date = excluded.date, record_id = excluded.record_id, payload = "
      "excluded.payload",
      {address_key(canonical), original.url, original.date, original.record_id, original.payload_sha256});
  if (!kept) return kept.error();
  return {};
}

}  // namespace pantau::crawler
