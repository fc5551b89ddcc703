#include "crawler/address_rules.h"

#include <map>

#include "base/text.h"

namespace pantau::crawler {
namespace {

constexpr std::size_t kLongestAddress = 2048;
constexpr std::size_t kMostSegments = 30;
constexpr int kMostRepeats = 3;
constexpr std::size_t kMostParameters = 40;

}  // namespace

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

std::optional<std::string> trap_reason(const Url& url) {
  const std::string canonical = url.canonical();
  if (canonical.size() > kLongestAddress) return "address longer than " + std::to_string(kLongestAddress) + " bytes";
  const std::vector<std::string> segments = split(url.path(), '/');
  if (segments.size() > kMostSegments) return "path deeper than " + std::to_string(kMostSegments) + " segments";
  std::map<std::string, int> count;
  for (const std::string& segment : segments) {
    // Short numbers repeat in dates (/2026/01/01/) and page numbers.
    if (segment.empty() || segment.size() < 2 || segment.find_first_not_of("0123456789") == std::string::npos) continue;
    if (++count[segment] > kMostRepeats)
      return "path repeats \"" + std::string(clip_utf8(segment, 40)) + "\" more than " + std::to_string(kMostRepeats) +
             " times";
  }
  // The same pair again and again: /a/1/a/1/a/1/a/1
  for (std::size_t length = 2; length <= 4; ++length) {
    for (std::size_t i = 1; i + length * (kMostRepeats + 1) <= segments.size(); ++i) {
      bool repeats = true;
      for (std::size_t k = length; k < length * (kMostRepeats + 1) && repeats; ++k)
        repeats = segments[i + k] == segments[i + k - length];
      if (repeats) return "path repeats itself";
    }
  }
  if (split(url.query(), '&').size() > kMostParameters)
    return "query with more than " + std::to_string(kMostParameters) + " parameters";
  return std::nullopt;
}

}  // namespace pantau::crawler
