#include "crawler/turns.h"

#include <algorithm>

namespace pantau::crawler {

namespace asio = boost::asio;
using std::chrono::steady_clock;

Turn::Turn(Turn&& other) noexcept : turns_(std::move(other.turns_)), id_(other.id_), hold_(std::move(other.hold_)) {
  other.turns_ = nullptr;
}

Turn& Turn::operator=(Turn&& other) noexcept {
  if (this == &other) return *this;
  end();
  turns_ = std::move(other.turns_);
  other.turns_ = nullptr;
  id_ = other.id_;
  hold_ = std::move(other.hold_);
  return *this;
}

void Turn::end() {
  // Whoever took a copy of the hold keeps the room; the connection is free from here on.
  hold_.reset();
  if (const auto turns = std::move(turns_)) turns->finished(id_);
  turns_ = nullptr;
}

// Stands in the waiting coroutine's frame and leaves the queue with it.
struct Turns::Waiter {
  Waiter(Turns& t, Politeness::Id i, std::uint64_t c) : turns(t), id(i), cost(c), event(t.executor_) {
    turns.events_.emplace(id, this);
  }
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;
  ~Waiter() {
    if (turns.events_.erase(id) > 0) turns.politeness_.withdraw(id);
    if (started && !taken) turns.finished(id);
  }

  Turns& turns;
  Politeness::Id id;
  std::uint64_t cost;
  AsyncEvent event;
  const steady_clock::time_point since = steady_clock::now();
  bool started = false, taken = false;
  std::shared_ptr<MediaHold> hold;
};

Turns::Turns(asio::any_io_executor executor, int connections, PolitenessLimits limits)
    : executor_(std::move(executor)), timer_(executor_), politeness_(limits), connections_(std::max(1, connections)) {}

std::shared_ptr<Turns> Turns::create(asio::any_io_executor executor, int connections, PolitenessLimits limits,
                                     std::uint64_t media_bytes) {
  std::shared_ptr<Turns> self(new Turns(executor, connections, limits));
  const std::weak_ptr<Turns> weak = self;
  self->budget_ = std::make_shared<MediaBudget>(std::move(executor), media_bytes, [weak] {
    if (const auto turns = weak.lock()) turns->pump();
  });
  return self;
}

asio::awaitable<Turn> Turns::wait(std::shared_ptr<Turns> self, TurnRequest request) {
  if (self->stopped_) co_return Turn();
  // More than everything would wait for ever.
  const std::uint64_t cost = std::min(request.cost, self->budget_->limit());
  const Politeness::Id id = self->politeness_.enqueue(request.host, request.delay, cost, steady_clock::now());
  Waiter waiter(*self, id, cost);
  self->pump();
  co_await waiter.event.wait();
  if (!waiter.started) co_return Turn();
  waiter.taken = true;
  co_return Turn(self, id, std::move(waiter.hold));
}

void Turns::pump() {
  if (stopped_) return;
  const auto now = steady_clock::now();
  const std::uint64_t room = budget_->room();
  for (const Politeness::Id id : politeness_.take_ready(now, connections_ - running_, room)) {
    ++running_;
    const auto found = events_.find(id);
    Waiter& waiter = *found->second;
    events_.erase(found);
    waiter.started = true;
    if (waiter.cost > 0) waiter.hold = std::make_shared<MediaHold>(budget_, waiter.cost);
    waiter.event.set();
  }
  if (running_ >= connections_) return;  // the next finished() pumps again
  const auto next = politeness_.next_change(now);
  if (!next) return;
  timer_.expires_at(*next);
  timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
    if (error) return;
    if (const auto self = weak.lock()) self->pump();
  });
}

void Turns::finished(Politeness::Id id) {
  --running_;
  politeness_.finish(id, steady_clock::now());
  pump();
}

std::chrono::milliseconds Turns::longest_wait() const {
  std::chrono::milliseconds longest{0};
  const auto now = steady_clock::now();
  for (const auto& [id, waiter] : events_)
    longest = std::max(longest, std::chrono::duration_cast<std::chrono::milliseconds>(now - waiter->since));
  return longest;
}

void Turns::hold_back(const std::string& host, std::chrono::milliseconds time) {
  const auto now = steady_clock::now();
  politeness_.hold_back(host, now + time, now);
}

void Turns::learn_address(const std::string& host, const std::string& address) {
  politeness_.learn_address(host, address);
}

void Turns::stop() {
  if (stopped_) return;
  stopped_ = true;
  timer_.cancel();
  budget_->stop();
  const auto waiting = std::move(events_);
  events_.clear();
  for (const auto& [id, waiter] : waiting) {
    politeness_.withdraw(id);
    waiter->event.set();
  }
}

}  // namespace pantau::crawler
