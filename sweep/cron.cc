#include "sweep/cron.h"

#include <fmt/format.h>
#include <unicode/calendar.h>
#include <unicode/timezone.h>

#include <array>
#include <charconv>

#include "base/text.h"

namespace pantau::sweep {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                      "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> kWeekdays = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

std::optional<int> number_or_name(std::string_view word, int first_name, const std::string_view* names,
                                  std::size_t count) {
  int value = 0;
  const auto [end, failure] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (failure == std::errc{} && end == word.data() + word.size()) return value;
  const std::string lower = to_lower_ascii(word);
  for (std::size_t i = 0; i < count; ++i) {
    if (lower == names[i]) return first_name + static_cast<int>(i);
  }
  return std::nullopt;
}

struct Field {
  const char* name;
  int low, high;
  const std::string_view* names = nullptr;
  std::size_t name_count = 0;
  int first_name = 0;
};

// Calls set(value) for every value that the field's text names.
template <typename Set>
Result<void> parse_field(std::string_view text, const Field& field, Set set) {
  const auto wrong = [&] {
    return operator_error(fmt::format("\"{}\" is no {} (write {} to {}, a list like 1,15, a range like 1-5, or */10)",
                                      text, field.name, field.low, field.high));
  };
  for (const std::string& part : split(text, ',')) {
    std::string_view range = part;
    int step = 1;
    if (const std::size_t slash = range.find('/'); slash != std::string_view::npos) {
      const std::string_view step_text = range.substr(slash + 1);
      const auto [end, failure] = std::from_chars(step_text.data(), step_text.data() + step_text.size(), step);
      if (failure != std::errc{} || end != step_text.data() + step_text.size() || step < 1) return wrong();
      range = range.substr(0, slash);
    }
    int from = field.low, to = field.high;
    if (range != "*") {
      const std::size_t dash = range.find('-');
      const auto low = number_or_name(range.substr(0, dash), field.first_name, field.names, field.name_count);
      if (!low) return wrong();
      from = to = *low;
      if (dash != std::string_view::npos) {
        const auto high = number_or_name(range.substr(dash + 1), field.first_name, field.names, field.name_count);
        if (!high) return wrong();
        to = *high;
      } else if (step > 1) {
        to = field.high;
      }
    }
    if (from < field.low || to > field.high || from > to) return wrong();
    for (int value = from; value <= to; value += step) set(value);
  }
  return {};
}

}  // namespace

Result<Cron> Cron::parse(std::string_view text) {
  std::vector<std::string> fields;
  for (const std::string& field : split(collapse_space(text), ' ')) {
    if (!field.empty()) fields.push_back(field);
  }
  if (fields.size() != 5) {
    return operator_error(
        fmt::format("a schedule has five fields (minute hour day month weekday), \"{}\" has {}", text, fields.size()));
  }
  Cron cron;
  const std::array<Result<void>, 5> parsed = {
      parse_field(fields[0], {"minute", 0, 59}, [&](int v) { cron.minutes_.set(v); }),
      parse_field(fields[1], {"hour", 0, 23}, [&](int v) { cron.hours_.set(v); }),
      parse_field(fields[2], {"day of the month", 1, 31}, [&](int v) { cron.days_.set(v); }),
      parse_field(fields[3], {"month", 1, 12, kMonths.data(), kMonths.size(), 1}, [&](int v) { cron.months_.set(v); }),
      parse_field(fields[4], {"weekday", 0, 7, kWeekdays.data(), kWeekdays.size(), 0},
                  [&](int v) { cron.weekdays_.set(v % 7); })};
  for (const Result<void>& field : parsed) {
    if (!field) return field.error();
  }
  cron.any_day_ = fields[2].starts_with('*');
  cron.any_weekday_ = fields[4].starts_with('*');
  return cron;
}

std::optional<UtcTime> Cron::next(UtcTime after, const std::string& timezone) const {
  if (!known_timezone(timezone)) return std::nullopt;
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<icu::Calendar> calendar(
      icu::Calendar::createInstance(icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(timezone)), status));
  if (U_FAILURE(status) || !calendar) return std::nullopt;
  using namespace std::chrono;
  UtcTime at = floor<minutes>(after) + minutes{1};
  const UtcTime end = after + days{366 * 4 + 1};
  while (at < end) {
    calendar->setTime(static_cast<UDate>(at.time_since_epoch().count()), status);
    const int month = calendar->get(UCAL_MONTH, status) + 1;
    const int day = calendar->get(UCAL_DATE, status);
    const int weekday = calendar->get(UCAL_DAY_OF_WEEK, status) - 1;
    const int hour = calendar->get(UCAL_HOUR_OF_DAY, status);
    const int minute = calendar->get(UCAL_MINUTE, status);
    if (U_FAILURE(status)) return std::nullopt;
    const bool day_fits = any_day_ || any_weekday_ ? days_.test(day) && weekdays_.test(weekday)
                                                   : days_.test(day) || weekdays_.test(weekday);
    if (!months_.test(month) || !day_fits) {
      at += minutes{60 - minute};  // a step that no change of the clock can jump over
      if (hour < 23) at += hours{22 - hour > 0 ? 22 - hour : 0};
    } else if (!hours_.test(hour)) {
      at += minutes{60 - minute};
    } else if (!minutes_.test(minute)) {
      at += minutes{1};
    } else {
      return at;
    }
  }
  return std::nullopt;
}

bool known_timezone(const std::string& timezone) {
  const icu::UnicodeString id = icu::UnicodeString::fromUTF8(timezone);
  const std::unique_ptr<icu::TimeZone> zone(icu::TimeZone::createTimeZone(id));
  icu::UnicodeString got;
  return zone && zone->getID(got) == id && got != icu::UnicodeString("Etc/Unknown");
}

}  // namespace pantau::sweep
