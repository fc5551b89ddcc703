#pragma once
// Three small coroutine tools for the I/O thread: a one-shot event, a group of tasks that can be awaited, and a way to
// run work on the CPU pool. Everything here belongs to one single-threaded executor except the work given to on_pool().
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <exception>
#include <memory>
#include <type_traits>

#include "base/log.h"

namespace pantau::sweep {

namespace asio = boost::asio;

// Set once; everybody who waits, now or later, goes on.
class Event {
 public:
  explicit Event(const asio::any_io_executor& executor)
      : timer_(executor, std::chrono::steady_clock::time_point::max()) {}

  void set() {
    set_ = true;
    timer_.cancel();
  }
  bool is_set() const { return set_; }

  asio::awaitable<void> wait() {
    while (!set_) {
      boost::system::error_code ignored;
      co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
  }

 private:
  asio::steady_timer timer_;
  bool set_ = false;
};

// Starts tasks and waits for all of them. Outlives its tasks because join() is awaited before it goes.
class TaskGroup {
 public:
  explicit TaskGroup(asio::any_io_executor executor)
      : executor_(std::move(executor)), state_(std::make_shared<State>(executor_)) {}

  void spawn(asio::awaitable<void> task) {
    ++state_->running;
    auto finished = [state = state_](std::exception_ptr failure) {
      if (failure) {
        try {
          std::rethrow_exception(failure);
        } catch (const std::exception& error) {
          log_error(std::string("a task ended unexpectedly: ") + error.what());
        } catch (...) {
          log_error("a task ended unexpectedly");
        }
      }
      --state->running;
      state->timer.cancel();
    };
    asio::co_spawn(executor_, std::move(task), std::move(finished));
  }

  int running() const { return state_->running; }

  // Waits until fewer than `limit` tasks run.
  asio::awaitable<void> below(int limit) {
    const std::shared_ptr<State> state = state_;
    while (state->running >= limit) {
      boost::system::error_code ignored;
      co_await state->timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
  }
  asio::awaitable<void> join() { return below(1); }

 private:
  struct State {
    explicit State(const asio::any_io_executor& executor)
        : timer(executor, std::chrono::steady_clock::time_point::max()) {}
    asio::steady_timer timer;
    int running = 0;
  };
  asio::any_io_executor executor_;
  std::shared_ptr<State> state_;
};

namespace detail {
template <typename Work>
asio::awaitable<std::invoke_result_t<Work&>> invoke(Work work) {
  co_return work();
}
}  // namespace detail

// Runs `work` on the pool and resumes here. Name the lambda before the call (g++ 12 destroys captures of lambdas
// written inside a co_await expression twice, GCC PR 101367).
template <typename Work>
asio::awaitable<std::invoke_result_t<Work&>> on_pool(asio::thread_pool& pool, Work work) {
  asio::awaitable<std::invoke_result_t<Work&>> running = detail::invoke(std::move(work));
  co_return co_await asio::co_spawn(pool, std::move(running), asio::use_awaitable);
}

}  // namespace pantau::sweep
