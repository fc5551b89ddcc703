// `misp-feed`: a folder that any web server can give out and any MISP can pull from: manifest.json, hashes.csv
// (md5 of the value, event) and one event a case.
#include <fmt/format.h>

#include <map>

#include "base/digest.h"
#include "cases/json_text.h"
#include "exports/case_facts.h"
#include "exports/misp_event.h"
#include "exports/renderers.h"

namespace pantau::exports {
namespace {

namespace json = boost::json;

class MispFeed final : public Renderer {
 public:
  explicit MispFeed(const ExportOptions& options) : options_(options) {}

  Result<bool> add(const cases::DecidedCase& one, Output& out) override {
    MispCase made = misp_case(one, options_);
    if (made.objects.empty()) {
      keep_out(one.record.id, "", "nothing that an event could hold");
      return false;
    }
    const std::string uuid = misp_event_uuid(one, options_), time = unix_seconds(changed_at(one));
    json::object about{
        {"Orgc", misp_organisation(options_)},
        {"Tag", misp_tag_list(misp_tags(one, options_))},
        {"info", one_line(fmt::format("Scam ad: {} ({})", headline(one.record, options_), one.record.id), 250)},
        {"date", with_milliseconds(one.record.first_seen).substr(0, 10)},
        {"analysis", "2"},
        {"threat_level_id", misp_threat_level(one)},
        {"timestamp", time}};
    json::object event = about;
    event["uuid"] = uuid;
    event["published"] = true;
    event["publish_timestamp"] = time;
    event["distribution"] = "1";
    event["sharing_group_id"] = "0";
    event["attribute_count"] = fmt::format("{}", made.attribute_count);
    event["Attribute"] = std::move(made.attributes);
    event["Object"] = std::move(made.objects);
    if (auto begun = out.begin(uuid + ".json"); !begun) return begun.error();
    if (auto written = out.write(cases::json_pretty(json::object{{"Event", std::move(event)}})); !written)
      return written.error();
    manifest_[uuid] = cases::json_line(about);
    std::set<std::string> once;
    for (const std::string& value : made.values) {
      if (once.insert(value).second) hashes_ += md5_hex(value) + "," + uuid + "\n";
    }
    return true;
  }

  Result<void> finish(Output& out) override {
    if (auto begun = out.begin("manifest.json"); !begun) return begun.error();
    bool first = true;
    for (const auto& [uuid, about] : manifest_) {
      if (auto written = out.write(fmt::format("{}\"{}\":{}", first ? "{\n" : ",\n", uuid, about)); !written)
        return written.error();
      first = false;
    }
    if (auto written = out.write(first ? "{}\n" : "\n}\n"); !written) return written.error();
    if (auto begun = out.begin("hashes.csv"); !begun) return begun.error();
    return out.write(hashes_);
  }

 private:
  const ExportOptions options_;
  std::map<std::string, std::string> manifest_;
  std::string hashes_;
};

}  // namespace

std::unique_ptr<Renderer> make_misp_feed(const ExportOptions& options) {
  return std::make_unique<MispFeed>(options);
}

}  // namespace pantau::exports
