#pragma once
// Takes one address or file apart: the page with its redirects and frames, and its media, fetched under guard, robots
// and politeness, checked against the restricted lists in memory, then read by the media workers. Writes nothing: what
// is found is returned, and the caller decides what is kept. I/O thread; CPU work goes to the pool.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "crawler/extract.h"
#include "crawler/fetcher.h"
#include "crawler/listing.h"
#include "media/worker_pool.h"
#include "sweep/async.h"
#include "sweep/page_memory.h"
#include "sweep/restricted.h"

namespace pantau::sweep {

// One distinct media address (or submitted file) and how it ended.
struct Medium {
  std::string url, canonical;
  crawler::MediaKind kind = crawler::MediaKind::image;
  crawler::Outcome outcome = crawler::Outcome::failed;
  std::string detail;
  std::string sha256, md5;  // md5 only where a list asks for it
  std::uint64_t bytes = 0;
  std::shared_ptr<const media::MediaReport> report;  // null for captions and for media that were not read
  std::vector<crawler::Cue> cues;                    // of captions
  std::optional<RestrictedList::Match> restricted;
  // What evidence keeps; dropped after it was written.
  std::vector<crawler::Exchange> exchanges;
  Bytes body;
  std::vector<std::string> frame_files;  // parallel to report->frames: kept pictures, or empty
  // The server says that nothing changed: what was known of it stands.
  std::shared_ptr<const MediumMemory> remembered;
};
using MediumPointer = std::shared_ptr<Medium>;

struct PlacedMedium {
  crawler::MediaReference reference;
  MediumPointer medium;
};

struct Page {
  std::string url;
  crawler::Outcome outcome = crawler::Outcome::failed;
  std::string detail, final_url, robots, persona = "default";
  std::string robots_tag;  // as received
  std::string directives;  // "X-Robots-Tag: ...; meta: noindex nofollow": recorded, not obeyed
  int status = 0;
  UtcTime started{}, ended{};
  std::vector<crawler::RedirectHop> hops;
  std::vector<crawler::Exchange> exchanges;     // of the page, its refresh hops and its frames
  std::vector<crawler::FetchAttempt> attempts;  // of the page and its refresh hops
  crawler::ExtractedPage extracted;             // frames of ad slots are merged into their slot
  std::vector<PlacedMedium> media;
  bool is_html = false;
  bool partial = false;  // a page of which only the beginning came: looked at all the same, `outcome` says why
  // Whether there is a page to look at.
  bool seen() const { return outcome == crawler::Outcome::done || partial; }
  std::optional<crawler::Listing> listing;  // the address is a sitemap or a feed
  bool restricted = false;                  // a medium of it is on a restricted list: keep nothing of the page

  // What the next sweep compares with. `document`: the exchange that brought the page, of a page that came in one
  // piece, without refreshes or broken frames; else -1.
  int document = -1;
  struct Frame {
    std::string url;
    int exchange = -1;  // that brought it; -1: nothing to see
  };
  std::vector<Frame> frames;
  bool broken_frame = false;
  // Frames that were fetched before the page was parsed, by address.
  struct FetchedFrame {
    crawler::FetchResult result;
    int exchange = -1;
  };
  std::map<std::string, std::shared_ptr<FetchedFrame>> fetched_frames;
  // The page and its frames are what they were: `extracted` is what was remembered, nothing was parsed.
  std::shared_ptr<const PageMemory> unchanged;
  bool media_changed = false;  // though the page is unchanged
};

struct GatherLimits {
  int media_per_page = 200;
  int frames_per_page = 40;
  int refresh_hops = 5;
  int playlist_segments = 400;
};

class Gatherer {
 public:
  struct Hooks {
    // A report that an earlier sweep made of the same bytes, or null. Called on the I/O thread.
    std::function<std::shared_ptr<const media::MediaReport>(const std::string& sha256)> known_report;
    // The medium of this address as it ended before in this sweep, or null. Called on the I/O thread.
    std::function<MediumPointer(const std::string& canonical)> known_medium;
    // What is remembered of a medium from earlier sweeps, or null. Called on the I/O thread.
    std::function<std::shared_ptr<const MediumMemory>(const std::string& canonical)> remembered_medium;
    // Called once a distinct medium has ended, on the I/O thread, before anybody uses it: writes evidence, drops
    // bodies.
    std::function<asio::awaitable<void>(MediumPointer)> medium_ended;
    bool md5 = false;  // some list asks for it
  };

