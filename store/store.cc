#include "store/store.h"

#include <fmt/format.h>

#include <filesystem>

#include "store/sqlite.h"

namespace pantau::store {

std::string placeholders(const std::vector<std::string>& values, std::vector<Value>& parameters) {
  std::string out;
  for (const std::string& value : values) {
    parameters.emplace_back(value);
    out += fmt::format("{}${}", out.empty() ? "" : ", ", parameters.size());
  }
  return out;
}

Result<std::unique_ptr<Store>> Store::open(const std::string& address, const std::string& workspace,
                                           const std::vector<Migration>& migrations) {
  if (address == "sqlite" || address.empty()) {
    return open_sqlite(std::filesystem::path(workspace) / "pantau.db", migrations);
  }
  if (address.rfind("postgresql://", 0) == 0 || address.rfind("postgres://", 0) == 0) {
    return operator_error("this build stores in SQLite only: write `store: sqlite` instead of a postgresql:// address");
  }
  return operator_error("store must be `sqlite` or a postgresql:// address, not \"" + address + "\"");
}

}  // namespace pantau::store
