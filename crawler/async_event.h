#pragma once
// Something that coroutines wait for and that happens once: a transfer ends, a turn comes, a file is known.
// Header-only; everything on the I/O thread. Waiters resume through the executor, never inside set().
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace pantau::crawler {

class AsyncEvent {
 public:
  explicit AsyncEvent(const boost::asio::any_io_executor& executor)
      : timer_(executor, boost::asio::steady_timer::time_point::max()) {}

  bool is_set() const { return set_; }

  void set() {
    if (set_) return;
    set_ = true;
    timer_.cancel();
  }

  // Returns once set; at once when it is already. The event must outlive the wait. Throws only when the waiting
  // coroutine itself is cancelled.
  boost::asio::awaitable<void> wait() {
    while (!set_) {
      // The wait ends by cancel() in set(), or by the coroutine's own cancellation, after which the next co_await
      // throws.
      co_await timer_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    }
  }

 private:
  boost::asio::steady_timer timer_;
  bool set_ = false;
};

}  // namespace pantau::crawler
