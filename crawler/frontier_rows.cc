#include "crawler/frontier_rows.h"

#include "crawler/frontier.h"

namespace pantau::crawler {
namespace frontier_rows {

using store::Connection;
using store::Row;
using store::Value;

namespace {

Result<void> nothing(const Result<std::int64_t>& result) {
  if (!result) return result.error();
  return {};
}

// The same row may come twice when a batch is written again after an error.
Result<void> write(Connection& connection, const SweepHold& hold, const Insert& insert) {
  const bool ended = insert.outcome.has_value();
  if (auto done = nothing(connection.run("INSERT INTO frontier_addresses (sweep, id, url, canonical, referrer) VALUES "
                                         "($1, $2, $3, $4, $5) ON CONFLICT "
                                         "(sweep, id) DO NOTHING",
                                         {hold.sweep, insert.id, insert.url, insert.canonical, insert.referrer}));
      !done) {
    return done;
  }
  return nothing(connection.run(
      "INSERT INTO frontier_states (sweep, id, hash, host, shape, parent, source, depth, flags, token, leased_until, "
      "claims, found, ended, outcome, detail) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, 0, $10, $11, $12, $13) "
      "ON CONFLICT (sweep, id) DO NOTHING",
      {hold.sweep, insert.id, static_cast<std::int64_t>(insert.hash), static_cast<std::int64_t>(insert.host),
       static_cast<std::int64_t>(insert.shape), insert.parent, insert.source, insert.depth, insert.flags,
       milliseconds_of(insert.found), ended ? milliseconds_of(insert.found) : std::int64_t{0},
       ended ? Value(std::string(text(*insert.outcome))) : Value(nullptr), insert.detail}));
}

Result<void> write(Connection& connection, const SweepHold& hold, const Requeue& again) {
  return nothing(connection.run(again.revive
                                    ? "UPDATE frontier_states SET source = $1, depth = $2, flags = $3, outcome "
                                      "= NULL, ended = 0, detail = '' WHERE sweep = $4 AND id = $5 AND token = 0 "
                                      "AND outcome IN ('out-of-scope', 'over-budget')"
                                    : "UPDATE frontier_states SET source = $1, depth = $2, flags = $3 WHERE "
                                      "sweep = $4 AND id = $5",
                                {again.source, again.depth, again.flags, hold.sweep, again.id}));
}

Result<void> write(Connection& connection, const SweepHold& hold, const Claimed& claimed) {
  // Not granted means written before: nobody else claims while this process holds the sweep.
  const auto granted =
      claim_address(connection, hold.sweep, claimed.claim, hold.first_token(), claimed.now, claimed.until);
  if (!granted) return granted.error();
  return {};
}

Result<void> write(Connection& connection, const SweepHold& hold, const Finish& finish) {
  return complete_address(connection, hold.sweep, finish.claim, finish.outcome, finish.detail, finish.now);
}

Result<void> write(Connection& connection, const SweepHold& hold, const Cut& cut) {
  const std::string outcome(text(Outcome::over_budget));
  for (const std::uint32_t id : cut.ids) {
    if (auto done =
            nothing(connection.run("UPDATE frontier_states SET outcome = $1, detail = $2, ended = $3 WHERE sweep = $4 "
                                   "AND id = $5 AND outcome IS "
                                   "NULL",
                                   {outcome, cut.detail, milliseconds_of(cut.now), hold.sweep, std::int64_t{id}}));
        !done) {
      return done;
    }
  }
  return {};
}

}  // namespace

Result<void> write_one(Connection& connection, const SweepHold& hold, const Write& one) {
  return std::visit([&](const auto& kind) { return write(connection, hold, kind); }, one);
}

Result<void> read_all(Connection& connection, std::int64_t sweep, const std::function<bool(const Stored&)>& on_row) {
  return nothing(connection.run(
      "SELECT id, hash, host, shape, source, depth, flags, claims, outcome FROM frontier_states WHERE sweep = $1 ORDER "
      "BY id",
      {sweep}, [&](const Row& row) {
        Stored stored;
        stored.id = row.integer(0);
        stored.hash = static_cast<std::uint64_t>(row.integer(1));
        stored.host = static_cast<std::uint64_t>(row.integer(2));
        stored.shape = static_cast<std::uint64_t>(row.integer(3));
        stored.source = row.integer(4);
        stored.depth = row.integer(5);
        stored.flags = row.integer(6);
        stored.claimed = row.integer(7) != 0;
        if (!row.is_null(8)) stored.outcome = outcome_from(row.text(8)).value_or(Outcome::failed);
        return on_row(stored);
      }));
}

Result<std::optional<Spelling>> read_spelling(Connection& connection, std::int64_t sweep, std::int64_t id) {
  std::optional<Spelling> found;
  const auto read =
      connection.run("SELECT url, canonical, referrer FROM frontier_addresses WHERE sweep = $1 AND id = $2",
                     {sweep, id}, [&](const Row& row) {
                       found = Spelling{row.text(0), row.text(1), row.text(2)};
                       return false;
                     });
  if (!read) return read.error();
  if (found && found->url.empty()) found->url = found->canonical;
  return found;
}

}  // namespace frontier_rows

std::vector<store::Migration> frontier_migrations() {
  return {{"crawler", 1,
           "CREATE TABLE frontier_items (\n"
           "  sweep_id TEXT NOT NULL,\n"
           "  id BIGINT NOT NULL,\n"
           "  source INTEGER NOT NULL,\n"
           "  depth INTEGER NOT NULL,\n"
           "  flags INTEGER NOT NULL,\n"
           "  url TEXT NOT NULL,\n"
           "  canonical TEXT NOT NULL,\n"
           "  host TEXT NOT NULL,\n"
           "  referrer TEXT NOT NULL,\n"
           "  outcome TEXT,\n"
           "  detail TEXT NOT NULL DEFAULT '',\n"
           "  PRIMARY KEY (sweep_id, id)\n"
           ");\n"
           "CREATE INDEX frontier_open ON frontier_items (sweep_id, depth, canonical) WHERE outcome IS NULL"},
          // The table above held everything an address has in one wide row with an index by address, whose random
          // inserts cost more the larger it grew. A sweep that an older version left unfinished begins anew.
          {"crawler", 2,
           "DROP TABLE frontier_items;\n"
           "CREATE TABLE frontier_sweeps (\n"
           "  sweep_id TEXT PRIMARY KEY,\n"
           "  number BIGINT NOT NULL UNIQUE,\n"
           "  holder BIGINT NOT NULL\n"
           ");\n"
           "CREATE TABLE frontier_addresses (\n"
           "  sweep BIGINT NOT NULL,\n"
           "  id BIGINT NOT NULL,\n"
           "  url TEXT NOT NULL,\n"  // as found; empty when equal to canonical
           "  canonical TEXT NOT NULL,\n"
           "  referrer TEXT NOT NULL,\n"
           "  PRIMARY KEY (sweep, id)\n"
           ");\n"
           "CREATE TABLE frontier_states (\n"
           "  sweep BIGINT NOT NULL,\n"
           "  id BIGINT NOT NULL,\n"
           "  hash BIGINT NOT NULL,\n"    // of what counts as the same address
           "  host BIGINT NOT NULL,\n"    // hash of the host's name
           "  shape BIGINT NOT NULL,\n"   // hash of what alike addresses share; 0: none
           "  parent BIGINT NOT NULL,\n"  // id of the page it was found on; 0: handed over
           "  source INTEGER NOT NULL,\n"
           "  depth INTEGER NOT NULL,\n"
           "  flags INTEGER NOT NULL,\n"        // 1 lead, 2 ad target, 4 outside the scope, 8 and 16 list, 32 listed
           "  token BIGINT NOT NULL,\n"         // of the newest claim; 0: never handed out
           "  leased_until BIGINT NOT NULL,\n"  // milliseconds since 1970
           "  claims INTEGER NOT NULL,\n"       // how often it was handed out
           "  found BIGINT NOT NULL,\n"         // milliseconds since 1970
           "  ended BIGINT NOT NULL,\n"         // milliseconds since 1970; 0: open
           "  outcome TEXT,\n"                  // null: still to be looked at
           "  detail TEXT NOT NULL,\n"
           "  PRIMARY KEY (sweep, id)\n"
           ")"}};
}

}  // namespace pantau::crawler
