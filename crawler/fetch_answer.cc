#include "crawler/fetch_answer.h"

#include "base/log.h"
#include "base/text.h"
#include "crawler/body_buffer.h"
#include "crawler/content_decoding.h"
#include "crawler/transfer.h"

namespace pantau::crawler {

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

std::string robots_tag(const std::vector<Header>& headers) {
  constexpr std::size_t kMaxTag = 500;
  std::string tag;
  for (const Header& header : headers) {
    if (!equals_ignore_case_ascii(header.name, "X-Robots-Tag") || tag.size() >= kMaxTag) continue;
    if (!tag.empty()) tag += ", ";
    tag += printable(header.value, kMaxTag);
  }
  return tag;
}

StatusVerdict judge_status(int status, const std::vector<Header>& headers) {
  const std::string code = "HTTP " + std::to_string(status);
  if (status == 304) return {Outcome::unchanged, "HTTP 304"};
  // What a well-known delivery network says of itself when it answers with a riddle instead of the page.
  if (equals_ignore_case_ascii(header_value(headers, "cf-mitigated"), "challenge")) {
    return {Outcome::blocked, code + ", a challenge page"};
  }
  if (status >= 200 && status < 300) return {Outcome::done, ""};
  switch (status) {
    case 401:
    case 403:
    case 407:
    case 429:
    case 451: {
      const std::string_view wait = header_value(headers, "Retry-After");
      return {Outcome::blocked, wait.empty() ? code : code + ", Retry-After " + std::string(clip_utf8(wait, 40))};
    }
    default:
      return {Outcome::failed, is_redirect(status) ? code + " without a Location" : code};
  }
}

void take_body(FetchResult& result, const Exchange& exchange, FetchKind kind, std::uint64_t max_bytes,
               const std::shared_ptr<MediaHold>& hold) {
  const std::string_view type = header_value(exchange.headers, "Content-Type");
  result.media_type = to_lower_ascii(trim(type.substr(0, type.find(';'))));
  const std::string_view coding = header_value(exchange.headers, "Content-Encoding");
  if (content_codings(coding).empty() || exchange.body.empty()) {
    result.body = exchange.body;
    return;
  }
  BodyBuffer buffer(is_media(kind) ? BodyBuffer::Place::memory_file : BodyBuffer::Place::heap);
  DecodingLimits limits;
  limits.max_bytes = max_bytes;
  const Decoded decoded = decode_content(exchange.body.view(), coding, limits,
                                         [&buffer](std::string_view part) { return buffer.append(part); });
  if (decoded.end == DecodingEnd::unknown) {
    // Browsers take what they have no decoder for as it is, and so see the page.
    result.body = exchange.body;
    if (result.detail.empty()) result.detail = decoded.detail + ", taken as it is";
    return;
  }
  auto body = buffer.finish(hold);
  if (!body) {
    result.outcome = Outcome::failed;
    result.detail = body.error().detail;
    return;
  }
  // An earlier verdict (a 404, a body that was cut at the limit) stands; this only adds to a success.
  if (decoded.end != DecodingEnd::complete && result.outcome == Outcome::done) {
    result.detail = decoded.detail;
    switch (decoded.end) {
      case DecodingEnd::complete:
        break;
      case DecodingEnd::too_large:
        result.outcome = Outcome::too_large;
        break;
      case DecodingEnd::cut_short:
        // A page that ends early is still shown by browsers, and looked at here.
        if (is_media(kind) || body->empty()) {
          result.outcome = Outcome::failed;
        } else {
          result.outcome = Outcome::partly_analysed;
          result.partial = true;
        }
        break;
      case DecodingEnd::damaged:
      case DecodingEnd::unknown:
        result.outcome = Outcome::failed;
        break;
    }
  }
  if (!is_media(kind) || result.outcome == Outcome::done) result.body = std::move(*body);
}

}  // namespace pantau::crawler
