#include "sweep/records.h"

#include <zstd.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <map>

#include "base/digest.h"
#include "base/text.h"
#include "base/url.h"
#include "crawler/click_tracker.h"

namespace pantau::sweep {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxTextBytes = 400'000;  // of one page that verdicts look at
constexpr std::size_t kMaxLinks = 400;

std::string text_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}
int integer_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_int64() ? static_cast<int>(value->get_int64()) : 0;
}
bool boolean_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_bool() && value->get_bool();
}
template <typename Each>
void each_object(const json::object& object, std::string_view key, Each each) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_array()) return;
  for (const json::value& item : value->get_array()) {
    if (item.is_object()) each(item.get_object());
  }
}
std::vector<std::string> texts_of(const json::object& object, std::string_view key) {
  std::vector<std::string> out;
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_array()) return out;
  for (const json::value& item : value->get_array()) {
    if (item.is_string()) out.emplace_back(item.get_string());
  }
  return out;
}
json::array array_of(const std::vector<std::string>& texts) {
  json::array out;
  for (const std::string& text : texts) out.emplace_back(text);
  return out;
}

json::array media_array(const std::vector<StoredMedium>& media) {
  json::array out;
  for (const StoredMedium& m : media) {
    out.push_back(json::object{{"u", m.url},
                               {"c", m.canonical},
                               {"k", m.kind},
                               {"o", m.origin},
                               {"a", m.alternative},
                               {"s", m.sha256},
                               {"r", m.outcome}});
  }
  return out;
}
std::vector<StoredMedium> media_from(const json::object& object) {
  std::vector<StoredMedium> out;
  each_object(object, "media", [&](const json::object& m) {
    out.push_back({text_of(m, "u"), text_of(m, "c"), text_of(m, "k"), text_of(m, "o"), text_of(m, "a"), text_of(m, "s"),
                   text_of(m, "r")});
  });
  return out;
}

json::object facts_object(const crawler::AdFacts& facts) {
  json::object out;
  const auto put = [&](const char* key, const std::optional<std::string>& value) {
    if (value) out[key] = *value;
  };
  put("source_id", facts.source_id);
  put("advertiser", facts.advertiser);
  put("platform", facts.platform);
  put("payer", facts.payer);
  put("first_shown", facts.first_shown);
  put("verified_label", facts.verified_label);
  put("ai_label", facts.ai_label);
  put("reference", facts.reference);
  put("received", facts.received);
  if (facts.reach) out["reach"] = *facts.reach;
  return out;
}
crawler::AdFacts facts_from(const json::object& object) {
  crawler::AdFacts facts;
  const auto get = [&](const char* key, std::optional<std::string>& value) {
    if (object.contains(key)) value = text_of(object, key);
  };
  get("source_id", facts.source_id);
  get("advertiser", facts.advertiser);
  get("platform", facts.platform);
  get("payer", facts.payer);
  get("first_shown", facts.first_shown);
  get("verified_label", facts.verified_label);
  get("ai_label", facts.ai_label);
  get("reference", facts.reference);
  get("received", facts.received);
  if (const json::value* reach = object.if_contains("reach"); reach != nullptr && reach->is_number())
    facts.reach = reach->to_number<double>();
  return facts;
}

std::string site_of_page(const std::string& url) {
  const Result<Url> parsed = Url::parse(url);
  return parsed ? registrable_domain(parsed->host()) : std::string();
}

}  // namespace

std::string kind_name(crawler::MediaKind kind) {
  switch (kind) {
    case crawler::MediaKind::image:
      return "image";
    case crawler::MediaKind::video:
      return "video";
    case crawler::MediaKind::audio:
      return "audio";
    case crawler::MediaKind::playlist:
      return "video";
    case crawler::MediaKind::caption:
      return "caption";
  }
  return "image";
}

