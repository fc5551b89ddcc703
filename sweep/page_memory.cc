#include "sweep/page_memory.h"

#include <algorithm>

#include "base/digest.h"
#include "crawler/http_date.h"
#include "crawler/transfer.h"

namespace pantau::sweep {
namespace {

constexpr std::size_t kLongestEtag = 1000, kLongestDate = 60;
constexpr auto kChangedJustNow = std::chrono::seconds(2);

bool is_plain(std::string_view value, std::size_t limit) {
  return !value.empty() && value.size() <= limit && std::all_of(value.begin(), value.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f;
  });
}

}  // namespace

Validators validators_of(const crawler::Exchange& exchange, std::string payload) {
  Validators out;
  out.payload = std::move(payload);
  out.whole_at = exchange.started;
  const std::string_view etag = crawler::header_value(exchange.headers, "ETag");
  if (is_plain(etag, kLongestEtag)) out.etag = etag;
  const std::string_view modified = crawler::header_value(exchange.headers, "Last-Modified");
  if (!is_plain(modified, kLongestDate)) return out;
  const std::optional<UtcTime> changed = crawler::parse_http_date(modified);
  const std::optional<UtcTime> answered = crawler::parse_http_date(crawler::header_value(exchange.headers, "Date"));
  if (changed && (!answered || *answered - *changed >= kChangedJustNow)) out.last_modified = modified;
  return out;
}

std::string medium_print(const std::string& kind, const std::string& canonical, const std::string& sha256,
                         const std::string& outcome) {
  return sha256_hex(kind + '\n' + canonical + '\n' + sha256 + '\n' + outcome).substr(0, 16);
}

}  // namespace pantau::sweep
