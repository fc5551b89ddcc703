#include "crawler/host_memory.h"

#include <algorithm>

#include "crawler/address_hash.h"

namespace pantau::crawler {

using store::Connection;
using store::Row;

namespace {

// A robots.txt larger than this is asked for again after a restart rather than kept.
constexpr std::size_t kLargestKept = 128 * 1024;
// Longer than a restart takes, so worth remembering at once and not at the next tick.
constexpr std::chrono::milliseconds kLongDelay{2000};

UtcTime time_of(std::int64_t milliseconds) {
  return UtcTime(std::chrono::milliseconds(milliseconds));
}

}  // namespace

std::vector<store::Migration> host_migrations() {
  return {{"hosts", 1,
           "CREATE TABLE crawler_hosts (\n"
           "  host TEXT PRIMARY KEY,\n"
           "  last_fetch BIGINT NOT NULL,\n"     // all times: milliseconds since 1970
           "  not_before BIGINT NOT NULL,\n"     // the next request may not start earlier
           "  back_off_until BIGINT NOT NULL\n"  // as the host asked (429, 503); 0: it did not
           ");\n"
           "CREATE INDEX crawler_hosts_held ON crawler_hosts (not_before);\n"
           "CREATE TABLE crawler_robots (\n"
           "  sweep_id TEXT NOT NULL,\n"
           "  origin TEXT NOT NULL,\n"
           "  kind INTEGER NOT NULL,\n"
           "  outcome INTEGER NOT NULL,\n"
           "  detail TEXT NOT NULL,\n"
           "  body TEXT NOT NULL,\n"
           "  url TEXT NOT NULL,\n"  // where it was read, after redirects
           "  expires BIGINT NOT NULL,\n"
           "  PRIMARY KEY (sweep_id, origin)\n"
           ")"}};
}

Result<std::shared_ptr<HostMemory>> HostMemory::open(store::Store& store, std::string sweep_id) {
  auto reader = store.open_reader();
  if (!reader) return reader.error();
  std::shared_ptr<HostMemory> memory(new HostMemory(store, std::move(sweep_id), std::move(*reader)));
  const auto read =
      memory->reader_->run("SELECT host, not_before, back_off_until FROM crawler_hosts WHERE not_before > $1",
                           {milliseconds_of(utc_now())}, [&](const Row& row) {
                             memory->held_.push_back({row.text(0), time_of(row.integer(1)), time_of(row.integer(2))});
                             return true;
                           });
  if (!read) return read.error();
  return memory;
}

void HostMemory::started(const std::string& host, std::chrono::milliseconds delay, UtcTime now) {
  asked_.insert(address_hash(host));
  Host& state = changed_[host];
  state.last_fetch = std::max(state.last_fetch, now);
  state.not_before = std::max(state.not_before, now + delay);
  if (delay >= kLongDelay) flush();
}

void HostMemory::held_back(const std::string& host, UtcTime until) {
  Host& state = changed_[host];
  state.not_before = std::max(state.not_before, until);
  state.back_off_until = std::max(state.back_off_until, until);
  flush();
}

std::optional<KeptRobots> HostMemory::robots(const std::string& key, UtcTime now) const {
  std::optional<KeptRobots> found;
  (void)reader_->run(
      "SELECT kind, outcome, detail, body, url, expires FROM crawler_robots WHERE sweep_id = $1 AND origin = $2",
      {sweep_, key}, [&](const Row& row) {
        found = KeptRobots{
            static_cast<int>(row.integer(0)), static_cast<int>(row.integer(1)), row.text(2), row.text(3), row.text(4),
            time_of(row.integer(5))};
        return false;
      });
  if (found && found->expires <= now) found.reset();
  return found;
}

void HostMemory::keep_robots(const std::string& key, const KeptRobots& robots) {
  if (robots.text.size() > kLargestKept) return;
  store_.write(
      [sweep = sweep_, key, robots](Connection& connection) -> Result<void> {
        const auto done = connection.run(
            "INSERT INTO crawler_robots (sweep_id, origin, kind, outcome, detail, body, url, expires) VALUES ($1, $2, "
            "$3, $4, $5, $6, $7, $8) ON CONFLICT (sweep_id, origin) DO UPDATE SET kind = excluded.kind, outcome = "
            "excluded.outcome, detail = excluded.detail, body = excluded.body, url = excluded.url, expires = "
            "excluded.expires",
            {sweep, key, std::int64_t{robots.kind}, std::int64_t{robots.outcome}, robots.detail, robots.text,
             robots.url, milliseconds_of(robots.expires)});
        if (!done) return done.error();
        return {};
      },
      {});
}

void HostMemory::flush() {
  if (changed_.empty()) return;
  auto hosts = std::make_shared<std::unordered_map<std::string, Host>>();
  hosts->swap(changed_);
  store_.write(
      [hosts](Connection& connection) -> Result<void> {
        for (const auto& [name, host] : *hosts) {
          const auto done = connection.run(
              "INSERT INTO crawler_hosts (host, last_fetch, not_before, back_off_until) VALUES ($1, $2, $3, $4) ON "
              "CONFLICT (host) DO UPDATE SET last_fetch = CASE WHEN crawler_hosts.last_fetch > excluded.last_fetch "
              "THEN "
              "crawler_hosts.last_fetch ELSE excluded.last_fetch END, not_before = CASE WHEN crawler_hosts.not_before "
              "> "
              "excluded.not_before THEN crawler_hosts.not_before ELSE excluded.not_before END, back_off_until = CASE "
              "WHEN "
              "crawler_hosts.back_off_until > excluded.back_off_until THEN crawler_hosts.back_off_until ELSE "
              "excluded.back_off_until END",
              {name, milliseconds_of(host.last_fetch), milliseconds_of(host.not_before),
               milliseconds_of(host.back_off_until)});
          if (!done) return done.error();
        }
        return {};
      },
      {});
}

Result<std::optional<HostState>> find_host(Connection& connection, const std::string& host) {
  std::optional<HostState> found;
  const auto read = connection.run(
      "SELECT last_fetch, not_before, back_off_until FROM crawler_hosts WHERE host = $1", {host}, [&](const Row& row) {
        found = HostState{time_of(row.integer(0)), time_of(row.integer(1)), time_of(row.integer(2))};
        return false;
      });
  if (!read) return read.error();
  return found;
}

}  // namespace pantau::crawler
