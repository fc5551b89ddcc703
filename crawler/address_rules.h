#pragma once
// Which addresses lie in the scope of a source. Pure values; any thread.
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

}  // namespace pantau::crawler
