// FetcherCore::ask(): one request with its repetitions, from the turn in the host's queue to the finished exchange.
#include "base/log.h"
#include "base/text.h"
#include "crawler/fetcher_core.h"
#include "crawler/retry.h"

namespace pantau::crawler {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

CurlEasy FetcherCore::take_easy() {
  if (idle_handles_.empty()) return CurlEasy(curl_easy_init());
  CurlEasy easy = std::move(idle_handles_.back());
  idle_handles_.pop_back();
  return easy;
}

void FetcherCore::keep_cookies(const std::string& persona, const Url& url, const std::vector<Header>& headers) {
  if (persona.empty()) return;
  for (const Header& header : headers) {
    if (equals_ignore_case_ascii(header.name, "Set-Cookie")) jars_[persona].store(url, header.value, utc_now());
  }
}

TransferPlan FetcherCore::plan_for(const Ask& ask, Route route, milliseconds spent) const {
  TransferPlan plan;
  plan.url = ask.url;
  plan.kind = ask.kind;
  plan.route = std::move(route);
  plan.user_agent = ask.user_agent;
  plan.headers = ask.headers;
  plan.max_body_bytes = ask.max_body_bytes;
  plan.may_be_cut = ask.may_be_cut;
  plan.connect_timeout = settings.connect_timeout;
  plan.total_timeout = std::max(milliseconds(1), ask.timeout - spent);
  plan.low_speed_time = settings.low_speed_time;
  plan.low_speed_bytes_per_second = settings.low_speed_bytes_per_second;
  if (is_media(ask.kind)) {
    plan.low_speed_bytes_per_second = settings.low_speed_media_bytes_per_second;
    plan.slowest_bytes_per_second = settings.slowest_media_bytes_per_second;
    plan.longest_timeout = std::max<milliseconds>(settings.longest_media_timeout, settings.total_timeout);
  }
  plan.certificate_authorities_file = settings.certificate_authorities_file;
  return plan;
}

asio::awaitable<TransferEnd> FetcherCore::transfer(std::shared_ptr<FetcherCore> self, TransferPlan plan) {
  TransferEnd end;
  CurlEasy easy = self->take_easy();
  if (!easy) {
    end.code = CURLE_FAILED_INIT;
    end.detail = "libcurl gives no handle";
    co_return end;
  }
  ++self->counters.requests;
  {
    Transfer transfer(easy.get(), self->router_->guard(), std::move(plan));
    const CURLcode code = co_await CurlMulti::perform(self->multi_, easy.get());
    end = transfer.finish(code);
  }
  self->idle_handles_.push_back(std::move(easy));
  self->counters.bytes += end.bytes;
  co_return end;
}

FetchAttempt FetcherCore::begin_attempt(const Ask& ask, steady_clock::duration waited) {
  FetchAttempt attempt;
  attempt.url = ask.url.without_fragment();
  attempt.started = utc_now();
  attempt.waited = std::chrono::duration_cast<std::chrono::milliseconds>(waited);
  counters.waited += attempt.waited;
  if (settings.host_memory) settings.host_memory->started(ask.url.host(), ask.delay, attempt.started);
  return attempt;
}

namespace {

// How a try ended that brought no whole answer.
Outcome outcome_of(const TransferEnd& end) {
  if (!end.refusal.empty()) return Outcome::refused;
  return end.code == CURLE_OPERATION_TIMEDOUT ? Outcome::timeout : Outcome::failed;
}

void finish_attempt(FetchAttempt& attempt, const TransferEnd& end) {
  attempt.ended = utc_now();
  attempt.status = end.answered ? end.exchange.status : 0;
  attempt.bytes = end.bytes;
  attempt.detail = end.refusal.empty() ? end.detail : end.refusal;
}

}  // namespace

asio::awaitable<Answer> FetcherCore::ask(std::shared_ptr<FetcherCore> self, Ask ask) {
  Answer answer;
  RetryPolicy policy;
  policy.tries = self->settings.busy_retries;
  policy.first_wait = self->settings.busy_first_wait;
  policy.longest_wait = self->settings.busy_longest_wait;
  policy.longest_rest = self->settings.busy_longest_rest;
  // A dead proxy is no dead host.
  const std::string& host = ask.url.host();
  const std::string rest_key = ask.proxy.empty() ? host : host + " " + ask.proxy;
  int busy_tries = 0, broken_tries = 0;
  while (true) {
    Route route = co_await self->router_->route(ask.url, ask.proxy);
    if (!route.refusal.empty() || !route.failure.empty()) {
      answer.outcome = route.refusal.empty() ? Outcome::failed : Outcome::refused;
      answer.detail = route.refusal.empty() ? route.failure : route.refusal;
      co_return answer;
    }
    TurnRequest request;
    request.host = host;
    request.delay = ask.delay;
    request.cost = is_media(ask.kind) ? ask.max_body_bytes : 0;
    const auto queued = steady_clock::now();
    Turn turn;
    // Asked before the wait and after it: the host may have fallen silent meanwhile.
    auto rest = self->rest_.resting(rest_key, steady_clock::now());
    if (!rest) {
      turn = co_await Turns::wait(self->turns_, std::move(request));
      if (!turn) {
        answer.answered = false;
        answer.outcome = Outcome::failed;
        answer.detail = "interrupted";
        co_return answer;
      }
      rest = self->rest_.resting(rest_key, steady_clock::now());
    }
    if (rest) {
      ++self->counters.resting;
      if (answer.answered) co_return answer;  // what an earlier try brought says more
      answer.outcome = rest->outcome;
      answer.detail = rest->detail;
      co_return answer;
    }
    const bool mapped = route.mapped;
    TransferPlan plan = self->plan_for(ask, std::move(route), answer.spent);
    plan.hold = turn.hold();
    std::string cookies;
    if (!ask.cookies_of.empty()) {
      cookies = self->jars_[ask.cookies_of].header_for(ask.url, utc_now());
      if (!cookies.empty()) plan.headers.push_back({"Cookie", cookies});
    }
    if (busy_tries + broken_tries > 0) ++self->counters.retries;
    FetchAttempt attempt = self->begin_attempt(ask, steady_clock::now() - queued);
    const auto started = steady_clock::now();
    TransferEnd end = co_await transfer(self, std::move(plan));
    answer.spent += std::chrono::duration_cast<milliseconds>(steady_clock::now() - started);
    if (!mapped) self->turns_->learn_address(host, end.exchange.remote_address);
    auto hold = turn.hold();
    turn.end();
    finish_attempt(attempt, end);
    answer.attempts.push_back(std::move(attempt));
    if (self->stopped_) {
      answer.answered = false;
      answer.outcome = Outcome::failed;
      answer.detail = "interrupted";
      co_return answer;
    }
    const bool complete = end.code == CURLE_OK;
    const CURLcode code = end.code;
    if (end.answered) {
      self->rest_.answered(rest_key);
    } else if (end.refusal.empty()) {
      self->rest_.silent(rest_key, outcome_of(end), end.detail, steady_clock::now());
    }
    // A try without an answer takes nothing from an earlier one that had half of it.
    if (end.answered || !answer.answered) {
      answer.outcome = complete ? Outcome::failed : outcome_of(end);
      answer.cookies = std::move(cookies);
      answer.hold = std::move(hold);
      answer.answered = end.answered;
      answer.too_large = end.too_large;
      answer.complete = complete;
      answer.detail = std::move(end.detail);
      answer.exchange = std::move(end.exchange);
    }
    const bool time_left = answer.spent < ask.timeout;
    if (!complete) {
      if (answer.answered && end.answered) self->keep_cookies(ask.cookies_of, ask.url, answer.exchange.headers);
      const bool again = end.refusal.empty() && worth_another_try(code) && time_left;
      if (!again || broken_tries >= self->settings.network_retries) co_return answer;
      self->turns_->hold_back(host, self->settings.network_first_wait * (1 << std::min(broken_tries, 10)));
      ++broken_tries;
      if (is_media(ask.kind) && answer.answered) {
        // Half a medium is none, and its room may be what the next try waits for.
        answer.answered = false;
        answer.exchange = Exchange();
        answer.hold.reset();
      }
      continue;
    }
    self->keep_cookies(ask.cookies_of, ask.url, answer.exchange.headers);
    const int status = answer.exchange.status;
    if (status != 429 && status != 503) co_return answer;
    const std::string_view asked = header_value(answer.exchange.headers, "Retry-After");
    const RetryDecision decision = decide_retry(policy, busy_tries, parse_retry_after(asked, utc_now()));
    self->turns_->hold_back(host, decision.wait);
    if (const auto& memory = self->settings.host_memory)
      memory->held_back(host, utc_now() + std::max<milliseconds>(decision.wait, decision.rest));
    if (decision.rest.count() > 0) {
      std::string why = "HTTP " + std::to_string(status) + ", Retry-After " + printable(asked, 40);
      self->rest_.asked(rest_key, std::move(why), decision.rest, steady_clock::now());
    }
    if (!decision.again || !time_left) co_return answer;
    ++busy_tries;
  }
}

}  // namespace pantau::crawler
