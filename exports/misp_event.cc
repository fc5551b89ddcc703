#include "exports/misp_event.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/url.h"
#include "exports/block_list.h"
#include "exports/case_facts.h"
#include "exports/media_hashes.h"
#include "exports/uuid.h"

namespace pantau::exports {
namespace {

namespace json = boost::json;

// Object templates of misp-objects, by name.
struct Template {
  const char *name, *category, *description, *uuid, *version;
};
constexpr Template kPhishing = {"phishing", "network",
                                "Phishing template to describe a phishing website and its analysis.",
                                "2dad6f9d-d425-4217-8fda-0b0a2d815307", "7"};
constexpr Template kImpersonation = {"impersonation", "misc", "Represent an impersonating account",
                                     "01833a92-d2ff-11e9-8016-d3b988153702", "1"};
constexpr Template kFile = {"file", "file", "File object describing a file with meta-information",
                            "688c46fb-5edb-40a3-8273-1af7923e2215", "25"};
constexpr Template kCoin = {"coin-address", "financial", "An address used in a cryptocurrency",
                            "d0e6997e-78da-4815-a6a1-cfc1c1cb8a46", "7"};

constexpr std::size_t kMany = 50;  // values of one kind

class Maker {
 public:
  Maker(const cases::DecidedCase& one, const ExportOptions& options)
      : one_(one), record_(one.record), options_(options), seed_(options.sender.name + "|" + options.sender.contact) {
    time_ = unix_seconds(changed_at(one));
    active_ = is_confirmed(record_);
    withdrawn_ = record_.status == "withdrawn";
  }

  MispCase make() {
    phishing();
    impersonation();
    files();
    wallets();
    contacts();
    return std::move(made_);
  }

 private:
  std::string uuid(const std::string& name) const {
    return pantau_uuid("misp|" + seed_ + "|" + record_.id + "|" + name);
  }

  json::object attribute(const std::string& name, const char* type, const char* category, std::string value,
                         bool to_ids, const char* comment = "") {
    ++made_.attribute_count;
    made_.values.push_back(value);
    return {{"uuid", uuid(name + "|" + type + "|" + value)},
            {"type", type},
            {"category", category},
            {"value", std::move(value)},
            {"to_ids", to_ids && active_},
            {"distribution", "5"},
            {"sharing_group_id", "0"},
            {"timestamp", time_},
            {"comment", comment},
            {"deleted", withdrawn_},
            {"disable_correlation", false}};
  }

  struct Object {
    const Template& kind;
    std::string name;
    json::array attributes;
  };
  void add(Object& object, const char* relation, const char* type, const char* category, const std::string& value,
           bool to_ids = false) {
    if (value.empty()) return;
    json::object made = attribute(object.name + "|" + relation, type, category, value, to_ids);
    made["object_relation"] = relation;
    object.attributes.push_back(std::move(made));
  }
  std::string keep(Object&& object) {
    if (object.attributes.empty()) return {};
    const std::string id = uuid(object.name);
    made_.objects.push_back(json::object{{"uuid", id},
                                         {"name", object.kind.name},
                                         {"meta-category", object.kind.category},
                                         {"description", object.kind.description},
                                         {"template_uuid", object.kind.uuid},
                                         {"template_version", object.kind.version},
                                         {"distribution", "5"},
                                         {"sharing_group_id", "0"},
                                         {"timestamp", time_},
                                         {"comment", ""},
                                         {"deleted", withdrawn_},
                                         {"Attribute", std::move(object.attributes)},
                                         {"ObjectReference", json::array()}});
    return id;
  }

  void phishing() {
    const std::string main = main_address(record_);
    if (main.empty()) return;
    const std::string role = host_role(record_, main);
    const auto url = Url::parse(main);
    const std::string host = url->host_is_address() ? std::string() : url->host();
    const bool whole_name = role == "scammer-owned" && NamePolicy(options_).why_not(host).empty();
    const bool ours = role != "victim" && role != "publisher";
    Object object{kPhishing, "phishing", {}};
    add(object, "url", "url", "Network activity", main, ours);
    // A name that others share correlates, but nobody should block it.
    if (is_block_name(host)) add(object, "hostname", "hostname", "Network activity", host, whole_name);
    std::size_t count = 0;
    for (const crawler::RedirectHop& hop : record_.redirects) {
      const std::string text = uri_text(hop.url);
      if (!text.empty() && text != main && hops_.insert(text).second && count++ < kMany)
        add(object, "url-redirect", "url", "Network activity", text);
    }
    std::set<std::string> names;
    for (const std::string& name : impersonated_names(record_, options_)) {
      if (names.insert(name).second) add(object, "target", "text", "Other", name);
    }
    add(object, "internal-reference", "text", "Internal reference", one_line(record_.id, 60));
    add(object, "submission-time", "datetime", "Other", zoned(record_.first_seen));
    if (active_) {
      add(object, "verified", "text", "Other", "Yes");
      add(object, "verification-time", "datetime", "Other", zoned(confirmed_at(one_)));
    } else {
      add(object, "verified", "text", "Other", "No");
    }
    keep(std::move(object));
  }

