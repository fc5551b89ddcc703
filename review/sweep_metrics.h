#pragma once
// The counters of this process's sweeps in the Prometheus text format (version 0.0.4). Fed from the thread that runs a
// sweep, read from the server's thread. Names and meanings stand in README.md, "Metrics"; they are a contract: names
// may be added, not changed.
#include <map>
#include <mutex>
#include <string>

#include "sweep/sweep.h"

namespace pantau::review {

class SweepMetrics {
 public:
  // The newest state of the running sweep of this name.
  void observe(const std::string& sweep, const sweep::Progress& progress);
  // It has ended: `result` is done | interrupted | failed. What it counted stays in the counters.
  void finished(const std::string& sweep, const std::string& result);

  std::string text() const;

 private:
  struct Sweep {
    sweep::Progress past;  // sums of the sweeps of this name that have ended; of gauges nothing
    sweep::Progress now;
    bool running = false;
    std::map<std::string, std::int64_t> results;
  };
  mutable std::mutex mutex_;
  std::map<std::string, Sweep> sweeps_;
};

}  // namespace pantau::review
