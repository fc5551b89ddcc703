#pragma once
// Addresses that a site makes without end, told from their spelling: calendars, session ids, paths and queries that
// grow or repeat. Pure functions; any thread. What is done about them is the frontier's.
#include <cstdint>
#include <optional>
#include <string>

#include "base/url.h"

namespace pantau::crawler {

// Why an address looks endless by itself ("path repeats \"a\" more than 3 times"), or nothing. `year`: the present one;
// dates later than the next year are a calendar that goes on for ever.
std::optional<std::string> trap_reason(const Url& url, int year);
std::optional<std::string> trap_reason(const Url& url);  // with the clock's year

// The key by which an address counts as seen: Url::canonical() without session ids (PHPSESSID, jsessionid and the
// like), which sites hand out anew with every visit. Nothing else is dropped: two addresses that might show different
// things have different keys.
std::string visited_key(const Url& url);

// Addresses of one host that differ only in numbers or in the values of a query are alike: pages of a calendar, of a
// search, of a list sorted in all ways. A sweep looks at so many of them.
inline constexpr std::uint32_t kMostAlike = 1000;
inline constexpr std::uint32_t kMostAlikeInCalendars = 100;

// A hash of what alike addresses have in common; 0 for addresses that are not of such a kind (no query, at most one
// number in the path). most_alike() tells from it how many are looked at.
std::uint64_t shape_of(const Url& url);
inline std::uint32_t most_alike(std::uint64_t shape) {
  return (shape & 1) != 0 ? kMostAlikeInCalendars : kMostAlike;
}

}  // namespace pantau::crawler
