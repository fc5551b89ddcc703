#include "base/url_host.h"

#include <unicode/uidna.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/log.h"
#include "base/text.h"
#include "base/url.h"

namespace pantau::detail {
namespace {

struct IdnaDeleter {
  void operator()(UIDNA* idna) const { uidna_close(idna); }
};

// UTS #46 nontransitional, as browsers use it; the object is immutable and safe to share between threads.
const UIDNA* idna() {
  static const std::unique_ptr<UIDNA, IdnaDeleter> shared = [] {
    UErrorCode status = U_ZERO_ERROR;
    return std::unique_ptr<UIDNA, IdnaDeleter>(uidna_openUTS46(
        UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_NONTRANSITIONAL_TO_UNICODE,
        &status));
  }();
  return shared.get();
}

// WHATWG "domain to ASCII" with beStrict false: no checks of hyphens and of DNS lengths, because such names resolve.
constexpr std::uint32_t kTolerated = UIDNA_ERROR_EMPTY_LABEL | UIDNA_ERROR_LABEL_TOO_LONG |
                                     UIDNA_ERROR_DOMAIN_NAME_TOO_LONG | UIDNA_ERROR_LEADING_HYPHEN |
                                     UIDNA_ERROR_TRAILING_HYPHEN | UIDNA_ERROR_HYPHEN_3_4;

template <typename Convert>
std::optional<std::string> convert_name(std::string_view name, Convert convert, std::uint32_t tolerated) {
  if (idna() == nullptr || name.size() > Url::kMaxLength) return std::nullopt;
  std::string out(name.size() * 2 + 64, '\0');
  for (int attempt = 0; attempt < 2; ++attempt) {
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    UErrorCode status = U_ZERO_ERROR;
    const std::int32_t length = convert(idna(), name.data(), static_cast<std::int32_t>(name.size()), out.data(),
                                        static_cast<std::int32_t>(out.size()), &info, &status);
    if (status == U_BUFFER_OVERFLOW_ERROR) {
      out.resize(static_cast<std::size_t>(length));
      continue;
    }
    if (U_FAILURE(status) || (info.errors & ~tolerated) != 0) return std::nullopt;
    out.resize(static_cast<std::size_t>(length));
    return out;
  }
  return std::nullopt;
}

bool is_ascii(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  }
  return true;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// "Forbidden domain code point" of the WHATWG URL standard.
bool forbidden_in_domain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte <= 0x20 || byte == 0x7f) return true;
  return std::string_view("#/:<>?@[\\]^|%").find(c) != std::string_view::npos;
}

std::string quoted(std::string_view text) {
  return "\"" + printable(text, 120) + "\"";
}

// "IPv4 number parser": decimal, 0x hexadecimal, leading-zero octal. Nothing when it is no number; values beyond 2^40
// are held at 2^40, which is out of range everywhere.
std::optional<std::uint64_t> ipv4_number(std::string_view text) {
  if (text.empty()) return std::nullopt;
  unsigned base = 10;
  if (text.size() >= 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
    base = 16;
    text.remove_prefix(2);
  } else if (text.size() >= 2 && text[0] == '0') {
    base = 8;
    text.remove_prefix(1);
  }
  constexpr std::uint64_t kCeiling = std::uint64_t{1} << 40;
  std::uint64_t value = 0;
  for (const char c : text) {
    const int digit = hex_value(c);
    if (digit < 0 || static_cast<unsigned>(digit) >= base) return std::nullopt;
    value = value * base + static_cast<unsigned>(digit);
    if (value > kCeiling) value = kCeiling;
  }
  return value;
}

// "Ends in a number checker": such a host is an IPv4 address or an error, never a name.
bool ends_in_number(std::string_view host) {
  if (!host.empty() && host.back() == '.') {
    host.remove_suffix(1);
    if (host.empty()) return false;
  }
  const std::size_t dot = host.rfind('.');
  const std::string_view last = dot == std::string_view::npos ? host : host.substr(dot + 1);
  if (last.empty()) return false;
  bool digits = true;
  for (const char c : last) digits = digits && is_digit(c);
  return digits || (last.size() >= 2 && last[0] == '0' && (last[1] == 'x' || last[1] == 'X') && ipv4_number(last));
}

std::optional<std::string> parse_ipv4(std::string_view host) {
  if (!host.empty() && host.back() == '.') host.remove_suffix(1);
  std::vector<std::uint64_t> numbers;
  while (true) {
    const std::size_t dot = host.find('.');
    const auto number = ipv4_number(host.substr(0, dot));
    if (!number || numbers.size() == 4) return std::nullopt;
    numbers.push_back(*number);
    if (dot == std::string_view::npos) break;
    host.remove_prefix(dot + 1);
  }
  std::uint64_t address = 0;
  for (std::size_t i = 0; i + 1 < numbers.size(); ++i) {
    if (numbers[i] > 255) return std::nullopt;
    address |= numbers[i] << (8 * (3 - i));
  }
  // The last number fills all the remaining bytes.
  if (numbers.back() >= (std::uint64_t{1} << (8 * (5 - numbers.size())))) return std::nullopt;
  address |= numbers.back();
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) {
    out += std::to_string((address >> shift) & 0xff);
    if (shift > 0) out.push_back('.');
  }
  return out;
}

using Pieces = std::array<std::uint16_t, 8>;

