#pragma once
// From the answer of the last hop to the result of the fetch: status to outcome, and the decoded body. Pure functions
// on values; any thread.
#include <memory>
#include <optional>
#include <string>

#include "crawler/fetcher.h"
#include "crawler/media_budget.h"

namespace pantau::crawler {

struct StatusVerdict {
  Outcome outcome = Outcome::failed;
  std::string detail;
};
StatusVerdict judge_status(int status, const std::vector<Header>& headers);

// X-Robots-Tag values, several joined by ", ", clipped to what a record needs.
std::string robots_tag(const std::vector<Header>& headers);

// 301, 302, 303, 307, 308 with a Location.
bool is_redirect(int status);

// Fills media_type and body from the exchange, undoing its content coding. A limit or a damaged body changes outcome
// and detail; what could be decoded of a page is kept all the same.
void take_body(FetchResult& result, const Exchange& exchange, FetchKind kind, std::uint64_t max_bytes,
               const std::shared_ptr<MediaHold>& hold);

}  // namespace pantau::crawler
