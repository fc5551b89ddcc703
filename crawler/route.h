#pragma once
// How a request gets to its server: the operator's `connect_to` table, and for requests through a proxy the address
// that the proxy is asked for. Through a proxy Pantau resolves the name itself and lets the network guard choose among
// the addresses, so that the proxy only ever sees checked literal addresses. I/O thread.
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/url.h"
#include "crawler/fetcher.h"
#include "crawler/name_lookup.h"
#include "crawler/network_guard.h"

namespace pantau::crawler {

struct ConnectRule {
  std::string host;                   // empty: any
  std::optional<std::uint16_t> port;  // none: any
  std::string to_host;                // empty: the same
  std::optional<std::uint16_t> to_port;
};

// "HOST:PORT:TO-HOST:TO-PORT" as in curl's --connect-to; IPv6 addresses in brackets.
Result<ConnectRule> parse_connect_rule(const std::string& text);

struct Target {
  std::string host;  // IPv6 in brackets
  std::uint16_t port = 0;
  bool mapped = false;  // by a rule
};

// The first rule that fits.
Target connect_target(const std::vector<ConnectRule>& rules, const Url& url);

struct Route {
  std::string connect_to;       // for CURLOPT_CONNECT_TO; empty: connect to the host of the URL
  std::string proxy;            // for CURLOPT_PROXY; empty: none
  std::string literal_address;  // through a proxy: the address asked for
  std::string refusal;          // not empty: the guard says no
  std::string failure;          // not empty: no route (name does not resolve)
  bool mapped = false;          // by the `connect_to` table
};

class Router {
 public:
  static Result<std::unique_ptr<Router>> create(boost::asio::any_io_executor executor, const FetcherSettings& settings,
                                                NetworkGuard guard);

  const NetworkGuard& guard() const { return guard_; }
  // What can be refused before a connection is made.
  std::optional<std::string> refusal_before_connect(const Url& url) const;
  // `proxy`: a configured name, or empty. The router must outlive the call.
  boost::asio::awaitable<Route> route(Url url, std::string proxy);
  // Ends every look-up.
  void stop();

 private:
  Router(NetworkGuard guard) : guard_(std::move(guard)) {}

  NetworkGuard guard_;
  std::vector<ConnectRule> rules_;
  std::map<std::string, std::string> proxies_;  // name -> URL for libcurl
  std::shared_ptr<NameLookups> names_;          // null without proxies
};

}  // namespace pantau::crawler
