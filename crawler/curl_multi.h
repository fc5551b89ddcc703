#pragma once
// One libcurl multi handle driven by Boost.Asio: sockets are watched with posix::stream_descriptor, its one timer is a
// steady_timer, and everything happens on the I/O thread (curl_multi_socket_action). Callbacks from libcurl only record
// what to watch; libcurl is never called from inside them (it refuses: CURLM_RECURSIVE_API_CALL). Sockets belong to
// libcurl: they are watched, released, never closed here.
#include <curl/curl.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "crawler/async_event.h"

namespace pantau::crawler {

class CurlMulti : public std::enable_shared_from_this<CurlMulti> {
 public:
  // `cached_connections`: idle connections kept for reuse.
  static Result<std::shared_ptr<CurlMulti>> create(boost::asio::any_io_executor executor, long cached_connections);
  ~CurlMulti();
  CurlMulti(const CurlMulti&) = delete;
  CurlMulti& operator=(const CurlMulti&) = delete;

  // Runs one transfer to its end. The easy handle stays the caller's and is out of the multi handle when this returns
  // or throws (which it does only when the coroutine is cancelled). CURLE_ABORTED_BY_CALLBACK after stop().
  static boost::asio::awaitable<CURLcode> perform(std::shared_ptr<CurlMulti> self, CURL* easy);

  // Ends every transfer now and refuses new ones.
  void stop();

  int active() const { return static_cast<int>(transfers_.size()); }

 private:
  struct Transfer {
    explicit Transfer(const boost::asio::any_io_executor& executor) : done(executor) {}
    AsyncEvent done;
    CURLcode code = CURLE_ABORTED_BY_CALLBACK;
  };
  // A socket that libcurl asked us to watch. Waits in flight keep it alive by shared_ptr; `gone` makes them harmless.
  struct Watch {
    Watch(const boost::asio::any_io_executor& executor, curl_socket_t socket) : descriptor(executor, socket) {}
    boost::asio::posix::stream_descriptor descriptor;
    int wanted = 0;  // CURL_POLL_IN | CURL_POLL_OUT
    bool reading = false, writing = false, gone = false;
  };
  struct Removal;

  explicit CurlMulti(boost::asio::any_io_executor executor) : executor_(std::move(executor)), timer_(executor_) {}

  static int on_socket(CURL* easy, curl_socket_t socket, int what, void* self, void* socket_data);
  static int on_timer(CURLM* multi, long timeout_ms, void* self);

  void change_watch(curl_socket_t socket, int what);
  void release(const std::shared_ptr<Watch>& watch);
  void wait(const std::shared_ptr<Watch>& watch, curl_socket_t socket);
  void arm_timer(long timeout_ms);
  void act(curl_socket_t socket, int events);
  void collect_finished();
  void remove(CURL* easy);

  boost::asio::any_io_executor executor_;
  boost::asio::steady_timer timer_;
  CURLM* multi_ = nullptr;
  bool stopped_ = false;
  std::unordered_map<curl_socket_t, std::shared_ptr<Watch>> watches_;
  std::unordered_map<CURL*, std::shared_ptr<Transfer>> transfers_;
};

}  // namespace pantau::crawler
