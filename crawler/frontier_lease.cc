#include "crawler/frontier_lease.h"

namespace pantau::crawler {

using store::Connection;
using store::Row;

Result<SweepHold> take_over(Connection& connection, const std::string& sweep_id) {
  if (auto known = connection.run(
          "INSERT INTO frontier_sweeps (sweep_id, number, holder) SELECT $1, COALESCE(MAX(number), 0) + 1, 0 FROM "
          "frontier_sweeps WHERE true ON CONFLICT (sweep_id) DO NOTHING",
          {sweep_id});
      !known) {
    return known.error();
  }
  if (auto taken = connection.run("UPDATE frontier_sweeps SET holder = holder + 1 WHERE sweep_id = $1", {sweep_id});
      !taken) {
    return taken.error();
  }
  SweepHold hold;
  const auto read =
      connection.run("SELECT number, holder FROM frontier_sweeps WHERE sweep_id = $1", {sweep_id}, [&](const Row& row) {
        hold = {row.integer(0), row.integer(1)};
        return false;
      });
  if (!read) return read.error();
  return hold;
}

Result<void> check_hold(Connection& connection, const SweepHold& hold) {
  std::int64_t holder = -1;
  const auto read =
      connection.run("SELECT holder FROM frontier_sweeps WHERE number = $1", {hold.sweep}, [&](const Row& row) {
        holder = row.integer(0);
        return false;
      });
  if (!read) return read.error();
  if (holder != hold.holder)
    return give_up_error("another process has taken this sweep over; what is written here is refused", kStale);
  return {};
}

Result<bool> claim_address(Connection& connection, std::int64_t sweep, const Claim& claim, std::int64_t floor,
                           UtcTime now, UtcTime until) {
  // The same claim may be written twice when a batch is written again after an error.
  const auto changed = connection.run(
      "UPDATE frontier_states SET token = $1, leased_until = $2, claims = claims + 1 WHERE sweep = $3 AND id = $4 AND "
      "outcome IS NULL AND token < $1 AND (token < $5 OR leased_until <= $6)",
      {claim.token, milliseconds_of(until), sweep, claim.id, floor, milliseconds_of(now)});
  if (!changed) return changed.error();
  return *changed > 0;
}

Result<void> complete_address(Connection& connection, std::int64_t sweep, const Claim& claim, Outcome outcome,
                              const std::string& detail, UtcTime now) {
  const std::string end(text(outcome));
  const auto changed = connection.run(
      "UPDATE frontier_states SET outcome = $1, detail = $2, ended = $3 WHERE sweep = $4 AND id = $5 AND outcome IS "
      "NULL AND token = $6",
      {end, detail, milliseconds_of(now), sweep, claim.id, claim.token});
  if (!changed) return changed.error();
  if (*changed > 0) return {};
  std::int64_t token = -1;
  bool ended = false;
  const auto read = connection.run("SELECT token, outcome FROM frontier_states WHERE sweep = $1 AND id = $2",
                                   {sweep, claim.id}, [&](const Row& row) {
                                     token = row.integer(0);
                                     ended = !row.is_null(1);
                                     return false;
                                   });
  if (!read) return read.error();
  if (ended && token == claim.token) return {};
  return give_up_error("the address was handed out again since; this end of it comes too late", kStale);
}

}  // namespace pantau::crawler
