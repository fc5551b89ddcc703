#include "crawler/listing.h"

#include "base/text.h"
#include "base/url.h"
#include "crawler/content_decoding.h"
#include "crawler/feed.h"
#include "crawler/html/decode.h"
#include "crawler/sitemap.h"

namespace pantau::crawler {
namespace {

// What a listing is, told from its first bytes; most bodies are none, so this must be cheap.
constexpr std::size_t kHead = 4096;

bool is_gzip(std::string_view bytes) {
  return bytes.size() > 2 && bytes[0] == '\x1f' && bytes[1] == '\x8b';
}

// The beginning without the zeros of UTF-16, in which names of elements can be searched.
std::string plain_head(std::string_view bytes) {
  std::string head;
  for (const char c : bytes.substr(0, kHead)) {
    if (c != '\0') head.push_back(c);
  }
  return head;
}

bool mentions_root(std::string_view head) {
  for (const std::string_view name : {"urlset", "sitemapindex", "<rss", "<feed", ":RDF", ":feed", ":rss", "<RDF"}) {
    if (head.find(name) != std::string_view::npos) return true;
  }
  return false;
}

std::string_view media_type_of(std::string_view content_type) {
  return trim(content_type.substr(0, content_type.find(';')));
}

std::string count_of(const Listing& listing) {
  const std::size_t count = listing.pages.size() + listing.videos.size();
  std::string text = std::to_string(count) + (count == 1 ? " address" : " addresses");
  if (!listing.lists.empty()) text += ", " + std::to_string(listing.lists.size()) + " further lists";
  return text;
}

std::string name_of(ListingKind kind) {
  switch (kind) {
    case ListingKind::sitemap:
      return "sitemap";
    case ListingKind::sitemap_index:
      return "sitemap index";
    case ListingKind::text:
      return "list of addresses";
    case ListingKind::feed:
      return "feed";
  }
  return "list";
}

std::optional<Listing> read_plain(std::string_view bytes, std::string_view content_type, const std::string& url,
                                  bool announced, const ListingLimits& limits) {
  const std::string head = plain_head(bytes);
  const std::string_view type = media_type_of(content_type);
  if (mentions_root(head)) {
    const std::string text = decode_xml(bytes, content_type);
    const std::string_view root = xml_root_name(text);
    if (root == "urlset" || root == "sitemapindex") return read_sitemap(text, url, limits);
    if (root == "rss" || root == "feed" || root == "RDF") return read_feed(text, url, limits);
    return std::nullopt;
  }
  if (head.find("jsonfeed.org") != std::string::npos && head.find('{') != std::string::npos) {
    return read_json_feed(html::decode_document(bytes, content_type, false).text, url, limits);
  }
  const bool text_type = type.empty() || equals_ignore_case_ascii(type, "text/plain");
  if (announced || text_type) {
    std::string_view start = head;
    if (start.starts_with("\xEF\xBB\xBF")) start.remove_prefix(3);
    if (start.starts_with("\xFF\xFE") || start.starts_with("\xFE\xFF")) start.remove_prefix(2);
    if (!is_address_list(start)) return std::nullopt;
    return read_address_list(html::decode_document(bytes, content_type, false).text, url, limits);
  }
  return std::nullopt;
}

}  // namespace

ListingCollector::ListingCollector(Listing& listing, const std::string& url, const ListingLimits& limits)
    : listing_(listing), url_(url), limit_(limits.max_addresses) {}

bool ListingCollector::add(std::vector<std::string>& to, std::string_view raw, const std::string& base) {
  raw = trim(raw);
  if (raw.empty()) return true;
  if (seen_.size() >= limit_) {
    listing_.partly = true;
    listing_.detail = "more than " + std::to_string(limit_) + " addresses";
    return false;
  }
  const auto above = Url::parse(base.empty() ? url_ : base);
  const auto url = Url::parse(raw, above ? &*above : nullptr);
  if (!url) {
    ++listing_.skipped;
    return true;
  }
  std::string address = url->without_fragment();
  if (seen_.insert(address).second) to.push_back(std::move(address));
  return true;
}

bool ListingCollector::page(std::string_view raw, const std::string& base) {
  return add(listing_.pages, raw, base);
}
bool ListingCollector::video(std::string_view raw, const std::string& base) {
  return add(listing_.videos, raw, base);
}
bool ListingCollector::list(std::string_view raw, const std::string& base) {
  return add(listing_.lists, raw, base);
}

void note_end(Listing& listing, const XmlResult& end) {
  if (end.end != XmlEnd::broken) return;
  listing.partly = true;
  listing.detail = end.detail;
}

bool may_be_listing(std::string_view bytes, std::string_view content_type, bool announced) {
  if (announced || is_gzip(bytes)) return true;
  const std::string head = plain_head(bytes);
  if (mentions_root(head) || head.find("jsonfeed.org") != std::string::npos) return true;
  const std::string_view type = media_type_of(content_type);
  return type.empty() || equals_ignore_case_ascii(type, "text/plain");
}

std::optional<Listing> read_listing(std::string_view bytes, std::string_view content_type, const std::string& url,
                                    bool announced, const ListingLimits& limits) {
  std::string unpacked, cut;
  if (is_gzip(bytes)) {
    DecodingLimits gzip;
    gzip.max_bytes = limits.max_bytes;
    gzip.max_ratio = 1100;  // deflate's ceiling: a sitemap is repetitive, and its size is limited anyhow
    bool hopeless = false;
    const DecodedSink take = [&](std::string_view part) {
      unpacked.append(part);
      // Archives and disk images go by the same name; their first bytes tell.
      hopeless = unpacked.size() >= kHead && unpacked.size() - part.size() < kHead && !announced &&
                 !mentions_root(plain_head(unpacked)) && !is_address_list(std::string_view(unpacked).substr(0, kHead));
      return !hopeless;
    };
    const Decoded end = decode_content(bytes, "gzip", gzip, take);
    if (hopeless || unpacked.empty()) return std::nullopt;
    if (end.end != DecodingEnd::complete) cut = end.detail;
    bytes = unpacked;
    content_type = {};
  } else if (bytes.size() > limits.max_bytes) {
    bytes = bytes.substr(0, static_cast<std::size_t>(limits.max_bytes));
    cut = "longer than " + std::to_string(limits.max_bytes >> 20) + " MiB";
  }
  std::optional<Listing> listing = read_plain(bytes, content_type, url, announced, limits);
  if (!listing) return std::nullopt;
  if (!cut.empty()) {
    // A cut file is not well-formed either; why it was cut says more.
    listing->partly = true;
    listing->detail = cut;
  }
  const std::string what = name_of(listing->kind) + " of " + count_of(*listing);
  listing->detail = listing->detail.empty() ? what : what + "; the rest was not read: " + listing->detail;
  if (listing->skipped > 0) listing->detail += "; " + std::to_string(listing->skipped) + " entries are no web address";
  return listing;
}

}  // namespace pantau::crawler
