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

// Addresses of one host that differ only in numbers or in the values of a query are alike. What they are says how many
// of them a sweep looks at: the numbered articles of a newspaper and the threads of a forum are pages like others, and
// only bounded; the combinations of a shop's filters and the days of a calendar say nothing new after a while.
inline constexpr std::uint32_t kMostNumbered = 50'000;
inline constexpr std::uint32_t kMostFilterCombinations = 1000;  // three or more parameters
inline constexpr std::uint32_t kMostInCalendars = 100;

// A hash of what alike addresses have in common, with what they are in its two lowest bits; 0 for addresses that are
// not of such a kind (no query, at most one number in the path).
std::uint64_t shape_of(const Url& url);
inline bool is_calendar_shape(std::uint64_t shape) {
  return (shape & 3) == 1;
}
// How many addresses of this shape are looked at.
inline std::uint32_t most_alike(std::uint64_t shape) {
  if (is_calendar_shape(shape)) return kMostInCalendars;
  return (shape & 3) == 2 ? kMostFilterCombinations : kMostNumbered;
}

}  // namespace pantau::crawler
