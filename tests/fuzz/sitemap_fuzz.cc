// Sitemaps on any bytes, announced and met by chance, packed and plain, with limits small enough to be reached.
#include <cstdint>

#include "crawler/sitemap.h"
#include "tests/fuzz/listing_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pantau::crawler;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  ListingLimits limits;
  limits.max_bytes = 1 << 20;
  limits.max_addresses = 50;
  const std::string url = "https://a.example/maps/sitemap.xml?x=1";
  for (const bool announced : {false, true}) {
    const auto listing =
        read_listing(bytes, announced ? "application/xml" : "text/plain; charset=gbk", url, announced, limits);
    if (!listing) continue;
    if (!may_be_listing(bytes, "text/plain", announced)) std::abort();
    if (listing->detail.empty()) std::abort();
    check_listing(*listing, limits);
  }
  // The XML reader beneath, without the root's name in the way.
  check_listing(read_sitemap(decode_xml(bytes, {}), url, limits), limits);
  return 0;
}
