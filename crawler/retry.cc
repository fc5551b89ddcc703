#include "crawler/retry.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "crawler/http_date.h"

namespace pantau::crawler {

std::optional<std::chrono::seconds> parse_retry_after(std::string_view value, UtcTime now) {
  value = trim(value);
  if (value.empty()) return std::nullopt;
  if (value.find_first_not_of("0123456789") == std::string_view::npos) {
    // Longer than any number of seconds that makes sense: as good as for ever.
    if (value.size() > 9) return std::chrono::hours(24 * 365);
    std::int64_t seconds = 0;
    std::from_chars(value.data(), value.data() + value.size(), seconds);
    return std::chrono::seconds(seconds);
  }
  const auto date = parse_http_date(value);
  if (!date) return std::nullopt;
  const auto wait = std::chrono::ceil<std::chrono::seconds>(*date - now);
  return std::max(wait, std::chrono::seconds(0));
}

RetryDecision decide_retry(const RetryPolicy& policy, int tries_made, std::optional<std::chrono::seconds> retry_after) {
  RetryDecision decision;
  if (retry_after && *retry_after > policy.longest_wait) {
    decision.wait = policy.longest_wait;
    decision.rest = std::min<std::chrono::milliseconds>(*retry_after, policy.longest_rest);
    return decision;
  }
  decision.wait = retry_after ? std::chrono::milliseconds(*retry_after)
                              : std::min(policy.first_wait * (1 << std::min(tries_made, 10)), policy.longest_wait);
  decision.again = tries_made < policy.tries;
  return decision;
}

bool worth_another_try(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return true;
    default:
      return false;
  }
}

}  // namespace pantau::crawler
