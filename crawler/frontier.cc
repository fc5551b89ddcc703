#include "crawler/frontier.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <mutex>
#include <set>
#include <tuple>
#include <unordered_map>

#include "base/text.h"
#include "crawler/address_hash.h"
#include "crawler/address_rules.h"
#include "crawler/frontier_rows.h"

namespace pantau::crawler {
namespace {

using frontier_rows::Batch;
using frontier_rows::Finish;
using frontier_rows::Insert;
using frontier_rows::Requeue;
using frontier_rows::Write;
using frontier_rows::write_finish;
using frontier_rows::write_one;
using store::Connection;
using store::Row;

constexpr std::size_t kBatch = 400;
constexpr std::chrono::milliseconds kLongestWait{200};
constexpr std::size_t kLongestDetail = 500;
constexpr int kOtherScheme = Url::kOtherScheme;

// flags column
constexpr std::int64_t kLead = 1, kClick = 2, kOutside = 4, kListed = 32;
constexpr int kListingShift = 3;  // two bits

enum class State : std::uint8_t { queued, in_flight, finished };

// What is kept in memory of one address. Its id is its index plus one.
struct Entry {
  std::uint32_t host = 0;  // index, only while queued or in flight
  std::int16_t depth = 0, source = 0;
  State state = State::queued;
  std::uint8_t flags = 0;
  Outcome outcome = Outcome::done;  // when finished
};

// Whether an outcome took one request of the budget.
bool costs(Outcome outcome) {
  switch (outcome) {
    case Outcome::robots:
    case Outcome::refused:
    case Outcome::out_of_scope:
    case Outcome::over_budget:
    case Outcome::not_examined:
      return false;
    default:
      return true;
  }
}

class StoredFrontier final : public Frontier {
 public:
  StoredFrontier(store::Store& store, std::string sweep, std::vector<CrawlScope> scopes,
                 std::unique_ptr<Connection> reader)
      : store_(store), sweep_(std::move(sweep)), reader_(std::move(reader)) {
    for (CrawlScope& scope : scopes) {
      ScopeRule rule(scope);
      Source source{std::move(scope), std::move(rule), {}, {}, {}, 0};
      const auto hosts = static_cast<std::int64_t>(std::max<std::size_t>(1, source.rule.seed_hosts()));
      source.host_limit = source.scope.max_host_pages_per_wave > 0
                              ? source.scope.max_host_pages_per_wave
                              : std::max<std::int64_t>(200, source.scope.max_pages / hosts);
      sources_.push_back(std::move(source));
    }
  }

  ~StoredFrontier() override {
    flush();
    // Jobs in the store's queue refer to this object.
    (void)store_.write([](Connection&) { return Result<void>(); }).get();
  }

  Result<void> load() {
    std::int64_t next_id = 1;
    bool broken = false;
    const auto read = reader_->run(
        "SELECT id, source, depth, flags, canonical, host, outcome FROM frontier_items WHERE sweep_id = $1 ORDER BY id",
        {sweep_}, [&](const Row& row) {
          const std::int64_t id = row.integer(0);
          // Ids are handed out and written in order, and nothing is written behind a batch that failed.
          if (id != next_id) {
            broken = true;
            return false;
          }
          Entry entry;
          entry.source = static_cast<std::int16_t>(row.integer(1));
          entry.depth = static_cast<std::int16_t>(row.integer(2));
          entry.flags = static_cast<std::uint8_t>(row.integer(3));
          known_.emplace(hash_(row.text(4)), static_cast<std::uint32_t>(id));
          if (row.is_null(6)) {
            entry.host = host_index(row.text(5));
            entry.state = State::queued;
          } else {
            entry.state = State::finished;
            entry.outcome = outcome_from(row.text(6)).value_or(Outcome::failed);
          }
          entries_.push_back(entry);
          ++next_id;
          account_new(entries_.back());
          return true;
        });
    if (!read) return read.error();
    if (broken) return give_up_error("the stored addresses of this sweep have a gap; start it anew without --resume");
    return {};
  }

