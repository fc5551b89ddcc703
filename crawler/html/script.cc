#include "crawler/html/script.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"

namespace pantau::crawler::html {
namespace {

bool word_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Ids of a fixed spelling: prefix, then characters of a set, on word borders.
void find_prefixed(std::string_view text, std::string_view prefix, std::string_view kind, std::string_view allowed,
                   std::size_t shortest, std::size_t longest, std::set<std::string>& out) {
  std::size_t at = 0;
  while ((at = text.find(prefix, at)) != std::string_view::npos) {
    const std::size_t begin = at + prefix.size();
    std::size_t end = begin;
    while (end < text.size() && allowed.find(text[end]) != std::string_view::npos) ++end;
    const bool starts = at == 0 || (!word_char(text[at - 1]) && text[at - 1] != '-');
    const bool ends = end >= text.size() || (!word_char(text[end]) && text[end] != '-');
    if (starts && ends && end - begin >= shortest && end - begin <= longest) {
      out.insert(std::string(kind) + ":" + std::string(text.substr(at, end - at)));
    }
    at = begin;
  }
}

// Ids behind a call or a parameter: the next run of allowed characters after optional spaces and quotes.
void find_after(std::string_view text, std::string_view marker, std::string_view kind, std::string_view allowed,
                std::size_t shortest, std::size_t longest, std::set<std::string>& out) {
  std::size_t at = 0;
  while ((at = text.find(marker, at)) != std::string_view::npos) {
    at += marker.size();
    std::size_t begin = at;
    while (begin < text.size() && begin < at + 8 &&
           (text[begin] == ' ' || text[begin] == '"' || text[begin] == '\'' || text[begin] == ','))
      ++begin;
    std::size_t end = begin;
    while (end < text.size() && allowed.find(text[end]) != std::string_view::npos) ++end;
    if (end - begin >= shortest && end - begin <= longest && (end >= text.size() || !word_char(text[end]))) {
      out.insert(std::string(kind) + ":" + std::string(text.substr(begin, end - begin)));
    }
  }
}

}  // namespace

std::vector<std::string> tracker_ids(const std::vector<std::string>& texts) {
  static constexpr std::string_view kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", kDigits = "0123456789",
                                    kHex = "0123456789abcdef", kLowerDigits = "abcdefghijklmnopqrstuvwxyz0123456789",
                                    kUaDigits = "0123456789-";
  std::set<std::string> out;
  for (const std::string& text : texts) {
    const std::string_view view = std::string_view(text).substr(0, kMaxScriptBytes);
    if (view.find("gtag") != std::string_view::npos || view.find("googletagmanager") != std::string_view::npos ||
        view.find("google-analytics") != std::string_view::npos || view.find("dataLayer") != std::string_view::npos) {
      find_prefixed(view, "G-", "google-analytics", kUpper, 6, 12, out);
    }
    find_prefixed(view, "UA-", "google-analytics", kUaDigits, 6, 14, out);
    find_prefixed(view, "AW-", "google-ads", kDigits, 8, 12, out);
    find_prefixed(view, "GTM-", "google-tag-manager", kUpper, 4, 9, out);
    find_prefixed(view, "ca-pub-", "adsense", kDigits, 10, 20, out);
    for (const std::string_view marker :
         {"fbq('init'", "fbq(\"init\"", "fbq( 'init'", "fbq('set','autoConfig',false"}) {
      find_after(view, marker, "facebook-pixel", kDigits, 8, 20, out);
    }
    find_after(view, "facebook.com/tr?id=", "facebook-pixel", kDigits, 8, 20, out);
    find_after(view, "ttq.load(", "tiktok-pixel", kUpper, 12, 30, out);
    find_after(view, "analytics.tiktok.com/i18n/pixel/events.js?sdkid=", "tiktok-pixel", kUpper, 12, 30, out);
    find_after(view, "ym(", "yandex-metrica", kDigits, 6, 10, out);
    find_after(view, "mc.yandex.ru/watch/", "yandex-metrica", kDigits, 6, 10, out);
    find_after(view, "hm.baidu.com/hm.js?", "baidu-tongji", kHex, 32, 32, out);
    find_after(view, "clarity.ms/tag/", "clarity", kLowerDigits, 8, 14, out);
    find_after(view, "hjid:", "hotjar", kDigits, 5, 9, out);
    find_after(view, "snaptr('init'", "snapchat-pixel", "0123456789abcdef-", 30, 40, out);
    find_after(view, "twq('config'", "x-pixel", kLowerDigits, 4, 8, out);
    find_after(view, "s4.histats.com/stats/", "histats", kDigits, 5, 9, out);
  }
  return {out.begin(), out.end()};
}

std::vector<std::string> media_addresses(std::string_view text) {
  std::vector<std::string> found;
  text = text.substr(0, kMaxScriptBytes);
  for (const std::string_view extension : {".m3u8", ".mp4", ".webm", ".mov"}) {
    std::size_t at = 0;
    while ((at = text.find(extension, at)) != std::string_view::npos && found.size() < 64) {
      const std::size_t after = at + extension.size();
      at = after;
      // Must end here or go on with a query.
      static constexpr std::string_view kStops = "\"'`<> \n\r\t()";
      std::size_t end = after;
      if (end < text.size() && text[end] != '?' && text[end] != '#' && text[end] != '&' &&
          kStops.find(text[end]) == std::string_view::npos)
        continue;
      while (end < text.size() && kStops.find(text[end]) == std::string_view::npos) ++end;
      const std::size_t before = text.find_last_of(kStops, after - extension.size());
      const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
      if (end - begin > 2048 || end - begin <= extension.size()) continue;
      std::string address(text.substr(begin, end - begin));
      // JSON writes "https:\/\/..." and \u0026.
      for (const auto& [from, to] :
           {std::pair<std::string_view, std::string_view>{"\\/", "/"}, {"\\u0026", "&"}, {"\\u002F", "/"}}) {
        for (std::size_t i = 0; (i = address.find(from, i)) != std::string::npos; i += to.size())
          address.replace(i, from.size(), to);
      }
      if (address.find('\\') != std::string::npos || address.find('{') != std::string::npos) continue;
      if (std::find(found.begin(), found.end(), address) == found.end()) found.push_back(std::move(address));
    }
  }
  return found;
}

std::optional<std::string> decode_base64(std::string_view text) {
  std::string out;
  out.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  int count = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    std::uint32_t value = 0;
    if (c >= 'A' && c <= 'Z') {
      value = static_cast<std::uint32_t>(c - 'A');
    } else if (c >= 'a' && c <= 'z') {
      value = static_cast<std::uint32_t>(c - 'a' + 26);
    } else if (c >= '0' && c <= '9') {
      value = static_cast<std::uint32_t>(c - '0' + 52);
    } else if (c == '+' || c == '-') {
      value = 62;
    } else if (c == '/' || c == '_') {
      value = 63;
    } else if (c == '=') {
      break;
    } else if (c == ' ' || (c >= 9 && c <= 13)) {
      continue;
    } else {
      return std::nullopt;
    }
    bits = bits << 6 | value;
    if (++count == 4) {
      out.push_back(static_cast<char>(bits >> 16));
      out.push_back(static_cast<char>(bits >> 8));
      out.push_back(static_cast<char>(bits));
      bits = 0;
      count = 0;
    }
  }
  if (count == 2) out.push_back(static_cast<char>(bits >> 4));
  if (count == 3) {
    out.push_back(static_cast<char>(bits >> 10));
    out.push_back(static_cast<char>(bits >> 2));
  }
  return out;
}

std::string decode_percent(std::string_view text) {
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

}  // namespace pantau::crawler::html
