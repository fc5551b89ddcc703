#include "crawler/fetcher.h"

#include <set>

#include "base/log.h"
#include "base/text.h"
#include "crawler/content_decoding.h"
#include "crawler/fetch_answer.h"
#include "crawler/fetcher_core.h"

namespace pantau::crawler {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

// What browsers send for each kind; some servers choose their answer by it.
std::string_view accept_of(FetchKind kind) {
  switch (kind) {
    case FetchKind::page:
      return "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    case FetchKind::listing:
      return "application/xml,text/xml,text/plain;q=0.9,*/*;q=0.8";
    case FetchKind::image:
      return "image/avif,image/webp,image/png,image/*;q=0.8,*/*;q=0.5";
    case FetchKind::video:
    case FetchKind::playlist:
      return "*/*";
  }
  return "*/*";
}

std::string_view accepted_codings(FetchKind kind) {
  return kind == FetchKind::video ? "identity;q=1, *;q=0" : "gzip, deflate, br, zstd";
}

milliseconds elapsed_since(steady_clock::time_point start) {
  return std::chrono::duration_cast<milliseconds>(steady_clock::now() - start);
}

// Without the fragment and user information, which are nobody's business (RFC 9110 10.1.3).
std::string referer_value(const std::string& referer) {
  if (referer.empty()) return {};
  const auto url = Url::parse(referer);
  return url ? url->without_fragment() : std::string();
}

Result<void> check_settings(const FetcherSettings& settings) {
  if (settings.connections < 1) return operator_error("crawler.connections must be at least 1");
  if (settings.per_host_connections < 1) return operator_error("crawler.per_host_connections must be at least 1");
  if (robots_product_token(settings.user_agent).empty()) {
    return operator_error("crawler.user_agent must begin with a product name of letters, as in \"Pantau/1.0\"");
  }
  return {};
}

}  // namespace

void FetcherCore::Chain::end(Outcome outcome, std::string detail) {
  result.outcome = outcome;
  result.detail = redirects > 0 && outcome != Outcome::done && outcome != Outcome::unchanged
                      ? "after " + std::to_string(redirects) + (redirects == 1 ? " redirect, at " : " redirects, at ") +
                            printable(url.without_fragment(), 200) + ": " + detail
                      : std::move(detail);
}

Result<std::shared_ptr<FetcherCore>> FetcherCore::create(asio::any_io_executor executor, FetcherSettings settings) {
  if (auto checked = check_settings(settings); !checked) return checked.error();
  auto guard = NetworkGuard::create(settings.allow_private_addresses);
  if (!guard) return guard.error();
  auto router = Router::create(executor, settings, std::move(*guard));
  if (!router) return router.error();
  auto multi = CurlMulti::create(executor, std::max(64, settings.connections * 2));
  if (!multi) return multi.error();
  auto core = std::make_shared<FetcherCore>();
  core->executor_ = executor;
  core->router_ = std::move(*router);
  core->multi_ = std::move(*multi);
  PolitenessLimits limits;
  limits.per_host = settings.per_host_connections;
  // One host alone may always use what it is allowed.
  limits.per_address = settings.per_address_connections <= 0
                           ? 0
                           : std::max(settings.per_address_connections, settings.per_host_connections);
  limits.address_delay = settings.per_address_delay;
  core->turns_ = Turns::create(executor, settings.connections, limits, settings.media_in_flight_bytes);
  HostRest::Limits rest;
  rest.failures = settings.silent_answers_to_rest;
  core->rest_ = HostRest(rest);
  core->settings = std::move(settings);
  const std::weak_ptr<FetcherCore> weak = core;
  core->robots_ = std::make_unique<RobotsCache>(executor, [weak](Url url, std::string proxy) {
    return recall_robots(weak.lock(), std::move(url), std::move(proxy));
  });
  if (core->settings.host_memory) {
    const UtcTime now = utc_now();
    for (const HostMemory::Held& held : core->settings.host_memory->held()) {
      // Only what the host asked for ends fetches; our own delay, however long, is waited for. Capped, since the clock
      // may have been set back.
      const milliseconds asked = std::min<milliseconds>(held.asked_until - now, core->settings.busy_longest_rest);
      if (asked > core->settings.busy_longest_wait) {
        const std::string why = "in an earlier run";
        core->rest_.asked(held.host, why, asked, steady_clock::now());
        for (const auto& [proxy, address] : core->settings.proxies)
          core->rest_.asked(held.host + " " + proxy, why, asked, steady_clock::now());
      } else {
        core->turns_->hold_back(held.host, std::min<milliseconds>(held.until - now, std::chrono::hours(24)));
      }
    }
  }
  if (!core->settings.respect_robots) {
    log_warning("robots.txt is not respected: " + core->settings.ignore_robots_reason);
  }
  return core;
}