json::object to_json(const StoredPage& page) {
  json::object out{{"url", page.url},
                   {"final", page.final_url},
                   {"outcome", page.outcome},
                   {"detail", page.detail},
                   {"robots", page.robots},
                   {"directives", page.directives},
                   {"persona", page.persona},
                   {"started", page.started},
                   {"ended", page.ended},
                   {"title", page.title},
                   {"language", page.language},
                   {"status", page.status},
                   {"depth", page.depth},
                   {"html", page.is_html},
                   {"examination", page.examination},
                   {"source", page.source},
                   {"media", media_array(page.media)},
                   {"apps", array_of(page.app_links)},
                   {"trackers", array_of(page.trackers)}};
  json::array hops, texts, forms, links, warc;
  for (const auto& h : page.hops)
    hops.push_back(json::object{{"u", h.url}, {"s", h.status}, {"k", h.kind}, {"a", h.remote_address}});
  for (const auto& t : page.texts) texts.push_back(json::array{static_cast<int>(t.role), t.text});
  for (const auto& l : page.links) links.push_back(json::array{l.url, l.text, l.sponsored});
  for (const auto& f : page.forms) {
    json::array fields;
    for (const auto& field : f.fields) fields.push_back(json::array{field.name, field.type, field.label});
    forms.push_back(json::object{{"action", f.action},
                                 {"method", f.method},
                                 {"fields", std::move(fields)},
                                 {"text", f.text},
                                 {"password", f.asks_password},
                                 {"card", f.asks_card},
                                 {"code", f.asks_one_time_code},
                                 {"identity", f.asks_identity},
                                 {"contact", f.asks_contact}});
  }
  for (const auto& w : page.warc) warc.push_back(json::object{{"f", w.file}, {"o", w.offset}, {"i", w.record_id}});
  out["hops"] = std::move(hops);
  out["texts"] = std::move(texts);
  out["forms"] = std::move(forms);
  out["links"] = std::move(links);
  out["warc"] = std::move(warc);
  if (!page.looks.empty()) {
    json::array looks;
    for (const StoredPage& look : page.looks) looks.push_back(to_json(look));
    out["looks"] = std::move(looks);
  }
  return out;
}

StoredPage page_from_json(const json::object& object) {
  StoredPage page;
  page.url = text_of(object, "url");
  page.final_url = text_of(object, "final");
  page.outcome = text_of(object, "outcome");
  page.detail = text_of(object, "detail");
  page.robots = text_of(object, "robots");
  page.directives = text_of(object, "directives");
  page.persona = text_of(object, "persona");
  page.started = text_of(object, "started");
  page.ended = text_of(object, "ended");
  page.title = text_of(object, "title");
  page.language = text_of(object, "language");
  page.status = integer_of(object, "status");
  page.depth = integer_of(object, "depth");
  page.is_html = boolean_of(object, "html");
  page.examination = boolean_of(object, "examination");
  page.source = text_of(object, "source");
  page.media = media_from(object);
  page.app_links = texts_of(object, "apps");
  page.trackers = texts_of(object, "trackers");
  each_object(object, "hops", [&](const json::object& h) {
    page.hops.push_back({text_of(h, "u"), integer_of(h, "s"), text_of(h, "k"), text_of(h, "a")});
  });
  const auto each_array = [&](std::string_view key, auto each) {
    const json::value* value = object.if_contains(key);
    if (value == nullptr || !value->is_array()) return;
    for (const json::value& item : value->get_array()) {
      if (item.is_array()) each(item.get_array());
    }
  };
  each_array("texts", [&](const json::array& t) {
    crawler::TextBlock block;
    block.role = static_cast<crawler::TextRole>(t.at(0).as_int64());
    block.text = std::string(t.at(1).as_string());
    page.texts.push_back(std::move(block));
  });
  each_array("links", [&](const json::array& l) {
    crawler::Link link;
    link.url = std::string(l.at(0).as_string());
    link.text = std::string(l.at(1).as_string());
    link.sponsored = l.at(2).as_bool();
    page.links.push_back(std::move(link));
  });
  each_object(object, "forms", [&](const json::object& f) {
    crawler::Form form;
    form.action = text_of(f, "action");
    form.method = text_of(f, "method");
    form.text = text_of(f, "text");
    form.asks_password = boolean_of(f, "password");
    form.asks_card = boolean_of(f, "card");
    form.asks_one_time_code = boolean_of(f, "code");
    form.asks_identity = boolean_of(f, "identity");
    form.asks_contact = boolean_of(f, "contact");
    const json::value* fields = f.if_contains("fields");
    if (fields != nullptr && fields->is_array()) {
      for (const json::value& field : fields->get_array()) {
        const json::array& parts = field.as_array();
        form.fields.push_back({std::string(parts.at(0).as_string()), std::string(parts.at(1).as_string()),
                               std::string(parts.at(2).as_string())});
      }
    }
    page.forms.push_back(std::move(form));
  });
  each_object(object, "warc", [&](const json::object& w) {
    cases::WarcReference reference;
    reference.file = text_of(w, "f");
    reference.offset = static_cast<std::uint64_t>(w.at("o").to_number<std::int64_t>());
    reference.record_id = text_of(w, "i");
    page.warc.push_back(std::move(reference));
  });
  each_object(object, "looks", [&](const json::object& look) { page.looks.push_back(page_from_json(look)); });
  return page;
}