  bool add(FrontierItem item) override {
    if (item.source < 0 || static_cast<std::size_t>(item.source) >= sources_.size()) return false;
    const Source& source = sources_[static_cast<std::size_t>(item.source)];
    item.depth = std::clamp(item.depth, 0, 30000);
    const auto url = Url::parse(item.url);
    if (!url) return add_bad(item, url.error());
    item.canonical = url->canonical();
    item.host = url->host();

    const bool inside = source.rule.contains(*url);
    // Ads lead one step further, in depth as in scope.
    const bool too_deep = item.depth > source.scope.max_depth + (item.is_click ? 1 : 0);
    const bool configured = item.is_lead || (item.listing > 0 && item.depth == 0);
    const bool wanted = configured || (!too_deep && (inside || (item.is_click && may_step_outside(item))));
    const std::uint8_t flags = static_cast<std::uint8_t>(
        (item.is_lead ? kLead : 0) | (item.is_click ? kClick : 0) | (!inside && !item.is_lead ? kOutside : 0) |
        (std::clamp(item.listing, 0, 3) << kListingShift) | (item.listed ? kListed : 0));

    const std::uint64_t key = hash_(item.canonical);
    if (const auto found = known_.find(key); found != known_.end()) {
      meet_again(found->second, item, flags, wanted);
      return false;
    }
    std::optional<Outcome> end;
    std::string detail;
    if (!wanted) {
      end = Outcome::out_of_scope;
      detail = inside ? "deeper than max_depth" : "outside the scope of its source";
    } else if (!configured && !item.is_click) {
      if (const auto trap = trap_reason(*url)) {
        end = Outcome::over_budget;
        detail = *trap;
      }
    }
    insert(key, item, flags, end, detail);
    return true;
  }

  std::optional<FrontierItem> next() override {
    if (failures_->get()) return std::nullopt;
    if (ready_ == 0 && !refill()) return std::nullopt;
    const auto best = hosts_ready_.begin();
    const auto [flying, served, host] = *best;
    Host& from = hosts_[host];
    const std::uint32_t id = from.ready[from.next++];
    hosts_ready_.erase(best);
    if (from.next == from.ready.size()) {
      from.ready.clear();
      from.next = 0;
    }
    ++from.in_flight;
    from.served = ++turn_;
    make_ready(host);
    --ready_;
    Entry& entry = entries_[id - 1];
    entry.state = State::in_flight;
    ++in_flight_;
    FrontierItem item;
    item.id = id;
    item.source = entry.source;
    item.depth = entry.depth;
    item.is_lead = (entry.flags & kLead) != 0;
    item.is_click = (entry.flags & kClick) != 0;
    item.listing = (entry.flags >> kListingShift) & 3;
    item.listed = (entry.flags & kListed) != 0;
    item.host = from.name;
    bool found = false;
    const auto read =
        reader_->run("SELECT url, canonical, referrer FROM frontier_items WHERE sweep_id = $1 AND id = $2",
                     {sweep_, static_cast<std::int64_t>(id)}, [&](const Row& row) {
                       found = true;
                       item.url = row.text(0);
                       item.canonical = row.text(1);
                       item.referrer = row.text(2);
                       return false;
                     });
    if (!read || !found) {
      failures_->note(read ? give_up_error("an address of the sweep is missing in the store") : read.error());
      return std::nullopt;
    }
    if (item.url.empty()) item.url = item.canonical;
    return item;
  }

  void finish(std::int64_t id, Outcome outcome, const std::string& detail) override {
    if (!end_in_memory(id, outcome)) return;
    collect(Finish{id, outcome, std::string(clip_utf8(detail, kLongestDetail))});
  }

  Result<void> finish_in(Connection& connection, std::int64_t id, Outcome outcome, const std::string& detail) override {
    // The page must not end when what was found on it is not there.
    if (const auto failure = failures_->get()) return *failure;
    std::vector<Write> collected;
    {
      const std::lock_guard lock(pending_mutex_);
      // Copied, not taken: should the caller's job be rolled back, they are written once more. Every one of them may be
      // written twice, since addresses are handed out only after what concerns them was written.
      for (const Batch& batch : queued_batches_) collected.insert(collected.end(), batch->begin(), batch->end());
      collected.insert(collected.end(), pending_.begin(), pending_.end());
    }
    for (const Write& write : collected) {
      if (auto done = write_one(connection, sweep_, write); !done) return done;
    }
    return write_finish(connection, sweep_, Finish{id, outcome, std::string(clip_utf8(detail, kLongestDetail))});
  }

  void finished(std::int64_t id, Outcome outcome) override { (void)end_in_memory(id, outcome); }

