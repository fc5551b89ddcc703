// Run::prepare(): everything a sweep needs, opened in the order in which it can fail; then the leads of its sources.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <boost/json/object.hpp>
#include <cstring>
#include <unordered_set>

#include "base/digest.h"
#include "base/log.h"
#include "base/url.h"
#include "cases/evidence/evidence.h"
#include "cases/known_scams.h"
#include "crawler/captures.h"
#include "crawler/click_tracker.h"
#include "sweep/attempts.h"
#include "sweep/authentic_media.h"
#include "sweep/run.h"

namespace pantau::sweep {

namespace {

using crawler::Outcome;

// What a report of a medium depends on beside its bytes: `seen` names networks, enrolled portraits and logos, so that a
// changed watchlist is never answered with what an earlier one found.
std::string report_settings_of(const Configuration& configuration, const std::string& seen) {
  std::string text =
      fmt::format("v{};{};{};{};{}", media::kAnalysisVersion, fmt::join(configuration.media.ocr_languages, "+"),
                  configuration.media.max_seconds, configuration.media.keyframes_only, seen);
  return sha256_hex(text).substr(0, 16);
}

}  // namespace

Result<std::unique_ptr<WorkspaceLock>> WorkspaceLock::take(const std::string& workspace) {
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

WorkspaceLock::~WorkspaceLock() {
  close(descriptor_);
}

// The lists of the watchlist, and the operator's own: confirmed cases without what they borrowed from genuine media.
Result<void> Run::load_known_media() {
  const matchers::Watchlist& watchlist = options_.matcher->watchlist();
  Result<matchers::KnownMedia> known = matchers::KnownMedia::load(watchlist, false);
  if (!known) return known.error();
  for (const auto* complaints : {&restricted_.complaints(), &known->complaints()}) {
    for (const std::string& complaint : *complaints) notes_.push_back("hash list " + complaint);
  }
  if (options_.configuration.media_enabled) {
    media::WorkerSettings settings = options_.configuration.media;
    if (settings.program.empty()) settings.program = options_.program;
    Result<AuthenticMedia> authentic = remember_authentic_media(watchlist, *store_, std::move(settings));
    if (!authentic) return authentic.error();
    for (const std::string& complaint : authentic->complaints) notes_.push_back(complaint);
  }
  Result<cases::KnownScams> own = cases::known_scams(*reader_);
  if (!own) return own.error();
  if (!own->listed.empty()) {
    const std::uint32_t list = known->add_list("known-scam", "confirmed cases", false);
    for (const cases::KnownScam& one : own->listed) known->add_picture(list, one.hash, "case " + one.case_id);
  }
  for (const cases::KnownScams::KeptOut& one : own->kept_out)
    log_info(fmt::format("a medium of the confirmed case {} is not searched for: it {}", one.case_id, one.why));
  known_media_ = std::make_shared<const matchers::KnownMedia>(std::move(*known));
  return {};
}

Result<void> Run::prepare() {
  if (auto ready = cases::prepare_workspace(workspace_); !ready) return ready;
  auto lock = WorkspaceLock::take(workspace_);
  if (!lock) return lock.error();
  lock_ = std::move(*lock);

  auto restricted = RestrictedList::load(options_.matcher->watchlist());
  if (!restricted) return restricted.error();
  restricted_ = std::move(*restricted);

  auto faces =
      make_face_gallery(options_.configuration, options_.matcher->watchlist(), options_.program, options_.stop);
  if (!faces) return faces.error();
  faces_ = std::move(*faces);
  notes_.insert(notes_.end(), faces_.notes.begin(), faces_.notes.end());
  auto logos =
      make_logo_gallery(options_.configuration, options_.matcher->watchlist(), options_.program, options_.stop);
  if (!logos) return logos.error();
  logos_ = std::move(*logos);
  notes_.insert(notes_.end(), logos_.notes.begin(), logos_.notes.end());

  std::vector<store::Migration> migrations = crawler::frontier_migrations();
  for (auto more : {crawler::host_migrations(), attempt_migrations(), cases::case_migrations(), sweep_migrations(),
                    crawler::capture_migrations(), memory_migrations(), cases::evidence_migrations()})
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

  if (auto loaded = load_known_media(); !loaded) return loaded;

  const std::string& name = options_.sweep.name;
  auto unfinished = newest_unfinished(*reader_, name);
  if (!unfinished) return unfinished.error();
  after_kill_ = unfinished->has_value();
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
  report_settings_ = report_settings_of(options_.configuration, faces_.identity + ";" + logos_.identity);
  stamp_ = sha256_hex(fmt::format("{}\n{}\n{}\n{}\n{}\n{}", PANTAU_VERSION, report_settings_,
                                  options_.matcher->watchlist().sha256, options_.matcher->lures().sha256,
                                  options_.configuration.sha256, restricted_.digest() + known_media_->digest()))
               .substr(0, 32);

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
  if (auto taken = take_over_evidence(); !taken) return taken;
  evidence_ = std::make_unique<EvidenceWriter>(workspace_, sweep_id_, report_settings_, stamp_, warc_);

  auto hosts = crawler::HostMemory::open(*store_, sweep_id_);
  if (!hosts) return hosts.error();
  hosts_ = std::move(*hosts);
  crawler::FetcherSettings fetcher_settings = options_.configuration.fetcher;
  fetcher_settings.host_memory = hosts_;
  auto fetcher = crawler::Fetcher::create(context_.get_executor(), std::move(fetcher_settings));
  if (!fetcher) return fetcher.error();
  fetcher_ = std::move(*fetcher);
  if (options_.configuration.media_enabled) {
    media::WorkerSettings settings = options_.configuration.media;
    if (settings.program.empty()) settings.program = options_.program;
    if (faces_.on) settings.faces = faces_.worker;
    settings.logos = logos_.worker;
    workers_ = std::make_unique<media::WorkerPool>(context_.get_executor(), settings);
  } else {
    notes_.push_back("media are switched off (media.enabled: false): pictures and videos were fetched but not read");
  }
  JudgeSettings judge;
  judge.verdict = options_.configuration.verdict;
  judge.configuration_sha256 = options_.configuration.sha256;
  judge.known_media = known_media_;
  judge.faces = faces_.references;
  judge.logos = logos_.references;
  judge.models = faces_.models;
  for (std::size_t i = 0; i < pool_threads(); ++i) {
    auto assembly_reader = store_->open_reader();
    if (!assembly_reader) return assembly_reader.error();
    assemblers_.push_back(std::make_unique<Assembler>(std::move(*assembly_reader), sweep_id_, name, report_settings_,
                                                      options_.matcher, judge, stamp_));
  }

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
                   : (*row)->kind == "audio"   ? crawler::MediaKind::audio
                   : (*row)->kind == "caption" ? crawler::MediaKind::caption
                                               : crawler::MediaKind::image;
    medium->outcome = crawler::outcome_from((*row)->outcome).value_or(Outcome::failed);
    medium->detail = (*row)->detail;
    medium->sha256 = (*row)->sha256;
    if (medium->outcome == Outcome::restricted) medium->restricted = RestrictedList::Match{};
    return medium;
  };
  hooks.remembered_medium = [this](const std::string& canonical) -> std::shared_ptr<const MediumMemory> {
    Result<std::shared_ptr<const MediumMemory>> found = find_medium_memory(*reader_, canonical, stamp_);
    return found ? *found : nullptr;
  };
  hooks.md5 = known_media_->needs_md5();
  hooks.medium_ended = [this](MediumPointer medium) { return medium_ended(std::move(medium)); };
  gatherer_ = std::make_unique<Gatherer>(context_.get_executor(), pool_, fetcher_.get(), workers_.get(), restricted_,
                                         std::move(hooks));
  return read_sources();
}

// Evidence that a killed run left: archives were closed already, files that no row names are taken into the list.
Result<void> Run::take_over_evidence() {
  for (const crawler::RecoveredWarc& left : warc_->recovered()) {
    auto logged = audit_->append(options_.actor, "warc.recover", left.closed.file,
                                 {{"bytes", left.closed.bytes},
                                  {"sha256", left.closed.sha256},
                                  {"cut_bytes", left.cut_bytes},
                                  {"cut_sha256", left.cut_sha256},
                                  {"kept_aside", left.kept_aside}});
    if (!logged) return logged;
  }
  const Result<bool> any = cases::any_files_noted(*reader_);
  if (!any) return any.error();
  if (*any && !after_kill_ && warc_->recovered().empty()) return {};
  std::uint64_t adopted = 0;
  auto taken = store_
                   ->write([&](store::Connection& connection) -> Result<void> {
                     auto count = cases::adopt_files(connection, workspace_);
                     if (!count) return count.error();
                     adopted = *count;
                     return {};
                   })
                   .get();
  if (!taken || adopted == 0) return taken;
  return audit_->append(options_.actor, "evidence.adopt", options_.sweep.name, {{"files", adopted}});
}

Result<void> Run::read_sources() {
  std::vector<crawler::CrawlScope> scopes;
  for (const crawler::SourceSettings& source : options_.sweep.sources) {
    crawler::CrawlScope scope;
    scope.scope = source.scope;
    scope.max_depth = source.max_depth;
    scope.max_pages = source.max_pages;
    scope.max_host_pages = source.max_host_pages;
    scope.seeds = source.seeds;
    scopes.push_back(std::move(scope));
  }
  auto frontier =
      crawler::Frontier::open(*store_, sweep_id_, std::move(scopes), crawler::FrontierLimits{options_.sweep.max_pages});
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
    for (const std::string& address : settings.sitemaps) {
      crawler::FrontierItem item;
      item.url = address;
      item.source = static_cast<int>(index);
      item.listing = 1;
      frontier_->add(std::move(item));
    }
    for (const crawler::RejectedLead& rejected : read->rejected) {
      LeadRow row{number++, settings.type, "", rejected.what, std::string(text(Outcome::refused)), rejected.detail};
      store_->write([this, row](store::Connection& c) { return insert_lead(c, sweep_id_, row); }, {});
    }
    for (crawler::Lead& lead : read->leads) {
      LeadRow row{number++, settings.type, lead.key, lead.url.empty() ? lead.file : lead.url, "", ""};
      if (row.what.empty()) row.what = lead.key;
      std::string canonical;
      std::optional<Url> url;
      if (!lead.url.empty()) {
        if (const Result<Url> written = Url::parse(lead.url)) {
          // What people copy out of a social network is the network's own redirector; `what` keeps it.
          url = crawler::click_target(*written).value_or(*written);
          canonical = url->canonical();
          row.key = canonical;
        } else {
          row.outcome = text(Outcome::refused);
          row.detail = written.error().detail;
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
          item.url = url->href();
          item.canonical = canonical;
          item.host = url->host();
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

}  // namespace pantau::sweep
