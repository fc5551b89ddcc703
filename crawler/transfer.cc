#include "crawler/transfer.h"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>

#include "base/digest.h"
#include "base/log.h"
#include "base/text.h"

namespace pantau::crawler {
namespace {

// Of all heads of one answer, the interim ones included; browsers stop at about as much.
constexpr std::size_t kMaxHeadBytes = 256 * 1024;
constexpr std::size_t kMaxTrailerBytes = 64 * 1024;
constexpr int kMaxInterimAnswers = 32;  // RFC 9110 15.2 names no limit; a handful is honest
// Bodies of redirects and errors are evidence, not content: an endless one is cut here.
constexpr std::uint64_t kMaxOtherBodyBytes = 1 << 20;

std::string chain_pem(SSL* ssl) {
  const STACK_OF(X509)* chain = SSL_get_peer_cert_chain(ssl);
  if (chain == nullptr) return {};
  const std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new(BIO_s_mem()), &BIO_free);
  if (!memory) return {};
  for (int i = 0; i < sk_X509_num(chain); ++i) PEM_write_bio_X509(memory.get(), sk_X509_value(chain, i));
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

// Values come from configuration and from hostile pages (referers): no line ends, no controls.
std::string header_safe(std::string_view value) {
  std::string out;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7f) out.push_back(c);
  }
  return out;
}

// "HTTP/2 200" is written "HTTP/1.1 200 ", so that what reads archives reads it (there is no WARC form of HTTP/2).
std::string as_http_1(std::string_view text, std::string_view before, std::string_view after) {
  const std::string pattern = std::string(before) + "HTTP/2" + std::string(after);
  std::string out(text);
  const std::size_t at = out.find(pattern);
  if (at != std::string::npos) out.replace(at + before.size(), 6, "HTTP/1.1");
  return out;
}

}  // namespace

bool is_media(FetchKind kind) {
  return kind == FetchKind::image || kind == FetchKind::video;
}

std::string_view header_value(const std::vector<Header>& headers, std::string_view name) {
  for (const Header& header : headers) {
    if (equals_ignore_case_ascii(header.name, name)) return header.value;
  }
  return {};
}

Transfer::Transfer(CURL* easy, const NetworkGuard& guard, TransferPlan plan)
    : easy_(easy),
      guard_(guard),
      plan_(std::move(plan)),
      body_(is_media(plan_.kind) ? BodyBuffer::Place::memory_file : BodyBuffer::Place::heap) {
  exchange_.url = plan_.url.without_fragment();
  exchange_.record_id = new_uuid();
  exchange_.started = utc_now();
  curl_easy_reset(easy_);
  set_options();
}

Transfer::~Transfer() {
  // libcurl keeps pointers to the lists and to this object until then.
  curl_easy_reset(easy_);
  curl_slist_free_all(header_list_);
  curl_slist_free_all(connect_list_);
}

