#pragma once
// The operator's own list of known scam media: the fingerprints of the creatives of confirmed cases, which are the
// pictures and videos that a matcher found something in, never the decoration around them. Scams reuse genuine
// pictures, so a medium stands on it only while nothing in it is a near-duplicate of what is known to be genuine:
// portraits, logos and footage of the watchlist, media of official pages, media of dismissed cases. A case that is no
// longer confirmed takes its media off. Writes run inside a Store::write job; reads on any thread with an own
// Connection.
#include <string>
#include <vector>

#include "base/result.h"
#include "cases/case_record.h"
#include "media/pdq.h"
#include "store/store.h"

namespace pantau::cases {

// The tables; part of case_migrations().
store::Migration known_scam_migration();

inline constexpr int kMinListedQuality = 50, kNearDuplicate = 31;

// What a decision changes: a confirmed case's media are put down, a dismissed case's become genuine, everything else
// (disputed, withdrawn) takes both back.
Result<void> note_decided_media(store::Connection& connection, const CaseRecord& record, const std::string& status);

// Remembers fingerprints as genuine. `source` names where they come from, once each ("file:<sha256>",
// "page:<address>"); `what` is for people ("a portrait of ...").
Result<void> note_authentic_media(store::Connection& connection, const std::string& source, const std::string& what,
                                  const std::vector<media::PdqBits>& hashes);
Result<bool> knows_authentic_source(store::Connection& connection, const std::string& source);
// Forgets the files that the watchlist no longer names.
Result<void> keep_authentic_files(store::Connection& connection, const std::vector<std::string>& sources);

struct KnownScam {
  media::PdqBits hash;
  std::string case_id, medium;  // medium: sha256
};
struct KnownScams {
  std::vector<KnownScam> listed;
  struct KeptOut {
    std::string case_id, medium, why;  // "looks like a portrait of ..."
  };
  std::vector<KeptOut> kept_out;  // one a medium
};
// The list as it stands now.
Result<KnownScams> known_scams(store::Connection& connection);

}  // namespace pantau::cases
