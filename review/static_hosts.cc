#include "review/static_hosts.h"

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <thread>

#include "base/text.h"

namespace pantau::review {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;

constexpr std::array<std::pair<std::string_view, std::string_view>, 16> kTypes = {{
    {".html", "text/html; charset=utf-8"},
    {".txt", "text/plain; charset=utf-8"},
    {".css", "text/css"},
    {".js", "text/javascript"},
    {".json", "application/json"},
    {".xml", "application/xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".webp", "image/webp"},
    {".gif", "image/gif"},
    {".svg", "image/svg+xml"},
    {".mp4", "video/mp4"},
    {".webm", "video/webm"},
    {".vtt", "text/vtt; charset=utf-8"},
    {".m3u8", "application/vnd.apple.mpegurl"},
    {".apk", "application/vnd.android.package-archive"},
}};

std::string_view type_of(std::string_view path) {
  for (const auto& [ending, type] : kTypes) {
    if (path.ends_with(ending)) return type;
  }
  return "application/octet-stream";
}

std::string unescape(std::string_view text) {
  const auto digit = [](char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
  };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0) {
      out.push_back(static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2])));
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

http::message_generator answer(const StaticSite& site, const http::request<http::empty_body>& request) {
  std::string host =
      to_lower_ascii(std::string_view(request[http::field::host].data(), request[http::field::host].size()));
  host = host.substr(0, host.find(':'));
  const std::string target(request.target());
  std::string key = host + unescape(target.substr(0, target.find('?')));
  if (const auto redirect = site.redirects.find(key); redirect != site.redirects.end()) {
    http::response<http::string_body> response{static_cast<http::status>(redirect->second.status), request.version()};
    response.set(http::field::location, redirect->second.location);
    response.keep_alive(request.keep_alive());
    response.prepare_payload();
    return response;
  }
  if (key.ends_with('/')) key += "index.html";
  auto found = site.files.find(key);
  if (found == site.files.end() && site.files.contains(key + "/index.html")) {
    http::response<http::string_body> response{http::status::moved_permanently, request.version()};
    response.set(http::field::location, target.substr(0, target.find('?')) + "/");
    response.keep_alive(request.keep_alive());
    response.prepare_payload();
    return response;
  }
  http::response<http::string_body> response{found == site.files.end() ? http::status::not_found : http::status::ok,
                                             request.version()};
  response.set(http::field::content_type,
               found == site.files.end() ? std::string_view("text/html; charset=utf-8") : type_of(key));
  response.keep_alive(request.keep_alive());
  const std::string_view body = found == site.files.end()
                                    ? std::string_view("<!doctype html><title>Not found</title><p>Not found</p>")
                                    : found->second;
  if (request.method() != http::verb::head) response.body() = std::string(body);
  response.content_length(body.size());
  return response;
}

asio::awaitable<void> session(std::shared_ptr<const StaticSite> site, beast::tcp_stream stream) {
  beast::flat_buffer buffer;
  while (true) {
    http::request<http::empty_body> request;
    stream.expires_after(std::chrono::seconds(30));
    auto [read_error, read_size] =
        co_await http::async_read(stream, buffer, request, asio::as_tuple(asio::use_awaitable));
    if (read_error) co_return;
    const bool keep = request.keep_alive();
    http::message_generator response = answer(*site, request);
    stream.expires_after(std::chrono::seconds(30));
    auto [write_error, write_size] =
        co_await beast::async_write(stream, std::move(response), asio::as_tuple(asio::use_awaitable));
    if (write_error || !keep) co_return;
  }
}

asio::awaitable<void> accept_loop(std::shared_ptr<const StaticSite> site, tcp::acceptor& acceptor) {
  while (true) {
    auto [failure, socket] = co_await acceptor.async_accept(asio::as_tuple(asio::use_awaitable));
    if (failure == asio::error::operation_aborted) co_return;
    if (failure) continue;
    const asio::any_io_executor executor = acceptor.get_executor();
    asio::awaitable<void> work = session(site, beast::tcp_stream(std::move(socket)));
    asio::co_spawn(executor, std::move(work), asio::detached);
  }
}

}  // namespace

struct StaticHosts::Impl {
  asio::io_context context{1};
  tcp::acceptor acceptor{context};
  std::shared_ptr<const StaticSite> site;
  std::thread thread;
};

Result<std::unique_ptr<StaticHosts>> StaticHosts::start(StaticSite site) {
  auto impl = std::make_unique<Impl>();
  impl->site = std::make_shared<const StaticSite>(std::move(site));
  boost::system::error_code failure;
  const tcp::endpoint loopback(asio::ip::address_v4::loopback(), 0);
  impl->acceptor.open(loopback.protocol(), failure);
  if (!failure) impl->acceptor.bind(loopback, failure);
  if (!failure) impl->acceptor.listen(256, failure);
  if (failure) return operator_error("cannot listen on 127.0.0.1: " + failure.message(), failure.value());
  asio::awaitable<void> loop = accept_loop(impl->site, impl->acceptor);
  asio::co_spawn(impl->context, std::move(loop), asio::detached);
  impl->thread = std::thread([context = &impl->context] { context->run(); });
  return std::unique_ptr<StaticHosts>(new StaticHosts(std::move(impl)));
}

StaticHosts::StaticHosts(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

StaticHosts::~StaticHosts() {
  impl_->context.stop();
  if (impl_->thread.joinable()) impl_->thread.join();
}

std::uint16_t StaticHosts::port() const {
  return impl_->acceptor.local_endpoint().port();
}

}  // namespace pantau::review
