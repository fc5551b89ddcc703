#include "base/time.h"

#include <fmt/format.h>

#include <cstdio>
#include <ctime>

namespace pantau {
namespace {

std::tm to_tm(UtcTime time) {
  const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return parts;
}

}  // namespace

UtcTime utc_now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::string format_utc(UtcTime time) {
  const std::tm t = to_tm(time);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour,
                     t.tm_min, t.tm_sec);
}

std::string format_utc_milliseconds(UtcTime time) {
  std::string text = format_utc(time);
  const auto milliseconds = time.time_since_epoch() - std::chrono::floor<std::chrono::seconds>(time).time_since_epoch();
  text.pop_back();
  return text + fmt::format(".{:03}Z", milliseconds.count());
}

std::optional<UtcTime> parse_utc(std::string_view text) {
  const std::string copy(text);
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, used = 0;
  if (std::sscanf(copy.c_str(), "%4d-%2d-%2d%*1[Tt ]%2d:%2d:%2d%n", &year, &month, &day, &hour, &minute, &second,
                  &used) != 6) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok() || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
    return std::nullopt;
  std::size_t at = static_cast<std::size_t>(used);
  int milliseconds = 0;
  if (at < copy.size() && copy[at] == '.') {
    int scale = 100;
    for (++at; at < copy.size() && copy[at] >= '0' && copy[at] <= '9'; ++at, scale /= 10) {
      milliseconds += (copy[at] - '0') * scale;
    }
  }
  int offset_minutes = 0;
  if (at < copy.size() && (copy[at] == '+' || copy[at] == '-')) {
    int offset_hour = 0, offset_minute = 0;
    if (std::sscanf(copy.c_str() + at + 1, "%2d:%2d", &offset_hour, &offset_minute) != 2) return std::nullopt;
    offset_minutes = (offset_hour * 60 + offset_minute) * (copy[at] == '+' ? 1 : -1);
  } else if (at >= copy.size() || (copy[at] != 'Z' && copy[at] != 'z')) {
    return std::nullopt;
  }
  using namespace std::chrono;
  return UtcTime{sys_days{date}} + hours{hour} + minutes{minute - offset_minutes} + seconds{second} +
         std::chrono::milliseconds{milliseconds};
}

}  // namespace pantau
