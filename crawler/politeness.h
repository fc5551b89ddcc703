#pragma once
// Who may start a request now: one queue a host with the time of its next allowed start and the number in flight, what
// servers ask for when they are busy (Retry-After), and a second limit for each network address, because thousands of
// names may be one machine. A plain state machine with the clock passed in; no sockets, no timers: crawler/turns.h
// waits on its behalf. One thread.
//
//   enqueue() -> waiting in the host's queue -> take_ready() -> running -> finish()
//
// Hosts that answered from the same address form a group, which has limits of its own; a host whose address is not
// known yet is a group by itself. A waiting request holds nothing; only running ones count against the host's, the
// group's and the caller's limits. A host is forgotten once it is idle and its delay has passed, so that memory follows
// the work and not the size of the web.
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace pantau::crawler {

struct PolitenessLimits {
  int per_host = 2;                            // requests in flight
  int per_address = 0;                         // the same for all hosts of one address; 0: no limit
  std::chrono::milliseconds address_delay{0};  // at least this long between two starts on one address
};

class Politeness {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Id = std::uint64_t;

  explicit Politeness(PolitenessLimits limits) : limits_(limits) {}
  Politeness(const Politeness&) = delete;
  Politeness& operator=(const Politeness&) = delete;

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
  // The address that answered for this host: from now on it shares that address's limits. Unknown hosts are ignored.
  void learn_address(const std::string& host, const std::string& address);

  // When take_ready() could give more by the passing of time alone; nothing when only finish() can help.
  std::optional<Time> next_change(Time now) const;

  std::size_t waiting() const { return waiting_; }
  std::size_t known_hosts() const { return hosts_.size(); }
  std::size_t known_groups() const { return groups_.size(); }

 private:
  // Time of the next start, then age of the request.
  using Place = std::pair<Time, Id>;
  struct Waiting {
    Id id = 0;
    std::chrono::milliseconds delay{0};
    std::uint64_t cost = 0;
    Time since;
  };
  struct Host;
  struct Group {
    bool limited = false;  // an address, not just a host
    int hosts = 0, running = 0;
    Time next_start{};
    std::map<Place, Host*> ready;  // its hosts with a waiting request and a free connection
    std::optional<Place> place;    // in ready_, if it stands there
  };
  struct Host {
    std::string name;
    std::deque<Waiting> queue;
    int running = 0;
    Time next_start{};
    Group* group = nullptr;
    std::optional<Place> place;  // in its group's ready, if it stands there
  };
  struct Known {
    Host* host = nullptr;
    Group* group = nullptr;  // of a running request: the one that it counts for
  };

  Host& host_named(const std::string& name);
  Group& group_named(const std::string& key, bool limited);
  void place(Host& host);
  void unplace(Host& host);
  void place(Group& group);
  Host* first_that_fits(Group& group, Time now, std::uint64_t room, bool& someone_needs_room);
  void start(Host& host, Time now);
  void forget_idle(Time now);

  PolitenessLimits limits_;
  Id last_id_ = 0;
  std::size_t waiting_ = 0;
  std::size_t forget_at_ = 256;
  std::unordered_map<std::string, Host> hosts_;    // elements keep their place in memory
  std::unordered_map<std::string, Group> groups_;  // "host NAME" or "address LITERAL"
  std::unordered_map<Id, Known> requests_;         // waiting and running
  std::map<Place, Group*> ready_;                  // groups that may start something, by when
};

}  // namespace pantau::crawler
