#include "crawler/frontier_story.h"

#include "base/url.h"
#include "crawler/address_hash.h"
#include "crawler/address_traps.h"
#include "crawler/frontier_rows.h"

namespace pantau::crawler {

using store::Connection;
using store::Row;

Result<std::optional<FrontierRecord>> find_address(Connection& connection, const std::string& sweep_id,
                                                   const std::string& url) {
  const auto parsed = Url::parse(url);
  const std::uint64_t hash = address_hash(parsed ? visited_key(*parsed) : "bad:" + url);
  std::optional<FrontierRecord> found;
  std::int64_t sweep = 0, id = 0, parent = 0;
  // By hash without an index: it would cost every address of every sweep, and this question is asked seldom.
  const auto read = connection.run(
      "SELECT frontier_states.sweep, id, parent, source, depth, flags, token, claims, found, ended, outcome, detail "
      "FROM "
      "frontier_states JOIN frontier_sweeps ON frontier_sweeps.number = frontier_states.sweep WHERE sweep_id = $1 AND "
      "hash = $2 ORDER BY id",
      {sweep_id, static_cast<std::int64_t>(hash)}, [&](const Row& row) {
        FrontierRecord record;
        sweep = row.integer(0);
        id = row.integer(1);
        parent = row.integer(2);
        record.source = static_cast<int>(row.integer(3));
        record.depth = static_cast<int>(row.integer(4));
        const auto flags = static_cast<std::uint8_t>(row.integer(5));
        record.is_lead = (flags & frontier_rows::kLead) != 0;
        record.is_click = (flags & frontier_rows::kClick) != 0;
        record.is_outside = (flags & frontier_rows::kOutside) != 0;
        record.claims = static_cast<int>(row.integer(7));
        record.found = UtcTime(std::chrono::milliseconds(row.integer(8)));
        record.ended = UtcTime(std::chrono::milliseconds(row.integer(9)));
        if (!row.is_null(10)) record.outcome = row.text(10);
        record.detail = row.text(11);
        record.in_flight = record.outcome.empty() && row.integer(6) != 0;
        found = std::move(record);
        return false;
      });
  if (!read) return read.error();
  if (!found) return found;
  const auto spelling = frontier_rows::read_spelling(connection, sweep, id);
  if (!spelling) return spelling.error();
  if (*spelling) {
    found->url = (*spelling)->url;
    found->canonical = (*spelling)->canonical;
    found->referrer = (*spelling)->referrer;
  }
  if (parent != 0) {
    const auto above = frontier_rows::read_spelling(connection, sweep, parent);
    if (!above) return above.error();
    if (*above) found->parent = (*above)->canonical;
  }
  return found;
}

}  // namespace pantau::crawler
