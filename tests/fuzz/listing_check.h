#pragma once
// What must hold for every listing, whatever the bytes were.
#include <cstdlib>
#include <set>
#include <string>

#include "crawler/listing.h"

namespace pantau::crawler {

inline void check_listing(const Listing& listing, const ListingLimits& limits) {
  std::set<std::string> seen;
  for (const auto* addresses : {&listing.pages, &listing.videos, &listing.lists}) {
    for (const std::string& address : *addresses) {
      if (address.rfind("http", 0) != 0 || address.find_first_of("#\r\n\t ") != std::string::npos) std::abort();
      if (!seen.insert(address).second) std::abort();
    }
  }
  if (seen.size() > limits.max_addresses || listing.title.size() > 1000) std::abort();
}

}  // namespace pantau::crawler
