#include "crawler/curl_multi.h"

#include <chrono>
#include <csignal>

#include "base/log.h"

namespace pantau::crawler {

namespace asio = boost::asio;

Result<std::shared_ptr<CurlMulti>> CurlMulti::create(asio::any_io_executor executor, long cached_connections) {
  // Process-wide and counted by libcurl; a function-local static makes the first call safe.
  static const CURLcode global = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (global != CURLE_OK) return operator_error(std::string("libcurl does not start: ") + curl_easy_strerror(global));
  // OpenSSL writes to sockets that the other side has closed, and with CURLOPT_NOSIGNAL libcurl leaves SIGPIPE to the
  // program, whose default is to die of it.
  static const auto pipe_signal = std::signal(SIGPIPE, SIG_IGN);
  static_cast<void>(pipe_signal);
  std::shared_ptr<CurlMulti> self(new CurlMulti(std::move(executor)));
  self->multi_ = curl_multi_init();
  if (self->multi_ == nullptr) return operator_error("libcurl gives no multi handle");
  curl_multi_setopt(self->multi_, CURLMOPT_SOCKETFUNCTION, &CurlMulti::on_socket);
  curl_multi_setopt(self->multi_, CURLMOPT_SOCKETDATA, self.get());
  curl_multi_setopt(self->multi_, CURLMOPT_TIMERFUNCTION, &CurlMulti::on_timer);
  curl_multi_setopt(self->multi_, CURLMOPT_TIMERDATA, self.get());
  curl_multi_setopt(self->multi_, CURLMOPT_MAXCONNECTS, cached_connections);
  curl_multi_setopt(self->multi_, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_MULTIPLEX));
  return self;
}

CurlMulti::~CurlMulti() {
  stop();
}

// Takes the handle out again however the coroutine ends.
struct CurlMulti::Removal {
  CurlMulti& multi;
  CURL* easy;
  Removal(CurlMulti& m, CURL* e) : multi(m), easy(e) {}
  Removal(const Removal&) = delete;
  Removal& operator=(const Removal&) = delete;
  ~Removal() { multi.remove(easy); }
};

asio::awaitable<CURLcode> CurlMulti::perform(std::shared_ptr<CurlMulti> self, CURL* easy) {
  if (self->stopped_) co_return CURLE_ABORTED_BY_CALLBACK;
  auto transfer = std::make_shared<Transfer>(self->executor_);
  self->transfers_.emplace(easy, transfer);
  const Removal removal(*self, easy);
  // Only arms the timer (with 0); the transfer starts from there.
  const CURLMcode added = curl_multi_add_handle(self->multi_, easy);
  if (added != CURLM_OK) {
    log_error(std::string("libcurl refuses a transfer: ") + curl_multi_strerror(added));
    co_return CURLE_FAILED_INIT;
  }
  co_await transfer->done.wait();
  co_return transfer->code;
}

void CurlMulti::remove(CURL* easy) {
  if (transfers_.erase(easy) == 0 || multi_ == nullptr) return;
  curl_multi_remove_handle(multi_, easy);
}

void CurlMulti::stop() {
  if (stopped_) return;
  stopped_ = true;
  timer_.cancel();
  const auto transfers = std::move(transfers_);
  transfers_.clear();
  for (const auto& [easy, transfer] : transfers) curl_multi_remove_handle(multi_, easy);
  // Closing cached connections calls on_socket for their sockets, so that the watches must still be there.
  curl_multi_cleanup(multi_);
  multi_ = nullptr;
  for (const auto& [socket, watch] : watches_) release(watch);
  watches_.clear();
  for (const auto& [easy, transfer] : transfers) transfer->done.set();
}

int CurlMulti::on_socket(CURL*, curl_socket_t socket, int what, void* self, void*) {
  static_cast<CurlMulti*>(self)->change_watch(socket, what);
  return 0;
}

int CurlMulti::on_timer(CURLM*, long timeout_ms, void* self) {
  static_cast<CurlMulti*>(self)->arm_timer(timeout_ms);
  return 0;
}

