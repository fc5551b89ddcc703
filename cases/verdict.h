#pragma once
// The one readable place where signals become a verdict (DESIGN 4.5): impersonation AND solicitation tied to it AND no
// better explanation. Pure function: same input, same output. Any thread.
#include <map>
#include <string>
#include <vector>

#include "matchers/ad_view.h"
#include "matchers/signal.h"
#include "matchers/watchlist.h"

namespace pantau::cases {

struct VerdictSettings {
  double flag_at = 0.80, review_at = 0.50;
};

struct Impersonation {
  std::string entity;
  std::string kind;
  double score = 0;
};

struct Verdict {
  double score = 0;            // [0,1], two decimals
  std::string band = "clear";  // flag | review | clear
  std::string category = "none";
  std::vector<std::string> reasons;         // plain sentences, strongest first
  std::vector<std::string> against;         // what speaks against the verdict, as plain
  std::vector<Impersonation> impersonates;  // strongest first
};

Verdict judge(const matchers::AdView& ad, const matchers::Findings& findings, const matchers::Watchlist& watchlist,
              const VerdictSettings& settings);

// The indicators' roles once the verdict is known: the landing page of a flagged ad, its chat contacts, wallets and
// accounts are the fraud's own unless they are shared, official or a publisher's.
std::map<std::string, std::string> roles_after(const Verdict& verdict, const matchers::AdView& ad,
                                               const matchers::Findings& findings);

}  // namespace pantau::cases
