#include <algorithm>
#include <cstdlib>
#include <optional>

#include "base/text.h"
#include "base/url.h"
#include "crawler/extract.h"

namespace pantau::crawler {
namespace {

constexpr std::size_t kMaxVariants = 100, kMaxSegments = 20'000;

// The value of one attribute in an attribute list (RFC 8216, 4.2): NAME=value,NAME="quoted, value".
std::optional<std::string> list_attribute(std::string_view list, std::string_view wanted) {
  std::size_t i = 0;
  while (i < list.size()) {
    const std::size_t equals = list.find('=', i);
    if (equals == std::string_view::npos) return std::nullopt;
    const std::string_view name = trim(list.substr(i, equals - i));
    std::size_t end = equals + 1;
    std::string_view value;
    if (end < list.size() && list[end] == '"') {
      const std::size_t close = std::min(list.find('"', end + 1), list.size());
      value = list.substr(end + 1, close - end - 1);
      end = std::min(list.find(',', close), list.size());
    } else {
      end = std::min(list.find(',', end), list.size());
      value = trim(list.substr(equals + 1, end - equals - 1));
    }
    if (name == wanted) return std::string(value);
    i = end + 1;
  }
  return std::nullopt;
}

std::int64_t whole_number(std::string_view text, std::int64_t fallback) {
  const std::string digits(trim(text).substr(0, 20));
  char* end = nullptr;
  const long long value = std::strtoll(digits.c_str(), &end, 10);
  // No film needs more; sums of two stay in range.
  constexpr long long kLargest = 1ll << 50;
  return end == digits.c_str() || value < 0 || value > kLargest ? fallback : value;
}

std::string absolute(std::string_view raw, const std::optional<Url>& base) {
  const auto url = Url::parse(trim(raw), base ? &*base : nullptr);
  return url ? url->href() : std::string();
}

}  // namespace

Playlist parse_playlist(std::string_view text, const std::string& url) {
  Playlist playlist;
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  if (trim(text).substr(0, 7) != "#EXTM3U") return playlist;
  std::optional<Url> base;
  if (auto parsed = Url::parse(url)) base = *parsed;

  std::optional<Playlist::Variant> variant;
  Playlist::Segment segment;
  std::int64_t next_offset = 0;  // where a byte range without an offset begins (4.3.2.2)
  std::string range_url;
  std::size_t at = 0;
  while (at <= text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = trim(text.substr(at, end - at));
    at = end + 1;
    if (line.empty()) continue;
    const auto rest_of = [&](std::string_view tag) -> std::optional<std::string_view> {
      if (line.substr(0, tag.size()) != tag) return std::nullopt;
      return line.substr(tag.size());
    };
    if (line[0] == '#') {
      if (const auto list = rest_of("#EXT-X-STREAM-INF:")) {
        playlist.master = true;
        variant.emplace();
        variant->bandwidth = whole_number(list_attribute(*list, "BANDWIDTH").value_or(""), 0);
        const std::string size = list_attribute(*list, "RESOLUTION").value_or("");
        if (const std::size_t x = size.find('x'); x != std::string::npos) {
          variant->width = static_cast<int>(std::min<std::int64_t>(whole_number(size.substr(0, x), 0), 100'000));
          variant->height = static_cast<int>(std::min<std::int64_t>(whole_number(size.substr(x + 1), 0), 100'000));
        }
      } else if (const auto info = rest_of("#EXTINF:")) {
        const double seconds = std::strtod(std::string(info->substr(0, 40)).c_str(), nullptr);
        segment.duration_s = seconds > 0 && seconds < 1e6 ? seconds : 0;
      } else if (const auto range = rest_of("#EXT-X-BYTERANGE:")) {
        const std::size_t mark = range->find('@');
        segment.range_length = whole_number(range->substr(0, mark), -1);
        segment.range_offset = mark == std::string_view::npos ? -1 : whole_number(range->substr(mark + 1), -1);
      } else if (const auto map = rest_of("#EXT-X-MAP:")) {
        if (playlist.init_url.empty()) playlist.init_url = absolute(list_attribute(*map, "URI").value_or(""), base);
      } else if (const auto key = rest_of("#EXT-X-KEY:")) {
        if (list_attribute(*key, "METHOD").value_or("NONE") != "NONE") playlist.encrypted = true;
      } else if (rest_of("#EXT-X-SESSION-KEY:")) {
        playlist.encrypted = true;
      }
      continue;
    }
    std::string address = absolute(line, base);
    if (variant) {
      if (!address.empty() && playlist.variants.size() < kMaxVariants) {
        variant->url = std::move(address);
        playlist.variants.push_back(std::move(*variant));
      }
      variant.reset();
      continue;
    }
    if (!address.empty() && playlist.segments.size() < kMaxSegments) {
      segment.url = std::move(address);
      if (segment.range_length >= 0) {
        if (segment.range_offset < 0) segment.range_offset = segment.url == range_url ? next_offset : 0;
        next_offset = segment.range_offset + segment.range_length;
        range_url = segment.url;
      } else {
        segment.range_offset = -1;
      }
      playlist.segments.push_back(std::move(segment));
    }
    segment = Playlist::Segment();
  }
  // Best last: by height, then by bandwidth; equal ones keep their order.
  std::stable_sort(playlist.variants.begin(), playlist.variants.end(), [](const auto& a, const auto& b) {
    return a.height != b.height ? a.height < b.height : a.bandwidth < b.bandwidth;
  });
  return playlist;
}

}  // namespace pantau::crawler
