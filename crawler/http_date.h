#pragma once
// Dates as HTTP headers and cookies write them. Pure functions; any thread.
#include <optional>
#include <string_view>

#include "base/time.h"

namespace pantau::crawler {

// The three date forms of RFC 9110 5.6.7, and what RFC 6265 5.1.1 accepts beside them: the parts in any order, told
// apart by their shape. Nothing when a part is missing or out of range (years 1601 to 9999).
std::optional<UtcTime> parse_http_date(std::string_view text);

}  // namespace pantau::crawler
