// The frontier as its callers see it: addresses become entries of the state (frontier_state.h) and rows of the store
// (frontier_writer.h).
#include "crawler/frontier.h"

#include <algorithm>
#include <chrono>

#include "base/text.h"
#include "crawler/address_hash.h"
#include "crawler/address_traps.h"
#include "crawler/frontier_rows.h"
#include "crawler/frontier_state.h"
#include "crawler/frontier_writer.h"

namespace pantau::crawler {
namespace {

using frontier_rows::kClick;
using frontier_rows::kLead;
using frontier_rows::kListed;
using frontier_rows::kListing;
using frontier_rows::kListingShift;
using frontier_rows::kOutside;
using store::Connection;

constexpr std::size_t kLongestDetail = 500;
constexpr std::size_t kLongestReferrer = 4096;
// After that another process that shares the sweep may take an address; longer than any page with its media takes.
constexpr std::chrono::minutes kLease{30};

int this_year() {
  const std::chrono::year_month_day today{std::chrono::floor<std::chrono::days>(utc_now())};
  return static_cast<int>(today.year());
}

class StoredFrontier final : public Frontier {
 public:
  StoredFrontier(store::Store& store, SweepHold hold, std::vector<CrawlScope> scopes, FrontierLimits limits,
                 std::unique_ptr<Connection> reader)
      : reader_(std::move(reader)),
        writer_(store, hold),
        state_(std::move(scopes), limits,
               [this](std::uint32_t id, const std::string& detail) { writer_.cut(id, detail); }),
        store_(store),
        next_token_(hold.first_token()),
        year_(this_year()) {}

  Result<void> load() {
    bool broken = false;
    const auto read = frontier_rows::read_all(*reader_, writer_.hold().sweep, [&](const frontier_rows::Stored& row) {
      // Ids are handed out and written in order, and nothing is written behind a batch that failed.
      broken = row.id != static_cast<std::int64_t>(state_.known()) + 1;
      if (broken) return false;
      FrontierState::New address;
      address.hash = row.hash;
      address.host = row.host;
      address.shape = row.shape;
      address.source = static_cast<int>(row.source);
      address.depth = static_cast<int>(row.depth);
      address.flags = static_cast<std::uint8_t>(row.flags);
      address.outcome = row.outcome;
      address.claimed = row.claimed && row.outcome.has_value();
      state_.add(address);
      return true;
    });
    if (!read) return read.error();
    if (broken) return give_up_error("the stored addresses of this sweep have a gap; start it anew without --resume");
    return {};
  }

  bool add(FrontierItem item) override {
    if (item.source < 0 || static_cast<std::size_t>(item.source) >= state_.sources()) return false;
    item.depth = std::clamp(item.depth, 0, 30000);
    const auto url = Url::parse(item.url);
    if (!url) return add_bad(item, url.error());
    item.canonical = url->canonical();
    const CrawlScope& scope = state_.scope(item.source);

    const bool inside = state_.rule(item.source).contains(*url);
    // Ads lead one step further, in depth as in scope.
    const bool too_deep = item.depth > scope.max_depth + (item.is_click ? 1 : 0);
    const bool configured = item.is_lead || (item.listing > 0 && item.depth == 0);
    const bool wanted = configured || (!too_deep && (inside || (item.is_click && may_step_outside(item))));
    FrontierState::New found = found_as(item);
    if (!inside && !item.is_lead) found.flags |= kOutside;
    found.hash = address_hash(visited_key(*url));
    found.host = address_hash(url->host());

    if (const std::uint32_t known = state_.find(found.hash); known != 0) {
      if (wanted && state_.view(known).outcome) {
        // It may come back into the queue.
        found.shape = shape_of(*url);
        if (!configured && !item.is_click && trap_reason(*url, year_)) return false;
      }
      meet_again(known, item, found, wanted);
      return false;
    }
    std::string detail;
    if (!wanted) {
      found.outcome = Outcome::out_of_scope;
      detail = inside ? "deeper than max_depth" : "outside the scope of its source";
    } else {
      found.shape = shape_of(*url);
      if (!configured && !item.is_click) {
        if (const auto trap = trap_reason(*url, year_)) {
          found.outcome = Outcome::over_budget;
          detail = *trap;
        }
      }
    }
    insert(item, found, detail);
    return true;
  }