  std::optional<Finished> finished_as(const std::string& canonical) const override {
    const auto found = known_.find(hash_(canonical));
    if (found == known_.end()) return std::nullopt;
    const Entry& entry = entries_[found->second - 1];
    if (entry.state != State::finished) return std::nullopt;
    Finished result{entry.outcome, {}};
    {
      const std::lock_guard lock(pending_mutex_);
      for (const Write& write : pending_) {
        if (const auto* end = std::get_if<Finish>(&write); end != nullptr && end->id == found->second)
          result.detail = end->detail;
        if (const auto* end = std::get_if<Insert>(&write); end != nullptr && end->id == found->second)
          result.detail = end->detail;
      }
    }
    if (!result.detail.empty()) return result;
    (void)reader_->run("SELECT detail FROM frontier_items WHERE sweep_id = $1 AND id = $2",
                       {sweep_, static_cast<std::int64_t>(found->second)}, [&](const Row& row) {
                         result.detail = row.text(0);
                         return false;
                       });
    return result;
  }

  bool next_may_come() const override { return left_ > in_flight_ && !failures_->get(); }

  void flush() override {
    last_flush_ = std::chrono::steady_clock::now();
    const std::lock_guard lock(pending_mutex_);
    if (pending_.empty()) return;
    auto writes = std::make_shared<std::vector<Write>>();
    writes->swap(pending_);
    queued_batches_.push_back(writes);
    store_.write(
        [this, writes](Connection& connection) -> Result<void> {
          if (const auto failure = failures_->get()) return *failure;
          for (const Write& write : *writes) {
            if (auto done = write_one(connection, sweep_, write); !done) {
              failures_->note(done.error());
              return done;
            }
          }
          const std::lock_guard written(pending_mutex_);
          std::erase(queued_batches_, writes);
          return {};
        },
        [failures = failures_](Result<void> result) {
          if (!result) failures->note(result.error());
        });
  }

  bool empty() const override { return left_ == 0; }
  std::int64_t queued() const override { return left_ - in_flight_; }
  std::int64_t in_flight() const override { return in_flight_; }
  std::map<Outcome, std::int64_t> outcomes() const override { return without_zeros(outcomes_); }
  std::map<Outcome, std::int64_t> lead_outcomes() const override { return without_zeros(lead_outcomes_); }
  std::optional<Error> error() const override { return failures_->get(); }

 private:
  // Pages of the scope and ad targets outside it may have budgets of their own.
  struct Budget {
    std::int64_t spent = 0, pending = 0;  // pending: admitted and not finished
  };
  struct Source {
    CrawlScope scope;
    ScopeRule rule;
    Budget pages, clicks, leads;
    std::int64_t host_limit = 0;
    bool separate_clicks() const { return scope.max_clicks >= 0; }
  };
  struct Host {
    std::string name;
    std::vector<std::uint32_t> ready;  // admitted ids in canonical order; those before `next` are gone
    std::size_t next = 0;
    std::int64_t in_flight = 0;
    std::uint64_t served = 0;
  };
  // Shared with jobs on the writing thread.
  class Failures {
   public:
    void note(Error error) {
      const std::lock_guard lock(mutex_);
      if (!first_) first_ = std::move(error);
    }
    std::optional<Error> get() const {
      const std::lock_guard lock(mutex_);
      return first_;
    }

   private:
    mutable std::mutex mutex_;
    std::optional<Error> first_;
  };

  static std::map<Outcome, std::int64_t> without_zeros(const std::map<Outcome, std::int64_t>& counts) {
    std::map<Outcome, std::int64_t> result;
    for (const auto& [outcome, count] : counts) {
      if (count != 0) result[outcome] = count;
    }
    return result;
  }

  std::uint32_t host_index(const std::string& name) {
    const auto [found, added] = host_indexes_.try_emplace(name, static_cast<std::uint32_t>(hosts_.size()));
    if (added) {
      hosts_.emplace_back();
      hosts_.back().name = name;
    }
    return found->second;
  }

  Budget* budget_of(const Entry& entry) {
    if (entry.source < 0 || static_cast<std::size_t>(entry.source) >= sources_.size()) return nullptr;
    Source& source = sources_[static_cast<std::size_t>(entry.source)];
    if (source.scope.seeds.empty() && (entry.flags & kLead) != 0) return &source.leads;
    return source.separate_clicks() && (entry.flags & kOutside) != 0 ? &source.clicks : &source.pages;
  }
  std::int64_t limit_of(const Entry& entry) const {
    if (entry.source < 0 || static_cast<std::size_t>(entry.source) >= sources_.size()) return 0;
    const Source& source = sources_[static_cast<std::size_t>(entry.source)];
    if (source.scope.seeds.empty() && (entry.flags & kLead) != 0) return std::numeric_limits<std::int64_t>::max();
    return source.separate_clicks() && (entry.flags & kOutside) != 0 ? source.scope.max_clicks : source.scope.max_pages;
  }

