#include "crawler/frontier_rows.h"

#include "crawler/frontier.h"

namespace pantau::crawler {
namespace frontier_rows {

using store::Connection;
using store::Value;

Result<void> write_finish(Connection& connection, const std::string& sweep, const Finish& finish) {
  const auto done = connection.run(
      "UPDATE frontier_items SET outcome = $1, detail = $2 WHERE sweep_id = $3 AND id = $4 AND outcome IS NULL",
      {std::string(text(finish.outcome)), finish.detail, sweep, finish.id});
  if (!done) return done.error();
  return {};
}

Result<void> write_one(Connection& connection, const std::string& sweep, const Write& write) {
  if (const auto* insert = std::get_if<Insert>(&write)) {
    // The same row may come twice when a batch is written again after an error.
    const auto done = connection.run(
        "INSERT INTO frontier_items (sweep_id, id, source, depth, flags, url, canonical, host, referrer, outcome, "
        "detail) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (sweep_id, id) DO NOTHING",
        {sweep, insert->id, insert->source, insert->depth, insert->flags, insert->url, insert->canonical, insert->host,
         insert->referrer, insert->outcome ? Value(std::string(text(*insert->outcome))) : Value(nullptr),
         insert->detail});
    if (!done) return done.error();
    return {};
  }
  if (const auto* again = std::get_if<Requeue>(&write)) {
    const auto done = connection.run(
        again->revive ? "UPDATE frontier_items SET source = $1, depth = $2, flags = $3, outcome = NULL, detail = '' "
                        "WHERE sweep_id = $4 AND id = $5"
                      : "UPDATE frontier_items SET source = $1, depth = $2, flags = $3 WHERE sweep_id = $4 AND id = $5",
        {again->source, again->depth, again->flags, sweep, again->id});
    if (!done) return done.error();
    return {};
  }
  return write_finish(connection, sweep, std::get<Finish>(write));
}

}  // namespace frontier_rows

std::vector<store::Migration> frontier_migrations() {
  return {{"crawler", 1,
           "CREATE TABLE frontier_items (\n"
           "  sweep_id TEXT NOT NULL,\n"
           "  id BIGINT NOT NULL,\n"
           "  source INTEGER NOT NULL,\n"
           "  depth INTEGER NOT NULL,\n"
           "  flags INTEGER NOT NULL,\n"  // 1 lead, 2 ad target, 4 outside the scope, 8 and 16 list, 32 listed
           "  url TEXT NOT NULL,\n"       // as found; empty when equal to canonical
           "  canonical TEXT NOT NULL,\n"
           "  host TEXT NOT NULL,\n"
           "  referrer TEXT NOT NULL,\n"
           "  outcome TEXT,\n"  // null: still to be looked at
           "  detail TEXT NOT NULL DEFAULT '',\n"
           "  PRIMARY KEY (sweep_id, id)\n"
           ");\n"
           "CREATE INDEX frontier_open ON frontier_items (sweep_id, depth, canonical) WHERE outcome IS NULL"}};
}

}  // namespace pantau::crawler
