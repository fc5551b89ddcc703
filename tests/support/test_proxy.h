#pragma once
// A proxy on loopback for tests: SOCKS5 (RFC 1928, no authentication) and HTTP CONNECT on one port, told apart by the
// first byte. Remembers what it was asked to connect to, in words ("ipv4 127.0.0.1:80", "name a.example:80", "CONNECT
// 127.0.0.1:80"). Runs on its own thread.
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace pantau::test {

class TestProxy {
 public:
  TestProxy() : acceptor_(context_, {boost::asio::ip::address_v4::loopback(), 0}) {
    port_ = acceptor_.local_endpoint().port();
    boost::asio::co_spawn(context_, accept(), boost::asio::detached);
    thread_ = std::thread([this] { context_.run(); });
  }
  ~TestProxy() {
    context_.stop();
    thread_.join();
  }
  TestProxy(const TestProxy&) = delete;
  TestProxy& operator=(const TestProxy&) = delete;

  unsigned short port() const { return port_; }
  std::vector<std::string> asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  using Socket = boost::asio::ip::tcp::socket;
  static constexpr auto kToken = boost::asio::as_tuple(boost::asio::use_awaitable);

  void remember(std::string what) {
    const std::lock_guard lock(mutex_);
    asked_.push_back(std::move(what));
  }

  boost::asio::awaitable<void> accept() {
    while (true) {
      auto [error, socket] = co_await acceptor_.async_accept(kToken);
      if (error) co_return;
      auto shared = std::make_shared<Socket>(std::move(socket));
      boost::asio::co_spawn(context_, serve(shared), boost::asio::detached);
    }
  }

  boost::asio::awaitable<void> serve(std::shared_ptr<Socket> client) {
    std::array<unsigned char, 1> first{};
    auto [error, got] = co_await boost::asio::async_read(*client, boost::asio::buffer(first), kToken);
    if (error) co_return;
    if (first[0] == 5) {
      co_await socks(client);
    } else {
      co_await http(client, static_cast<char>(first[0]));
    }
  }

  boost::asio::awaitable<void> socks(std::shared_ptr<Socket> client) {
    std::array<unsigned char, 256> bytes{};
    co_await boost::asio::async_read(*client, boost::asio::buffer(bytes, 1), kToken);
    co_await boost::asio::async_read(*client, boost::asio::buffer(bytes, bytes[0]), kToken);
    const std::array<unsigned char, 2> no_authentication{5, 0};
    co_await boost::asio::async_write(*client, boost::asio::buffer(no_authentication), kToken);
    auto [error, got] = co_await boost::asio::async_read(*client, boost::asio::buffer(bytes, 4), kToken);
    if (error) co_return;
    const unsigned char type = bytes[3];
    boost::asio::ip::address address;
    std::string said;
    if (type == 1) {
      boost::asio::ip::address_v4::bytes_type raw{};
      co_await boost::asio::async_read(*client, boost::asio::buffer(raw), kToken);
      address = boost::asio::ip::address_v4(raw);
      said = "ipv4 " + address.to_string();
    } else if (type == 4) {
      boost::asio::ip::address_v6::bytes_type raw{};
      co_await boost::asio::async_read(*client, boost::asio::buffer(raw), kToken);
      address = boost::asio::ip::address_v6(raw);
      said = "ipv6 " + address.to_string();
    } else {
      co_await boost::asio::async_read(*client, boost::asio::buffer(bytes, 1), kToken);
      std::string name(bytes[0], '\0');
      co_await boost::asio::async_read(*client, boost::asio::buffer(name), kToken);
      said = "name " + name;
    }
    co_await boost::asio::async_read(*client, boost::asio::buffer(bytes, 2), kToken);
    const auto port = static_cast<unsigned short>(bytes[0] * 256 + bytes[1]);
    remember(said + ":" + std::to_string(port));
    const std::array<unsigned char, 10> granted{5, 0, 0, 1, 0, 0, 0, 0, 0, 0};
    co_await tunnel(client, address, port, std::string(granted.begin(), granted.end()));
  }

  boost::asio::awaitable<void> http(std::shared_ptr<Socket> client, char first) {
    std::string head(1, first);
    co_await boost::asio::async_read_until(*client, boost::asio::dynamic_buffer(head), "\r\n\r\n", kToken);
    const std::string line = head.substr(0, head.find(" HTTP/"));
    remember(line);
    const std::size_t space = line.find(' '), colon = line.rfind(':');
    if (!line.starts_with("CONNECT ") || colon == std::string::npos) co_return;
    boost::system::error_code failed;
    const auto address = boost::asio::ip::make_address(line.substr(space + 1, colon - space - 1), failed);
    const auto port = static_cast<unsigned short>(std::stoi(line.substr(colon + 1)));
    co_await tunnel(client, address, port, "HTTP/1.1 200 Connected\r\n\r\n");
  }

  boost::asio::awaitable<void> tunnel(std::shared_ptr<Socket> client, boost::asio::ip::address address,
                                      unsigned short port, std::string granted) {
    auto server = std::make_shared<Socket>(context_);
    auto [error] = co_await server->async_connect({address, port}, kToken);
    if (error) co_return;
    co_await boost::asio::async_write(*client, boost::asio::buffer(granted), kToken);
    boost::asio::co_spawn(context_, copy(client, server), boost::asio::detached);
    co_await copy(server, client);
  }

  static boost::asio::awaitable<void> copy(std::shared_ptr<Socket> from, std::shared_ptr<Socket> to) {
    std::array<char, 8192> bytes{};
    while (true) {
      auto [error, got] = co_await from->async_read_some(boost::asio::buffer(bytes), kToken);
      if (error) break;
      auto [failed, wrote] = co_await boost::asio::async_write(*to, boost::asio::buffer(bytes, got), kToken);
      if (failed) break;
    }
    boost::system::error_code ignored;
    to->shutdown(Socket::shutdown_send, ignored);
  }

  boost::asio::io_context context_{1};
  boost::asio::ip::tcp::acceptor acceptor_;
  unsigned short port_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::string> asked_;
  std::thread thread_;
};

}  // namespace pantau::test