void FetcherCore::stop() {
  if (stopped_) return;
  stopped_ = true;
  robots_->stop();
  router_->stop();
  turns_->stop();
  multi_->stop();
}

std::uint64_t FetcherCore::max_bytes(FetchKind kind) const {
  switch (kind) {
    case FetchKind::page:
    case FetchKind::playlist:
      return settings.max_html_bytes;
    case FetchKind::listing:
      return settings.max_listing_bytes;
    case FetchKind::image:
      return settings.max_image_bytes;
    case FetchKind::video:
      return settings.max_video_bytes;
  }
  return settings.max_html_bytes;
}

Ask FetcherCore::next_ask(const Chain& chain) const {
  const FetchRequest& request = chain.request;
  Ask ask;
  ask.url = chain.url;
  ask.kind = request.kind;
  ask.user_agent = request.persona.user_agent.empty() ? settings.user_agent : request.persona.user_agent;
  ask.proxy = request.persona.proxy;
  ask.cookies_of = request.persona.name.empty() ? "default" : request.persona.name;
  ask.max_body_bytes = max_bytes(request.kind);
  ask.delay = chain.delay;
  ask.timeout = chain.budget;
  const auto add = [&ask](std::string name, std::string_view value) {
    if (!value.empty()) ask.headers.push_back({std::move(name), std::string(value)});
  };
  add("Accept", accept_of(request.kind));
  add("Accept-Encoding", accepted_codings(request.kind));
  add("Accept-Language", request.persona.accept_language);
  add("Referer", referer_value(request.referer.empty() ? request.persona.referer : request.referer));
  if (chain.redirects == 0) {  // validators belong to the address they came from
    add("If-None-Match", request.if_none_match);
    add("If-Modified-Since", request.if_modified_since);
  }
  return ask;
}

// The last answer of a chain: its status, what broke off, and the body.
void FetcherCore::conclude(Chain& chain, Answer& answer, std::uint64_t limit) {
  FetchResult& result = chain.result;
  const Exchange& exchange = result.exchanges.back();
  const StatusVerdict verdict = judge_status(exchange.status, exchange.headers);
  chain.end(verdict.outcome, verdict.detail);
  const bool asked =
      chain.redirects == 0 && !(chain.request.if_none_match.empty() && chain.request.if_modified_since.empty());
  if (verdict.outcome == Outcome::unchanged && !asked) {
    // Nothing was asked that it could have said "unchanged" to; believing it would hide the page.
    chain.end(Outcome::failed, "HTTP 304 to a request without conditions");
  }
  const bool broke_off = !answer.complete && verdict.outcome == Outcome::done;
  if (answer.too_large) {
    chain.end(Outcome::too_large, answer.detail);
  } else if (broke_off) {
    chain.end(answer.outcome, answer.detail);
  }
  take_body(result, exchange, chain.request.kind, limit, answer.hold);
  const bool cut = answer.too_large || broke_off || result.outcome == Outcome::too_large;
  if (!cut || is_media(chain.request.kind) || exchange.status / 100 != 2 || result.body.empty()) return;
  result.partial = true;
  if (result.outcome == Outcome::failed) result.outcome = Outcome::partly_analysed;
}

