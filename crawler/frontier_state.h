#pragma once
// The frontier's memory and its decisions: which addresses are known, which are next, what budgets let through. A plain
// state machine without store, clock or sockets. Only for frontier.cc and its tests; one thread.
//
// An address costs 20 bytes here, 8 for its hash and 6 to 11 for its slot in the table; a host 44; a shape 20.
//
// A wave is all addresses of one depth, in the order lead, ad target, link, and inside these by hash: an order that is
// the same in every run, whatever came first, and that takes from all hosts and all parts of a site alike (by name, a
// budget would see only what begins with "a").
#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "crawler/address_rules.h"
#include "crawler/address_table.h"
#include "crawler/frontier.h"
#include "crawler/frontier_rows.h"

namespace pantau::crawler {

class FrontierState {
 public:
  // Ends an address that a budget does not let through.
  using Cut = std::function<void(std::uint32_t id, const std::string& detail)>;

  FrontierState(std::vector<CrawlScope> scopes, FrontierLimits limits, Cut cut);

  struct New {
    std::uint64_t hash = 0, host = 0, shape = 0;
    int source = 0, depth = 0;
    std::uint8_t flags = 0;
    std::optional<Outcome> outcome;  // ends at once
    bool claimed = false;            // was handed out before (restart)
  };
  std::uint32_t add(const New& address);  // its id: 1, 2, 3 ...
  std::uint32_t find(std::uint64_t hash) const { return known_.find(hash); }

  // A known address was found once more. Returns whether its row changes; `revived` when it had ended as it was
  // found (out of scope, a trap) and is queued again.
  struct Met {
    bool changed = false, revived = false;
    int source = 0, depth = 0;
    std::uint8_t flags = 0;
  };
  Met meet_again(std::uint32_t id, const New& found, bool wanted);

  // The next address; it is in flight then.
  std::optional<std::uint32_t> next();
  // False when it was not in flight.
  bool end(std::uint32_t id, Outcome outcome);

  struct View {
    int source = 0, depth = 0;
    std::uint8_t flags = 0;
    std::optional<Outcome> outcome;
  };
  View view(std::uint32_t id) const;
  bool is_outside(std::int64_t id) const;

  std::size_t sources() const { return sources_.size(); }
  const CrawlScope& scope(int source) const { return sources_[static_cast<std::size_t>(source)].scope; }
  const ScopeRule& rule(int source) const { return sources_[static_cast<std::size_t>(source)].rule; }

  std::uint32_t known() const { return known_.size(); }
  std::uint32_t hosts() const { return host_numbers_.size(); }
  std::int64_t left() const { return left_; }  // queued or in flight
  std::int64_t in_flight() const { return in_flight_; }
  std::map<Outcome, std::int64_t> outcomes() const { return counts(outcomes_); }
  std::map<Outcome, std::int64_t> lead_outcomes() const { return counts(lead_outcomes_); }

 private:
  enum class State : std::uint8_t { queued, admitted, in_flight, finished };
  struct Entry {
    std::uint32_t host = 0, shape = 0;  // numbers; 0: none
    std::uint32_t next = 0;             // the host's next admitted address
    std::int16_t depth = 0, source = 0;
    State state = State::queued;
    std::uint8_t flags = 0;
    std::uint8_t outcome = 0;  // when finished
    bool claimed = false;
  };
  struct Host {
    std::uint32_t first = 0, last = 0;  // of its admitted addresses
    std::uint32_t in_flight = 0;
    std::uint32_t links = 0;   // plain links of it that waves let through
    std::uint64_t served = 0;  // the turn in which it was last served
  };
  // What may be asked for, and the addresses of the open wave that wait for it, in order.
  struct Budget {
    std::int64_t limit = 0, spent = 0, pending = 0;  // pending: admitted and not finished
    std::vector<std::uint32_t> waiting;
    std::size_t next = 0;
  };
  struct Source {
    CrawlScope scope;
    ScopeRule rule;
    Budget pages, clicks, leads;
    std::int64_t host_limit = 0;
  };
  using Counts = std::array<std::int64_t, 32>;
  static std::map<Outcome, std::int64_t> counts(const Counts& counts);

  Entry& entry(std::uint32_t id) { return entries_[id - 1]; }
  const Entry& entry(std::uint32_t id) const { return entries_[id - 1]; }
  Host& host(std::uint32_t number) { return hosts_[number - 1]; }
  bool is_link(const Entry& one) const {
    return (one.flags & (frontier_rows::kLead | frontier_rows::kClick | frontier_rows::kListing)) == 0;
  }
  std::uint32_t host_number(std::uint64_t hash);
  std::uint32_t shape_number(std::uint64_t hash);
  Budget* budget_of(const Entry& one);
  void account(const Entry& one);
  void count_let_through(const Entry& one);
  void move_budget(const Entry& before, const Entry& after);
  void cut(std::uint32_t id, const std::string& detail);
  bool refill();
  bool admit();
  bool admit(Budget& budget);
  bool open_wave();
  bool exempt(const Entry& one) const;
  void stand_in_line(std::uint32_t number);
  void leave_line(std::uint32_t number);

  std::vector<Source> sources_;
  FrontierLimits limits_;
  Cut cut_;
  AddressTable known_;
  std::vector<Entry> entries_;
  AddressTable host_numbers_, shape_numbers_;
  std::vector<Host> hosts_;
  std::vector<std::uint32_t> shape_links_;  // by number: plain links of it that waves let through
  std::set<std::tuple<std::uint32_t, std::uint64_t, std::uint32_t>> line_;  // hosts: in flight, last served, number
  std::map<int, std::int64_t> queued_at_;                                   // by depth: queued or in flight
  std::int64_t left_ = 0, ready_ = 0, in_flight_ = 0;
  std::uint64_t turn_ = 0;
  bool admit_again_ = false;  // a budget changed in a way that admits or cuts more of the wave
  Counts outcomes_{}, lead_outcomes_{};
};

}  // namespace pantau::crawler
