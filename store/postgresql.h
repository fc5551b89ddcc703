#pragma once
// The PostgreSQL engine behind store.h (libpq, https://www.postgresql.org/docs/15/libpq.html): one writing thread with
// group commit as for SQLite, readers with their own connection. Reached only through Store::open().
//
// Text of the application is kept as text, so it must be valid UTF-8 without zero characters: what is not is replaced
// by U+FFFD on its way in. Columns of bytes take any. The database must sort text by bytes (locale C), as SQLite does
// and as exports that repeat byte for byte need.
#include <memory>
#include <string>
#include <vector>

#include "store/store.h"

namespace pantau::store {

Result<std::unique_ptr<Store>> open_postgresql(const std::string& address, const std::vector<Migration>& migrations);

}  // namespace pantau::store
