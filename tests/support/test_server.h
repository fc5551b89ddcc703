#pragma once
// A small HTTP/1.1 server on loopback for tests, which can also misbehave: slow, endless, lying, cut short. Runs on its
// own thread; the handler is called there. Answers are plain values, so that a test reads like a list of what the
// server does. Not a model of a good server.
#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace pantau::test {

struct ServerRequest {
  std::string method, target, head;  // head: everything up to and with the empty line
  int connection = 0;                // counted from 1
  std::chrono::steady_clock::time_point when{};

  // The value of a header, empty when absent; names are compared as written or in lower case.
  std::string header(const std::string& name) const {
    const auto lower = [](std::string text) {
      for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
      return text;
    };
    const std::string all = lower(head), wanted = "\r\n" + lower(name) + ": ";
    const std::size_t at = all.find(wanted);
    if (at == std::string::npos) return {};
    const std::size_t begin = at + wanted.size();
    return head.substr(begin, head.find("\r\n", begin) - begin);
  }
};

struct ServerReply {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::optional<std::size_t> content_length;  // when it is to be a lie
  std::string raw;                            // sent instead of everything above
  std::string endless;                        // sent again and again after the body; no Content-Length then
  std::chrono::milliseconds wait{0};          // before the first byte
  std::chrono::milliseconds pause{0};         // between the pieces of `endless`
  bool close = false;                         // the connection, after the answer
  bool reset = false;                         // without any answer
};

inline ServerReply page(std::string body) {
  ServerReply reply;
  reply.headers.emplace_back("Content-Type", "text/html; charset=utf-8");
  reply.body = std::move(body);
  return reply;
}

inline ServerReply redirect(std::string location, int status = 302) {
  ServerReply reply;
  reply.status = status;
  reply.headers.emplace_back("Location", std::move(location));
  return reply;
}

inline ServerReply status(int code) {
  ServerReply reply;
  reply.status = code;
  return reply;
}

class TestServer {
 public:
  using Handler = std::function<ServerReply(const ServerRequest&)>;

  explicit TestServer(Handler handler)
      : handler_(std::move(handler)), acceptor_(context_, {boost::asio::ip::address_v4::loopback(), 0}) {
    port_ = acceptor_.local_endpoint().port();
    boost::asio::co_spawn(context_, accept(), boost::asio::detached);
    thread_ = std::thread([this] { context_.run(); });
  }
  ~TestServer() {
    context_.stop();
    thread_.join();
  }
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  unsigned short port() const { return port_; }
  // Requests so far, robots.txt left out unless asked for.
  std::vector<ServerRequest> requests(bool with_robots = false) const {
    const std::lock_guard lock(mutex_);
    std::vector<ServerRequest> found;
    for (const ServerRequest& request : requests_) {
      if (with_robots || request.target != "/robots.txt") found.push_back(request);
    }
    return found;
  }
  int connections() const { return connections_; }
  int most_at_once() const { return most_at_once_; }

 private:
  static constexpr auto kToken = boost::asio::as_tuple(boost::asio::use_awaitable);

  boost::asio::awaitable<void> accept() {
    while (true) {
      auto [error, socket] = co_await acceptor_.async_accept(kToken);
      if (error) co_return;
      boost::asio::co_spawn(context_, serve(std::move(socket), ++connections_), boost::asio::detached);
    }
  }

  boost::asio::awaitable<void> serve(boost::asio::ip::tcp::socket socket, int connection) {
    std::string buffer;
    while (true) {
      auto [error, length] = co_await boost::asio::async_read_until(
          socket, boost::asio::dynamic_buffer(buffer, 1 << 20), "\r\n\r\n", kToken);
      if (error) co_return;
      ServerRequest request;
      request.head = buffer.substr(0, length);
      buffer.erase(0, length);
      const std::size_t first = request.head.find(' '), second = request.head.find(' ', first + 1);
      request.method = request.head.substr(0, first);
      request.target = request.head.substr(first + 1, second - first - 1);
      request.connection = connection;
      request.when = std::chrono::steady_clock::now();
      {
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
      }
      const int now = ++at_once_;
      if (now > most_at_once_) most_at_once_ = now;
      const ServerReply reply = handler_(request);
      const bool keep = co_await answer(socket, reply);
      --at_once_;
      if (!keep) co_return;
    }
  }

  boost::asio::awaitable<bool> answer(boost::asio::ip::tcp::socket& socket, const ServerReply& reply) {
    boost::asio::steady_timer timer(context_);
    if (reply.wait.count() > 0) {
      timer.expires_after(reply.wait);
      co_await timer.async_wait(kToken);
    }
    if (reply.reset) co_return false;
    std::string text = reply.raw;
    if (text.empty()) {
      text = "HTTP/1.1 " + std::to_string(reply.status) + " Some Reason\r\n";
      for (const auto& [name, value] : reply.headers) text += name + ": " + value + "\r\n";
      if (reply.endless.empty() && reply.status != 304 && reply.status != 204) {
        text += "Content-Length: " + std::to_string(reply.content_length.value_or(reply.body.size())) + "\r\n";
      }
      if (reply.close) text += "Connection: close\r\n";
      text += "\r\n" + reply.body;
    }
    auto [error, written] = co_await boost::asio::async_write(socket, boost::asio::buffer(text), kToken);
    if (error) co_return false;
    while (!reply.endless.empty()) {
      auto [failed, more] = co_await boost::asio::async_write(socket, boost::asio::buffer(reply.endless), kToken);
      if (failed) co_return false;
      if (reply.pause.count() > 0) {
        timer.expires_after(reply.pause);
        co_await timer.async_wait(kToken);
      }
    }
    co_return !reply.close && reply.raw.empty();
  }

  Handler handler_;
  boost::asio::io_context context_{1};
  boost::asio::ip::tcp::acceptor acceptor_;
  unsigned short port_ = 0;
  mutable std::mutex mutex_;
  std::vector<ServerRequest> requests_;
  std::atomic<int> connections_{0}, at_once_{0}, most_at_once_{0};
  std::thread thread_;
};

}  // namespace pantau::test