  std::optional<FrontierItem> next() override {
    if (writer_.error()) return std::nullopt;
    const std::optional<std::uint32_t> id = state_.next();
    if (!id) return std::nullopt;
    auto spelling = frontier_rows::read_spelling(*reader_, writer_.hold().sweep, *id);
    if (spelling && !*spelling) {
      // Collected, but not in the store yet.
      writer_.flush();
      if (auto written = store_.write([](Connection&) { return Result<void>(); }).get(); !written) {
        writer_.note(written.error());
        return std::nullopt;
      }
      spelling = frontier_rows::read_spelling(*reader_, writer_.hold().sweep, *id);
    }
    if (!spelling || !*spelling) {
      writer_.note(spelling ? give_up_error("an address of the sweep is missing in the store") : spelling.error());
      return std::nullopt;
    }
    const FrontierState::View view = state_.view(*id);
    FrontierItem item;
    item.id = *id;
    item.token = ++next_token_;
    item.source = view.source;
    item.depth = view.depth;
    item.is_lead = (view.flags & kLead) != 0;
    item.is_click = (view.flags & kClick) != 0;
    item.listing = (view.flags & kListing) >> kListingShift;
    item.listed = (view.flags & kListed) != 0;
    item.url = std::move((*spelling)->url);
    item.canonical = std::move((*spelling)->canonical);
    item.referrer = std::move((*spelling)->referrer);
    if (const auto url = Url::parse(item.canonical)) item.host = url->host();
    const UtcTime now = utc_now();
    writer_.collect(frontier_rows::Claimed{item.claim(), now, now + kLease}, item.id);
    claims_[item.id] = item.token;
    return item;
  }

  void finish(const Claim& claim, Outcome outcome, const std::string& detail) override {
    const auto held = claims_.find(claim.id);
    if (held == claims_.end() || held->second != claim.token) return;
    finished(claim.id, outcome);
    writer_.collect(frontier_rows::Finish{claim, outcome, std::string(clip_utf8(detail, kLongestDetail)), utc_now()});
  }

  Result<void> finish_in(Connection& connection, const Claim& claim, Outcome outcome,
                         const std::string& detail) override {
    return writer_.finish_in(
        connection, frontier_rows::Finish{claim, outcome, std::string(clip_utf8(detail, kLongestDetail)), utc_now()});
  }

  void finished(std::int64_t id, Outcome outcome) override {
    if (id <= 0 || id > static_cast<std::int64_t>(state_.known())) return;
    state_.end(static_cast<std::uint32_t>(id), outcome);
    writer_.forget(id);
    claims_.erase(id);
  }

  std::optional<Finished> finished_as(const std::string& canonical) const override {
    const auto url = Url::parse(canonical);
    const std::uint32_t id = state_.find(address_hash(url ? visited_key(*url) : canonical));
    if (id == 0) return std::nullopt;
    const FrontierState::View view = state_.view(id);
    if (!view.outcome) return std::nullopt;
    Finished result{*view.outcome, {}};
    if (auto collected = writer_.collected_detail(id)) {
      result.detail = std::move(*collected);
      return result;
    }
    (void)reader_->run("SELECT detail FROM frontier_states WHERE sweep = $1 AND id = $2",
                       {writer_.hold().sweep, std::int64_t{id}}, [&](const store::Row& row) {
                         result.detail = row.text(0);
                         return false;
                       });
    return result;
  }

  bool next_may_come() const override { return queued() > 0 && !writer_.error(); }
  void flush() override { writer_.flush(); }
  bool empty() const override { return state_.left() == 0; }
  std::int64_t queued() const override { return state_.left() - state_.in_flight(); }
  std::int64_t in_flight() const override { return state_.in_flight(); }
  std::int64_t hosts() const override { return state_.hosts(); }
  std::map<Outcome, std::int64_t> outcomes() const override { return state_.outcomes(); }
  std::map<Outcome, std::int64_t> lead_outcomes() const override { return state_.lead_outcomes(); }
  std::optional<Error> error() const override { return writer_.error(); }

