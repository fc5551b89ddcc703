#pragma once
// What to do after an answer that means "not now" and after no answer at all. Pure functions; any thread.
#include <curl/curl.h>

#include <chrono>
#include <optional>
#include <string_view>

#include "base/time.h"

namespace pantau::crawler {

// Retry-After (RFC 9110 10.2.3): seconds or an HTTP date; never negative. Nothing when absent or unreadable.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view value, UtcTime now);

struct RetryPolicy {
  int tries = 2;                                    // repetitions after the first answer
  std::chrono::milliseconds longest_wait{30000};    // a server that asks for more is not asked again in this fetch
  std::chrono::milliseconds first_wait{1000};       // when the server names no time; doubles each time
  std::chrono::milliseconds longest_rest{3600000};  // cap on what a server asks for
};

struct RetryDecision {
  bool again = false;
  std::chrono::milliseconds wait{0};  // before any further request to the host
  // Not 0: the server asked for more than a fetch waits; until then the host is not to be asked at all.
  std::chrono::milliseconds rest{0};
};

// After a 429 or 503 (RFC 6585 4, RFC 9110 15.6.4). `tries_made`: repetitions so far.
RetryDecision decide_retry(const RetryPolicy& policy, int tries_made, std::optional<std::chrono::seconds> retry_after);

// Whether the network may have failed by accident, so that the same request a moment later may succeed: refused and
// broken connections, names that did not resolve, HTTP/2 streams that were reset. Not: timeouts (the time is spent),
// untrusted certificates, answers that are no HTTP.
bool worth_another_try(CURLcode code);

}  // namespace pantau::crawler