// The dotted tail of an IPv6 address: exactly four decimal numbers without leading zeros.
bool parse_embedded_ipv4(std::string_view text, std::uint16_t& high, std::uint16_t& low) {
  std::array<unsigned, 4> bytes{};
  for (std::size_t i = 0; i < 4; ++i) {
    if (i > 0) {
      if (text.empty() || text[0] != '.') return false;
      text.remove_prefix(1);
    }
    std::size_t length = 0;
    unsigned value = 0;
    while (length < text.size() && is_digit(text[length])) {
      if (length > 0 && value == 0) return false;
      value = value * 10 + static_cast<unsigned>(text[length] - '0');
      if (value > 255) return false;
      ++length;
    }
    if (length == 0) return false;
    bytes[i] = value;
    text.remove_prefix(length);
  }
  high = static_cast<std::uint16_t>(bytes[0] << 8 | bytes[1]);
  low = static_cast<std::uint16_t>(bytes[2] << 8 | bytes[3]);
  return text.empty();
}

std::optional<Pieces> parse_ipv6(std::string_view text) {
  Pieces pieces{};
  std::size_t count = 0;
  std::optional<std::size_t> compress;
  std::size_t i = 0;
  if (!text.empty() && text[0] == ':') {
    if (text.size() < 2 || text[1] != ':') return std::nullopt;
    i = 2;
    compress = 0;
  }
  while (i < text.size()) {
    if (count == 8) return std::nullopt;
    if (text[i] == ':') {
      if (compress) return std::nullopt;
      ++i;
      compress = count;
      continue;
    }
    const std::size_t start = i;
    unsigned value = 0;
    while (i < text.size() && i - start < 4 && hex_value(text[i]) >= 0) {
      value = value * 16 + static_cast<unsigned>(hex_value(text[i]));
      ++i;
    }
    if (i < text.size() && text[i] == '.') {
      if (i == start || count > 6) return std::nullopt;
      if (!parse_embedded_ipv4(text.substr(start), pieces[count], pieces[count + 1])) return std::nullopt;
      count += 2;
      i = text.size();
      break;
    }
    if (i == start) return std::nullopt;
    if (i < text.size()) {
      if (text[i] != ':') return std::nullopt;
      ++i;
      if (i == text.size()) return std::nullopt;
    }
    pieces[count++] = static_cast<std::uint16_t>(value);
  }
  if (compress) {
    // The pieces after "::" move to the end.
    const std::size_t moved = count - *compress;
    for (std::size_t k = 0; k < moved; ++k) {
      const std::uint16_t piece = pieces[count - 1 - k];
      pieces[count - 1 - k] = 0;
      pieces[7 - k] = piece;
    }
  } else if (count != 8) {
    return std::nullopt;
  }
  return pieces;
}

std::string serialize_ipv6(const Pieces& pieces) {
  // The first longest run of two or more zero pieces becomes "::".
  std::size_t best_start = 8, best_length = 1;
  for (std::size_t i = 0; i < 8;) {
    std::size_t end = i;
    while (end < 8 && pieces[end] == 0) ++end;
    if (end - i > best_length) {
      best_start = i;
      best_length = end - i;
    }
    i = end == i ? i + 1 : end;
  }
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out = "[";
  for (std::size_t i = 0; i < 8;) {
    if (i == best_start) {
      out += i == 0 ? "::" : ":";
      i += best_length;
      continue;
    }
    bool started = false;
    for (int shift = 12; shift >= 0; shift -= 4) {
      const unsigned digit = (pieces[i] >> shift) & 0xf;
      started = started || digit != 0 || shift == 0;
      if (started) out.push_back(kDigits[digit]);
    }
    if (i != 7) out.push_back(':');
    ++i;
  }
  out.push_back(']');
  return out;
}

}  // namespace

std::string percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0) {
      out.push_back(static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2])));
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

Result<std::string> parse_host(std::string_view text) {
  if (text.empty()) return skip_error("the address has no host");
  if (text.front() == '[') {
    if (text.back() != ']') return skip_error("the IPv6 address " + quoted(text) + " is not closed");
    const auto pieces = parse_ipv6(text.substr(1, text.size() - 2));
    if (!pieces) return skip_error(quoted(text) + " is not an IPv6 address");
    return serialize_ipv6(*pieces);
  }
  const std::string decoded = to_valid_utf8(percent_decode(text));
  std::string name;
  if (is_ascii(decoded)) {
    // Also when a label begins with "xn--": such names are used as they are, whether they decode or not.
    name = to_lower_ascii(decoded);
  } else {
    auto converted = convert_name(decoded, uidna_nameToASCII_UTF8, kTolerated);
    if (!converted) return skip_error("the host name " + quoted(text) + " is not valid (UTS #46)");
    name = std::move(*converted);
  }
  if (name.empty()) return skip_error("the address has no host");
  for (const char c : name) {
    if (forbidden_in_domain(c)) return skip_error("the host name " + quoted(text) + " has a forbidden character");
  }
  if (ends_in_number(name)) {
    auto address = parse_ipv4(name);
    if (!address) return skip_error("the host " + quoted(text) + " ends in a number but is not an IPv4 address");
    return std::move(*address);
  }
  if (name.size() > 1 && name.back() == '.') name.pop_back();
  return name;
}

}  // namespace pantau::detail

namespace pantau {

std::string unicode_host(std::string_view host) {
  if (host.find("xn--") == std::string_view::npos) return std::string(host);
  auto converted = detail::convert_name(host, uidna_nameToUnicodeUTF8, detail::kTolerated);
  return converted ? std::move(*converted) : std::string(host);
}

Result<std::string> ascii_host(std::string_view host) {
  return detail::parse_host(host);
}

}  // namespace pantau