  void impersonation() {
    for (const cases::Impersonation& whom : record_.verdict.impersonates) {
      Object object{kImpersonation, "impersonation|" + whom.entity, {}};
      add(object, "impersonated-account-name", "text", "Other", entity_name(options_, whom.entity));
      const auto domains = options_.official_domains.find(whom.entity);
      if (domains != options_.official_domains.end() && !domains->second.empty())
        add(object, "impersonated-account-url", "link", "External analysis",
            uri_text("https://" + domains->second.front() + "/"));
      if (record_.facts.advertiser)
        add(object, "account-name", "text", "Other", one_line(*record_.facts.advertiser, 250));
      add(object, "objective", "text", "Other", one_line(record_.verdict.category, 60));
      keep(std::move(object));
    }
  }

  void files() {
    for (const ListedMedium& listed : creatives(record_, options_)) {
      if (!listed.why_not.empty() || made_.objects.size() > kMany) continue;
      Object object{kFile, "file|" + listed.medium->sha256, {}};
      add(object, "sha256", "sha256", "Payload delivery", listed.medium->sha256, true);
      std::set<std::string> prints;
      for (const auto* print : listed.pdq) {
        if (prints.size() < kMany && prints.insert(print->hash).second)
          add(object, "text", "text", "Other", fmt::format("pdq:{} quality:{}", print->hash, print->quality));
      }
      keep(std::move(object));
    }
  }

  void wallets() {
    std::size_t count = 0;
    for (const std::string& wallet : record_.indicators.wallets) {
      const std::string value = one_line(wallet, 200);
      if (value.empty() || count++ == kMany) break;
      Object object{kCoin, "coin|" + value, {}};
      add(object, "address-crypto", "text", "Other", value);
      keep(std::move(object));
    }
  }

  // Numbers in full stand in accounts-seen; here what the fraud itself gives as its contact.
  void contacts() {
    std::size_t count = 0;
    for (const std::string& number : record_.indicators.whatsapp) {
      const std::string value = one_line(number, 60);
      if (value.empty() || role_of(record_, number) != "scammer-owned" || count++ == kMany) continue;
      made_.attributes.push_back(
          attribute("whatsapp", "phone-number", "Financial fraud", value, false, "WhatsApp contact in the ad"));
    }
  }

  static std::string zoned(const std::string& time) {
    const std::string text = with_milliseconds(time);
    return text.substr(0, 19) + "+00:00";
  }

  const cases::DecidedCase& one_;
  const cases::CaseRecord& record_;
  const ExportOptions& options_;
  std::string seed_, time_;
  bool active_ = false, withdrawn_ = false;
  std::set<std::string> hops_;
  MispCase made_;
};

}  // namespace

MispCase misp_case(const cases::DecidedCase& one, const ExportOptions& options) {
  return Maker(one, options).make();
}

std::set<std::string> misp_tags(const cases::DecidedCase& one, const ExportOptions& options) {
  static const std::map<std::string, std::string> kGalaxy = {{"investment-scam", "Investment Fraud"},
                                                             {"phishing", "Phishing"},
                                                             {"recovery-scam", "Cash Recovery Scam"},
                                                             {"malicious-app", "Fake App"},
                                                             {"brand-misuse", "Fake Website"}};
  const cases::CaseRecord& record = one.record;
  std::set<std::string> tags = {"tlp:" + options.tlp, "rsit:fraud=\"masquerade\"",
                                "phishing:report-type=\"automatic-reporting\"",
                                "misp-galaxy:financial-fraud=\"Social Media Scams\""};
  const auto galaxy = kGalaxy.find(record.verdict.category);
  tags.insert(fmt::format("misp-galaxy:financial-fraud=\"{}\"", galaxy == kGalaxy.end() ? "Scam" : galaxy->second));
  if (record.verdict.category == "phishing") tags.insert("rsit:fraud=\"phishing\"");
  if (!record.landing_url.empty()) tags.insert("phishing:techniques=\"fake-website\"");
  if (is_confirmed(record)) {
    tags.insert("workflow:state=\"complete\"");
    tags.insert("false-positive:risk=\"low\"");
  } else if (record.status == "withdrawn") {
    tags.insert("false-positive:confirmed=\"true\"");
  } else {
    tags.insert("false-positive:risk=\"cannot-be-judged\"");
    if (record.status == "disputed") tags.insert("phishing:action=\"pending-dispute-resolution\"");
  }
  return tags;
}

json::array misp_tag_list(const std::set<std::string>& names) {
  json::array tags;
  for (const std::string& name : names)
    tags.push_back(json::object{{"name", name}, {"colour", "#14545c"}, {"exportable", true}});
  return tags;
}

json::object misp_organisation(const ExportOptions& options) {
  return {{"name", one_line(options.sender.name, 200)},
          {"uuid", pantau_uuid("misp|" + options.sender.name + "|" + options.sender.contact + "|organisation")}};
}

std::string misp_event_uuid(const cases::DecidedCase& one, const ExportOptions& options) {
  return pantau_uuid("misp|" + options.sender.name + "|" + options.sender.contact + "|" + one.record.id + "|event");
}

std::string misp_collection_uuid(const ExportOptions& options) {
  return pantau_uuid("misp|" + options.sender.name + "|" + options.sender.contact + "|collection");
}

std::string misp_threat_level(const cases::DecidedCase& one) {
  if (is_confirmed(one.record)) return "2";
  return one.record.status == "new" ? "3" : "4";
}

}  // namespace pantau::exports
