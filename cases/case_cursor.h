#pragma once
// Cases one after another with their decisions, for exports of any size: memory holds the ids and one batch of records.
// Reads on any thread with an own Connection. Does not write. A case that changes while others are read is given as it
// is when its turn comes, and left out when the filter no longer fits.
#include <functional>
#include <vector>

#include "base/result.h"
#include "cases/case_store.h"

namespace pantau::cases {

struct DecidedCase {
  CaseRecord record;
  std::vector<DecisionEntry> decisions;  // oldest first; empty for new cases
  // Why a second person must agree before anything of it leaves, while nobody has (second_opinion.h).
  std::vector<std::string> waits_for_a_second = {};
};

// Calls `use` for every case that fits, highest score first, then by the digest of the key: the same order in every
// workspace that holds the same cases. An error of `use` ends the walk and is returned.
Result<void> for_each_case(store::Connection& connection, const CaseFilter& filter,
                           const std::function<Result<void>(DecidedCase&&)>& use);

}  // namespace pantau::cases
