#pragma once
// Who may start a request now: one queue a host with the time of its next allowed start and the number in flight, and
// what servers ask for when they are busy (Retry-After). A plain state machine with the clock passed in; no sockets, no
// timers: crawler/turns.h waits on its behalf. One thread.
//
//   enqueue() -> waiting in the host's queue -> take_ready() -> running -> finish()
//
// A waiting request holds nothing; only running ones count against the host's and the caller's limits. A host is
// forgotten once it is idle and its delay has passed, so that memory follows the work and not the size of the web.
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "base/time.h"

namespace pantau::crawler {

class Politeness {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Id = std::uint64_t;

  explicit Politeness(int per_host_connections) : per_host_(per_host_connections) {}

  // Joins the host's queue. `delay`: at least this long between this start and the next one on the host; `cost`: bytes
  // of room that must be free for it to start, 0 for none.
  Id enqueue(const std::string& host, std::chrono::milliseconds delay, std::uint64_t cost, Time now);
  // Leaves the queue without having started. Unknown and running ones are ignored.
  void withdraw(Id id);

  // Starts what may start: hosts in the order in which they became ready, `slots` at most, their costs within `room`.
  // One that does not fit keeps later ones with a cost from overtaking it, so that large media are not starved.
  std::vector<Id> take_ready(Time now, int slots, std::uint64_t room);
  // A running request is over.
  void finish(Id id, Time now);

  // No start on this host before `until`.
  void hold_back(const std::string& host, Time until, Time now);

  // When take_ready() could give more by the passing of time alone; nothing when only finish() can help.
  std::optional<Time> next_change(Time now) const;

  std::size_t waiting() const { return waiting_; }
  std::size_t known_hosts() const { return hosts_.size(); }

 private:
  struct Waiting {
    Id id = 0;
    std::chrono::milliseconds delay{0};
    std::uint64_t cost = 0;
    Time since;
  };
  struct Host {
    std::deque<Waiting> queue;
    int running = 0;
    Time next_start{};
    // The key under which the host stands in ready_, if it does.
    std::optional<std::pair<Time, Id>> place;
  };

  void place(const std::string& name, Host& host);
  void unplace(Host& host, const std::string& name);
  void forget_idle_hosts(Time now);

  int per_host_ = 1;
  Id last_id_ = 0;
  std::size_t waiting_ = 0;
  std::size_t forget_at_ = 256;
  std::unordered_map<std::string, Host> hosts_;
  std::unordered_map<Id, std::string> host_of_;  // of waiting and running requests
  // Hosts with a waiting request and a free connection, by the time of their next start, then by age of the request.
  std::set<std::tuple<Time, Id, std::string>> ready_;
};

// Retry-After (RFC 9110 10.2.3): seconds or an HTTP date; never negative. Nothing when absent or unreadable.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view value, UtcTime now);
// The three date forms of RFC 9110 5.6.7.
std::optional<UtcTime> parse_http_date(std::string_view text);

struct RetryPolicy {
  int tries = 2;                                  // repetitions after the first answer
  std::chrono::milliseconds longest_wait{30000};  // a server that asks for more is not asked again in this fetch
  std::chrono::milliseconds first_wait{1000};     // when the server names no time; doubles each time
};

struct RetryDecision {
  bool again = false;
  std::chrono::milliseconds wait{0};  // also how long the host is left alone when there is no further try
};

// What to do after a 429 or 503 (RFC 6585 4, RFC 9110 15.6.4). `tries_made`: repetitions so far.
RetryDecision decide_retry(const RetryPolicy& policy, int tries_made, std::optional<std::chrono::seconds> retry_after);

}  // namespace pantau::crawler
