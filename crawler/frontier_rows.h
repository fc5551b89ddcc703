#pragma once
// The rows of the frontier's tables: what is collected on the I/O thread and written on the writing thread. Only for
// the frontier's own files and its stories (frontier_story.h).
//
// Two tables, so that what changes is narrow and what is wide never changes: frontier_states (a line of numbers an
// address: some 70 bytes, rewritten when it is handed out and when it ends) and frontier_addresses (its spelling,
// written once, read when it is handed out). Both grow at their end only, so an insert costs the same among a thousand
// as among a million; the order inside a depth is that of the hash and needs no index.
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "crawler/frontier_lease.h"
#include "crawler/outcome.h"
#include "store/store.h"

namespace pantau::crawler::frontier_rows {

// flags column
inline constexpr std::uint8_t kLead = 1, kClick = 2, kOutside = 4, kListing = 8 | 16, kListed = 32;
inline constexpr int kListingShift = 3;  // FrontierItem::listing, two bits

struct Insert {
  std::int64_t id = 0, parent = 0, source = 0, depth = 0, flags = 0;
  std::uint64_t hash = 0, host = 0, shape = 0;
  std::string url, canonical, referrer;  // url: as found; empty when equal to canonical
  std::optional<Outcome> outcome;
  std::string detail;
  UtcTime found{};
};
// Puts an address (back) into the queue, or changes what it is.
struct Requeue {
  std::int64_t id = 0, source = 0, depth = 0, flags = 0;
  bool revive = false;  // also takes its outcome away
};
struct Claimed {
  Claim claim;
  UtcTime now{}, until{};
};
struct Finish {
  Claim claim;
  Outcome outcome = Outcome::failed;
  std::string detail;
  UtcTime now{};
};
// Addresses that a budget does not let through: a wave may have hundreds of thousands of them.
struct Cut {
  std::vector<std::uint32_t> ids;
  std::string detail;
  UtcTime now{};
};
using Write = std::variant<Insert, Requeue, Claimed, Finish, Cut>;

Result<void> write_one(store::Connection& connection, const SweepHold& hold, const Write& write);

// What a restart reads of an address.
struct Stored {
  std::int64_t id = 0, source = 0, depth = 0, flags = 0;
  std::uint64_t hash = 0, host = 0, shape = 0;
  bool claimed = false;  // was handed out
  std::optional<Outcome> outcome;
};
// In the order of their ids; the callback returns false to stop.
Result<void> read_all(store::Connection& connection, std::int64_t sweep,
                      const std::function<bool(const Stored&)>& on_row);

struct Spelling {
  std::string url, canonical, referrer;
};
Result<std::optional<Spelling>> read_spelling(store::Connection& connection, std::int64_t sweep, std::int64_t id);

}  // namespace pantau::crawler::frontier_rows
