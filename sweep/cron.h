#pragma once
// Five-field cron schedules (minute hour day-of-month month day-of-week; lists, ranges, steps, names) in a named time
// zone, as in POSIX crontab(5): when both day fields are restricted, either may match. Any thread.
#include <bitset>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace pantau::sweep {

class Cron {
 public:
  static Result<Cron> parse(std::string_view text);
  // The first time strictly after `after` that the schedule names, in `timezone` (IANA name). Nothing within four years
  // (31 February) or for an unknown zone.
  std::optional<UtcTime> next(UtcTime after, const std::string& timezone) const;

 private:
  std::bitset<60> minutes_;
  std::bitset<24> hours_;
  std::bitset<32> days_;
  std::bitset<13> months_;
  std::bitset<7> weekdays_;
  bool any_day_ = true, any_weekday_ = true;
};

// Whether the zone is known to this machine.
bool known_timezone(const std::string& timezone);

}  // namespace pantau::sweep
