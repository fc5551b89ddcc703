#pragma once
// Campaigns in the store: cases that share what only one gang has (features.h), directly or through others. A campaign
// is named after its oldest case ("k-" and that case's number), so the same cases make the same campaigns in whatever
// order they arrive. A new case costs a look-up of its own ties; only a campaign that loses something is put together
// anew. Reads on any thread with an own Connection; writes run inside a Store::write job (the writing thread).
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cases/campaigns/features.h"
#include "store/store.h"

namespace pantau::cases {

std::vector<store::Migration> campaign_migrations();

// Takes in what a saved or decided case shows now. The record must carry its id and status.
Result<void> update_campaign(store::Connection& connection, const CaseRecord& record);

// Why some cases of a campaign belong together.
struct CampaignTie {
  Tie tie;
  std::vector<std::string> cases;  // ids, two or more, sorted
  std::string near;                // of a fingerprint: the other one, a few bits away; else empty
};
struct Campaign {
  std::string id;
  std::vector<std::string> cases;  // ids, two or more, sorted
  std::vector<CampaignTie> ties;   // strongest kind first; only of find_campaign()
};
// Largest first.
Result<std::vector<Campaign>> list_campaigns(store::Connection& connection);
// By a campaign's id or that of one of its cases; nothing when the case stands alone.
Result<std::optional<Campaign>> find_campaign(store::Connection& connection, const std::string& id);
// The campaign of a case, empty when it stands alone.
Result<std::string> campaign_of(store::Connection& connection, const std::string& case_id);

// Two cases that do not belong together, and never will again. What else ties their campaigns is looked at anew:
// stronger ties first, and none that would bring the two together. Errors are skip errors that say why not.
Result<void> cut_campaign(store::Connection& connection, const std::string& case_id, const std::string& other_id,
                          const std::string& actor, const std::string& why);

}  // namespace pantau::cases
