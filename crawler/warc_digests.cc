// check_digests() of warc_reader.h.
#include <fmt/format.h>

#include <optional>

#include "base/digest.h"
#include "base/log.h"
#include "base/text.h"
#include "crawler/warc_reader.h"

namespace pantau::crawler {
namespace {

constexpr std::string_view kSha256 = "sha256:";

// The value of a sha256 digest field in lower-case hexadecimal; nothing when the field is absent or of another kind.
std::optional<std::string> sha256_of(const WarcRecord& record, std::string_view name) {
  const std::string value = to_lower_ascii(record.field(name));
  if (value.rfind(kSha256, 0) != 0) return std::nullopt;
  return value.substr(kSha256.size());
}

// Where the payload begins in the block: at once, or after the head of an http message. Fed with the block in pieces.
class PayloadFinder {
 public:
  explicit PayloadFinder(bool has_head) : found_(!has_head) {}
  // The part of these bytes that belongs to the payload.
  std::string_view payload_of(std::string_view bytes) {
    if (found_) return bytes;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      constexpr std::string_view kEnd = "\r\n\r\n";
      matched_ = bytes[i] == kEnd[matched_] ? matched_ + 1 : bytes[i] == '\r' ? 1 : 0;
      if (matched_ == kEnd.size()) {
        found_ = true;
        return bytes.substr(i + 1);
      }
    }
    return {};
  }

 private:
  bool found_;
  std::size_t matched_ = 0;
};

}  // namespace

Result<std::string> check_digests(WarcReader& reader, const WarcRecord& record, bool digests_required) {
  const std::optional<std::string> block_due = sha256_of(record, "WARC-Block-Digest");
  std::optional<std::string> payload_due = sha256_of(record, "WARC-Payload-Digest");
  const std::string type(record.type());
  // A revisit names the payload of an earlier record; other types show none.
  const bool shows_payload = type == "response" || type == "resource" || type == "request" || type == "conversion";
  if (!shows_payload || record.field("WARC-Segment-Number") != std::string_view()) payload_due.reset();
  const bool is_http = to_lower_ascii(record.field("Content-Type")).rfind("application/http", 0) == 0;
  // The block of a resource is its payload: one sum is enough.
  const bool same = !is_http && block_due && payload_due;
  PayloadFinder finder(is_http);
  Sha256 block, payload;
  std::string buffer(64 << 10, '\0');
  while (true) {
    const Result<std::size_t> got = reader.read(buffer.data(), buffer.size());
    if (!got) return got.error();
    if (*got == 0) break;
    const std::string_view bytes = std::string_view(buffer).substr(0, *got);
    if (block_due) block.update(bytes);
    if (payload_due && !same) payload.update(finder.payload_of(bytes));
  }
  const std::string block_is = block_due ? block.finish_hex() : std::string();
  if (block_due && block_is != *block_due) return std::string("its block is not what its digest says");
  if (payload_due && (same ? block_is : payload.finish_hex()) != *payload_due)
    return std::string("its payload is not what its digest says");
  if (digests_required && !block_due) return std::string("it has no sha256 digest of its block");
  return std::string();
}

}  // namespace pantau::crawler
