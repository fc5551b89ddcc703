#pragma once
// Which pictures and films of a case are the fraud's creatives, so that their hashes may be handed on. A page shows
// much that is not: icons, the real logo of the bank, authentic footage. Pure functions; any thread.
#include <string>
#include <vector>

#include "exports/format.h"

namespace pantau::exports {

struct ListedMedium {
  const cases::CaseMedium* medium = nullptr;
  std::vector<const cases::CaseMedium::Fingerprint*> pdq;  // of quality 50 and more (below, PDQ does not match)
  std::string why_not;                                     // not empty: kept out, and the reason
};

// Every medium of the case that has a digest, in the order of the record. Listed is what carries something that a
// matcher found in it (other than a logo alone), is no smaller than 128 pixels, does not lie on an official or popular
// domain and is not the authentic footage.
std::vector<ListedMedium> creatives(const cases::CaseRecord& record, const ExportOptions& options);

}  // namespace pantau::exports
