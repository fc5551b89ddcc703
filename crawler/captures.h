#pragma once
// Which archive record holds what an address last answered in full, across the sweeps of a workspace: what revisit
// records refer to. One row an address. Writes run inside a Store::write job, in the transaction of the rows that name
// the record; reads on any thread with an own Connection.
#include <optional>
#include <string>
#include <vector>

#include "crawler/warc.h"
#include "store/store.h"

namespace pantau::crawler {

std::vector<store::Migration> capture_migrations();

Result<std::optional<WarcOriginal>> find_capture(store::Connection& connection, const std::string& canonical);
Result<void> keep_capture(store::Connection& connection, const std::string& canonical, const WarcOriginal& original);

}  // namespace pantau::crawler
