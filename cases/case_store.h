#pragma once
// Cases in the store: upsert by key, list, decisions. Reads on any thread with an own Connection; writes run inside a
// Store::write job (the writing thread).
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cases/case_record.h"
#include "store/store.h"

namespace pantau::cases {

std::vector<store::Migration> case_migrations();

struct CaseFilter {
  std::vector<std::string> bands, statuses, sweeps;  // empty = all
  std::string id;                                    // a full id or an unambiguous prefix
};

// Inserts, or replaces the record of the same key: id, first_seen, status stay; a case decided on (status other than
// new) keeps its frozen record and only last_seen moves. `changed` is false when nothing but last_seen is new.
struct SavedCase {
  std::string id;
  bool created = false, changed = false;
};
// `look`: names the run of the sweep that saw it; see case_changes.h.
Result<SavedCase> save_case(store::Connection& connection, CaseRecord record, const std::string& look = {});
// The page of this key was looked at and nothing changed: only last_seen moves on, for a decided case too. Returns the
// band of its case; empty when the key has none.
Result<std::string> see_case(store::Connection& connection, const std::string& key, const std::string& sweep,
                             const std::string& at, const std::string& look);
// (id, band) of the cases that the sweep of this name saw at or after `since` (RFC 3339), by score, highest first.
Result<std::vector<std::pair<std::string, std::string>>> case_bands_since(store::Connection& connection,
                                                                          const std::string& sweep,
                                                                          const std::string& since);
// Sorted by score (highest first), then key.
Result<std::vector<CaseRecord>> list_cases(store::Connection& connection, const CaseFilter& filter);
Result<std::optional<CaseRecord>> find_case(store::Connection& connection, const std::string& id_or_prefix);

struct Decision {
  std::string case_id, action, actor, why;
};  // action: confirm | dismiss | dispute | withdraw
// A confirmed case that needs a second opinion (second_opinion.h) gets it by being confirmed once more by another
// actor. Checks that the step is allowed from the present status, freezes the record at confirmation, remembers the
// decision. Errors are skip errors that say what to do instead. Returns the new status.
Result<std::string> decide(store::Connection& connection, const Decision& decision);
// What can be decided from a status: "new" -> {"confirm", "dismiss"}. Empty for an unknown or final status.
std::vector<std::string> possible_actions(const std::string& status);

// A decision as it was remembered. `record_sha256` is the digest of the frozen record's JSON line
// (json_line(to_json())).
struct DecisionEntry {
  std::string case_id, at, action, actor, why, from_status, to_status, record_sha256;
};
// Of one case (full id), oldest first.
Result<std::vector<DecisionEntry>> decisions_of(store::Connection& connection, const std::string& case_id);

// Which sweeps saw a case, and when first and last; by sweep name.
struct Sighting {
  std::string sweep, first_seen, last_seen;
};
Result<std::vector<Sighting>> sightings_of(store::Connection& connection, const std::string& case_id);

}  // namespace pantau::cases
