#include "crawler/network_guard.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

namespace pantau::crawler {
namespace {

namespace ip = boost::asio::ip;
using Bytes16 = ip::address_v6::bytes_type;

struct Range4 {
  std::uint32_t network;
  unsigned bits;
  const char* what;
};

constexpr std::uint32_t v4(unsigned a, unsigned b, unsigned c, unsigned d) {
  return a << 24 | b << 16 | c << 8 | d;
}

// https://www.iana.org/assignments/iana-ipv4-special-registry, the entries that are not globally reachable, and
// multicast. Narrow entries stand before the wide ones that contain them, for the sake of the reason given.
constexpr Range4 kRanges4[] = {
    {v4(169, 254, 169, 254), 32, "a cloud metadata address (RFC 3927 link-local)"},
    {v4(169, 254, 170, 2), 32, "a cloud metadata address (RFC 3927 link-local)"},
    {v4(100, 100, 100, 200), 32, "a cloud metadata address (RFC 6598 shared)"},
    {v4(192, 0, 0, 192), 32, "a cloud metadata address (RFC 6890)"},
    // A public address in form, but answered by the cloud's host agent.
    {v4(168, 63, 129, 16), 32, "a cloud host-agent address"},
    {v4(0, 0, 0, 0), 8, "\"this network\" (RFC 791 3.2)"},
    {v4(10, 0, 0, 0), 8, "private (RFC 1918)"},
    {v4(100, 64, 0, 0), 10, "shared address space (RFC 6598)"},
    {v4(127, 0, 0, 0), 8, "loopback (RFC 1122 3.2.1.3)"},
    {v4(169, 254, 0, 0), 16, "link-local (RFC 3927)"},
    {v4(172, 16, 0, 0), 12, "private (RFC 1918)"},
    {v4(192, 0, 0, 0), 24, "reserved for protocol assignments (RFC 6890)"},
    {v4(192, 0, 2, 0), 24, "for documentation (RFC 5737)"},
    {v4(192, 88, 99, 0), 24, "a 6to4 relay anycast address (RFC 7526)"},
    {v4(192, 168, 0, 0), 16, "private (RFC 1918)"},
    {v4(198, 18, 0, 0), 15, "for benchmarking (RFC 2544)"},
    {v4(198, 51, 100, 0), 24, "for documentation (RFC 5737)"},
    {v4(203, 0, 113, 0), 24, "for documentation (RFC 5737)"},
    {v4(224, 0, 0, 0), 4, "multicast (RFC 5771)"},
    {v4(255, 255, 255, 255), 32, "the limited broadcast address (RFC 919)"},
    {v4(240, 0, 0, 0), 4, "reserved (RFC 1112 4)"},
};

struct Range6 {
  std::array<std::uint16_t, 8> network;
  unsigned bits;
  const char* what;
};

// https://www.iana.org/assignments/iana-ipv6-special-registry. What lies outside 2000::/3 is refused anyway (RFC 4291
// 2.4); such entries stand here only for their reason.
constexpr Range6 kRanges6[] = {
    {{0, 0, 0, 0, 0, 0, 0, 0}, 128, "the unspecified address (RFC 4291)"},
    {{0, 0, 0, 0, 0, 0, 0, 1}, 128, "loopback (RFC 4291)"},
    {{0, 0, 0, 0, 0, 0, 0, 0}, 96, "an IPv4-compatible address (RFC 4291 2.5.5.1)"},
    {{0x64, 0xff9b, 1, 0, 0, 0, 0, 0}, 48, "local-use translation (RFC 8215)"},
    {{0x100, 0, 0, 0, 0, 0, 0, 0}, 64, "discard-only (RFC 6666)"},
    {{0x2001, 0, 0, 0, 0, 0, 0, 0}, 32, "a Teredo address (RFC 4380)"},
    {{0x2001, 0, 0, 0, 0, 0, 0, 0}, 23, "reserved for protocol assignments (RFC 2928)"},
    {{0x2001, 0xdb8, 0, 0, 0, 0, 0, 0}, 32, "for documentation (RFC 3849)"},
    {{0x3fff, 0, 0, 0, 0, 0, 0, 0}, 20, "for documentation (RFC 9637)"},
    {{0x5f00, 0, 0, 0, 0, 0, 0, 0}, 16, "for segment routing (RFC 9602)"},
    {{0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254}, 128, "a cloud metadata address (RFC 4193 unique local)"},
    {{0xfc00, 0, 0, 0, 0, 0, 0, 0}, 7, "unique local (RFC 4193)"},
    {{0xfe80, 0, 0, 0, 0, 0, 0, 0}, 10, "link-local (RFC 4291)"},
    {{0xfec0, 0, 0, 0, 0, 0, 0, 0}, 10, "site-local (RFC 3879)"},
    {{0xff00, 0, 0, 0, 0, 0, 0, 0}, 8, "multicast (RFC 4291)"},
};

bool same_prefix(const Bytes16& a, const Bytes16& b, unsigned bits) {
  const unsigned whole = bits / 8, rest = bits % 8;
  if (!std::equal(a.begin(), a.begin() + whole, b.begin())) return false;
  if (rest == 0) return true;
  const unsigned mask = 0xff00u >> rest & 0xffu;
  return ((a[whole] ^ b[whole]) & mask) == 0;
}

Bytes16 bytes_of(const std::array<std::uint16_t, 8>& pieces) {
  Bytes16 bytes{};
  for (std::size_t i = 0; i < 8; ++i) {
    bytes[2 * i] = static_cast<unsigned char>(pieces[i] >> 8);
    bytes[2 * i + 1] = static_cast<unsigned char>(pieces[i] & 0xff);
  }
  return bytes;
}

Bytes16 mapped_bytes(const ip::address& address) {
  return address.is_v4() ? ip::make_address_v6(ip::v4_mapped, address.to_v4()).to_bytes() : address.to_v6().to_bytes();
}

const char* special4(std::uint32_t address) {
  for (const Range4& range : kRanges4) {
    const std::uint32_t mask = range.bits == 0 ? 0u : ~std::uint32_t{0} << (32 - range.bits);
    if ((address & mask) == range.network) return range.what;
  }
  return nullptr;
}

std::uint32_t word(const Bytes16& bytes, std::size_t at) {
  return v4(bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]);
}

std::string wrapped(std::uint32_t inner, const char* how, const char* what) {
  return std::string("is ") + how + " address of " + ip::address_v4(inner).to_string() + ", which is " + what;
}

// Why an IPv6 address is refused, "is ..."; empty when it may be contacted.
std::string special6(const Bytes16& bytes) {
  static const Bytes16 kMapped = bytes_of({0, 0, 0, 0, 0, 0xffff, 0, 0});
  static const Bytes16 kTranslated = bytes_of({0x64, 0xff9b, 0, 0, 0, 0, 0, 0});
  static const Bytes16 kSixToFour = bytes_of({0x2002, 0, 0, 0, 0, 0, 0, 0});
  static const Bytes16 kTeredo = bytes_of({0x2001, 0, 0, 0, 0, 0, 0, 0});
  static const Bytes16 kCompatible{};
  static const Bytes16 kGlobalUnicast = bytes_of({0x2000, 0, 0, 0, 0, 0, 0, 0});

  if (same_prefix(bytes, kMapped, 96)) {
    const char* what = special4(word(bytes, 12));
    return what == nullptr ? std::string() : wrapped(word(bytes, 12), "the IPv4-mapped", what);
  }
  if (same_prefix(bytes, kTranslated, 96)) {  // NAT64, RFC 6052
    const char* what = special4(word(bytes, 12));
    return what == nullptr ? std::string() : wrapped(word(bytes, 12), "the NAT64", what);
  }
  if (same_prefix(bytes, kSixToFour, 16)) {  // RFC 3056
    const char* what = special4(word(bytes, 2));
    return what == nullptr ? std::string() : wrapped(word(bytes, 2), "the 6to4", what);
  }
  if (same_prefix(bytes, kTeredo, 32)) {
    const std::uint32_t client = ~word(bytes, 12);
    if (const char* what = special4(client)) return wrapped(client, "the Teredo", what);
  }
  if (same_prefix(bytes, kCompatible, 96) && word(bytes, 12) > 1) {
    if (const char* what = special4(word(bytes, 12))) return wrapped(word(bytes, 12), "the IPv4-compatible", what);
  }
  for (const Range6& range : kRanges6) {
    if (same_prefix(bytes, bytes_of(range.network), range.bits)) return std::string("is ") + range.what;
  }
  if (!same_prefix(bytes, kGlobalUnicast, 3)) return "is not global unicast (RFC 4291 2.4)";
  return {};
}

// Fetch standard (https://fetch.spec.whatwg.org/#bad-port).
constexpr std::uint16_t kBadPorts[] = {
    0,    1,    7,    9,    11,   13,   15,   17,   19,   20,   21,   22,   23,   25,   37,   42,   43,
    53,   69,   77,   79,   87,   95,   101,  102,  103,  104,  109,  110,  111,  113,  115,  117,  119,
    123,  135,  137,  139,  143,  161,  179,  389,  427,  465,  512,  513,  514,  515,  526,  530,  531,
    532,  540,  548,  554,  556,  563,  587,  601,  636,  989,  990,  993,  995,  1719, 1720, 1723, 2049,
    3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080};

}  // namespace

