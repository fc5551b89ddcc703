#include "sweep/configuration.h"

#include <fmt/format.h>
#include <glob.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <set>

#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"
#include "base/url.h"
#include "base/yaml.h"
#include "media/models.h"

namespace pantau::sweep {
namespace {

using yaml::Node;

std::vector<std::filesystem::path> expand(const Node& list, const char* what) {
  std::vector<std::filesystem::path> files;
  for (const Node& item : list.items()) {
    const std::filesystem::path pattern = item.path();
    if (pattern.empty()) continue;
    glob_t found{};
    if (glob(pattern.c_str(), 0, nullptr, &found) == 0) {
      for (std::size_t i = 0; i < found.gl_pathc; ++i) files.emplace_back(found.gl_pathv[i]);
    } else {
      item.complain(fmt::format("no {} file matches {}", what, pattern.string()));
    }
    globfree(&found);
  }
  return files;
}

crawler::Scope read_scope(const Node& node) {
  const std::string text = node.text("site");
  if (text == "host") return crawler::Scope::host;
  if (text == "any") return crawler::Scope::any;
  if (text != "site") node.complain(fmt::format("scope must be site, host or any, not \"{}\"", text));
  return crawler::Scope::site;
}

void read_robots(const Node& node, bool& respect, std::string& reason) {
  if (!node.exists()) return;
  if (node.is_map()) {
    node.allow_only({"ignore"});
    reason = node["ignore"].text();
    if (trim(reason).empty()) {
      node.complain("robots: {ignore: \"...\"} needs the reason in words; it is kept in the audit log");
    } else {
      respect = false;
    }
  } else if (node.text() != "respect") {
    node.complain("robots must be `respect` or {ignore: \"the legal basis\"}");
  }
}

void read_sitemaps(const Node& node, crawler::SourceSettings& source) {
  source.discover = source.type == "web";
  if (!node.exists()) return;
  if (!node.is_list()) {
    const std::string text = node.text();
    if (text == "off") {
      source.discover = false;
    } else if (text != "auto") {
      node.complain(fmt::format("sitemaps must be auto, off or a list of addresses, not \"{}\"", text));
    }
    return;
  }
  for (const Node& item : node.items()) {
    if (const auto url = Url::parse(item.text())) {
      source.sitemaps.push_back(url->href());
    } else {
      item.complain("not an http or https address: " + item.text());
    }
  }
  if (source.sitemaps.empty()) node.complain("the list of sitemaps is empty; write sitemaps: off to read none");
  if (source.max_depth < 1)
    node.complain("max_depth is 0, so that nothing a sitemap lists would be looked at; write 1 or more");
}

crawler::SourceSettings read_source_settings(const Node& node) {
  crawler::SourceSettings source;
  static const std::vector<std::string> kTypes = {"web", "url-list", "submission", "import"};
  static const std::vector<std::string> kLater = {
      "warc", "meta-ad-library", "tiktok-commercial", "google-ads-transparency", "feed", "telegram-preview", "ct-log"};
  if (!node.is_map()) {
    node.complain("a source is a map such as {type: web, seeds: [\"https://example.com/\"]}");
    return source;
  }
  source.type = node["type"].text();
  if (source.type.empty()) {
    node.complain(fmt::format("a source needs `type`, one of {}", fmt::join(kTypes, ", ")));
    return source;
  }
  if (std::find(kLater.begin(), kLater.end(), source.type) != kLater.end()) {
    node["type"].complain(
        fmt::format("sources of type {} are not in this version; available: {}", source.type, fmt::join(kTypes, ", ")));
  } else if (std::find(kTypes.begin(), kTypes.end(), source.type) == kTypes.end()) {
    const std::string close = nearest(source.type, kTypes);
    node.complain(fmt::format("unknown source type \"{}\"{}; available: {}", source.type,
                              close.empty() ? "" : fmt::format(", did you mean \"{}\"?", close),
                              fmt::join(kTypes, ", ")));
    return source;  // which keys it may have depends on the type
  }
  std::vector<std::string> known = {"type", "robots", "proxy", "personas", "country", "render"};
  if (source.type == "web") {
    known.insert(known.end(), {"seeds", "max_depth", "max_pages", "max_pages_per_host", "scope", "sitemaps"});
  }
  if (source.type == "url-list" || source.type == "submission")
    known.insert(known.end(), {"path", "max_depth", "max_pages", "max_pages_per_host"});
  if (source.type == "import")
    known.insert(known.end(), {"path", "columns", "max_depth", "max_pages", "max_pages_per_host"});
  node.allow_only(known);
  source.seeds = node["seeds"].texts();
  if (source.type == "web") {
    if (source.seeds.empty()) node.complain("a web source needs `seeds`, one address at least");
    for (const Node& seed : node["seeds"].items()) {
      if (const auto url = Url::parse(seed.text()); !url) seed.complain("not an http or https address: " + seed.text());
    }
    source.max_depth = static_cast<int>(node["max_depth"].integer(2, 0, 50));
  } else {
    source.max_depth = static_cast<int>(node["max_depth"].integer(0, 0, 50));
    source.path = node["path"].path();
    if (source.path.empty()) node.complain(fmt::format("a {} source needs `path`", source.type));
  }
  source.max_pages = node["max_pages"].integer(source.type == "web" ? 5000 : 1'000'000, 1, 100'000'000);
  source.max_host_pages = node["max_pages_per_host"].integer(0, 0, 100'000'000);
  source.scope = read_scope(node["scope"]);
  read_sitemaps(node["sitemaps"], source);
  for (const auto& [ours, theirs] : node["columns"].entries()) {
    static const std::vector<std::string> kFields = {
        "url",         "text", "title", "advertiser",     "payer",    "platform",  "media",
        "first_shown", "id",   "reach", "verified_label", "ai_label", "reference", "received"};
    if (std::find(kFields.begin(), kFields.end(), ours) == kFields.end()) {
      const std::string close = nearest(ours, kFields);
      theirs.complain(fmt::format("unknown field \"{}\"{}; known: {}", ours,
                                  close.empty() ? "" : fmt::format(", did you mean \"{}\"?", close),
                                  fmt::join(kFields, ", ")));
    }
    source.columns[ours] = theirs.text();
  }
  source.personas = node["personas"].texts();
  source.proxy = node["proxy"].text();
  source.country = node["country"].text();
  bool respect = true;
  read_robots(node["robots"], respect, source.ignore_robots_reason);
  source.ignore_robots = !respect;
  return source;
}

void read_crawler(const Node& node, Configuration& out) {
  node.allow_only({"user_agent", "connections", "per_host_connections", "per_host_delay_ms", "robots", "max_body_mb",
                   "connect_to", "allow_private_addresses", "examination", "media_in_flight_mb", "timeout_s",
                   "per_address_connections", "per_address_delay_ms"});
  crawler::FetcherSettings& fetcher = out.fetcher;
  fetcher.user_agent = node["user_agent"].text(fetcher.user_agent);
  fetcher.connections = static_cast<int>(node["connections"].integer(64, 1, 4096));
  fetcher.per_host_connections = static_cast<int>(node["per_host_connections"].integer(2, 1, 256));
  fetcher.per_host_delay = std::chrono::milliseconds(node["per_host_delay_ms"].integer(500, 0, 3'600'000));
  fetcher.per_address_connections = static_cast<int>(node["per_address_connections"].integer(16, 0, 4096));
  const std::int64_t a_tenth = fetcher.per_host_delay.count() / 10;
  fetcher.per_address_delay = std::chrono::milliseconds(node["per_address_delay_ms"].integer(a_tenth, 0, 3'600'000));
  read_robots(node["robots"], fetcher.respect_robots, fetcher.ignore_robots_reason);
  const Node body = node["max_body_mb"];
  body.allow_only({"html", "image", "video"});
  fetcher.max_html_bytes = static_cast<std::uint64_t>(body["html"].integer(8, 1, 256)) << 20;
  fetcher.max_image_bytes = static_cast<std::uint64_t>(body["image"].integer(32, 1, 1024)) << 20;
  fetcher.max_video_bytes = static_cast<std::uint64_t>(body["video"].integer(512, 1, 16384)) << 20;
  fetcher.media_in_flight_bytes = static_cast<std::uint64_t>(node["media_in_flight_mb"].integer(1024, 16, 1 << 20))
                                  << 20;
  fetcher.total_timeout = std::chrono::seconds(node["timeout_s"].integer(60, 1, 3600));
  fetcher.connect_to = node["connect_to"].texts();
  fetcher.allow_private_addresses = node["allow_private_addresses"].texts();
  const Node examination = node["examination"];
  if (examination.exists() && !examination.is_null()) {
    examination.allow_only({"authority", "approved_by", "persona"});
    out.examination =
        Examination{examination["authority"].text(), examination["approved_by"].text(), examination["persona"].text()};
    if (out.examination->authority.empty() || out.examination->approved_by.empty()) {
      examination.complain(
          "an examination fetch goes past robots.txt, so it needs an `authority` (law and paragraph) and "
          "`approved_by`");
    }
  }
}

void read_media(const Node& node, Configuration& out) {
  node.allow_only({"enabled", "workers", "ocr_languages", "max_seconds", "keyframes_only", "memory_mb"});
  out.media_enabled = node["enabled"].boolean(true);
  if (const std::string workers = node["workers"].text("auto"); workers != "auto") {
    out.media.workers = static_cast<int>(node["workers"].integer(0, 1, 1024));
  }
  if (node["ocr_languages"].exists()) out.media.ocr_languages = node["ocr_languages"].texts();
  out.media.max_seconds = node["max_seconds"].number(3600, 1, 24 * 3600);
  out.media.keyframes_only = node["keyframes_only"].boolean(false);
  out.media.memory_limit_bytes = static_cast<std::uint64_t>(node["memory_mb"].integer(2048, 256, 65536)) << 20;
}

void read_models(const Node& node, Configuration& out) {
  node.allow_only({"directory", "face_recognizer"});
  if (node["directory"].exists() && !node["directory"].is_null()) out.models_directory = node["directory"].path();
  out.face_recognizer = node["face_recognizer"].text("sface");
  if (media::find_recognizer(out.face_recognizer) == nullptr) {
    std::vector<std::string_view> known;
    for (const media::RecognizerProfile& profile : media::recognizer_profiles()) known.push_back(profile.model);
    node["face_recognizer"].complain(
        fmt::format("`face_recognizer` must be one of {}, not \"{}\"", fmt::join(known, ", "), out.face_recognizer));
  }
}

SweepSettings read_sweep(const Node& node) {
  SweepSettings sweep;
  if (!node.is_map()) {
    node.complain("a sweep is a map such as {name: daily, sources: [...]}");
    return sweep;
  }
  node.allow_only({"name", "schedule", "timezone", "jitter_s", "max_pages", "sources"});
  sweep.name = node["name"].text();
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  if (sweep.name.empty() || sweep.name.size() > 64 || !std::all_of(sweep.name.begin(), sweep.name.end(), plain)) {
    node.complain("a sweep needs a `name` of letters, digits, - and _ (it becomes a file name)");
  }
  sweep.timezone = node["timezone"].text("UTC");
  if (!known_timezone(sweep.timezone))
    node["timezone"].complain(
        fmt::format("unknown time zone \"{}\"; write one such as Asia/Kuala_Lumpur", sweep.timezone));
  if (node["schedule"].exists() && !node["schedule"].is_null()) {
    sweep.schedule_text = node["schedule"].text();
    const Result<Cron> cron = Cron::parse(sweep.schedule_text);
    if (cron) {
      sweep.schedule = *cron;
      if (!cron->next(utc_now(), "UTC"))
        node["schedule"].complain(fmt::format("the schedule \"{}\" never comes", sweep.schedule_text));
    } else {
      node["schedule"].complain(cron.error().detail);
    }
  }
  sweep.jitter_s = static_cast<int>(node["jitter_s"].integer(0, 0, 86400));
  sweep.max_pages = node["max_pages"].integer(0, 0, 1'000'000'000);
  for (const Node& source : node["sources"].items()) sweep.sources.push_back(read_source_settings(source));
  if (sweep.sources.empty()) node.complain(fmt::format("the sweep \"{}\" has no sources", sweep.name));
  return sweep;
}

void read_metrics(const Node& node, Configuration& out) {
  node.allow_only({"listen"});
  const Node listen = node["listen"];
  if (!listen.exists() || listen.is_null()) return;
  const std::string text = listen.text();
  // ADDRESS:PORT with a literal address; an IPv6 one in brackets.
  const std::size_t colon = text.rfind(':');
  int port = -1;
  const char* const end = text.data() + text.size();
  if (colon != std::string::npos && colon > 0) {
    const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, port);
    if (error != std::errc() || stop != end) port = -1;
  }
  if (port < 0 || port > 65535) {
    listen.complain(
        fmt::format("`metrics.listen` must be an address and a port such as \"127.0.0.1:9464\", not \"{}\"", text));
    return;
  }
  std::string address = text.substr(0, colon);
  if (address.size() > 2 && address.front() == '[' && address.back() == ']')
    address = address.substr(1, address.size() - 2);
  out.metrics = Configuration::Listen{std::move(address), static_cast<std::uint16_t>(port)};
}

Result<Configuration> read(yaml::Document document, std::string_view bytes) {
  Configuration out;
  out.sha256 = sha256_hex(bytes);
  const Node root = document.root();
  root.allow_only({"workspace", "store", "watchlists", "lures", "sweeps", "crawler", "personas", "proxies", "media",
                   "models", "transcription", "verdict", "evidence", "notify", "push", "metrics"});
  out.workspace = root["workspace"].exists() ? root["workspace"].path() : document.folder() / "workspace";
  out.store = root["store"].text("sqlite");
  out.watchlists = expand(root["watchlists"], "watchlist");
  out.lures = expand(root["lures"], "lure pack");
  read_crawler(root["crawler"], out);
  for (const auto& [name, node] : root["personas"].entries()) {
    node.allow_only({"user_agent", "accept_language", "referer", "proxy"});
    crawler::Persona persona;
    persona.name = name;
    persona.user_agent = node["user_agent"].text();
    persona.accept_language = node["accept_language"].text();
    persona.referer = node["referer"].text();
    persona.proxy = node["proxy"].text();
    out.personas[name] = persona;
  }
  for (const auto& [name, node] : root["proxies"].entries())
    out.fetcher.proxies[name] = crawler::ProxyAddress{node.text()};
  read_media(root["media"], out);
  const Node verdict = root["verdict"];
  verdict.allow_only({"flag_at", "review_at"});
  out.verdict.flag_at = verdict["flag_at"].number(0.80, 0.01, 1.0);
  out.verdict.review_at = verdict["review_at"].number(0.50, 0.01, 1.0);
  if (out.verdict.review_at > out.verdict.flag_at) verdict.complain("review_at must not be above flag_at");

  std::set<std::string> names;
  for (const Node& node : root["sweeps"].items()) {
    SweepSettings sweep = read_sweep(node);
    if (!names.insert(sweep.name).second) node.complain(fmt::format("two sweeps are called \"{}\"", sweep.name));
    for (const crawler::SourceSettings& source : sweep.sources) {
      for (const std::string& persona : source.personas) {
        if (!out.personas.contains(persona)) {
          std::vector<std::string> known;
          for (const auto& [name, value] : out.personas) known.push_back(name);
          node.complain(fmt::format("the persona \"{}\" is not described under `personas` (known: {})", persona,
                                    fmt::join(known, ", ")));
        }
      }
      if (!source.proxy.empty() && !out.fetcher.proxies.contains(source.proxy)) {
        node.complain(fmt::format("the proxy \"{}\" is not described under `proxies`", source.proxy));
      }
    }
    out.sweeps.push_back(std::move(sweep));
  }
  for (const auto& [name, persona] : out.personas) {
    if (!persona.proxy.empty() && !out.fetcher.proxies.contains(persona.proxy)) {
      root["personas"].complain(
          fmt::format("the proxy \"{}\" of persona \"{}\" is not described under `proxies`", persona.proxy, name));
    }
  }
  if (out.examination && !out.examination->persona.empty() && !out.personas.contains(out.examination->persona)) {
    root["crawler"]["examination"].complain(
        fmt::format("the persona \"{}\" is not described under `personas`", out.examination->persona));
  }
  read_models(root["models"], out);
  root["evidence"].allow_only({"timestamp_authorities", "retention"});
  const auto unused = [&](const Node& node, const char* what) {
    const bool empty = !node.exists() || node.is_null() || (node.is_list() && node.items().empty()) ||
                       (node.is_map() && node.entries().empty());
    if (!empty)
      out.warnings.push_back(
          fmt::format("{}: this version does not act on `{}` yet; the setting is ignored", node.where(), what));
  };
  unused(root["transcription"], "transcription");
  unused(root["notify"], "notify");
  unused(root["evidence"]["timestamp_authorities"], "evidence.timestamp_authorities");
  unused(root["evidence"]["retention"], "evidence.retention");
  for (const auto& [name, node] : root["push"].entries()) unused(node, "push");
  read_metrics(root["metrics"], out);
  if (auto errors = yaml::document_errors(document); !errors) return errors.error();
  return out;
}

}  // namespace

Result<Configuration> read_configuration(const std::filesystem::path& file) {
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored)) {
    return operator_error(fmt::format("{} is a folder; name the configuration in it, such as {}", file.string(),
                                      (file / "pantau.yaml").string()));
  }
  Result<std::string> bytes = read_file(file, 16u << 20);
  if (!bytes && bytes.error().native == ENOENT) {
    return operator_error(bytes.error().detail + "; `pantau init DIR` writes an example to start from");
  }
  if (!bytes) return operator_error(bytes.error().detail, bytes.error().native);
  Result<yaml::Document> document = yaml::Document::load(file);
  if (!document) return document.error();
  Result<Configuration> out = read(std::move(*document), *bytes);
  if (out) out->file = file;
  return out;
}

