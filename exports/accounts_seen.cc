// `accounts-seen`: bank accounts, wallets, telephone numbers and chat contacts that confirmed ads give, in full, one
// row each, for a bank's or regulator's fraud team. Whoever exports it names the role that may have it, the recipient
// and the purpose; all three stand in the manifest and in the audit log. Never sent automatically. CSV as exports/csv.h
// makes it.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "exports/case_facts.h"
#include "exports/csv.h"
#include "exports/renderers.h"

namespace pantau::exports {
namespace {

constexpr const char* kRoles[] = {"fraud-team", "regulator", "law-enforcement"};
constexpr std::size_t kCasesNamed = 50;

struct Account {
  std::set<std::string> cases, entities, roles;
  std::string first_seen, last_seen;
};

class AccountsSeen final : public Renderer {
 public:
  explicit AccountsSeen(const ExportOptions& options) : options_(options) {}

  Result<bool> add(const cases::DecidedCase& one, Output&) override {
    const cases::CaseRecord& record = one.record;
    const matchers::Indicators& found = record.indicators;
    bool brought = false;
    const auto take = [&](const char* kind, const std::vector<std::string>& list) {
      for (const std::string& value : list) {
        const std::string role = role_of(record, value);
        // An official hotline or account is the victim's.
        if (role == "victim") {
          keep_out(record.id, one_line(value, 80), "it belongs to somebody who is impersonated");
          continue;
        }
        brought = true;
        Account& account = accounts_[{kind, one_line(value, 300)}];
        account.cases.insert(record.id);
        account.roles.insert(role);
        for (const std::string& name : impersonated_names(record, options_)) account.entities.insert(name);
        if (account.first_seen.empty() || record.first_seen < account.first_seen)
          account.first_seen = record.first_seen;
        account.last_seen = std::max(account.last_seen, record.last_seen);
      }
    };
    take("bank-account", found.bank_accounts);
    take("wallet", found.wallets);
    take("phone", found.phones);
    take("whatsapp", found.whatsapp);
    take("telegram", found.telegram);
    return brought;
  }

  Result<void> finish(Output& out) override {
    if (auto begun = out.begin(""); !begun) return begun.error();
    const auto row = [&](const std::vector<std::string>& cells) {
      std::string line;
      for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i > 0) line.push_back(',');
        add_cell(line, cells[i]);
      }
      return out.write(line + "\r\n");
    };
    if (auto written = out.write("\xEF\xBB\xBF"); !written) return written.error();
    if (auto written = row({"kind", "value", "role", "impersonates", "first_seen", "last_seen", "cases", "case_ids"});
        !written)
      return written.error();
    for (const auto& [key, account] : accounts_) {
      std::vector<std::string> ids(account.cases.begin(), account.cases.end());
      if (ids.size() > kCasesNamed) ids.resize(kCasesNamed);
      if (auto written =
              row({key.first, key.second, fmt::format("{}", fmt::join(account.roles, "; ")),
                   fmt::format("{}", fmt::join(account.entities, "; ")), account.first_seen, account.last_seen,
                   fmt::format("{}", account.cases.size()), fmt::format("{}", fmt::join(ids, "; "))});
          !written)
        return written.error();
    }
    return {};
  }

 private:
  const ExportOptions options_;
  std::map<std::pair<std::string, std::string>, Account> accounts_;
};

}  // namespace

Result<void> check_accounts_seen(const ExportOptions& options) {
  const bool known =
      std::any_of(std::begin(kRoles), std::end(kRoles), [&](const char* role) { return options.role == role; });
  if (known && !trim(options.recipient).empty() && !trim(options.purpose).empty()) return {};
  return operator_error(fmt::format(
      "accounts-seen holds people's account numbers in full: say who may have it (--role {}), who gets it (--recipient "
      "NAME) and what for (--purpose TEXT); all three are logged",
      fmt::join(kRoles, "|")));
}

std::unique_ptr<Renderer> make_accounts_seen(const ExportOptions& options) {
  return std::make_unique<AccountsSeen>(options);
}

}  // namespace pantau::exports
