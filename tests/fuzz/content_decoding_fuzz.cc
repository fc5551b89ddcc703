// Content codings: the first line is the Content-Encoding value, the rest the body. Limits hold whatever comes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "crawler/content_decoding.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t end = input.find('\n');
  const std::string_view coding = input.substr(0, end);
  const std::string_view body = end == std::string_view::npos ? std::string_view() : input.substr(end + 1);
  pantau::crawler::DecodingLimits limits;
  limits.max_bytes = 1 << 20;
  limits.ratio_free_bytes = 1 << 16;
  std::uint64_t total = 0;
  const auto decoded = pantau::crawler::decode_content(body, coding, limits, [&total](std::string_view part) {
    total += part.size();
    return true;
  });
  if (total > limits.max_bytes) std::abort();
  if ((decoded.end == pantau::crawler::DecodingEnd::complete) != decoded.detail.empty()) std::abort();
  return 0;
}
