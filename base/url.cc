#include "base/url.h"

#include <libpsl.h>

#include <array>

#include "base/log.h"
#include "base/text.h"
#include "base/url_host.h"

namespace pantau {
namespace {

// Which bytes a component percent-encodes (WHATWG URL, "percent-encode sets"); bytes from 0x7f on always are.
class EncodeSet {
 public:
  constexpr explicit EncodeSet(std::string_view extra) {
    for (std::size_t i = 0; i < 0x20; ++i) encode_[i] = true;
    for (const char c : extra) encode_[static_cast<unsigned char>(c)] = true;
    for (std::size_t i = 0x7f; i < 0x100; ++i) encode_[i] = true;
  }
  constexpr bool contains(char c) const { return encode_[static_cast<unsigned char>(c)]; }

 private:
  std::array<bool, 256> encode_{};
};

constexpr EncodeSet kFragmentSet(" \"<>`");
constexpr EncodeSet kQuerySet(" \"#<>'");  // of special schemes
constexpr EncodeSet kPathSet(" \"#<>?^`{}");
constexpr EncodeSet kUserInformationSet(" \"#<>?^`{}/:;=@[\\]|");

void append_encoded(std::string& out, char c) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  out.push_back('%');
  out.push_back(kDigits[byte >> 4]);
  out.push_back(kDigits[byte & 0xf]);
}

void append_component(std::string& out, std::string_view text, const EncodeSet& set) {
  for (const char c : text) {
    if (set.contains(c)) {
      append_encoded(out, c);
    } else {
      out.push_back(c);
    }
  }
}

bool is_alpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_slash(char c) {
  return c == '/' || c == '\\';
}

// Leading and trailing C0 controls and spaces go; tabs and line ends go everywhere; ill-formed UTF-8 is repaired.
std::string clean_input(std::string_view text) {
  const auto outer = [](char c) { return static_cast<unsigned char>(c) <= 0x20; };
  while (!text.empty() && outer(text.front())) text.remove_prefix(1);
  while (!text.empty() && outer(text.back())) text.remove_suffix(1);
  std::string out;
  out.reserve(text.size());
  bool ascii = true;
  for (const char c : text) {
    if (c == '\t' || c == '\n' || c == '\r') continue;
    ascii = ascii && static_cast<unsigned char>(c) < 0x80;
    out.push_back(c);
  }
  return ascii ? out : to_valid_utf8(out);
}

// The scheme in lower case and its length with ":"; empty when the text does not begin with one.
std::string scheme_of(std::string_view text) {
  if (text.empty() || !is_alpha(text[0])) return {};
  for (std::size_t i = 1; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ':') return to_lower_ascii(text.substr(0, i));
    if (!is_alpha(c) && !is_digit(c) && c != '+' && c != '-' && c != '.') return {};
  }
  return {};
}

// "Single-dot" and "double-dot" path segments, also in their %2e spellings: 1, 2, or 0 for any other segment.
int dots_in(std::string_view segment) {
  int dots = 0;
  while (!segment.empty()) {
    if (segment[0] == '.') {
      segment.remove_prefix(1);
    } else if (segment.size() >= 3 && segment[0] == '%' && segment[1] == '2' && (segment[2] | 0x20) == 'e') {
      segment.remove_prefix(3);
    } else {
      return 0;
    }
    if (++dots > 2) return 0;
  }
  return dots;
}

// Appends the segments of `text` (which may use backslashes) to `path`, a list of "/segment"s.
void append_path(std::string& path, std::string_view text) {
  while (true) {
    std::size_t end = 0;
    while (end < text.size() && !is_slash(text[end])) ++end;
    const std::string_view segment = text.substr(0, end);
    const bool last = end == text.size();
    const int dots = dots_in(segment);
    if (dots == 2) path.resize(path.rfind('/') == std::string::npos ? 0 : path.rfind('/'));
    if (dots > 0) {
      if (last) path.push_back('/');
    } else {
      path.push_back('/');
      append_component(path, segment, kPathSet);
    }
    if (last) return;
    text.remove_prefix(end + 1);
  }
}

