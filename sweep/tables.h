#pragma once
// The sweep's own tables: sweeps, leads, pages, routes, media and the reports of media by digest. Writes run inside a
// Store::write job; reads on any thread with an own Connection.
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "store/store.h"
#include "sweep/records.h"
#include "sweep/view.h"

namespace pantau::sweep {

std::vector<store::Migration> sweep_migrations();

struct SweepRow {
  std::string id, name, started, ended, state;  // state: running | finished | abandoned
};
Result<std::optional<SweepRow>> newest_unfinished(store::Connection& connection, const std::string& name);
// Of that name, or of the name that ended last when it is empty; newest first.
Result<std::vector<SweepRow>> finished_sweeps(store::Connection& connection, const std::string& name, int limit);
Result<void> insert_sweep(store::Connection& connection, const SweepRow& row);
Result<void> end_sweep(store::Connection& connection, const std::string& id, const std::string& state,
                       const std::string& ended, const std::string& summary);
Result<void> abandon_unfinished(store::Connection& connection, const std::string& name, const std::string& when);
// When the newest finished or running sweep of that name started, RFC 3339; empty when never.
Result<std::string> last_start(store::Connection& connection, const std::string& name);

struct LeadRow {
  std::int64_t number = 0;                         // order in which the sources handed them over
  std::string source, key, what, outcome, detail;  // outcome empty while open
};
// Keeps an existing row of the same number (resume).
Result<void> insert_lead(store::Connection& connection, const std::string& sweep, const LeadRow& lead);
Result<void> end_lead(store::Connection& connection, const std::string& sweep, std::int64_t number,
                      const std::string& outcome, const std::string& detail);
// Ends the open leads whose key is this address.
Result<void> end_leads_of(store::Connection& connection, const std::string& sweep, const std::string& key,
                          const std::string& outcome, const std::string& detail);
Result<std::vector<LeadRow>> list_leads(store::Connection& connection, const std::string& sweep);

struct PageRow {
  std::string canonical,
      landing_key;      // landing_key: canonical final address, or "file:<sha256>"; empty when not reached
  bool wanted = false;  // a lead, a click target or the first page on another site: always a case
  int depth = 0;
  std::string outcome;
  std::string packed;     // of the StoredPage, see fill()
  std::string substance;  // digest of what of it a case depends on

  // Sets packed and substance.
  void fill(const StoredPage& page);
};
Result<void> insert_page(store::Connection& connection, const std::string& sweep, const PageRow& page);
Result<std::vector<PageRow>> pages_of_landing(store::Connection& connection, const std::string& sweep,
                                              const std::string& landing_key);
Result<std::optional<PageRow>> find_page(store::Connection& connection, const std::string& sweep,
                                         const std::string& canonical);
Result<std::vector<std::string>> all_landing_keys(store::Connection& connection, const std::string& sweep);
// The landing keys that clicks on these addresses lead to.
Result<std::string> landing_of_click(store::Connection& connection, const std::string& sweep,
                                     const std::string& click_canonical);

Result<void> insert_route(store::Connection& connection, const std::string& sweep, const Route& route);
Result<std::vector<Route>> routes_to_landing(store::Connection& connection, const std::string& sweep,
                                             const std::string& landing_key);
// Slots and leads whose target has no reachable landing page.
Result<std::vector<Route>> unreached_routes(store::Connection& connection, const std::string& sweep);

// What the case of a landing page was last computed from, across sweeps; empty when it never was.
Result<std::string> find_inputs(store::Connection& connection, const std::string& landing_key);
Result<void> keep_inputs(store::Connection& connection, const std::string& landing_key, const std::string& inputs);

struct MediaRow {
  std::string canonical, url, kind, outcome, detail, sha256;
  std::string extra;  // packed JSON: captions, WARC positions
};
Result<void> insert_medium(store::Connection& connection, const std::string& sweep, const MediaRow& row);
Result<std::optional<MediaRow>> find_medium(store::Connection& connection, const std::string& sweep,
                                            const std::string& canonical);
// What an earlier sweep knew of a medium that is looked at no more: an inline picture of a page that did not change.
Result<void> copy_medium(store::Connection& connection, const std::string& from_sweep, const std::string& to_sweep,
                         const std::string& canonical);
Result<std::map<std::string, std::int64_t>> count_media(store::Connection& connection, const std::string& sweep);

Result<void> insert_report(store::Connection& connection, const std::string& sha256, const std::string& settings,
                           const media::MediaReport& report, const std::vector<std::string>& frame_files);
struct StoredReport {
  std::shared_ptr<const media::MediaReport> report;
  std::vector<std::string> frame_files;
};
Result<std::optional<StoredReport>> find_report(store::Connection& connection, const std::string& sha256,
                                                const std::string& settings);

Result<void> insert_restricted(store::Connection& connection, const std::string& sweep,
                               const RestrictedList::Match& match, const std::string& url, const std::string& when);
Result<std::int64_t> count_restricted(store::Connection& connection, const std::string& sweep);

}  // namespace pantau::sweep
