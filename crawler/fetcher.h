#pragma once
// Fetching over http and https: one libcurl multi handle on the I/O thread, one coroutine an exchange. Redirects are
// followed hop by hop by us (never by libcurl), so that each hop passes the network guard, robots and politeness, and
// is recorded. Owned and called on the I/O thread only. Does not parse bodies and writes nothing to the disk.
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"
#include "base/url.h"
#include "crawler/ad.h"
#include "crawler/host_memory.h"
#include "crawler/outcome.h"

namespace pantau::crawler {

// listing: an announced sitemap.
enum class FetchKind { page, image, video, playlist, listing };

struct Header {
  std::string name, value;
};

struct Persona {
  std::string name = "default";
  std::string user_agent, accept_language, referer;
  std::string proxy;  // name of a configured proxy, empty = none
  // false: what robots.txt says is recorded and not obeyed (examination fetches, sources with robots: {ignore: ...}).
  bool obey_robots = true;
};

struct ProxyAddress {
  std::string url;  // socks5://host:1080 or http://host:3128
};

struct FetcherSettings {
  std::string user_agent = "Pantau/0.1 (+https://example.org/pantau)";
  int connections = 64;
  int per_host_connections = 2;
  std::chrono::milliseconds per_host_delay{500};
  // Hosts that answer from one network address share these; addresses that `connect_to` names are exempt. 0: no limit.
  int per_address_connections = 16;
  std::chrono::milliseconds per_address_delay{0};
  bool respect_robots = true;
  std::string ignore_robots_reason;  // kept in the log when robots is not respected
  std::uint64_t max_html_bytes = 8ull << 20, max_image_bytes = 32ull << 20, max_video_bytes = 512ull << 20;
  std::uint64_t max_listing_bytes = 50ull << 20;  // sitemaps.org's own limit
  std::uint64_t media_in_flight_bytes = 1024ull << 20;
  std::vector<std::string> connect_to;               // HOST:PORT:TO-HOST:TO-PORT
  std::vector<std::string> allow_private_addresses;  // CIDR
  // `total_timeout` is for one address, its redirects included. A medium gets what its size needs at
  // `slowest_media_bytes_per_second` on top, up to `longest_media_timeout`.
  std::chrono::seconds connect_timeout{15}, total_timeout{60}, longest_media_timeout{1800};
  std::uint64_t slowest_media_bytes_per_second = 256 << 10;
  // Slower than this for that long: the transfer ends as a timeout.
  std::chrono::seconds low_speed_time{20};
  std::uint64_t low_speed_bytes_per_second = 64, low_speed_media_bytes_per_second = 4096;
  int max_redirects = 15;
  int busy_retries = 2;                                  // repetitions after 429 and 503
  std::chrono::milliseconds busy_first_wait{1000};       // when the server names no time; doubles each time
  std::chrono::milliseconds busy_longest_wait{30000};    // who asks for more (Retry-After) is left alone until then
  std::chrono::milliseconds busy_longest_rest{3600000};  // cap on Retry-After
  int network_retries = 1;  // after refused and broken connections, names that did not resolve, HTTP/2 resets
  std::chrono::milliseconds network_first_wait{1000};  // doubles each time
  int silent_answers_to_rest = 6;  // requests without an answer in a row, after which a host is left alone for a minute
  std::chrono::milliseconds crawl_delay_cap{30000};
  std::string certificate_authorities_file;  // PEM; empty = the system's
  std::map<std::string, ProxyAddress> proxies;
  std::shared_ptr<HostMemory> host_memory;  // what a restart must still know of hosts; may be null
};

// One request as it went, also those that were repeated and left no exchange.
struct FetchAttempt {
  std::string url;
  UtcTime started{}, ended{};           // of the transfer
  std::chrono::milliseconds waited{0};  // before it, for the host's turn and a free connection
  int status = 0;                       // 0: no answer
  std::uint64_t bytes = 0;
  std::string detail;  // what went wrong; empty when nothing did
};

// When things had happened, counted from the start of the transfer (not of the wait for the host's turn). 0 for what
// did not take place: `name` and `connected` on a connection that was used again, `secured` without TLS.
struct FetchTimings {
  std::chrono::microseconds name{0}, connected{0}, secured{0}, first_byte{0}, total{0};
  bool new_connection = false;
};

// One request and its answer: what the WARC keeps.
struct Exchange {
  std::string url;        // requested, without fragment
  std::string record_id;  // uuid of the future response record
  UtcTime started{}, ended{};
  std::string request_head;   // as sent, ends with an empty line
  std::string response_head;  // as received (HTTP/2 written as HTTP/1.1 style), ends with an empty line
  Bytes body;                 // as received: transfer coding removed, content coding kept
  // Of `body`, where it was computed already; with a 304 of the body that it was asked about. Else empty.
  std::string payload_sha256;
  int status = 0;
  std::vector<Header> headers;
  std::string remote_address;  // literal IP, no port
  std::string http_version;    // "1.1", "2"
  std::string tls_version, certificate_chain_pem;
  std::string truncated;  // WARC-Truncated value: length | time | disconnect, or empty
  std::string robots;     // what robots.txt said of this address, as FetchResult::robots; empty for robots.txt itself
  FetchTimings timings;
};

struct FetchRequest {
  std::string url;
  FetchKind kind = FetchKind::page;
  std::string referer;
  Persona persona;
  int depth = 0;
  bool check_robots = true;                      // false only for robots.txt itself and for tests of other things
  std::string if_none_match, if_modified_since;  // conditional requests, empty = none
};

struct FetchResult {
  Outcome outcome = Outcome::failed;   // done, unchanged, or why not
  std::string detail;                  // one sentence for people
  std::string final_url;               // of the last hop that answered
  std::vector<RedirectHop> hops;       // every address asked, in order, the last one included
  std::vector<Exchange> exchanges;     // one a hop that answered
  std::vector<FetchAttempt> attempts;  // every request, in order
  int status = 0;
  std::vector<Header> headers;  // of the last answer
  std::string media_type;       // lower case, without parameters
  Bytes body;                   // decoded (gzip, deflate, br, zstd) body of the last answer; media kinds: sealed memfd
  // `body` is the beginning of a page of which no more came: its outcome is partly-analysed (the connection broke),
  // timeout or too-large. Browsers show such pages, so they are to be looked at: else a server that never ends its
  // pages would hide them. Never set for media.
  bool partial = false;
  std::string robots;      // allowed | disallowed | unreachable | ignored | not-checked
  std::string robots_tag;  // X-Robots-Tag of the last answer, several joined by ", "; recorded, not obeyed
  std::chrono::milliseconds took{0};

