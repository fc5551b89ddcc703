#pragma once
// Which cases an export takes: the statuses a format allows, and beside them those that speak against its entries. Any
// thread with an own Connection.
#include <string>
#include <vector>

#include "exports/format.h"
#include "store/store.h"

namespace pantau::exports {

struct Selection {
  std::vector<std::string> bands, statuses;  // empty: all bands; the format's own statuses
  bool all_statuses = false;                 // asked for with "all"
  std::string case_id;                       // one case, or the beginning of its id; empty: all
};

// Statuses that will be read, for the manifest; an error says which status may not leave in this format.
Result<std::vector<std::string>> statuses_for(const Format& format, const Selection& selection);
// The source holds on to `connection`, which must outlive it.
Result<CaseSource> select_cases(store::Connection& connection, const Format& format, const Selection& selection);

}  // namespace pantau::exports
