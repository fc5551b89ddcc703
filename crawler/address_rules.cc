#include "crawler/address_rules.h"

namespace pantau::crawler {
ScopeRule::ScopeRule(const CrawlScope& scope) : scope_(scope.scope) {
  for (const std::string& seed : scope.seeds) {
    if (const auto url = Url::parse(seed)) {
      hosts_.insert(url->host());
      domains_.insert(registrable_domain(url->host()));
    }
  }
}

bool ScopeRule::contains(const Url& url) const {
  switch (scope_) {
    case Scope::any:
      return true;
    case Scope::host:
      return hosts_.count(url.host()) > 0;
    case Scope::site:
      return hosts_.count(url.host()) > 0 || domains_.count(registrable_domain(url.host())) > 0;
  }
  return false;
}

}  // namespace pantau::crawler
