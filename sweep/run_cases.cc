// Rows become cases: what new rows touch is judged again while the sweep runs, the rest at its end.
#include <algorithm>

#include "base/log.h"
#include "cases/evidence/evidence.h"
#include "cases/known_scams.h"
#include "sweep/run.h"

namespace pantau::sweep {

// `landing`, `inputs`: what the case was computed from, remembered with it; empty when it has no landing page.
asio::awaitable<void> Run::save_case(cases::CaseRecord record, std::string landing, std::string inputs) {
  const std::string band = record.verdict.band;
  const std::string key = record.key;
  auto job = [this, record = std::move(record), landing = std::move(landing),
              inputs = std::move(inputs)](store::Connection& c) mutable -> Result<void> {
    Result<cases::SavedCase> saved = cases::save_case(c, record, sweep_id_);
    if (!saved) return saved.error();
    if (!landing.empty()) {
      if (auto kept = keep_inputs(c, landing, inputs); !kept) return kept;
    }
    record.id = saved->id;
    auto manifest = cases::write_capture_manifest(workspace_, record);
    if (!manifest) return manifest.error();
    if (auto noted = cases::note_file(c, *manifest); !noted) return noted;
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

// Nothing of these landing pages changed: their cases, where they have one, were seen, and that is all there is to
// write.
asio::awaitable<void> Run::see_cases_again(std::vector<std::string> keys) {
  auto bands = std::make_shared<std::map<std::string, std::string>>();
  auto job = [this, keys = std::move(keys), bands](store::Connection& c) -> Result<void> {
    const std::string now = format_utc(utc_now());
    for (const std::string& key : keys) {
      auto band = cases::see_case(c, key, options_.sweep.name, now, sweep_id_);
      if (!band) return band.error();
      if (!band->empty()) (*bands)[key] = *band;
    }
    return {};
  };
  Result<void> written = co_await commit(std::move(job));
  if (!written) {
    log_error("cannot save a case: " + written.error().detail);
    if (!fatal_) fail(written.error());
    co_return;
  }
  cases_saved_ += static_cast<std::int64_t>(bands->size());
  for (const auto& [key, band] : *bands) band_of_key_[key] = band;
}

asio::awaitable<void> Run::assemble_dirty() {
  std::vector<std::string> clicks(dirty_clicks_.begin(), dirty_clicks_.end());
  dirty_clicks_.clear();
  std::vector<std::string> keys(dirty_.begin(), dirty_.end());
  dirty_.clear();
  if (!clicks.empty()) {
    auto find = [this, clicks] { return assemblers_.front()->landings_of(clicks); };
    Result<std::vector<std::string>> more = co_await on_pool(pool_, std::move(find));
    if (!more) {
      fail(more.error());
      co_return;
    }
    keys.insert(keys.end(), more->begin(), more->end());
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  std::size_t next = 0;
  Judged judged;
  TaskGroup tasks(context_.get_executor());
  for (const std::unique_ptr<Assembler>& assembler : assemblers_)
    tasks.spawn(assemble_some(*assembler, keys, next, judged));
  co_await tasks.join();
  if (!judged.unchanged.empty()) co_await see_cases_again(std::move(judged.unchanged));
  if (!judged.without_case.empty()) {
    auto keep = [without_case = std::move(judged.without_case)](store::Connection& c) -> Result<void> {
      for (const auto& [landing, inputs] : without_case) {
        if (auto kept = keep_inputs(c, landing, inputs); !kept) return kept;
      }
      return {};
    };
    co_await commit(std::move(keep));
  }
  co_await note_official_media();
}

asio::awaitable<void> Run::assemble_some(Assembler& assembler, const std::vector<std::string>& keys, std::size_t& next,
                                         Judged& judged) {
  while (next < keys.size() && !stopping_) {
    const std::string& key = keys[next++];
    auto work = [&assembler, &key, crawling = !crawling_done_] { return assembler.landing(key, crawling); };
    Result<Assembler::Landing> landing = co_await on_pool(pool_, std::move(work));
    if (!landing) {
      fail(landing.error());
      co_return;
    }
    if (landing->record) {
      co_await save_case(std::move(*landing->record), key, std::move(landing->inputs));
    } else if (landing->later) {
      later_.insert(key);
    } else if (landing->same) {
      judged.unchanged.push_back(key);
    } else if (!landing->inputs.empty()) {
      judged.without_case.emplace_back(key, std::move(landing->inputs));
    }
  }
}

asio::awaitable<void> Run::note_official_media() {
  std::map<std::string, std::vector<media::PdqBits>> found;
  for (const std::unique_ptr<Assembler>& assembler : assemblers_) found.merge(assembler->take_official_media());
  if (found.empty()) co_return;
  auto job = [found = std::move(found)](store::Connection& c) -> Result<void> {
    for (const auto& [url, hashes] : found) {
      // Pages of a site share their furniture: kept once a site.
      const std::string site = site_of(url);
      if (site.empty()) continue;
      auto noted = cases::note_authentic_media(c, "site:" + site, "a medium of the official page " + url, hashes);
      if (!noted) return noted;
    }
    return {};
  };
  Result<void> written = co_await commit(std::move(job));
  if (!written && !fatal_) fail(written.error());
}

asio::awaitable<void> Run::assemble_unreached() {
  auto work = [this] { return assemblers_.front()->unreached(); };
  Result<std::vector<cases::CaseRecord>> records = co_await on_pool(pool_, std::move(work));
  if (!records) {
    fail(records.error());
    co_return;
  }
  for (cases::CaseRecord& record : *records) {
    if (stopping_) co_return;
    co_await save_case(std::move(record), std::string(), std::string());
  }
}

}  // namespace pantau::sweep
