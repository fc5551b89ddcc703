#pragma once
// What others can block or search for, collected over one ad, with the role of each as far as it can be known without a
// verdict: shared hosts, official addresses and contacts, publishers and redirectors. Whether a domain belongs to the
// fraud is decided with the verdict (cases/verdict.h). Pure; any thread.
#include "matchers/ad_view.h"
#include "matchers/domain_matcher.h"
#include "matchers/watchlist.h"

namespace pantau::matchers {

struct Collected {
  Indicators indicators;
  std::map<std::string, std::string> roles;
  std::vector<Signal> signals;  // contacts, wallets and accounts that are asked to be used
};

Collected collect_indicators(const AdView& ad, const Watchlist& watchlist, const DomainMatcher& domains);

}  // namespace pantau::matchers
