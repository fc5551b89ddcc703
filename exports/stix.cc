// STIX 2.1: one bundle. A case is a campaign (the ads), an indicator (what to look for), observed-data (what was seen,
// with the perceptual hashes in an extension, because `hashes` knows no such algorithm), a note (reasons for and
// against) and a report that holds them together; where the names are the fraud's own also an infrastructure. Ids are
// UUIDv5 of the case, so that the same case updates at the receiver; `modified` is the newest decision or sighting. A
// withdrawn case is revoked and an opinion says so; STIX never takes a revocation back, so a case that is confirmed
// again after it has new ids. A disputed case's indicator ends at the dispute. Cases that nobody confirmed (asked for
// with --status) have a confidence of at most 30 and are labelled unreviewed.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <cmath>
#include <set>
#include <unordered_set>

#include "base/url.h"
#include "cases/json_text.h"
#include "exports/block_list.h"
#include "exports/case_facts.h"
#include "exports/media_hashes.h"
#include "exports/renderers.h"
#include "exports/stix_objects.h"
#include "exports/uuid.h"

namespace pantau::exports {
namespace {

namespace json = boost::json;

constexpr const char* kOurTime = "2026-01-01T00:00:00.000Z";  // of objects that never change
constexpr std::size_t kReferences = 200;

std::string id_of(const json::object& object) {
  return std::string(object.at("id").as_string());
}

class Stix final : public Renderer {
 public:
  explicit Stix(const ExportOptions& options) : options_(options), policy_(options) {
    seed_ = options.sender.name + "|" + options.sender.contact;
    marking_ = tlp_marking(options.tlp);
    us_ = own_id("identity", "sender");
    extension_ = own_id("extension-definition", "ad-evidence");
    malvertising_ = own_id("attack-pattern", "T1583.008");
    impersonation_ = own_id("attack-pattern", "T1656");
  }

  Result<bool> add(const cases::DecidedCase& one, Output& out) override {
    if (main_address(one.record).empty() && one.record.media.empty()) {
      keep_out(one.record.id, "", "nothing that could be looked for: neither an address nor a picture");
      return false;
    }
    if (auto begun = begin(out); !begun) return begun.error();
    if (auto written = write_case(one, out); !written) return written.error();
    return true;
  }

  Result<void> finish(Output& out) override {
    if (auto begun = begin(out); !begun) return begun.error();
    return out.write("\n]}\n");
  }

 private:
  std::string own_id(const std::string& type, const std::string& name) const {
    return type + "--" + pantau_uuid("stix|" + seed_ + "|" + type + "|" + name);
  }

  Result<void> put(Output& out, const json::object& object) {
    const std::string line = (first_ ? "\n" : ",\n") + cases::json_line(object);
    first_ = false;
    return out.write(line);
  }
  // Objects that several cases share stand in the bundle once.
  Result<void> put_once(Output& out, const json::object& object) {
    return written_.insert(id_of(object)).second ? put(out, object) : Result<void>();
  }

  json::object domain_object(const std::string& type, const std::string& id, const std::string& created,
                             const std::string& modified) const {
    json::object object{{"type", type}, {"spec_version", "2.1"}, {"id", id}};
    if (id != us_) object["created_by_ref"] = us_;
    object["created"] = created;
    object["modified"] = modified;
    object["object_marking_refs"] = json::array{marking_.at("id")};
    return object;
  }

