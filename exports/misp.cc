// `misp`: one event that holds all cases of the export, to be uploaded by hand. Its UUID stays the same, so that a
// later upload updates it. Servers choke on events of very many attributes, so that more than 2,000 cases are refused:
// the feed (misp-feed) has an event for each.
#include <fmt/format.h>

#include <algorithm>

#include "cases/json_text.h"
#include "exports/case_facts.h"
#include "exports/misp_event.h"
#include "exports/renderers.h"

namespace pantau::exports {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostCases = 2000;

class Misp final : public Renderer {
 public:
  explicit Misp(const ExportOptions& options) : options_(options) {}

  Result<bool> add(const cases::DecidedCase& one, Output&) override {
    MispCase made = misp_case(one, options_);
    if (made.objects.empty()) {
      keep_out(one.record.id, "", "nothing that an event could hold");
      return false;
    }
    if (++count_ > kMostCases) {
      return operator_error(
          fmt::format("one event cannot hold more than {} cases: use --format misp-feed, or --case ID", kMostCases));
    }
    for (json::value& object : made.objects) objects_.push_back(std::move(object));
    for (json::value& attribute : made.attributes) attributes_.push_back(std::move(attribute));
    attribute_count_ += made.attribute_count;
    tags_.merge(misp_tags(one, options_));
    changed_ = std::max(changed_, changed_at(one));
    first_ = first_.empty() ? one.record.first_seen : std::min(first_, one.record.first_seen);
    for (const std::string& name : impersonated_names(one.record, options_)) names_.insert(name);
    if (level_.empty() || misp_threat_level(one) < level_) level_ = misp_threat_level(one);
    return true;
  }

  Result<void> finish(Output& out) override {
    // What is true of one case only must not speak for all.
    if (tags_.contains("false-positive:risk=\"low\"")) {
      tags_.erase("false-positive:confirmed=\"true\"");
      tags_.erase("phishing:action=\"pending-dispute-resolution\"");
      tags_.erase("false-positive:risk=\"cannot-be-judged\"");
    }
    if (tags_.empty()) tags_ = {"tlp:" + options_.tlp};
    std::string whom = fmt::format("{}", fmt::join(names_, ", "));
    const std::string time = unix_seconds(changed_);
    json::object event{{"uuid", misp_collection_uuid(options_)},
                       {"info", one_line(fmt::format("Scam ads: {} case{}{}", count_, count_ == 1 ? "" : "s",
                                                     whom.empty() ? "" : " in the name of " + whom),
                                         250)},
                       {"date", first_.empty() ? std::string("1970-01-01") : with_milliseconds(first_).substr(0, 10)},
                       {"threat_level_id", level_.empty() ? std::string("4") : level_},
                       {"analysis", "2"},
                       {"published", false},
                       {"timestamp", time},
                       {"publish_timestamp", time},
                       {"distribution", "0"},
                       {"sharing_group_id", "0"},
                       {"attribute_count", fmt::format("{}", attribute_count_)},
                       {"Orgc", misp_organisation(options_)},
                       {"Tag", misp_tag_list(tags_)},
                       {"Attribute", std::move(attributes_)},
                       {"Object", std::move(objects_)}};
    if (auto begun = out.begin(""); !begun) return begun.error();
    return out.write(cases::json_pretty(json::object{{"Event", std::move(event)}}));
  }

 private:
  const ExportOptions options_;
  json::array objects_, attributes_;
  std::set<std::string> tags_, names_;
  std::string changed_, first_, level_;
  std::size_t count_ = 0, attribute_count_ = 0;
};

}  // namespace

std::unique_ptr<Renderer> make_misp(const ExportOptions& options) {
  return std::make_unique<Misp>(options);
}

}  // namespace pantau::exports
