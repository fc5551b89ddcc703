#pragma once
// The inside of Fetcher: what all fetches share. Coroutines hold it by shared_ptr, so that it outlives them. Not for
// use outside crawler/fetch*.cc. I/O thread only.
#include <curl/curl.h>

#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "crawler/cookies.h"
#include "crawler/curl_multi.h"
#include "crawler/fetcher.h"
#include "crawler/host_rest.h"
#include "crawler/robots_cache.h"
#include "crawler/route.h"
#include "crawler/transfer.h"
#include "crawler/turns.h"

namespace pantau::crawler {

struct CurlEasyDeleter {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
using CurlEasy = std::unique_ptr<CURL, CurlEasyDeleter>;

// One request for one address, with its repetitions when the server is busy.
struct Ask {
  Url url;
  FetchKind kind = FetchKind::page;
  std::string user_agent, proxy;
  std::vector<Header> headers;
  std::string cookies_of;  // persona; empty for requests without cookies
  std::uint64_t max_body_bytes = 0;
  bool may_be_cut = false;
  std::chrono::milliseconds delay{0};    // between this start and the host's next one
  std::chrono::milliseconds timeout{0};  // for all tries together
};

struct Answer {
  bool answered = false;              // `exchange` holds an answer
  Outcome outcome = Outcome::failed;  // why not, when it does not
  bool too_large = false;
  bool complete = true;  // false: the body ended early (time, disconnect)
  std::string detail;
  std::string cookies;                 // as sent
  std::chrono::milliseconds spent{0};  // transferring, without waiting
  Exchange exchange;
  std::vector<FetchAttempt> attempts;
  std::shared_ptr<MediaHold> hold;
};

class FetcherCore : public std::enable_shared_from_this<FetcherCore> {
 public:
  static Result<std::shared_ptr<FetcherCore>> create(boost::asio::any_io_executor executor, FetcherSettings settings);

  static boost::asio::awaitable<FetchResult> fetch(std::shared_ptr<FetcherCore> self, FetchRequest request);
  static boost::asio::awaitable<std::vector<std::string>> sitemaps(std::shared_ptr<FetcherCore> self, std::string url,
                                                                   std::string proxy);
  void stop();

  FetcherSettings settings;
  Fetcher::Counters counters;
  std::vector<Exchange> robots_exchanges;

  int active() const { return turns_->running(); }
  int waiting() const { return turns_->waiting(); }
  std::chrono::milliseconds longest_wait() const { return turns_->longest_wait(); }

 private:
  // One fetch on its way through its redirects.
  struct Chain {
    FetchRequest request;
    FetchResult result;
    Url url;
    std::set<std::string> seen;                     // address and cookies of every hop
    std::chrono::milliseconds delay{0}, budget{0};  // between starts on the host; time left for transferring
    int redirects = 0;
    std::string hop_robots;  // what robots.txt said of `url`

    void end(Outcome outcome, std::string detail);
    void note_robots(std::string_view verdict);
  };

  static boost::asio::awaitable<void> follow(std::shared_ptr<FetcherCore> self, Chain& chain);
  static boost::asio::awaitable<bool> check_robots(std::shared_ptr<FetcherCore> self, Chain& chain);
  static boost::asio::awaitable<Answer> ask(std::shared_ptr<FetcherCore> self, Ask ask);
  // From the host memory when it is there, else fetched and remembered.
  static boost::asio::awaitable<RobotsAnswer> recall_robots(std::shared_ptr<FetcherCore> self, Url url,
                                                            std::string proxy);
  static boost::asio::awaitable<RobotsAnswer> fetch_robots(std::shared_ptr<FetcherCore> self, Url url,
                                                           std::string proxy);

  Ask next_ask(const Chain& chain) const;
  TransferPlan plan_for(const Ask& ask, Route route, std::chrono::milliseconds spent) const;
  static boost::asio::awaitable<TransferEnd> transfer(std::shared_ptr<FetcherCore> self, TransferPlan plan);
  static void conclude(Chain& chain, Answer& answer, std::uint64_t limit);
  FetchAttempt begin_attempt(const Ask& ask, std::chrono::steady_clock::duration waited);
  void keep_cookies(const std::string& persona, const Url& url, const std::vector<Header>& headers);
  std::uint64_t max_bytes(FetchKind kind) const;
  CurlEasy take_easy();

  boost::asio::any_io_executor executor_;
  std::unique_ptr<Router> router_;
  std::shared_ptr<CurlMulti> multi_;
  std::shared_ptr<Turns> turns_;
  std::unique_ptr<RobotsCache> robots_;
  HostRest rest_{HostRest::Limits()};
  std::unordered_map<std::string, CookieJar> jars_;
  std::vector<CurlEasy> idle_handles_;
  bool stopped_ = false;
};

}  // namespace pantau::crawler
