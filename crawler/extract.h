#pragma once
// HTML to ExtractedPage (Gumbo). Pure function of its input, safe on hostile bytes: limits on size, depth, counts;
// never throws. CPU pool threads.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/page.h"

namespace pantau::crawler {

struct ExtractLimits {
  std::size_t max_html_bytes = 8u << 20;
  int max_depth = 400;
  std::size_t max_links = 5000, max_media = 1000, max_texts = 20000, max_slots = 500;
};

// content_type: the Content-Type header, may carry a charset; url: the final address.
ExtractedPage extract_page(std::string_view html, const std::string& content_type, const std::string& url,
                           const ExtractLimits& limits = {});

// The absolute target of a `Refresh` response header ("0; url=..."); nothing when it only reloads the page.
std::optional<std::string> refresh_target(std::string_view header, const std::string& url);

// Master and media playlists of HLS (RFC 8216): absolute addresses of variants (best last) and of segments, in order.
struct Playlist {
  bool master = false;
  struct Variant {
    std::string url;
    std::int64_t bandwidth = 0;
    int width = 0, height = 0;
  };
  std::vector<Variant> variants;
  struct Segment {
    std::string url;
    double duration_s = 0;
    std::int64_t range_offset = -1, range_length = -1;
  };
  std::vector<Segment> segments;
  std::string init_url;    // EXT-X-MAP
  bool encrypted = false;  // any EXT-X-KEY but METHOD=NONE
};
Playlist parse_playlist(std::string_view text, const std::string& url);

// Text with times from WebVTT or SubRip.
struct Cue {
  double start_s = 0, end_s = 0;
  std::string text;
};
std::vector<Cue> parse_captions(std::string_view text);

}  // namespace pantau::crawler
