#include "review/metrics_server.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <thread>

namespace pantau::review {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;

constexpr auto kToken = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::seconds kPatience{10};
constexpr int kMostConnections = 16;
constexpr std::uint32_t kLongestHead = 16 * 1024;

}  // namespace

struct MetricsServer::Impl {
  explicit Impl(std::function<std::string()> make) : text(std::move(make)), acceptor(context) {}

  asio::io_context context{1};
  std::function<std::string()> text;
  tcp::acceptor acceptor;
  std::uint16_t port = 0;
  int connections = 0;
  std::thread thread;

  asio::awaitable<void> accept() {
    while (true) {
      auto [error, socket] = co_await acceptor.async_accept(kToken);
      if (error == asio::error::operation_aborted) co_return;
      if (error) {
        // No descriptors left, say: not at once again.
        asio::steady_timer timer(context, std::chrono::milliseconds(200));
        (void)co_await timer.async_wait(kToken);
        continue;
      }
      if (connections >= kMostConnections) continue;  // closes it
      asio::co_spawn(context, serve(std::move(socket)), asio::detached);
    }
  }

  asio::awaitable<void> serve(tcp::socket socket) {
    struct Count {
      int& count;
      explicit Count(int& c) : count(c) { ++count; }
      ~Count() { --count; }
    };
    const Count counted(connections);
    beast::tcp_stream stream(std::move(socket));
    beast::flat_buffer buffer;
    while (true) {
      stream.expires_after(kPatience);
      http::request_parser<http::empty_body> parser;
      parser.header_limit(kLongestHead);
      parser.body_limit(0);
      auto [read_error, read] = co_await http::async_read(stream, buffer, parser, kToken);
      if (read_error) co_return;
      const auto& request = parser.get();
      const auto target = request.target();
      const bool known = target == "/metrics" || target.substr(0, 9) == "/metrics?";
      const bool allowed = request.method() == http::verb::get || request.method() == http::verb::head;
      http::response<http::string_body> response{!known     ? http::status::not_found
                                                 : !allowed ? http::status::method_not_allowed
                                                            : http::status::ok,
                                                 request.version()};
      response.set(http::field::content_type, "text/plain; version=0.0.4; charset=utf-8");
      response.set(http::field::cache_control, "no-store");
      response.keep_alive(request.keep_alive());
      response.body() = known && allowed ? text() : std::string("see /metrics\n");
      response.prepare_payload();
      if (request.method() == http::verb::head) response.body().clear();
      stream.expires_after(kPatience);
      auto [write_error, written] = co_await http::async_write(stream, response, kToken);
      if (write_error || !response.keep_alive()) co_return;
    }
  }
};

MetricsServer::MetricsServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

MetricsServer::~MetricsServer() {
  impl_->context.stop();
  if (impl_->thread.joinable()) impl_->thread.join();
}

std::uint16_t MetricsServer::port() const {
  return impl_->port;
}

Result<std::unique_ptr<MetricsServer>> MetricsServer::start(const std::string& address, std::uint16_t port,
                                                            std::function<std::string()> text) {
  auto impl = std::make_unique<Impl>(std::move(text));
  boost::system::error_code error;
  const asio::ip::address literal = asio::ip::make_address(address, error);
  if (error) return operator_error("metrics.listen: \"" + address + "\" is not an IP address");
  const tcp::endpoint endpoint(literal, port);
  const auto failed = [&] {
    return operator_error("metrics.listen: cannot listen on " + address + ":" + std::to_string(port) + ": " +
                          error.message());
  };
  impl->acceptor.open(endpoint.protocol(), error);
  if (error) return failed();
  impl->acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  impl->acceptor.bind(endpoint, error);
  if (error) return failed();
  impl->acceptor.listen(kMostConnections, error);
  if (error) return failed();
  impl->port = impl->acceptor.local_endpoint(error).port();
  asio::co_spawn(impl->context, impl->accept(), asio::detached);
  impl->thread = std::thread([raw = impl.get()] { raw->context.run(); });
  return std::unique_ptr<MetricsServer>(new MetricsServer(std::move(impl)));
}

}  // namespace pantau::review
