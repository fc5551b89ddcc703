#include "crawler/sources/address_text.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.h"
#include "base/url.h"

namespace pantau::crawler {
namespace {

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
}

// Undoes what keeps mail programs from making a link of it.
std::string refang(std::string_view raw) {
  std::string text(trim(raw));
  for (const auto& [from, to] : {std::pair<std::string_view, std::string_view>{"[.]", "."},
                                 {"(.)", "."},
                                 {"{.}", "."},
                                 {"[dot]", "."},
                                 {"(dot)", "."},
                                 {"[:]", ":"},
                                 {"[://]", "://"},
                                 {"[/]", "/"}}) {
    replace_all(text, from, to);
  }
  const std::string lower = to_lower_ascii(text.substr(0, 8));
  if (lower.rfind("hxxp", 0) == 0 || lower.rfind("h**p", 0) == 0 || lower.rfind("htxp", 0) == 0)
    text.replace(1, 2, "tt");
  return text;
}

bool more(std::string_view text, char a, char b) {
  return std::count(text.begin(), text.end(), a) > std::count(text.begin(), text.end(), b);
}

}  // namespace

Result<ReadAddress> read_address(std::string_view raw) {
  std::string text = refang(raw);
  if (text.size() >= 2 && text.front() == '<' && text.back() == '>') text = text.substr(1, text.size() - 2);
  if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front())
    text = text.substr(1, text.size() - 2);
  text = std::string(trim(text));
  if (text.empty()) return skip_error("no address stands here");
  const std::size_t colon = text.find("://");
  if (colon == std::string::npos || colon > 12) {
    const std::string host = text.substr(0, text.find_first_of("/?#"));
    const bool like_a_host =
        host.find('.') != std::string::npos && host.find_first_of(" @\t") == std::string::npos && host.front() != '.';
    if (!like_a_host) return skip_error("\"" + std::string(clip_utf8(text, 80)) + "\" is no web address");
    text = "http://" + text;
  }
  auto url = Url::parse(text);
  if (!url)
    return skip_error("\"" + std::string(clip_utf8(text, 80)) + "\": " + url.error().detail, url.error().native);
  return ReadAddress{url->href(), url->canonical()};
}

std::vector<ReadAddress> addresses_in(std::string_view text, std::size_t limit) {
  std::vector<ReadAddress> found;
  std::set<std::string> seen;
  const std::string lower = to_lower_ascii(text);
  std::size_t at = 0;
  while (at < lower.size() && found.size() < limit) {
    std::size_t begin = std::string::npos;
    for (const std::string_view start : {"http://", "https://", "hxxp", "www."})
      begin = std::min(begin, lower.find(start, at));
    if (begin == std::string::npos) break;
    std::size_t end = begin;
    while (end < text.size()) {
      const char c = text[end];
      if (c == ' ' || (c >= 9 && c <= 13) || c == '<' || c == '>' || c == '"' || c == '\'' || c == '`' || c == '|' ||
          c == '\\')
        break;
      // Full-width and CJK punctuation and spaces end an address in Chinese text.
      if (text.compare(end, 2, "\xE3\x80") == 0 || text.compare(end, 2, "\xEF\xBC") == 0 ||
          text.compare(end, 2, "\xC2\xA0") == 0)
        break;
      ++end;
    }
    at = std::max(end, begin + 1);
    std::string_view address = text.substr(begin, end - begin);
    // Punctuation behind an address belongs to the sentence; a closing bracket too, unless it was opened inside.
    while (!address.empty()) {
      const char last = address.back();
      if (last == '.' || last == ',' || last == ';' || last == ':' || last == '!' || last == '?' || last == '*' ||
          last == '_') {
        address.remove_suffix(1);
      } else if ((last == ')' && more(address, ')', '(')) || (last == ']' && more(address, ']', '['))) {
        address.remove_suffix(1);
      } else {
        break;
      }
    }
    if (begin > 0 && address.substr(0, 4) == "www." && lower[begin - 1] != ' ' && lower[begin - 1] != '\n' &&
        lower[begin - 1] != '(')
      continue;
    if (auto read = read_address(address); read && seen.insert(read->canonical).second)
      found.push_back(std::move(*read));
  }
  return found;
}

}  // namespace pantau::crawler
