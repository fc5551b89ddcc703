#pragma once
// Name-based UUIDs (RFC 9562, version 5): the same name in the same space gives the same UUID everywhere, so that what
// is exported again updates at the receiver instead of being doubled. Pure functions; any thread.
#include <string>
#include <string_view>

namespace pantau::exports {

// The space of the names that Pantau gives out; never used for what a standard reserves a space for.
inline constexpr std::string_view kPantauSpace = "c1c6f0c2-9d0e-4f2b-8a53-5b6d0e7a4c19";
// STIX 2.1, 2.9: the space of cyber-observable objects.
inline constexpr std::string_view kStixObservableSpace = "00abedb4-aa42-466c-9c01-fed23315a9b7";

// Lower case, with hyphens. `space` is a UUID in the same form; a malformed one counts as all zeros.
std::string uuid5(std::string_view space, std::string_view name);
std::string pantau_uuid(std::string_view name);

}  // namespace pantau::exports