  // First value of a header, any case of the name; empty when absent.
  std::string header(std::string_view name) const;
};

class Fetcher {
 public:
  static Result<std::unique_ptr<Fetcher>> create(boost::asio::any_io_executor executor, FetcherSettings settings);
  ~Fetcher();

  // Never throws; waits for the host's turn (politeness) and for a free connection. Cookies are kept for the sweep
  // (RFC 6265, by persona). Must be awaited on the I/O thread.
  boost::asio::awaitable<FetchResult> fetch(FetchRequest request);

  // The addresses of Sitemap lines in the robots.txt of an address's origin, absolute, as the sweep asks it (fetched
  // when it is not known yet); empty when there is no such file or the guard refuses the host.
  boost::asio::awaitable<std::vector<std::string>> sitemaps(std::string url, std::string proxy);

  // Ends every wait and transfer; later fetches give Outcome::failed with detail "interrupted".
  void stop();

  struct Counters {
    std::uint64_t requests = 0, bytes = 0, robots_fetches = 0;
    std::uint64_t retries = 0;  // requests that repeat one
    std::uint64_t resting = 0;  // fetches that ended because their host is left alone
    int active = 0, waiting = 0;
    // Of those waiting: the longest wait up to now. Of all that had their turn: how long they waited in sum.
    std::chrono::milliseconds longest_wait{0}, waited{0};
  };
  Counters counters() const;
  // The exchanges of robots.txt files fetched since the last call, for the WARC.
  std::vector<Exchange> take_robots_exchanges();

 private:
  struct Impl;
  explicit Fetcher(std::unique_ptr<Impl>);
  std::unique_ptr<Impl> impl_;
};

}  // namespace pantau::crawler
