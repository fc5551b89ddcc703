#include "exports/html_text.h"

#include <algorithm>
#include <cstdint>

#include "base/text.h"
#include "base/url.h"
#include "exports/csv.h"

namespace pantau::exports {
namespace {

std::string without_controls(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == '\n' || byte == '\t' || byte == '\r') {
      out.push_back(' ');
    } else if (byte >= 0x20 && byte != 0x7f) {
      out.push_back(c);
    }
  }
  return out;
}

// "http://" and "https://" anywhere in a text.
void disarm_schemes(std::string& text) {
  for (std::size_t at = text.find("://"); at != std::string::npos; at = text.find("://", at + 3)) {
    const std::size_t length =
        at >= 5 && equals_ignore_case_ascii(std::string_view(text).substr(at - 5, 5), "https")  ? 5
        : at >= 4 && equals_ignore_case_ascii(std::string_view(text).substr(at - 4, 4), "http") ? 4
                                                                                                : 0;
    if (length == 0) continue;
    text[at - length + 1] = text[at - length + 2] = 'x';
  }
}

std::string dots_in_brackets(std::string_view host) {
  std::string out;
  for (const char c : host) {
    if (c == '.') {
      out += "[.]";
    } else {
      out.push_back(c);
    }
  }
  return out;
}

std::string cut(std::string text, std::size_t limit) {
  if (text.size() <= limit) return text;
  return std::string(clip_utf8(text, limit)) + "\xE2\x80\xA6";
}

}  // namespace

std::string plain(std::string_view text, std::size_t limit) {
  // Cut before the work, so that a text of megabytes costs no more than what is shown.
  const bool longer = text.size() > limit;
  std::string shown = collapse_space(without_controls(show_direction(clip_utf8(text, limit))));
  disarm_schemes(shown);
  if (longer) shown += "\xE2\x80\xA6";
  return escape_html(shown);
}

std::string foreign(std::string_view text, std::size_t limit) {
  return "<bdi>" + plain(text, limit) + "</bdi>";
}

std::string defanged(std::string_view raw) {
  std::string text = without_controls(show_direction(raw));
  const std::size_t scheme = text.find("://");
  const std::size_t begin = scheme == std::string::npos ? 0 : scheme + 3;
  std::size_t end = text.find_first_of("/?#", begin);
  if (end == std::string::npos) end = text.size();
  std::string out = text.substr(0, begin);
  std::string host = text.substr(begin, end - begin);
  const std::size_t mail = host.rfind('@');
  if (mail != std::string::npos && scheme == std::string::npos) host.replace(mail, 1, "[@]");
  out += dots_in_brackets(host) + text.substr(end);
  disarm_schemes(out);
  return out;
}

std::string address_html(std::string_view url, std::size_t limit) {
  std::string out =
      "<bdi class=\"address\">" + escape_html(cut(defanged(clip_utf8(url, limit + 8)), limit + 40)) + "</bdi>";
  if (const auto parsed = Url::parse(url)) {
    const std::string readable = unicode_host(parsed->host());
    if (readable != parsed->host())
      out += " <span class=\"reads\">(" + foreign(dots_in_brackets(readable), 200) + ")</span>";
  }
  return out;
}

std::string readable_time(std::string_view time) {
  if (time.size() != 20 || time[10] != 'T' || time[19] != 'Z') return std::string(time);
  return std::string(time.substr(0, 10)) + " " + std::string(time.substr(11, 8)) + " UTC";
}

std::string base64(std::string_view bytes) {
  constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto byte = [&](std::size_t at) -> std::uint32_t {
      return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0u;
    };
    const std::uint32_t group = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    out.push_back(kAlphabet[group >> 18]);
    out.push_back(kAlphabet[group >> 12 & 63]);
    out.push_back(i + 1 < bytes.size() ? kAlphabet[group >> 6 & 63] : '=');
    out.push_back(i + 2 < bytes.size() ? kAlphabet[group & 63] : '=');
  }
  return out;
}

std::string shell_word(std::string_view text) {
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '/' || c == '.' ||
           c == '_' || c == '-' || c == '+' || c == ':';
  });
  if (plain) return std::string(text);
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out.push_back(c);
    }
  }
  return out + "'";
}

}  // namespace pantau::exports
