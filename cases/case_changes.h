#pragma once
// What changed between two runs of a sweep: a query over the sightings of cases. Reads on any thread with an own
// Connection.
#include <string>
#include <vector>

#include "base/result.h"
#include "store/store.h"

namespace pantau::cases {

enum class CaseChange { fresh, changed, gone, unchanged };
std::string_view text(CaseChange change);  // "new", "changed", "gone", "unchanged"

struct ChangedCase {
  CaseChange change = CaseChange::unchanged;
  std::string id, key_digest, band, category, status, first_seen, last_seen;
  double score = 0;
};

// Of the cases of the sweep called `sweep`: new in the run `now`; seen by it and by an earlier one, with or without a
// difference; seen by the run `before` and not by `now`. Runs are named as save_case() was told. Sorted by change in
// the order above, then score, highest first. Without an earlier run (`before` empty) all that was seen is new.
Result<std::vector<ChangedCase>> case_changes(store::Connection& connection, const std::string& sweep,
                                              const std::string& now, const std::string& before);

}  // namespace pantau::cases
