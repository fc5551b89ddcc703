#pragma once
// Every request that was made for an address, also those that were repeated: kept beside the page for people who ask
// what happened (story.h). Writes run inside a Store::write job; reads on any thread with an own Connection.
#include <string>
#include <vector>

#include "crawler/fetcher.h"
#include "store/store.h"

namespace pantau::sweep {

std::vector<store::Migration> attempt_migrations();

// The form in which they are stored; empty when there are none.
std::string attempts_text(const std::vector<crawler::FetchAttempt>& attempts);
// Adds to what is stored: an address that is looked at again after a kill keeps its earlier attempts.
Result<void> insert_attempts(store::Connection& connection, const std::string& sweep, const std::string& canonical,
                             const std::string& text);
Result<std::vector<crawler::FetchAttempt>> find_attempts(store::Connection& connection, const std::string& sweep,
                                                         const std::string& canonical);

}  // namespace pantau::sweep
