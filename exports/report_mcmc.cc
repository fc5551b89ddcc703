// `report-mcmc`: a report to MCMC (section 24 of the Online Safety Act 2025, Act 866) or to a licensed provider, one
// JSON file a case in the form mcmc-report/1, which is Pantau's own: no official machine form is known. Times in
// Malaysian time. The laws cited are what such reports usually name; a lawyer confirms them.
#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <set>

#include "base/digest.h"
#include "base/url.h"
#include "cases/json_text.h"
#include "exports/case_facts.h"
#include "exports/renderers.h"

namespace pantau::exports {
namespace {

namespace json = boost::json;

constexpr std::size_t kEvidence = 50;

std::string malaysian_time(const std::string& time) {
  const auto parsed = parse_utc(time);
  if (!parsed) return {};
  return format_utc(*parsed + std::chrono::hours(8)).substr(0, 19) + "+08:00";
}

class ReportMcmc final : public Renderer {
 public:
  explicit ReportMcmc(const ExportOptions& options) : options_(options) {}

  Result<bool> add(const cases::DecidedCase& one, Output& out) override {
    const cases::CaseRecord& record = one.record;
    json::array urls;
    std::set<std::string> once;
    for (const std::string* url : {&record.page_url, &record.click_url, &record.landing_url}) {
      if (const std::string text = uri_text(*url); !text.empty() && once.insert(text).second)
        urls.push_back(json::string(text));
    }
    if (urls.empty()) {
      keep_out(record.id, "", "no address that could be looked at");
      return false;
    }
    json::array evidence = evidence_of(record);
    if (evidence.empty()) {
      keep_out(record.id, "", "nothing was kept that could be named as evidence");
      return false;
    }
    json::object complainant{{"name", one_line(options_.sender.name, 200)},
                             {"email", one_line(options_.sender.contact, 254)}};
    if (!options_.sender.registration.empty()) {
      complainant["id_type"] = "company_reg";
      complainant["id"] = one_line(options_.sender.registration, 60);
    }
    if (!options_.sender.phone.empty()) complainant["phone"] = one_line(options_.sender.phone, 40);
    const auto landing = Url::parse(std::string(urls.front().as_string()));
    std::string platform = record.facts.platform ? one_line(*record.facts.platform, 100) : std::string();
    if (platform.empty()) platform = landing ? landing->host() : "web";
    json::object report{{"schema", "mcmc-report/1"},
                        {"report_kind", "onsa_s24"},
                        {"harm_class", "financial_fraud"},
                        {"priority_harmful", true},
                        {"complainant", std::move(complainant)},
                        {"platform", platform},
                        {"content_urls", std::move(urls)}};
    json::object account;
    if (record.facts.advertiser) account["name"] = one_line(*record.facts.advertiser, 200);
    if (record.facts.payer) account["payer"] = one_line(*record.facts.payer, 200);
    if (record.facts.source_id) account["ad_id"] = one_line(*record.facts.source_id, 100);
    // What the Risk Mitigation Code asks platforms to show.
    if (record.facts.verified_label) account["verified_label"] = one_line(*record.facts.verified_label, 100);
    if (record.facts.ai_label) account["ai_label"] = one_line(*record.facts.ai_label, 100);
    if (!account.empty()) report["account"] = std::move(account);
    std::string description = fmt::format("Case {}: {}. ", record.id, headline(record, options_));
    for (const std::string& reason : record.verdict.reasons) description += one_line(reason, 500) + " ";
    if (!record.verdict.against.empty()) {
      description += "What speaks against: ";
      for (const std::string& reason : record.verdict.against) description += one_line(reason, 500) + " ";
    }
    report["description"] = one_line(description, 8000);
    report["laws_cited"] = json::array{"CMA 1998 s.233(1)(a)", "ONSA 2025 (Act 866)"};
    if (const std::string seen = malaysian_time(record.first_seen); !seen.empty()) report["first_seen_myt"] = seen;
    report["prior_platform_report"] = nullptr;
    report["evidence"] = std::move(evidence);
    report["police_report_no"] = nullptr;
    report["nsrc_reported"] = false;
    if (auto begun = out.begin((is_case_id(record.id) ? record.id : "case") + ".json"); !begun) return begun.error();
    if (auto written = out.write(cases::json_pretty(report)); !written) return written.error();
    return true;
  }

  Result<void> finish(Output&) override { return {}; }

 private:
  // Files whose digest is their name, and the capture manifest.
  json::array evidence_of(const cases::CaseRecord& record) const {
    json::array items;
    const auto add = [&](const std::string& file, const std::string& digest) {
      if (items.size() < kEvidence && is_hex(digest, 64))
        items.push_back(json::object{{"file", file}, {"sha256", digest}});
    };
    if (options_.read_evidence && is_case_id(record.id)) {
      const std::string manifest = "evidence/" + record.id + ".json";
      if (const Result<std::string> bytes = options_.read_evidence(manifest)) add(manifest, sha256_hex(*bytes));
    }
    for (const std::string& frame : record.frames) {
      if (frame.starts_with("frames/") && frame.size() > 7 + 64) add(one_line(frame, 200), frame.substr(7, 64));
    }
    for (const cases::CaseMedium& medium : record.media) {
      if (is_hex(medium.sha256, 64))
        add(fmt::format("media/sha256/{}/{}", medium.sha256.substr(0, 2), medium.sha256), medium.sha256);
    }
    return items;
  }

  const ExportOptions options_;
};

}  // namespace

std::unique_ptr<Renderer> make_report_mcmc(const ExportOptions& options) {
  return std::make_unique<ReportMcmc>(options);
}

}  // namespace pantau::exports
