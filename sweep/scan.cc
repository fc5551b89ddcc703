#include "sweep/scan.h"

#include <algorithm>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <unordered_map>

#include "base/digest.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "base/url.h"
#include "sweep/faces.h"
#include "sweep/gather.h"
#include "sweep/logos.h"
#include "sweep/view.h"

namespace pantau::sweep {
namespace {

using crawler::Outcome;

constexpr std::size_t kMaxAdTargets = 20;

bool is_html(std::string_view bytes) {
  const std::string head = to_lower_ascii(trim(bytes.substr(0, 1024)));
  return head.rfind("<!doctype html", 0) == 0 || head.rfind("<html", 0) == 0 ||
         head.find("<head") != std::string::npos || head.find("<body") != std::string::npos ||
         head.rfind("<!--", 0) == 0;
}

bool is_text(std::string_view bytes) {
  const std::string_view head = bytes.substr(0, 4096);
  if (head.empty() || head.find('\0') != std::string_view::npos) return false;
  const std::string valid = to_valid_utf8(clip_utf8(bytes, 4096));
  std::size_t bad = 0;
  for (std::size_t at = valid.find("\xEF\xBF\xBD"); at != std::string::npos; at = valid.find("\xEF\xBF\xBD", at + 3))
    ++bad;
  std::size_t controls = 0;
  for (const char c : head) controls += static_cast<unsigned char>(c) < 9;
  return bad * 50 < head.size() && controls == 0;
}

int rank(const std::string& band) {
  return band == "flag" ? 2 : band == "review" ? 1 : 0;
}

class Scan {
 public:
  Scan(ScanOptions options, const RestrictedList& restricted, std::shared_ptr<const matchers::KnownMedia> known_media)
      : options_(std::move(options)), pool_(2) {
    judge_.known_media = std::move(known_media);
    judge_.verdict = options_.configuration.verdict;
    judge_.configuration_sha256 = options_.configuration.sha256;
    restricted_ = &restricted;
  }

  Result<void> run(const std::function<void(const ScanResult&)>& each) {
    auto fetcher = crawler::Fetcher::create(context_.get_executor(), options_.configuration.fetcher);
    if (!fetcher) return fetcher.error();
    fetcher_ = std::move(*fetcher);
    if (options_.configuration.media_enabled) {
      media::WorkerSettings settings = options_.configuration.media;
      if (settings.program.empty()) settings.program = options_.program;
      Result<FaceGallery> gallery =
          make_face_gallery(options_.configuration, options_.matcher->watchlist(), options_.program, options_.stop);
      if (!gallery) return gallery.error();
      if (gallery->on) settings.faces = gallery->worker;
      judge_.faces = gallery->references;
      judge_.models = gallery->models;
      Result<LogoGallery> logos =
          make_logo_gallery(options_.configuration, options_.matcher->watchlist(), options_.program, options_.stop);
      if (!logos) return logos.error();
      settings.logos = logos->worker;
      judge_.logos = logos->references;
      if (options_.notes) options_.notes(gallery->notes);
      workers_ = std::make_unique<media::WorkerPool>(context_.get_executor(), settings);
    }
    Gatherer::Hooks hooks;
    hooks.medium_ended = [this](MediumPointer medium) { return remember(std::move(medium)); };
    hooks.md5 = judge_.known_media->needs_md5();
    gatherer_ = std::make_unique<Gatherer>(context_.get_executor(), pool_, fetcher_.get(), workers_.get(), *restricted_,
                                           std::move(hooks));
    asio::co_spawn(context_, main(&each), asio::detached);
    context_.run();
    pool_.join();
    return {};
  }

 private:
  asio::awaitable<void> remember(MediumPointer medium) {
    KnownMedium known;
    known.report = medium->report;
    known.cues = medium->cues;
    known.md5 = medium->md5;
    known_[medium->canonical] = std::move(known);
    medium->exchanges.clear();
    medium->body = Bytes();
    co_return;
  }

