#pragma once
// What a restart must still know of hosts: when each may be asked again (its delay, a back-off that it asked for) and
// what its robots.txt said. The waiting times are everybody's: a new sweep in the same workspace keeps them too;
// robots.txt belongs to one sweep, so that each sweep's evidence has the file it went by. I/O thread only; writes go
// through Store::write, collected until flush().
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "store/store.h"

namespace pantau::crawler {

// A robots.txt as it was answered: `kind` and `outcome` as RobotsAnswer has them.
struct KeptRobots {
  int kind = 0, outcome = 0;
  std::string detail, text;  // text: of the file, when there is one
  std::string url;           // where that was read, after redirects
  UtcTime expires{};
};

class HostMemory {
 public:
  static Result<std::shared_ptr<HostMemory>> open(store::Store& store, std::string sweep_id);

  // Hosts that an earlier process found closed for some time still.
  struct Held {
    std::string host;
    UtcTime until{};        // of its own delays and of what it asked for
    UtcTime asked_until{};  // of what it asked for (429, 503); may be over
  };
  const std::vector<Held>& held() const { return held_; }

  // A request starts now; the next may start `delay` later.
  void started(const std::string& host, std::chrono::milliseconds delay, UtcTime now);
  // The host asked to be left alone until then.
  void held_back(const std::string& host, UtcTime until);

  // `key`: as the robots cache names it (origin and proxy). Nothing when there is none or it has expired.
  std::optional<KeptRobots> robots(const std::string& key, UtcTime now) const;
  void keep_robots(const std::string& key, const KeptRobots& robots);

  void flush();
  std::int64_t hosts() const { return static_cast<std::int64_t>(asked_.size()); }  // asked by this process

 private:
  HostMemory(store::Store& store, std::string sweep_id, std::unique_ptr<store::Connection> reader)
      : store_(store), sweep_(std::move(sweep_id)), reader_(std::move(reader)) {}

  struct Host {
    UtcTime last_fetch{}, not_before{}, back_off_until{};
  };
  store::Store& store_;
  std::string sweep_;
  std::unique_ptr<store::Connection> reader_;
  std::vector<Held> held_;
  std::unordered_map<std::string, Host> changed_;
  std::unordered_set<std::uint64_t> asked_;  // hashes of hosts
};

std::vector<store::Migration> host_migrations();

// One line of what is known of a host, for people who ask why it waits.
struct HostState {
  UtcTime last_fetch{}, not_before{}, back_off_until{};
};
Result<std::optional<HostState>> find_host(store::Connection& connection, const std::string& host);

}  // namespace pantau::crawler
