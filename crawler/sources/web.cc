// The seeds of a crawl; everything else is found by the sweep through the frontier.
#include "crawler/sources/address_text.h"
#include "crawler/sources/readers.h"

namespace pantau::crawler {

Result<SourceLeads> read_web_source(const SourceSettings& settings) {
  if (settings.seeds.empty())
    return operator_error("a web source needs seeds: write seeds: [\"https://example.com/\"]");
  SourceLeads result;
  for (const std::string& seed : settings.seeds) {
    auto address = read_address(seed);
    if (!address) {
      result.rejected.push_back({seed, address.error().detail});
      continue;
    }
    Lead lead;
    lead.url = std::move(address->url);
    lead.key = std::move(address->canonical);
    result.leads.push_back(std::move(lead));
  }
  return result;
}

}  // namespace pantau::crawler
