#pragma once
// Pieces of STIX 2.1 (OASIS, 2021-06): ids of cyber-observable objects as section 2.9 makes them, patterns, markings.
// Pure functions; any thread.
#include <boost/json/object.hpp>
#include <string>
#include <string_view>

namespace pantau::exports {

// A cyber-observable object with its type, spec_version and deterministic id; `properties` holds the rest. Known types:
// url, domain-name, ipv4-addr, ipv6-addr, email-addr (by value), file (by hashes and name), user-account.
boost::json::object stix_observable(const std::string& type, boost::json::object properties);
// 'it''s' as a pattern's string literal: quoted, backslash and quote escaped.
std::string stix_literal(std::string_view text);
// The published object of TLP 2.0 for clear, green, amber, amber+strict or red; amber for anything else.
boost::json::object tlp_marking(const std::string& level);

}  // namespace pantau::exports
