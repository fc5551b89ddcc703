#pragma once
// A server on loopback for tests that lies: what happens on a connection is a script, chosen by the host that the
// client asked for (the Host line; with TLS the server name). One thread a connection, blocking calls, so that a script
// reads like the list of what goes over the wire. With TLS it has a certificate for *.lies.example made on the spot and
// speaks whatever the script says: HTTP/2 frames are written by hand (RFC 9113 4), because no library sends wrong ones.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "tests/support/test_certificate.h"

namespace pantau::test {

class LyingConnection {
 public:
  LyingConnection(int socket, SSL* ssl, const std::atomic<bool>& stop) : socket_(socket), ssl_(ssl), stop_(stop) {}

  // The next bytes, at most `most`; empty when the client is gone or the server stops.
  std::string read(std::size_t most) {
    std::string bytes(most, '\0');
    while (!stop_) {
      pollfd ready{socket_, POLLIN, 0};
      if ((ssl_ == nullptr || SSL_pending(ssl_) == 0) && poll(&ready, 1, 50) <= 0) continue;
      const long got = ssl_ != nullptr ? SSL_read(ssl_, bytes.data(), static_cast<int>(most))
                                       : static_cast<long>(recv(socket_, bytes.data(), most, 0));
      bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
      return bytes;
    }
    return {};
  }
  std::string read_exactly(std::size_t size) {
    std::string bytes;
    while (bytes.size() < size) {
      const std::string more = read(size - bytes.size());
      if (more.empty()) return {};
      bytes += more;
    }
    return bytes;
  }
  // Up to and with the empty line; empty when the client is gone.
  std::string read_head() {
    std::string head;
    while (!head.ends_with("\r\n\r\n")) {
      const std::string more = read(1);
      if (more.empty()) return {};
      head += more;
    }
    return head;
  }
  // False when the client is gone or the server stops.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      if (stop_) return false;
      const std::size_t piece = std::min<std::size_t>(bytes.size(), 64 * 1024);
      long wrote = 0;
      if (ssl_ != nullptr) {
        wrote = SSL_write(ssl_, bytes.data(), static_cast<int>(piece));
        if (wrote <= 0) return false;
      } else {
        pollfd ready{socket_, POLLOUT, 0};
        if (poll(&ready, 1, 50) <= 0) continue;
        wrote = static_cast<long>(::send(socket_, bytes.data(), piece, MSG_NOSIGNAL | MSG_DONTWAIT));
        if (wrote < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        if (wrote < 0) return false;
      }
      bytes.remove_prefix(static_cast<std::size_t>(wrote));
    }
    return true;
  }
  // For as long as the client stays.
  void send_for_ever(std::string_view bytes, std::chrono::milliseconds pause = {}) {
    while (send(bytes)) sleep(pause);
  }
  void sleep(std::chrono::milliseconds time) const {
    const auto until = std::chrono::steady_clock::now() + time;
    while (!stop_ && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  // Until the client goes.
  void stay() {
    while (!read(4096).empty()) continue;
  }
  // No more from here, though the connection stays open (FIN).
  void close_half() { shutdown(socket_, SHUT_WR); }
  // The connection ends with RST.
  void reset() {
    const linger at_once{1, 0};
    setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }

 private:
  int socket_;
  SSL* ssl_;
  const std::atomic<bool>& stop_;
};

// HTTP/2 frames (RFC 9113 4.1), as wrong as the script wants.
inline std::string http2_frame(unsigned char type, unsigned char flags, std::uint32_t stream,
                               std::string_view payload) {
  std::string frame;
  for (const int shift : {16, 8, 0}) frame.push_back(static_cast<char>(payload.size() >> shift));
  frame.push_back(static_cast<char>(type));
  frame.push_back(static_cast<char>(flags));
  for (const int shift : {24, 16, 8, 0}) frame.push_back(static_cast<char>(stream >> shift));
  frame += payload;
  return frame;
}
inline std::string http2_number(std::uint32_t number) {
  std::string bytes;
  for (const int shift : {24, 16, 8, 0}) bytes.push_back(static_cast<char>(number >> shift));
  return bytes;
}
// A literal header field without indexing (RFC 7541 6.2.2), name and value shorter than 127 bytes.
inline std::string http2_field(std::string_view name, std::string_view value) {
  std::string field(1, '\0');
  field.push_back(static_cast<char>(name.size()));
  field += name;
  field.push_back(static_cast<char>(value.size()));
  field += value;
  return field;
}
inline constexpr unsigned char kData = 0, kHeaders = 1, kReset = 3, kSettings = 4, kPing = 6, kGoAway = 7,
                               kContinuation = 9;
inline constexpr unsigned char kEndStream = 1, kEndHeaders = 4;
inline const std::string kStatus200 = "\x88";  // RFC 7541 appendix A, entry 8

// Reads until a request is complete; its stream, or 0 when the client is gone. Sends the server's SETTINGS first.
inline std::uint32_t http2_request(LyingConnection& connection) {
  connection.send(http2_frame(kSettings, 0, 0, {}));
  if (connection.read_exactly(24).empty()) return 0;  // the preface
  while (true) {
    const std::string head = connection.read_exactly(9);
    if (head.empty()) return 0;
    const auto byte = [&head](std::size_t i) {
      return static_cast<std::uint32_t>(static_cast<unsigned char>(head[i]));
    };
    const std::uint32_t size = byte(0) << 16 | byte(1) << 8 | byte(2);
    if (size > 0 && connection.read_exactly(size).empty()) return 0;
    if (byte(3) == kSettings && byte(4) == 0) connection.send(http2_frame(kSettings, 1, 0, {}));
    if (byte(3) == kHeaders && (byte(4) & kEndHeaders) != 0) {
      return byte(5) << 24 | byte(6) << 16 | byte(7) << 8 | byte(8);
    }
  }
}

class LyingServer {
 public:
  // `head`: the request, empty with TLS, where the script reads it itself.
  using Script = std::function<void(LyingConnection&, const std::string& head)>;

  enum class Speaks { http1, http2_over_tls };

  LyingServer(Speaks speaks, std::map<std::string, Script> scripts)
      : scripts_(std::move(scripts)), certificate_("*.lies.example") {
    if (speaks == Speaks::http2_over_tls) {
      context_.reset(SSL_CTX_new(TLS_server_method()));
      SSL_CTX_use_certificate(context_.get(), certificate_.certificate());
      SSL_CTX_use_PrivateKey(context_.get(), certificate_.key());
      SSL_CTX_set_alpn_select_cb(context_.get(), &choose_http2, nullptr);
    }
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    listen(socket_, 128);
    socklen_t length = sizeof address;
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { accept_all(); });
  }
  ~LyingServer() {
    stop_ = true;
    thread_.join();
    for (std::thread& each : connections_) each.join();
    close(socket_);
  }
  LyingServer(const LyingServer&) = delete;
  LyingServer& operator=(const LyingServer&) = delete;

  unsigned short port() const { return port_; }
  std::string certificate_pem() const { return certificate_.pem(); }

 private:
  struct Deleter {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };

  static int choose_http2(SSL*, const unsigned char** out, unsigned char* length, const unsigned char* in,
                          unsigned in_length, void*) {
    static const unsigned char kHttp2[] = "\x02h2";
    unsigned char* chosen = nullptr;
    if (SSL_select_next_proto(&chosen, length, kHttp2, 3, in, in_length) != OPENSSL_NPN_NEGOTIATED) {
      return SSL_TLSEXT_ERR_ALERT_FATAL;
    }
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
  }

  void accept_all() {
    while (!stop_) {
      pollfd ready{socket_, POLLIN, 0};
      if (poll(&ready, 1, 50) <= 0) continue;
      const int client = accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
      if (client < 0) continue;
      const timeval limit{1, 0};  // a client that stops reading must not hold the end of the test
      setsockopt(client, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
      setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
      connections_.emplace_back([this, client] { serve(client); });
    }
  }

  void serve(int client) {
    std::unique_ptr<SSL, Deleter> ssl;
    std::string host, head;
    if (context_) {
      ssl.reset(SSL_new(context_.get()));
      SSL_set_fd(ssl.get(), client);
      if (SSL_accept(ssl.get()) > 0) {
        const char* name = SSL_get_servername(ssl.get(), TLSEXT_NAMETYPE_host_name);
        host = name == nullptr ? "" : name;
      }
    }
    LyingConnection connection(client, ssl.get(), stop_);
    if (!context_) {
      head = connection.read_head();
      const std::size_t at = head.find("\r\nHost: ");
      if (at != std::string::npos) host = head.substr(at + 8, head.find("\r\n", at + 8) - at - 8);
    }
    const auto script = scripts_.find(host.substr(0, host.find('.')));
    if (script != scripts_.end()) script->second(connection, head);
    close(client);
  }

  std::map<std::string, Script> scripts_;  // by the first label of the host
  TestCertificate certificate_;
  std::unique_ptr<SSL_CTX, Deleter> context_;
  int socket_ = -1;
  unsigned short port_ = 0;
  std::atomic<bool> stop_{false};
  std::list<std::thread> connections_;  // of accept_all(), joined at the end
  std::thread thread_;
};

}  // namespace pantau::test
