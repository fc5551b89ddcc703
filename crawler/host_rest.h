#pragma once
// Hosts that are left alone for a while: those that asked for more time than a fetch waits (Retry-After), and those
// that did not answer several times in a row. Fetches of theirs end at once with a reason, instead of holding
// connections until each has run into its own timeout: a dead host with thousands of pages must not cost a sweep hours.
// The clock is passed in; one thread.
#include <chrono>
#include <optional>
#include <string>
#include <unordered_map>

#include "crawler/outcome.h"

namespace pantau::crawler {

class HostRest {
 public:
  using Time = std::chrono::steady_clock::time_point;
  struct Limits {
    int failures = 6;                // in a row, before a host is left alone
    std::chrono::seconds first{60};  // how long; doubles each time it does not answer then either
    std::chrono::seconds longest{1800};
  };
  struct Rest {
    Outcome outcome = Outcome::failed;
    std::string detail;
  };

  explicit HostRest(Limits limits) : limits_(limits) {}

  // Why the host is not to be asked now, or nothing.
  std::optional<Rest> resting(const std::string& host, Time now) const;

  // It asked to be left alone (`why`: "HTTP 429, Retry-After 3600").
  void asked(const std::string& host, std::string why, std::chrono::milliseconds time, Time now);
  // It answered, whatever it said.
  void answered(const std::string& host);
  // It did not; `detail` in words.
  void silent(const std::string& host, Outcome outcome, const std::string& detail, Time now);

  std::size_t size() const { return hosts_.size(); }

 private:
  struct Host {
    int failures = 0;
    std::chrono::seconds next{0};
    Time until{};
    Rest rest;
  };
  void forget(Time now);

  Limits limits_;
  std::size_t forget_at_ = 4096;
  std::unordered_map<std::string, Host> hosts_;  // only those with trouble
};

}  // namespace pantau::crawler