  // The fetcher may be null (files only), so may the workers (media are then "not-examined").
  Gatherer(asio::any_io_executor executor, asio::thread_pool& pool, crawler::Fetcher* fetcher,
           media::WorkerPool* workers, const RestrictedList& restricted, Hooks hooks, GatherLimits limits = {});

  // `announced_list`: a sitemap by what robots.txt, the configuration or an index said of it. `memory`: what the
  // address was when it was last read; may be null.
  asio::awaitable<std::shared_ptr<Page>> page(std::string url, std::string referer, crawler::Persona persona, int depth,
                                              bool announced_list = false,
                                              std::shared_ptr<const PageMemory> memory = nullptr);
  asio::awaitable<MediumPointer> medium(crawler::MediaReference reference, std::string referer,
                                        crawler::Persona persona);
  // A submitted file's bytes; `name` only hints at the format.
  asio::awaitable<MediumPointer> file(std::string bytes, std::string name);
  // A saved page: its texts, forms and links; nothing is fetched, only data: pictures in it are read.
  asio::awaitable<std::shared_ptr<Page>> saved_page(std::string html, std::string name);

  // Distinct media that ended, by outcome.
  const std::map<crawler::Outcome, std::int64_t>& media_outcomes() const { return media_outcomes_; }
  std::int64_t media_started() const { return media_started_; }

 private:
  asio::awaitable<MediumPointer> fetch_medium(crawler::MediaReference reference, std::string canonical,
                                              std::string referer, crawler::Persona persona);
  asio::awaitable<void> examine(MediumPointer medium, Bytes body, std::string hint);
  asio::awaitable<void> look_into(MediumPointer medium, Bytes body, std::string hint);
  asio::awaitable<void> fetch_playlist(MediumPointer medium, std::string referer, crawler::Persona persona);
  asio::awaitable<void> collect_media(std::shared_ptr<Page> page, crawler::Persona persona, bool fetch);
  asio::awaitable<void> collect_one(std::shared_ptr<Page> page, std::size_t index, crawler::Persona persona);
  asio::awaitable<void> collect_inline(std::shared_ptr<Page> page, std::size_t index, std::string bytes);
  asio::awaitable<void> collect_frame(std::shared_ptr<Page> page, std::string url, int slot, crawler::Persona persona);
  // gather_again.cc: addresses that were read before.
  asio::awaitable<bool> same_document(std::shared_ptr<const PageMemory> memory, crawler::FetchResult& result);
  asio::awaitable<bool> same_frames(std::shared_ptr<Page> page, std::shared_ptr<const PageMemory> memory,
                                    crawler::Persona persona);
  asio::awaitable<void> fetch_frame(std::string url, std::string referer, crawler::Persona persona,
                                    std::shared_ptr<Page::FetchedFrame> out);
  asio::awaitable<void> recall_page(std::shared_ptr<Page> page, std::shared_ptr<const PageMemory> memory,
                                    crawler::Persona persona);
  std::shared_ptr<const MediumMemory> usable_memory(const std::string& canonical);
  void recall_medium(Medium& medium, std::shared_ptr<const MediumMemory> memory);
  asio::awaitable<bool> read_as_list(std::shared_ptr<Page> page, const crawler::FetchResult& result, bool announced);
  asio::awaitable<crawler::ExtractedPage> extract(Bytes body, std::string content_type, std::string url);

  asio::any_io_executor executor_;
  asio::thread_pool& pool_;
  crawler::Fetcher* fetcher_;
  media::WorkerPool* workers_;
  const RestrictedList& restricted_;
  Hooks hooks_;
  GatherLimits limits_;
  struct InFlight {
    explicit InFlight(const asio::any_io_executor& executor) : done(executor) {}
    Event done;
    MediumPointer medium;
  };
  std::unordered_map<std::string, std::shared_ptr<InFlight>> in_flight_;
  std::map<crawler::Outcome, std::int64_t> media_outcomes_;
  std::int64_t media_started_ = 0;
};

// Whether a frame shows a document.
bool is_frame_document(const crawler::FetchResult& result);

}  // namespace pantau::sweep
