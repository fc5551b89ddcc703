// Leads that are not addresses to crawl: submitted files, texts, and records of others that name their media.
#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"
#include "crawler/click_tracker.h"
#include "sweep/run.h"

namespace pantau::sweep {

using crawler::Outcome;

asio::awaitable<void> Run::lead_media_task(crawler::Lead lead, std::int64_t number) {
  (void)number;
  Route route;
  route.kind = "lead";
  route.source = lead.source;
  route.click_url = lead.url;
  route.click_canonical = crawler::canonical_click(lead.url);
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
    row.fill(page);
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

}  // namespace pantau::sweep
