#include "sweep/scheduler.h"

#include <functional>

#include "base/digest.h"

namespace pantau::sweep {

std::optional<Due> next_due(const std::vector<SweepSettings>& sweeps, const std::map<std::string, UtcTime>& last,
                            UtcTime now) {
  std::optional<Due> best;
  for (const SweepSettings& sweep : sweeps) {
    if (!sweep.schedule) continue;
    const auto known = last.find(sweep.name);
    const UtcTime from = known == last.end() ? now : known->second;
    std::optional<UtcTime> at = sweep.schedule->next(from, sweep.timezone);
    if (!at) continue;
    if (*at < now) {
      // Several times may have passed: the latest of them stands for all.
      while (const std::optional<UtcTime> later = sweep.schedule->next(*at, sweep.timezone)) {
        if (*later > now) break;
        at = later;
      }
    }
    if (!best || *at < best->at || (*at == best->at && sweep.name < best->sweep)) best = Due{sweep.name, *at};
  }
  return best;
}

int jitter_seconds(const SweepSettings& sweep, UtcTime due) {
  if (sweep.jitter_s <= 0) return 0;
  const std::string digest = sha256_hex(sweep.name + format_utc(due));
  return static_cast<int>(std::stoul(digest.substr(0, 7), nullptr, 16) %
                          (static_cast<unsigned long>(sweep.jitter_s) + 1));
}

}  // namespace pantau::sweep
