// XARF v4 (xarf.org), category content: one report a case, to be attached to a mail to the host or registrar as
// application/json. The type follows the category: phishing; brand_infringement for a brand or agency whose genuine
// site is known; fraud for all else. Evidence: the reasons as text and up to three frames, each with its digest.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <map>
#include <regex>

#include "base/digest.h"
#include "base/text.h"
#include "base/url.h"
#include "cases/json_text.h"
#include "exports/case_facts.h"
#include "exports/html_text.h"
#include "exports/renderers.h"
#include "exports/uuid.h"

namespace pantau::exports {
namespace {

namespace json = boost::json;

constexpr std::size_t kReportFrames = 3;
constexpr std::size_t kEvidenceBytes = 5'242'880;  // the schema's limit an item

// The schema's pattern for "domain" knows no punycode and no digits at the end; the host then stands in
// source_identifier and url alone.
bool fits_domain(const std::string& host) {
  static const std::regex kPattern("^([a-z0-9]+(-[a-z0-9]+)*\\.)+[a-z]{2,}$", std::regex::optimize);
  return host.size() <= 253 && std::regex_match(host, kPattern);
}

std::string fraud_type(const cases::CaseRecord& record) {
  static const std::map<std::string, std::string> kTypes = {{"investment-scam", "investment"},
                                                            {"giveaway-scam", "lottery"},
                                                            {"loan-scam", "advance_fee"},
                                                            {"recovery-scam", "advance_fee"},
                                                            {"job-scam", "employment"}};
  const auto found = kTypes.find(record.verdict.category);
  if (found != kTypes.end()) return found->second;
  const bool agency = std::any_of(record.verdict.impersonates.begin(), record.verdict.impersonates.end(),
                                  [](const cases::Impersonation& one) { return one.kind == "agency"; });
  return agency ? "government_impersonation" : "other";
}

json::object party(const Sender& sender) {
  return {{"org", one_line(sender.name, 200)},
          {"contact", one_line(sender.contact, 254)},
          {"domain", one_line(sender.domain, 253)}};
}

json::object evidence_item(const std::string& type, const std::string& about, std::string_view bytes) {
  return {{"content_type", type},
          {"description", about},
          {"payload", base64(bytes)},
          {"hash", "sha256:" + sha256_hex(bytes)},
          {"size", bytes.size()}};
}

class Xarf final : public Renderer {
 public:
  explicit Xarf(const ExportOptions& options) : options_(options) {}

  Result<bool> add(const cases::DecidedCase& one, Output& out) override {
    const cases::CaseRecord& record = one.record;
    const std::string url = uri_text(record.landing_url.empty() ? record.click_url : record.landing_url);
    const auto parsed = Url::parse(url);
    if (url.empty() || !parsed) {
      keep_out(record.id, "", "no landing page that a host or registrar could act on");
      return false;
    }
    if (host_role(record, url) == "victim") {
      keep_out(record.id, url, "it stands on an official site: tell its owner instead");
      return false;
    }
    json::object report{
        {"xarf_version", "4.2.0"},
        {"report_id", pantau_uuid("xarf|" + options_.sender.name + "|" + options_.sender.contact + "|" + record.id)},
        {"timestamp", with_milliseconds(record.last_seen).substr(0, 19) + "Z"},
        {"reporter", party(options_.sender)},
        {"sender", party(options_.sender)},
        {"source_identifier", parsed->host_is_address() && parsed->host().front() == '['
                                  ? parsed->host().substr(1, parsed->host().size() - 2)
                                  : parsed->host()},
        {"category", "content"}};
    const std::string type = add_type(record, report);
    report["evidence_source"] = "crawler";
    report["confidence"] = std::clamp(record.verdict.score, 0.0, 1.0);
    report["description"] = describe(record);
    json::array tags{"case:" + to_lower_ascii(is_case_id(record.id) ? record.id : std::string("unnamed"))};
    if (!record.verdict.category.empty() && record.verdict.category != "none")
      tags.push_back(json::string("category:" + one_line(to_lower_ascii(record.verdict.category), 40)));
    report["tags"] = std::move(tags);
    report["url"] = url;
    if (!parsed->host_is_address() && fits_domain(parsed->host())) report["domain"] = parsed->host();
    report["verified_at"] = with_milliseconds(record.last_seen).substr(0, 19) + "Z";
    report["verification_method"] = "automated_crawler";
    report["attack_vector"] = type;
    const std::vector<std::string> names = impersonated_names(record, options_);
    if (!names.empty()) report["target_brand"] = names.front();
    report["evidence"] = evidence(record);
    if (auto begun = out.begin((is_case_id(record.id) ? record.id : "case") + ".json"); !begun) return begun.error();
    if (auto written = out.write(cases::json_pretty(report)); !written) return written.error();
    return true;
  }

