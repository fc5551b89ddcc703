#pragma once
// What ties cases together into campaigns: the things in a case that a gang brings along from ad to ad and that others
// do not share with it. Common infrastructure (shared hosts, shorteners, tag managers, publishers, victims' own
// accounts) and what is official are never among them. Pure functions; any thread. Which cases share them is
// campaign_store.h's.
#include <string>
#include <vector>

#include "cases/case_record.h"

namespace pantau::cases {

enum class TieKind { medium, fingerprint, wallet, bank_account, contact, app, tracker, host, text };
std::string_view text(TieKind kind);  // "bank-account"
// What it means for two cases to share it, for people: "the same picture or video".
std::string_view meaning(TieKind kind);

struct Tie {
  TieKind kind = TieKind::medium;
  std::string value;  // sha256, 64 hex digits of PDQ, a number, an id, a domain

  std::string name() const;  // "tracker:G-0123": the same for the same thing, at most 200 bytes
  auto operator<=>(const Tie&) const = default;
};

// Sorted, each once.
std::vector<Tie> ties_of(const CaseRecord& record);
// Whether the case takes part in campaigns: suspicious and not found harmless.
bool joins_campaigns(const CaseRecord& record);
// Whether its media are somebody's genuine ones, which scams steal: an official page's, or a dismissed case's. What
// such a case shows never ties others together.
bool shows_genuine_media(const CaseRecord& record);

}  // namespace pantau::cases
