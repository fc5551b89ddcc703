// Examination fetches (DESIGN 4.2, crawler.examination): one look at the landing page of a case that scored `review`,
// as the configured persona, robots.txt recorded and not obeyed. No log-in, no form, no challenge is passed. Reported
// addresses are looked at in run_pages.cc.
#include <algorithm>

#include "base/log.h"
#include "base/url.h"
#include "sweep/run.h"

namespace pantau::sweep {

using crawler::Outcome;

namespace {

constexpr int kLooksAtOnce = 16;

}  // namespace

crawler::Persona Run::examiner() const {
  crawler::Persona persona = persona_of(-1);
  const Examination& examination = *options_.configuration.examination;
  if (const auto found = options_.configuration.personas.find(examination.persona);
      found != options_.configuration.personas.end()) {
    persona = found->second;
  }
  // Its own cookie jar: the look must not depend on what the sweep was given before.
  persona.name += "-examination";
  persona.obey_robots = false;
  return persona;
}

void Run::log_examination(const std::string& url, const char* why) {
  const Examination& examination = *options_.configuration.examination;
  auto logged = audit_->append(options_.actor, "examination.fetch", url,
                               {{"authority", examination.authority},
                                {"approved_by", examination.approved_by},
                                {"why", why},
                                {"sweep", options_.sweep.name}});
  if (!logged) log_error(logged.error().detail);
}

asio::awaitable<void> Run::examine_reviews() {
  if (!options_.configuration.examination) co_return;
  std::vector<std::string> keys;
  for (const auto& [key, band] : band_of_key_) {
    if (band == "review" && key.rfind("http", 0) == 0) keys.push_back(key);
  }
  TaskGroup tasks(context_.get_executor());
  for (const std::string& key : keys) {
    if (stopping_) break;
    tasks.spawn(examine_landing(key));
    co_await tasks.below(kLooksAtOnce);
  }
  // Creatives whose landing page the usual visit was not let in to.
  auto work = [this] { return assemblers_.front()->unreached(); };
  Result<std::vector<cases::CaseRecord>> records = co_await on_pool(pool_, std::move(work));
  if (!records) {
    fail(records.error());
  } else {
    std::set<std::string> clicks;
    for (const cases::CaseRecord& record : *records) {
      if (record.verdict.band != "clear" && !record.click_url.empty()) clicks.insert(record.click_url);
    }
    for (const std::string& click : clicks) {
      if (stopping_) break;
      tasks.spawn(examine_unreached(click));
      co_await tasks.below(kLooksAtOnce);
    }
  }
  co_await tasks.join();
  if (!stopping_) co_await assemble_dirty();
}

asio::awaitable<void> Run::examine_landing(std::string landing_key) {
  Result<std::vector<PageRow>> rows = pages_of_landing(*reader_, sweep_id_, landing_key);
  if (!rows || rows->empty()) co_return;
  auto row = std::make_shared<PageRow>(rows->front());
  Result<boost::json::object> object = unpack(row->packed);
  if (!object) co_return;
  auto page = std::make_shared<StoredPage>(page_from_json(*object));
  const bool looked = page->examination || std::any_of(page->looks.begin(), page->looks.end(),
                                                       [](const StoredPage& look) { return look.examination; });
  if (looked) co_return;
  auto looks = std::make_shared<Looks>();
  std::vector<crawler::Persona> personas(1, examiner());
  Looks seen = co_await look_as(std::move(personas), page->url, page->depth);
  *looks = std::move(seen);
  if (stopping_ || looks->pages.empty()) co_return;
  auto job = [this, row, page, looks](store::Connection& c) -> Result<void> {
    log_examination(page->url, "review");
    if (auto kept = keep_looks(c, *looks); !kept) return kept;
    for (StoredPage& look : looks->pages) page->looks.push_back(std::move(look));
    row->fill(*page);
    return insert_page(c, sweep_id_, *row);
  };
  Result<void> written = co_await commit(std::move(job));
  if (!written) {
    fail(written.error());
    co_return;
  }
  dirty_.insert(landing_key);
}

asio::awaitable<void> Run::examine_unreached(std::string click_url) {
  const Result<Url> url = Url::parse(click_url);
  if (!url) co_return;
  Result<std::optional<PageRow>> found = find_page(*reader_, sweep_id_, url->canonical());
  if (!found || !*found || (*found)->outcome != text(Outcome::robots)) co_return;
  auto row = std::make_shared<PageRow>(std::move(**found));
  auto looks = std::make_shared<Looks>();
  std::vector<crawler::Persona> personas(1, examiner());
  Looks seen = co_await look_as(std::move(personas), click_url, row->depth);
  *looks = std::move(seen);
  if (stopping_ || looks->pages.empty()) co_return;
  StoredPage& look = looks->pages.front();
  if (look.outcome == text(Outcome::done)) {
    const Result<Url> landing = Url::parse(look.final_url);
    row->landing_key = landing ? landing->canonical() : row->canonical;
  }
  auto job = [this, row, looks, click_url](store::Connection& c) -> Result<void> {
    log_examination(click_url, "review");
    if (auto kept = keep_looks(c, *looks); !kept) return kept;
    row->fill(looks->pages.front());
    return insert_page(c, sweep_id_, *row);
  };
  Result<void> written = co_await commit(std::move(job));
  if (!written) {
    fail(written.error());
    co_return;
  }
  if (!row->landing_key.empty()) dirty_.insert(row->landing_key);
}

}  // namespace pantau::sweep