  Result<void> finish(Output&) override { return {}; }

 private:
  std::string genuine_site(const cases::CaseRecord& record) const {
    for (const cases::Impersonation& whom : record.verdict.impersonates) {
      const auto found = options_.official_domains.find(whom.entity);
      if (whom.kind == "person" || found == options_.official_domains.end()) continue;
      for (const std::string& domain : found->second) {
        if (std::string url = uri_text("https://" + domain + "/"); !url.empty()) return url;
      }
    }
    return {};
  }

  std::string add_type(const cases::CaseRecord& record, json::object& report) const {
    const std::string& category = record.verdict.category;
    const std::string genuine = genuine_site(record);
    if (category == "phishing") {
      report["type"] = "phishing";
      if (!genuine.empty()) report["cloned_site"] = genuine;
      json::array chain;
      for (const crawler::RedirectHop& hop : record.redirects) {
        if (const std::string url = uri_text(hop.url); !url.empty() && chain.size() < 50)
          chain.push_back(json::string(url));
      }
      if (chain.size() > 1) report["redirect_chain"] = std::move(chain);
      return "phishing";
    }
    if ((category == "brand-misuse" || category == "impersonation") && !genuine.empty()) {
      report["type"] = "brand_infringement";
      std::string kind = "brand_impersonation";
      json::array elements;
      const auto shown = [&](matchers::SignalType wanted) {
        return std::any_of(record.signals.begin(), record.signals.end(),
                           [&](const matchers::Signal& signal) { return signal.type == wanted; });
      };
      if (shown(matchers::SignalType::logo)) elements.push_back("logo");
      if (shown(matchers::SignalType::brand)) elements.push_back("brand_name");
      if (shown(matchers::SignalType::domain)) {
        elements.push_back("domain_name");
        kind = "lookalike";
      }
      report["infringement_type"] = kind;
      report["legitimate_site"] = genuine;
      if (!elements.empty()) report["infringing_elements"] = std::move(elements);
      return "brand_infringement";
    }
    report["type"] = "fraud";
    report["fraud_type"] = fraud_type(record);
    const std::vector<std::string> names = impersonated_names(record, options_);
    if (!names.empty()) report["claimed_entity"] = names.front();
    json::array payments;
    if (!record.indicators.bank_accounts.empty()) payments.push_back("bank_transfer");
    if (!record.indicators.wallets.empty()) payments.push_back("cryptocurrency");
    if (!payments.empty()) report["payment_methods"] = std::move(payments);
    return "fraud";
  }

  std::string describe(const cases::CaseRecord& record) const {
    std::string text = headline(record, options_) + ". ";
    for (const std::string& reason : record.verdict.reasons) text += one_line(reason, 300) + " ";
    return one_line(text, 990);
  }

  json::array evidence(const cases::CaseRecord& record) const {
    json::array items;
    std::string text = "For:\n";
    for (const std::string& reason : record.verdict.reasons) text += "- " + one_line(reason, 500) + "\n";
    text += "Against:\n";
    for (const std::string& reason : record.verdict.against) text += "- " + one_line(reason, 500) + "\n";
    text += fmt::format("First seen {}, last seen {}.\n", record.first_seen, record.last_seen);
    items.push_back(evidence_item("text/plain", "Reasons for and against, times", text));
    if (!options_.read_evidence) return items;
    for (const std::string& path : record.frames) {
      if (items.size() > kReportFrames) break;
      const Result<std::string> bytes = options_.read_evidence(path);
      if (bytes && !bytes->empty() && bytes->size() <= kEvidenceBytes)
        items.push_back(evidence_item("image/jpeg", "Frame of the advertisement or page", *bytes));
    }
    return items;
  }

  const ExportOptions options_;
};

}  // namespace

std::unique_ptr<Renderer> make_xarf(const ExportOptions& options) {
  return std::make_unique<Xarf>(options);
}

}  // namespace pantau::exports
