#pragma once
// Runs the sweeps of a configuration by their schedules, one after the other, until told to stop. Decides times only;
// the sweep itself is a callback. Blocks on the calling thread.
#include <atomic>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/time.h"
#include "sweep/configuration.h"

namespace pantau::sweep {

struct Due {
  std::string sweep;
  UtcTime at{};
};

// The next sweep to run after `after`: the earliest schedule, by name when equal. `last`: when each was last due.
// Sweeps whose time passed while another ran are due at once, but only once. Nothing when no sweep has a schedule.
std::optional<Due> next_due(const std::vector<SweepSettings>& sweeps, const std::map<std::string, UtcTime>& last,
                            UtcTime now);

// A delay in [0, jitter_s], the same for the same sweep and time, so that many sites do not start together.
int jitter_seconds(const SweepSettings& sweep, UtcTime due);

}  // namespace pantau::sweep
