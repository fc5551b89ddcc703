// Dates and Retry-After values of foreign servers: whatever is accepted is a time that can be written and read again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/time.h"
#include "crawler/http_date.h"
#include "crawler/retry.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto when = pantau::crawler::parse_http_date(text)) {
    const auto again = pantau::parse_utc(pantau::format_utc(*when));
    if (!again || *again != std::chrono::floor<std::chrono::seconds>(*when)) std::abort();
  }
  const auto wait = pantau::crawler::parse_retry_after(text, pantau::UtcTime{});
  if (wait && wait->count() < 0) std::abort();
  const auto decision = pantau::crawler::decide_retry({}, 0, wait);
  if (decision.wait.count() < 0 || decision.rest > pantau::crawler::RetryPolicy().longest_rest) std::abort();
  return 0;
}
