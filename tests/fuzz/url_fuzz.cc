// Addresses from hostile pages, alone and against a base: what is accepted reads back as itself, its canonical form is
// final, and nothing that could end a request line or a header gets through.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/url.h"
#include "crawler/network_guard.h"

namespace {

void check(const pantau::Url& url) {
  const auto again = pantau::Url::parse(url.href());
  // Escaping may make an address longer than is accepted.
  if (!again && url.href().size() <= pantau::Url::kMaxLength) std::abort();
  if (again && again->href() != url.href()) std::abort();
  const std::string canonical = url.canonical();
  const auto second = pantau::Url::parse(canonical);
  if (second && second->canonical() != canonical) std::abort();
  for (const char c : url.without_fragment()) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte >= 0x7f) std::abort();
  }
  static const auto guard = pantau::crawler::NetworkGuard::create({});
  (void)guard->refusal_before_connect(url);
  (void)pantau::registrable_domain(url.host());
  (void)pantau::unicode_host(url.host());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static const auto base = pantau::Url::parse("https://user@a.example:8443/one/two/three?four#five");
  if (const auto url = pantau::Url::parse(text)) check(*url);
  if (const auto url = pantau::Url::parse(text, &*base)) check(*url);
  return 0;
}
