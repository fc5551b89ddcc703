// One address of the frontier, from the fetch to the row in the store; and what a medium leaves behind.
#include <algorithm>

#include "base/log.h"
#include "base/url.h"
#include "sweep/attempts.h"
#include "sweep/run.h"

namespace pantau::sweep {

using crawler::Outcome;

std::string site_of(const std::string& url) {
  const Result<Url> parsed = Url::parse(url);
  return parsed ? registrable_domain(parsed->host()) : std::string();
}

crawler::Persona Run::persona_of(int source) const {
  crawler::Persona persona;
  persona.user_agent = options_.configuration.fetcher.user_agent;
  if (source >= 0 && source < static_cast<int>(options_.sweep.sources.size())) {
    persona.proxy = options_.sweep.sources[source].proxy;
    persona.obey_robots = !options_.sweep.sources[source].ignore_robots;
  }
  return persona;
}

std::vector<crawler::Persona> Run::further_personas_of(int source) const {
  std::vector<crawler::Persona> personas;
  const crawler::SourceSettings& settings = options_.sweep.sources.at(static_cast<std::size_t>(source));
  for (const std::string& name : settings.personas) {
    const auto found = options_.configuration.personas.find(name);
    if (found == options_.configuration.personas.end()) continue;
    personas.push_back(found->second);
    personas.back().obey_robots = !settings.ignore_robots;
  }
  return personas;
}

asio::awaitable<void> Run::medium_ended(MediumPointer medium) {
  if (stopping_ && medium->outcome != Outcome::done) {
    medium->exchanges.clear();
    medium->body = Bytes();
    co_return;  // interrupted: looked at again on resume
  }
  std::vector<int> signal_frames;
  if (medium->report &&
      (!medium->report->texts.empty() || !medium->report->faces.empty() || !medium->report->logos.empty())) {
    // Only frames that made a signal are kept as pictures.
    auto work = [report = medium->report, matcher = options_.matcher, faces = faces_.references,
                 logos = logos_.references] {
      std::vector<int> frames;
      if (faces) frames = matchers::face_frames(*report, *faces, matcher->watchlist());
      if (logos) {
        const std::vector<int> more = matchers::logo_frames(*report, *logos);
        frames.insert(frames.end(), more.begin(), more.end());
      }
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

asio::awaitable<Run::Looks> Run::look_as(std::vector<crawler::Persona> personas, std::string url, int depth) {
  Looks looks;
  for (const crawler::Persona& persona : personas) {
    std::shared_ptr<Page> page = co_await gatherer_->page(url, "", persona, depth);
    if (stopping_) co_return looks;
    if (page->restricted) {
      looks.restricted = true;
      continue;
    }
    if (page->seen() && site_of(page->final_url) != site_of(url)) looks.onward.push_back(page->final_url);
    looks.pages.push_back(stored_page(*page, depth));
    looks.pages.back().examination = !persona.obey_robots;
    looks.exchanges.push_back(std::move(page->exchanges));
  }
  co_return looks;
}

Result<void> Run::keep_looks(store::Connection& connection, Looks& looks) {
  for (std::size_t i = 0; i < looks.pages.size(); ++i) {
    Result<EvidenceWriter::Written> written = evidence_->write_exchanges(connection, looks.exchanges[i], false);
    if (!written) return written.error();
    looks.pages[i].warc = std::move(written->references);
  }
  return {};
}

std::string Run::stamp_of(const crawler::Persona& persona) const {
  return persona.proxy.empty() ? stamp_ : stamp_ + " " + persona.proxy;
}

asio::awaitable<std::shared_ptr<const PageMemory>> Run::recall(std::string canonical, std::string stamp) {
  Result<std::optional<PackedPageMemory>> row = find_page_memory(*reader_, canonical, stamp);
  if (!row || !*row) co_return nullptr;
  auto work = [packed = std::move(**row)] { return unpack_page_memory(packed); };
  std::shared_ptr<const PageMemory> memory = co_await on_pool(pool_, std::move(work));
  co_return memory;
}

Result<void> Run::keep_memory(store::Connection& connection, const std::string& canonical, const std::string& stamp,
                              const Page& page, const std::vector<crawler::Exchange>& exchanges,
                              const std::vector<std::string>& payloads) {
  if (!page.unchanged) {
    const crawler::Exchange& document = exchanges.at(static_cast<std::size_t>(page.document));
    return keep_page_memory(connection, canonical, sweep_id_, stamp, page, document, payloads);
  }
  for (const PageMemory::Medium& medium : page.unchanged->media) {
    if (!medium.is_inline()) continue;
    if (auto done = copy_medium(connection, page.unchanged->sweep, sweep_id_, medium.canonical); !done) return done;
  }
  if (page.document >= 0) {
    const crawler::Exchange& document = exchanges.at(static_cast<std::size_t>(page.document));
    if (auto kept = keep_whole_again(connection, canonical, page, document); !kept) return kept;
  }
  if (page.media_changed) return keep_changed_media(connection, canonical, sweep_id_, page);
  return {};
}

asio::awaitable<void> Run::page_task(crawler::FrontierItem item) {
  const crawler::SourceSettings& source = options_.sweep.sources.at(static_cast<std::size_t>(item.source));
  crawler::Persona persona = persona_of(item.source);
  // No browser comes from a sitemap.
  const bool from_list = item.listed || item.listing > 0;
  const std::string referrer = from_list ? std::string() : item.referrer;
  std::shared_ptr<const PageMemory> memory;
  if (item.listing == 0) memory = co_await recall(item.canonical, stamp_of(persona));
  std::shared_ptr<Page> page =
      co_await gatherer_->page(item.url, referrer, persona, item.depth, item.listing > 0, memory);
  if (stopping_) co_return;  // stays in flight in the store: looked at again
  // Addresses that people reported get one look under the configured authority; without one they are listed.
  bool examined = false, not_examined = false;
  if (page->outcome == Outcome::robots && item.is_lead && source.type != "web") {
    if (options_.configuration.examination) {
      examined = true;
      persona = examiner();
      std::shared_ptr<Page> look = co_await gatherer_->page(item.url, "", persona, item.depth);
      look->attempts.insert(look->attempts.begin(), page->attempts.begin(), page->attempts.end());
      page = std::move(look);
      if (stopping_) co_return;
    } else {
      not_examined = true;
      ++reported_not_examined_;
      page->detail += "; reported, but no `crawler.examination` is configured";
    }
  }
  Outcome outcome = not_examined ? Outcome::not_examined : page->outcome;

  PageRow row;
  row.canonical = item.canonical;
  row.depth = item.depth;
  bool reached = page->seen() && !page->restricted;
  if (reached) {
    const Result<Url> final_url = Url::parse(page->final_url);
    row.landing_key = final_url ? final_url->canonical() : item.canonical;
  }
  // Being named in another site's list leads nobody there.
  const bool linked_from_elsewhere = !referrer.empty() && site_of(referrer) != site_of(item.url);
  row.wanted = item.is_lead || item.is_click || linked_from_elsewhere;

  auto looks = std::make_shared<Looks>();
  if (reached && page->is_html && row.wanted && !examined) {
    std::vector<crawler::Persona> personas = further_personas_of(item.source);
    std::erase_if(personas, [&](const crawler::Persona& one) {
      return !looked_at_.insert(one.name + '\n' + row.landing_key).second;
    });
    if (!personas.empty()) {
      Looks seen = co_await look_as(std::move(personas), item.url, item.depth);
      *looks = std::move(seen);
      if (stopping_) co_return;
    }
  }
  if (page->restricted || looks->restricted) {
    outcome = Outcome::restricted;
    page->detail.clear();
    page->exchanges.clear();
    page->attempts.clear();
    page->media.clear();
    page->extracted = crawler::ExtractedPage();
    page->hops.clear();
    page->outcome = Outcome::restricted;
    page->partial = false;
    page->unchanged.reset();
    *looks = Looks();
    reached = false;
    row.landing_key.clear();
  }
  if (!page->is_html && page->outcome == Outcome::done && !page->media.empty() && page->media.front().medium) {
    outcome = page->media.front().medium->outcome;  // the address is itself a medium
  }
  // The page's own row keeps how it was read; that it was not read again is how the address ended this time.
  const std::string read_as(text(outcome));
  std::string detail = page->detail;
  if (page->unchanged && outcome == Outcome::done && !page->media_changed) {
    outcome = Outcome::unchanged;
    detail = "as it was read " + format_utc(page->unchanged->validators.whole_at);
  }
  row.outcome = std::string(text(outcome));
  std::vector<Route> routes = routes_of(*page, item.depth, source.type);

  // Links first: should the program die between the two writes, the page is looked at again rather than its links lost.
  // An examination is one look and goes nowhere from there.
  if (!examined) follow(item, *page, *looks);
  if (finds_lists(item)) {
    co_await follow_robots(item, page->final_url, persona.proxy);
    if (stopping_) co_return;
  }

  frontier_->flush();

  const bool remember = can_be_remembered(*page) && !examined && item.listing == 0;
  auto stored_copy = std::make_shared<StoredPage>(stored_page(*page, item.depth));
  stored_copy->outcome = read_as;
  stored_copy->examination = examined;
  stored_copy->source = source.type;
  auto exchanges = std::make_shared<std::vector<crawler::Exchange>>(std::move(page->exchanges));
  const std::string attempts = attempts_text(page->attempts);
  const std::string stamp = stamp_of(persona);
  if (!remember && !page->unchanged) page.reset();
  auto job = [this, row, routes, stored_copy, exchanges, looks, claim = item.claim(), url = item.url, outcome, examined,
              detail, attempts, page, remember, stamp](store::Connection& c) mutable -> Result<void> {
    if (examined) log_examination(url, "reported");
    Result<EvidenceWriter::Written> written = evidence_->write_exchanges(c, *exchanges);
    if (!written) return written.error();
    if (page && page->unchanged) stored_copy->warc = page->unchanged->warc;  // where the bytes are
    stored_copy->warc.insert(stored_copy->warc.end(), written->references.begin(), written->references.end());
    if (auto kept = keep_looks(c, *looks); !kept) return kept;
    stored_copy->looks = std::move(looks->pages);
    row.fill(*stored_copy);
    if (auto done = insert_page(c, sweep_id_, row); !done) return done;
    if (page) {
      if (auto done = keep_memory(c, row.canonical, stamp, *page, *exchanges, written->payloads); !done) return done;
    }
    if (auto done = insert_attempts(c, sweep_id_, row.canonical, attempts); !done) return done;
    for (const Route& route : routes) {
      if (auto done = insert_route(c, sweep_id_, route); !done) return done;
    }
    if (auto done = end_leads_of(c, sweep_id_, row.canonical, row.outcome, detail); !done) return done;
    return frontier_->finish_in(c, claim, outcome, detail);
  };
  Result<void> written = co_await commit(std::move(job));
  if (!written) {
    if (!fatal_) fail(written.error());
    co_return;
  }
  page.reset();
  frontier_->finished(item.id, outcome);
  ++pages_done_;
  if (!row.landing_key.empty()) dirty_.insert(row.landing_key);
  for (const Route& route : routes) {
    if (!route.click_canonical.empty()) dirty_clicks_.insert(route.click_canonical);
  }
}

}  // namespace pantau::sweep
