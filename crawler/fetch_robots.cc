// FetcherCore and robots.txt: fetching the file (RFC 9309 2.3) and asking it before each hop.
#include <algorithm>

#include "base/text.h"
#include "crawler/content_decoding.h"
#include "crawler/fetch_answer.h"
#include "crawler/fetcher_core.h"

namespace pantau::crawler {

namespace asio = boost::asio;

namespace {

constexpr int kMaxRobotsRedirects = 5;  // RFC 9309 2.3.1.2

// `url`: where the file was read.
void read_rules(RobotsAnswer& result, const std::string& text, const Url& url, const std::string& agent) {
  const RobotsFile file = RobotsFile::parse(text);
  result.rules = file.rules_for(agent);
  for (const std::string& line : file.sitemaps()) {
    if (result.sitemaps.size() >= RobotsAnswer::kMaxSitemaps) break;
    const auto sitemap = Url::parse(line, &url);
    if (!sitemap) continue;
    std::string address = sitemap->without_fragment();
    if (std::find(result.sitemaps.begin(), result.sitemaps.end(), address) == result.sitemaps.end())
      result.sitemaps.push_back(std::move(address));
  }
}

}  // namespace

asio::awaitable<RobotsAnswer> FetcherCore::recall_robots(std::shared_ptr<FetcherCore> self, Url url,
                                                         std::string proxy) {
  const std::shared_ptr<HostMemory> memory = self ? self->settings.host_memory : nullptr;
  const std::string key = url.origin() + " " + proxy;
  const UtcTime now = utc_now();
  if (memory) {
    // One that is about to expire is asked for again: the cache keeps every answer for some minutes at least.
    const std::optional<KeptRobots> kept = memory->robots(key, now + RobotsCache::kShortest / 2);
    if (kept) {
      RobotsAnswer answer;
      answer.kind = static_cast<RobotsAnswer::Kind>(kept->kind);
      answer.outcome = static_cast<Outcome>(kept->outcome);
      answer.detail = kept->detail;
      answer.lifetime = std::chrono::floor<std::chrono::seconds>(kept->expires - now);
      if (answer.kind == RobotsAnswer::Kind::rules) {
        const auto read_at = Url::parse(kept->url);
        read_rules(answer, kept->text, read_at ? *read_at : url, self->settings.user_agent);
      }
      co_return answer;
    }
  }
  RobotsAnswer answer = co_await fetch_robots(self, std::move(url), std::move(proxy));
  if (memory && !self->stopped_ && answer.kind != RobotsAnswer::Kind::refused) {
    const auto lifetime = answer.kind == RobotsAnswer::Kind::unreachable
                              ? RobotsCache::kUnreachable
                              : std::min(std::max(answer.lifetime, RobotsCache::kShortest), RobotsCache::kLongest);
    KeptRobots kept{static_cast<int>(answer.kind),  static_cast<int>(answer.outcome), answer.detail,
                    std::exchange(answer.text, {}), std::move(answer.read_at),        utc_now() + lifetime};
    memory->keep_robots(key, kept);
  }
  answer.text.clear();
  answer.read_at.clear();
  co_return answer;
}

asio::awaitable<RobotsAnswer> FetcherCore::fetch_robots(std::shared_ptr<FetcherCore> self, Url url, std::string proxy) {
  RobotsAnswer result;
  if (!self || self->stopped_) {
    result.detail = "interrupted";
    co_return result;
  }
  for (int redirects = 0;; ++redirects) {
    if (const auto why = self->router_->refusal_before_connect(url)) {
      // A redirect into our own network leaves the file unreachable; the host itself is another matter.
      result.kind = redirects == 0 ? RobotsAnswer::Kind::refused : RobotsAnswer::Kind::unreachable;
      result.detail = *why;
      co_return result;
    }
    Ask ask;
    ask.url = url;
    ask.user_agent = self->settings.user_agent;
    ask.proxy = proxy;
    ask.headers.push_back({"Accept", "text/plain,*/*;q=0.8"});
    ask.headers.push_back({"Accept-Encoding", "gzip, deflate, br"});
    ask.max_body_bytes = kMaxRobotsBytes;
    ask.may_be_cut = true;
    ask.delay = self->settings.per_host_delay;
    ask.timeout = self->settings.total_timeout;
    Answer answer = co_await FetcherCore::ask(self, std::move(ask));
    ++self->counters.robots_fetches;
    if (!answer.answered) {
      const bool refused = answer.outcome == Outcome::refused && redirects == 0;
      result.kind = refused ? RobotsAnswer::Kind::refused : RobotsAnswer::Kind::unreachable;
      if (redirects == 0) result.outcome = answer.outcome;
      result.detail = answer.detail;
      co_return result;
    }
    const Exchange exchange = answer.exchange;
    self->robots_exchanges.push_back(std::move(answer.exchange));
    const int status = exchange.status;
    result.detail = "HTTP " + std::to_string(status);
    result.lifetime = robots_lifetime(header_value(exchange.headers, "Cache-Control"));
    const std::string_view location = header_value(exchange.headers, "Location");
    if (is_redirect(status) && !location.empty()) {
      auto next = Url::parse(location, &url);
      if (!next || redirects == kMaxRobotsRedirects) {
        result.kind = RobotsAnswer::Kind::allow_all;
        result.detail = next ? "too many redirects" : "a redirect that leads nowhere";
        co_return result;
      }
      url = std::move(*next);
      continue;
    }
    if (status >= 200 && status < 300) {
      if (!answer.complete) {
        if (redirects == 0) result.outcome = answer.outcome;
        result.detail = answer.detail;
        co_return result;  // half a file could hide a rule
      }
      std::string text;
      DecodingLimits limits;
      limits.max_bytes = kMaxRobotsBytes;
      const Decoded decoded = decode_content(exchange.body.view(), header_value(exchange.headers, "Content-Encoding"),
                                             limits, [&text](std::string_view part) {
                                               text.append(part);
                                               return true;
                                             });
      if (decoded.end == DecodingEnd::unknown) text = exchange.body.view();  // "Content-Encoding: UTF-8" and the like
      if (decoded.end == DecodingEnd::damaged) {
        result.detail = decoded.detail;
        co_return result;
      }
      // A line cut at the limit could say something else than the whole one: "Disallow: /" of "Disallow: /private".
      if (!exchange.truncated.empty() || decoded.end != DecodingEnd::complete) {
        text.resize(text.find_last_of("\r\n") == std::string::npos ? 0 : text.find_last_of("\r\n") + 1);
      }
      result.kind = RobotsAnswer::Kind::rules;
      read_rules(result, text, url, self->settings.user_agent);
      result.text = std::move(text);
      result.read_at = url.href();
      co_return result;
    }
    // 429 is about us and now, not about the file.
    const bool none = status >= 300 && status < 500 && status != 429;
    result.kind = none ? RobotsAnswer::Kind::allow_all : RobotsAnswer::Kind::unreachable;
    co_return result;
  }
}

// The verdict on the hop at hand. One disallowed hop marks the whole chain.
void FetcherCore::Chain::note_robots(std::string_view verdict) {
  hop_robots = std::string(verdict);
  if (result.robots != "disallowed") result.robots = hop_robots;
}

asio::awaitable<std::vector<std::string>> FetcherCore::sitemaps(std::shared_ptr<FetcherCore> self, std::string url,
                                                                std::string proxy) {
  std::vector<std::string> found;
  const auto base = Url::parse(url);
  auto file = base ? Url::parse("/robots.txt", &*base) : base;
  if (!file || self->stopped_) co_return found;
  const auto answer = co_await self->robots_->get(std::move(*file), std::move(proxy));
  found = answer->sitemaps;
  co_return found;
}

asio::awaitable<bool> FetcherCore::check_robots(std::shared_ptr<FetcherCore> self, Chain& chain) {
  chain.delay = self->settings.per_host_delay;
  if (!chain.request.check_robots) {
    chain.note_robots("not-checked");
    co_return true;
  }
  if (!self->settings.respect_robots) {
    chain.note_robots("ignored");
    co_return true;
  }
  auto file = Url::parse("/robots.txt", &chain.url);
  if (!file) {
    chain.end(Outcome::refused, file.error().detail);
    co_return false;
  }
  const auto answer = co_await self->robots_->get(std::move(*file), chain.request.persona.proxy);
  if (self->stopped_) {
    chain.end(Outcome::failed, "interrupted");
    co_return false;
  }
  switch (answer->kind) {
    case RobotsAnswer::Kind::refused:
      chain.note_robots("not-checked");
      chain.end(Outcome::refused, answer->detail);
      co_return false;
    case RobotsAnswer::Kind::unreachable:
      chain.note_robots("unreachable");
      if (!chain.request.persona.obey_robots) co_return true;
      chain.end(answer->outcome, "robots.txt is unreachable: " + answer->detail);
      co_return false;
    case RobotsAnswer::Kind::allow_all:
      chain.note_robots("allowed");
      co_return true;
    case RobotsAnswer::Kind::rules:
      break;
  }
  const RobotsVerdict verdict = answer->rules.decide(chain.url.request_target());
  chain.note_robots(verdict.allowed ? "allowed" : "disallowed");
  if (!verdict.allowed && chain.request.persona.obey_robots) {
    chain.end(Outcome::robots, "robots.txt line " + std::to_string(verdict.line) + ": " + verdict.rule);
    co_return false;
  }
  if (const auto delay = answer->rules.crawl_delay()) {
    chain.delay = std::max(chain.delay, std::min(*delay, self->settings.crawl_delay_cap));
  }
  co_return true;
}

}  // namespace pantau::crawler
