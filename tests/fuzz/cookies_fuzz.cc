// Set-Cookie values, one a line, from a host of one shop on a shared suffix: nothing reaches a foreign host, nothing
// breaks a header line, and the jar keeps its limits.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "crawler/cookies.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using pantau::Url;
  std::string_view input(reinterpret_cast<const char*>(data), size);
  static const auto shop = Url::parse("https://www.shop.com.my/a/b"), plain = Url::parse("http://www.shop.com.my/a/b"),
                    sister = Url::parse("https://pay.shop.com.my/"), foreign = Url::parse("https://other.com.my/");
  const pantau::UtcTime now{std::chrono::hours(24 * 365 * 50)};
  pantau::crawler::CookieJar jar;
  while (!input.empty()) {
    const std::size_t end = input.find('\n');
    jar.store(*shop, input.substr(0, end), now);
    input.remove_prefix(end == std::string_view::npos ? input.size() : end + 1);
  }
  if (jar.size() > pantau::crawler::CookieJar::kMaxAll) std::abort();
  if (!jar.header_for(*foreign, now).empty()) std::abort();
  for (const auto* url : {&*shop, &*plain, &*sister}) {
    const std::string header = jar.header_for(*url, now);
    if (header.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) std::abort();
  }
  return 0;
}
