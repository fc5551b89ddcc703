#pragma once
// UTC time points in milliseconds and their RFC 3339 spelling. Any thread. No local time anywhere: what people see in
// local time is computed where it is shown.
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace pantau {

using UtcTime = std::chrono::sys_time<std::chrono::milliseconds>;
using Clock = std::function<UtcTime()>;  // injected where decisions depend on time

UtcTime utc_now();
// Since 1970, as the store keeps moments.
inline std::int64_t milliseconds_of(UtcTime time) {
  return time.time_since_epoch().count();
}

// "2026-01-31T08:00:00Z"; with milliseconds "2026-01-31T08:00:00.125Z".
std::string format_utc(UtcTime time);
std::string format_utc_milliseconds(UtcTime time);

// RFC 3339 with any offset, or nothing.
std::optional<UtcTime> parse_utc(std::string_view text);

}  // namespace pantau