  cases::CaseRecord judge(const StoredPage* page, const std::vector<Route>& routes) {
    const MediumLookup lookup = [this](const StoredMedium& medium) -> const KnownMedium* {
      const auto found = known_.find(medium.canonical);
      return found == known_.end() ? nullptr : &found->second;
    };
    cases::CaseRecord record = make_case(page, routes, lookup, *options_.matcher, judge_);
    record.id = "c-" + new_ulid();
    record.sweep = "scan";
    record.first_seen = record.last_seen = format_utc(utc_now());
    return record;
  }

  void mark_failed(ScanResult& result, Outcome outcome, const std::string& detail) {
    result.failed = true;
    result.detail = detail;
    result.record.verdict = cases::Verdict();
    result.record.outcome = std::string(text(outcome));
    matchers::Signal signal;
    signal.type = matchers::SignalType::undecodable;
    signal.where = result.record.source == "file" ? matchers::Where::file : matchers::Where::url;
    signal.found = detail;
    signal.matched = std::string(text(outcome));
    const bool unreadable =
        outcome == Outcome::undecodable || outcome == Outcome::too_large || outcome == Outcome::partly_analysed;
    signal.outcome = unreadable ? "undecodable" : "blocked";
    result.record.signals.push_back(std::move(signal));
  }

  asio::awaitable<ScanResult> address(std::string url) {
    ScanResult result;
    result.target = url;
    result.record.source = "url-list";
    std::shared_ptr<Page> page = co_await gatherer_->page(url, "", persona(), 0);
    Outcome outcome = page->restricted ? Outcome::restricted : page->outcome;
    if (!page->is_html && outcome == Outcome::done && !page->media.empty() && page->media.front().medium)
      outcome = page->media.front().medium->outcome;
    const StoredPage own = page->restricted ? StoredPage() : stored_page(*page, 0);
    result.record = judge(page->restricted ? nullptr : &own, {});
    result.record.source = "url-list";
    result.record.page_url = url;
    if (outcome != Outcome::done && outcome != Outcome::partly_analysed && (page->restricted || !page->seen())) {
      mark_failed(result, outcome,
                  outcome == Outcome::restricted ? "on a restricted list: nothing of it is shown" : page->detail);
      if (result.record.urls.empty()) result.record.urls.push_back(url);
      co_return result;
    }
    // The page's ads: each with its own landing page; the worst of all is the answer.
    std::vector<Route> routes = routes_of(*page, 0, "url-list");
    std::erase_if(routes, [](const Route& route) { return route.kind != "slot"; });
    std::sort(routes.begin(), routes.end(), [](const Route& a, const Route& b) { return a.slot < b.slot; });
    if (routes.size() > kMaxAdTargets) routes.resize(kMaxAdTargets);
    std::vector<std::shared_ptr<Page>> targets(routes.size());
    TaskGroup group(context_.get_executor());
    for (std::size_t i = 0; i < routes.size(); ++i) {
      if (!routes[i].click_url.empty()) group.spawn(follow(routes[i].click_url, page->final_url, &targets[i]));
    }
    co_await group.join();
    for (std::size_t i = 0; i < routes.size(); ++i) {
      const bool reached = targets[i] && targets[i]->seen() && !targets[i]->restricted;
      const StoredPage landing = reached ? stored_page(*targets[i], 1) : StoredPage();
      cases::CaseRecord record = judge(reached ? &landing : nullptr, {routes[i]});
      if (rank(record.verdict.band) > rank(result.record.verdict.band)) {
        record.urls.push_back(url);
        std::sort(record.urls.begin(), record.urls.end());
        record.urls.erase(std::unique(record.urls.begin(), record.urls.end()), record.urls.end());
        result.record = std::move(record);
      }
    }
    co_return result;
  }

  asio::awaitable<void> follow(std::string url, std::string referer, std::shared_ptr<Page>* out) {
    *out = co_await gatherer_->page(url, referer, persona(), 1);
  }