asio::awaitable<void> FetcherCore::follow(std::shared_ptr<FetcherCore> self, Chain& chain) {
  while (true) {
    if (const auto why = self->router_->refusal_before_connect(chain.url)) {
      if (chain.result.robots.empty()) chain.result.robots = "not-checked";
      chain.end(Outcome::refused, *why);
      co_return;
    }
    const bool allowed = co_await check_robots(self, chain);
    if (!allowed) co_return;
    if (chain.budget <= milliseconds(0)) {
      chain.end(Outcome::timeout, "the time for this address is used up");
      co_return;
    }
    Ask next = self->next_ask(chain);
    const std::uint64_t limit = next.max_body_bytes;
    Answer answer = co_await ask(self, std::move(next));
    chain.budget -= answer.spent;
    std::move(answer.attempts.begin(), answer.attempts.end(), std::back_inserter(chain.result.attempts));
    RedirectHop hop;
    hop.url = chain.url.without_fragment();
    if (answer.answered) {
      hop.status = answer.exchange.status;
      hop.remote_address = answer.exchange.remote_address;
    }
    chain.result.hops.push_back(std::move(hop));
    if (!answer.answered) {
      chain.end(answer.outcome, answer.detail);
      co_return;
    }
    FetchResult& result = chain.result;
    answer.exchange.robots = chain.hop_robots;
    result.exchanges.push_back(std::move(answer.exchange));
    const Exchange& exchange = result.exchanges.back();
    result.final_url = exchange.url;
    result.status = exchange.status;
    result.headers = exchange.headers;
    result.robots_tag = robots_tag(exchange.headers);

    const std::string_view location = header_value(exchange.headers, "Location");
    if (!is_redirect(exchange.status) || location.empty()) {
      conclude(chain, answer, limit);
      co_return;
    }

    // The same address again is a loop, unless the answer set a cookie that the next request will bring.
    chain.seen.insert(chain.url.without_fragment() + "\n" + answer.cookies);
    if (chain.redirects == self->settings.max_redirects) {
      chain.end(Outcome::failed, "more than " + std::to_string(chain.redirects) + " redirects");
      co_return;
    }
    auto target = Url::parse(location, &chain.url);
    if (!target) {
      const bool other_scheme = target.error().native == Url::kOtherScheme;
      chain.end(other_scheme ? Outcome::failed : Outcome::refused,
                "it redirects to " + printable(location, 200) + ", which is not followed: " + target.error().detail);
      co_return;
    }
    std::string cookies_next;
    const std::string persona = chain.request.persona.name.empty() ? "default" : chain.request.persona.name;
    if (const auto jar = self->jars_.find(persona); jar != self->jars_.end()) {
      cookies_next = jar->second.header_for(*target, utc_now());
    }
    if (chain.seen.contains(target->without_fragment() + "\n" + cookies_next)) {
      chain.end(Outcome::failed, "a redirect loop, back to " + printable(target->without_fragment(), 200));
      co_return;
    }
    ++chain.redirects;
    chain.url = std::move(*target);
  }
}

asio::awaitable<FetchResult> FetcherCore::fetch(std::shared_ptr<FetcherCore> self, FetchRequest request) {
  const auto started = steady_clock::now();
  Chain chain;
  chain.request = std::move(request);
  if (self->stopped_) {
    chain.end(Outcome::failed, "interrupted");
    co_return std::move(chain.result);
  }
  auto url = Url::parse(chain.request.url);
  if (!url) {
    chain.result.robots = "not-checked";
    chain.end(Outcome::refused, url.error().detail);
    co_return std::move(chain.result);
  }
  chain.url = std::move(*url);
  chain.budget = self->settings.total_timeout;
  try {
    co_await follow(self, chain);
  } catch (const std::exception& error) {
    // Cancellation of the calling coroutine, or no memory.
    chain.end(Outcome::failed, std::string("interrupted: ") + error.what());
  }
  chain.result.took = elapsed_since(started);
  co_return std::move(chain.result);
}

struct Fetcher::Impl {
  std::shared_ptr<FetcherCore> core;
};

Fetcher::Fetcher(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Fetcher::~Fetcher() {
  stop();
}

Result<std::unique_ptr<Fetcher>> Fetcher::create(asio::any_io_executor executor, FetcherSettings settings) {
  auto core = FetcherCore::create(std::move(executor), std::move(settings));
  if (!core) return core.error();
  auto impl = std::make_unique<Impl>();
  impl->core = std::move(*core);
  return std::unique_ptr<Fetcher>(new Fetcher(std::move(impl)));
}

asio::awaitable<FetchResult> Fetcher::fetch(FetchRequest request) {
  return FetcherCore::fetch(impl_->core, std::move(request));
}

asio::awaitable<std::vector<std::string>> Fetcher::sitemaps(std::string url, std::string proxy) {
  return FetcherCore::sitemaps(impl_->core, std::move(url), std::move(proxy));
}

void Fetcher::stop() {
  impl_->core->stop();
}

Fetcher::Counters Fetcher::counters() const {
  Counters now = impl_->core->counters;
  now.active = impl_->core->active();
  now.waiting = impl_->core->waiting();
  now.longest_wait = impl_->core->longest_wait();
  return now;
}

std::vector<Exchange> Fetcher::take_robots_exchanges() {
  return std::exchange(impl_->core->robots_exchanges, {});
}

std::string FetchResult::header(std::string_view name) const {
  return std::string(header_value(headers, name));
}

}  // namespace pantau::crawler