 private:
  static FrontierState::New found_as(const FrontierItem& item) {
    FrontierState::New found;
    found.source = item.source;
    found.depth = item.depth;
    found.flags =
        static_cast<std::uint8_t>((item.is_lead ? kLead : 0) | (item.is_click ? kClick : 0) |
                                  (std::clamp(item.listing, 0, 3) << kListingShift) | (item.listed ? kListed : 0));
    return found;
  }

  // Whether an ad found on item.parent may lead outside the scope: not from a page that lies outside itself.
  bool may_step_outside(const FrontierItem& item) const {
    std::int64_t parent = item.parent;
    if (parent == 0 && !item.referrer.empty()) {
      if (const auto url = Url::parse(item.referrer)) parent = state_.find(address_hash(visited_key(*url)));
    }
    return !state_.is_outside(parent);
  }

  void insert(FrontierItem& item, const FrontierState::New& found, std::string detail) {
    frontier_rows::Insert row;
    row.id = state_.add(found);
    row.parent = item.parent;
    row.source = item.source;
    row.depth = item.depth;
    row.flags = found.flags;
    row.hash = found.hash;
    row.host = found.host;
    row.shape = found.shape;
    // The address as found is only stored when it differs from its canonical form.
    if (item.url != item.canonical) row.url = std::move(item.url);
    row.canonical = std::move(item.canonical);
    row.referrer = std::string(clip_utf8(item.referrer, kLongestReferrer));
    row.outcome = found.outcome;
    row.detail = std::move(detail);
    row.found = utc_now();
    writer_.collect(std::move(row), item.parent);
  }

  bool add_bad(FrontierItem& item, const Error& why) {
    if (why.native == Url::kOtherScheme && !item.is_lead) return false;
    item.canonical = "bad:" + std::string(clip_utf8(to_valid_utf8(clip_utf8(item.url, 2048)), 2048));
    FrontierState::New found = found_as(item);
    found.hash = address_hash(item.canonical);
    found.outcome = Outcome::refused;
    if (const std::uint32_t known = state_.find(found.hash); known != 0) {
      meet_again(known, item, found, false);
      return false;
    }
    item.url = item.canonical.substr(4);
    insert(item, found, why.detail);
    return true;
  }

  void meet_again(std::uint32_t id, const FrontierItem& item, const FrontierState::New& found, bool wanted) {
    const FrontierState::Met met = state_.meet_again(id, found, wanted);
    if (!met.changed) return;
    writer_.collect(frontier_rows::Requeue{id, met.source, met.depth, met.flags, met.revived}, item.parent);
  }

  std::unique_ptr<Connection> reader_;
  FrontierWriter writer_;
  FrontierState state_;
  store::Store& store_;
  std::int64_t next_token_;
  const int year_;
  std::unordered_map<std::int64_t, std::int64_t> claims_;  // in flight: id -> token
};

}  // namespace

Result<std::unique_ptr<Frontier>> Frontier::open(store::Store& store, const std::string& sweep_id,
                                                 std::vector<CrawlScope> scopes, FrontierLimits limits) {
  SweepHold hold;
  auto taken = store
                   .write([&](Connection& connection) -> Result<void> {
                     auto taken_over = take_over(connection, sweep_id);
                     if (!taken_over) return taken_over.error();
                     hold = *taken_over;
                     return {};
                   })
                   .get();
  if (!taken) return taken.error();
  auto reader = store.open_reader();
  if (!reader) return reader.error();
  auto frontier = std::make_unique<StoredFrontier>(store, hold, std::move(scopes), limits, std::move(*reader));
  if (auto loaded = frontier->load(); !loaded) return loaded.error();
  return std::unique_ptr<Frontier>(std::move(frontier));
}

}  // namespace pantau::crawler
