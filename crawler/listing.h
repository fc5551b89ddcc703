#pragma once
// A file that lists addresses for machines: a sitemap or a feed. What the sweep follows, whatever the format was. Pure
// functions on hostile bytes, with limits on everything; any thread. Nothing is fetched here, and whether an address is
// in scope is for the frontier to say.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "crawler/xml_reader.h"

namespace pantau::crawler {

enum class ListingKind {
  sitemap,        // sitemaps.org 0.9 <urlset>
  sitemap_index,  // <sitemapindex>
  text,           // one address a line
  feed,           // RSS, Atom, JSON Feed
};

struct ListingLimits {
  std::uint64_t max_bytes = 50u << 20;  // decoded, as sitemaps.org has it
  std::size_t max_addresses = 50'000;   // sitemaps.org again; for feeds as well
  std::size_t max_json_bytes = 8u << 20;
};

struct Listing {
  ListingKind kind = ListingKind::sitemap;
  std::string title;                // of a feed, at most 300 bytes
  std::vector<std::string> pages;   // absolute http(s) addresses in the order of the file, each once
  std::vector<std::string> videos;  // films that it names beside their pages, absolute, each once
  std::vector<std::string> lists;   // further lists: of an index, or the next page of a feed
  std::int64_t skipped = 0;         // entries whose address is none of http or https
  bool partly = false;              // the rest was not read, see detail
  std::string detail;               // one sentence for people: "sitemap of 12 addresses" or what stopped the reading
};

// Reads `bytes` (Content-Encoding already undone; a gzip file is unpacked here) when its content is a listing, whatever
// type it was served as; nothing when it is something else. `url`: its final address, the base of relative ones.
// `announced`: somebody said that it is one, so that a lone address or an odd name counts too. An HTML page is never
// one.
std::optional<Listing> read_listing(std::string_view bytes, std::string_view content_type, const std::string& url,
                                    bool announced, const ListingLimits& limits = {});

// Whether read_listing() could find anything, judged cheaply from the first bytes.
bool may_be_listing(std::string_view bytes, std::string_view content_type, bool announced);

// Collects addresses for a Listing: absolute, without fragment, each once, up to the limit.
class ListingCollector {
 public:
  ListingCollector(Listing& listing, const std::string& url, const ListingLimits& limits);
  // Each returns false when the limit is reached. `base`: absolute, or empty for the file's own address.
  bool page(std::string_view raw, const std::string& base = {});
  bool video(std::string_view raw, const std::string& base = {});
  bool list(std::string_view raw, const std::string& base = {});

 private:
  bool add(std::vector<std::string>& to, std::string_view raw, const std::string& base);

  Listing& listing_;
  std::string url_;
  std::size_t limit_;
  std::unordered_set<std::string> seen_;
};

// Notes in the listing how reading its XML ended.
void note_end(Listing& listing, const XmlResult& end);

}  // namespace pantau::crawler
