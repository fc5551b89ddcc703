#pragma once
// The network guard: which addresses may be contacted at all. Everything that is not a public unicast address by the
// IANA special-purpose registries (IPv4, IPv6, multicast, cloud metadata, and IPv4 addresses wrapped in IPv6) is
// refused, but for the holes that the operator configured. The decision is about the address really connected to: the
// fetcher asks from libcurl's socket-opening callback, so that neither a redirect nor a name that changes its address
// between check and use gets round it. Immutable once made; any thread. Does not resolve names.
#include <boost/asio/ip/address.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/url.h"

struct sockaddr;

namespace pantau::crawler {

class NetworkGuard {
 public:
  // `holes`: CIDR blocks ("127.0.0.1/32", "fd00::/8") or single addresses that may be contacted all the same.
  static Result<NetworkGuard> create(const std::vector<std::string>& holes);

  // Why this address must not be contacted ("10.0.0.1 is private (RFC 1918)"), or nothing when it may.
  std::optional<std::string> refusal(const boost::asio::ip::address& address) const;
  // The same for a socket address; families other than IPv4 and IPv6 are refused.
  std::optional<std::string> refusal(const sockaddr* address) const;

  // What can be said before any name is resolved: literal addresses, "localhost" names (RFC 6761 6.3), and ports that
  // browsers refuse because other protocols live there (Fetch standard, "bad ports").
  std::optional<std::string> refusal_before_connect(const Url& url) const;
  static std::optional<std::string> port_refusal(const Url& url);

 private:
  struct Block {
    boost::asio::ip::address_v6::bytes_type prefix{};  // IPv4 as ::ffff:a.b.c.d
    unsigned bits = 0;                                 // of 128
  };
  static std::optional<Block> parse_block(const std::string& text);
  bool in_hole(const boost::asio::ip::address& address) const;

  std::vector<Block> holes_;
};

}  // namespace pantau::crawler
