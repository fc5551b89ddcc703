#pragma once
// Which official domain a host belongs to, and which one it imitates. Everything is hash look-ups over the parts of one
// host name, so the cost does not grow with the watchlist. Shared hosts (facebook.com, blogspot.com ...) are neither
// official nor look-alikes. Immutable; any thread.
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "matchers/ad_view.h"
#include "matchers/watchlist.h"

namespace pantau::matchers {

class DomainMatcher {
 public:
  explicit DomainMatcher(const Watchlist& watchlist);
  ~DomainMatcher();

  const Entity* official_owner(std::string_view host) const;
  // The best one. Families: homoglyph, subdomain, domain-in-name, omission, repetition, transposition, replacement,
  // insertion, bitflip, hyphenation, wrong-tld, combosquat, brand-in-name (weak), brand-in-subdomain.
  std::optional<Matcher::Lookalike> lookalike(std::string_view host) const;
  // Entity whose official domain or account the address is, else its look-alike, else a brand in the path; as signals.
  std::vector<Signal> signals(const AdView& ad) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pantau::matchers