void Transfer::set_options() {
  const auto set = [this](CURLoption option, auto value) { curl_easy_setopt(easy_, option, value); };
  set(CURLOPT_URL, exchange_.url.c_str());
  set(CURLOPT_PATH_AS_IS, 1L);
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_TCP_KEEPALIVE, 1L);
  // Leaving a running look-up to itself keeps a slow name server from stopping the I/O thread when a transfer ends.
  set(CURLOPT_QUICK_EXIT, 1L);
  // Bodies as received; decoding is done by us, with limits. Only the transfer coding is removed.
  set(CURLOPT_HTTP_CONTENT_DECODING, 0L);
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(plan_.connect_timeout.count()));
  allowed_time_ = std::max(std::chrono::milliseconds(1), plan_.total_timeout);
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(allowed_time_.count()));
  set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(plan_.low_speed_time.count()));
  set(CURLOPT_LOW_SPEED_LIMIT, static_cast<long>(plan_.low_speed_bytes_per_second));
  if (is_media(plan_.kind)) set(CURLOPT_BUFFERSIZE, 128L * 1024);
  set(CURLOPT_ERRORBUFFER, error_text_);
  if (!plan_.certificate_authorities_file.empty()) {
    set(CURLOPT_CAINFO, plan_.certificate_authorities_file.c_str());
  }
  // libcurl keeps the parsed authorities between connections only when they come from a file alone; otherwise it reads
  // some hundred certificates for each connection.
  set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));

  set(CURLOPT_USERAGENT, header_safe(plan_.user_agent).c_str());
  for (const Header& header : plan_.headers) {
    header_list_ = curl_slist_append(header_list_, header_safe(header.name + ": " + header.value).c_str());
  }
  set(CURLOPT_HTTPHEADER, header_list_);

  // Always set, also when empty: otherwise libcurl would take proxies from the environment, past the network guard.
  set(CURLOPT_PROXY, plan_.route.proxy.c_str());
  set(CURLOPT_NOPROXY, "");
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  if (!plan_.route.connect_to.empty()) {
    connect_list_ = curl_slist_append(nullptr, plan_.route.connect_to.c_str());
    set(CURLOPT_CONNECT_TO, connect_list_);
  }
  set(CURLOPT_OPENSOCKETFUNCTION, &Transfer::open_socket);
  set(CURLOPT_OPENSOCKETDATA, this);

  set(CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  set(CURLOPT_HEADERDATA, this);
  set(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  set(CURLOPT_WRITEDATA, this);
  // The only way to see the request as it was sent.
  set(CURLOPT_VERBOSE, 1L);
  set(CURLOPT_DEBUGFUNCTION, &Transfer::on_debug);
  set(CURLOPT_DEBUGDATA, this);
}

curl_socket_t Transfer::open_socket(void* self, curlsocktype, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(self);
  // With a proxy the only socket is the one to the proxy, which the operator chose; the target was checked by the
  // router.
  if (transfer.plan_.route.proxy.empty()) {
    if (auto why = transfer.guard_.refusal(&address->addr)) {
      if (transfer.refusal_.empty()) transfer.refusal_ = std::move(*why);
      return CURL_SOCKET_BAD;
    }
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

int Transfer::on_debug(CURL*, curl_infotype type, char* data, std::size_t size, void* self) {
  if (type != CURLINFO_HEADER_OUT) return 0;
  const std::string_view text(data, size);
  // The request to a proxy is not part of the exchange. A request repeated on a new connection replaces the first.
  if (text.starts_with("CONNECT ")) return 0;
  static_cast<Transfer*>(self)->exchange_.request_head = std::string(text);
  return 0;
}

std::size_t Transfer::on_header(char* data, std::size_t size, std::size_t count, void* self) {
  const std::size_t bytes = size * count;
  return static_cast<Transfer*>(self)->take_header_line({data, bytes}) ? bytes : 0;
}

std::size_t Transfer::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  const std::size_t bytes = size * count;
  return static_cast<Transfer*>(self)->take_body({data, bytes}) ? bytes : 0;
}

bool Transfer::take_header_line(std::string_view line) {
  if (line.starts_with("HTTP/")) {
    // A new head: the first one, or the final one after 1xx answers.
    if (exchange_.response_head.empty()) note_tls();
    in_head_ = true;
    answered_ = false;
    trailer_bytes_ = 0;
    exchange_.response_head.clear();
    exchange_.headers.clear();
    exchange_.status = 0;
    const std::size_t space = line.find(' ');
    exchange_.http_version = std::string(line.substr(5, space == std::string_view::npos ? space : space - 5));
    if (space != std::string_view::npos) {
      const std::string_view rest = trim(line.substr(space));
      std::from_chars(rest.data(), rest.data() + std::min<std::size_t>(3, rest.size()), exchange_.status);
    }
    exchange_.response_head = as_http_1(line, "", " ");
    head_bytes_ += line.size();
    return true;
  }
  if (!in_head_) {  // a trailer: not part of the head
    trailer_bytes_ += line.size();
    return trailer_bytes_ <= kMaxTrailerBytes || give_up("the trailer is larger than 64 KiB");
  }
  head_bytes_ += line.size();
  if (head_bytes_ > kMaxHeadBytes) return give_up("the head of the answer is larger than 256 KiB");
  exchange_.response_head += line;
  const std::string_view text = line.substr(0, line.find_last_not_of("\r\n") + 1);
  if (text.empty()) return head_is_complete();
  if (text.front() == ' ' || text.front() == '\t') {
    // A folded line (RFC 9112 5.2).
    if (!exchange_.headers.empty()) exchange_.headers.back().value += " " + std::string(trim(text));
    return true;
  }
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return true;
  Header header;
  header.name = std::string(trim(text.substr(0, colon)));
  header.value = std::string(trim(text.substr(colon + 1)));
  exchange_.headers.push_back(std::move(header));
  return true;
}

bool Transfer::head_is_complete() {
  in_head_ = false;
  if (exchange_.status >= 100 && exchange_.status < 200) {
    return ++interim_answers_ <= kMaxInterimAnswers || give_up("more than 32 interim answers (1xx)");
  }
  answered_ = true;
  const std::string_view text = header_value(exchange_.headers, "Content-Length");
  std::uint64_t length = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (text.empty() || error != std::errc() || stop != text.data() + text.size()) return true;
  if (plan_.hold) plan_.hold->shrink(std::min(length, body_limit()));
  allow_time_for(std::min(length, body_limit()));
  if (length > body_limit() && is_media(plan_.kind) && exchange_.status / 100 == 2) {
    too_large_ = true;  // not worth the first byte
    return false;
  }
  return true;
}

std::uint64_t Transfer::body_limit() const {
  if (exchange_.status / 100 == 2) return plan_.max_body_bytes;
  return std::min(plan_.max_body_bytes, kMaxOtherBodyBytes);
}

bool Transfer::take_body(std::string_view bytes) {
  const std::uint64_t limit = body_limit();
  if (body_.size() + bytes.size() > limit) {
    if (exchange_.status / 100 == 2 && !plan_.may_be_cut) too_large_ = true;
    cut_ = true;
    body_.append(bytes.substr(0, static_cast<std::size_t>(limit - body_.size())));
    return false;
  }
  if (body_.size() + bytes.size() > time_given_for_) allow_time_for(body_.size() + bytes.size() + (1 << 20));
  return body_.append(bytes);
}

bool Transfer::give_up(std::string why) {
  complaint_ = std::move(why);
  return false;
}

// libcurl looks at the option each time it looks at the clock, which the low-speed limit makes it do every second.
void Transfer::allow_time_for(std::uint64_t bytes) {
  if (plan_.slowest_bytes_per_second == 0 || bytes <= time_given_for_) return;
  time_given_for_ = bytes;
  const std::chrono::milliseconds needed(bytes * 1000 / plan_.slowest_bytes_per_second);
  const auto wanted = std::min(plan_.total_timeout + needed, plan_.longest_timeout);
  if (wanted <= allowed_time_) return;
  allowed_time_ = wanted;
  curl_easy_setopt(easy_, CURLOPT_TIMEOUT_MS, static_cast<long>(allowed_time_.count()));
}

void Transfer::note_timings() {
  const auto get = [this](CURLINFO what) {
    curl_off_t microseconds = 0;
    curl_easy_getinfo(easy_, what, &microseconds);
    return std::chrono::microseconds(std::max<curl_off_t>(0, microseconds));
  };
  FetchTimings& timings = exchange_.timings;
  timings.name = get(CURLINFO_NAMELOOKUP_TIME_T);
  timings.connected = get(CURLINFO_CONNECT_TIME_T);
  timings.secured = get(CURLINFO_APPCONNECT_TIME_T);
  timings.first_byte = get(CURLINFO_STARTTRANSFER_TIME_T);
  timings.total = get(CURLINFO_TOTAL_TIME_T);
  long connections = 0;
  curl_easy_getinfo(easy_, CURLINFO_NUM_CONNECTS, &connections);
  timings.new_connection = connections > 0;
}

void Transfer::note_tls() {
  if (plan_.url.scheme() != "https") return;
  curl_tlssessioninfo* session = nullptr;
  if (curl_easy_getinfo(easy_, CURLINFO_TLS_SSL_PTR, &session) != CURLE_OK || session == nullptr ||
      session->backend != CURLSSLBACKEND_OPENSSL || session->internals == nullptr) {
    return;
  }
  // Asked of the connection itself: CURLINFO_CERTINFO stays empty when a connection is used again.
  auto* ssl = static_cast<SSL*>(session->internals);
  exchange_.tls_version = SSL_get_version(ssl);
  exchange_.certificate_chain_pem = chain_pem(ssl);
}

std::string Transfer::failure_text(CURLcode code) const {
  if (!complaint_.empty()) return complaint_;
  const std::string given = error_text_[0] != 0 ? printable(error_text_, 200) : curl_easy_strerror(code);
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return "the name " + plan_.url.host() + " does not resolve";
    case CURLE_COULDNT_RESOLVE_PROXY:
      return "the proxy's name does not resolve";
    case CURLE_COULDNT_CONNECT:
      return "cannot connect: " + given;
    case CURLE_OPERATION_TIMEDOUT:
      return "timed out: " + given;
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return "the connection ended too early: " + given;
    case CURLE_PEER_FAILED_VERIFICATION:
      return "the certificate is not trusted: " + given;
    case CURLE_SSL_CONNECT_ERROR:
      return "no TLS connection: " + given;
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
      return "the answer is no HTTP: " + given;
    case CURLE_OUT_OF_MEMORY:
      // libcurl's own limits, of 100 KB for a line and 300 KB for a head, end so.
      return answered_ ? given : "the head of the answer is too large: " + given;
    default:
      return given;
  }
}

TransferEnd Transfer::finish(CURLcode code) {
  TransferEnd end;
  end.code = code;
  // Interim answers (1xx) and then the end: libcurl is content, nobody else is.
  if (code == CURLE_OK && !answered_) end.code = code = CURLE_GOT_NOTHING;
  end.answered = answered_;
  end.too_large = too_large_;
  exchange_.ended = utc_now();
  curl_off_t downloaded = 0;
  curl_easy_getinfo(easy_, CURLINFO_SIZE_DOWNLOAD_T, &downloaded);
  end.bytes = static_cast<std::uint64_t>(std::max<curl_off_t>(0, downloaded)) + exchange_.response_head.size();
  const char* address = nullptr;
  curl_easy_getinfo(easy_, CURLINFO_PRIMARY_IP, &address);
  exchange_.remote_address = !plan_.route.literal_address.empty() ? plan_.route.literal_address
                             : address == nullptr                 ? ""
                                                                  : address;
  note_timings();
  if (exchange_.http_version == "2") exchange_.request_head = as_http_1(exchange_.request_head, " ", "\r\n");

  if (too_large_ || cut_) {
    exchange_.truncated = "length";
    if (too_large_) end.detail = "the body is larger than " + std::to_string(plan_.max_body_bytes) + " bytes";
    if (answered_) end.code = CURLE_OK;  // we ended it
  } else if (code == CURLE_OPERATION_TIMEDOUT) {
    exchange_.truncated = "time";
  } else if (code != CURLE_OK) {
    exchange_.truncated = "disconnect";
  }
  if (end.code != CURLE_OK) {
    // An address was refused and no other one answered; with another one the refusal does not matter.
    if (!refusal_.empty() && !answered_) end.refusal = refusal_;
    end.detail = !end.refusal.empty() ? end.refusal : body_.error().empty() ? failure_text(end.code) : body_.error();
  }
  if (too_large_ && is_media(plan_.kind)) body_.discard();
  // Only media themselves count: the small bodies of redirects and errors must not keep the next hop from its room.
  const bool counts = exchange_.status / 100 == 2;
  if (plan_.hold) plan_.hold->shrink(counts ? body_.size() : 0);
  if (answered_) {
    auto body = body_.finish(counts ? plan_.hold : nullptr);
    if (body) {
      exchange_.body = std::move(*body);
    } else {
      end.answered = false;
      end.code = CURLE_OUT_OF_MEMORY;
      end.detail = body.error().detail;
    }
  }
  end.exchange = std::move(exchange_);
  return end;
}

}  // namespace pantau::crawler
