#include "crawler/frontier_state.h"

#include <algorithm>
#include <limits>
#include <unordered_map>

#include "crawler/address_traps.h"

namespace pantau::crawler {

using frontier_rows::kClick;
using frontier_rows::kLead;
using frontier_rows::kOutside;

namespace {

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

constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();

std::size_t place_of(Outcome outcome) {
  return static_cast<std::size_t>(outcome);
}

}  // namespace

FrontierState::FrontierState(std::vector<CrawlScope> scopes, FrontierLimits limits, Cut cut)
    : limits_(limits), cut_(std::move(cut)) {
  for (CrawlScope& scope : scopes) {
    ScopeRule rule(scope);
    const auto hosts = static_cast<std::int64_t>(std::max<std::size_t>(1, rule.seed_hosts()));
    Source source{std::move(scope), std::move(rule), {}, {}, {}, 0};
    source.pages.limit = source.scope.max_pages;
    source.clicks.limit = std::max<std::int64_t>(0, source.scope.max_clicks);
    source.leads.limit = kNoLimit;
    source.host_limit = source.scope.max_host_pages_per_wave > 0
                            ? source.scope.max_host_pages_per_wave
                            : std::max<std::int64_t>(200, source.scope.max_pages / hosts);
    sources_.push_back(std::move(source));
  }
}

std::map<Outcome, std::int64_t> FrontierState::counts(const Counts& counts) {
  std::map<Outcome, std::int64_t> result;
  for (const Outcome outcome : all_outcomes()) {
    if (counts[place_of(outcome)] != 0) result[outcome] = counts[place_of(outcome)];
  }
  return result;
}

std::uint32_t FrontierState::host_number(std::uint64_t hash) {
  const std::uint32_t number = host_numbers_.number(hash);
  if (number > hosts_.size()) hosts_.emplace_back();
  return number;
}

std::uint32_t FrontierState::shape_number(std::uint64_t hash) {
  if (hash == 0) return 0;
  const std::uint32_t number = shape_numbers_.number(hash);
  if (number > shape_links_.size()) shape_links_.push_back(0);
  return number;
}

FrontierState::Budget* FrontierState::budget_of(const Entry& one) {
  if (one.source < 0 || static_cast<std::size_t>(one.source) >= sources_.size()) return nullptr;
  Source& source = sources_[static_cast<std::size_t>(one.source)];
  if (exempt(one)) return &source.leads;
  return source.scope.max_clicks >= 0 && (one.flags & kOutside) != 0 ? &source.clicks : &source.pages;
}

// What lists and reports hand over is always looked at.
bool FrontierState::exempt(const Entry& one) const {
  return (one.flags & kLead) != 0 && one.source >= 0 && static_cast<std::size_t>(one.source) < sources_.size() &&
         sources_[static_cast<std::size_t>(one.source)].scope.seeds.empty();
}

std::uint32_t FrontierState::add(const New& address) {
  const std::uint32_t id = known_.append(address.hash);
  Entry one;
  one.depth = static_cast<std::int16_t>(address.depth);
  one.source = static_cast<std::int16_t>(address.source);
  one.flags = address.flags;
  one.claimed = address.claimed;
  // Hosts that were only heard of are not kept.
  if (!address.outcome || address.claimed) {
    one.host = host_number(address.host);
    one.shape = shape_number(address.shape);
  }
  if (address.outcome) {
    one.state = State::finished;
    one.outcome = static_cast<std::uint8_t>(*address.outcome);
    if (one.claimed) count_let_through(one);
  }
  entries_.push_back(one);
  account(one);
  return id;
}

// Counts an address that has just become known, or is so again.
void FrontierState::account(const Entry& one) {
  if (one.state == State::finished) {
    const auto outcome = static_cast<Outcome>(one.outcome);
    ++outcomes_[one.outcome];
    if ((one.flags & kLead) != 0) ++lead_outcomes_[one.outcome];
    if (Budget* budget = budget_of(one); budget != nullptr && costs(outcome)) ++budget->spent;
  } else {
    ++left_;
    ++queued_at_[one.depth];
  }
}

void FrontierState::count_let_through(const Entry& one) {
  if (!is_link(one)) return;
  if (one.host != 0) ++host(one.host).links;
  if (one.shape != 0) ++shape_links_[one.shape - 1];
}

FrontierState::Met FrontierState::meet_again(std::uint32_t id, const New& found, bool wanted) {
  Entry& one = entry(id);
  const Entry before = one;
  const bool new_lead = (found.flags & kLead) != 0 && (one.flags & kLead) == 0;
  one.flags = static_cast<std::uint8_t>(one.flags | (found.flags & (kLead | kClick)));
  // Wanted as an inside page or a lead it is no longer an outside one; unless its budget was charged already.
  if (wanted && (found.flags & kOutside) == 0 && one.state == State::queued)
    one.flags = static_cast<std::uint8_t>(one.flags & ~kOutside);
  Met met;
  // What ended as it was found, as out of scope or as a trap, comes back for a better reason.
  met.revived = wanted && one.state == State::finished && !one.claimed &&
                (one.outcome == place_of(Outcome::out_of_scope) ||
                 (one.outcome == place_of(Outcome::over_budget) && one.host == 0 &&
                  (!is_link(one) || (found.flags & frontier_rows::kListing) != 0)));
  if (met.revived) {
    --outcomes_[one.outcome];
    if ((before.flags & kLead) != 0) --lead_outcomes_[one.outcome];
    one.flags = static_cast<std::uint8_t>((before.flags & (kLead | kClick)) | found.flags);
    one.state = State::queued;
    one.depth = static_cast<std::int16_t>(found.depth);
    one.source = static_cast<std::int16_t>(found.source);
    one.host = host_number(found.host);
    one.shape = shape_number(found.shape);
    account(one);
  } else if (one.state == State::queued && wanted) {
    // Ties of depth go to the smaller source, so that budgets do not depend on who came first.
    if (found.depth < one.depth) {
      --queued_at_[one.depth];
      one.depth = static_cast<std::int16_t>(found.depth);
      one.source = static_cast<std::int16_t>(found.source);
      ++queued_at_[one.depth];
    } else if (found.depth == one.depth && found.source < one.source) {
      one.source = static_cast<std::int16_t>(found.source);
    }
  } else if (one.state == State::admitted || one.state == State::in_flight) {
    move_budget(before, one);
  } else if (one.state == State::finished && new_lead) {
    ++lead_outcomes_[one.outcome];
  }
  met.changed = met.revived || before.flags != one.flags || before.depth != one.depth || before.source != one.source;
  met.source = one.source;
  met.depth = one.depth;
  met.flags = one.flags;
  return met;
}

// An admitted address belongs to another budget with what is known of it now.
void FrontierState::move_budget(const Entry& before, const Entry& after) {
  Budget* from = budget_of(before);
  Budget* to = budget_of(after);
  if (from == nullptr || to == nullptr || from == to) return;
  --from->pending;
  ++to->pending;
  admit_again_ = true;
}

std::optional<std::uint32_t> FrontierState::next() {
  if (ready_ == 0 && !refill()) return std::nullopt;
  const std::uint32_t number = std::get<2>(*line_.begin());
  line_.erase(line_.begin());
  Host& from = host(number);
  const std::uint32_t id = from.first;
  Entry& one = entry(id);
  from.first = one.next;
  if (from.first == 0) from.last = 0;
  one.next = 0;
  one.state = State::in_flight;
  one.claimed = true;
  ++from.in_flight;
  from.served = ++turn_;
  stand_in_line(number);
  --ready_;
  ++in_flight_;
  return id;
}

bool FrontierState::end(std::uint32_t id, Outcome outcome) {
  if (id == 0 || id > entries_.size()) return false;
  Entry& one = entry(id);
  if (one.state != State::in_flight) return false;
  one.state = State::finished;
  one.outcome = static_cast<std::uint8_t>(outcome);
  --in_flight_;
  --left_;
  --queued_at_[one.depth];
  ++outcomes_[one.outcome];
  if ((one.flags & kLead) != 0) ++lead_outcomes_[one.outcome];
  if (Budget* budget = budget_of(one)) {
    --budget->pending;
    if (costs(outcome)) ++budget->spent;
    admit_again_ = admit_again_ || !costs(outcome) || budget->spent >= budget->limit;
  }
  leave_line(one.host);
  --host(one.host).in_flight;
  stand_in_line(one.host);
  return true;
}

void FrontierState::stand_in_line(std::uint32_t number) {
  const Host& one = host(number);
  if (one.first != 0) line_.insert({one.in_flight, one.served, number});
}

void FrontierState::leave_line(std::uint32_t number) {
  const Host& one = host(number);
  if (one.first != 0) line_.erase({one.in_flight, one.served, number});
}

void FrontierState::cut(std::uint32_t id, const std::string& detail) {
  Entry& one = entry(id);
  one.state = State::finished;
  one.outcome = static_cast<std::uint8_t>(Outcome::over_budget);
  --left_;
  --queued_at_[one.depth];
  ++outcomes_[one.outcome];
  if ((one.flags & kLead) != 0) ++lead_outcomes_[one.outcome];
  cut_(id, detail);
}

// Makes more addresses ready; false when all that remain must wait or none remain.
bool FrontierState::refill() {
  while (ready_ == 0) {
    if (admit()) return true;
    if (in_flight_ > 0 || left_ == 0) return false;
    if (!open_wave()) return false;
  }
  return true;
}

// Lets as many of the wave through as budgets allow right now.
bool FrontierState::admit() {
  if (!admit_again_) return false;
  admit_again_ = false;
  // An address may change to a budget that was looked at before.
  for (bool again = true; again;) {
    again = false;
    for (Source& source : sources_) {
      for (Budget* budget : {&source.leads, &source.clicks, &source.pages}) again = admit(*budget) || again;
    }
  }
  return ready_ > 0;
}

// Whether an address moved to another budget.
bool FrontierState::admit(Budget& budget) {
  bool moved = false;
  while (budget.next < budget.waiting.size()) {
    const std::uint32_t id = budget.waiting[budget.next];
    Entry& one = entry(id);
    Budget* const now = one.state == State::queued ? budget_of(one) : nullptr;
    if (now != &budget) {
      ++budget.next;
      if (now != nullptr) {
        now->waiting.push_back(id);
        moved = true;
      }
      continue;
    }
    if (budget.spent < budget.limit && budget.spent + budget.pending >= budget.limit) return moved;
    ++budget.next;
    if (budget.spent >= budget.limit) {
      cut(id, "max_pages of its source is used up");
      continue;
    }
    ++budget.pending;
    one.state = State::admitted;
    const std::uint32_t number = one.host;
    leave_line(number);
    Host& host_of_it = host(number);
    if (host_of_it.first == 0) {
      host_of_it.first = id;
    } else {
      entry(host_of_it.last).next = id;
    }
    host_of_it.last = id;
    stand_in_line(number);
    ++ready_;
  }
  budget.waiting.clear();
  budget.waiting.shrink_to_fit();
  budget.next = 0;
  return moved;
}

// The addresses of the smallest depth that has any, in their order, cut by what is allowed of a host, of a shape and of
// the sweep. Nothing is in flight now, so all counts are exact.
bool FrontierState::open_wave() {
  while (!queued_at_.empty() && queued_at_.begin()->second <= 0) queued_at_.erase(queued_at_.begin());
  if (queued_at_.empty()) return false;
  const int depth = queued_at_.begin()->first;
  struct Waiting {
    std::uint64_t rank;  // priority in the highest bits, then hash
    std::uint32_t id;
  };
  std::vector<Waiting> wave;
  wave.reserve(static_cast<std::size_t>(queued_at_.begin()->second));
  // By source and host: how many links of this wave were let through, also before a restart.
  HashCounter of_host;
  const auto key = [](const Entry& one) {
    return (static_cast<std::uint64_t>(one.source) << 32 | one.host) * 0x9e3779b97f4a7c15ull + 1;
  };
  std::int64_t asked = 0;  // of the sweep's budget
  for (std::uint32_t id = 1; id <= entries_.size(); ++id) {
    const Entry& one = entry(id);
    if (one.state == State::finished) {
      if (!one.claimed) continue;
      const bool here = one.depth == depth;
      if (here && is_link(one)) ++of_host[key(one)];
      if (here || costs(static_cast<Outcome>(one.outcome))) ++asked;
    } else if (one.depth == depth && one.state == State::queued) {
      const std::uint64_t priority = (one.flags & kLead) != 0 ? 0 : (one.flags & kClick) != 0 ? 1 : 2;
      wave.push_back({priority << 62 | known_.hash_of(id) >> 2, id});
    }
  }
  std::sort(wave.begin(), wave.end(),
            [](const Waiting& a, const Waiting& b) { return a.rank != b.rank ? a.rank < b.rank : a.id < b.id; });
  for (const Waiting& waiting : wave) {
    Entry& one = entry(waiting.id);
    Budget* const budget = budget_of(one);
    if (budget == nullptr) {
      cut(waiting.id, "its source is no longer part of the sweep");
      continue;
    }
    if (is_link(one)) {
      const std::int64_t limit = sources_[static_cast<std::size_t>(one.source)].host_limit;
      if (of_host[key(one)] >= limit) {
        cut(waiting.id, "more than " + std::to_string(limit) + " addresses of one host at one depth");
        continue;
      }
      const std::int64_t whole = sources_[static_cast<std::size_t>(one.source)].scope.max_host_pages;
      if (whole > 0 && host(one.host).links >= whole) {
        cut(waiting.id, "max_pages_per_host is used up: " + std::to_string(whole) + " addresses of its host");
        continue;
      }
      if (one.shape != 0 && shape_links_[one.shape - 1] >= most_alike(shape_numbers_.hash_of(one.shape))) {
        const std::uint64_t shape = shape_numbers_.hash_of(one.shape);
        cut(waiting.id, "more than " + std::to_string(most_alike(shape)) +
                            " addresses that differ only in numbers or in the values of a query" +
                            (is_calendar_shape(shape) ? ", as in a calendar" : ""));
        continue;
      }
    }
    if (limits_.max_pages > 0 && asked >= limits_.max_pages && !exempt(one)) {
      cut(waiting.id, "max_pages of the sweep is used up");
      continue;
    }
    ++asked;
    if (is_link(one)) ++of_host[key(one)];
    count_let_through(one);
    budget->waiting.push_back(waiting.id);
  }
  admit_again_ = true;
  return true;
}

FrontierState::View FrontierState::view(std::uint32_t id) const {
  const Entry& one = entry(id);
  View view{one.source, one.depth, one.flags, std::nullopt};
  if (one.state == State::finished) view.outcome = static_cast<Outcome>(one.outcome);
  return view;
}

bool FrontierState::is_outside(std::int64_t id) const {
  return id > 0 && static_cast<std::size_t>(id) <= entries_.size() &&
         (entry(static_cast<std::uint32_t>(id)).flags & kOutside) != 0;
}

}  // namespace pantau::crawler
