#pragma once
// Confirmed cases that a second person must agree to before anything of them leaves the house: where a mistake would
// silence or block somebody who had every right to speak or sell. Which those are is decided, and kept in the store,
// when a case is confirmed; another person's confirmation is the agreement. Reads on any thread with an own Connection;
// writes run inside a Store::write job. Exports and requests ask opinions_of().
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "cases/case_record.h"
#include "store/store.h"

namespace pantau::cases {

std::vector<store::Migration> opinion_migrations();

// Why one person is not enough, each a clause: "it is the first confirmed case about Bank Contoh". Empty: one is.
// `new_brand`: the entity of which no other case was confirmed before; empty when there is none.
std::vector<std::string> reasons_for_a_second(const CaseRecord& record, const std::string& new_brand);

struct Opinion {
  std::vector<std::string> reasons;  // why a second person is asked for
  std::string agreed_by;             // who agreed; empty: nobody yet
  bool missing() const { return !reasons.empty() && agreed_by.empty(); }
};
// By case id; cases that need nobody are left out.
Result<std::map<std::string, Opinion>> opinions_of(store::Connection& connection,
                                                   const std::vector<std::string>& case_ids);

// For decide() only. A new confirmation forgets earlier agreements.
Result<void> ask_for_a_second(store::Connection& connection, const CaseRecord& record);
Result<void> note_agreement(store::Connection& connection, const std::string& case_id, const std::string& actor);

}  // namespace pantau::cases
