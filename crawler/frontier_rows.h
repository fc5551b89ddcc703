#pragma once
// The rows of the frontier's table: what is collected on the I/O thread and written on the writing thread. Only for
// frontier.cc.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "crawler/outcome.h"
#include "store/store.h"

namespace pantau::crawler::frontier_rows {

struct Insert {
  std::int64_t id, source, depth, flags;
  std::string url, canonical, host, referrer;
  std::optional<Outcome> outcome;
  std::string detail;
};
// Puts an address (back) into the queue.
struct Requeue {
  std::int64_t id, source, depth, flags;
  bool revive;  // also takes its outcome away
};
struct Finish {
  std::int64_t id;
  Outcome outcome;
  std::string detail;
};
using Write = std::variant<Insert, Requeue, Finish>;
using Batch = std::shared_ptr<std::vector<Write>>;

Result<void> write_finish(store::Connection& connection, const std::string& sweep, const Finish& finish);
Result<void> write_one(store::Connection& connection, const std::string& sweep, const Write& write);

}  // namespace pantau::crawler::frontier_rows
