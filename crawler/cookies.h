#pragma once
// Cookies as browsers keep them (RFC 6265), because campaigns show their landing page only to whoever brings back the
// cookie that the click set. One jar a persona; lives as long as the sweep, in memory only. One thread (the I/O
// thread). Never sent: user information, anything to another host than the one it is for.
#include <cstdint>
#include <list>
#include <string>
#include <string_view>

#include "base/time.h"
#include "base/url.h"

namespace pantau::crawler {

class CookieJar {
 public:
  static constexpr std::size_t kMaxCookieBytes = 4096, kMaxPerHost = 50, kMaxAll = 3000;

  // One Set-Cookie value received from `url`. Cookies that the rules forbid (a foreign or public-suffix domain, Secure
  // or prefixed names over http) are ignored, as in browsers.
  void store(const Url& url, std::string_view set_cookie, UtcTime now);

  // The Cookie value for a request, empty when there is none.
  std::string header_for(const Url& url, UtcTime now);

  std::size_t size() const { return cookies_.size(); }

 private:
  struct Cookie {
    std::string name, value, domain, path;
    bool host_only = true, secure = false;
    UtcTime expires{};  // far away for session cookies
    std::uint64_t order = 0;
  };
  void drop_superfluous(const std::string& domain, UtcTime now);

  std::list<Cookie> cookies_;  // oldest use first within the limits
  std::uint64_t last_order_ = 0;
};

}  // namespace pantau::crawler
