#pragma once
// What leaves the house without people's data: identity numbers and bank accounts are cut to their last four digits in
// every text of a record, paths of submitted files are dropped. Addresses stay as they are: a changed address would be
// another address. Names of third parties in running text are not recognised; that needs a person's eye. Pure
// functions; any thread.
#include <string>
#include <string_view>
#include <vector>

#include "cases/case_record.h"

namespace pantau::exports {

enum class Audience {
  anyone,      // the default: masked
  fraud_team,  // a bank's or regulator's own fraud team: accounts and identity numbers in full
};

// The record as this audience may see it. Submitters appear for nobody.
cases::CaseRecord for_audience(cases::CaseRecord record, Audience audience);

// Masks the given account numbers (digits only) and anything that is shaped like an identity number: Malaysia's MyKad,
// Singapore's NRIC and FIN (with check letter), Indonesia's NIK.
std::string masked(std::string_view text, const std::vector<std::string>& accounts);

}  // namespace pantau::exports