json::object to_json(const Route& route) {
  return {{"kind", route.kind},
          {"source", route.source},
          {"page", route.page_url},
          {"click", route.click_url},
          {"canonical", route.click_canonical},
          {"marker", route.marker},
          {"texts", array_of(route.texts)},
          {"media", media_array(route.media)},
          {"facts", facts_object(route.facts)},
          {"depth", route.depth},
          {"slot", route.slot}};
}

Route route_from_json(const json::object& object) {
  Route route;
  route.kind = text_of(object, "kind");
  route.source = text_of(object, "source");
  route.page_url = text_of(object, "page");
  route.click_url = text_of(object, "click");
  route.click_canonical = text_of(object, "canonical");
  route.marker = text_of(object, "marker");
  route.texts = texts_of(object, "texts");
  route.media = media_from(object);
  if (const json::value* facts = object.if_contains("facts"); facts != nullptr && facts->is_object())
    route.facts = facts_from(facts->get_object());
  route.depth = integer_of(object, "depth");
  route.slot = integer_of(object, "slot");
  return route;
}

namespace {

std::string compressed(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  const std::size_t size = ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3);
  out.resize(ZSTD_isError(size) ? 0 : size);
  return out;
}

// What differs from look to look of the same page.
constexpr const char* kOfTheLook[] = {"started", "ended", "warc"};

}  // namespace

std::string pack(const json::object& object) {
  return compressed(json::serialize(object));
}

PackedPage pack_page(const StoredPage& page) {
  json::object whole = to_json(page), of_the_look;
  for (const char* key : kOfTheLook) {
    of_the_look[key] = std::move(whole[key]);
    whole.erase(key);
  }
  PackedPage out;
  std::string text = json::serialize(whole);
  if (json::value* looks = whole.if_contains("looks"); looks != nullptr && looks->is_array()) {
    for (json::value& look : looks->get_array()) {
      for (const char* key : kOfTheLook) look.get_object().erase(key);
    }
    out.substance = sha256_hex(json::serialize(whole));
  } else {
    out.substance = sha256_hex(text);
  }
  // Two objects joined into one, so that the large part is written only once.
  text.back() = ',';
  text += std::string_view(json::serialize(of_the_look)).substr(1);
  out.packed = compressed(text);
  return out;
}

Result<json::object> unpack(std::string_view bytes) {
  const unsigned long long size = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > (256ull << 20)) {
    return give_up_error("a stored record is damaged");
  }
  std::string text(size, '\0');
  const std::size_t got = ZSTD_decompress(text.data(), text.size(), bytes.data(), bytes.size());
  if (ZSTD_isError(got) || got != size) return give_up_error("a stored record is damaged");
  boost::system::error_code failure;
  json::value value = json::parse(text, failure);
  if (failure || !value.is_object()) return give_up_error("a stored record is not JSON: " + failure.message());
  return std::move(value.get_object());
}

StoredMedium stored(const PlacedMedium& placed) {
  StoredMedium out;
  out.origin = placed.reference.origin;
  out.alternative = placed.reference.alternative;
  if (placed.medium) {
    out.url = placed.medium->url;
    out.canonical = placed.medium->canonical;
    out.kind = kind_name(placed.medium->kind);
    out.sha256 = placed.medium->sha256;
    out.outcome = std::string(text(placed.medium->outcome));
  } else {
    out.url = placed.reference.url;
    out.kind = kind_name(placed.reference.kind);
    out.outcome = "not-examined";
  }
  return out;
}

