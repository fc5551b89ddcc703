#include "store/store.h"

#include <fmt/format.h>

#include <filesystem>

#include "base/file.h"
#include "base/text.h"
#include "store/postgresql.h"
#include "store/sqlite.h"
#include "store/workspace.h"

namespace pantau::store {

std::string placeholders(const std::vector<std::string>& values, std::vector<Value>& parameters) {
  std::string out;
  for (const std::string& value : values) {
    parameters.emplace_back(value);
    out += fmt::format("{}${}", out.empty() ? "" : ", ", parameters.size());
  }
  return out;
}

namespace {

constexpr const char* kDatabase = "pantau.db";
constexpr const char* kRemembered = "store";

bool is_postgresql(const std::string& address) {
  return address.rfind("postgresql://", 0) == 0 || address.rfind("postgres://", 0) == 0;
}

// "postgresql://user:secret@host/" -> "postgresql://user@host/"
std::string without_password(std::string address) {
  const std::size_t begin = address.find("://") + 3;
  const std::size_t at = address.substr(0, address.find_first_of("/?", begin)).rfind('@');
  const std::size_t colon = address.find(':', begin);
  if (at != std::string::npos && colon < at) address.erase(colon, at - colon);
  const std::size_t parameter = address.find("password=");
  if (parameter != std::string::npos) address.erase(parameter, address.find('&', parameter) - parameter);
  return address;
}

// So that `--workspace DIR` alone finds the cases again.
Result<void> remember(const std::string& address, const std::string& workspace) {
  const std::filesystem::path file = std::filesystem::path(workspace) / kRemembered;
  const std::string line = without_password(address) + "\n";
  if (const Result<std::string> known = read_file(file, 8192); known && *known == line) return {};
  return write_file_atomically(file, line, 0600);
}

std::string remembered(const std::string& workspace) {
  const Result<std::string> line = read_file(std::filesystem::path(workspace) / kRemembered, 8192);
  return line ? std::string(trim(*line)) : "sqlite";
}

}  // namespace

bool has_store(const std::string& workspace) {
  std::error_code unreadable;
  const std::filesystem::path folder(workspace);
  return std::filesystem::exists(folder / kDatabase, unreadable) ||
         std::filesystem::exists(folder / kRemembered, unreadable);
}

Result<std::unique_ptr<Store>> Store::open(const std::string& asked, const std::string& workspace,
                                           const std::vector<Migration>& migrations) {
  const std::string address = asked.empty() ? remembered(workspace) : asked;
  if (address == "sqlite") return open_sqlite(std::filesystem::path(workspace) / kDatabase, migrations);
  if (is_postgresql(address)) {
    Result<std::unique_ptr<Store>> store = open_postgresql(address, migrations);
    if (store && !workspace.empty()) {
      if (auto noted = remember(address, workspace); !noted) return noted.error();
    }
    return store;
  }
  return operator_error("store must be `sqlite` or a postgresql:// address, not \"" + address + "\"");
}

}  // namespace pantau::store
