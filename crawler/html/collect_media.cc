#include <algorithm>
#include <array>
#include <unordered_set>

#include "base/text.h"
#include "crawler/html/collect.h"
#include "crawler/html/script.h"

namespace pantau::crawler::html {
namespace {

constexpr std::size_t kMaxInline = 16, kMaxInlineBytes = 1 << 20, kMinInlineBytes = 128;
constexpr double kWidestWanted = 2048;

struct Candidate {
  std::string url;
  double width = 0;    // w descriptor
  double density = 1;  // x descriptor
};

// HTML 4.8.4.2.1: "url descriptor, url descriptor"; commas may stand inside addresses.
std::vector<Candidate> parse_srcset(std::string_view text) {
  std::vector<Candidate> candidates;
  std::size_t i = 0;
  const auto space = [](char c) { return c == ' ' || (c >= 9 && c <= 13); };
  while (i < text.size() && candidates.size() < 64) {
    while (i < text.size() && (space(text[i]) || text[i] == ',')) ++i;
    const std::size_t begin = i;
    while (i < text.size() && !space(text[i])) ++i;
    std::string_view url = text.substr(begin, i - begin);
    Candidate candidate;
    bool ended = false;
    while (!url.empty() && url.back() == ',') {
      url.remove_suffix(1);
      ended = true;
    }
    if (url.empty()) continue;
    candidate.url = std::string(url);
    if (!ended) {
      const std::size_t stop = std::min(text.find(',', i), text.size());
      for (const std::string_view word : words(text.substr(i, stop - i))) {
        const double number = std::strtod(std::string(word.substr(0, 30)).c_str(), nullptr);
        if (word.back() == 'w') candidate.width = number;
        if (word.back() == 'x') candidate.density = number;
      }
      i = stop;
    }
    candidates.push_back(std::move(candidate));
  }
  return candidates;
}

// The largest that is not larger than any screen needs.
std::string best_candidate(std::string_view srcset) {
  const std::vector<Candidate> candidates = parse_srcset(srcset);
  const Candidate* best = nullptr;
  for (const Candidate& candidate : candidates) {
    if (best == nullptr) {
      best = &candidate;
      continue;
    }
    const auto fits = [](const Candidate& c) { return c.width <= kWidestWanted; };
    if (fits(candidate) != fits(*best)) {
      if (fits(candidate)) best = &candidate;
    } else if (fits(candidate) ? candidate.width > best->width ||
                                     (candidate.width == best->width && candidate.density > best->density)
                               : candidate.width < best->width) {
      best = &candidate;
    }
  }
  return best == nullptr ? std::string() : best->url;
}

bool is_data(std::string_view address) {
  return equals_ignore_case_ascii(trim(address).substr(0, 5), "data:");
}

// Pictures that only hold the place of one loaded later.
bool is_placeholder(std::string_view address) {
  if (is_data(address)) return true;
  const std::string lower = to_lower_ascii(address);
  for (const std::string_view word : {"placeholder", "spacer.", "blank.", "1x1", "pixel.", "transparent.", "loading.",
                                      "lazy.", "loader.", "grey.gif", "empty."}) {
    if (lower.find(word) != std::string::npos) return true;
  }
  return false;
}

class MediaCollector {
 public:
  MediaCollector(const Source& source, ExtractedPage& page) : source_(source), tree_(source.tree), page_(page) {}

  void run() {
    for (std::size_t i = 0; i < tree_.size(); ++i) {
      const Node& node = tree_[i];
      if (node.is_text()) continue;
      if (node.name == "img" || node.name == "amp-img") {
        image(i);
      } else if (node.name == "video" || node.name == "audio" || node.name == "amp-video") {
        film(i);
      } else if (node.name == "source" || node.name == "track") {
        part(i);
      } else if (node.name == "input" && equals_ignore_case_ascii(tree_.attribute(i, "type"), "image")) {
        add(i, tree_.attribute(i, "src"), MediaKind::image, "img");
      } else if (node.name == "image") {
        add(i, tree_.attribute(i, "href"), MediaKind::image, "img");
      } else if (node.name == "object" || node.name == "embed") {
        embedded(i);
      } else if (node.name == "link") {
        icon(i);
      }
      players(i);
    }
    for (const auto& [node, addresses] : source_.layout.backgrounds()) {
      for (const std::string& address : addresses) add(node, address, MediaKind::image, "css-background");
    }
  }

 private:
  bool is_dot(std::size_t i) const {
    const int width = source_.layout.width(i), height = source_.layout.height(i);
    return width > 0 && width <= 2 && height > 0 && height <= 2;
  }

