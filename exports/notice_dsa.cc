// `notice-dsa`: the draft of a notice under Article 16(2) of Regulation (EU) 2022/2065, one JSON file a case in the
// form dsa-notice/1: (a) reasons, (b) exact addresses, (c) who notifies, (d) the statement of good faith, which whoever
// sends it makes. `submitted_at` is the moment of the decision that the notice rests on; the sender's own log says when
// it went out.
#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <set>

#include "cases/json_text.h"
#include "exports/case_facts.h"
#include "exports/renderers.h"

namespace pantau::exports {
namespace {

namespace json = boost::json;

class NoticeDsa final : public Renderer {
 public:
  explicit NoticeDsa(const ExportOptions& options) : options_(options) {}

  Result<bool> add(const cases::DecidedCase& one, Output& out) override {
    const cases::CaseRecord& record = one.record;
    json::array urls;
    std::set<std::string> once;
    for (const std::string* url : {&record.landing_url, &record.click_url, &record.page_url}) {
      if (const std::string text = uri_text(*url); !text.empty() && once.insert(text).second)
        urls.push_back(json::string(text));
    }
    if (urls.empty()) {
      keep_out(record.id, "", "no exact address, which Article 16(2)(b) asks for");
      return false;
    }
    std::string explanation = fmt::format(
        "The advertisement or page is judged to be fraud ({}), after review by a person. ", headline(record, options_));
    for (const std::string& reason : record.verdict.reasons) explanation += one_line(reason, 500) + " ";
    json::object identifiers{{"case", one_line(record.id, 60)}};
    if (record.facts.source_id) identifiers["ad_library_id"] = one_line(*record.facts.source_id, 100);
    if (record.facts.advertiser) identifiers["advertiser"] = one_line(*record.facts.advertiser, 200);
    if (record.facts.platform) identifiers["platform"] = one_line(*record.facts.platform, 100);
    json::object notice{{"schema", "dsa-notice/1"}, {"explanation", one_line(explanation, 5000)}};
    if (!options_.legal_ground.empty()) notice["legal_ground"] = one_line(options_.legal_ground, 1000);
    notice["exact_location"] = std::move(urls);
    notice["additional_identifiers"] = std::move(identifiers);
    notice["notifier"] =
        json::object{{"name", one_line(options_.sender.name, 200)}, {"email", one_line(options_.sender.contact, 254)}};
    notice["good_faith_statement"] = true;
    notice["submitted_at"] = with_milliseconds(decided_at(one));
    if (auto begun = out.begin((is_case_id(record.id) ? record.id : "case") + ".json"); !begun) return begun.error();
    if (auto written = out.write(cases::json_pretty(notice)); !written) return written.error();
    return true;
  }

  Result<void> finish(Output&) override { return {}; }

 private:
  const ExportOptions options_;
};

}  // namespace

std::unique_ptr<Renderer> make_notice_dsa(const ExportOptions& options) {
  return std::make_unique<NoticeDsa>(options);
}

}  // namespace pantau::exports