  Result<void> begin(Output& out) {
    if (begun_) return {};
    begun_ = true;
    if (auto made = out.begin(""); !made) return made.error();
    if (auto head = out.write("{\"type\":\"bundle\",\"id\":\"bundle--" + pantau_uuid("stix|" + seed_ + "|bundle") +
                              "\",\"objects\":[");
        !head)
      return head.error();
    std::vector<json::object> objects = {marking_};
    json::object us = domain_object("identity", us_, kOurTime, kOurTime);
    us["name"] = one_line(options_.sender.name, 200);
    us["identity_class"] = options_.sender.is_set() ? "organization" : "system";
    if (options_.sender.is_set()) us["contact_information"] = one_line(options_.sender.contact, 200);
    objects.push_back(std::move(us));
    json::object extension = domain_object("extension-definition", extension_, kOurTime, kOurTime);
    extension["name"] = "ad-evidence";
    extension["description"] =
        "Facts of an advertisement on an observed-data object: case, source, platform and its ad id, category, score, "
        "perceptual hashes (PDQ).";
    extension["schema"] = "https://pantau.invalid/stix/ad-evidence-1.0.json";
    extension["version"] = "1.0.0";
    extension["extension_types"] = json::array{"property-extension"};
    objects.push_back(std::move(extension));
    const auto technique = [&](const std::string& id, const char* name, const char* number) {
      json::object pattern = domain_object("attack-pattern", id, kOurTime, kOurTime);
      pattern["name"] = name;
      pattern["external_references"] =
          json::array{json::object{{"source_name", "mitre-attack"}, {"external_id", number}}};
      objects.push_back(std::move(pattern));
    };
    technique(malvertising_, "Acquire Infrastructure: Malvertising", "T1583.008");
    technique(impersonation_, "Impersonation", "T1656");
    for (const json::object& object : objects) {
      if (auto written = put(out, object); !written) return written.error();
    }
    return {};
  }

  // May the name itself be looked for, or only the address?
  bool name_is_theirs(const cases::CaseRecord& record, const std::string& name) const {
    return role_of(record, name) == "scammer-owned" && policy_.why_not(name).empty();
  }

  struct Seen {
    std::vector<json::object> observables;
    std::vector<std::string> landing;   // ids of what the fraud's own place consists of
    std::vector<std::string> patterns;  // comparisons
  };

  Seen observables_of(const cases::CaseRecord& record) const {
    Seen seen;
    std::set<std::string> ids;
    const auto add = [&](const std::string& type, json::object properties) {
      json::object object = stix_observable(type, std::move(properties));
      std::string id = id_of(object);
      if (seen.observables.size() < kReferences && ids.insert(id).second) seen.observables.push_back(std::move(object));
      return id;
    };
    const std::string main = main_address(record);
    if (!main.empty()) {
      const std::string id = add("url", {{"value", main}});
      const std::string role = host_role(record, main);
      // The place where an ad was shown is not what to look for.
      if (role != "victim" && role != "publisher" && (!record.landing_url.empty() || !record.click_url.empty())) {
        seen.patterns.push_back("url:value = " + stix_literal(main));
        if (role == "scammer-owned") seen.landing.push_back(id);
      }
    }
    for (const std::string& domain : record.indicators.domains) {
      if (!name_is_theirs(record, domain)) continue;
      seen.landing.push_back(add("domain-name", {{"value", domain}}));
      seen.patterns.push_back("domain-name:value = " + stix_literal(domain));
    }
    for (const crawler::RedirectHop& hop : record.redirects) {
      if (const std::string url = uri_text(hop.url); !url.empty()) add("url", {{"value", url}});
    }
    for (const std::string* url : {&record.click_url, &record.page_url}) {
      if (const std::string text = uri_text(*url); !text.empty()) add("url", {{"value", text}});
    }
    if (!record.redirects.empty()) {
      const std::string& address = record.redirects.back().remote_address;
      if (const auto parsed =
              Url::parse("http://" + (address.find(':') == std::string::npos ? address : "[" + address + "]"));
          !address.empty() && parsed && parsed->host_is_address()) {
        const bool six = parsed->host().front() == '[';
        add(six ? "ipv6-addr" : "ipv4-addr",
            {{"value", six ? parsed->host().substr(1, parsed->host().size() - 2) : parsed->host()}});
      }
    }
    for (const ListedMedium& listed : creatives(record, options_)) {
      if (!listed.why_not.empty()) continue;
      add("file", {{"hashes", json::object{{"SHA-256", listed.medium->sha256}}}});
      if (seen.patterns.size() < 50)
        seen.patterns.push_back("file:hashes.'SHA-256' = " + stix_literal(listed.medium->sha256));
    }
    const auto accounts = [&](const std::vector<std::string>& list, const char* type) {
      for (const std::string& account : list) {
        if (role_of(record, account) != "scammer-owned") continue;
        add("user-account", {{"account_type", type}, {"account_login", one_line(account, 200)}});
      }
    };
    accounts(record.indicators.telegram, "telegram");
    accounts(record.indicators.whatsapp, "whatsapp");
    return seen;
  }