  // Counts an entry that has just come into memory.
  void account_new(const Entry& entry) {
    if (entry.state == State::finished) {
      ++outcomes_[entry.outcome];
      if ((entry.flags & kLead) != 0) ++lead_outcomes_[entry.outcome];
      if (Budget* budget = budget_of(entry); budget != nullptr && costs(entry.outcome)) ++budget->spent;
    } else {
      ++left_;
      ++queued_at_[entry.depth];
    }
  }

  // Whether an ad found on item.parent may lead outside the scope: not from a page that lies outside itself.
  bool may_step_outside(const FrontierItem& item) const {
    std::int64_t parent = item.parent;
    if (parent == 0 && !item.referrer.empty()) {
      if (const auto url = Url::parse(item.referrer)) {
        if (const auto found = known_.find(hash_(url->canonical())); found != known_.end()) parent = found->second;
      }
    }
    if (parent <= 0 || static_cast<std::size_t>(parent) > entries_.size()) return true;
    return (entries_[static_cast<std::size_t>(parent - 1)].flags & kOutside) == 0;
  }

  void insert(std::uint64_t key, FrontierItem& item, std::uint8_t flags, std::optional<Outcome> end,
              const std::string& detail) {
    const auto id = static_cast<std::uint32_t>(entries_.size() + 1);
    Entry entry;
    entry.depth = static_cast<std::int16_t>(item.depth);
    entry.source = static_cast<std::int16_t>(item.source);
    entry.flags = flags;
    if (end) {
      entry.state = State::finished;
      entry.outcome = *end;
    } else {
      entry.host = host_index(item.host);
    }
    entries_.push_back(entry);
    known_.emplace(key, id);
    account_new(entry);
    // The address as found is only stored when it differs from its canonical form.
    if (item.url == item.canonical) item.url.clear();
    collect(Insert{id, item.source, item.depth, flags, std::move(item.url), std::move(item.canonical),
                   std::move(item.host), std::string(clip_utf8(item.referrer, 4096)), end, detail});
  }

  bool add_bad(FrontierItem& item, const Error& why) {
    if (why.native == kOtherScheme && !item.is_lead) return false;
    item.canonical = "bad:" + std::string(clip_utf8(to_valid_utf8(clip_utf8(item.url, 2048)), 2048));
    const std::uint64_t key = hash_(item.canonical);
    const std::uint8_t flags = static_cast<std::uint8_t>((item.is_lead ? kLead : 0) | (item.is_click ? kClick : 0));
    if (const auto found = known_.find(key); found != known_.end()) {
      meet_again(found->second, item, flags, false);
      return false;
    }
    item.url = item.canonical.substr(4);
    item.host.clear();
    insert(key, item, flags, Outcome::refused, why.detail);
    return true;
  }

  void meet_again(std::uint32_t id, const FrontierItem& item, std::uint8_t flags, bool wanted) {
    Entry& entry = entries_[id - 1];
    const Entry before = entry;
    const bool new_lead = (flags & kLead) != 0 && (entry.flags & kLead) == 0;
    if (new_lead && is_admitted(id) && entry.state != State::finished) recharge(entry, kLead);
    entry.flags = static_cast<std::uint8_t>(entry.flags | (flags & (kLead | kClick)));
    // Wanted as an inside page or a lead it is no longer an outside one; unless its budget was charged already.
    if (wanted && (flags & kOutside) == 0 && entry.state == State::queued && !is_admitted(id))
      entry.flags = static_cast<std::uint8_t>(entry.flags & ~kOutside);
    const bool revive = wanted && entry.state == State::finished && entry.outcome == Outcome::out_of_scope;
    if (revive) {
      --outcomes_[entry.outcome];
      if ((before.flags & kLead) != 0) --lead_outcomes_[entry.outcome];
      entry.flags = static_cast<std::uint8_t>((before.flags & (kLead | kClick)) | flags);
      entry.state = State::queued;
      if (is_admitted(id)) admitted_[id - 1] = false;
      entry.depth = static_cast<std::int16_t>(item.depth);
      entry.source = static_cast<std::int16_t>(item.source);
      entry.host = host_index(item.host);
      account_new(entry);
    } else if (entry.state == State::queued && wanted && !is_admitted(id)) {
      // Ties of depth go to the smaller source, so that budgets do not depend on who came first.
      if (item.depth < entry.depth) {
        --queued_at_[entry.depth];
        entry.depth = static_cast<std::int16_t>(item.depth);
        entry.source = static_cast<std::int16_t>(item.source);
        ++queued_at_[entry.depth];
      } else if (item.depth == entry.depth && item.source < entry.source) {
        entry.source = static_cast<std::int16_t>(item.source);
      }
    } else if (entry.state == State::finished && new_lead) {
      ++lead_outcomes_[entry.outcome];
    }
    const bool changed =
        revive || before.flags != entry.flags || before.depth != entry.depth || before.source != entry.source;
    if (changed) {
      collect(Requeue{id, entry.source, entry.depth, entry.flags, revive});
    }
  }