StoredPage stored_page(const Page& page, int depth) {
  StoredPage out;
  out.url = page.url;
  out.final_url = page.final_url;
  out.outcome = std::string(text(page.outcome));
  out.detail = page.detail;
  out.robots = page.robots;
  out.directives = page.directives;
  out.persona = page.persona;
  out.started = format_utc_milliseconds(page.started);
  out.ended = format_utc_milliseconds(page.ended);
  out.status = page.status;
  out.depth = depth;
  out.hops = page.hops;
  out.is_html = page.is_html;
  if (!page.seen()) return out;
  out.title = page.extracted.title;
  out.language = page.extracted.language;
  std::size_t bytes = 0;
  for (const crawler::TextBlock& block : page.extracted.texts) {
    if (block.slot >= 0) continue;
    bytes += block.text.size();
    if (bytes > kMaxTextBytes) break;
    out.texts.push_back(block);
  }
  out.forms = page.extracted.forms;
  for (const crawler::Link& link : page.extracted.links) {
    if (link.slot < 0 && out.links.size() < kMaxLinks) out.links.push_back(link);
  }
  out.app_links = page.extracted.app_links;
  out.trackers = page.extracted.trackers;
  for (const PlacedMedium& placed : page.media) {
    if (placed.reference.slot < 0) out.media.push_back(stored(placed));
  }
  return out;
}

std::vector<Route> routes_of(const Page& page, int depth, const std::string& source) {
  std::vector<Route> routes;
  if (!page.seen()) return routes;
  const std::string own_site = site_of_page(page.final_url);
  std::map<int, std::size_t> by_slot;
  for (std::size_t i = 0; i < page.extracted.slots.size(); ++i) {
    const crawler::AdSlot& slot = page.extracted.slots[i];
    Route route;
    route.kind = "slot";
    route.source = source;
    route.page_url = page.final_url;
    route.click_url = slot.click_url;
    route.click_canonical = crawler::canonical_click(slot.click_url);
    route.marker = slot.marker;
    route.depth = depth;
    route.slot = static_cast<int>(i);
    if (!slot.text.empty()) route.texts.push_back(slot.text);
    by_slot[static_cast<int>(i)] = routes.size();
    routes.push_back(std::move(route));
  }
  for (const crawler::TextBlock& block : page.extracted.texts) {
    if (block.role != crawler::TextRole::alternative) continue;
    const auto found = by_slot.find(block.slot);
    if (found == by_slot.end() || block.text.size() < 3) continue;
    std::vector<std::string>& texts = routes[found->second].texts;
    if (texts.size() < 20 && std::find(texts.begin(), texts.end(), block.text) == texts.end())
      texts.push_back(block.text);
  }
  for (const PlacedMedium& placed : page.media) {
    const auto found = by_slot.find(placed.reference.slot);
    if (found != by_slot.end()) routes[found->second].media.push_back(stored(placed));
  }
  // Nothing to see and nowhere to go: not a route.
  std::erase_if(routes, [](const Route& route) {
    return route.click_canonical.empty() && route.media.empty() && route.texts.empty();
  });
  std::size_t links = 0;
  for (const crawler::Link& link : page.extracted.links) {
    if (link.slot >= 0 || links >= kMaxLinks) continue;
    const Result<Url> written = Url::parse(link.url);
    if (!written) continue;
    const Url target = crawler::click_target(*written).value_or(*written);
    if (registrable_domain(target.host()) == own_site) continue;
    ++links;
    Route route;
    route.kind = "link";
    route.source = source;
    route.page_url = page.final_url;
    route.click_url = link.url;
    route.click_canonical = target.canonical();
    route.depth = depth;
    route.slot = static_cast<int>(page.extracted.slots.size() + links);
    if (!link.text.empty()) route.texts.push_back(link.text);
    routes.push_back(std::move(route));
  }
  return routes;
}

}  // namespace pantau::sweep
