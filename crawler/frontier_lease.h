#pragma once
// Who may look at an address, and whose word on it counts. Rows of the store; every function runs inside a Store::write
// job (the writing thread), in the caller's transaction.
//
// A sweep has one holder at a time; each holder gets a number that grows, so that a process which believes it still
// holds the sweep (stopped for an hour, then woken) finds everything it writes refused. Inside a sweep each handing-out
// of an address is a claim with a token that is never given twice and that grows: only the newest claim may end the
// address. Several processes that share a sweep later claim with `floor` 0 and wait for each other's leases to run out;
// the one holder of today takes over at once whatever earlier holders had claimed (`floor` = its own first token).
#include <cstdint>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "crawler/outcome.h"
#include "store/store.h"

namespace pantau::crawler {

// The native code of errors that mean: somebody else has this sweep or this address now.
inline constexpr int kStale = 7001;

struct SweepHold {
  std::int64_t sweep = 0;   // the sweep's number in the frontier's tables
  std::int64_t holder = 0;  // 1, 2, 3 ...
  // Tokens of this holder: first_token() + 1, 2, 3 ...
  std::int64_t first_token() const { return holder << 32; }
};

// Makes the caller the holder; the sweep becomes known when it is not.
Result<SweepHold> take_over(store::Connection& connection, const std::string& sweep_id);
// A stale error when somebody else took over since.
Result<void> check_hold(store::Connection& connection, const SweepHold& hold);

struct Claim {
  std::int64_t id = 0;
  std::int64_t token = 0;
};
// Whether the claim was granted: the address is open and no claim from `floor` on has a lease that still runs at `now`.
Result<bool> claim_address(store::Connection& connection, std::int64_t sweep, const Claim& claim, std::int64_t floor,
                           UtcTime now, UtcTime until);
// Ends the address. Done before by the same claim: fine, nothing changes. A claim that is not the newest one, or
// somebody else's end: a stale error.
Result<void> complete_address(store::Connection& connection, std::int64_t sweep, const Claim& claim, Outcome outcome,
                              const std::string& detail, UtcTime now);

}  // namespace pantau::crawler
