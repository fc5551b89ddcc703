#include <algorithm>
#include <cstdlib>
#include <optional>

#include "base/text.h"
#include "crawler/extract.h"
#include "crawler/html/decode.h"

namespace pantau::crawler {
namespace {

constexpr std::size_t kMaxCues = 20'000, kMaxCueBytes = 8192;

// "01:02:03.456", "02:03.456" (WebVTT) and "01:02:03,456" (SubRip) in seconds.
std::optional<double> timestamp(std::string_view text) {
  double seconds = 0, field = 0;
  int fields = 0;
  bool digits = false;
  std::size_t i = 0;
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (c >= '0' && c <= '9') {
      field = field * 10 + (c - '0');
      digits = true;
      if (field > 1e7) return std::nullopt;
    } else if (c == ':' && digits && fields < 2) {
      seconds = (seconds + field) * 60;
      field = 0;
      digits = false;
      ++fields;
    } else if ((c == '.' || c == ',') && digits) {
      double unit = 0.1;
      for (++i; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i, unit /= 10) field += (text[i] - '0') * unit;
      break;
    } else {
      return std::nullopt;
    }
  }
  if (!digits || fields == 0 || i < text.size()) return std::nullopt;
  return seconds + field;
}

// Markup of both formats goes (<i>, <v Speaker>, <00:01.000>, {\an8}); entities become characters.
std::string plain(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == '<') {
      const std::size_t end = text.find('>', i);
      if (end != std::string_view::npos) {
        i = end + 1;
        continue;
      }
    }
    if (text.compare(i, 2, "{\\") == 0) {
      const std::size_t end = text.find('}', i);
      if (end != std::string_view::npos) {
        i = end + 1;
        continue;
      }
    }
    if (text[i] == '&') {
      static constexpr std::pair<std::string_view, std::string_view> kEntities[] = {
          {"&amp;", "&"},   {"&lt;", "<"},  {"&gt;", ">"}, {"&nbsp;", " "},
          {"&quot;", "\""}, {"&#39;", "'"}, {"&lrm;", ""}, {"&rlm;", ""}};
      bool replaced = false;
      for (const auto& [entity, character] : kEntities) {
        if (text.compare(i, entity.size(), entity) != 0) continue;
        out += character;
        i += entity.size();
        replaced = true;
        break;
      }
      if (replaced) continue;
    }
    out.push_back(text[i++]);
  }
  return collapse_space(out);
}

}  // namespace

std::vector<Cue> parse_captions(std::string_view raw) {
  const std::string text = html::decode_document(raw, {}, false).text;
  std::vector<Cue> cues;
  std::vector<std::string_view> lines;
  std::size_t at = 0;
  while (at <= text.size()) {
    const std::size_t end = std::min(text.find_first_of("\r\n", at), text.size());
    lines.push_back(std::string_view(text).substr(at, end - at));
    at = end + (end + 1 < text.size() && text[end] == '\r' && text[end + 1] == '\n' ? 2 : 1);
  }
  for (std::size_t i = 0; i < lines.size() && cues.size() < kMaxCues; ++i) {
    const std::size_t arrow = lines[i].find("-->");
    if (arrow == std::string_view::npos) continue;
    const auto start = timestamp(trim(lines[i].substr(0, arrow)));
    std::string_view after = trim(lines[i].substr(arrow + 3));
    after = after.substr(0, after.find_first_of(" \t"));  // cue settings follow
    const auto end = timestamp(after);
    if (!start || !end) continue;
    std::string content;
    // Up to a blank line; a file without blank lines ends a cue where the next times stand, its number dropped.
    std::size_t k = i + 1;
    for (; k < lines.size() && !trim(lines[k]).empty() && content.size() < kMaxCueBytes; ++k) {
      if (lines[k].find("-->") != std::string_view::npos) break;
      const bool number = trim(lines[k]).find_first_not_of("0123456789") == std::string_view::npos;
      if (number && k + 1 < lines.size() && lines[k + 1].find("-->") != std::string_view::npos) break;
      content.append(lines[k]).push_back('\n');
    }
    i = k - 1;
    std::string shown = plain(content);
    if (!shown.empty()) cues.push_back({*start, *end, std::move(shown)});
  }
  return cues;
}

}  // namespace pantau::crawler