std::uint16_t default_port(std::string_view scheme) {
  return scheme == "https" ? 443 : 80;
}

bool is_unreserved(char c) {
  return is_alpha(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

// RFC 3986 6.2.2.1 and 6.2.2.2. A lone "%" becomes "%25", so that the result normalises to itself.
void append_normalized(std::string& out, std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i]);
      continue;
    }
    if (i + 2 >= text.size() || hex_value(text[i + 1]) < 0 || hex_value(text[i + 2]) < 0) {
      out += "%25";
      continue;
    }
    const char decoded = static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
    if (is_unreserved(decoded)) {
      out.push_back(decoded);
    } else {
      append_encoded(out, decoded);
    }
    i += 2;
  }
}

// Compiled into libpsl; never changes while the process lives, and reading it is safe from any thread.
const psl_ctx_t* suffix_list() {
  static const psl_ctx_t* const list = psl_builtin();
  return list;
}

std::string shown(std::string_view text) {
  return "\"" + printable(text, 120) + "\"";
}

}  // namespace

Result<Url> Url::parse(std::string_view text, const Url* base) {
  if (text.size() > kMaxLength) {
    return skip_error("the address is longer than " + std::to_string(kMaxLength) + " bytes");
  }
  const std::string input = clean_input(text);
  std::string_view rest = input;
  Url url;
  const std::string scheme = scheme_of(rest);
  bool relative = false;
  if (scheme.empty()) {
    if (base == nullptr) return skip_error(shown(text) + " is not an absolute address");
    relative = true;
    url.scheme_ = base->scheme_;
  } else {
    if (scheme != "http" && scheme != "https") {
      return skip_error("only http and https are fetched, not " + shown(scheme + ":"), kOtherScheme);
    }
    rest.remove_prefix(scheme.size() + 1);
    url.scheme_ = scheme;
    // "http:page" against an http base is relative: a leftover of RFC 1808 that browsers keep.
    relative = base != nullptr && base->scheme_ == scheme && !rest.starts_with("//");
  }

  // The fragment, then the query, are cut off first; neither can contain the start of an earlier component.
  std::optional<std::string_view> fragment, query;
  if (const std::size_t at = rest.find('#'); at != std::string_view::npos) {
    fragment = rest.substr(at + 1);
    rest = rest.substr(0, at);
  }
  if (const std::size_t at = rest.find('?'); at != std::string_view::npos) {
    query = rest.substr(at + 1);
    rest = rest.substr(0, at);
  }

  const bool own_authority = !relative || (rest.size() >= 2 && is_slash(rest[0]) && is_slash(rest[1]));
  if (own_authority) {
    while (!rest.empty() && is_slash(rest.front())) rest.remove_prefix(1);
    std::size_t end = 0;
    while (end < rest.size() && !is_slash(rest[end])) ++end;
    auto parsed = url.parse_authority(rest.substr(0, end));
    if (!parsed) return parsed.error();
    rest.remove_prefix(end);
    if (!rest.empty()) rest.remove_prefix(1);
    append_path(url.path_, rest);
  } else {
    url.host_ = base->host_;
    url.port_ = base->port_;
    url.user_information_ = base->user_information_;
    if (rest.empty()) {
      url.path_ = base->path_;
      if (!query) {
        url.query_ = base->query_;
        url.has_query_ = base->has_query_;
      }
    } else if (is_slash(rest.front())) {
      append_path(url.path_, rest.substr(1));
    } else {
      url.path_ = base->path_.substr(0, base->path_.rfind('/'));
      append_path(url.path_, rest);
    }
  }
  if (query) {
    url.has_query_ = true;
    append_component(url.query_, *query, kQuerySet);
  }
  if (fragment) {
    url.has_fragment_ = true;
    append_component(url.fragment_, *fragment, kFragmentSet);
  }
  return url;
}

