#include "crawler/robots_cache.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace pantau::crawler {

namespace asio = boost::asio;
using std::chrono::steady_clock;

// Marks an entry as being loaded; wakes the others however the loading ends.
class RobotsCache::Loading {
 public:
  Loading(RobotsCache& cache, std::string key) : cache_(cache), key_(std::move(key)) {
    event_ = std::make_shared<AsyncEvent>(cache_.executor_);
    cache_.entries_[key_].loading = event_;
  }
  Loading(const Loading&) = delete;
  Loading& operator=(const Loading&) = delete;
  ~Loading() {
    const auto entry = cache_.entries_.find(key_);
    if (entry != cache_.entries_.end()) entry->second.loading = nullptr;
    event_->set();
  }

 private:
  RobotsCache& cache_;
  std::string key_;
  std::shared_ptr<AsyncEvent> event_;
};

asio::awaitable<std::shared_ptr<const RobotsAnswer>> RobotsCache::get(Url url, std::string proxy) {
  const std::string key = url.origin() + " " + proxy;
  while (!stopped_) {
    const auto now = steady_clock::now();
    const auto found = entries_.find(key);
    if (found != entries_.end()) {
      if (found->second.answer && found->second.expires > now) co_return found->second.answer;
      if (const auto loading = found->second.loading) {
        co_await loading->wait();
        continue;
      }
    }
    const Loading loading(*this, key);
    drop_superfluous(now);
    RobotsAnswer fresh = co_await fetch_(url, proxy);
    Entry& entry = entries_[key];
    const bool unreachable = fresh.kind == RobotsAnswer::Kind::unreachable;
    // RFC 9309 2.4: an older copy may be used for as long as the file is unreachable.
    if (!unreachable || !entry.answer) entry.answer = std::make_shared<const RobotsAnswer>(std::move(fresh));
    const auto lifetime = unreachable ? kUnreachable : std::max(entry.answer->lifetime, kShortest);
    entry.expires = steady_clock::now() + std::min(lifetime, kLongest);
    co_return entry.answer;
  }
  auto interrupted = std::make_shared<RobotsAnswer>();
  interrupted->detail = "interrupted";
  co_return interrupted;
}

void RobotsCache::stop() {
  stopped_ = true;
  for (auto& [key, entry] : entries_) {
    if (entry.loading) entry.loading->set();
  }
}

void RobotsCache::drop_superfluous(Time now) {
  if (entries_.size() < drop_at_) return;
  std::erase_if(entries_, [&](const auto& entry) { return !entry.second.loading && entry.second.expires <= now; });
  drop_at_ = std::max<std::size_t>(4096, entries_.size() * 2);
}

std::chrono::seconds robots_lifetime(std::string_view cache_control) {
  for (const std::string& part : split(cache_control, ',')) {
    const std::string directive = to_lower_ascii(trim(part));
    if (directive == "no-store" || directive == "no-cache") return RobotsCache::kShortest;
    constexpr std::string_view kName = "max-age=";
    if (!directive.starts_with(kName)) continue;
    std::int64_t seconds = 0;
    const auto [stop, error] =
        std::from_chars(directive.data() + kName.size(), directive.data() + directive.size(), seconds);
    if (error != std::errc()) continue;
    return std::clamp(std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, 86400)), RobotsCache::kShortest,
                      RobotsCache::kLongest);
  }
  return RobotsCache::kLongest;
}

}  // namespace pantau::crawler
