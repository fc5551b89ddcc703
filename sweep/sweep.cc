#include "sweep/sweep.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/json/serialize.hpp>
#include <cmath>
#include <cstring>
#include <deque>
#include <set>
#include <unordered_set>

#include "base/digest.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "base/url.h"
#include "cases/case_store.h"
#include "cases/evidence/evidence.h"
#include "sweep/assembler.h"
#include "sweep/evidence_writer.h"
#include "sweep/gather.h"

namespace pantau::sweep {
namespace {

using crawler::Outcome;

constexpr int kPagesInFlight = 192;
constexpr auto kAssembleEvery = std::chrono::milliseconds(1500);
constexpr auto kProgressEvery = std::chrono::milliseconds(250);

// One sweep at a time in a workspace: two would write the same WARC names and judge each other's half-finished pages.
class WorkspaceLock {
 public:
  static Result<std::unique_ptr<WorkspaceLock>> take(const std::string& workspace) {
    const std::string path = workspace + "/.lock";
    const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) return operator_error("cannot write " + path + ": " + std::strerror(errno), errno);
    if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
      close(descriptor);
      return operator_error("another sweep is running in the workspace " + workspace +
                            "; wait for it, or use another workspace");
    }
    return std::unique_ptr<WorkspaceLock>(new WorkspaceLock(descriptor));
  }
  ~WorkspaceLock() { close(descriptor_); }

 private:
  explicit WorkspaceLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

std::string report_settings_of(const Configuration& configuration) {
  std::string text =
      fmt::format("v{};{};{};{}", media::kAnalysisVersion, fmt::join(configuration.media.ocr_languages, "+"),
                  configuration.media.max_seconds, configuration.media.keyframes_only);
  return sha256_hex(text).substr(0, 16);
}

std::string site_of(const std::string& url) {
  const Result<Url> parsed = Url::parse(url);
  return parsed ? registrable_domain(parsed->host()) : std::string();
}

class Run {
 public:
  explicit Run(SweepOptions options)
      : options_(std::move(options)),
        workspace_(options_.configuration.workspace.string()),
        pool_(2),
        began_(std::chrono::steady_clock::now()) {}

  Result<Summary> run() {
    if (auto prepared = prepare(); !prepared) return prepared.error();
    asio::co_spawn(context_, main(), asio::detached);
    context_.run();
    pool_.join();
    return conclude();
  }

 private:
  Result<void> prepare();
  Result<void> read_sources();
  asio::awaitable<void> main();
  asio::awaitable<void> watch();
  asio::awaitable<void> assemble_loop();
  asio::awaitable<void> assemble_dirty();
  asio::awaitable<void> assemble_unreached();
  asio::awaitable<void> page_task(crawler::FrontierItem item);
  asio::awaitable<void> file_task(crawler::Lead lead, std::int64_t number);
  asio::awaitable<void> lead_media_task(crawler::Lead lead, std::int64_t number);
  asio::awaitable<void> medium_ended(MediumPointer medium);
  asio::awaitable<Result<void>> commit(store::Job job);
  asio::awaitable<void> save_case(cases::CaseRecord record);
  asio::awaitable<void> note_restricted(const std::string url);
  Result<Summary> conclude();
  void report_progress();
  void fail(const Error& error) {
    if (!fatal_) {
      fatal_ = error;
      stop("stopping: " + error.detail);
    }
  }
  void stop(const std::string& why) {
    if (stopping_) return;
    stopping_ = true;
    log_warning(why);
    if (fetcher_) fetcher_->stop();
    if (workers_) workers_->stop();
  }
  crawler::Persona persona_of(int source) const;

