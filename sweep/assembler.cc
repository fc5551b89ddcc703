#include "sweep/assembler.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <map>

#include "base/digest.h"
#include "cases/known_scams.h"

namespace pantau::sweep {
namespace {

namespace json = boost::json;

constexpr std::size_t kKnownMedia = 4000;

}  // namespace

Assembler::Assembler(std::unique_ptr<store::Connection> reader, std::string sweep_id, std::string sweep_name,
                     std::string report_settings, std::shared_ptr<const matchers::Matcher> matcher,
                     JudgeSettings settings, std::string stamp)
    : reader_(std::move(reader)),
      sweep_(std::move(sweep_id)),
      sweep_name_(std::move(sweep_name)),
      report_settings_(std::move(report_settings)),
      stamp_(std::move(stamp)),
      matcher_(std::move(matcher)),
      settings_(std::move(settings)) {}

const KnownMedium* Assembler::look_up(const StoredMedium& medium) {
  if (const auto found = known_.find(medium.canonical); found != known_.end()) return found->second.get();
  auto known = std::make_unique<KnownMedium>();
  Result<std::optional<MediaRow>> row = find_medium(*reader_, sweep_, medium.canonical);
  if (!row || !*row) return nullptr;
  if (Result<boost::json::object> extra = unpack((*row)->extra)) {
    if (const auto* warc = extra->if_contains("warc"); warc != nullptr && warc->is_array()) {
      for (const boost::json::value& value : warc->get_array()) {
        const boost::json::object& w = value.as_object();
        known->warc.push_back({std::string(w.at("f").as_string()), w.at("o").to_number<std::uint64_t>(),
                               std::string(w.at("i").as_string())});
      }
    }
    if (const auto* md5 = extra->if_contains("md5"); md5 != nullptr && md5->is_string())
      known->md5 = std::string(md5->get_string());
    if (const auto* cues = extra->if_contains("cues"); cues != nullptr && cues->is_array()) {
      for (const boost::json::value& value : cues->get_array()) {
        const boost::json::array& c = value.as_array();
        known->cues.push_back(
            {c.at(0).to_number<double>(), c.at(1).to_number<double>(), std::string(c.at(2).as_string())});
      }
    }
  }
  if (!(*row)->sha256.empty()) {
    Result<std::optional<StoredReport>> report = find_report(*reader_, (*row)->sha256, report_settings_);
    if (report && *report) {
      known->report = (*report)->report;
      known->frame_files = (*report)->frame_files;
    }
  }
  while (known_order_.size() >= kKnownMedia) {
    known_.erase(known_order_.front());
    known_order_.pop_front();
  }
  known_order_.push_back(medium.canonical);
  return known_.emplace(medium.canonical, std::move(known)).first->second.get();
}

cases::CaseRecord Assembler::record_of(const std::string& key, const StoredPage* page,
                                       const std::vector<Route>& routes) {
  const MediumLookup lookup = [this](const StoredMedium& medium) { return look_up(medium); };
  cases::CaseRecord record = make_case(page, routes, lookup, *matcher_, settings_);
  record.key = key;
  record.sweep = sweep_name_;
  record.first_seen = record.last_seen = format_utc(utc_now());
  if (page != nullptr) note_official_media(record, *page);
  return record;
}

std::string Assembler::inputs_of(const std::vector<PageRow>& rows, const std::vector<Route>& routes) const {
  Sha256 digest;
  digest.update(stamp_ + '\n' + sweep_name_ + '\n');
  for (const PageRow& row : rows)
    digest.update("page " + row.canonical + '\n' + row.substance + (row.wanted ? "\nwanted\n" : "\n"));
  for (const Route& route : routes) digest.update("route " + json::serialize(to_json(route)) + '\n');
  return digest.finish_hex();
}

void Assembler::note_official_media(const cases::CaseRecord& record, const StoredPage& page) {
  if (record.verdict.band != "clear") return;
  const bool official = std::any_of(record.signals.begin(), record.signals.end(), [](const matchers::Signal& signal) {
    return signal.type == matchers::SignalType::official;
  });
  if (!official) return;
  for (const StoredMedium& medium : page.media) {
    const KnownMedium* known = look_up(medium);
    if (known == nullptr || !known->report) continue;
    for (const media::Frame& frame : known->report->frames) {
      const auto bits = media::PdqBits::from_hex(frame.pdq);
      if (bits && frame.pdq_quality >= cases::kMinListedQuality) official_media_[page.final_url].push_back(*bits);
    }
  }
}

Result<Assembler::Landing> Assembler::landing(const std::string& landing_key, bool crawling) {
  Result<std::vector<PageRow>> rows = pages_of_landing(*reader_, sweep_, landing_key);
  if (!rows) return rows.error();
  Landing out;
  if (rows->empty()) return out;
  Result<std::vector<Route>> routes = routes_to_landing(*reader_, sweep_, landing_key);
  if (!routes) return routes.error();
  out.inputs = inputs_of(*rows, *routes);
  const Result<std::string> before = find_inputs(*reader_, landing_key);
  if (!before) return before.error();
  if (*before == out.inputs) {
    out.same = true;
    return out;
  }
  out.later = crawling && !before->empty() && rows->front().outcome == text(crawler::Outcome::unchanged);
  if (out.later) return out;
  Result<boost::json::object> object = unpack(rows->front().packed);
  if (!object) return object.error();
  StoredPage page = page_from_json(*object);
  bool wanted = false;
  for (const PageRow& row : *rows) wanted = wanted || row.wanted;
  // Slots, leads, and links from another site; whichever arrived first does not matter.
  wanted = wanted || !routes->empty();
  // Other addresses that end here too: their hops belong to the story.
  std::vector<std::string> more_urls;
  for (std::size_t i = 1; i < rows->size(); ++i) {
    if (Result<boost::json::object> other = unpack((*rows)[i].packed)) {
      StoredPage same = page_from_json(*other);
      for (StoredPage& look : same.looks) {
        const bool known = std::any_of(page.looks.begin(), page.looks.end(), [&](const StoredPage& one) {
          return one.persona == look.persona && one.examination == look.examination;
        });
        if (!known) page.looks.push_back(std::move(look));
      }
      more_urls.push_back(same.url);
      for (const crawler::RedirectHop& hop : same.hops) more_urls.push_back(hop.url);
    }
  }
  cases::CaseRecord record = record_of(landing_key, &page, *routes);
  if (!wanted && record.verdict.band == "clear") return out;
  record.urls.insert(record.urls.end(), more_urls.begin(), more_urls.end());
  std::sort(record.urls.begin(), record.urls.end());
  record.urls.erase(std::unique(record.urls.begin(), record.urls.end()), record.urls.end());
  std::erase_if(record.urls, [](const std::string& url) { return url.rfind("http", 0) != 0; });
  out.record = std::move(record);
  return out;
}

Result<std::vector<std::string>> Assembler::landings_of(const std::vector<std::string>& click_canonicals) {
  std::vector<std::string> keys;
  for (const std::string& click : click_canonicals) {
    Result<std::string> key = landing_of_click(*reader_, sweep_, click);
    if (!key) return key.error();
    if (!key->empty()) keys.push_back(std::move(*key));
  }
  return keys;
}

Result<std::vector<cases::CaseRecord>> Assembler::unreached() {
  Result<std::vector<Route>> routes = unreached_routes(*reader_, sweep_);
  if (!routes) return routes.error();
  // One case a creative (its bytes); ads of words only are one case for each target.
  std::map<std::string, std::vector<Route>> by_key;
  for (Route& route : *routes) {
    std::string digest;
    for (const StoredMedium& medium : route.media) {
      if (!medium.sha256.empty() && medium.kind != "caption") {
        digest = medium.sha256;
        break;
      }
    }
    std::string key;
    if (!digest.empty()) {
      key = "media:" + digest;
    } else if (!route.texts.empty() && !route.click_canonical.empty()) {
      key = "click:" + route.click_canonical;
    } else if (!route.texts.empty()) {
      key = "text:" + sha256_hex(route.texts.front());
    } else {
      continue;
    }
    by_key[key].push_back(std::move(route));
  }
  std::vector<cases::CaseRecord> records;
  for (auto& [key, group] : by_key) {
    if (group.size() > 500) group.resize(500);
    cases::CaseRecord record = record_of(key, nullptr, group);
    record.outcome = "not-reached";
    records.push_back(std::move(record));
  }
  return records;
}

Result<std::vector<std::string>> Assembler::all_landings() {
  return all_landing_keys(*reader_, sweep_);
}

}  // namespace pantau::sweep
