#pragma once
// One page over TLS on loopback for tests, with a certificate made on the spot for one host name. Runs on its own
// thread with plain OpenSSL calls; one connection at a time, HTTP/1.1 only.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "tests/support/test_certificate.h"

namespace pantau::test {

class TlsServer {
 public:
  TlsServer(const std::string& host, std::string body) : body_(std::move(body)), certificate_(host) {
    context_.reset(SSL_CTX_new(TLS_server_method()));
    SSL_CTX_use_certificate(context_.get(), certificate_.certificate());
    SSL_CTX_use_PrivateKey(context_.get(), certificate_.key());
    socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    listen(socket_, 8);
    socklen_t length = sizeof address;
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  ~TlsServer() {
    stop_ = true;
    thread_.join();
    close(socket_);
  }
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  unsigned short port() const { return port_; }
  // The self-signed certificate, which is its own authority.
  std::string certificate_pem() const { return certificate_.pem(); }
  std::string server_name() const { return server_name_; }

 private:
  struct Deleter {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };

  void run() {
    while (!stop_) {
      pollfd ready{socket_, POLLIN, 0};
      if (poll(&ready, 1, 50) <= 0) continue;
      const int client = accept(socket_, nullptr, nullptr);
      if (client < 0) continue;
      const timeval limit{2, 0};
      setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
      answer(client);
      close(client);
    }
  }

  void answer(int client) {
    const std::unique_ptr<SSL, Deleter> ssl(SSL_new(context_.get()));
    SSL_set_fd(ssl.get(), client);
    if (SSL_accept(ssl.get()) <= 0) return;
    std::string head;
    char bytes[4096];
    while (head.find("\r\n\r\n") == std::string::npos) {
      const int got = SSL_read(ssl.get(), bytes, sizeof bytes);
      if (got <= 0) return;
      head.append(bytes, static_cast<std::size_t>(got));
    }
    const char* name = SSL_get_servername(ssl.get(), TLSEXT_NAMETYPE_host_name);
    server_name_ = name == nullptr ? "" : name;
    const std::string text = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/html\r\nContent-Length: " +
                             std::to_string(body_.size()) + "\r\n\r\n" + body_;
    SSL_write(ssl.get(), text.data(), static_cast<int>(text.size()));
    SSL_shutdown(ssl.get());
  }

  std::string body_, server_name_;
  TestCertificate certificate_;
  std::unique_ptr<SSL_CTX, Deleter> context_;
  int socket_ = -1;
  unsigned short port_ = 0;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace pantau::test
