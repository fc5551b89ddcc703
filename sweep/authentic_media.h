#pragma once
// Fingerprints of what is known to be genuine: the watchlist's portraits, logos and footage, seen once by a media
// worker and remembered in the store until the file changes. So that a scam which borrows them does not put them on the
// list of known scams. Blocks; before a sweep starts.
#include <string>

#include "base/result.h"
#include "matchers/watchlist.h"
#include "media/worker_pool.h"
#include "store/store.h"

namespace pantau::sweep {

struct AuthenticMedia {
  std::size_t files = 0, fingerprinted = 0;  // fingerprinted: now; the others were known
  std::vector<std::string> complaints;       // files that cannot be read or seen
};
// `settings`: program and limits of the workers.
Result<AuthenticMedia> remember_authentic_media(const matchers::Watchlist& watchlist, store::Store& store,
                                                media::WorkerSettings settings);

}  // namespace pantau::sweep
