#include "crawler/click_tracker.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace pantau::crawler {
namespace {

struct Redirector {
  std::string_view host;       // itself and names under it
  std::string_view path;       // begins with
  std::string_view parameter;  // that holds the target
};

constexpr std::array<Redirector, 23> kRedirectors = {{
    {"l.facebook.com", "/", "u"},
    {"lm.facebook.com", "/", "u"},
    {"l.messenger.com", "/", "u"},
    {"l.instagram.com", "/", "u"},
    {"facebook.com", "/l.php", "u"},
    {"facebook.com", "/flx/warn", "u"},
    {"youtube.com", "/redirect", "q"},
    {"google.com", "/url", "q"},
    {"google.com", "/url", "url"},
    {"google.com.my", "/url", "q"},
    {"google.com.my", "/url", "url"},
    {"google.com.sg", "/url", "url"},
    {"google.co.id", "/url", "url"},
    {"tiktok.com", "/link/", "target"},
    {"out.reddit.com", "/", "url"},
    {"t.umblr.com", "/redirect", "z"},
    {"vk.com", "/away.php", "to"},
    {"linkedin.com", "/redir", "url"},
    {"duckduckgo.com", "/l/", "uddg"},
    {"slack-redir.net", "/link", "url"},
    {"steamcommunity.com", "/linkfilter", "url"},
    {"safelinks.protection.outlook.com", "/", "url"},
    {"trc.taboola.com", "/", "redir"},
}};

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// application/x-www-form-urlencoded (WHATWG URL, section 5.1).
std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0) {
      out += static_cast<char>(16 * hex(text[i + 1]) + hex(text[i + 2]));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

std::string parameter(const Url& url, std::string_view name) {
  const std::string_view query = url.query();
  for (std::size_t at = 0; at <= query.size();) {
    const std::size_t end = std::min(query.find('&', at), query.size());
    const std::string_view pair = query.substr(at, end - at);
    const std::size_t equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == name) return decoded(pair.substr(equals + 1));
    at = end + 1;
  }
  return {};
}

std::optional<Url> absolute(const std::string& text) {
  // A reference without a scheme would be resolved by the tracker in ways of its own.
  if (!text.starts_with("http://") && !text.starts_with("https://")) return std::nullopt;
  Result<Url> url = Url::parse(text);
  if (!url) return std::nullopt;
  return std::move(*url);
}

std::optional<Url> unwrapped(const Url& url) {
  for (const Redirector& known : kRedirectors) {
    if (!host_within(url.host(), known.host) || !url.path().starts_with(known.path)) continue;
    if (auto target = absolute(parameter(url, known.parameter))) return target;
  }
  return absolute(parameter(url, "adurl"));
}

}  // namespace

std::optional<Url> click_target(const Url& tracker) {
  std::optional<Url> found;
  for (int layers = 0; layers < 4; ++layers) {
    std::optional<Url> next = unwrapped(found ? *found : tracker);
    if (!next) break;
    found = std::move(next);
  }
  return found;
}

std::string canonical_click(const std::string& address) {
  const Result<Url> url = Url::parse(address);
  if (!url) return {};
  return click_target(*url).value_or(*url).canonical();
}

}  // namespace pantau::crawler
