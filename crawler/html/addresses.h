#pragma once
// Addresses as they stand in a document, made absolute, and what can be told from their spelling alone. One page, one
// thread.
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/url.h"

namespace pantau::crawler::html {

class Addresses {
 public:
  // `page`: the final address of the page; `base_href`: of <base>, may be empty.
  Addresses(const std::string& page, std::string_view base_href);

  // Absolute http(s) form; nothing for empty, other-scheme and bad addresses and for pure fragments.
  std::optional<std::string> absolute(std::string_view raw) const;
  // The same, but keeps addresses that lead out of the browser: mailto:, tel:, sms:, whatsapp:, tg:, viber:, intent:,
  // market:, itms-services: ...
  std::optional<std::string> absolute_link(std::string_view raw) const;

  // Whether an address belongs to another registrable domain than the page.
  bool elsewhere(const std::string& absolute) const;
  // Whether it is on the page's own domain but looks like a redirector: /go/..., /click?..., ?url=https://...
  bool redirects(const std::string& absolute) const;
  bool leads_out(const std::string& absolute) const { return elsewhere(absolute) || redirects(absolute); }

  const std::string& page() const { return page_; }

 private:
  const std::string& domain_of(const std::string& host) const;

  std::string page_, page_domain_;
  std::optional<Url> base_;
  mutable std::unordered_map<std::string, std::string> domains_;
};

// The address in a Refresh value ("0; url=https://...", HTML 4.2.5.3), absolute; nothing when it only reloads.
std::optional<std::string> parse_refresh(std::string_view value, const Addresses& addresses);

// The scheme of an address in lower case without ":", empty when it has none.
std::string scheme_of(std::string_view address);
// The last path segment's extension in lower case ("mp4"), without query; empty when there is none.
std::string extension_of(std::string_view address);

}  // namespace pantau::crawler::html