  void add(std::size_t i, std::string_view raw, MediaKind kind, const char* origin) {
    raw = trim(raw);
    if (raw.empty()) return;
    if (is_data(raw)) {
      inline_picture(raw);
      return;
    }
    const auto url = source_.addresses.absolute(raw);
    if (!url) return;
    MediaReference medium;
    medium.url = *url;
    medium.kind = kind;
    medium.origin = origin;
    medium.alternative = std::string(clip_utf8(collapse_space(tree_.attribute(i, "alt")), 1000));
    medium.width = source_.layout.width(i);
    medium.height = source_.layout.height(i);
    medium.slot = source_.slots.slot[i];
    add_medium(source_, page_, std::move(medium));
  }

  void image(std::size_t i) {
    if (is_dot(i)) return;
    // What a browser shows: the first <source> of <picture> it can decode, then srcset, then src.
    if (const std::int32_t picture = tree_[i].parent;
        picture >= 0 && tree_[static_cast<std::size_t>(picture)].name == "picture") {
      const auto above = static_cast<std::size_t>(picture);
      std::string chosen;
      for (std::size_t k = above + 1; k < i; ++k) {
        if (tree_[k].name != "source") continue;
        std::string best = best_candidate(tree_.attribute(k, "srcset"));
        if (best.empty()) best = best_candidate(tree_.attribute(k, "data-srcset"));
        if (best.empty() || is_data(best)) continue;
        chosen = std::move(best);
        break;
      }
      if (!chosen.empty()) {
        add(i, chosen, MediaKind::image, "picture");
        return;
      }
    }
    bool lazy = false;
    for (const std::string_view name : {"data-srcset", "data-lazy-srcset"}) {
      if (const std::string best = best_candidate(tree_.attribute(i, name)); !best.empty() && !is_data(best)) {
        add(i, best, MediaKind::image, "lazy");
        lazy = true;
        break;
      }
    }
    if (!lazy) {
      for (const std::string_view name : {"data-src", "data-lazy-src", "data-original", "data-lazy", "data-image",
                                          "data-img", "data-url", "data-echo", "data-orig-file"}) {
        const std::string_view value = tree_.attribute(i, name);
        if (value.empty() || is_data(value)) continue;
        add(i, value, MediaKind::image, "lazy");
        lazy = true;
        break;
      }
    }
    if (const std::string best = best_candidate(tree_.attribute(i, "srcset"));
        !best.empty() && !is_data(best) && !(lazy && is_placeholder(best))) {
      add(i, best, MediaKind::image, "srcset");
      return;
    }
    const std::string_view src = tree_.attribute(i, "src");
    if (lazy && is_placeholder(src)) return;
    add(i, src, MediaKind::image, "img");
  }

  void film(std::size_t i) {
    const bool sound = tree_[i].name == "audio";
    const MediaKind otherwise = sound ? MediaKind::audio : MediaKind::video;
    for (const std::string_view name : {"src", "data-src", "data-lazy-src", "data-video", "data-video-src"}) {
      const std::string_view value = tree_.attribute(i, name);
      if (!value.empty())
        add(i, value, media_kind(value, tree_.attribute(i, "type"), otherwise), sound ? "audio" : "video");
    }
    for (const std::string_view name : {"poster", "data-poster"})
      add(i, tree_.attribute(i, name), MediaKind::image, "poster");
  }

  // <source> and <track> below a player; <source> of <picture> is dealt with at its <img>.
  void part(std::size_t i) {
    bool sound = false, player = false;
    for (std::int32_t above = tree_[i].parent; above >= 0; above = tree_[static_cast<std::size_t>(above)].parent) {
      const std::string_view name = tree_[static_cast<std::size_t>(above)].name;
      if (name == "picture") return;
      if (name == "audio") sound = true;
      if (name == "audio" || name == "video" || name == "amp-video") {
        player = true;
        break;
      }
    }
    if (!player) return;
    if (tree_[i].name == "track") {
      const std::string kind = to_lower_ascii(tree_.attribute(i, "kind"));
      if (kind == "metadata" || kind == "chapters") return;
      add(i, tree_.attribute(i, "src"), MediaKind::caption, "track");
      return;
    }
    for (const std::string_view name : {"src", "data-src"}) {
      const std::string_view value = tree_.attribute(i, name);
      if (!value.empty())
        add(i, value, media_kind(value, tree_.attribute(i, "type"), sound ? MediaKind::audio : MediaKind::video),
            "source");
    }
  }