Result<void> Url::parse_authority(std::string_view authority) {
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    const std::string_view information = authority.substr(0, at);
    const std::size_t colon = information.find(':');
    append_component(user_information_, information.substr(0, colon), kUserInformationSet);
    if (colon != std::string_view::npos && colon + 1 < information.size()) {
      user_information_.push_back(':');
      append_component(user_information_, information.substr(colon + 1), kUserInformationSet);
    }
    authority.remove_prefix(at + 1);
  }
  std::size_t host_end = 0;
  bool in_brackets = false;
  while (host_end < authority.size() && (in_brackets || authority[host_end] != ':')) {
    if (authority[host_end] == '[') in_brackets = true;
    if (authority[host_end] == ']') in_brackets = false;
    ++host_end;
  }
  auto host = detail::parse_host(authority.substr(0, host_end));
  if (!host) return host.error();
  host_ = std::move(*host);
  port_ = default_port(scheme_);
  if (host_end == authority.size()) return {};
  const std::string_view digits = authority.substr(host_end + 1);
  unsigned port = 0;
  for (const char c : digits) {
    if (!is_digit(c)) return skip_error("the port " + shown(digits) + " is not a number");
    port = port * 10 + static_cast<unsigned>(c - '0');
    if (port > 65535) return skip_error("the port " + shown(digits) + " is out of range");
  }
  if (!digits.empty()) port_ = static_cast<std::uint16_t>(port);
  return {};
}

std::string Url::authority() const {
  std::string out = host_;
  if (port_ != default_port(scheme_)) out += ":" + std::to_string(port_);
  return out;
}

std::string Url::href() const {
  std::string out = scheme_ + "://";
  if (!user_information_.empty()) out += user_information_ + "@";
  out += authority();
  out += request_target();
  if (has_fragment_) {
    out.push_back('#');
    out += fragment_;
  }
  return out;
}

std::string Url::request_target() const {
  std::string out = path_;
  if (has_query_) {
    out.push_back('?');
    out += query_;
  }
  return out;
}

std::string Url::without_fragment() const {
  return scheme_ + "://" + authority() + request_target();
}

std::string Url::canonical() const {
  std::string out = scheme_ + "://" + authority();
  append_normalized(out, path_);
  if (has_query_) {
    out.push_back('?');
    append_normalized(out, query_);
  }
  return out;
}

std::string Url::origin() const {
  return scheme_ + "://" + host_ + ":" + std::to_string(port_);
}

bool Url::host_is_address() const {
  if (host_.empty()) return false;
  // A parsed host whose last label is a number is always an IPv4 address ("ends in a number checker").
  if (host_.front() == '[') return true;
  const std::size_t dot = host_.rfind('.');
  if (dot == std::string::npos || dot + 1 == host_.size()) return false;
  for (std::size_t i = dot + 1; i < host_.size(); ++i) {
    if (!is_digit(host_[i])) return false;
  }
  return true;
}

std::string registrable_domain(std::string_view host) {
  if (!host.empty() && host.back() == '.') host.remove_suffix(1);
  const std::string name(host);
  if (name.empty() || name.front() == '[') return name;
  const std::size_t dot = name.rfind('.');
  if (dot == std::string::npos) return name;
  // An IPv4 address: no top-level domain is a number (RFC 3696 2).
  bool number = dot + 1 < name.size();
  for (std::size_t i = dot + 1; i < name.size(); ++i) number = number && is_digit(name[i]);
  if (number) return name;
  if (suffix_list() == nullptr) return name;
  // The list knows its names as U-labels and as A-labels; both are looked up as given.
  const char* domain = psl_registrable_domain(suffix_list(), name.c_str());
  return domain == nullptr ? name : std::string(domain);
}

bool is_public_suffix(std::string_view host) {
  if (suffix_list() == nullptr) return host.find('.') == std::string_view::npos;
  return psl_is_public_suffix(suffix_list(), std::string(host).c_str()) != 0;
}

bool host_within(std::string_view host, std::string_view domain) {
  if (domain.empty() || host.size() < domain.size()) return false;
  if (!equals_ignore_case_ascii(host.substr(host.size() - domain.size()), domain)) return false;
  return host.size() == domain.size() || host[host.size() - domain.size() - 1] == '.';
}

}  // namespace pantau
