// Feeds on any bytes: RSS and Atom whatever the root is called, and JSON Feed.
#include <cstdint>

#include "crawler/feed.h"
#include "tests/fuzz/listing_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pantau::crawler;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  ListingLimits limits;
  limits.max_addresses = 50;
  limits.max_json_bytes = 1 << 20;
  const std::string url = "https://a.example/blog/feed";
  const std::string text = decode_xml(bytes, "application/rss+xml");
  check_listing(read_feed(text, url, limits), limits);
  if (const auto feed = read_json_feed(text, url, limits)) check_listing(*feed, limits);
  if (const auto listing = read_listing(bytes, "text/html", url, false, limits)) check_listing(*listing, limits);
  return 0;
}