Result<Configuration> read_configuration_text(std::string text, const std::string& name,
                                              const std::filesystem::path& folder) {
  const std::string bytes = text;
  Result<yaml::Document> document = yaml::Document::parse(std::move(text), name);
  if (!document) return document.error();
  document->set_folder(folder);
  Result<Configuration> out = read(std::move(*document), bytes);
  if (out) out->file = name;
  return out;
}

Result<std::shared_ptr<const matchers::Matcher>> load_matcher(const Configuration& configuration,
                                                              const Defaults& defaults) {
  const auto load = [](const std::vector<std::filesystem::path>& files,
                       const std::vector<matchers::SourceText>& fallback) -> Result<std::vector<matchers::SourceText>> {
    if (files.empty()) return fallback;
    std::vector<matchers::SourceText> texts;
    for (const std::filesystem::path& file : files) {
      Result<std::string> text = read_file(file, 64u << 20);
      if (!text) return text.error();
      texts.push_back({file.string(), std::move(*text), std::filesystem::absolute(file).parent_path()});
    }
    return texts;
  };
  auto watchlist_texts = load(configuration.watchlists, defaults.watchlists);
  if (!watchlist_texts) return watchlist_texts.error();
  auto lure_texts = load(configuration.lures, defaults.lures);
  if (!lure_texts) return lure_texts.error();
  Result<matchers::Watchlist> watchlist = matchers::read_watchlists(*watchlist_texts);
  if (!watchlist) return watchlist.error();
  if (watchlist->entities.empty()) {
    std::vector<std::string> names;
    for (const matchers::SourceText& text : *watchlist_texts) names.push_back(text.name);
    return operator_error(
        fmt::format("{}: the watchlist is empty: nobody would be protected; add `entities`, or leave `watchlists` out "
                    "of the configuration to use the built-in list",
                    fmt::join(names, ", ")));
  }
  Result<matchers::Lures> lures = matchers::read_lures(*lure_texts);
  if (!lures) return lures.error();
  return matchers::Matcher::compile(std::move(*watchlist), std::move(*lures));
}

}  // namespace pantau::sweep
