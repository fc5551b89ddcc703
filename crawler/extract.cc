#include "crawler/extract.h"

#include "base/text.h"
#include "crawler/html/addresses.h"
#include "crawler/html/collect.h"
#include "crawler/html/decode.h"
#include "crawler/html/layout.h"
#include "crawler/html/slots.h"
#include "crawler/html/tree.h"

namespace pantau::crawler {

ExtractedPage extract_page(std::string_view html, const std::string& content_type, const std::string& url,
                           const ExtractLimits& limits) {
  ExtractedPage page;
  page.url = url;
  page.truncated = html.size() > limits.max_html_bytes;
  html::Decoded decoded = html::decode_document(html.substr(0, limits.max_html_bytes), content_type);
  page.charset = decoded.charset;

  html::Tree tree;
  tree.parse(decoded.text, limits.max_depth);
  page.truncated = page.truncated || tree.truncated();

  std::string_view base;
  for (std::size_t i = 0; i < tree.size() && base.empty(); ++i) {
    if (tree[i].name == "base") base = tree.attribute(i, "href");
  }
  const html::Addresses addresses(url, base);
  const html::Layout layout = html::Layout::of(tree);
  html::SlotMap slots = html::find_slots(tree, layout, addresses, limits.max_slots);
  page.slots = slots.slots;

  const html::Source source{tree, layout, slots, addresses, limits};
  html::collect_head(source, page);
  html::collect_texts(source, page);
  html::collect_links(source, page);
  html::collect_media(source, page);
  html::collect_forms(source, page);
  html::collect_found(source, page);
  return page;
}

std::optional<std::string> refresh_target(std::string_view header, const std::string& url) {
  return html::parse_refresh(header, html::Addresses(url, {}));
}

}  // namespace pantau::crawler
