#include "crawler/http_date.h"

#include <array>
#include <charconv>

#include "base/text.h"

namespace pantau::crawler {
namespace {

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || stop != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

std::optional<unsigned> month_number(std::string_view name) {
  static constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                               "jul", "aug", "sep", "oct", "nov", "dec"};
  for (unsigned i = 0; i < kMonths.size(); ++i) {
    if (name.size() >= 3 && equals_ignore_case_ascii(name.substr(0, 3), kMonths[i])) return i + 1;
  }
  return std::nullopt;
}

}  // namespace

std::optional<UtcTime> parse_http_date(std::string_view text) {
  // "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994": whatever the order,
  // the parts tell each other apart (as RFC 6265 5.1.1 does for cookies).
  std::optional<int> day, year, hour, minute, second;
  std::optional<unsigned> month;
  std::size_t i = 0;
  while (i < text.size()) {
    while (i < text.size() && (text[i] == ' ' || text[i] == ',' || text[i] == '-' || text[i] == '\t')) ++i;
    const std::size_t start = i;
    while (i < text.size() && text[i] != ' ' && text[i] != ',' && text[i] != '-' && text[i] != '\t') ++i;
    const std::string_view part = text.substr(start, i - start);
    if (part.empty()) continue;
    if (!hour && part.find(':') != std::string_view::npos) {
      const auto pieces = split(part, ':');
      if (pieces.size() != 3) return std::nullopt;
      hour = number(pieces[0]);
      minute = number(pieces[1]);
      second = number(pieces[2]);
      if (!hour || !minute || !second) return std::nullopt;
    } else if (const auto value = number(part)) {
      if (!day && part.size() <= 2) {
        day = *value;
      } else if (!year) {
        year = *value;
        if (part.size() <= 2) *year += *value < 70 ? 2000 : 1900;
      }
    } else if (!month) {
      month = month_number(part);
    }
  }
  if (!day || !month || !year || !hour) return std::nullopt;
  if (*hour < 0 || *hour > 23 || *minute < 0 || *minute > 59 || *second < 0 || *second > 60) return std::nullopt;
  if (*year < 1601 || *year > 9999) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(*month),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (*day < 1 || !date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
         std::chrono::seconds(*second);
}

}  // namespace pantau::crawler
