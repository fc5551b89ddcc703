#include "crawler/route.h"

#include <charconv>

#include "base/log.h"
#include "base/text.h"

namespace pantau::crawler {
namespace {

namespace asio = boost::asio;

// Cuts "host" or "[v6]" off the front, and the colon behind it.
std::optional<std::string> take_host(std::string_view& text) {
  std::size_t end = 0;
  if (text.starts_with('[')) {
    end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    ++end;
  } else {
    end = text.find(':');
    if (end == std::string_view::npos) return std::nullopt;
  }
  if (end >= text.size() || text[end] != ':') return std::nullopt;
  std::string host(text.substr(0, end));
  text.remove_prefix(end + 1);
  if (host.empty()) return host;
  auto ascii = ascii_host(host);
  if (!ascii) return std::nullopt;
  return std::move(*ascii);
}

// An empty port is any; `ok` turns false on anything but a number.
std::optional<std::uint16_t> port_number(std::string_view text, bool& ok) {
  if (text.empty()) return std::nullopt;
  std::uint16_t port = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || stop != text.data() + text.size()) ok = false;
  return port;
}

std::string bracketed(const asio::ip::address& address) {
  return address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
}

std::string rule_text(const Url& url, const std::string& host, std::uint16_t port) {
  return url.host() + ":" + std::to_string(url.port()) + ":" + host + ":" + std::to_string(port);
}

// Only proxies that take a literal address: "socks5h" and "socks4a" would resolve names themselves.
Result<std::string> proxy_for_curl(const std::string& name, const std::string& url) {
  const std::size_t colon = url.find("://");
  const std::string scheme = to_lower_ascii(url.substr(0, colon == std::string::npos ? 0 : colon));
  if (scheme == "socks5h") return "socks5" + url.substr(colon);
  if (scheme == "socks5" || scheme == "http" || scheme == "https") return url;
  return operator_error("proxies: \"" + name + "\" must begin with socks5://, http:// or https://");
}

}  // namespace

Result<ConnectRule> parse_connect_rule(const std::string& text) {
  ConnectRule rule;
  std::string_view rest = text;
  bool ok = true;
  const auto host = take_host(rest);
  const std::size_t colon = rest.find(':');
  if (host && colon != std::string_view::npos) {
    rule.host = *host;
    rule.port = port_number(rest.substr(0, colon), ok);
    rest.remove_prefix(colon + 1);
    const auto to_host = take_host(rest);
    if (to_host && ok) {
      rule.to_host = *to_host;
      rule.to_port = port_number(rest, ok);
      if (ok) return rule;
    }
  }
  return operator_error("connect_to: \"" + text +
                        "\" is not HOST:PORT:TO-HOST:TO-PORT; write for example shop.example:80:127.0.0.1:8081");
}

Target connect_target(const std::vector<ConnectRule>& rules, const Url& url) {
  for (const ConnectRule& rule : rules) {
    if (!rule.host.empty() && rule.host != url.host()) continue;
    if (rule.port && *rule.port != url.port()) continue;
    Target target;
    target.host = rule.to_host.empty() ? url.host() : rule.to_host;
    target.port = rule.to_port.value_or(url.port());
    target.mapped = true;
    return target;
  }
  Target target;
  target.host = url.host();
  target.port = url.port();
  return target;
}

Result<std::unique_ptr<Router>> Router::create(asio::any_io_executor executor, const FetcherSettings& settings,
                                               NetworkGuard guard) {
  std::unique_ptr<Router> router(new Router(std::move(guard)));
  for (const std::string& text : settings.connect_to) {
    auto rule = parse_connect_rule(text);
    if (!rule) return rule.error();
    router->rules_.push_back(std::move(*rule));
  }
  for (const auto& [name, address] : settings.proxies) {
    auto url = proxy_for_curl(name, address.url);
    if (!url) return url.error();
    router->proxies_.emplace(name, std::move(*url));
  }
  if (!router->proxies_.empty()) router->names_ = NameLookups::create(std::move(executor));
  return router;
}

void Router::stop() {
  if (names_) names_->stop();
}

std::optional<std::string> Router::refusal_before_connect(const Url& url) const {
  if (connect_target(rules_, url).mapped) return NetworkGuard::port_refusal(url);
  return guard_.refusal_before_connect(url);
}

asio::awaitable<Route> Router::route(Url url, std::string proxy) {
  Route route;
  const Target target = connect_target(rules_, url);
  route.mapped = target.mapped;
  if (proxy.empty()) {
    if (target.mapped) route.connect_to = rule_text(url, target.host, target.port);
    co_return route;
  }
  const auto found = proxies_.find(proxy);
  if (found == proxies_.end()) {
    route.failure = "there is no proxy named \"" + printable(proxy, 60) + "\" in the configuration";
    co_return route;
  }
  route.proxy = found->second;
  NameAnswer lookup;
  const std::string literal =
      target.host.starts_with('[') ? target.host.substr(1, target.host.size() - 2) : target.host;
  boost::system::error_code not_literal;
  const asio::ip::address address = asio::ip::make_address(literal, not_literal);
  if (!not_literal) {
    lookup.addresses.push_back(address);
  } else {
    NameAnswer found_by_name = co_await NameLookups::find(names_, literal);
    lookup = std::move(found_by_name);
  }
  if (!lookup.failure.empty()) {
    route.failure = lookup.failure;
    co_return route;
  }
  for (const asio::ip::address& candidate : lookup.addresses) {
    if (const auto why = guard_.refusal(candidate)) {
      if (route.refusal.empty()) route.refusal = *why;
      continue;
    }
    route.refusal.clear();
    route.literal_address = candidate.to_string();
    route.connect_to = rule_text(url, bracketed(candidate), target.port);
    co_return route;
  }
  if (route.refusal.empty()) route.failure = "the name " + literal + " has no address";
  co_return route;
}

}  // namespace pantau::crawler