  json::object evidence_of(const cases::CaseRecord& record) const {
    json::object facts{{"extension_type", "property-extension"},
                       {"case_id", one_line(record.id, 60)},
                       {"source", one_line(record.source, 60)},
                       {"category", one_line(record.verdict.category, 60)},
                       {"score", fmt::format("{:.2f}", record.verdict.score)}};
    if (record.facts.platform) facts["platform"] = one_line(*record.facts.platform, 100);
    if (record.facts.source_id) facts["ad_id"] = one_line(*record.facts.source_id, 100);
    json::array prints;
    for (const ListedMedium& listed : creatives(record, options_)) {
      if (!listed.why_not.empty()) continue;
      for (const auto* print : listed.pdq) {
        if (prints.size() < 50)
          prints.push_back(
              json::object{{"hash", print->hash}, {"quality", print->quality}, {"sha256", listed.medium->sha256}});
      }
    }
    if (!prints.empty()) facts["pdq"] = std::move(prints);
    return facts;
  }

  Result<void> write_case(const cases::DecidedCase& one, Output& out) {
    const cases::CaseRecord& record = one.record;
    const bool withdrawn = record.status == "withdrawn", disputed = record.status == "disputed";
    const bool confirmed = is_confirmed(record);
    const std::string created = with_milliseconds(record.first_seen);
    const std::string modified = std::max(created, with_milliseconds(changed_at(one)));
    const std::string seed = fmt::format("{}|{}", record.id, generation(one));
    const std::string head = headline(record, options_);
    const Seen seen = observables_of(record);
    std::vector<json::object> objects;
    std::vector<std::string> together;  // ids, for the report
    const auto start = [&](const std::string& type, const std::string& name = "") {
      json::object object = domain_object(type, own_id(type, seed + "|" + name), created, modified);
      if (withdrawn) object["revoked"] = true;
      return object;
    };
    const auto keep = [&](json::object object) {
      together.push_back(id_of(object));
      objects.push_back(std::move(object));
      return together.back();
    };
    const auto relate = [&](const std::string& source, const char* how, const std::string& target) {
      json::object object = start("relationship", source + how + target);
      object["relationship_type"] = how;
      object["source_ref"] = source;
      object["target_ref"] = target;
      keep(std::move(object));
    };

    json::array references;
    for (const json::object& observable : seen.observables) {
      if (auto written = put_once(out, observable); !written) return written.error();
      references.push_back(observable.at("id"));
      together.push_back(id_of(observable));
    }
    std::vector<std::string> victims;
    for (const cases::Impersonation& whom : record.verdict.impersonates) {
      json::object identity =
          domain_object("identity", own_id("identity", "entity|" + whom.entity), kOurTime, kOurTime);
      identity["name"] = entity_name(options_, whom.entity);
      identity["identity_class"] = whom.kind == "person" ? "individual" : "organization";
      identity["roles"] = json::array{whom.kind == "person" ? "impersonated-person" : "impersonated-brand"};
      victims.push_back(id_of(identity));
      together.push_back(victims.back());
      if (auto written = put_once(out, identity); !written) return written.error();
    }

    json::object campaign = start("campaign");
    campaign["name"] = one_line("Scam ad: " + head, 200);
    campaign["description"] =
        one_line(fmt::format("Advertisement or page that asks for money or data: {}.", head), 600);
    campaign["first_seen"] = created;
    campaign["last_seen"] = std::max(created, with_milliseconds(record.last_seen));
    campaign["objective"] = one_line(record.verdict.category, 60);
    const std::string campaign_id = keep(std::move(campaign));

    std::string observed_id;
    if (!references.empty()) {
      json::object observed = domain_object("observed-data", own_id("observed-data", seed), created, modified);
      observed["first_observed"] = created;
      observed["last_observed"] = std::max(created, with_milliseconds(record.last_seen));
      observed["number_observed"] = 1;
      observed["object_refs"] = references;
      observed["extensions"] = json::object{{extension_, evidence_of(record)}};
      observed_id = keep(std::move(observed));
    }

    std::string indicator_id;
    if (!seen.patterns.empty()) {
      json::object indicator = start("indicator");
      indicator["name"] = one_line("Scam ad: " + head, 200);
      indicator["description"] =
          one_line(fmt::format("Landing page and creatives of an advertisement: {}. Case {}.", head, record.id), 600);
      indicator["indicator_types"] = json::array{"malicious-activity"};
      indicator["pattern"] = fmt::format("[{}]", fmt::join(seen.patterns, " OR "));
      indicator["pattern_type"] = "stix";
      indicator["pattern_version"] = "2.1";
      indicator["valid_from"] = created;
      std::string until =
          with_milliseconds(disputed ? decided_at(one) : days_after(record.last_seen, options_.expire_days));
      if (until <= created) until = with_milliseconds(days_after(record.first_seen, 1));
      indicator["valid_until"] = until;
      const int score = static_cast<int>(std::lround(std::clamp(record.verdict.score, 0.0, 1.0) * 100));
      indicator["confidence"] = confirmed ? score : withdrawn ? 0 : std::min(score, 30);
      json::array labels{"scam-ad", one_line(record.verdict.category, 60)};
      if (!confirmed) labels.push_back(disputed ? "disputed" : withdrawn ? "withdrawn" : "unreviewed");
      indicator["labels"] = std::move(labels);
      indicator_id = keep(std::move(indicator));
      relate(indicator_id, "indicates", campaign_id);
      if (!observed_id.empty()) relate(indicator_id, "based-on", observed_id);
    }
    for (const std::string& victim : victims) relate(campaign_id, "targets", victim);
    relate(campaign_id, "uses", malvertising_);
    together.push_back(malvertising_);
    if (!victims.empty()) {
      relate(campaign_id, "uses", impersonation_);
      together.push_back(impersonation_);
    }
    if (!seen.landing.empty()) {
      json::object infrastructure = start("infrastructure");
      infrastructure["name"] = one_line("Landing place: " + head, 200);
      infrastructure["infrastructure_types"] = json::array{"phishing"};
      infrastructure["first_seen"] = created;
      infrastructure["last_seen"] = std::max(created, with_milliseconds(record.last_seen));
      const std::string id = keep(std::move(infrastructure));
      relate(campaign_id, "uses", id);
      for (const std::string& part : seen.landing) relate(id, "consists-of", part);
    }
    const std::string judged = indicator_id.empty() ? campaign_id : indicator_id;
    json::object note = start("note");
    note["abstract"] = "Why this was judged so";
    std::string content = "For: ";
    for (const std::string& reason : record.verdict.reasons) content += one_line(reason, 500) + " ";
    content += "Against: ";
    if (record.verdict.against.empty()) content += "nothing was found.";
    for (const std::string& reason : record.verdict.against) content += one_line(reason, 500) + " ";
    note["content"] = one_line(content, 6000);
    note["object_refs"] = json::array{judged};
    keep(std::move(note));
    if (withdrawn || disputed) {
      json::object opinion = domain_object("opinion", own_id("opinion", seed + record.status), created, modified);
      opinion["opinion"] = withdrawn ? "strongly-disagree" : "disagree";
      opinion["explanation"] = withdrawn ? "The decision was withdrawn: do not act on it."
                                         : "The decision is disputed: do not act on it until it is settled.";
      opinion["object_refs"] = json::array{judged};
      keep(std::move(opinion));
    }
    json::object report = start("report");
    report["name"] = one_line(fmt::format("{}: {}", record.id, head), 200);
    report["report_types"] = json::array{"campaign", "indicator"};
    report["published"] = with_milliseconds(confirmed_at(one));
    json::array parts;
    std::set<std::string> once;
    for (const std::string& id : together) {
      if (once.insert(id).second) parts.push_back(json::string(id));
    }
    report["object_refs"] = std::move(parts);
    report["external_references"] =
        json::array{json::object{{"source_name", "pantau"}, {"external_id", one_line(record.id, 60)}}};
    objects.push_back(std::move(report));
    for (const json::object& object : objects) {
      if (auto written = put(out, object); !written) return written.error();
    }
    return {};
  }

  const ExportOptions options_;
  const NamePolicy policy_;
  std::string seed_, us_, extension_, malvertising_, impersonation_;
  json::object marking_;
  bool begun_ = false, first_ = true;
  std::unordered_set<std::string> written_;
};

}  // namespace

std::unique_ptr<Renderer> make_stix(const ExportOptions& options) {
  return std::make_unique<Stix>(options);
}

}  // namespace pantau::exports
