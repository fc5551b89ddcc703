#include "cases/case_record.h"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <cmath>

#include "base/text.h"

namespace pantau::cases {
namespace {

namespace json = boost::json;

constexpr std::string_view kSchema = "pantau.case/1";

json::string clean(std::string_view text) {
  return json::string(to_valid_utf8(text));
}

json::value text_or_null(const std::string& text) {
  if (text.empty()) return nullptr;
  return clean(text);
}

json::value text_or_null(const std::optional<std::string>& text) {
  if (!text) return nullptr;
  return clean(*text);
}

// Pictures have no duration, sounds no width: what is not known is null.
json::value number_or_null(double number) {
  if (!std::isfinite(number) || number <= 0) return nullptr;
  return number;
}

json::value count_or_null(int number) {
  if (number <= 0) return nullptr;
  return number;
}

json::array texts(const std::vector<std::string>& list) {
  json::array out;
  out.reserve(list.size());
  for (const std::string& text : list) out.push_back(clean(text));
  return out;
}

json::object map_of(const std::map<std::string, std::string>& map) {
  json::object out;
  for (const auto& [key, value] : map) out[to_valid_utf8(key)] = clean(value);
  return out;
}

json::object medium_json(const CaseMedium& medium) {
  json::array pdq;
  for (const CaseMedium::Fingerprint& print : medium.pdq) {
    pdq.push_back(json::object{{"hash", clean(print.hash)}, {"quality", print.quality}, {"time_s", print.time_s}});
  }
  return {{"url", text_or_null(medium.url)},
          {"kind", text_or_null(medium.kind)},
          {"sha256", text_or_null(medium.sha256)},
          {"width", count_or_null(medium.width)},
          {"height", count_or_null(medium.height)},
          {"duration_s", number_or_null(medium.duration_s)},
          {"pdq", std::move(pdq)},
          {"outcome", text_or_null(medium.outcome)}};
}

json::object signal_json(const matchers::Signal& signal) {
  json::value time, box;
  if (signal.time_s && std::isfinite(*signal.time_s)) time = *signal.time_s;
  if (signal.box) box = json::array{signal.box->x, signal.box->y, signal.box->width, signal.box->height};
  json::object out{{"type", clean(matchers::text(signal.type))},
                   {"entity", text_or_null(signal.entity)},
                   {"where", clean(matchers::text(signal.where))},
                   {"text", text_or_null(signal.found)},
                   {"matched", text_or_null(signal.matched)},
                   {"score", signal.score},
                   {"media", text_or_null(signal.media)},
                   {"time_s", std::move(time)},
                   {"box", std::move(box)}};
  // Added keys stand only where they apply.
  const auto add = [&](const char* key, const std::string& value) {
    if (!value.empty()) out[key] = clean(value);
  };
  if (signal.distance) out["distance"] = *signal.distance;
  add("outcome", signal.outcome);
  add("category", signal.category);
  add("asks", signal.asks);
  add("kind", signal.kind);
  add("strength", signal.strength);
  add("explanation", signal.explanation);
  return out;
}

json::object ad_json(const CaseRecord& record) {
  json::array redirects, media;
  for (const crawler::RedirectHop& hop : record.redirects) {
    json::value status;
    if (hop.status != 0) status = hop.status;
    redirects.push_back(json::object{{"url", clean(hop.url)},
                                     {"status", std::move(status)},
                                     {"kind", clean(hop.kind)},
                                     {"ip", text_or_null(hop.remote_address)}});
  }
  for (const CaseMedium& medium : record.media) media.push_back(medium_json(medium));
  json::value reach;
  if (record.facts.reach && std::isfinite(*record.facts.reach)) reach = *record.facts.reach;
  return {{"source", text_or_null(record.source)},
          {"source_id", text_or_null(record.facts.source_id)},
          {"advertiser", text_or_null(record.facts.advertiser)},
          {"platform", text_or_null(record.facts.platform)},
          {"payer", text_or_null(record.facts.payer)},
          {"first_shown", text_or_null(record.facts.first_shown)},
          {"reach", std::move(reach)},
          {"verified_label", text_or_null(record.facts.verified_label)},
          {"ai_label", text_or_null(record.facts.ai_label)},
          {"page_url", text_or_null(record.page_url)},
          {"click_url", text_or_null(record.click_url)},
          {"landing_url", text_or_null(record.landing_url)},
          {"redirects", std::move(redirects)},
          {"title", text_or_null(record.title)},
          {"texts", texts(record.texts)},
          {"media", std::move(media)},
          {"reference", text_or_null(record.facts.reference)},
          {"received", text_or_null(record.facts.received)}};
}

json::object indicators_json(const matchers::Indicators& indicators) {
  return {{"domains", texts(indicators.domains)},
          {"urls", texts(indicators.urls)},
          {"ips", texts(indicators.ips)},
          {"phones", texts(indicators.phones)},
          {"whatsapp", texts(indicators.whatsapp)},
          {"telegram", texts(indicators.telegram)},
          {"emails", texts(indicators.emails)},
          {"wallets", texts(indicators.wallets)},
          {"bank_accounts", texts(indicators.bank_accounts)},
          {"trackers", texts(indicators.trackers)},
          {"apps", texts(indicators.apps)}};
}

// Reading: whatever has another type than expected counts as absent, so that no input can throw.
const json::value* member(const json::object& object, std::string_view key) {
  return object.if_contains(json::string_view(key.data(), key.size()));
}

const json::object& object_at(const json::object& object, std::string_view key) {
  static const json::object kNone;
  const json::value* value = member(object, key);
  return value != nullptr && value->is_object() ? value->get_object() : kNone;
}

std::string text_at(const json::object& object, std::string_view key, std::string fallback = {}) {
  const json::value* value = member(object, key);
  if (value == nullptr || !value->is_string()) return fallback;
  return std::string(value->get_string());
}

std::optional<std::string> optional_text_at(const json::object& object, std::string_view key) {
  const json::value* value = member(object, key);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string(value->get_string());
}

std::optional<double> number_of(const json::value* value) {
  if (value == nullptr) return std::nullopt;
  if (value->is_double()) return value->get_double();
  if (value->is_int64()) return static_cast<double>(value->get_int64());
  if (value->is_uint64()) return static_cast<double>(value->get_uint64());
  return std::nullopt;
}

double number_at(const json::object& object, std::string_view key) {
  return number_of(member(object, key)).value_or(0);
}

int integer_of(const json::value* value) {
  const double number = number_of(value).value_or(0);
  return number >= -2e9 && number <= 2e9 ? static_cast<int>(number) : 0;
}

std::uint64_t unsigned_at(const json::object& object, std::string_view key) {
  const json::value* value = member(object, key);
  if (value == nullptr) return 0;
  if (value->is_uint64()) return value->get_uint64();
  if (value->is_int64() && value->get_int64() > 0) return static_cast<std::uint64_t>(value->get_int64());
  return 0;
}

template <typename Use>
void each(const json::object& object, std::string_view key, const Use& use) {
  const json::value* value = member(object, key);
  if (value == nullptr || !value->is_array()) return;
  for (const json::value& item : value->get_array()) use(item);
}

template <typename Use>
void each_object(const json::object& object, std::string_view key, const Use& use) {
  each(object, key, [&](const json::value& item) {
    if (item.is_object()) use(item.get_object());
  });
}

std::vector<std::string> texts_at(const json::object& object, std::string_view key) {
  std::vector<std::string> out;
  each(object, key, [&](const json::value& item) {
    if (item.is_string()) out.emplace_back(item.get_string());
  });
  return out;
}

std::map<std::string, std::string> map_at(const json::object& object, std::string_view key) {
  std::map<std::string, std::string> out;
  for (const json::key_value_pair& pair : object_at(object, key)) {
    if (pair.value().is_string()) out[std::string(pair.key())] = std::string(pair.value().get_string());
  }
  return out;
}

CaseMedium medium_from(const json::object& object) {
  CaseMedium medium;
  medium.url = text_at(object, "url");
  medium.kind = text_at(object, "kind");
  medium.sha256 = text_at(object, "sha256");
  medium.width = integer_of(member(object, "width"));
  medium.height = integer_of(member(object, "height"));
  medium.duration_s = number_at(object, "duration_s");
  medium.outcome = text_at(object, "outcome");
  each_object(object, "pdq", [&](const json::object& print) {
    medium.pdq.push_back({text_at(print, "hash"), integer_of(member(print, "quality")), number_at(print, "time_s")});
  });
  return medium;
}

std::optional<matchers::Signal> signal_from(const json::object& object) {
  const auto type = matchers::signal_type_from(text_at(object, "type"));
  const auto where = matchers::where_from(text_at(object, "where"));
  if (!type || !where) return std::nullopt;  // of a later version
  matchers::Signal signal;
  signal.type = *type;
  signal.where = *where;
  signal.entity = text_at(object, "entity");
  signal.found = text_at(object, "text");
  signal.matched = text_at(object, "matched");
  signal.score = number_at(object, "score");
  signal.media = text_at(object, "media");
  signal.time_s = number_of(member(object, "time_s"));
  if (const json::value* box = member(object, "box");
      box != nullptr && box->is_array() && box->get_array().size() == 4) {
    const json::array& sides = box->get_array();
    signal.box = media::Box{integer_of(&sides[0]), integer_of(&sides[1]), integer_of(&sides[2]), integer_of(&sides[3])};
  }
  if (const auto distance = number_of(member(object, "distance"))) signal.distance = static_cast<int>(*distance);
  signal.outcome = text_at(object, "outcome");
  signal.category = text_at(object, "category");
  signal.asks = text_at(object, "asks");
  signal.kind = text_at(object, "kind");
  signal.strength = text_at(object, "strength");
  signal.explanation = text_at(object, "explanation");
  return signal;
}

void read_ad(const json::object& ad, CaseRecord& record) {
  record.source = text_at(ad, "source");
  record.facts.source_id = optional_text_at(ad, "source_id");
  record.facts.advertiser = optional_text_at(ad, "advertiser");
  record.facts.platform = optional_text_at(ad, "platform");
  record.facts.payer = optional_text_at(ad, "payer");
  record.facts.first_shown = optional_text_at(ad, "first_shown");
  record.facts.reach = number_of(member(ad, "reach"));
  record.facts.verified_label = optional_text_at(ad, "verified_label");
  record.facts.ai_label = optional_text_at(ad, "ai_label");
  record.facts.reference = optional_text_at(ad, "reference");
  record.facts.received = optional_text_at(ad, "received");
  record.page_url = text_at(ad, "page_url");
  record.click_url = text_at(ad, "click_url");
  record.landing_url = text_at(ad, "landing_url");
  record.title = text_at(ad, "title");
  record.texts = texts_at(ad, "texts");
  each_object(ad, "redirects", [&](const json::object& hop) {
    record.redirects.push_back(
        {text_at(hop, "url"), integer_of(member(hop, "status")), text_at(hop, "kind", "http"), text_at(hop, "ip")});
  });
  each_object(ad, "media", [&](const json::object& medium) { record.media.push_back(medium_from(medium)); });
}

}  // namespace

json::object to_json(const CaseRecord& record) {
  json::array impersonates, signals, warc;
  for (const Impersonation& one : record.verdict.impersonates) {
    impersonates.push_back(
        json::object{{"entity", clean(one.entity)}, {"kind", clean(one.kind)}, {"score", one.score}});
  }
  for (const matchers::Signal& signal : record.signals) signals.push_back(signal_json(signal));
  for (const WarcReference& reference : record.warc) {
    warc.push_back(json::object{{"file", clean(reference.file)},
                                {"offset", reference.offset},
                                {"record_id", text_or_null(reference.record_id)}});
  }
  return {
      {"schema", kSchema},
      {"id", clean(record.id)},
      {"sweep", text_or_null(record.sweep)},
      {"status", clean(record.status)},
      {"first_seen", text_or_null(record.first_seen)},
      {"last_seen", text_or_null(record.last_seen)},
      {"verdict", json::object{{"score", record.verdict.score},
                               {"band", clean(record.verdict.band)},
                               {"category", clean(record.verdict.category)},
                               {"reasons", texts(record.verdict.reasons)},
                               {"against", texts(record.verdict.against)}}},
      {"impersonates", std::move(impersonates)},
      {"ad", ad_json(record)},
      {"urls", texts(record.urls)},
      {"signals", std::move(signals)},
      {"indicators", indicators_json(record.indicators)},
      {"roles", map_of(record.roles)},
      {"analysis", json::object{{"version", text_or_null(record.analysis.version)},
                                {"config", text_or_null(record.analysis.config)},
                                {"watchlist", text_or_null(record.analysis.watchlist)},
                                {"lures", text_or_null(record.analysis.lures)},
                                {"models", map_of(record.analysis.models)}}},
      {"capture", json::object{{"started", text_or_null(record.capture.started)},
                               {"ended", text_or_null(record.capture.ended)},
                               {"clock_offset_ms", record.capture.clock_offset_ms},
                               {"egress", nullptr},
                               {"persona", clean(record.capture.persona)},
                               {"robots", clean(record.capture.robots)},
                               {"submitted_by", nullptr}}},
      {"campaign", text_or_null(record.campaign)},
      {"evidence", json::object{{"warc", std::move(warc)}, {"frames", texts(record.frames)}, {"screenshot", nullptr}}},
      {"key", text_or_null(record.key)},
      {"outcome", text_or_null(record.outcome)}};
}

Result<CaseRecord> case_from_json(const json::object& object) {
  const std::string schema = text_at(object, "schema");
  if (schema != kSchema) {
    return skip_error(schema.empty() ? "not a case record: the key \"schema\" is missing; pantau.case/1 is expected"
                                     : "a record of the form \"" + std::string(clip_utf8(schema, 80)) +
                                           "\" cannot be read; pantau.case/1 is expected");
  }
  CaseRecord record;
  record.id = text_at(object, "id");
  record.key = text_at(object, "key");
  record.sweep = text_at(object, "sweep");
  record.status = text_at(object, "status", "new");
  record.first_seen = text_at(object, "first_seen");
  record.last_seen = text_at(object, "last_seen");
  record.campaign = text_at(object, "campaign");
  const json::object& verdict = object_at(object, "verdict");
  record.verdict.score = number_at(verdict, "score");
  record.verdict.band = text_at(verdict, "band", "clear");
  record.verdict.category = text_at(verdict, "category", "none");
  record.verdict.reasons = texts_at(verdict, "reasons");
  record.verdict.against = texts_at(verdict, "against");
  each_object(object, "impersonates", [&](const json::object& one) {
    record.verdict.impersonates.push_back({text_at(one, "entity"), text_at(one, "kind"), number_at(one, "score")});
  });
  read_ad(object_at(object, "ad"), record);
  record.urls = texts_at(object, "urls");
  each_object(object, "signals", [&](const json::object& signal) {
    if (auto read = signal_from(signal)) record.signals.push_back(std::move(*read));
  });
  const json::object& indicators = object_at(object, "indicators");
  record.indicators.domains = texts_at(indicators, "domains");
  record.indicators.urls = texts_at(indicators, "urls");
  record.indicators.ips = texts_at(indicators, "ips");
  record.indicators.phones = texts_at(indicators, "phones");
  record.indicators.whatsapp = texts_at(indicators, "whatsapp");
  record.indicators.telegram = texts_at(indicators, "telegram");
  record.indicators.emails = texts_at(indicators, "emails");
  record.indicators.wallets = texts_at(indicators, "wallets");
  record.indicators.bank_accounts = texts_at(indicators, "bank_accounts");
  record.indicators.trackers = texts_at(indicators, "trackers");
  record.indicators.apps = texts_at(indicators, "apps");
  record.roles = map_at(object, "roles");
  const json::object& analysis = object_at(object, "analysis");
  record.analysis.version = text_at(analysis, "version");
  record.analysis.config = text_at(analysis, "config");
  record.analysis.watchlist = text_at(analysis, "watchlist");
  record.analysis.lures = text_at(analysis, "lures");
  record.analysis.models = map_at(analysis, "models");
  const json::object& capture = object_at(object, "capture");
  record.capture.started = text_at(capture, "started");
  record.capture.ended = text_at(capture, "ended");
  record.capture.clock_offset_ms = number_at(capture, "clock_offset_ms");
  record.capture.persona = text_at(capture, "persona", "default");
  record.capture.robots = text_at(capture, "robots", "not-checked");
  const json::object& evidence = object_at(object, "evidence");
  each_object(evidence, "warc", [&](const json::object& reference) {
    record.warc.push_back(
        {text_at(reference, "file"), unsigned_at(reference, "offset"), text_at(reference, "record_id")});
  });
  record.frames = texts_at(evidence, "frames");
  record.outcome = text_at(object, "outcome");
  return record;
}

}  // namespace pantau::cases