  asio::awaitable<ScanResult> file(std::string path) {
    ScanResult result;
    result.target = path;
    result.record.source = "file";
    Result<std::string> bytes = read_file(path, options_.configuration.fetcher.max_video_bytes);
    if (!bytes) {
      result.record.id = "c-" + new_ulid();
      result.record.sweep = "scan";
      result.record.first_seen = result.record.last_seen = format_utc(utc_now());
      mark_failed(result, bytes.error().native == EFBIG ? Outcome::too_large : Outcome::failed, bytes.error().detail);
      co_return result;
    }
    const std::string key = sha256_hex(*bytes);
    StoredPage page;
    Route route;
    route.kind = "lead";
    route.source = "file";
    Outcome outcome = Outcome::done;
    std::string detail;
    bool has_page = false;
    if (restricted_->find(*bytes, key)) {
      outcome = Outcome::restricted;
      detail = "on a restricted list: nothing of it is shown";
    } else if (is_html(*bytes)) {
      std::shared_ptr<Page> saved = co_await gatherer_->saved_page(std::move(*bytes), path);
      if (saved->restricted) {
        outcome = Outcome::restricted;
        detail = "on a restricted list: nothing of it is shown";
      } else {
        page = stored_page(*saved, 0);
        for (const Route& slot : routes_of(*saved, 0, "file")) {
          for (const std::string& words : slot.texts) route.texts.push_back(words);
          for (const StoredMedium& medium : slot.media) route.media.push_back(medium);
        }
        page.url.clear();
        page.final_url.clear();
        has_page = true;
      }
    } else if (is_text(*bytes)) {
      route.texts.push_back(to_valid_utf8(*bytes));
    } else {
      MediumPointer medium = co_await gatherer_->file(std::move(*bytes), path);
      outcome = medium->outcome;
      detail = medium->detail;
      PlacedMedium placed;
      placed.medium = medium;
      placed.reference.origin = "file";
      if (!medium->restricted) route.media.push_back(stored(placed));
    }
    result.record = judge(has_page ? &page : nullptr, {route});
    result.record.source = "file";
    result.record.page_url.clear();
    if (outcome != Outcome::done && outcome != Outcome::partly_analysed) mark_failed(result, outcome, detail);
    co_return result;
  }

  crawler::Persona persona() const {
    crawler::Persona persona;
    persona.user_agent = options_.configuration.fetcher.user_agent;
    return persona;
  }

  asio::awaitable<void> main(const std::function<void(const ScanResult&)>* each) {
    TaskGroup watcher(context_.get_executor());
    watcher.spawn(watch());
    for (const std::string& target : options_.targets) {
      if (options_.stop != nullptr && options_.stop->load()) break;
      const bool is_address = target.rfind("http://", 0) == 0 || target.rfind("https://", 0) == 0;
      ScanResult result;
      if (is_address) {
        result = co_await address(target);
      } else {
        result = co_await file(target);
      }
      (*each)(result);
    }
    finished_ = true;
    co_await watcher.join();
    if (workers_) workers_->stop();
    fetcher_->stop();
  }

  asio::awaitable<void> watch() {
    asio::steady_timer timer(context_);
    while (!finished_) {
      if (options_.stop != nullptr && options_.stop->load()) {
        fetcher_->stop();
        if (workers_) workers_->stop();
      }
      timer.expires_after(std::chrono::milliseconds(50));
      boost::system::error_code ignored;
      co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
  }

  ScanOptions options_;
  asio::io_context context_{1};
  asio::thread_pool pool_;
  const RestrictedList* restricted_ = nullptr;
  JudgeSettings judge_;
  std::unique_ptr<crawler::Fetcher> fetcher_;
  std::unique_ptr<media::WorkerPool> workers_;
  std::unique_ptr<Gatherer> gatherer_;
  std::unordered_map<std::string, KnownMedium> known_;
  bool finished_ = false;
};

}  // namespace

Result<void> scan(ScanOptions options, const std::function<void(const ScanResult&)>& each) {
  Result<RestrictedList> restricted = RestrictedList::load(options.matcher->watchlist());
  if (!restricted) return restricted.error();
  Result<matchers::KnownMedia> known = matchers::KnownMedia::load(options.matcher->watchlist(), false);
  if (!known) return known.error();
  for (const auto* complaints : {&restricted->complaints(), &known->complaints()}) {
    for (const std::string& complaint : *complaints) log_warning(complaint);
  }
  Scan run(std::move(options), *restricted, std::make_shared<const matchers::KnownMedia>(std::move(*known)));
  return run.run(each);
}

}  // namespace pantau::sweep
