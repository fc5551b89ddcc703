#pragma once
// Which addresses a sweep still has to look at. Breadth first by depth; inside a depth leads first, then ad targets,
// then links, and among these by a fixed hash of the address, so that budgets cut the same addresses whatever the order
// of arrival; every address ends in exactly one outcome. A plain state machine with no sockets; state lives in the
// store (tables frontier_*) so that a kill at any moment loses nothing: what was in flight is looked at again. Called
// on one thread (the I/O thread) except finish_in(); writes go through Store::write.
//
// What is in memory: a hash and a few bytes of state for every known address, some 40 bytes; addresses themselves stay
// in the store and are read one by one as they are handed out. next() may wait for the writing thread, so store jobs
// must never wait for the thread that calls it.
//
// Waves. Addresses of one depth form a wave; the next opens when nothing of it is left. Each source's budget admits a
// prefix of the wave's order; when some of the admitted turn out not to cost anything (robots, refused ...), as many of
// the following are admitted, and so on. Inside what is admitted any order of fetching gives the same set, so hosts are
// mixed freely.
//
// What is durable when. add() and finish() collect writes and hand them to the store in batches (some hundreds, or
// whatever there is after 200 ms, see flush()). The rule that a kill loses nothing: what was found on a page is stored
// no later than the end of that page. finish_in() keeps it by writing whatever is still collected before the end
// itself, so calling flush() just before the job is queued only spares it work:
//
//     for (link) frontier.add(...);
//     frontier.flush();
//     store.write([&](store::Connection& connection) {
//       if (auto done = write_rows(connection, page_rows); !done) return done;
//       return frontier.finish_in(connection, item.claim(), outcome, detail);
//     }, [&](Result<void> result) { post to the I/O thread: if (result) frontier.finished(item.id, outcome); });
//
// Killed before that commit, the address is looked at again; after it, page and end are both there.
//
// One frontier of a sweep counts at a time: open() takes the sweep over, and everything that an earlier one still
// writes (a process that was stopped and woke up) is refused, the ends of pages with their whole transaction
// (frontier_lease.h).
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "crawler/frontier_lease.h"
#include "crawler/outcome.h"
#include "store/store.h"

namespace pantau::crawler {

enum class Scope { site, host, any };

// One per source that crawls. `site` = same registrable domain as a seed.
struct CrawlScope {
  Scope scope = Scope::site;
  int max_depth = 2;
  // Pages asked for; those that ended as robots, refused, out-of-scope ... do not count. Bounds what a crawl finds:
  // leads of sources without seeds (lists, reports) are always looked at.
  std::int64_t max_pages = 5000;
  std::vector<std::string> seeds;
  std::string persona;
  // Ad targets outside the scope have a budget of their own when this is not negative; otherwise they share max_pages.
  std::int64_t max_clicks = -1;
  // Of one host in one wave, for plain links (not leads, not ad targets). 0: max_pages shared out over the hosts of the
  // seeds, 200 at least; so one endless calendar cannot eat what the other sites of a source should get.
  std::int64_t max_host_pages_per_wave = 0;
  // Of one host in the whole sweep, for plain links, whatever their outcome. 0: no limit.
  std::int64_t max_host_pages = 0;
};

// Of the whole sweep, over all its sources.
struct FrontierLimits {
  // Addresses handed out; counted when a wave opens. Leads of sources without seeds count but are not cut. 0: no limit.
  std::int64_t max_pages = 0;
};

struct FrontierItem {
  std::int64_t id = 0;
  std::string url;        // as found
  std::string canonical;  // Url::canonical()
  std::string host;
  int source = 0;  // index of the source in the sweep
  int depth = 0;
  std::string referrer;   // the page it was found on; empty for seeds
  bool is_lead = false;   // handed over by a source
  bool is_click = false;  // the target of an ad slot: gets a case (beyond scope rules, see below)
  // A sitemap or another list of addresses, announced as one: 1 by robots.txt or the configuration, 2 by an index, 3 by
  // an index in an index; 0 for everything else. One of depth 0 was asked for by the configuration, itself or as a part
  // on the same host: scope does not bind it.
  int listing = 0;
  bool listed = false;      // found in such a list or in a feed, not on a page
  std::int64_t parent = 0;  // id of the address it was found on; 0 for seeds. Only read by add()
  std::int64_t token = 0;   // of this handing-out; only the newest one may end the address

  Claim claim() const { return {id, token}; }
};

struct Finished {
  Outcome outcome = Outcome::failed;
  std::string detail;
};

std::vector<store::Migration> frontier_migrations();

class Frontier {
 public:
  // Takes the sweep over and continues its state when there is any (items in flight become queued again).
  static Result<std::unique_ptr<Frontier>> open(store::Store& store, const std::string& sweep_id,
                                                std::vector<CrawlScope> scopes, FrontierLimits limits = {});
  virtual ~Frontier() = default;

  // Adds an address found at `depth`; only url, source, depth, referrer, parent and the flags are read. Known addresses
  // are ignored, except that is_lead/is_click are remembered, a smaller depth or source number wins while queued, and
  // one that ended as out-of-scope comes back when a later find is in scope or an ad. Out-of-scope addresses, by host
  // or by depth, end at once as out-of-scope, unless they are leads or clicks: ad targets are followed one step outside
  // the scope (what stands on a page outside leads no further). Bad addresses end as refused; mailto: and the like are
  // no addresses of pages and ignored unless they are leads. Traps (address_traps.h: very long addresses, segments that
  // repeat, dates years ahead) end as over-budget, leads and clicks excepted. Addresses that differ only in a session
  // id are the same one. Returns whether it is new.
  virtual bool add(FrontierItem item) = 0;

  // The next address whose depth wave is open, preferring hosts with the fewest in flight; nothing when all remaining
  // ones wait for the current wave to finish (call again after finish()) or none remain.
  virtual std::optional<FrontierItem> next() = 0;

  // Ends one address. Exactly once each; later calls for the same claim, and calls for an older claim, are ignored.
  virtual void finish(const Claim& claim, Outcome outcome, const std::string& detail) = 0;
  // Queues collected writes to the store; call it on a tick of 200 ms and before waiting on Store::flush() at the end.
  virtual void flush() = 0;
  // The first failed read or write, if any: the sweep must stop, since what is in memory is no longer what is stored.
  virtual std::optional<Error> error() const = 0;

  // The same in two halves, so that an address ends in the same transaction as what was read from it: finish_in()
  // inside a Store::write job (the writing thread), finished() on the I/O thread once that job has committed.
  // A stale error (native code kStale) when another process has the sweep, or the address was handed out again.
  virtual Result<void> finish_in(store::Connection& connection, const Claim& claim, Outcome outcome,
                                 const std::string& detail) = 0;
  virtual void finished(std::int64_t id, Outcome outcome) = 0;

  // How an address ended, if it did (also those that ended without being fetched); by canonical address.
  virtual std::optional<Finished> finished_as(const std::string& canonical) const = 0;
  // Whether next() can give something without another finish (false = nothing queued).
  virtual bool next_may_come() const = 0;

  virtual bool empty() const = 0;  // nothing queued and nothing in flight
  virtual std::int64_t queued() const = 0;
  virtual std::int64_t in_flight() const = 0;
  virtual std::int64_t hosts() const = 0;                        // of addresses that were let in
  virtual std::map<Outcome, std::int64_t> outcomes() const = 0;  // of finished addresses
  virtual std::map<Outcome, std::int64_t> lead_outcomes() const = 0;
};

}  // namespace pantau::crawler
