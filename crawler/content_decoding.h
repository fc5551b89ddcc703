#pragma once
// Undoing Content-Encoding (RFC 9110 8.4): gzip, deflate, br, zstd, also several in a row. Compressed bodies are the
// cheapest attack on a crawler, so that the decoded size and the ratio to the received size are both limited. Pure
// functions; any thread.
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace pantau::crawler {

struct DecodingLimits {
  std::uint64_t max_bytes = 8ull << 20;
  // Decoded bytes for each received one, counted once more than `ratio_free_bytes` came out: repetitive pages of some
  // kilobytes reach high ratios honestly. HTML rarely compresses better than 1:40; deflate's ceiling is 1:1032.
  std::uint64_t max_ratio = 200;
  std::uint64_t ratio_free_bytes = 1 << 20;
};

enum class DecodingEnd {
  complete,
  cut_short,  // the body ended before its coding did: what came out is a prefix
  too_large,  // a limit was reached: what came out is a prefix
  damaged,    // not decodable from some point on: what came out before is kept
  unknown,    // a coding that is not known
};

struct Decoded {
  DecodingEnd end = DecodingEnd::complete;
  std::string detail;  // empty when complete
};

// The codings named by a Content-Encoding value, in the order in which they were applied, "identity" left out.
std::vector<std::string> content_codings(std::string_view header);

// Takes decoded bytes as they come; false stops the decoding as `too_large`.
using DecodedSink = std::function<bool(std::string_view)>;

// Undoes all codings of the header. A damaged body gives what could be read.
Decoded decode_content(std::string_view body, std::string_view content_encoding, const DecodingLimits& limits,
                       const DecodedSink& sink);

}  // namespace pantau::crawler