  void embedded(std::size_t i) {
    const std::string_view value = tree_.attribute(i, tree_[i].name == "object" ? "data" : "src");
    const std::string type = to_lower_ascii(tree_.attribute(i, "type"));
    const std::string extension = extension_of(value);
    static constexpr std::array<std::string_view, 6> kPictures = {"jpg", "jpeg", "png", "gif", "webp", "avif"};
    if (type.rfind("image/", 0) == 0 || std::find(kPictures.begin(), kPictures.end(), extension) != kPictures.end()) {
      add(i, value, MediaKind::image, "img");
    } else if (type.rfind("video/", 0) == 0 || extension == "mp4" || extension == "webm" || extension == "m3u8") {
      add(i, value, media_kind(value, type, MediaKind::video), "video");
    }
  }

  void icon(std::size_t i) {
    const std::string rel = to_lower_ascii(tree_.attribute(i, "rel"));
    const bool wanted =
        rel == "icon" || rel == "shortcut icon" || rel == "apple-touch-icon" || rel == "apple-touch-icon-precomposed";
    if (wanted && icons_++ < 4) add(i, tree_.attribute(i, "href"), MediaKind::image, "icon");
  }

  // Players that take their film from data attributes (data-hls, data-setup='{"sources":[...]}').
  void players(std::size_t i) {
    for (const Attribute* a = tree_.attributes_begin(i); a != tree_.attributes_end(i); ++a) {
      if (a->name.substr(0, 5) != "data-" || a->value.size() > 65536) continue;
      if (a->value.find(".m3u8") == std::string_view::npos && a->value.find(".mp4") == std::string_view::npos &&
          a->value.find(".webm") == std::string_view::npos)
        continue;
      for (const std::string& address : media_addresses(a->value))
        add(i, address, media_kind(address, {}, MediaKind::video), "video");
    }
  }

  void inline_picture(std::string_view raw) {
    if (page_.inline_media.size() >= kMaxInline) return;
    const std::size_t comma = raw.find(',');
    if (comma == std::string_view::npos) return;
    const std::string head = to_lower_ascii(raw.substr(5, comma - 5));
    if (head.rfind("image/", 0) != 0 || head.find("svg") != std::string::npos) return;
    const std::string_view payload = raw.substr(comma + 1);
    if (payload.size() > kMaxInlineBytes * 4) return;
    std::string bytes;
    if (head.find("base64") != std::string::npos) {
      auto decoded = decode_base64(decode_percent(payload));
      if (!decoded) return;
      bytes = std::move(*decoded);
    } else {
      bytes = decode_percent(payload);
    }
    if (bytes.size() < kMinInlineBytes || bytes.size() > kMaxInlineBytes) return;
    if (std::find(page_.inline_media.begin(), page_.inline_media.end(), bytes) == page_.inline_media.end())
      page_.inline_media.push_back(std::move(bytes));
  }

  const Source& source_;
  const Tree& tree_;
  ExtractedPage& page_;
  int icons_ = 0;
};

}  // namespace

MediaKind media_kind(std::string_view address, std::string_view declared_type, MediaKind otherwise) {
  const std::string type = to_lower_ascii(declared_type);
  const std::string extension = extension_of(address);
  if (extension == "m3u8" || type.find("mpegurl") != std::string::npos) return MediaKind::playlist;
  if (type.rfind("video/", 0) == 0) return MediaKind::video;
  if (type.rfind("audio/", 0) == 0) return MediaKind::audio;
  if (type.rfind("image/", 0) == 0) return MediaKind::image;
  if (extension == "vtt" || extension == "srt") return MediaKind::caption;
  if (extension == "mp3" || extension == "m4a" || extension == "wav" || extension == "aac" || extension == "ogg" ||
      extension == "opus")
    return MediaKind::audio;
  if (extension == "mp4" || extension == "webm" || extension == "mov" || extension == "m4v" || extension == "mkv" ||
      extension == "ogv" || extension == "ts")
    return MediaKind::video;
  return otherwise;
}

void add_medium(const Source& source, ExtractedPage& page, MediaReference medium) {
  for (const MediaReference& known : page.media) {
    if (known.kind == medium.kind && known.slot == medium.slot && known.url == medium.url) return;
  }
  if (page.media.size() >= source.limits.max_media) {
    page.truncated = true;
    return;
  }
  page.media.push_back(std::move(medium));
}

void collect_media(const Source& source, ExtractedPage& page) {
  MediaCollector(source, page).run();
}

}  // namespace pantau::crawler::html
