#pragma once
// The SQLite engine behind store.h: WAL, one writing thread with group commit, readers with their own connection.
// Reached only through Store::open().
#include <filesystem>
#include <memory>

#include "store/store.h"

namespace pantau::store {

Result<std::unique_ptr<Store>> open_sqlite(const std::filesystem::path& file, const std::vector<Migration>& migrations);

}  // namespace pantau::store