std::optional<NetworkGuard::Block> NetworkGuard::parse_block(const std::string& text) {
  const std::size_t slash = text.find('/');
  boost::system::error_code failed;
  const ip::address address = ip::make_address(text.substr(0, slash), failed);
  if (failed) return std::nullopt;
  const unsigned width = address.is_v4() ? 32 : 128;
  unsigned bits = width;
  if (slash != std::string::npos) {
    const char* begin = text.data() + slash + 1;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(begin, end, bits);
    if (error != std::errc() || stop != end || begin == end || bits > width) return std::nullopt;
  }
  Block block;
  block.prefix = mapped_bytes(address);
  block.bits = bits + (128 - width);
  return block;
}

Result<NetworkGuard> NetworkGuard::create(const std::vector<std::string>& holes) {
  NetworkGuard guard;
  for (const std::string& text : holes) {
    const auto block = parse_block(text);
    if (!block) {
      return operator_error("allow_private_addresses: \"" + text +
                            "\" is no address block; write for example 127.0.0.1/32 or fd00::/8");
    }
    guard.holes_.push_back(*block);
  }
  return guard;
}

bool NetworkGuard::in_hole(const ip::address& address) const {
  const Bytes16 bytes = mapped_bytes(address);
  return std::any_of(holes_.begin(), holes_.end(),
                     [&](const Block& block) { return same_prefix(bytes, block.prefix, block.bits); });
}