  // Moves an admitted address to the budget that it belongs to with one more flag.
  void recharge(const Entry& entry, std::uint8_t flag) {
    Entry later = entry;
    later.flags = static_cast<std::uint8_t>(later.flags | flag);
    Budget* from = budget_of(entry);
    Budget* to = budget_of(later);
    if (from == nullptr || to == nullptr || from == to) return;
    --from->pending;
    ++to->pending;
    admit_again_ = true;
  }

  // Ids of the open wave that the budget let through stand in the hosts' lists.
  bool is_admitted(std::uint32_t id) const { return id <= admitted_.size() && admitted_[id - 1]; }

  bool end_in_memory(std::int64_t id, Outcome outcome) {
    if (id <= 0 || static_cast<std::size_t>(id) > entries_.size()) return false;
    Entry& entry = entries_[static_cast<std::size_t>(id - 1)];
    if (entry.state != State::in_flight) return false;
    entry.state = State::finished;
    entry.outcome = outcome;
    --in_flight_;
    --queued_at_[entry.depth];
    --left_;
    ++outcomes_[outcome];
    if ((entry.flags & kLead) != 0) ++lead_outcomes_[outcome];
    if (Budget* budget = budget_of(entry)) {
      --budget->pending;
      if (costs(outcome)) ++budget->spent;
      admit_again_ = admit_again_ || !costs(outcome) || budget->spent >= limit_of(entry);
    }
    const std::uint32_t host = entry.host;
    hosts_ready_.erase({hosts_[host].in_flight, hosts_[host].served, host});
    --hosts_[host].in_flight;
    make_ready(host);
    return true;
  }

  void make_ready(std::uint32_t host) {
    Host& entry = hosts_[host];
    if (entry.next < entry.ready.size()) hosts_ready_.insert({entry.in_flight, entry.served, host});
  }

  void collect(Write write) {
    std::size_t count = 0;
    {
      const std::lock_guard lock(pending_mutex_);
      pending_.push_back(std::move(write));
      count = pending_.size();
    }
    if (count >= kBatch || std::chrono::steady_clock::now() - last_flush_ > kLongestWait) flush();
  }

  // Ends a queued address without looking at it.
  void cut(std::uint32_t id, const std::string& detail) {
    Entry& entry = entries_[id - 1];
    entry.state = State::finished;
    entry.outcome = Outcome::over_budget;
    --left_;
    --queued_at_[entry.depth];
    ++outcomes_[Outcome::over_budget];
    if ((entry.flags & kLead) != 0) ++lead_outcomes_[Outcome::over_budget];
    collect(Finish{id, Outcome::over_budget, detail});
  }

  // Makes more addresses ready; false when all that remain must wait or none remain.
  bool refill() {
    while (ready_ == 0) {
      if (admit()) return true;
      if (in_flight_ > 0) return false;
      if (left_ == 0) return false;
      if (!open_wave()) return false;
    }
    return true;
  }

  // Lets as many of the wave through as budgets allow right now.
  bool admit() {
    if (!admit_again_) return false;
    admit_again_ = false;
    std::vector<std::uint32_t> waiting;
    for (const std::uint32_t id : wave_) {
      Entry& entry = entries_[id - 1];
      if (entry.state != State::queued || is_admitted(id)) continue;
      Budget* budget = budget_of(entry);
      const std::int64_t limit = limit_of(entry);
      if (budget == nullptr || budget->spent >= limit) {
        cut(id, "max_pages of its source is used up");
        continue;
      }
      if (budget->spent + budget->pending >= limit) {
        waiting.push_back(id);  // until it is known whether those in front cost anything
        continue;
      }
      ++budget->pending;
      admitted_.resize(std::max<std::size_t>(admitted_.size(), id), false);
      admitted_[id - 1] = true;
      Host& host = hosts_[entry.host];
      hosts_ready_.erase({host.in_flight, host.served, entry.host});
      host.ready.push_back(id);
      make_ready(entry.host);
      ++ready_;
    }
    wave_.swap(waiting);
    return ready_ > 0;
  }

