#include "review/sweep_metrics.h"

#include <fmt/format.h>

namespace pantau::review {
namespace {

using sweep::Progress;

void add_counts(std::map<std::string, std::int64_t>& to, const std::map<std::string, std::int64_t>& from) {
  for (const auto& [key, count] : from) to[key] += count;
}

// What only grows; the rest describes the moment.
void add_counters(Progress& to, const Progress& from) {
  add_counts(to.pages, from.pages);
  add_counts(to.media, from.media);
  to.bytes += from.bytes;
  to.requests += from.requests;
  to.retries += from.retries;
  to.robots_fetches += from.robots_fetches;
  to.waited += from.waited;
}

// Label values (exposition formats, "Comments, help text, and type information").
std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

void SweepMetrics::observe(const std::string& name, const Progress& progress) {
  const std::lock_guard lock(mutex_);
  Sweep& sweep = sweeps_[name];
  sweep.now = progress;
  sweep.running = true;
}

void SweepMetrics::finished(const std::string& name, const std::string& result) {
  const std::lock_guard lock(mutex_);
  Sweep& sweep = sweeps_[name];
  add_counters(sweep.past, sweep.now);
  sweep.now = Progress();
  sweep.running = false;
  ++sweep.results[result];
}

std::string SweepMetrics::text() const {
  const std::lock_guard lock(mutex_);
  std::string out = fmt::format(
      "# HELP pantau_build_info The program's version.\n# TYPE pantau_build_info gauge\n"
      "pantau_build_info{{version=\"{}\"}} 1\n",
      PANTAU_VERSION);
  std::map<std::string, Progress> counted;
  for (const auto& [name, sweep] : sweeps_) {
    Progress& sum = counted[name] = sweep.past;
    add_counters(sum, sweep.now);
  }
  const auto describe = [&](const char* name, const char* type, const char* help) {
    out += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
  };
  const auto by_outcome = [&](const char* name, const char* help, auto counts) {
    describe(name, "counter", help);
    for (const auto& [sweep, sum] : counted) {
      for (const auto& [outcome, count] : counts(sum))
        out += fmt::format("{}{{sweep=\"{}\",outcome=\"{}\"}} {}\n", name, escaped(sweep), escaped(outcome), count);
    }
  };
  const auto counter = [&](const char* name, const char* help, auto value) {
    describe(name, "counter", help);
    for (const auto& [sweep, sum] : counted)
      out += fmt::format("{}{{sweep=\"{}\"}} {}\n", name, escaped(sweep), value(sum));
  };
  const auto gauge = [&](const char* name, const char* help, auto value) {
    describe(name, "gauge", help);
    for (const auto& [name_of_sweep, sweep] : sweeps_)
      out += fmt::format("{}{{sweep=\"{}\"}} {}\n", name, escaped(name_of_sweep), value(sweep.now));
  };
  by_outcome("pantau_pages_total", "Addresses that ended, by outcome.", [](const Progress& p) { return p.pages; });
  by_outcome("pantau_media_total", "Distinct media that ended, by outcome.", [](const Progress& p) { return p.media; });
  counter("pantau_received_bytes_total", "Bytes received.", [](const Progress& p) { return p.bytes; });
  counter("pantau_requests_total", "Requests sent, robots.txt and repetitions included.",
          [](const Progress& p) { return p.requests; });
  counter("pantau_request_retries_total", "Requests that repeated one.", [](const Progress& p) { return p.retries; });
  counter("pantau_robots_fetches_total", "Requests for robots.txt.",
          [](const Progress& p) { return p.robots_fetches; });
  counter("pantau_wait_seconds_total", "Seconds that requests waited for their host's turn or a connection.",
          [](const Progress& p) { return p.waited; });
  gauge("pantau_pages_queued", "Addresses that are still to be looked at.",
        [](const Progress& p) { return p.pages_queued; });
  gauge("pantau_pages_in_flight", "Addresses that are being looked at.",
        [](const Progress& p) { return p.pages_in_flight; });
  gauge("pantau_requests_active", "Requests under way.", [](const Progress& p) { return p.fetching; });
  gauge("pantau_requests_waiting", "Requests that wait for their host's turn or a connection.",
        [](const Progress& p) { return p.waiting; });
  gauge("pantau_longest_wait_seconds", "The longest of these waits.", [](const Progress& p) { return p.longest_wait; });
  gauge("pantau_hosts", "Hosts that the running sweep has asked.", [](const Progress& p) { return p.hosts; });
  gauge("pantau_cases_flagged", "Cases of the running sweep in the band flag.",
        [](const Progress& p) { return p.flagged; });
  gauge("pantau_cases_review", "Cases of the running sweep in the band review.",
        [](const Progress& p) { return p.review; });
  describe("pantau_sweep_running", "gauge", "1 while a sweep of that name runs.");
  for (const auto& [name, sweep] : sweeps_)
    out += fmt::format("pantau_sweep_running{{sweep=\"{}\"}} {}\n", escaped(name), sweep.running ? 1 : 0);
  describe("pantau_sweeps_total", "counter", "Sweeps that ended, by result.");
  for (const auto& [name, sweep] : sweeps_) {
    for (const auto& [result, count] : sweep.results)
      out += fmt::format("pantau_sweeps_total{{sweep=\"{}\",result=\"{}\"}} {}\n", escaped(name), result, count);
  }
  return out;
}

}  // namespace pantau::review
