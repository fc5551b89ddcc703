#pragma once
// Waiting for one's turn: the coroutine side of Politeness. A waiting fetch holds no connection; a Turn holds one of
// the fetcher's connections, one of its host's, and for media its room in memory, until it is destroyed. I/O thread
// only.
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <unordered_map>

#include "crawler/async_event.h"
#include "crawler/media_budget.h"
#include "crawler/politeness.h"

namespace pantau::crawler {

class Turns;

class Turn {
 public:
  Turn() = default;
  Turn(std::shared_ptr<Turns> turns, Politeness::Id id, std::shared_ptr<MediaHold> hold)
      : turns_(std::move(turns)), id_(id), hold_(std::move(hold)) {}
  ~Turn() { end(); }
  Turn(Turn&& other) noexcept;
  Turn& operator=(Turn&& other) noexcept;

  explicit operator bool() const { return turns_ != nullptr; }
  // The room reserved for the body; empty for requests without a cost.
  const std::shared_ptr<MediaHold>& hold() const { return hold_; }
  void end();

 private:
  std::shared_ptr<Turns> turns_;
  Politeness::Id id_ = 0;
  std::shared_ptr<MediaHold> hold_;
};

struct TurnRequest {
  std::string host;
  std::chrono::milliseconds delay{0};
  std::uint64_t cost = 0;  // bytes of media room
};

class Turns : public std::enable_shared_from_this<Turns> {
 public:
  static std::shared_ptr<Turns> create(boost::asio::any_io_executor executor, int connections, PolitenessLimits limits,
                                       std::uint64_t media_bytes);

  // An empty Turn after stop().
  static boost::asio::awaitable<Turn> wait(std::shared_ptr<Turns> self, TurnRequest request);
  void hold_back(const std::string& host, std::chrono::milliseconds time);
  // See Politeness::learn_address(). To be called while a turn of the host is held.
  void learn_address(const std::string& host, const std::string& address);
  void stop();

  int running() const { return running_; }
  int waiting() const { return static_cast<int>(events_.size()); }
  std::chrono::milliseconds longest_wait() const;  // of those that wait now
  std::uint64_t media_bytes_used() const { return budget_->used(); }
  std::uint64_t media_bytes_limit() const { return budget_->limit(); }

 private:
  friend class Turn;
  struct Waiter;
  Turns(boost::asio::any_io_executor executor, int connections, PolitenessLimits limits);
  void pump();
  void finished(Politeness::Id id);

  boost::asio::any_io_executor executor_;
  boost::asio::steady_timer timer_;
  Politeness politeness_;
  std::shared_ptr<MediaBudget> budget_;
  int connections_, running_ = 0;
  bool stopped_ = false;
  std::unordered_map<Politeness::Id, Waiter*> events_;
};

}  // namespace pantau::crawler
