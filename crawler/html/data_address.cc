#include "crawler/html/data_address.h"

#include "base/text.h"
#include "crawler/html/decode.h"
#include "crawler/html/script.h"

namespace pantau::crawler::html {

std::optional<std::string> data_document(std::string_view address) {
  address = trim(address);
  if (!equals_ignore_case_ascii(address.substr(0, 5), "data:")) return std::nullopt;
  const std::size_t comma = address.find(',');
  if (comma == std::string_view::npos || comma > 256) return std::nullopt;
  const std::string head = to_lower_ascii(trim(address.substr(5, comma - 5)));
  if (head.rfind("text/html", 0) != 0 && head.rfind("application/xhtml+xml", 0) != 0) return std::nullopt;
  // Base64 and percent-encoding together make four bytes of one, at most.
  const std::string_view payload = address.substr(comma + 1);
  if (payload.size() > kMaxDataDocument * 4) return std::nullopt;
  std::string bytes = decode_percent(payload);
  if (head.size() >= 7 && head.compare(head.size() - 7, 7, ";base64") == 0) {
    auto decoded = decode_base64(bytes);
    if (!decoded) return std::nullopt;
    bytes = std::move(*decoded);
  }
  if (bytes.size() > kMaxDataDocument) return std::nullopt;
  return decode_document(bytes, head).text;
}

}  // namespace pantau::crawler::html
