#pragma once
// Names to addresses for requests through a proxy, where Pantau resolves and checks itself. getaddrinfo() blocks for as
// long as a name server likes, so it runs on threads of its own that nobody ever waits for: stop() ends every wait at
// once, and a thread still inside the resolver ends by itself. Answers are kept for a minute. Everything here is called
// on the I/O thread; only the resolving function runs elsewhere.
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/address.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "crawler/async_event.h"

namespace pantau::crawler {

struct NameAnswer {
  std::vector<boost::asio::ip::address> addresses;
  std::string failure;  // why there are none, in words
};

// Blocks. The system's resolver.
NameAnswer resolve_name(const std::string& host);

class NameLookups : public std::enable_shared_from_this<NameLookups> {
 public:
  using Resolve = std::function<NameAnswer(const std::string& host)>;
  static constexpr int kThreads = 8;
  static constexpr std::chrono::seconds kKept{60};
  static constexpr std::size_t kMostKept = 4096;

  // `resolve` must stay callable for ever: threads may still be in it when everything else is gone.
  static std::shared_ptr<NameLookups> create(boost::asio::any_io_executor executor, Resolve resolve = resolve_name);
  ~NameLookups() { stop(); }
  NameLookups(const NameLookups&) = delete;
  NameLookups& operator=(const NameLookups&) = delete;

  // Look-ups of the same name under way are shared. After stop() a failure "interrupted".
  static boost::asio::awaitable<NameAnswer> find(std::shared_ptr<NameLookups> self, std::string host);
  void stop();

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Entry {
    explicit Entry(const boost::asio::any_io_executor& executor) : known(executor) {}
    AsyncEvent known;
    NameAnswer answer;
    Time until{};
  };
  struct Shared;  // what the threads see

  NameLookups(boost::asio::any_io_executor executor, Resolve resolve);
  void answered(const std::string& host, NameAnswer answer);
  void forget(Time now);
  static void work(const std::shared_ptr<Shared>& shared);

  boost::asio::any_io_executor executor_;
  bool stopped_ = false;
  std::unordered_map<std::string, std::shared_ptr<Entry>> entries_;
  std::shared_ptr<Shared> shared_;
};

}  // namespace pantau::crawler
