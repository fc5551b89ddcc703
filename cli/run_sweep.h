#pragma once
// One sweep from the command line, with progress, table and report: shared by `sweep`, `demo` and `serve`.
#include <memory>
#include <string>
#include <vector>

#include "review/metrics_server.h"
#include "review/sweep_metrics.h"
#include "sweep/configuration.h"
#include "sweep/sweep.h"

namespace pantau::cli {

// The counters of this process's sweeps, and where they can be scraped when the configuration says so.
class Metrics {
 public:
  // Null when the configuration names no place to listen on.
  static Result<std::shared_ptr<Metrics>> start(const sweep::Configuration& configuration);
  review::SweepMetrics& counters() { return counters_; }

 private:
  review::SweepMetrics counters_;
  std::unique_ptr<review::MetricsServer> server_;  // last: reads the counters until it has stopped
};

struct SweepRequest {
  sweep::Configuration configuration;
  sweep::SweepSettings sweep;
  std::shared_ptr<const matchers::Matcher> matcher;
  bool resume = false;
  bool json = false;
  std::size_t limit = 50;
  std::shared_ptr<Metrics> metrics;  // may be null
};

// Returns the exit code.
int run_one_sweep(SweepRequest request);

// What this run cannot examine, in words; for summaries, `check` and the report.
std::vector<std::string> capability_notes(const sweep::Configuration& configuration,
                                          const matchers::Watchlist& watchlist);

}  // namespace pantau::cli
