#pragma once
// One sweep from the command line, with progress, table and report: shared by `sweep`, `demo` and `serve`.
#include <memory>
#include <string>
#include <vector>

#include "sweep/configuration.h"
#include "sweep/sweep.h"

namespace pantau::cli {

struct SweepRequest {
  sweep::Configuration configuration;
  sweep::SweepSettings sweep;
  std::shared_ptr<const matchers::Matcher> matcher;
  bool resume = false;
  bool json = false;
  std::size_t limit = 50;
};

// Returns the exit code.
int run_one_sweep(SweepRequest request);

// What this run cannot examine, in words; for summaries, `check` and the report.
std::vector<std::string> capability_notes(const sweep::Configuration& configuration,
                                          const matchers::Watchlist& watchlist);

}  // namespace pantau::cli
