// The parts of Gatherer for addresses that an earlier sweep read: is it what it was? A page is unchanged when its
// document and the documents of all its frames are; its media are looked at by themselves, each with its own
// conditions, because the same address may show another picture today.
#include <algorithm>

#include "base/digest.h"
#include "base/url.h"
#include "sweep/gather.h"
#include "sweep/records.h"

namespace pantau::sweep {

using crawler::Outcome;

namespace {

crawler::MediaKind media_kind(const std::string& name) {
  if (name == "video") return crawler::MediaKind::video;
  if (name == "audio") return crawler::MediaKind::audio;
  return name == "caption" ? crawler::MediaKind::caption : crawler::MediaKind::image;
}

}  // namespace

asio::awaitable<void> Gatherer::fetch_frame(std::string url, std::string referer, crawler::Persona persona,
                                            std::shared_ptr<Page::FetchedFrame> out) {
  crawler::FetchRequest request;
  request.url = std::move(url);
  request.referer = std::move(referer);
  request.persona = std::move(persona);
  crawler::FetchResult result = co_await fetcher_->fetch(std::move(request));
  out->result = std::move(result);
}

asio::awaitable<bool> Gatherer::same_document(std::shared_ptr<const PageMemory> memory, crawler::FetchResult& result) {
  if (result.exchanges.empty()) co_return false;
  crawler::Exchange& exchange = result.exchanges.back();
  if (result.outcome == Outcome::unchanged) {
    exchange.payload_sha256 = memory->validators.payload;
    if (!result.hops.empty()) result.hops.back().status = memory->status;
    co_return true;
  }
  // What stands beside the bytes counts as well: type, refresh, what is asked of indexes.
  const bool comparable = result.outcome == Outcome::done && !result.partial && result.status == memory->status &&
                          result.final_url == memory->final_url &&
                          result.header("content-type") == memory->content_type &&
                          result.header("refresh") == memory->refresh && result.robots_tag == memory->robots_tag;
  if (!comparable) co_return false;
  auto digest = [body = exchange.body] { return sha256_hex(body.view()); };
  std::string payload = co_await on_pool(pool_, std::move(digest));
  result.exchanges.back().payload_sha256 = payload;
  co_return payload == memory->validators.payload;
}

asio::awaitable<bool> Gatherer::same_frames(std::shared_ptr<Page> page, std::shared_ptr<const PageMemory> memory,
                                            crawler::Persona persona) {
  TaskGroup tasks(executor_);
  for (const PageMemory::Frame& frame : memory->frames) {
    auto [place, fresh] = page->fetched_frames.emplace(frame.url, nullptr);
    if (!fresh) continue;
    place->second = std::make_shared<Page::FetchedFrame>();
    tasks.spawn(fetch_frame(frame.url, page->final_url, persona, place->second));
  }
  co_await tasks.join();
  std::map<std::string, std::string> payloads;
  for (auto& [url, frame] : page->fetched_frames) {
    std::vector<crawler::Exchange>& exchanges = frame->result.exchanges;
    const bool seen = is_frame_document(frame->result);
    if (seen && !exchanges.empty()) {
      auto digest = [body = exchanges.back().body] { return sha256_hex(body.view()); };
      std::string payload = co_await on_pool(pool_, std::move(digest));
      exchanges.back().payload_sha256 = payload;
      payloads[url] = std::move(payload);
    }
    std::move(exchanges.begin(), exchanges.end(), std::back_inserter(page->exchanges));
    exchanges.clear();
    frame->exchange = static_cast<int>(page->exchanges.size()) - 1;
  }
  co_return std::all_of(memory->frames.begin(), memory->frames.end(), [&](const PageMemory::Frame& frame) {
    const auto found = payloads.find(frame.url);
    return (found == payloads.end() ? std::string() : found->second) == frame.payload;
  });
}

asio::awaitable<void> Gatherer::recall_page(std::shared_ptr<Page> page, std::shared_ptr<const PageMemory> memory,
                                            crawler::Persona persona) {
  page->outcome = Outcome::done;
  page->status = memory->status;
  page->detail = memory->detail;
  page->directives = memory->directives;
  page->is_html = true;
  page->extracted = memory->extracted;
  TaskGroup tasks(executor_);
  for (const PageMemory::Medium& known : memory->media) {
    page->media.push_back({known.reference, nullptr});
    if (known.is_inline()) {
      auto medium = std::make_shared<Medium>();
      medium->kind = media_kind(known.kind);
      medium->canonical = known.canonical;
      medium->sha256 = known.sha256;
      medium->outcome = crawler::outcome_from(known.outcome).value_or(Outcome::failed);
      page->media.back().medium = std::move(medium);
    }
  }
  for (std::size_t i = 0; i < memory->media.size(); ++i) {
    if (!memory->media[i].is_inline()) tasks.spawn(collect_one(page, i, persona));
  }
  co_await tasks.join();
  for (std::size_t i = 0; i < memory->media.size(); ++i) {
    const StoredMedium now = stored(page->media[i]);
    if (medium_print(now.kind, now.canonical, now.sha256, now.outcome) != memory->media[i].fits)
      page->media_changed = true;
  }
}

std::shared_ptr<const MediumMemory> Gatherer::usable_memory(const std::string& canonical) {
  if (!hooks_.remembered_medium) return nullptr;
  std::shared_ptr<const MediumMemory> memory = hooks_.remembered_medium(canonical);
  if (!memory || !memory->validators.may_ask(utc_now())) return nullptr;
  // Without the findings of its bytes the bytes are needed.
  const bool readable = memory->kind != "caption" && memory->outcome != text(Outcome::undecodable);
  if (readable && (!hooks_.known_report || !hooks_.known_report(memory->sha256))) return nullptr;
  return memory;
}

void Gatherer::recall_medium(Medium& medium, std::shared_ptr<const MediumMemory> memory) {
  medium.kind = media_kind(memory->kind);
  medium.outcome = crawler::outcome_from(memory->outcome).value_or(Outcome::failed);
  medium.detail = memory->detail;
  medium.sha256 = memory->sha256;
  medium.bytes = memory->bytes;
  medium.cues = memory->cues;
  if (hooks_.known_report && memory->kind != "caption") medium.report = hooks_.known_report(memory->sha256);
  if (!medium.exchanges.empty()) medium.exchanges.back().payload_sha256 = memory->validators.payload;
  medium.remembered = std::move(memory);
}

}  // namespace pantau::sweep
