#pragma once
// Cases that somebody has decided on, for tests of exports.
#include <fmt/format.h>

#include "exports/format.h"
#include "tests/support/sample_case.h"

namespace pantau::test {

// 2026-02-10: ten days after the sample case was seen.
inline exports::ExportOptions export_options() {
  exports::ExportOptions options;
  options.now = *parse_utc("2026-02-10T00:00:00Z");
  options.entity_names = {{"bank-contoh", "Bank Contoh Nusantara"}, {"tokoh-contoh", "Tokoh Contoh"}};
  options.official_domains = {{"bank-contoh", {"bcn-bank.example"}}};
  options.sender = {"Unit Contoh", "unit@monitor.example", "monitor.example", "000000-X", "+60 3-0000 0000"};
  options.role = "fraud-team";
  options.recipient = "Bank Contoh";
  options.purpose = "freeze accounts";
  return options;
}

inline void decide(cases::DecidedCase& one, const std::string& action, const std::string& to, const std::string& at) {
  one.decisions.push_back(
      {one.record.id, at, action, "aisyah", "it asks for a deposit", one.record.status, to, std::string(64, 'd')});
  one.record.status = to;
}

// Case number `n` with an own domain, picture and id.
inline cases::DecidedCase confirmed_case(int n) {
  cases::DecidedCase one;
  one.record = sample_case();
  one.record.id = fmt::format("c-{:026d}", n);
  const std::string domain = fmt::format("bcn-bonus-{}.example", n);
  one.record.landing_url = one.record.key = "https://www." + domain + "/claim?src=fb";
  one.record.redirects.back().url = one.record.landing_url;
  one.record.indicators.domains = {domain, "short.example"};
  one.record.roles = {
      {domain, "scammer-owned"}, {one.record.landing_url, "scammer-owned"}, {"short.example", "redirector"}};
  one.record.media[0].sha256 = fmt::format("{:064x}", n);
  one.record.media[0].pdq = {{fmt::format("{:063x}f", n), 100, 0}};
  for (matchers::Signal& signal : one.record.signals) {
    if (!signal.media.empty()) signal.media = one.record.media[0].sha256;
  }
  decide(one, "confirm", "confirmed", "2026-02-01T10:00:00Z");
  return one;
}

inline void move_to(cases::DecidedCase& one, const std::string& url, const std::string& domain,
                    const std::string& role) {
  one.record.landing_url = url;
  one.record.redirects.clear();
  one.record.click_url.clear();
  one.record.indicators.domains = {domain};
  one.record.roles = {{domain, role}};
}

inline std::string one_file(const std::string& format, const std::vector<cases::DecidedCase>& cases,
                            const exports::ExportOptions& options = export_options()) {
  const auto done = exports::render(*exports::find_format(format), exports::cases_from(cases), options);
  return done && done->files.size() == 1 ? done->files[0].bytes : std::string("FAILED");
}

}  // namespace pantau::test
