#pragma once
// Addresses of the web: parsing as browsers do (WHATWG URL, https://url.spec.whatwg.org/, for the special schemes http
// and https), host names by UTS #46, the registrable domain by the Public Suffix List (libpsl). Pure functions; any
// thread. Does not resolve names and does not judge whether an address may be contacted: that is the network guard.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace pantau {

class Url {
 public:
  // Absolute http or https addresses, or a reference resolved against `base`. Other schemes are a skip error whose
  // native code is kOtherScheme. Input longer than kMaxLength is refused.
  static constexpr std::size_t kMaxLength = 8192;
  static constexpr int kOtherScheme = 1;
  static Result<Url> parse(std::string_view text, const Url* base = nullptr);

  const std::string& scheme() const { return scheme_; }  // "http" or "https"
  const std::string& host() const { return host_; }      // A-label, lower case; IPv6 in brackets; no trailing dot
  std::uint16_t port() const { return port_; }           // explicit or the scheme's default
  const std::string& path() const { return path_; }      // begins with "/"
  const std::string& query() const { return query_; }    // without "?"; empty also when absent
  bool has_query() const { return has_query_; }
  const std::string& fragment() const { return fragment_; }  // without "#"
  // "user:password" of "https://user:password@host/", percent-encoded; a favourite disguise ("https://bank.com@evil/").
  const std::string& user_information() const { return user_information_; }

  // Serialised, with user information and fragment: what was meant.
  std::string href() const;
  std::string request_target() const;  // path and query
  // Serialised without fragment and user information: what is requested.
  std::string without_fragment() const;
  // The conservative key for de-duplication and for cases: without fragment, default port, user information; dot
  // segments resolved; percent-encoding upper case, unreserved characters decoded (RFC 3986 6.2.2). Never drops query
  // parameters or "www".
  std::string canonical() const;
  // scheme://host:port
  std::string origin() const;
  bool host_is_address() const;  // an IPv4 or IPv6 literal

  friend bool operator==(const Url& a, const Url& b) { return a.href() == b.href(); }

 private:
  Result<void> parse_authority(std::string_view authority);
  std::string authority() const;  // host, and the port unless it is the scheme's default

  std::string scheme_, host_, path_, query_, fragment_, user_information_;
  std::uint16_t port_ = 0;
  bool has_query_ = false, has_fragment_ = false;
};

// The host as people read it (U-labels, UTS #46); the host itself when it does not decode.
std::string unicode_host(std::string_view host);
// Any spelling of a host to its lower-case A-label form, or an error for names that are not valid.
Result<std::string> ascii_host(std::string_view host);
// eTLD+1 by the Public Suffix List ("maybank2u.com.my"); the host itself for IP literals and for names that are a
// public suffix themselves.
std::string registrable_domain(std::string_view host);
// Whether names under `host` belong to different owners ("com.my", "blogspot.com"), so that nothing may be shared
// there.
bool is_public_suffix(std::string_view host);
// True when `host` is `domain` or lies under it, on a label border.
bool host_within(std::string_view host, std::string_view domain);
// Hosts where anybody can publish (social networks, shorteners, site builders, chat links): a brand's official account
// there is an account, never the domain.
bool is_shared_host(std::string_view host);

}  // namespace pantau
