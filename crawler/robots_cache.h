#pragma once
// What each origin's robots.txt asks of us, fetched once and kept (RFC 9309 2.4): a day at most, less when
// Cache-Control says so; an unreachable file is asked for again soon, and an older copy serves meanwhile. Requests for
// the same file wait for the one under way. I/O thread only. The fetching itself is passed in.
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/url.h"
#include "crawler/async_event.h"
#include "crawler/outcome.h"
#include "crawler/robots.h"

namespace pantau::crawler {

struct RobotsAnswer {
  static constexpr std::size_t kMaxSitemaps = 200;
  enum class Kind {
    rules,        // a file was read
    allow_all,    // there is none (RFC 9309 2.3.1.3)
    unreachable,  // server error or no answer: nothing may be fetched (RFC 9309 2.3.1.4)
    refused,      // the network guard refused the host itself
  };
  Kind kind = Kind::unreachable;
  RobotsRules rules;
  std::vector<std::string> sitemaps;  // absolute, each once, kMaxSitemaps at most
  // Of the file and where it was read, until it is cached: for whoever keeps it.
  std::string text, read_at;
  // How a fetch ends that an unreachable file forbids: `robots` when a server answered, though not with the file;
  // `timeout` or `failed` when nobody did, for then the host is dead and has forbidden nothing.
  Outcome outcome = Outcome::robots;
  std::string detail;  // why unreachable or refused
  std::chrono::seconds lifetime{0};
};

class RobotsCache {
 public:
  static constexpr std::chrono::seconds kLongest{24 * 3600}, kShortest{300}, kUnreachable{300};
  // `url`: the robots.txt; `proxy`: through which it is asked for.
  using Fetch = std::function<boost::asio::awaitable<RobotsAnswer>(Url url, std::string proxy)>;

  RobotsCache(boost::asio::any_io_executor executor, Fetch fetch)
      : executor_(std::move(executor)), fetch_(std::move(fetch)) {}

  // Never null. The cache must outlive the call.
  boost::asio::awaitable<std::shared_ptr<const RobotsAnswer>> get(Url url, std::string proxy);

  // Ends every wait with "unreachable".
  void stop();
  std::size_t size() const { return entries_.size(); }

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Entry {
    std::shared_ptr<const RobotsAnswer> answer;
    Time expires{};
    std::shared_ptr<AsyncEvent> loading;  // set while one is under way
  };
  class Loading;
  void drop_superfluous(Time now);

  boost::asio::any_io_executor executor_;
  Fetch fetch_;
  bool stopped_ = false;
  std::size_t drop_at_ = 4096;
  std::unordered_map<std::string, Entry> entries_;
};

// max-age of a Cache-Control value, within the cache's bounds; the longest when there is none.
std::chrono::seconds robots_lifetime(std::string_view cache_control);

}  // namespace pantau::crawler
