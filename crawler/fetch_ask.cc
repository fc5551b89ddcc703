// FetcherCore::ask(): one request with its repetitions, from the turn in the host's queue to the finished exchange.
#include "base/text.h"
#include "crawler/fetcher_core.h"

namespace pantau::crawler {

namespace asio = boost::asio;
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

TransferPlan FetcherCore::plan_for(const Ask& ask, Route route) const {
  TransferPlan plan;
  plan.url = ask.url;
  plan.kind = ask.kind;
  plan.route = std::move(route);
  plan.user_agent = ask.user_agent;
  plan.headers = ask.headers;
  plan.max_body_bytes = ask.max_body_bytes;
  plan.may_be_cut = ask.may_be_cut;
  plan.connect_timeout = settings.connect_timeout;
  plan.total_timeout = ask.timeout;
  plan.low_speed_time = settings.low_speed_time;
  plan.low_speed_bytes_per_second = settings.low_speed_bytes_per_second;
  plan.certificate_authorities_file = settings.certificate_authorities_file;
  return plan;
}

asio::awaitable<Answer> FetcherCore::ask(std::shared_ptr<FetcherCore> self, Ask ask) {
  Answer answer;
  RetryPolicy policy;
  policy.tries = self->settings.busy_retries;
  policy.first_wait = self->settings.busy_first_wait;
  policy.longest_wait = self->settings.busy_longest_wait;
  for (int tries = 0;; ++tries) {
    Route route = co_await self->router_->route(ask.url, ask.proxy);
    if (!route.refusal.empty() || !route.failure.empty()) {
      answer.outcome = route.refusal.empty() ? Outcome::failed : Outcome::refused;
      answer.detail = route.refusal.empty() ? route.failure : route.refusal;
      co_return answer;
    }
    TurnRequest request;
    request.host = ask.url.host();
    request.delay = ask.delay;
    request.cost = is_media(ask.kind) ? ask.max_body_bytes : 0;
    Turn turn = co_await Turns::wait(self->turns_, std::move(request));
    CurlEasy easy = turn ? self->take_easy() : nullptr;
    if (!easy) {
      answer.detail = turn ? "libcurl gives no handle" : "interrupted";
      co_return answer;
    }
    TransferPlan plan = self->plan_for(ask, std::move(route));
    plan.hold = turn.hold();
    if (!ask.cookies_of.empty()) {
      answer.cookies = self->jars_[ask.cookies_of].header_for(ask.url, utc_now());
      if (!answer.cookies.empty()) plan.headers.push_back({"Cookie", answer.cookies});
    }
    ++self->counters.requests;
    const auto started = steady_clock::now();
    TransferEnd end;
    {
      Transfer transfer(easy.get(), self->router_->guard(), std::move(plan));
      const CURLcode code = co_await CurlMulti::perform(self->multi_, easy.get());
      end = transfer.finish(code);
    }
    self->idle_handles_.push_back(std::move(easy));
    answer.hold = turn.hold();
    turn.end();
    answer.spent += std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - started);
    self->counters.bytes += end.bytes;
    answer.answered = end.answered;
    answer.too_large = end.too_large;
    answer.complete = end.code == CURLE_OK;
    answer.detail = std::move(end.detail);
    answer.exchange = std::move(end.exchange);
    if (self->stopped_) {
      answer.answered = false;
      answer.outcome = Outcome::failed;
      answer.detail = "interrupted";
      co_return answer;
    }
    if (!end.answered) {
      answer.outcome = !end.refusal.empty()                   ? Outcome::refused
                       : end.code == CURLE_OPERATION_TIMEDOUT ? Outcome::timeout
                                                              : Outcome::failed;
      co_return answer;
    }
    if (!answer.complete) {
      answer.outcome = end.code == CURLE_OPERATION_TIMEDOUT ? Outcome::timeout : Outcome::failed;
    }
    self->keep_cookies(ask.cookies_of, ask.url, answer.exchange.headers);
    const int status = answer.exchange.status;
    if (status != 429 && status != 503) co_return answer;
    const auto retry_after = parse_retry_after(header_value(answer.exchange.headers, "Retry-After"), utc_now());
    const RetryDecision decision = decide_retry(policy, tries, retry_after);
    self->turns_->hold_back(ask.url.host(), decision.wait);
    if (!decision.again) co_return answer;
  }
}

}  // namespace pantau::crawler
