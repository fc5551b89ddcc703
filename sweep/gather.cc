#include "sweep/gather.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "base/digest.h"
#include "base/text.h"
#include "base/url.h"

namespace pantau::sweep {
namespace {

using crawler::MediaKind;
using crawler::Outcome;

std::string canonical_or_self(const std::string& url) {
  const Result<Url> parsed = Url::parse(url);
  return parsed ? parsed->canonical() : url;
}

crawler::FetchKind fetch_kind(MediaKind kind) {
  switch (kind) {
    case MediaKind::image:
      return crawler::FetchKind::image;
    case MediaKind::video:
    case MediaKind::audio:
      return crawler::FetchKind::video;
    default:
      return crawler::FetchKind::playlist;
  }
}

bool looks_like_html(std::string_view bytes) {
  const std::string head = to_lower_ascii(trim(bytes.substr(0, 512)));
  return head.rfind("<!doctype html", 0) == 0 || head.rfind("<html", 0) == 0 || head.find("<head") != std::string::npos;
}

bool html_type(const std::string& type, std::string_view body) {
  return type == "text/html" || type == "application/xhtml+xml" || type == "text/plain" || type.empty() ||
         ((type == "application/xml" || type == "text/xml" || type == "application/octet-stream") &&
          looks_like_html(body));
}

bool media_type(const std::string& type) {
  return type.rfind("image/", 0) == 0 || type.rfind("video/", 0) == 0 || type.rfind("audio/", 0) == 0;
}

void append(std::vector<crawler::Exchange>& to, std::vector<crawler::Exchange>& from) {
  std::move(from.begin(), from.end(), std::back_inserter(to));
  from.clear();
}

// On a restricted list: nothing stays but what the match says.
void purge(Medium& medium, RestrictedList::Match match) {
  medium.restricted = std::move(match);
  medium.outcome = Outcome::restricted;
  medium.detail = "on a restricted list: nothing of it is kept";
  medium.exchanges.clear();
  medium.report.reset();
  medium.body = Bytes();
}

// Whether a worker saw what the bytes show. Sound shows nothing.
bool seen(const Medium& medium) {
  return medium.report && medium.report->type != media::MediaType::undecodable;
}

// While a restricted list goes by fingerprints, a medium that has none stays in memory: nobody can say what it shows.
void withhold(Medium& medium) {
  medium.exchanges.clear();
  medium.detail += medium.detail.empty() ? "" : "; ";
  medium.detail += "its bytes are not kept: they could not be compared with the restricted lists";
}

}  // namespace

bool is_frame_document(const crawler::FetchResult& result) {
  return (result.outcome == Outcome::done || result.partial) && html_type(result.media_type, result.body.view());
}

Gatherer::Gatherer(asio::any_io_executor executor, asio::thread_pool& pool, crawler::Fetcher* fetcher,
                   media::WorkerPool* workers, const RestrictedList& restricted, Hooks hooks, GatherLimits limits)
    : executor_(std::move(executor)),
      pool_(pool),
      fetcher_(fetcher),
      workers_(workers),
      restricted_(restricted),
      hooks_(std::move(hooks)),
      limits_(limits) {}

asio::awaitable<crawler::ExtractedPage> Gatherer::extract(Bytes body, std::string content_type, std::string url) {
  auto work = [body = std::move(body), content_type = std::move(content_type), url = std::move(url)] {
    return crawler::extract_page(body.view(), content_type, url);
  };
  co_return co_await on_pool(pool_, std::move(work));
}

// What a page asks of indexes, which Pantau is not: kept because it says something about who wants to be found.
std::string directives_of(const std::string& robots_tag, const crawler::ExtractedPage& page) {
  std::string text = robots_tag.empty() ? "" : "X-Robots-Tag: " + robots_tag;
  if (!page.robots_noindex && !page.robots_nofollow) return text;
  text += text.empty() ? "meta:" : "; meta:";
  if (page.robots_noindex) text += " noindex";
  if (page.robots_nofollow) text += " nofollow";
  return text;
}

asio::awaitable<std::shared_ptr<Page>> Gatherer::page(std::string url, std::string referer, crawler::Persona persona,
                                                      int depth, bool announced_list,
                                                      std::shared_ptr<const PageMemory> memory) {
  auto page = std::make_shared<Page>();
  page->url = url;
  page->persona = persona.name;
  page->started = utc_now();
  std::string next = url;
  std::unordered_set<std::string> seen;
  for (int hop = 0; hop <= limits_.refresh_hops; ++hop) {
    seen.insert(canonical_or_self(next));
    crawler::FetchRequest request;
    request.url = next;
    request.referer = referer;
    request.persona = persona;
    request.depth = depth;
    if (announced_list) request.kind = crawler::FetchKind::listing;
    if (memory && memory->validators.may_ask(page->started)) {
      request.if_none_match = memory->validators.etag;
      request.if_modified_since = memory->validators.last_modified;
    }
    crawler::FetchResult result = co_await fetcher_->fetch(std::move(request));
    if (memory) {
      bool same = co_await same_document(memory, result);
      if (same) {
        page->final_url = memory->final_url;
        same = co_await same_frames(page, memory, persona);
      }
      if (same) {
        page->unchanged = memory;
        page->robots = result.robots;
        page->hops = std::move(result.hops);
        if (result.status == 200) page->document = static_cast<int>(result.exchanges.size()) - 1;
        // Frames stand behind their page, as they would when it was parsed.
        std::vector<crawler::Exchange> exchanges = std::move(result.exchanges);
        append(exchanges, page->exchanges);
        page->exchanges = std::move(exchanges);
        page->attempts = std::move(result.attempts);
        co_await recall_page(page, memory, persona);
        page->ended = utc_now();
        co_return page;
      }
      memory.reset();
      if (result.outcome == Outcome::unchanged) {
        // A frame changed under a page that did not: it is asked for again, whole.
        append(page->exchanges, result.exchanges);
        std::move(result.attempts.begin(), result.attempts.end(), std::back_inserter(page->attempts));
        --hop;
        continue;
      }
    }
    page->outcome = result.outcome;
    page->detail = result.detail;
    page->status = result.status;
    if (page->robots != "disallowed") page->robots = result.robots;
    if (!result.final_url.empty()) page->final_url = result.final_url;
    std::move(result.hops.begin(), result.hops.end(), std::back_inserter(page->hops));
    append(page->exchanges, result.exchanges);
    page->document = hop == 0 && result.status == 200 ? static_cast<int>(page->exchanges.size()) - 1 : -1;
    std::move(result.attempts.begin(), result.attempts.end(), std::back_inserter(page->attempts));
    page->partial = result.partial && !media_type(result.media_type);
    if (!page->seen()) break;
    if (media_type(result.media_type)) {
      // The address is itself a picture or a video: it becomes the page's one medium.
      auto medium = std::make_shared<Medium>();
      medium->url = page->final_url;
      medium->canonical = canonical_or_self(page->final_url);
      medium->kind = result.media_type[0] == 'v'   ? MediaKind::video
                     : result.media_type[0] == 'a' ? MediaKind::audio
                                                   : MediaKind::image;
      medium->exchanges = std::move(page->exchanges);
      page->exchanges.clear();
      ++media_started_;
      Result<Bytes> sealed = Bytes::sealed(result.body.view());
      if (sealed) {
        co_await examine(medium, *sealed, result.media_type);
      } else {
        medium->detail = sealed.error().detail;
      }
      ++media_outcomes_[medium->outcome];
      if (hooks_.medium_ended) co_await hooks_.medium_ended(medium);
      crawler::MediaReference reference;
      reference.url = medium->url;
      reference.kind = medium->kind;
      reference.origin = "page";
      page->media.push_back({reference, medium});
      page->restricted = medium->restricted.has_value();
      break;
    }
    const bool is_list = co_await read_as_list(page, result, announced_list);
    if (is_list) break;
    if (!html_type(result.media_type, result.body.view())) {
      if (!page->partial) page->detail = "not a page: " + result.media_type;
      page->partial = false;
      break;
    }
    page->is_html = true;
    const std::string content_type = result.header("content-type");
    crawler::ExtractedPage extracted = co_await extract(result.body, content_type, page->final_url);
    if (const std::string refresh = result.header("refresh"); !extracted.refresh_url && !refresh.empty()) {
      const std::size_t at = to_lower_ascii(refresh).find("url=");
      const Result<Url> base = Url::parse(page->final_url);
      if (at != std::string::npos && base) {
        const Result<Url> target = Url::parse(trim(std::string_view(refresh).substr(at + 4)), &*base);
        if (target) extracted.refresh_url = target->href();
      }
    }
    page->extracted = std::move(extracted);
    page->robots_tag = result.robots_tag;
    page->directives = directives_of(result.robots_tag, page->extracted);
    const bool meta = page->extracted.refresh_url.has_value();
    const std::optional<std::string> onward = meta ? page->extracted.refresh_url : page->extracted.script_redirect_url;
    if (!onward || seen.contains(canonical_or_self(*onward)) || hop == limits_.refresh_hops) break;
    crawler::RedirectHop step;
    step.url = page->final_url;
    step.kind = meta ? "meta-refresh" : "script";
    page->hops.push_back(step);
    referer = page->final_url;
    next = *onward;
  }
  if (page->seen() && page->is_html) co_await collect_media(page, persona, true);
  page->ended = utc_now();
  co_return page;
}

asio::awaitable<bool> Gatherer::read_as_list(std::shared_ptr<Page> page, const crawler::FetchResult& result,
                                             bool announced) {
  if (!crawler::may_be_listing(result.body.view(), result.header("content-type"), announced)) co_return false;
  auto work = [body = result.body, type = result.header("content-type"), url = page->final_url, announced] {
    return crawler::read_listing(body.view(), type, url, announced);
  };
  std::optional<crawler::Listing> listing = co_await on_pool(pool_, std::move(work));
  if (listing) {
    // A file that came only in part keeps the outcome that says why.
    page->detail = page->partial ? listing->detail + "; " + page->detail : listing->detail;
    if (listing->partly && !page->partial) page->outcome = Outcome::partly_analysed;
    page->listing = std::move(listing);
    page->is_html = false;
    page->extracted = crawler::ExtractedPage();
    co_return true;
  }
  if (announced && !page->partial && !html_type(result.media_type, result.body.view())) {
    page->outcome = Outcome::undecodable;
    page->detail = "neither a sitemap nor a feed: " + result.media_type;
    co_return true;
  }
  co_return false;
}

asio::awaitable<std::shared_ptr<Page>> Gatherer::saved_page(std::string html, std::string name) {
  auto page = std::make_shared<Page>();
  page->url = name;
  page->started = utc_now();
  page->outcome = Outcome::done;
  page->is_html = true;
  page->robots = "not-checked";
  crawler::ExtractedPage extracted =
      co_await extract(Bytes::from_string(std::move(html)), "text/html", "http://saved.invalid/");
  page->extracted = std::move(extracted);
  co_await collect_media(page, crawler::Persona(), false);
  page->ended = utc_now();
  co_return page;
}

asio::awaitable<void> Gatherer::collect_media(std::shared_ptr<Page> page, crawler::Persona persona, bool fetch) {
  // Inline pictures first: they are part of the page's own bytes, so a restricted one condemns the page at once.
  TaskGroup inline_tasks(executor_);
  for (std::size_t i = 0; i < page->extracted.inline_media.size(); ++i) {
    inline_tasks.spawn(collect_inline(page, i, std::move(page->extracted.inline_media[i])));
  }
  page->extracted.inline_media.clear();
  co_await inline_tasks.join();
  if (!fetch || page->restricted) co_return;

  TaskGroup frames(executor_);
  int frame_count = 0;
  for (std::size_t i = 0; i < page->extracted.slots.size() && frame_count < limits_.frames_per_page; ++i) {
    if (page->extracted.slots[i].frame_url.empty()) continue;
    ++frame_count;
    frames.spawn(collect_frame(page, page->extracted.slots[i].frame_url, static_cast<int>(i), persona));
  }
  for (const std::string& url : page->extracted.frames) {
    if (frame_count++ >= limits_.frames_per_page) break;
    frames.spawn(collect_frame(page, url, -1, persona));
  }
  co_await frames.join();

  const std::size_t first = page->media.size();
  std::unordered_set<std::string> distinct;
  for (crawler::MediaReference& reference : page->extracted.media) {
    if (page->media.size() - first >= static_cast<std::size_t>(limits_.media_per_page)) break;
    if (reference.origin == "icon") continue;
    if (!distinct.insert(reference.url + '\n' + std::to_string(reference.slot)).second) continue;
    page->media.push_back({reference, nullptr});
  }
  TaskGroup tasks(executor_);
  for (std::size_t i = first; i < page->media.size(); ++i) tasks.spawn(collect_one(page, i, persona));
  co_await tasks.join();
}

asio::awaitable<void> Gatherer::collect_inline(std::shared_ptr<Page> page, std::size_t index, std::string bytes) {
  MediumPointer medium = co_await file(std::move(bytes), "data:" + std::to_string(index));
  medium->url.clear();
  crawler::MediaReference reference;
  reference.origin = "data";
  page->media.push_back({reference, medium});
  if (medium->restricted) page->restricted = true;
}

asio::awaitable<void> Gatherer::collect_one(std::shared_ptr<Page> page, std::size_t index, crawler::Persona persona) {
  const crawler::MediaReference reference = page->media[index].reference;
  MediumPointer got = co_await medium(reference, page->final_url, persona);
  page->media[index].medium = got;
  if (got->restricted) page->restricted = true;
}

asio::awaitable<void> Gatherer::collect_frame(std::shared_ptr<Page> page, std::string url, int slot,
                                              crawler::Persona persona) {
  std::shared_ptr<Page::FetchedFrame> fetched;
  if (const auto known = page->fetched_frames.find(url); known != page->fetched_frames.end()) {
    fetched = known->second;
  } else {
    fetched = std::make_shared<Page::FetchedFrame>();
    co_await fetch_frame(url, page->final_url, persona, fetched);
    append(page->exchanges, fetched->result.exchanges);
    fetched->exchange = static_cast<int>(page->exchanges.size()) - 1;
  }
  const crawler::FetchResult& result = fetched->result;
  const bool seen = is_frame_document(result);
  Page::Frame met;
  met.url = url;
  if (seen) met.exchange = fetched->exchange;
  page->frames.push_back(met);
  // What may be otherwise the next time for no reason of the page's is nothing to compare with.
  page->broken_frame =
      page->broken_frame || result.partial || result.outcome == Outcome::timeout || result.outcome == Outcome::failed;
  if (!seen) co_return;
  const std::string content_type = result.header("content-type");
  crawler::ExtractedPage frame = co_await extract(result.body, content_type, result.final_url);
  crawler::ExtractedPage& whole = page->extracted;
  // A frame is part of what people see on the page. In an ad slot all of it belongs to that ad, with one target each.
  std::vector<int> moved(frame.slots.size(), slot);
  if (slot < 0) {
    for (std::size_t i = 0; i < frame.slots.size(); ++i) {
      moved[i] = static_cast<int>(whole.slots.size());
      whole.slots.push_back(frame.slots[i]);
    }
  } else {
    bool used = false;
    for (std::size_t i = 0; i < frame.slots.size(); ++i) {
      if (frame.slots[i].click_url.empty()) continue;
      if (!used) {
        used = true;
        whole.slots[slot].click_url = frame.slots[i].click_url;
      } else {
        crawler::AdSlot extra = frame.slots[i];
        moved[i] = static_cast<int>(whole.slots.size());
        whole.slots.push_back(std::move(extra));
      }
    }
    if (!used && !frame.links.empty()) whole.slots[slot].click_url = frame.links.front().url;
    for (const crawler::TextBlock& text : frame.texts) {
      if (text.role == crawler::TextRole::hidden || text.role == crawler::TextRole::title) continue;
      if (whole.slots[slot].text.size() > 20000) break;
      if (!whole.slots[slot].text.empty()) whole.slots[slot].text += " ";
      whole.slots[slot].text += text.text;
    }
  }
  const auto placed = [&](int old_slot) { return old_slot >= 0 ? moved[old_slot] : slot; };
  for (crawler::TextBlock& text : frame.texts) {
    if (text.role == crawler::TextRole::title) continue;
    text.slot = placed(text.slot);
    whole.texts.push_back(std::move(text));
  }
  for (crawler::Link& link : frame.links) {
    link.slot = placed(link.slot);
    whole.links.push_back(std::move(link));
  }
  for (crawler::MediaReference& reference : frame.media) {
    reference.slot = placed(reference.slot);
    whole.media.push_back(std::move(reference));
  }
  for (crawler::Form& form : frame.forms) whole.forms.push_back(std::move(form));
}

asio::awaitable<MediumPointer> Gatherer::medium(crawler::MediaReference reference, std::string referer,
                                                crawler::Persona persona) {
  const std::string canonical = canonical_or_self(reference.url);
  if (const auto found = in_flight_.find(canonical); found != in_flight_.end()) {
    const std::shared_ptr<InFlight> other = found->second;
    co_await other->done.wait();
    co_return other->medium;
  }
  if (hooks_.known_medium) {
    if (MediumPointer known = hooks_.known_medium(canonical)) co_return known;
  }
  auto entry = std::make_shared<InFlight>(executor_);
  in_flight_.emplace(canonical, entry);
  ++media_started_;
  entry->medium = co_await fetch_medium(reference, canonical, referer, persona);
  ++media_outcomes_[entry->medium->outcome];
  if (hooks_.medium_ended) co_await hooks_.medium_ended(entry->medium);
  entry->done.set();
  in_flight_.erase(canonical);
  co_return entry->medium;
}

asio::awaitable<MediumPointer> Gatherer::fetch_medium(crawler::MediaReference reference, std::string canonical,
                                                      std::string referer, crawler::Persona persona) {
  auto medium = std::make_shared<Medium>();
  medium->url = reference.url;
  medium->canonical = canonical;
  medium->kind = reference.kind;
  if (fetcher_ == nullptr) {
    medium->outcome = Outcome::not_examined;
    co_return medium;
  }
  if (reference.kind == MediaKind::playlist) {
    co_await fetch_playlist(medium, referer, persona);
    co_return medium;
  }
  crawler::FetchRequest request;
  request.url = reference.url;
  request.kind = fetch_kind(reference.kind);
  request.referer = referer;
  request.persona = persona;
  const std::shared_ptr<const MediumMemory> memory = usable_memory(canonical);
  if (memory) {
    request.if_none_match = memory->validators.etag;
    request.if_modified_since = memory->validators.last_modified;
  }
  crawler::FetchResult result = co_await fetcher_->fetch(std::move(request));
  medium->outcome = result.outcome;
  medium->detail = result.detail;
  medium->exchanges = std::move(result.exchanges);
  if (result.outcome == Outcome::unchanged && memory) {
    recall_medium(*medium, memory);
    co_return medium;
  }
  if (result.outcome != Outcome::done) co_return medium;
  const std::string_view head = result.body.view().substr(0, 16);
  if (reference.kind == MediaKind::caption) {
    medium->bytes = result.body.size();
    medium->sha256 = sha256_hex(result.body.view());
    medium->cues = crawler::parse_captions(result.body.view());
    if (medium->cues.empty()) {
      medium->outcome = Outcome::undecodable;
      medium->detail = "no captions in it";
    }
    co_return medium;
  }
  if (head.rfind("#EXTM3U", 0) == 0) {
    medium->exchanges.clear();
    medium->kind = MediaKind::playlist;
    co_await fetch_playlist(medium, referer, persona);
    co_return medium;
  }
  if (result.media_type == "image/svg+xml" || head.rfind("<svg", 0) == 0) {
    // Drawn by scripts and fonts of the viewer; no decoder of ours reads it, and saying so beats guessing.
    medium->sha256 = sha256_hex(result.body.view());
    medium->bytes = result.body.size();
    if (auto match = restricted_.find(result.body.view(), medium->sha256)) {
      purge(*medium, std::move(*match));
      co_return medium;
    }
    medium->outcome = Outcome::undecodable;
    medium->detail = "SVG drawings are not read";
    if (restricted_.needs_fingerprints()) withhold(*medium);
    co_return medium;
  }
  co_await examine(medium, result.body, result.media_type);
  co_return medium;
}

asio::awaitable<void> Gatherer::fetch_playlist(MediumPointer medium, std::string referer, crawler::Persona persona) {
  std::string url = medium->url;
  crawler::Playlist playlist;
  for (int level = 0; level < 3; ++level) {
    crawler::FetchRequest request;
    request.url = url;
    request.kind = crawler::FetchKind::playlist;
    request.referer = referer;
    request.persona = persona;
    crawler::FetchResult result = co_await fetcher_->fetch(std::move(request));
    append(medium->exchanges, result.exchanges);
    medium->outcome = result.outcome;
    medium->detail = result.detail;
    if (result.outcome != Outcome::done) co_return;
    playlist = crawler::parse_playlist(result.body.view(), result.final_url);
    if (!playlist.master) break;
    if (playlist.variants.empty()) break;
    // The best variant up to 720 lines: text stays readable and the rest would only cost.
    const crawler::Playlist::Variant* choice = &playlist.variants.front();
    for (const crawler::Playlist::Variant& variant : playlist.variants) {
      if (variant.height <= 720 && variant.bandwidth >= choice->bandwidth) choice = &variant;
    }
    url = choice->url;
  }
  if (playlist.encrypted || playlist.segments.empty()) {
    medium->outcome = Outcome::undecodable;
    medium->detail = playlist.encrypted ? "the stream is encrypted" : "a playlist without segments";
    co_return;
  }
  std::vector<std::string> parts;
  if (!playlist.init_url.empty()) parts.push_back(playlist.init_url);
  bool cut = false;
  for (const crawler::Playlist::Segment& segment : playlist.segments) {
    if (static_cast<int>(parts.size()) >= limits_.playlist_segments) {
      cut = true;
      break;
    }
    if (segment.range_offset >= 0) {
      // Byte ranges of one file: the file is fetched whole, once.
      if (std::find(parts.begin(), parts.end(), segment.url) != parts.end()) continue;
    }
    parts.push_back(segment.url);
  }
  std::string joined;
  for (const std::string& part : parts) {
    crawler::FetchRequest request;
    request.url = part;
    request.kind = crawler::FetchKind::video;
    request.referer = url;
    request.persona = persona;
    crawler::FetchResult result = co_await fetcher_->fetch(std::move(request));
    append(medium->exchanges, result.exchanges);
    if (result.outcome != Outcome::done) {
      cut = true;
      medium->detail = "a segment is missing: " + result.detail;
      continue;
    }
    if (auto match = restricted_.find(result.body.view(), sha256_hex(result.body.view()))) {
      purge(*medium, std::move(*match));
      co_return;
    }
    joined += result.body.view();
  }
  Result<Bytes> sealed = Bytes::sealed(joined);
  joined = std::string();
  if (!sealed) {
    medium->outcome = Outcome::failed;
    medium->detail = sealed.error().detail;
    co_return;
  }
  const std::string missing = medium->detail;
  co_await examine(medium, *sealed, "video/mp2t");
  if (medium->restricted) co_return;
  medium->kind = MediaKind::video;
  if (cut && medium->outcome == Outcome::done) {
    medium->outcome = Outcome::partly_analysed;
    medium->detail = missing.empty() ? "the playlist is longer than the limit of segments" : missing;
  }
}

asio::awaitable<MediumPointer> Gatherer::file(std::string bytes, std::string name) {
  auto medium = std::make_shared<Medium>();
  medium->url = name;
  medium->outcome = Outcome::failed;
  ++media_started_;
  Result<Bytes> sealed = Bytes::sealed(bytes);
  bytes = std::string();
  if (!sealed) {
    medium->detail = sealed.error().detail;
  } else {
    medium->canonical = "sha256:" + sha256_hex(sealed->view());
    co_await examine(medium, *sealed, name);
  }
  ++media_outcomes_[medium->outcome];
  if (hooks_.medium_ended) co_await hooks_.medium_ended(medium);
  co_return medium;
}

// The order is the promise: nothing gets to evidence (body, exchanges, report) before the restricted lists have seen
// all that they can tell it by.
asio::awaitable<void> Gatherer::examine(MediumPointer medium, Bytes body, std::string hint) {
  auto digest = [body, md5 = hooks_.md5] {
    return std::pair(sha256_hex(body.view()), md5 ? md5_hex(body.view()) : std::string());
  };
  std::pair<std::string, std::string> digests = co_await on_pool(pool_, std::move(digest));
  medium->sha256 = std::move(digests.first);
  medium->md5 = std::move(digests.second);
  medium->bytes = body.size();
  medium->outcome = Outcome::done;
  if (auto match = restricted_.find(body.view(), medium->sha256)) {
    purge(*medium, std::move(*match));
    co_return;
  }
  co_await look_into(medium, body, std::move(hint));
  if (restricted_.needs_fingerprints() && medium->report) {
    auto look = [this, report = medium->report] { return restricted_.find(*report); };
    std::optional<RestrictedList::Match> match = co_await on_pool(pool_, std::move(look));
    if (match) {
      purge(*medium, std::move(*match));
      co_return;
    }
  }
  if (restricted_.needs_fingerprints() && !body.empty() && !seen(*medium)) {
    withhold(*medium);
    co_return;
  }
  medium->body = std::move(body);
}

asio::awaitable<void> Gatherer::look_into(MediumPointer medium, Bytes body, std::string hint) {
  if (body.empty()) {
    medium->outcome = Outcome::undecodable;
    medium->detail = "zero bytes";
    co_return;
  }
  if (hooks_.known_report) {
    if (auto known = hooks_.known_report(medium->sha256)) {
      medium->report = std::move(known);
    }
  }
  if (!medium->report) {
    if (workers_ == nullptr) {
      medium->outcome = Outcome::not_examined;
      medium->detail = "reading media is switched off";
      co_return;
    }
    media::MediaJob job;
    job.bytes = body;
    job.name_hint = std::move(hint);
    Result<media::MediaReport> report = co_await workers_->analyse(std::move(job));
    if (!report) {
      medium->outcome = Outcome::failed;
      medium->detail = report.error().detail;
      co_return;
    }
    report->sha256 = medium->sha256;
    report->bytes = medium->bytes;
    medium->report = std::make_shared<const media::MediaReport>(std::move(*report));
  }
  medium->detail = medium->report->detail;
  if (medium->report->type == media::MediaType::undecodable) {
    medium->outcome = Outcome::undecodable;
  } else if (medium->report->partly) {
    medium->outcome = Outcome::partly_analysed;
  }
  if (medium->report->type == media::MediaType::video) medium->kind = MediaKind::video;
}

}  // namespace pantau::sweep
