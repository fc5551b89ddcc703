// HLS playlists and captions on any bytes: both are small line formats that arrive under each other's names.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "crawler/extract.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pantau::crawler;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Playlist playlist = parse_playlist(text, "https://v.example/live/list.m3u8");
  for (const Playlist::Segment& segment : playlist.segments) {
    if (segment.url.rfind("http", 0) != 0 || segment.duration_s < 0) std::abort();
  }
  for (const Playlist::Variant& variant : playlist.variants) {
    if (variant.url.rfind("http", 0) != 0 || variant.width < 0 || variant.bandwidth < 0) std::abort();
  }
  for (const Cue& cue : parse_captions(text)) {
    if (cue.text.empty() || cue.start_s < 0) std::abort();
  }
  return 0;
}
