#include "cases/evaluation.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <functional>
#include <set>

#include "base/text.h"
#include "base/url.h"

namespace pantau::cases {
namespace {

namespace json = boost::json;

constexpr std::size_t kLongestLabel = std::size_t{1} << 16;

// Labels are typed by people: the scheme, a final slash and how a path is escaped make no difference.
std::string comparable(const std::string& address) {
  const Result<Url> url = Url::parse(address.find("://") == std::string::npos ? "http://" + address : address);
  if (!url) return address;
  const std::string canonical = url->canonical();
  std::string rest = canonical.substr(canonical.find("://") + 3);
  const std::size_t question = rest.find('?');
  std::string path = rest.substr(0, question);
  while (path.ends_with('/')) path.pop_back();
  return question == std::string::npos ? path : path + rest.substr(question);
}

int rank(const std::string& band) {
  return band == "flag" ? 2 : band == "review" ? 1 : band == "clear" ? 0 : -1;
}

Result<std::string> text_of(const json::object& object, const char* key, const std::string& place) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || value->is_null()) return std::string();
  if (!value->is_string()) return operator_error(fmt::format("{}: \"{}\" must be a text", place, key));
  return to_valid_utf8(std::string(value->get_string()));
}

Result<Label> label_of(const json::object& object, const std::string& place) {
  Label label;
  for (auto [key, into] : {std::pair<const char*, std::string*>{"url", &label.url},
                           {"id", &label.id},
                           {"category", &label.category},
                           {"note", &label.note}}) {
    Result<std::string> text = text_of(object, key, place);
    if (!text) return text.error();
    *into = std::move(*text);
  }
  Result<std::string> truth = text_of(object, "label", place);
  if (!truth) return truth.error();
  if (label.url.empty()) return operator_error(place + ": a label needs the \"url\" of its ad");
  if (*truth != "scam" && *truth != "benign")
    return operator_error(place + ": \"label\" must be \"scam\" or \"benign\"");
  label.scam = *truth == "scam";
  if (label.category.empty() || !label.scam) label.category = label.scam ? "unnamed" : "none";
  if (const json::value* entities = object.if_contains("entities"); entities != nullptr && !entities->is_null()) {
    if (!entities->is_array()) return operator_error(place + ": \"entities\" must be a list of watchlist ids");
    for (const json::value& entity : entities->get_array()) {
      if (!entity.is_string()) return operator_error(place + ": \"entities\" must be a list of watchlist ids");
      label.entities.emplace_back(entity.get_string());
    }
  }
  return label;
}

void count(Tally& tally, const Judged& ad) {
  const bool flagged = ad.band == "flag", reviewed = ad.band == "review";
  (ad.label.scam ? tally.scam : tally.benign) += 1;
  (ad.label.scam ? tally.scam_flagged : tally.benign_flagged) += flagged;
  (ad.label.scam ? tally.scam_reviewed : tally.benign_reviewed) += reviewed;
}

std::optional<double> share(int part, int whole) {
  if (whole == 0) return std::nullopt;
  return static_cast<double>(part) / whole;
}

}  // namespace

Result<std::vector<Label>> read_labels(std::string_view text, const std::string& name) {
  std::vector<Label> labels;
  int number = 0;
  for (const std::string& line : split(text, '\n')) {
    ++number;
    const std::string place = fmt::format("{}:{}", name, number);
    if (trim(line).empty()) continue;
    if (line.size() > kLongestLabel) return operator_error(place + ": the line is too long for a label");
    boost::system::error_code failure;
    const json::value value = json::parse(line, failure);
    if (failure || !value.is_object())
      return operator_error(place + ": not a JSON object; one label a line, like {\"url\":\"...\",\"label\":\"scam\"}");
    Result<Label> label = label_of(value.get_object(), place);
    if (!label) return label.error();
    labels.push_back(std::move(*label));
  }
  if (labels.empty()) return operator_error(name + ": no labels in it");
  return labels;
}

std::optional<double> recall(const Tally& tally, bool with_review) {
  return share(tally.scam_flagged + (with_review ? tally.scam_reviewed : 0), tally.scam);
}

