#include "cli/table.h"

#include <fmt/color.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/log.h"
#include "base/text.h"

namespace pantau::cli {
namespace {

bool coloured() {
  static const bool value = isatty(STDOUT_FILENO) == 1;
  return value;
}

std::string band_text(const std::string& band) {
  const std::string padded = fmt::format("{:<6}", band);
  if (!coloured()) return padded;
  if (band == "flag") return fmt::format(fmt::fg(fmt::terminal_color::red) | fmt::emphasis::bold, "{}", padded);
  if (band == "review") return fmt::format(fmt::fg(fmt::terminal_color::yellow), "{}", padded);
  return fmt::format(fmt::fg(fmt::terminal_color::green), "{}", padded);
}

std::string where_of(const cases::CaseRecord& record) {
  for (const std::string* url : {&record.landing_url, &record.click_url, &record.page_url}) {
    if (!url->empty()) return defanged(*url);
  }
  return record.key;
}

std::string whom(const cases::CaseRecord& record, const std::map<std::string, std::string>& names) {
  std::string out;
  std::size_t shown = 0;
  for (const cases::Impersonation& i : record.verdict.impersonates) {
    if (shown++ == 3) return out + ", ...";
    const auto found = names.find(i.entity);
    if (!out.empty()) out += ", ";
    out += found == names.end() ? i.entity : found->second;
  }
  return out.empty() ? "-" : out;
}

}  // namespace

std::string defanged(const std::string& url) {
  std::string out = url;
  if (out.rfind("http", 0) == 0) out.replace(0, 4, "hxxp");
  const std::size_t host = out.find("://");
  if (host != std::string::npos) {
    const std::size_t end = std::min(out.find('/', host + 3), out.size());
    const std::size_t dot = out.rfind('.', end);
    if (dot != std::string::npos && dot > host) out.replace(dot, 1, "[.]");
  }
  return printable(out, 200);
}

std::map<std::string, std::string> entity_names(const matchers::Watchlist& watchlist) {
  std::map<std::string, std::string> names;
  for (const matchers::Entity& entity : watchlist.entities) names[entity.id] = entity.name;
  return names;
}

void print_cases(const std::vector<cases::CaseRecord>& cases, const std::map<std::string, std::string>& names,
                 const TableOptions& options) {
  std::size_t shown = 0;
  for (const cases::CaseRecord& record : cases) {
    if (shown++ == options.limit) {
      fmt::print("... {} more; `pantau cases list --limit 0` shows all\n", cases.size() - options.limit);
      break;
    }
    fmt::print("{} {:.2f}  {:<18} {}\n", band_text(record.verdict.band), record.verdict.score, record.verdict.category,
               whom(record, names));
    fmt::print("             {}\n", where_of(record));
    fmt::print("             {}{}\n", record.id, record.status == "new" ? "" : "  (" + record.status + ")");
    if (options.reasons) {
      std::size_t reasons = 0;
      for (const std::string& reason : record.verdict.reasons) {
        if (reasons++ == 3) break;
        fmt::print("             + {}\n", printable(reason, 300));
      }
      reasons = 0;
      for (const std::string& reason : record.verdict.against) {
        if (reasons++ == 2) break;
        fmt::print("             - {}\n", printable(reason, 300));
      }
    }
  }
}

void print_case(const cases::CaseRecord& record, const std::map<std::string, std::string>& names,
                const std::string& workspace) {
  fmt::print("{}  {}  score {:.2f}  {}  status {}\n", record.id, band_text(record.verdict.band), record.verdict.score,
             record.verdict.category, record.status);
  fmt::print("impersonates  {}\n", whom(record, names));
  const auto line = [](const char* name, const std::string& value) {
    if (!value.empty()) fmt::print("{:<13} {}\n", name, value);
  };
  line("title", printable(record.title, 200));
  line("seen on", record.page_url.empty() ? "" : defanged(record.page_url));
  line("click", record.click_url.empty() ? "" : defanged(record.click_url));
  for (const crawler::RedirectHop& hop : record.redirects) {
    fmt::print("{:<13} {} ({}{}{})\n", "  hop", defanged(hop.url), hop.kind,
               hop.status != 0 ? " " + std::to_string(hop.status) : "",
               hop.remote_address.empty() ? "" : ", " + hop.remote_address);
  }
  line("leads to", record.landing_url.empty() ? "" : defanged(record.landing_url));
  line("first seen", record.first_seen);
  line("last seen", record.last_seen);
  line("campaign", record.campaign);
  line("advertiser", printable(record.facts.advertiser.value_or("")));
  line("platform", printable(record.facts.platform.value_or("")));
  fmt::print("\nWhy:\n");
  for (const std::string& reason : record.verdict.reasons) fmt::print("  + {}\n", printable(reason, 600));
  if (record.verdict.reasons.empty()) fmt::print("  (nothing was found that speaks for fraud)\n");
  fmt::print("What speaks against:\n");
  for (const std::string& reason : record.verdict.against) fmt::print("  - {}\n", printable(reason, 600));
  if (record.verdict.against.empty()) fmt::print("  (nothing was found)\n");
  fmt::print("\nSignals:\n");
  for (const matchers::Signal& signal : record.signals) {
    std::string place(matchers::text(signal.where));
    if (signal.time_s) place += fmt::format(" at {:.1f} s", *signal.time_s);
    if (signal.box && (signal.type == matchers::SignalType::face || signal.type == matchers::SignalType::logo))
      place += fmt::format(" {}x{}+{}+{}", signal.box->width, signal.box->height, signal.box->x, signal.box->y);
    fmt::print("  {:<12} {:<9} {:.2f}  {}  [{}]\n", matchers::text(signal.type), place, signal.score,
               printable(signal.found, 120),
               printable(signal.entity.empty() ? signal.matched : signal.entity + ": " + signal.matched, 120));
  }
  fmt::print("\nMedia:\n");
  for (const cases::CaseMedium& medium : record.media) {
    fmt::print("  {:<6} {}x{}  {}  {}  sha256 {}\n", medium.kind, medium.width, medium.height, medium.outcome,
               medium.url.rfind("http", 0) == 0 ? defanged(medium.url) : printable(medium.url),
               medium.sha256.substr(0, 16));
  }
  const auto list = [](const char* name, const std::vector<std::string>& values) {
    if (!values.empty()) fmt::print("  {:<14} {}\n", name, printable(fmt::format("{}", fmt::join(values, "  ")), 1000));
  };
  fmt::print("Indicators:\n");
  list("domains", record.indicators.domains);
  list("phones", record.indicators.phones);
  list("whatsapp", record.indicators.whatsapp);
  list("telegram", record.indicators.telegram);
  list("e-mail", record.indicators.emails);
  list("wallets", record.indicators.wallets);
  list("bank accounts", record.indicators.bank_accounts);
  list("trackers", record.indicators.trackers);
  list("apps", record.indicators.apps);
  fmt::print("\nEvidence in {}:\n", workspace);
  for (const cases::WarcReference& warc : record.warc) fmt::print("  {} at byte {}\n", warc.file, warc.offset);
  for (const std::string& frame : record.frames) fmt::print("  {}\n", frame);
  fmt::print("  evidence/{}.json\n", record.id);
}

}  // namespace pantau::cli