  // Reads the ids of the smallest depth that has any, in canonical order.
  bool open_wave() {
    while (!queued_at_.empty() && queued_at_.begin()->second <= 0) queued_at_.erase(queued_at_.begin());
    if (queued_at_.empty()) return false;
    const std::int64_t depth = queued_at_.begin()->first;
    // Everything that was added must be in the store before it is asked.
    flush();
    if (auto written = store_.write([](Connection&) { return Result<void>(); }).get(); !written) {
      failures_->note(written.error());
      return false;
    }
    if (failures_->get()) return false;
    wave_.clear();
    std::vector<std::uint32_t> all;
    const auto read = reader_->run(
        "SELECT id FROM frontier_items WHERE sweep_id = $1 AND depth = $2 AND outcome IS NULL ORDER BY canonical",
        {sweep_, depth}, [&](const Row& row) {
          all.push_back(static_cast<std::uint32_t>(row.integer(0)));
          return true;
        });
    if (!read) {
      failures_->note(read.error());
      return false;
    }
    std::map<std::pair<std::int16_t, std::uint32_t>, std::int64_t> of_host;
    for (const std::uint32_t id : all) {
      if (id == 0 || id > entries_.size()) continue;
      const Entry& entry = entries_[id - 1];
      if (entry.state != State::queued) continue;
      if ((entry.flags & (kLead | kClick)) == 0 && static_cast<std::size_t>(entry.source) < sources_.size()) {
        const std::int64_t limit = sources_[static_cast<std::size_t>(entry.source)].host_limit;
        if (++of_host[{entry.source, entry.host}] > limit) {
          cut(id, "more than " + std::to_string(limit) + " addresses of one host at one depth");
          continue;
        }
      }
      wave_.push_back(id);
    }
    if (wave_.empty() && queued_at_.begin()->first == depth && queued_at_.begin()->second > 0) {
      failures_->note(give_up_error("the store holds fewer addresses than this sweep has queued"));
      return false;
    }
    admit_again_ = true;
    return true;
  }

  store::Store& store_;
  std::string sweep_;
  std::unique_ptr<Connection> reader_;
  std::vector<Source> sources_;
  AddressHash hash_;
  std::unordered_map<std::uint64_t, std::uint32_t> known_;
  std::vector<Entry> entries_;
  std::vector<bool> admitted_;  // by index
  std::vector<Host> hosts_;
  std::unordered_map<std::string, std::uint32_t> host_indexes_;
  std::set<std::tuple<std::int64_t, std::uint64_t, std::uint32_t>> hosts_ready_;  // in flight, last served, host
  std::vector<std::uint32_t> wave_;                 // of the open wave, not yet admitted, in canonical order
  std::map<std::int64_t, std::int64_t> queued_at_;  // by depth: queued or in flight
  std::int64_t ready_ = 0, in_flight_ = 0;
  std::int64_t left_ = 0;     // queued, ready or in flight
  bool admit_again_ = false;  // a budget changed in a way that admits or cuts more of the wave
  std::uint64_t turn_ = 0;
  std::map<Outcome, std::int64_t> outcomes_, lead_outcomes_;
  mutable std::mutex pending_mutex_;  // finish_in() reads what the I/O thread collects
  std::vector<Write> pending_;
  std::vector<Batch> queued_batches_;  // handed to the store and not run yet
  std::chrono::steady_clock::time_point last_flush_ = std::chrono::steady_clock::now();
  std::shared_ptr<Failures> failures_ = std::make_shared<Failures>();
};

}  // namespace

Result<std::unique_ptr<Frontier>> Frontier::open(store::Store& store, std::string sweep_id,
                                                 std::vector<CrawlScope> scopes) {
  auto reader = store.open_reader();
  if (!reader) return reader.error();
  auto frontier = std::make_unique<StoredFrontier>(store, std::move(sweep_id), std::move(scopes), std::move(*reader));
  if (auto loaded = frontier->load(); !loaded) return loaded.error();
  return std::unique_ptr<Frontier>(std::move(frontier));
}

}  // namespace pantau::crawler
