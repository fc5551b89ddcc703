#pragma once
// Between the frontier's memory and the store: collects writes on the I/O thread and hands them over in batches (some
// hundreds, or what there is after 200 ms); sees to it that a page does not end before what was found on it is stored;
// remembers the first failure, after which nothing more is written. finish_in() and the batches run on the writing
// thread, everything else on the I/O thread.
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "crawler/frontier_rows.h"

namespace pantau::crawler {

class FrontierWriter {
 public:
  FrontierWriter(store::Store& store, SweepHold hold) : store_(store), hold_(hold) {}
  ~FrontierWriter();  // writes what is collected and waits for it
  FrontierWriter(const FrontierWriter&) = delete;
  FrontierWriter& operator=(const FrontierWriter&) = delete;

  // `found_on`: id of the page in flight that cannot end before this is stored; 0 for none.
  void collect(frontier_rows::Write write, std::int64_t found_on = 0);
  // An address that ends as over-budget without having been handed out.
  void cut(std::uint32_t id, const std::string& detail);
  void flush();
  // Ends a page inside the caller's transaction.
  Result<void> finish_in(store::Connection& connection, const frontier_rows::Finish& finish);
  // The page has ended: what was noted of it can go.
  void forget(std::int64_t page);

  const SweepHold& hold() const { return hold_; }
  void note(const Error& error);
  std::optional<Error> error() const;
  // The detail of an end that is not in the store yet.
  std::optional<std::string> collected_detail(std::int64_t id) const;

 private:
  struct Batch {
    std::uint64_t last = 0;  // number of its last write
    std::vector<frontier_rows::Write> writes;
  };
  Result<void> write(store::Connection& connection, const std::shared_ptr<const Batch>& batch);

  store::Store& store_;
  const SweepHold hold_;
  std::chrono::steady_clock::time_point last_flush_ = std::chrono::steady_clock::now();
  mutable std::mutex mutex_;  // everything below
  std::vector<frontier_rows::Write> pending_;
  std::deque<std::shared_ptr<const Batch>> queued_;           // handed to the store and not run yet
  std::uint64_t collected_ = 0, written_ = 0;                 // numbers of writes
  std::unordered_map<std::int64_t, std::uint64_t> found_on_;  // page in flight -> number of its last write
  std::optional<Error> failure_;
};

}  // namespace pantau::crawler