void CurlMulti::change_watch(curl_socket_t socket, int what) {
  const auto found = watches_.find(socket);
  if (what == CURL_POLL_REMOVE) {
    // Also for sockets that were never seen: a pair of the resolver, or one that was closed at once.
    if (found == watches_.end()) return;
    release(found->second);
    watches_.erase(found);
    return;
  }
  if (stopped_) return;
  std::shared_ptr<Watch> watch;
  if (found == watches_.end()) {
    try {
      watch = std::make_shared<Watch>(executor_, socket);
    } catch (const std::exception& error) {
      // The transfer on this socket ends by its timeout.
      log_error(std::string("cannot watch a socket: ") + error.what());
      return;
    }
    watches_.emplace(socket, watch);
  } else {
    watch = found->second;
  }
  watch->wanted = what == CURL_POLL_INOUT ? CURL_POLL_IN | CURL_POLL_OUT : what;
  wait(watch, socket);
}

void CurlMulti::release(const std::shared_ptr<Watch>& watch) {
  watch->gone = true;
  // Pending waits end with operation_aborted; the socket stays open, it is libcurl's.
  if (watch->descriptor.is_open()) watch->descriptor.release();
}

// Starts the waits that are wanted and not already under way. libcurl's poll wishes are level-triggered.
void CurlMulti::wait(const std::shared_ptr<Watch>& watch, curl_socket_t socket) {
  const std::weak_ptr<CurlMulti> weak = weak_from_this();
  const auto start = [&](int direction, bool Watch::*under_way, asio::posix::stream_descriptor::wait_type type) {
    if ((watch->wanted & direction) == 0 || (*watch).*under_way) return;
    (*watch).*under_way = true;
    watch->descriptor.async_wait(type,
                                 [weak, watch, socket, direction, under_way](const boost::system::error_code& error) {
                                   (*watch).*under_way = false;
                                   const auto self = weak.lock();
                                   if (!self || watch->gone || self->stopped_) return;
                                   // The wish may have changed while the wait was under way.
                                   if ((watch->wanted & direction) != 0) {
                                     const int events = direction == CURL_POLL_IN ? CURL_CSELECT_IN : CURL_CSELECT_OUT;
                                     self->act(socket, error ? CURL_CSELECT_ERR : events);
                                   }
                                   if (!watch->gone && !self->stopped_ && !error) self->wait(watch, socket);
                                 });
  };
  start(CURL_POLL_IN, &Watch::reading, asio::posix::stream_descriptor::wait_read);
  start(CURL_POLL_OUT, &Watch::writing, asio::posix::stream_descriptor::wait_write);
}

void CurlMulti::arm_timer(long timeout_ms) {
  if (stopped_) return;
  if (timeout_ms < 0) {
    timer_.cancel();
    return;
  }
  // 0 means soon, not now: this may run inside a call into libcurl.
  timer_.expires_after(std::chrono::milliseconds(timeout_ms));
  timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
    const auto self = weak.lock();
    if (!self || self->stopped_ || error) return;
    self->act(CURL_SOCKET_TIMEOUT, 0);
  });
}

void CurlMulti::act(curl_socket_t socket, int events) {
  int running = 0;
  const CURLMcode code = curl_multi_socket_action(multi_, socket, events, &running);
  // CURLM_BAD_SOCKET: libcurl let go of the socket in the meantime.
  if (code != CURLM_OK && code != CURLM_BAD_SOCKET) {
    log_error(std::string("libcurl: ") + curl_multi_strerror(code));
  }
  collect_finished();
}

void CurlMulti::collect_finished() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const auto found = transfers_.find(message->easy_handle);
    if (found == transfers_.end()) continue;
    // The waiting coroutine removes the handle when it resumes; the message is not valid after that.
    found->second->code = message->data.result;
    found->second->done.set();
  }
}

}  // namespace pantau::crawler
