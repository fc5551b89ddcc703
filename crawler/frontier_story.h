#pragma once
// What the frontier knows of one address of a sweep, read from the store: for people who ask what became of it. Reads
// only; any thread with an own Connection, also while the sweep runs.
#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "store/store.h"

namespace pantau::crawler {

struct FrontierRecord {
  std::string url, canonical;  // as found first; its canonical form
  std::string referrer;        // the page it was found on; empty when a source handed it over
  std::string parent;          // canonical address of that page, when it is one of the sweep's own
  int source = 0, depth = 0;
  bool is_lead = false, is_click = false, is_outside = false;
  int claims = 0;               // how often it was handed out; more than once: the program was stopped in between
  bool in_flight = false;       // handed out and not ended
  UtcTime found{}, ended{};     // ended: 0 while open
  std::string outcome, detail;  // outcome: empty while open

  // Why it came when it came: lead | ad target | link.
  std::string priority() const { return is_lead ? "lead" : is_click ? "ad target" : "link"; }
};

// By any spelling of the address. Nothing when the sweep never heard of it.
Result<std::optional<FrontierRecord>> find_address(store::Connection& connection, const std::string& sweep_id,
                                                   const std::string& url);

}  // namespace pantau::crawler
