#pragma once
// One sweep while it runs: what the files run_*.cc of this folder share. Only run_sweep() makes one. Everything belongs
// to the I/O thread (the thread that called run_sweep) except the jobs given to commit(), which run on the store's
// writing thread, and work given to the pool.
//   run_prepare.cc  workspace, store, WARC, fetcher, workers; what the sources hand over
//   run.cc          the loop: next address, tasks, progress, interruption
//   run_pages.cc    one address: fetch, further looks, links, evidence
//   run_discovery.cc  where it goes on from there: links, sitemaps, feeds
//   run_examination.cc  one look past robots.txt, under a named authority
//   run_files.cc    submitted files and leads that bring their own media
//   run_cases.cc    rows become cases
//   run_summary.cc  the end: leads that stayed open, counts
#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "cases/case_store.h"
#include "cases/evidence/audit_log.h"
#include "crawler/frontier.h"
#include "crawler/host_memory.h"
#include "store/store.h"
#include "sweep/assembler.h"
#include "sweep/evidence_writer.h"
#include "sweep/faces.h"
#include "sweep/gather.h"
#include "sweep/logos.h"
#include "sweep/memory_store.h"
#include "sweep/sweep.h"

namespace pantau::sweep {

inline constexpr int kPagesInFlight = 192;

// Threads that parse and match; the I/O and the writing thread mostly wait beside them.
inline std::size_t pool_threads() {
  return std::max<std::size_t>(2, std::thread::hardware_concurrency());
}

// One sweep at a time in a workspace: two would write the same WARC names and judge each other's half-finished pages.
class WorkspaceLock {
 public:
  static Result<std::unique_ptr<WorkspaceLock>> take(const std::string& workspace);
  ~WorkspaceLock();

 private:
  explicit WorkspaceLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

class Run {
 public:
  explicit Run(SweepOptions options)
      : options_(std::move(options)),
        workspace_(options_.configuration.workspace.string()),
        pool_(pool_threads()),
        began_(std::chrono::steady_clock::now()) {}

  Result<Summary> run();

 private:
  Result<void> prepare();
  Result<void> load_known_media();
  Result<void> read_sources();
  asio::awaitable<void> main();
  asio::awaitable<void> watch();
  asio::awaitable<void> assemble_loop();
  asio::awaitable<void> assemble_dirty();
  // One of several that share `keys`, of which `next` is the first that nobody took; both outlive it.
  // What several assemblers found out in one round, besides cases.
  struct Judged {
    std::vector<std::string> unchanged;                             // landing keys
    std::vector<std::pair<std::string, std::string>> without_case;  // landing key and inputs
  };
  asio::awaitable<void> assemble_some(Assembler& assembler, const std::vector<std::string>& keys, std::size_t& next,
                                      Judged& judged);
  asio::awaitable<void> assemble_unreached();
  asio::awaitable<void> note_official_media();
  asio::awaitable<void> page_task(crawler::FrontierItem item);
  asio::awaitable<void> file_task(crawler::Lead lead, std::int64_t number);
  asio::awaitable<void> lead_media_task(crawler::Lead lead, std::int64_t number);
  asio::awaitable<void> medium_ended(MediumPointer medium);
  asio::awaitable<Result<void>> commit(store::Job job);
  asio::awaitable<void> save_case(cases::CaseRecord record, std::string landing, std::string inputs);
  asio::awaitable<void> see_cases_again(std::vector<std::string> keys);
  asio::awaitable<void> note_restricted(const std::string url);
  Result<Summary> conclude();
  Result<void> close_evidence(store::Connection& connection);
  Result<void> take_over_evidence();
  void report_progress();
  void fail(const Error& error) {
    if (!fatal_) {
      fatal_ = error;
      stop("stopping: " + error.detail);
    }
  }
  void stop(const std::string& why) {
    if (stopping_) return;
    stopping_ = true;
    log_warning(why);
    if (fetcher_) fetcher_->stop();
    if (workers_) workers_->stop();
  }
  crawler::Persona persona_of(int source) const;
  std::vector<crawler::Persona> further_personas_of(int source) const;
  crawler::Persona examiner() const;