std::optional<std::string> NetworkGuard::refusal(const ip::address& address) const {
  if (in_hole(address)) return std::nullopt;
  if (address.is_v4()) {
    const char* what = special4(address.to_v4().to_uint());
    if (what == nullptr) return std::nullopt;
    return address.to_string() + " is " + what;
  }
  const std::string why = special6(address.to_v6().to_bytes());
  if (why.empty()) return std::nullopt;
  return address.to_string() + " " + why;
}

std::optional<std::string> NetworkGuard::refusal(const sockaddr* address) const {
  if (address->sa_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, address, sizeof in);
    return refusal(ip::address(ip::address_v4(ntohl(in.sin_addr.s_addr))));
  }
  if (address->sa_family == AF_INET6) {
    sockaddr_in6 in{};
    std::memcpy(&in, address, sizeof in);
    Bytes16 bytes{};
    std::memcpy(bytes.data(), &in.sin6_addr, bytes.size());
    return refusal(ip::address(ip::address_v6(bytes)));
  }
  return "a socket of family " + std::to_string(address->sa_family) + " is not used";
}

std::optional<std::string> NetworkGuard::port_refusal(const Url& url) {
  if (std::find(std::begin(kBadPorts), std::end(kBadPorts), url.port()) == std::end(kBadPorts)) return std::nullopt;
  return "port " + std::to_string(url.port()) + " belongs to another protocol than HTTP";
}

std::optional<std::string> NetworkGuard::refusal_before_connect(const Url& url) const {
  if (auto why = port_refusal(url)) return why;
  const std::string& host = url.host();
  if (url.host_is_address()) {
    const std::string literal = host.front() == '[' ? host.substr(1, host.size() - 2) : host;
    boost::system::error_code failed;
    const ip::address address = ip::make_address(literal, failed);
    if (failed) return host + " is not an address";
    return refusal(address);
  }
  if (host_within(host, "localhost")) {
    if (auto why = refusal(ip::address(ip::address_v4::loopback()))) return host + ": " + *why;
  }
  return std::nullopt;
}

}  // namespace pantau::crawler
