#include "crawler/cookies.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "base/text.h"
#include "crawler/http_date.h"

namespace pantau::crawler {
namespace {

// RFC 6265 5.1.4.
std::string default_path(const Url& url) {
  const std::size_t slash = url.path().rfind('/');
  return slash == 0 || slash == std::string::npos ? "/" : url.path().substr(0, slash);
}

bool path_matches(std::string_view request, std::string_view cookie) {
  if (!request.starts_with(cookie)) return false;
  return request.size() == cookie.size() || cookie.ends_with('/') || request[cookie.size()] == '/';
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && byte != '\t') || byte == 0x7f;
  });
}

constexpr UtcTime kFarAway = std::chrono::sys_days(std::chrono::year(9999) / 12 / 31);

}  // namespace

void CookieJar::store(const Url& url, std::string_view set_cookie, UtcTime now) {
  if (set_cookie.size() > kMaxCookieBytes || has_control(set_cookie)) return;
  const std::size_t semicolon = set_cookie.find(';');
  const std::string_view pair = set_cookie.substr(0, semicolon);
  const std::size_t equals = pair.find('=');
  Cookie cookie;
  if (equals == std::string_view::npos) {
    cookie.value = std::string(trim(pair));  // a nameless cookie, as browsers have it
  } else {
    cookie.name = std::string(trim(pair.substr(0, equals)));
    cookie.value = std::string(trim(pair.substr(equals + 1)));
  }
  if (cookie.name.empty() && cookie.value.empty()) return;
  cookie.domain = url.host();
  cookie.path = default_path(url);
  cookie.expires = kFarAway;
  bool has_max_age = false, has_domain = false;
  std::string_view rest = semicolon == std::string_view::npos ? std::string_view() : set_cookie.substr(semicolon + 1);
  while (!rest.empty()) {
    const std::size_t end = rest.find(';');
    const std::string_view attribute = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    const std::size_t sign = attribute.find('=');
    const std::string key = to_lower_ascii(trim(attribute.substr(0, sign)));
    const std::string_view value =
        sign == std::string_view::npos ? std::string_view() : trim(attribute.substr(sign + 1));
    if (key == "secure") {
      cookie.secure = true;
    } else if (key == "path") {
      if (value.starts_with('/')) cookie.path = std::string(value);
    } else if (key == "domain" && !value.empty()) {
      const auto domain = ascii_host(value.front() == '.' ? value.substr(1) : value);
      if (!domain) return;
      cookie.domain = *domain;
      has_domain = true;
    } else if (key == "max-age") {
      std::int64_t seconds = 0;
      const auto [stop, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
      if (error != std::errc() || stop != value.data() + value.size()) continue;
      has_max_age = true;
      constexpr std::int64_t kLongest = 400 * 86400;  // as browsers cap it
      cookie.expires = seconds <= 0 ? UtcTime{} : now + std::chrono::seconds(std::min(seconds, kLongest));
    } else if (key == "expires" && !has_max_age) {
      if (const auto when = parse_http_date(value)) cookie.expires = *when;
    }
  }
  if (has_domain) {
    if (cookie.domain == url.host()) {
      // A public suffix may set cookies for itself only, and so may an address (RFC 6265 5.3, step 5).
      cookie.host_only = url.host_is_address() || is_public_suffix(cookie.domain);
    } else {
      if (url.host_is_address() || !host_within(url.host(), cookie.domain) || is_public_suffix(cookie.domain)) return;
      cookie.host_only = false;
    }
  }
  const bool secure_origin = url.scheme() == "https";
  if (cookie.secure && !secure_origin) return;
  // Cookie name prefixes (RFC 6265bis 4.1.3).
  const std::string lower_name = to_lower_ascii(cookie.name);
  if (lower_name.starts_with("__secure-") && !cookie.secure) return;
  if (lower_name.starts_with("__host-") && (!cookie.secure || has_domain || cookie.path != "/")) return;

  const auto same = std::find_if(cookies_.begin(), cookies_.end(), [&](const Cookie& other) {
    return other.name == cookie.name && other.domain == cookie.domain && other.path == cookie.path;
  });
  cookie.order = ++last_order_;
  if (same != cookies_.end()) {
    cookie.order = same->order;
    cookies_.erase(same);
  }
  if (cookie.expires <= now) return;
  const std::string domain = cookie.domain;
  cookies_.push_back(std::move(cookie));
  drop_superfluous(domain, now);
}

void CookieJar::drop_superfluous(const std::string& domain, UtcTime now) {
  if (cookies_.size() > kMaxAll) {
    cookies_.remove_if([&](const Cookie& cookie) { return cookie.expires <= now; });
  }
  while (cookies_.size() > kMaxAll) cookies_.pop_front();
  std::size_t of_domain = 0;
  for (auto it = cookies_.end(); it != cookies_.begin();) {
    --it;
    if (it->domain == domain && ++of_domain > kMaxPerHost) it = cookies_.erase(it);
  }
}

std::string CookieJar::header_for(const Url& url, UtcTime now) {
  cookies_.remove_if([&](const Cookie& cookie) { return cookie.expires <= now; });
  std::vector<const Cookie*> matching;
  for (const Cookie& cookie : cookies_) {
    const bool host = cookie.host_only ? url.host() == cookie.domain : host_within(url.host(), cookie.domain);
    if (!host || !path_matches(url.path(), cookie.path)) continue;
    if (cookie.secure && url.scheme() != "https") continue;
    matching.push_back(&cookie);
  }
  // Longer paths first, then older cookies (RFC 6265 5.4, step 2).
  std::sort(matching.begin(), matching.end(), [](const Cookie* a, const Cookie* b) {
    return a->path.size() != b->path.size() ? a->path.size() > b->path.size() : a->order < b->order;
  });
  std::string header;
  for (const Cookie* cookie : matching) {
    if (!header.empty()) header += "; ";
    if (!cookie->name.empty()) header += cookie->name + "=";
    header += cookie->value;
  }
  return header;
}

}  // namespace pantau::crawler
