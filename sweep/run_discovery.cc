// Where a sweep goes on from an address: links and ads of a page, the twins and feeds it names, and the entries of
// sitemaps and feeds. Scope, depth and budgets are the frontier's; here is decided how deep a find counts.
//
// Depth of lists. What only a list names should not push aside what pages lead to: a portal's archive holds a hundred
// thousand addresses. So a sitemap named by robots.txt counts as one step from the seed, and its entries as deep as the
// source goes, where budgets reach them last. A list that is itself a seed, or named in the configuration, was asked
// for: its entries count as one step.
//
//     seed (0) ── link ──> page (1) ── link ──> page (2 = max_depth)
//       │ robots.txt
//       └──────────> sitemap (1) ── entry ─────────────┘
#include <algorithm>

#include "base/log.h"
#include "base/url.h"
#include "crawler/click_tracker.h"
#include "sweep/run.h"

namespace pantau::sweep {

namespace {

constexpr int kMaxListLevel = 3;         // an index of indexes
constexpr int kMaxFeedsOfPage = 3;       // posts, comments, and one more
constexpr int kShallowestWithLists = 2;  // with less, what robots.txt's sitemaps list would be too deep anyway
constexpr std::int64_t kMaxListsOfHost = 1000, kMaxListedOfHost = 500'000;

}  // namespace

bool Run::finds_lists(const crawler::FrontierItem& item) const {
  const crawler::SourceSettings& source = options_.sweep.sources.at(static_cast<std::size_t>(item.source));
  return source.discover && source.sitemaps.empty() && item.is_lead && item.depth == 0 &&
         source.max_depth >= kShallowestWithLists;
}

void Run::add_find(const crawler::FrontierItem& from, const std::string& found_on, const std::string& url, int depth,
                   Find find) {
  const Result<Url> written = Url::parse(url);
  if (!written) return;
  const std::optional<Url> target = crawler::click_target(*written);
  const Url* const parsed = target ? &*target : &*written;
  crawler::FrontierItem next;
  next.url = parsed->without_fragment();
  next.canonical = parsed->canonical();
  next.host = parsed->host();
  next.source = from.source;
  next.depth = depth;
  next.referrer = found_on;
  next.parent = from.id;
  next.is_click = find.click;
  next.listing = find.list_level;
  next.listed = find.listed;
  if (find.list_level > 0 || find.listed) {
    // Counted by this run: after an interruption a host may list as much again.
    ListedOfHost& host = listed_of_host_[next.host];
    std::int64_t& count = find.list_level > 0 ? host.lists : host.addresses;
    if (count >= (find.list_level > 0 ? kMaxListsOfHost : kMaxListedOfHost)) {
      if (!std::exchange(host.noted, true)) {
        notes_.push_back(next.host + " lists more than " + std::to_string(kMaxListedOfHost) + " addresses or " +
                         std::to_string(kMaxListsOfHost) + " sitemaps: the rest was not looked at");
      }
      return;
    }
    ++count;
  }
  frontier_->add(std::move(next));
}

asio::awaitable<void> Run::follow_robots(crawler::FrontierItem item, std::string final_url, std::string proxy) {
  std::vector<std::string> origins = {item.url};
  // The address that people know often only redirects to the real host.
  if (!final_url.empty() && Url::parse(final_url)) origins.push_back(std::move(final_url));
  for (const std::string& origin : origins) {
    std::vector<std::string> sitemaps = co_await fetcher_->sitemaps(origin, proxy);
    if (stopping_) co_return;
    Find find;
    find.list_level = 1;
    const Result<Url> base = Url::parse(origin);
    const Result<Url> robots = base ? Url::parse("/robots.txt", &*base) : base;
    for (const std::string& url : sitemaps) add_find(item, robots ? robots->href() : origin, url, 1, find);
  }
}

void Run::follow(const crawler::FrontierItem& item, const Page& page, const Looks& looks) {
  if (page.listing) {
    follow_list(item, page);
    return;
  }
  if (!page.seen() || page.restricted || !page.is_html) return;
  const crawler::SourceSettings& source = options_.sweep.sources.at(static_cast<std::size_t>(item.source));
  const int depth = item.depth + 1;
  Find click;
  click.click = true;
  for (const crawler::AdSlot& slot : page.extracted.slots) {
    if (!slot.click_url.empty()) add_find(item, page.final_url, slot.click_url, depth, click);
  }
  for (const crawler::Link& link : page.extracted.links) {
    add_find(item, page.final_url, link.url, depth, link.slot >= 0 ? click : Find());
  }
  for (const std::string& url : looks.onward) add_find(item, page.final_url, url, depth, click);
  if (depth > source.max_depth) return;
  int feeds = 0;
  for (const crawler::FoundAddress& found : page.extracted.found) {
    Find find;
    if (found.how == "feed" || found.how == "sitemap") {
      // A blog names the feed of its comments on each of its pages: those of the seeds are enough.
      if (!finds_lists(item) || ++feeds > kMaxFeedsOfPage) continue;
      if (found.how == "sitemap") find.list_level = 1;
    }
    add_find(item, page.final_url, found.url, depth, find);
  }
}

void Run::follow_list(const crawler::FrontierItem& item, const Page& page) {
  const crawler::SourceSettings& source = options_.sweep.sources.at(static_cast<std::size_t>(item.source));
  const crawler::Listing& listing = *page.listing;
  Find entry;
  entry.listed = true;
  const int depth = item.depth > 0 && item.listing > 0 ? source.max_depth : item.depth + 1;
  if (depth <= source.max_depth) {
    for (const std::string& url : listing.pages) add_find(item, page.final_url, url, depth, entry);
    for (const std::string& url : listing.videos) add_find(item, page.final_url, url, depth, entry);
  }
  Find further;
  further.list_level = std::max(item.listing, 1) + 1;
  if (further.list_level > kMaxListLevel || source.max_depth < 1) return;
  const Result<Url> here = Url::parse(page.final_url);
  for (const std::string& url : listing.lists) {
    // Parts of one list count as deep as the whole. Scope does not bind what the configuration names (depth 0), but it
    // does bind what that names on other hosts.
    const Result<Url> part = Url::parse(url);
    const bool same_host = here && part && part->host() == here->host();
    const int part_depth = item.depth == 0 ? (same_host ? 0 : 1) : item.listing > 0 ? item.depth : item.depth + 1;
    add_find(item, page.final_url, url, part_depth, further);
  }
}

}  // namespace pantau::sweep
