#pragma once
// The host part of an address: WHATWG URL "host parsing" (https://url.spec.whatwg.org/#host-parsing) with every IPv4
// spelling that browsers accept, IPv6 in its one serialised form (RFC 5952) and names by UTS #46. Pure functions; any
// thread. Used by base/url.cc; everybody else goes through base/url.h.
#include <string>
#include <string_view>

#include "base/result.h"

namespace pantau::detail {

// `text` as it stands between "//" and the port. Gives the serialised host, IPv6 in brackets; a single trailing dot is
// dropped, because "a.example." and "a.example" are the same host.
Result<std::string> parse_host(std::string_view text);

// %XX decoded once; malformed sequences stay.
std::string percent_decode(std::string_view text);

}  // namespace pantau::detail
