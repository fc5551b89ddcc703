#include "crawler/html/addresses.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace pantau::crawler::html {
namespace {

constexpr std::array<std::string_view, 18> kLinkSchemes = {
    "mailto", "tel",    "sms",   "callto",       "whatsapp",      "tg",        "viber", "line", "weixin", "wechat",
    "intent", "market", "skype", "fb-messenger", "itms-services", "itms-apps", "itms",  "zalo"};

}  // namespace

std::string scheme_of(std::string_view address) {
  address = trim(address);
  std::size_t i = 0;
  while (i < address.size() && i < 32) {
    const char c = address[i];
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool other = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
    if (c == ':') return i == 0 ? std::string() : to_lower_ascii(address.substr(0, i));
    if (!(letter || (i > 0 && other))) return {};
    ++i;
  }
  return {};
}

std::string extension_of(std::string_view address) {
  address = address.substr(0, address.find_first_of("?#"));
  const std::size_t authority = address.find("://");
  const std::size_t first_slash = authority == std::string_view::npos ? 0 : address.find('/', authority + 3);
  if (first_slash == std::string_view::npos) return {};
  const std::size_t slash = address.rfind('/');
  if (slash != std::string_view::npos) address = address.substr(slash + 1);
  const std::size_t dot = address.rfind('.');
  if (dot == std::string_view::npos || address.size() - dot > 16) return {};
  return to_lower_ascii(address.substr(dot + 1));
}

std::optional<std::string> parse_refresh(std::string_view value, const Addresses& addresses) {
  value = trim(value);
  std::size_t i = 0;
  while (i < value.size() && ((value[i] >= '0' && value[i] <= '9') || value[i] == '.')) ++i;
  if (i == 0 && !(value.size() > 1 && value[0] == ';')) return std::nullopt;
  std::string_view rest = trim(value.substr(i));
  if (!rest.empty() && (rest[0] == ';' || rest[0] == ',')) rest = trim(rest.substr(1));
  if (equals_ignore_case_ascii(rest.substr(0, 3), "url")) {
    const std::string_view after = trim(rest.substr(3));
    if (!after.empty() && after[0] == '=') rest = trim(after.substr(1));
  }
  if (!rest.empty() && (rest[0] == '"' || rest[0] == '\'')) {
    const char quote = rest[0];
    rest = rest.substr(1);
    rest = rest.substr(0, rest.find(quote));
  }
  auto url = addresses.absolute(rest);
  if (url && *url == addresses.page()) return std::nullopt;
  return url;
}

Addresses::Addresses(const std::string& page, std::string_view base_href) : page_(page) {
  if (auto url = Url::parse(page)) {
    page_domain_ = registrable_domain(url->host());
    base_ = *url;
  }
  if (!base_href.empty()) {
    if (auto url = Url::parse(base_href, base_ ? &*base_ : nullptr)) base_ = *url;
  }
}

std::optional<std::string> Addresses::absolute(std::string_view raw) const {
  raw = trim(raw);
  if (raw.empty() || raw[0] == '#' || raw.size() > Url::kMaxLength) return std::nullopt;
  auto url = Url::parse(raw, base_ ? &*base_ : nullptr);
  if (!url) return std::nullopt;
  return url->href();
}

std::optional<std::string> Addresses::absolute_link(std::string_view raw) const {
  raw = trim(raw);
  const std::string scheme = scheme_of(raw);
  if (!scheme.empty() && std::find(kLinkSchemes.begin(), kLinkSchemes.end(), scheme) != kLinkSchemes.end()) {
    if (raw.size() > Url::kMaxLength) return std::nullopt;
    return collapse_space(to_valid_utf8(raw));
  }
  return absolute(raw);
}

const std::string& Addresses::domain_of(const std::string& host) const {
  const auto found = domains_.find(host);
  if (found != domains_.end()) return found->second;
  return domains_.emplace(host, registrable_domain(host)).first->second;
}

bool Addresses::elsewhere(const std::string& absolute) const {
  const auto url = Url::parse(absolute);
  // Addresses of other schemes leave the site as well: an app, a chat, a telephone.
  if (!url) return !scheme_of(absolute).empty();
  return page_domain_.empty() || domain_of(url->host()) != page_domain_;
}

bool Addresses::redirects(const std::string& absolute) const {
  const auto url = Url::parse(absolute);
  if (!url) return false;
  static constexpr std::array<std::string_view, 16> kSegments = {
      "go",    "out",  "click", "clicks", "clk",     "redirect", "redir", "r",
      "track", "aclk", "ad",    "ads",    "adclick", "visit",    "exit",  "jump"};
  const std::vector<std::string> segments = split(to_lower_ascii(url->path()), '/');
  for (std::size_t i = 1; i < segments.size() && i < 4; ++i) {
    // The last segment may carry an extension: /click.php
    const std::string_view name = std::string_view(segments[i]).substr(0, segments[i].find('.'));
    const bool followed = i + 1 < segments.size() || url->has_query();
    if (followed && std::find(kSegments.begin(), kSegments.end(), name) != kSegments.end()) return true;
  }
  const std::string query = to_lower_ascii(url->query());
  return query.find("=http://") != std::string::npos || query.find("=https://") != std::string::npos ||
         query.find("=http%3a%2f%2f") != std::string::npos || query.find("=https%3a%2f%2f") != std::string::npos;
}

}  // namespace pantau::crawler::html
