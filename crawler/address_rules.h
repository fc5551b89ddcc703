#pragma once
// What a crawl does with an address, told from its spelling: scope and traps. Pure functions; any thread.
#include <optional>
#include <set>
#include <string>

#include "base/url.h"
#include "crawler/frontier.h"

namespace pantau::crawler {

// The hosts that a source may look at, from its seeds.
class ScopeRule {
 public:
  explicit ScopeRule(const CrawlScope& scope);
  bool contains(const Url& url) const;
  std::size_t seed_hosts() const { return hosts_.size(); }

 private:
  Scope scope_;
  std::set<std::string> hosts_, domains_;
};

// Why an address looks endless ("path repeats \"a/b\" 4 times"), or nothing.
std::optional<std::string> trap_reason(const Url& url);

}  // namespace pantau::crawler