std::optional<double> precision(const Tally& tally, bool with_review) {
  const int right = tally.scam_flagged + (with_review ? tally.scam_reviewed : 0);
  const int wrong = tally.benign_flagged + (with_review ? tally.benign_reviewed : 0);
  return share(right, right + wrong);
}

std::optional<double> false_positive_rate(const Tally& tally, bool with_review) {
  return share(tally.benign_flagged + (with_review ? tally.benign_reviewed : 0), tally.benign);
}

Evaluator::Evaluator(std::vector<Label> labels) {
  for (Label& label : labels) {
    by_address_[comparable(label.url)].push_back(judged_.size());
    judged_.emplace_back().label = std::move(label);
  }
  suspicious_.resize(judged_.size());
}

void Evaluator::add(const CaseRecord& record) {
  ++cases_;
  std::set<std::string> addresses;
  const auto address = [&addresses](const std::string& url) {
    if (!url.empty()) addresses.insert(comparable(url));
  };
  for (const std::string& url : record.urls) address(url);
  for (const std::string* url : {&record.page_url, &record.click_url, &record.landing_url}) address(*url);
  for (const crawler::RedirectHop& hop : record.redirects) address(hop.url);

  bool labelled = false;
  for (const std::string& one : addresses) {
    const auto found = by_address_.find(one);
    if (found == by_address_.end()) continue;
    labelled = true;
    for (const std::size_t number : found->second) {
      Judged& ad = judged_[number];
      const bool better = !ad.analysed || rank(record.verdict.band) > rank(ad.band) ||
                          (record.verdict.band == ad.band && record.verdict.score > ad.score);
      ad.analysed = true;
      if (better) {
        ad.band = record.verdict.band;
        ad.category = record.verdict.category;
        ad.case_id = record.id;
        ad.reasons = record.verdict.reasons;
      }
      ad.score = std::max(ad.score, record.verdict.score);
      // Whoever clear cases of the same address name says nothing once one of them is suspicious.
      const bool suspicious = record.verdict.band != "clear";
      if (suspicious && !suspicious_[number]) {
        suspicious_[number] = true;
        ad.entities.clear();
      }
      if (suspicious != suspicious_[number]) continue;
      for (const Impersonation& one_entity : record.verdict.impersonates) {
        double& score = ad.entities[one_entity.entity];
        score = std::max(score, one_entity.score);
      }
    }
  }
  if (!labelled && record.verdict.band == "flag") unlabelled_flags_.push_back(record.id);
}

Evaluation Evaluator::finish() {
  Evaluation made;
  made.cases = cases_;
  std::map<double, CurvePoint, std::greater<>> at;
  for (const Judged& ad : judged_) {
    count(made.all, ad);
    count(made.by_category[ad.label.category], ad);
    for (const std::string& entity : ad.label.entities) count(made.by_entity[entity], ad);
    if (ad.score > 0) {
      CurvePoint& point = at[ad.score];
      (ad.label.scam ? point.scam : point.benign) += 1;
    }
    if (!ad.label.scam || ad.band != "flag") continue;
    ++made.confusions[ad.label.category][ad.category];
    if (ad.label.entities.empty()) continue;
    ++made.attributable;
    const auto best = std::max_element(ad.entities.begin(), ad.entities.end(),
                                       [](const auto& a, const auto& b) { return a.second < b.second; });
    made.attributed += best != ad.entities.end() && std::find(ad.label.entities.begin(), ad.label.entities.end(),
                                                              best->first) != ad.label.entities.end();
  }
  CurvePoint sum;
  for (const auto& [score, point] : at) {
    sum.score = score;
    sum.scam += point.scam;
    sum.benign += point.benign;
    made.curve.push_back(sum);
  }
  made.judged = std::move(judged_);
  made.unlabelled_flags = std::move(unlabelled_flags_);
  return made;
}

std::optional<CurvePoint> point_for_precision(const std::vector<CurvePoint>& curve, double wished) {
  std::optional<CurvePoint> found;
  for (const CurvePoint& point : curve) {
    if (point.scam >= wished * (point.scam + point.benign) - 1e-9) found = point;
  }
  return found;
}

}  // namespace pantau::cases