  // What further visitors were shown at one address.
  struct Looks {
    std::vector<StoredPage> pages;
    std::vector<std::vector<crawler::Exchange>> exchanges;  // parallel to pages
    std::vector<std::string> onward;                        // where they were led to, if not to the page's own site
    bool restricted = false;
  };
  asio::awaitable<Looks> look_as(std::vector<crawler::Persona> personas, std::string url, int depth);
  // Hands the frontier what was found at an address.
  struct Find {
    bool click = false;   // the target of an ad
    int list_level = 0;   // an announced list, see FrontierItem::listing
    bool listed = false;  // an entry of a list
  };
  void add_find(const crawler::FrontierItem& from, const std::string& found_on, const std::string& url, int depth,
                Find find);
  void follow(const crawler::FrontierItem& item, const Page& page, const Looks& looks);
  void follow_list(const crawler::FrontierItem& item, const Page& page);
  // Whether sitemaps of robots.txt and feeds are looked for from this address on.
  bool finds_lists(const crawler::FrontierItem& item) const;
  asio::awaitable<void> follow_robots(crawler::FrontierItem item, std::string final_url, std::string proxy);
  // Writes the exchanges and fills in their places.
  Result<void> keep_looks(store::Connection& connection, Looks& looks);
  // What an address was when it was last read, if it may be compared; null when it is to be read anew.
  asio::awaitable<std::shared_ptr<const PageMemory>> recall(std::string canonical, std::string stamp);
  Result<void> keep_memory(store::Connection& connection, const std::string& canonical, const std::string& stamp,
                           const Page& page, const std::vector<crawler::Exchange>& exchanges,
                           const std::vector<std::string>& payloads);
  // Under which a page of this way out is remembered: whatever changes how it is read or judged changes the stamp.
  std::string stamp_of(const crawler::Persona& persona) const;
  void log_examination(const std::string& url, const char* why);
  asio::awaitable<void> examine_reviews();
  asio::awaitable<void> examine_landing(std::string landing_key);
  asio::awaitable<void> examine_unreached(std::string click_url);

  SweepOptions options_;
  std::string workspace_;
  asio::io_context context_{1};
  asio::thread_pool pool_;
  std::chrono::steady_clock::time_point began_;
  std::unique_ptr<WorkspaceLock> lock_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<store::Connection> reader_;
  std::shared_ptr<crawler::WarcWriter> warc_;
  std::optional<cases::AuditLog> audit_;
  RestrictedList restricted_;
  std::string sweep_id_, started_, report_settings_, stamp_;
  std::shared_ptr<const matchers::KnownMedia> known_media_;
  FaceGallery faces_;
  LogoGallery logos_;
  std::unique_ptr<crawler::Frontier> frontier_;
  std::shared_ptr<crawler::HostMemory> hosts_;
  std::unique_ptr<crawler::Fetcher> fetcher_;
  std::unique_ptr<media::WorkerPool> workers_;
  std::unique_ptr<Gatherer> gatherer_;
  std::unique_ptr<EvidenceWriter> evidence_;
  std::vector<std::unique_ptr<Assembler>> assemblers_;  // one for each thread of the pool
  std::vector<std::pair<std::int64_t, crawler::Lead>> file_leads_, media_leads_;
  std::set<std::string> dirty_, dirty_clicks_;
  std::set<std::string> later_;                     // landing keys that are judged when the crawl is over
  std::map<std::string, std::string> band_of_key_;  // flagged and review cases of this sweep, for the progress line
  std::int64_t cases_saved_ = 0, pages_done_ = 0;
  std::set<std::string> looked_at_;  // persona and landing key
  std::int64_t reported_not_examined_ = 0;
  std::vector<std::string> notes_;
  struct ListedOfHost {
    std::int64_t lists = 0, addresses = 0;
    bool noted = false;
  };
  std::map<std::string, ListedOfHost> listed_of_host_;
  bool after_kill_ = false;  // a run of this sweep before this one did not come to its end
  bool stopping_ = false, finished_ = false, crawling_done_ = false;
  std::optional<Error> fatal_;
  std::deque<std::pair<double, std::int64_t>> rate_window_;
};

// The registrable domain of an address; empty when it is none.
std::string site_of(const std::string& url);

}  // namespace pantau::sweep
