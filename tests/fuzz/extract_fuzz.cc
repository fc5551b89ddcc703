// HTML extraction on any bytes: must end, must not crash, and must hand on nothing but well-formed UTF-8 and absolute
// addresses within its limits. The first byte chooses a charset declaration.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.h"
#include "crawler/extract.h"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pantau;
  using namespace pantau::crawler;
  static const char* const kTypes[] = {"", "text/html; charset=utf-8", "text/html; charset=gbk",
                                       "text/html; charset=utf-16le", "text/html; charset=no-such"};
  const std::string type = size > 0 ? kTypes[data[0] % 5] : "";
  const std::string_view html(reinterpret_cast<const char*>(data) + (size > 0 ? 1 : 0), size > 0 ? size - 1 : 0);
  ExtractLimits limits;
  limits.max_links = 100;
  limits.max_slots = 20;
  const ExtractedPage page = extract_page(html, type, "https://page.example/a/b?c", limits);
  require(page.links.size() <= limits.max_links && page.slots.size() <= limits.max_slots);
  for (const TextBlock& block : page.texts) {
    require(!block.text.empty() && to_valid_utf8(block.text) == block.text);
    require(block.slot >= -1 && block.slot < static_cast<int>(page.slots.size()));
  }
  for (const Link& link : page.links) require(link.url.find(':') != std::string::npos);
  for (const MediaReference& medium : page.media) require(medium.url.rfind("http", 0) == 0);
  for (const AdSlot& slot : page.slots) require(!slot.marker.empty());
  return 0;
}
