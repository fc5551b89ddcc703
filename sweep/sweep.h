#pragma once
// One sweep: reads the sources, crawls, takes pages and media apart, judges, and leaves cases with evidence in the
// workspace. Blocks until done; runs its own I/O thread's loop on the calling thread, a CPU pool and the store's
// writing thread beside it. Knows neither output formats nor the terminal: progress goes to a callback.
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "matchers/watchlist.h"
#include "sweep/configuration.h"

namespace pantau::sweep {

struct Progress {
  std::int64_t pages_done = 0, pages_queued = 0, pages_in_flight = 0;
  std::int64_t media_done = 0, media_started = 0;
  std::int64_t flagged = 0, review = 0, cases = 0;
  std::map<std::string, std::int64_t> pages, media;  // ended, by outcome
  std::int64_t hosts = 0;                            // asked by this process
  std::uint64_t requests = 0, retries = 0, robots_fetches = 0;
  int fetching = 0, waiting = 0;  // requests under way; those that wait for their host's turn or a connection
  double longest_wait = 0;        // seconds, of those that wait now
  double waited = 0;              // seconds, of all requests together
  std::uint64_t bytes = 0;
  double seconds = 0;
  double pages_per_second = 0;  // over the last seconds
  double seconds_left = -1;     // estimate for what is queued; -1 = unknown
};

struct NotSeen {
  std::string what, outcome, detail;
};

struct Summary {
  std::string sweep_id, sweep, started, ended;
  std::map<std::string, std::int64_t> leads, pages, media;  // outcome -> count; each adds up to what went in
  std::map<std::string, std::int64_t> cases;                // flag, review, clear
  std::int64_t restricted = 0;                              // matches with restricted lists; nothing of them is kept
  double seconds = 0;
  std::uint64_t bytes = 0;  // received; this and the following count from the last --resume on
  std::uint64_t requests = 0, retries = 0, robots_fetches = 0;
  std::int64_t hosts = 0;         // asked for something
  double waited = 0;              // seconds that requests waited for their host's turn or a connection, all together
  bool interrupted = false;       // state is saved; --resume goes on
  std::vector<NotSeen> not_seen;  // leads that did not end as done, first 1000
  std::vector<std::string> case_ids;
  std::vector<std::string> notes;  // what was switched off or missing, in words
};

struct SweepOptions {
  Configuration configuration;
  SweepSettings sweep;
  std::shared_ptr<const matchers::Matcher> matcher;
  bool resume = false;
  std::string actor;                              // for the audit log
  std::string program;                            // the pantau binary, for media workers
  std::function<void(const Progress&)> progress;  // about four times a second, on the calling thread
  const std::atomic<bool>* stop = nullptr;        // set by a signal handler: save state and return
};

Result<Summary> run_sweep(SweepOptions options);

// The summary of DESIGN 4.6 as one JSON object.
std::string summary_json(const Summary& summary);

}  // namespace pantau::sweep
