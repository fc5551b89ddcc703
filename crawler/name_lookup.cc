#include "crawler/name_lookup.h"

#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <deque>
#include <mutex>
#include <thread>

namespace pantau::crawler {

namespace asio = boost::asio;
using std::chrono::steady_clock;

NameAnswer resolve_name(const std::string& host) {
  NameAnswer answer;
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* found = nullptr;
  const int failed = getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (failed != 0) {
    answer.failure = "the name " + host + " does not resolve: " + gai_strerror(failed);
    return answer;
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, &freeaddrinfo);
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    if (each->ai_family == AF_INET) {
      const auto* in = reinterpret_cast<const sockaddr_in*>(each->ai_addr);
      answer.addresses.emplace_back(asio::ip::address_v4(ntohl(in->sin_addr.s_addr)));
    } else if (each->ai_family == AF_INET6) {
      const auto* in = reinterpret_cast<const sockaddr_in6*>(each->ai_addr);
      asio::ip::address_v6::bytes_type bytes{};
      std::copy_n(in->sin6_addr.s6_addr, bytes.size(), bytes.begin());
      answer.addresses.emplace_back(asio::ip::address_v6(bytes));
    }
  }
  if (answer.addresses.empty()) answer.failure = "the name " + host + " has no address";
  return answer;
}

// Outlives the look-ups for as long as a thread is in the resolver. The executor is dropped by stop() under the lock,
// so that no thread touches it afterwards.
struct NameLookups::Shared {
  std::mutex mutex;
  Resolve resolve;
  asio::any_io_executor executor;
  std::weak_ptr<NameLookups> owner;
  std::deque<std::string> names;
  int threads = 0;
  bool stopped = false;
};

NameLookups::NameLookups(asio::any_io_executor executor, Resolve resolve)
    : executor_(std::move(executor)), shared_(std::make_shared<Shared>()) {
  shared_->resolve = std::move(resolve);
  shared_->executor = executor_;
}

std::shared_ptr<NameLookups> NameLookups::create(asio::any_io_executor executor, Resolve resolve) {
  std::shared_ptr<NameLookups> self(new NameLookups(std::move(executor), std::move(resolve)));
  self->shared_->owner = self;
  return self;
}

void NameLookups::work(const std::shared_ptr<Shared>& shared) {
  while (true) {
    std::string name;
    {
      const std::lock_guard lock(shared->mutex);
      if (shared->stopped || shared->names.empty()) {
        --shared->threads;
        return;
      }
      name = std::move(shared->names.front());
      shared->names.pop_front();
    }
    NameAnswer answer = shared->resolve(name);
    const std::lock_guard lock(shared->mutex);
    if (shared->stopped) continue;
    asio::post(shared->executor, [owner = shared->owner, name, answer = std::move(answer)]() mutable {
      if (const auto self = owner.lock()) self->answered(name, std::move(answer));
    });
  }
}

asio::awaitable<NameAnswer> NameLookups::find(std::shared_ptr<NameLookups> self, std::string host) {
  const auto now = steady_clock::now();
  NameAnswer interrupted;
  interrupted.failure = "interrupted";
  if (self->stopped_) co_return interrupted;
  auto found = self->entries_.find(host);
  if (found != self->entries_.end() && found->second->known.is_set() && found->second->until <= now) {
    self->entries_.erase(found);
    found = self->entries_.end();
  }
  std::shared_ptr<Entry> entry;
  if (found != self->entries_.end()) {
    entry = found->second;
  } else {
    self->forget(now);
    entry = std::make_shared<Entry>(self->executor_);
    self->entries_.emplace(host, entry);
    const std::shared_ptr<Shared> shared = self->shared_;
    const std::lock_guard lock(shared->mutex);
    shared->names.push_back(host);
    if (shared->threads < kThreads) {
      ++shared->threads;
      std::thread([shared] { work(shared); }).detach();
    }
  }
  co_await entry->known.wait();
  if (self->stopped_) co_return interrupted;
  co_return entry->answer;
}

void NameLookups::answered(const std::string& host, NameAnswer answer) {
  const auto found = entries_.find(host);
  if (stopped_ || found == entries_.end()) return;
  Entry& entry = *found->second;
  // Failures are told to those who wait now; the next one asks again.
  entry.until = answer.failure.empty() ? steady_clock::now() + kKept : Time{};
  entry.answer = std::move(answer);
  entry.known.set();
}

void NameLookups::forget(Time now) {
  if (entries_.size() < kMostKept) return;
  std::erase_if(entries_,
                [&](const auto& entry) { return entry.second->known.is_set() && entry.second->until <= now; });
}

void NameLookups::stop() {
  if (stopped_) return;
  stopped_ = true;
  {
    const std::lock_guard lock(shared_->mutex);
    shared_->stopped = true;
    shared_->names.clear();
    shared_->executor = {};
  }
  for (const auto& [host, entry] : entries_) entry->known.set();
}

}  // namespace pantau::crawler