  SweepOptions options_;
  std::string workspace_;
  asio::io_context context_{1};
  asio::thread_pool pool_;
  std::chrono::steady_clock::time_point began_;
  std::unique_ptr<WorkspaceLock> lock_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<store::Connection> reader_;
  std::shared_ptr<crawler::WarcWriter> warc_;
  std::optional<cases::AuditLog> audit_;
  RestrictedList restricted_;
  std::string sweep_id_, started_, report_settings_;
  std::unique_ptr<crawler::Frontier> frontier_;
  std::unique_ptr<crawler::Fetcher> fetcher_;
  std::unique_ptr<media::WorkerPool> workers_;
  std::unique_ptr<Gatherer> gatherer_;
  std::unique_ptr<EvidenceWriter> evidence_;
  std::unique_ptr<Assembler> assembler_;
  std::vector<std::pair<std::int64_t, crawler::Lead>> file_leads_, media_leads_;
  std::set<std::string> dirty_, dirty_clicks_;
  std::map<std::string, std::string> band_of_key_;  // flagged and review cases of this sweep, for the progress line
  std::int64_t cases_saved_ = 0, pages_done_ = 0;
  std::vector<std::string> notes_;
  bool stopping_ = false, finished_ = false, crawling_done_ = false;
  std::optional<Error> fatal_;
  std::deque<std::pair<double, std::int64_t>> rate_window_;
};

Result<void> Run::prepare() {
  if (auto ready = cases::prepare_workspace(workspace_); !ready) return ready;
  auto lock = WorkspaceLock::take(workspace_);
  if (!lock) return lock.error();
  lock_ = std::move(*lock);

  auto restricted = RestrictedList::load(options_.matcher->watchlist());
  if (!restricted) return restricted.error();
  restricted_ = std::move(*restricted);

  std::vector<store::Migration> migrations = crawler::frontier_migrations();
  for (auto more : {cases::case_migrations(), sweep_migrations()})
    migrations.insert(migrations.end(), more.begin(), more.end());
  auto opened = store::Store::open(options_.configuration.store, workspace_, migrations);
  if (!opened) return opened.error();
  store_ = std::move(*opened);
  auto reader = store_->open_reader();
  if (!reader) return reader.error();
  reader_ = std::move(*reader);
  auto audit = cases::AuditLog::open(workspace_);
  if (!audit) return audit.error();
  audit_ = std::move(*audit);

  const std::string& name = options_.sweep.name;
  auto unfinished = newest_unfinished(*reader_, name);
  if (!unfinished) return unfinished.error();
  const std::string now = format_utc(utc_now());
  if (options_.resume && *unfinished) {
    sweep_id_ = (*unfinished)->id;
    started_ = (*unfinished)->started;
    log_info(fmt::format("going on with the sweep {} that began {}", name, started_));
  } else {
    sweep_id_ = new_ulid();
    started_ = now;
    const SweepRow row{sweep_id_, name, now, "", "running"};
    auto begun = store_
                     ->write([&](store::Connection& c) -> Result<void> {
                       if (auto abandoned = abandon_unfinished(c, name, now); !abandoned) return abandoned;
                       return insert_sweep(c, row);
                     })
                     .get();
    if (!begun) return begun;
  }
  report_settings_ = report_settings_of(options_.configuration);

  boost::json::object detail{{"sweep", name},
                             {"id", sweep_id_},
                             {"resumed", options_.resume && unfinished->has_value()},
                             {"configuration", options_.configuration.sha256},
                             {"watchlist", options_.matcher->watchlist().sha256},
                             {"version", PANTAU_VERSION}};
  if (!options_.configuration.fetcher.respect_robots)
    detail["robots_ignored"] = options_.configuration.fetcher.ignore_robots_reason;
  for (const crawler::SourceSettings& source : options_.sweep.sources) {
    if (source.ignore_robots) detail["robots_ignored"] = source.ignore_robots_reason;
  }
  if (auto logged = audit_->append(options_.actor, "sweep.start", name, std::move(detail)); !logged) return logged;

  auto warc = crawler::WarcWriter::open(workspace_, name, options_.configuration.fetcher.user_agent);
  if (!warc) return warc.error();
  warc_ = std::move(*warc);
  evidence_ = std::make_unique<EvidenceWriter>(workspace_, sweep_id_, report_settings_, warc_);

  auto fetcher = crawler::Fetcher::create(context_.get_executor(), options_.configuration.fetcher);
  if (!fetcher) return fetcher.error();
  fetcher_ = std::move(*fetcher);
  if (options_.configuration.media_enabled) {
    media::WorkerSettings settings = options_.configuration.media;
    if (settings.program.empty()) settings.program = options_.program;
    workers_ = std::make_unique<media::WorkerPool>(context_.get_executor(), settings);
  } else {
    notes_.push_back("media are switched off (media.enabled: false): pictures and videos were fetched but not read");
  }
  auto assembly_reader = store_->open_reader();
  if (!assembly_reader) return assembly_reader.error();
  JudgeSettings judge;
  judge.verdict = options_.configuration.verdict;
  judge.configuration_sha256 = options_.configuration.sha256;
  assembler_ = std::make_unique<Assembler>(std::move(*assembly_reader), sweep_id_, name, report_settings_,
                                           options_.matcher, judge);

  Gatherer::Hooks hooks;
  hooks.known_report = [this](const std::string& sha256) -> std::shared_ptr<const media::MediaReport> {
    Result<std::optional<StoredReport>> found = find_report(*reader_, sha256, report_settings_);
    return found && *found ? (*found)->report : nullptr;
  };
  hooks.known_medium = [this](const std::string& canonical) -> MediumPointer {
    Result<std::optional<MediaRow>> row = find_medium(*reader_, sweep_id_, canonical);
    if (!row || !*row) return nullptr;
    auto medium = std::make_shared<Medium>();
    medium->url = (*row)->url;
    medium->canonical = canonical;
    medium->kind = (*row)->kind == "video"     ? crawler::MediaKind::video
                   : (*row)->kind == "caption" ? crawler::MediaKind::caption
                                               : crawler::MediaKind::image;
    medium->outcome = crawler::outcome_from((*row)->outcome).value_or(Outcome::failed);
    medium->detail = (*row)->detail;
    medium->sha256 = (*row)->sha256;
    if (medium->outcome == Outcome::restricted) medium->restricted = RestrictedList::Match{};
    return medium;
  };
  hooks.medium_ended = [this](MediumPointer medium) { return medium_ended(std::move(medium)); };
  gatherer_ = std::make_unique<Gatherer>(context_.get_executor(), pool_, fetcher_.get(), workers_.get(), restricted_,
                                         std::move(hooks));
  return read_sources();
}

crawler::Persona Run::persona_of(int source) const {
  crawler::Persona persona;
  persona.user_agent = options_.configuration.fetcher.user_agent;
  if (source >= 0 && source < static_cast<int>(options_.sweep.sources.size()))
    persona.proxy = options_.sweep.sources[source].proxy;
  return persona;
}

Result<void> Run::read_sources() {
  std::vector<crawler::CrawlScope> scopes;
  for (const crawler::SourceSettings& source : options_.sweep.sources) {
    crawler::CrawlScope scope;
    scope.scope = source.scope;
    scope.max_depth = source.max_depth;
    scope.max_pages = source.max_pages;
    scope.seeds = source.seeds;
    scopes.push_back(std::move(scope));
  }
  auto frontier = crawler::Frontier::open(*store_, sweep_id_, std::move(scopes));
  if (!frontier) return frontier.error();
  frontier_ = std::move(*frontier);

  auto earlier = list_leads(*reader_, sweep_id_);
  if (!earlier) return earlier.error();
  std::unordered_set<std::int64_t> ended;
  for (const LeadRow& lead : *earlier) {
    if (!lead.outcome.empty()) ended.insert(lead.number);
  }
  std::int64_t number = 0;
  std::unordered_set<std::string> keys;
  for (std::size_t index = 0; index < options_.sweep.sources.size(); ++index) {
    const crawler::SourceSettings& settings = options_.sweep.sources[index];
    auto read = crawler::read_source(settings);
    if (!read) return read.error();
    for (const crawler::RejectedLead& rejected : read->rejected) {
      LeadRow row{number++, settings.type, "", rejected.what, std::string(text(Outcome::refused)), rejected.detail};
      store_->write([this, row](store::Connection& c) { return insert_lead(c, sweep_id_, row); }, {});
    }
    for (crawler::Lead& lead : read->leads) {
      LeadRow row{number++, settings.type, lead.key, lead.url.empty() ? lead.file : lead.url, "", ""};
      if (row.what.empty()) row.what = lead.key;
      std::string canonical;
      if (!lead.url.empty()) {
        if (const Result<Url> url = Url::parse(lead.url)) {
          canonical = url->canonical();
          row.key = canonical;
        } else {
          row.outcome = text(Outcome::refused);
          row.detail = url.error().detail;
        }
      }
      const bool has_more = !lead.texts.empty() || !lead.media_urls.empty() || lead.facts.reference ||
                            lead.facts.advertiser || lead.facts.platform || lead.facts.source_id;
      const bool first = keys.insert(row.key).second;
      if (row.outcome.empty() && !first) {
        row.outcome = text(Outcome::duplicate);
        row.detail = "handed over before in this sweep";
      }
      store_->write([this, row](store::Connection& c) { return insert_lead(c, sweep_id_, row); }, {});
      if (row.outcome == text(Outcome::refused)) continue;
      if (!canonical.empty()) {
        if (first) {
          crawler::FrontierItem item;
          item.url = lead.url;
          item.canonical = canonical;
          item.host = Url::parse(lead.url)->host();
          item.source = static_cast<int>(index);
          item.is_lead = true;
          frontier_->add(std::move(item));
        }
        if (has_more && !ended.contains(row.number)) {
          lead.source = settings.type;
          media_leads_.emplace_back(row.number, lead);
        }
      } else if (first && !ended.contains(row.number)) {
        lead.source = settings.type;
        file_leads_.emplace_back(row.number, std::move(lead));
      }
    }
  }
  frontier_->flush();
  if (number == 0) notes_.push_back("the sources handed over nothing: check their paths and seeds");
  return store_->flush();
}

asio::awaitable<Result<void>> Run::commit(store::Job job) {
  struct State {
    explicit State(const asio::any_io_executor& executor) : event(executor) {}
    Event event;
    Result<void> result;
  };
  auto state = std::make_shared<State>(context_.get_executor());
  auto work = asio::make_work_guard(context_);
  auto done = [this, state, work](Result<void> result) {
    auto resume = [state, result = std::move(result)] {
      state->result = result;
      state->event.set();
    };
    asio::post(context_, std::move(resume));
  };
  store_->write(std::move(job), std::move(done));
  co_await state->event.wait();
  if (!state->result && state->result.error().code == ErrorCode::tell_operator) fail(state->result.error());
  co_return state->result;
}

asio::awaitable<void> Run::medium_ended(MediumPointer medium) {
  if (stopping_ && medium->outcome != Outcome::done) {
    medium->exchanges.clear();
    medium->body = Bytes();
    co_return;  // interrupted: looked at again on resume
  }
  std::vector<int> signal_frames;
  if (medium->report && !medium->report->texts.empty()) {
    // Only frames that made a signal are kept as pictures.
    auto work = [report = medium->report, matcher = options_.matcher] {
      std::vector<int> frames;
      matchers::AdView view;
      view.texts = frame_texts(*report);
      std::vector<int> order;
      for (const media::TextFinding& finding : report->texts) {
        if (std::find(order.begin(), order.end(), finding.frame) == order.end()) order.push_back(finding.frame);
      }
      // The frame's number stands in for its time here.
      for (std::size_t i = 0; i < view.texts.size() && i < order.size(); ++i) view.texts[i].time_s = order[i];
      for (const matchers::Signal& signal : matcher->match(view).signals) {
        if (signal.type == matchers::SignalType::context || !signal.time_s) continue;
        frames.push_back(static_cast<int>(*signal.time_s));
      }
      std::sort(frames.begin(), frames.end());
      frames.erase(std::unique(frames.begin(), frames.end()), frames.end());
      return frames;
    };
    signal_frames = co_await on_pool(pool_, std::move(work));
  }
  auto job = [this, medium, signal_frames](store::Connection& connection) {
    return evidence_->write_medium(connection, *medium, signal_frames);
  };
  Result<void> written = co_await commit(std::move(job));
  if (!written) log_error("cannot keep a medium: " + written.error().detail);
  medium->exchanges.clear();
  medium->exchanges.shrink_to_fit();
  medium->body = Bytes();
  if (medium->restricted) co_await note_restricted(medium->url);
}

asio::awaitable<void> Run::note_restricted(const std::string url) {
  (void)url;  // addresses of restricted media stand in the access-limited table only
  auto logged = audit_->append(options_.actor, "restricted.match", options_.sweep.name, {{"content_stored", false}});
  if (!logged) log_error(logged.error().detail);
  co_return;
}

asio::awaitable<void> Run::page_task(crawler::FrontierItem item) {
  std::shared_ptr<Page> page = co_await gatherer_->page(item.url, item.referrer, persona_of(item.source), item.depth);
  if (stopping_) co_return;  // stays in flight in the store: looked at again
  const std::string source = options_.sweep.sources.at(static_cast<std::size_t>(item.source)).type;
  Outcome outcome = page->outcome;
  if (page->restricted) {
    outcome = Outcome::restricted;
    page->detail.clear();
    page->exchanges.clear();
    page->media.clear();
    page->extracted = crawler::ExtractedPage();
    page->hops.clear();
    page->outcome = Outcome::restricted;
  }
  if (!page->is_html && page->outcome == Outcome::done && !page->media.empty() && page->media.front().medium) {
    outcome = page->media.front().medium->outcome;  // the address is itself a medium
  }

  PageRow row;
  row.canonical = item.canonical;
  row.depth = item.depth;
  row.outcome = std::string(text(outcome));
  const bool reached = page->outcome == Outcome::done;
  if (reached) {
    const Result<Url> final_url = Url::parse(page->final_url);
    row.landing_key = final_url ? final_url->canonical() : item.canonical;
  }
  row.wanted = item.is_lead || item.is_click || (!item.referrer.empty() && site_of(item.referrer) != site_of(item.url));
  std::vector<Route> routes = routes_of(*page, item.depth, source);

  // Links first: should the program die between the two writes, the page is looked at again rather than its links lost.
  if (reached && page->is_html) {
    const auto add = [&](const std::string& url, bool click) {
      const Result<Url> parsed = Url::parse(url);
      if (!parsed) return;
      crawler::FrontierItem next;
      next.url = parsed->without_fragment();
      next.canonical = parsed->canonical();
      next.host = parsed->host();
      next.source = item.source;
      next.depth = item.depth + 1;
      next.referrer = page->final_url;
      next.parent = item.id;
      next.is_click = click;
      frontier_->add(std::move(next));
    };
    for (const crawler::AdSlot& slot : page->extracted.slots) {
      if (!slot.click_url.empty()) add(slot.click_url, true);
    }
    for (const crawler::Link& link : page->extracted.links) add(link.url, link.slot >= 0);
  }

  frontier_->flush();

  auto stored_copy = std::make_shared<StoredPage>(stored_page(*page, item.depth));
  stored_copy->outcome = row.outcome;
  auto exchanges = std::make_shared<std::vector<crawler::Exchange>>(std::move(page->exchanges));
  const std::string detail = page->detail;
  page.reset();
  auto job = [this, row, routes, stored_copy, exchanges, id = item.id, outcome,
              detail](store::Connection& c) mutable -> Result<void> {
    Result<std::vector<cases::WarcReference>> references = evidence_->write_exchanges(*exchanges);
    if (!references) return references.error();
    stored_copy->warc = std::move(*references);
    row.packed = pack(to_json(*stored_copy));
    if (auto done = insert_page(c, sweep_id_, row); !done) return done;
    for (const Route& route : routes) {
      if (auto done = insert_route(c, sweep_id_, route); !done) return done;
    }
    if (auto done = end_leads_of(c, sweep_id_, row.canonical, row.outcome, detail); !done) return done;
    return frontier_->finish_in(c, id, outcome, detail);
  };
  Result<void> written = co_await commit(std::move(job));
  if (!written) {
    if (!fatal_) fail(written.error());
    co_return;
  }
  frontier_->finished(item.id, outcome);
  ++pages_done_;
  if (!row.landing_key.empty()) dirty_.insert(row.landing_key);
  for (const Route& route : routes) {
    if (!route.click_canonical.empty()) dirty_clicks_.insert(route.click_canonical);
  }
}

asio::awaitable<void> Run::lead_media_task(crawler::Lead lead, std::int64_t number) {
  (void)number;
  Route route;
  route.kind = "lead";
  route.source = lead.source;
  route.click_url = lead.url;
  if (const Result<Url> url = Url::parse(lead.url)) route.click_canonical = url->canonical();
  route.texts = lead.texts;
  route.facts = lead.facts;
  for (const std::string& url : lead.media_urls) {
    PlacedMedium placed;
    placed.reference.url = url;
    placed.reference.origin = "lead";
    const std::string lower = to_lower_ascii(url);
    for (const char* ending : {".mp4", ".webm", ".mov", ".mkv", ".m3u8"}) {
      if (lower.find(ending) != std::string::npos) placed.reference.kind = crawler::MediaKind::video;
    }
    placed.medium = co_await gatherer_->medium(placed.reference, "", persona_of(-1));
    route.media.push_back(stored(placed));
  }
  if (stopping_) co_return;
  auto job = [this, route](store::Connection& c) { return insert_route(c, sweep_id_, route); };
  co_await commit(std::move(job));
  if (!route.click_canonical.empty()) dirty_clicks_.insert(route.click_canonical);
}

asio::awaitable<void> Run::file_task(crawler::Lead lead, std::int64_t number) {
  Outcome outcome = Outcome::failed;
  std::string detail;
  StoredPage page;
  std::vector<Route> routes;
  Route route;
  route.kind = "lead";
  route.source = lead.source;
  route.facts = lead.facts;
  route.texts = lead.texts;
  const UtcTime started = utc_now();
  std::string key;
  bool restricted = false;
  const bool is_bytes = !lead.file.empty() || !lead.inline_bytes.empty();
  if (is_bytes) {
    Result<std::string> bytes = lead.inline_bytes.empty()
                                    ? read_file(lead.file, options_.configuration.fetcher.max_video_bytes)
                                    : Result<std::string>(std::move(lead.inline_bytes));
    if (!bytes) {
      detail = bytes.error().detail;
      outcome = bytes.error().native == EFBIG ? Outcome::too_large : Outcome::failed;
    } else if (lead.file_kind == "html") {
      key = "file:" + sha256_hex(*bytes);
      std::shared_ptr<Page> saved = co_await gatherer_->saved_page(std::move(*bytes), lead.file);
      restricted = saved->restricted;
      outcome = restricted ? Outcome::restricted : Outcome::done;
      if (!restricted) page = stored_page(*saved, 0);
    } else {
      MediumPointer medium = co_await gatherer_->file(std::move(*bytes), lead.file);
      outcome = medium->outcome;
      detail = medium->detail;
      restricted = medium->restricted.has_value();
      key = "media:" + medium->sha256;
      PlacedMedium placed;
      placed.medium = medium;
      placed.reference.origin = "file";
      if (!restricted) route.media.push_back(stored(placed));
    }
  } else {
    key = lead.key.empty() ? "text:" + sha256_hex(lead.texts.empty() ? std::string() : lead.texts.front()) : lead.key;
    outcome = Outcome::done;
  }
  if (stopping_) co_return;
  std::optional<cases::CaseRecord> record;
  if (!restricted && !key.empty() && outcome != Outcome::failed && outcome != Outcome::too_large) {
    page.outcome = text(outcome);
    page.started = format_utc_milliseconds(started);
    page.ended = format_utc_milliseconds(utc_now());
    page.persona = "default";
    page.robots = "not-checked";
    PageRow row;
    row.canonical = key;
    row.landing_key = key;
    row.wanted = true;
    row.outcome = page.outcome;
    page.final_url.clear();
    row.packed = pack(to_json(page));
    route.click_canonical = key;
    auto job = [this, row, route](store::Connection& c) -> Result<void> {
      if (auto done = insert_page(c, sweep_id_, row); !done) return done;
      return insert_route(c, sweep_id_, route);
    };
    Result<void> written = co_await commit(std::move(job));
    if (!written) co_return;
    dirty_.insert(key);
  }
  auto end = [this, number, outcome, detail](store::Connection& c) {
    return end_lead(c, sweep_id_, number, std::string(text(outcome)), detail);
  };
  co_await commit(std::move(end));
}

asio::awaitable<void> Run::save_case(cases::CaseRecord record) {
  const std::string band = record.verdict.band;
  const std::string key = record.key;
  auto job = [this, record = std::move(record)](store::Connection& c) mutable -> Result<void> {
    Result<cases::SavedCase> saved = cases::save_case(c, record);
    if (!saved) return saved.error();
    record.id = saved->id;
    if (auto written = cases::write_capture_manifest(workspace_, record); !written) return written;
    if (saved->changed) {
      return audit_->append(
          options_.actor, saved->created ? "case.create" : "case.update", saved->id,
          {{"band", record.verdict.band}, {"category", record.verdict.category}, {"sweep", options_.sweep.name}});
    }
    return {};
  };
  Result<void> written = co_await commit(std::move(job));
  if (!written) {
    log_error("cannot save a case: " + written.error().detail);
    if (!fatal_) fail(written.error());
    co_return;
  }
  ++cases_saved_;
  band_of_key_[key] = band;
}

asio::awaitable<void> Run::assemble_dirty() {
  std::vector<std::string> clicks(dirty_clicks_.begin(), dirty_clicks_.end());
  dirty_clicks_.clear();
  std::vector<std::string> keys(dirty_.begin(), dirty_.end());
  dirty_.clear();
  if (!clicks.empty()) {
    auto find = [this, clicks] { return assembler_->landings_of(clicks); };
    Result<std::vector<std::string>> more = co_await on_pool(pool_, std::move(find));
    if (!more) {
      fail(more.error());
      co_return;
    }
    keys.insert(keys.end(), more->begin(), more->end());
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  for (const std::string& key : keys) {
    auto work = [this, key] { return assembler_->landing(key); };
    Result<std::optional<cases::CaseRecord>> record = co_await on_pool(pool_, std::move(work));
    if (!record) {
      fail(record.error());
      co_return;
    }
    if (*record) co_await save_case(std::move(**record));
    if (stopping_) co_return;
  }
}

asio::awaitable<void> Run::assemble_loop() {
  asio::steady_timer timer(context_);
  while (!crawling_done_ && !stopping_) {
    timer.expires_after(kAssembleEvery);
    boost::system::error_code ignored;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    co_await assemble_dirty();
    frontier_->flush();
    if (const std::optional<Error> broken = frontier_->error()) fail(*broken);
    auto exchanges = std::make_shared<std::vector<crawler::Exchange>>(fetcher_->take_robots_exchanges());
    auto keep = [this, exchanges](store::Connection&) -> Result<void> {
      if (auto written = evidence_->write_exchanges(*exchanges); !written) return written.error();
      return warc_->sync();
    };
    co_await commit(std::move(keep));
  }
}

asio::awaitable<void> Run::assemble_unreached() {
  auto work = [this] { return assembler_->unreached(); };
  Result<std::vector<cases::CaseRecord>> records = co_await on_pool(pool_, std::move(work));
  if (!records) {
    fail(records.error());
    co_return;
  }
  for (cases::CaseRecord& record : *records) {
    if (stopping_) co_return;
    co_await save_case(std::move(record));
  }
}

asio::awaitable<void> Run::watch() {
  asio::steady_timer timer(context_);
  while (!finished_) {
    if (options_.stop != nullptr && options_.stop->load() && !stopping_) {
      stop("interrupted: saving the state; the same command with --resume goes on from here");
    }
    report_progress();
    timer.expires_after(kProgressEvery);
    boost::system::error_code ignored;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
}

void Run::report_progress() {
  if (!options_.progress) return;
  Progress progress;
  progress.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
  for (const auto& [outcome, count] : frontier_->outcomes()) progress.pages_done += count;
  progress.pages_queued = frontier_->queued();
  progress.pages_in_flight = frontier_->in_flight();
  for (const auto& [outcome, count] : gatherer_->media_outcomes()) progress.media_done += count;
  progress.media_started = gatherer_->media_started();
  for (const auto& [key, band] : band_of_key_) {
    progress.flagged += band == "flag";
    progress.review += band == "review";
  }
  progress.cases = static_cast<std::int64_t>(band_of_key_.size());
  progress.bytes = fetcher_->counters().bytes;
  rate_window_.emplace_back(progress.seconds, progress.pages_done);
  while (rate_window_.size() > 40) rate_window_.pop_front();
  const double span = rate_window_.back().first - rate_window_.front().first;
  if (span > 0.5)
    progress.pages_per_second = static_cast<double>(rate_window_.back().second - rate_window_.front().second) / span;
  if (progress.pages_per_second > 0.01) {
    progress.seconds_left =
        static_cast<double>(progress.pages_queued + progress.pages_in_flight) / progress.pages_per_second;
  }
  options_.progress(progress);
}

asio::awaitable<void> Run::main() {
  TaskGroup background(context_.get_executor());
  background.spawn(watch());
  TaskGroup assembling(context_.get_executor());
  assembling.spawn(assemble_loop());
  TaskGroup tasks(context_.get_executor());
  if (options_.resume) {
    auto all = assembler_->all_landings();
    if (all) dirty_.insert(all->begin(), all->end());
  }
  for (auto& [number, lead] : media_leads_) {
    if (stopping_) break;
    tasks.spawn(lead_media_task(lead, number));
    co_await tasks.below(kPagesInFlight);
  }
  for (auto& [number, lead] : file_leads_) {
    if (stopping_) break;
    tasks.spawn(file_task(std::move(lead), number));
    co_await tasks.below(32);
  }
  while (!stopping_) {
    std::optional<crawler::FrontierItem> item = frontier_->next();
    if (item) {
      tasks.spawn(page_task(std::move(*item)));
      co_await tasks.below(kPagesInFlight);
      continue;
    }
    if (tasks.running() == 0 && frontier_->empty()) break;
    // The rest waits for the present wave: go on when any task has ended.
    co_await tasks.below(std::max(1, tasks.running()));
    if (tasks.running() == 0 && !frontier_->next_may_come()) break;
  }
  co_await tasks.join();
  crawling_done_ = true;
  co_await assembling.join();
  if (!stopping_) {
    co_await assemble_dirty();
    if (!stopping_) co_await assemble_unreached();
  }
  auto exchanges = std::make_shared<std::vector<crawler::Exchange>>(fetcher_->take_robots_exchanges());
  auto keep = [this, exchanges](store::Connection&) -> Result<void> {
    if (auto written = evidence_->write_exchanges(*exchanges); !written) return written.error();
    return {};
  };
  co_await commit(std::move(keep));
  finished_ = true;
  co_await background.join();
  if (workers_) workers_->stop();
  fetcher_->stop();
}

Result<Summary> Run::conclude() {
  frontier_->flush();
  auto flushed = store_->flush();
  auto closed = store_->write([this](store::Connection&) { return warc_->close(); }).get();
  Summary summary;
  summary.sweep_id = sweep_id_;
  summary.sweep = options_.sweep.name;
  summary.started = started_;
  summary.ended = format_utc(utc_now());
  summary.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
  summary.bytes = fetcher_->counters().bytes;
  summary.interrupted = stopping_ && !fatal_;
  summary.notes = notes_;
  for (const auto& [outcome, count] : frontier_->outcomes()) {
    if (count > 0) summary.pages[std::string(text(outcome))] = count;
  }
  if (!summary.interrupted && !fatal_) {
    // Leads whose address never came to a fetch (budget, scope) end as their address did.
    auto open_leads = list_leads(*reader_, sweep_id_);
    if (!open_leads) return open_leads.error();
    for (const LeadRow& lead : *open_leads) {
      if (!lead.outcome.empty()) continue;
      const std::optional<crawler::Finished> end = frontier_->finished_as(lead.key);
      const std::string outcome(text(end ? end->outcome : Outcome::failed));
      const std::string detail = end ? end->detail : "was never looked at";
      store_->write([this, number = lead.number, outcome,
                     detail](store::Connection& c) { return end_lead(c, sweep_id_, number, outcome, detail); },
                    {});
    }
    flushed = store_->flush();
  }
  auto leads = list_leads(*reader_, sweep_id_);
  if (!leads) return leads.error();
  for (const LeadRow& lead : *leads) {
    const std::string outcome = lead.outcome.empty() ? "open" : lead.outcome;
    ++summary.leads[outcome];
    if (outcome != "done" && outcome != "unchanged" && outcome != "duplicate" && summary.not_seen.size() < 1000) {
      const bool hide = outcome == "restricted";
      summary.not_seen.push_back({hide ? "(restricted)" : lead.what, outcome, hide ? "" : lead.detail});
    }
  }
  auto media = count_media(*reader_, sweep_id_);
  if (!media) return media.error();
  summary.media = std::move(*media);
  auto restricted = count_restricted(*reader_, sweep_id_);
  if (!restricted) return restricted.error();
  summary.restricted = *restricted;
  summary.cases = {{"flag", 0}, {"review", 0}, {"clear", 0}};
  cases::CaseFilter filter;
  filter.sweeps = {options_.sweep.name};
  auto ids = cases::case_bands_since(*reader_, options_.sweep.name, started_);
  if (!ids) return ids.error();
  for (const auto& [id, band] : *ids) {
    ++summary.cases[band];
    summary.case_ids.push_back(id);
  }
  if (fatal_) return *fatal_;
  if (!flushed) return flushed.error();
  if (!closed) return closed.error();
  if (!summary.interrupted) {
    const std::string text = summary_json(summary);
    auto ended =
        store_->write([&](store::Connection& c) { return end_sweep(c, sweep_id_, "finished", summary.ended, text); })
            .get();
    if (!ended) return ended.error();
  }
  auto logged =
      audit_->append(options_.actor, summary.interrupted ? "sweep.interrupt" : "sweep.end", options_.sweep.name,
                     {{"id", sweep_id_},
                      {"flag", summary.cases["flag"]},
                      {"review", summary.cases["review"]},
                      {"clear", summary.cases["clear"]}});
  if (!logged) return logged.error();
  return summary;
}

}  // namespace

Result<Summary> run_sweep(SweepOptions options) {
  Run run(std::move(options));
  return run.run();
}

std::string summary_json(const Summary& summary) {
  const auto counts = [](const std::map<std::string, std::int64_t>& map) {
    boost::json::object object;
    for (const auto& [key, count] : map) object[key] = count;
    return object;
  };
  boost::json::object cases_object;
  for (const char* band : {"flag", "review", "clear"}) {
    const auto found = summary.cases.find(band);
    cases_object[band] = found == summary.cases.end() ? 0 : found->second;
  }
  const boost::json::object out{
      {"sweep", summary.sweep},           {"started", summary.started},
      {"ended", summary.ended},           {"leads", counts(summary.leads)},
      {"pages", counts(summary.pages)},   {"media", counts(summary.media)},
      {"cases", std::move(cases_object)}, {"seconds", std::round(summary.seconds * 1000) / 1000},
      {"bytes", summary.bytes},           {"interrupted", summary.interrupted},
      {"restricted", summary.restricted}};
  return boost::json::serialize(out);
}

}  // namespace pantau::sweep
