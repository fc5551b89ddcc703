#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "base/text.h"
#include "crawler/html/collect.h"
#include "crawler/html/script.h"

namespace pantau::crawler::html {
namespace {

class HeadCollector {
 public:
  HeadCollector(const Source& source, ExtractedPage& page) : source_(source), tree_(source.tree), page_(page) {}

  void run() {
    std::vector<std::string> scripts, traces;
    std::string_view onload;
    for (std::size_t i = 0; i < tree_.size(); ++i) {
      const Node& node = tree_[i];
      if (node.is_text()) continue;
      if (node.name == "html" && page_.language.empty()) {
        page_.language = to_lower_ascii(trim(tree_.attribute(i, "lang")).substr(0, 35));
      } else if (node.name == "title" && page_.title.empty() && tree_.ancestor_named(i, "svg") < 0) {
        page_.title = std::string(clip_utf8(collapse_space(tree_.text_content(i)), 4096));
        if (!page_.title.empty()) add_text(page_.title, TextRole::title);
      } else if (node.name == "meta") {
        meta(i);
      } else if (node.name == "link") {
        link(i);
      } else if (node.name == "script") {
        script(i, scripts, traces);
      } else if (node.name == "body") {
        onload = tree_.attribute(i, "onload");
      } else if (node.name == "img" || node.name == "iframe") {
        // Pixels that work without scripts carry the same ids in their address.
        const std::string_view src = tree_.attribute(i, "src");
        if (src.find("facebook.com/tr") != std::string_view::npos ||
            src.find("googletagmanager") != std::string_view::npos || src.find("mc.yandex") != std::string_view::npos) {
          traces.emplace_back(src);
        }
      } else if (node.name == "ins") {
        traces.emplace_back(tree_.attribute(i, "data-ad-client"));
      }
    }
    if (const auto raw = script_redirect(scripts, onload)) {
      const auto url = source_.addresses.absolute(*raw);
      if (url && *url != source_.addresses.page()) page_.script_redirect_url = *url;
    }
    traces.insert(traces.end(), scripts.begin(), scripts.end());
    page_.trackers = tracker_ids(traces);
  }

 private:
  void add_text(std::string_view raw, TextRole role) {
    std::string text = collapse_space(clip_utf8(raw, 8192));
    if (text.empty() || page_.texts.size() >= source_.limits.max_texts) return;
    for (const TextBlock& known : page_.texts) {
      if (known.role == role && known.text == text) return;
    }
    page_.texts.push_back({std::move(text), role, -1});
  }

  void add(std::string_view raw, MediaKind kind, const char* origin, int width = 0, int height = 0) {
    const auto url = source_.addresses.absolute(raw);
    if (!url) return;
    MediaReference medium;
    medium.url = *url;
    medium.kind = kind;
    medium.origin = origin;
    medium.width = width;
    medium.height = height;
    add_medium(source_, page_, std::move(medium));
  }

  void add_frame(std::string_view raw) {
    const auto url = source_.addresses.absolute(raw);
    if (url && page_.frames.size() < 200 &&
        std::find(page_.frames.begin(), page_.frames.end(), *url) == page_.frames.end())
      page_.frames.push_back(*url);
  }

  void meta(std::size_t i) {
    const std::string_view content = tree_.attribute(i, "content");
    std::string name = to_lower_ascii(trim(tree_.attribute(i, "property")));
    if (name.empty()) name = to_lower_ascii(trim(tree_.attribute(i, "name")));
    const std::string equivalent = to_lower_ascii(trim(tree_.attribute(i, "http-equiv")));
    if (equivalent == "refresh") {
      // Without scripts only: <noscript> refreshes are not followed by browsers that run them.
      if (!page_.refresh_url && tree_.ancestor_named(i, "noscript") < 0)
        page_.refresh_url = parse_refresh(content, source_.addresses);
      return;
    }
    if (content.empty()) return;
    if (name == "description" || name == "og:description" || name == "og:title" || name == "twitter:title" ||
        name == "twitter:description") {
      add_text(content, TextRole::description);
    } else if (name == "robots" || name == "googlebot") {
      const std::string value = to_lower_ascii(content);
      page_.robots_noindex =
          page_.robots_noindex || value.find("noindex") != std::string::npos || value.find("none") != std::string::npos;
      page_.robots_nofollow = page_.robots_nofollow || value.find("nofollow") != std::string::npos ||
                              value.find("none") != std::string::npos;
    } else if (name == "og:image" || name == "og:image:url" || name == "og:image:secure_url" ||
               name == "twitter:image" || name == "twitter:image:src") {
      add(content, MediaKind::image, "open-graph");
    } else if (name == "og:video" || name == "og:video:url" || name == "og:video:secure_url" ||
               name == "twitter:player:stream") {
      // Many sites put the address of a player page here.
      const MediaKind kind = media_kind(content, {}, MediaKind::image);
      if (kind == MediaKind::image && name != "twitter:player:stream") {
        add_frame(content);
      } else {
        add(content, kind == MediaKind::image ? MediaKind::video : kind, "open-graph");
      }
    } else if (name == "og:audio" || name == "og:audio:url") {
      add(content, MediaKind::audio, "open-graph");
    } else if (name == "twitter:player") {
      add_frame(content);
    }
  }

  void link(std::size_t i) {
    const std::string rel = to_lower_ascii(trim(tree_.attribute(i, "rel")));
    if (rel == "canonical" && page_.canonical.empty()) {
      if (const auto url = source_.addresses.absolute(tree_.attribute(i, "href"))) page_.canonical = *url;
    }
  }

  void script(std::size_t i, std::vector<std::string>& scripts, std::vector<std::string>& traces) {
    const std::string type = to_lower_ascii(trim(tree_.attribute(i, "type")));
    if (type.find("ld+json") != std::string::npos) {
      structured(tree_.text_content(i));
      return;
    }
    const std::string_view src = tree_.attribute(i, "src");
    if (!src.empty()) traces.emplace_back(src);
    if (!type.empty() && type.find("javascript") == std::string::npos && type != "module" &&
        type.find("ecmascript") == std::string::npos)
      return;
    std::string code = tree_.text_content(i);
    if (code.empty() || scripts.size() >= 500) return;
    for (const std::string& address : media_addresses(code))
      add(address, media_kind(address, {}, MediaKind::video), "script");
    scripts.push_back(std::move(code));
  }

  void structured(const std::string& text) {
    if (text.size() > (1u << 20)) return;
    boost::json::parse_options options;
    options.max_depth = 64;
    options.allow_comments = options.allow_trailing_commas = options.allow_invalid_utf8 = true;
    boost::system::error_code failure;
    const boost::json::value root = boost::json::parse(text, failure, {}, options);
    if (failure) return;
    int left = 5000;
    walk(root, left, 0);
  }

  void each_text(const boost::json::value& value, const auto& use) {
    if (const auto* text = value.if_string()) use(std::string_view(text->data(), text->size()));
    if (const auto* list = value.if_array()) {
      for (const auto& item : *list) {
        if (const auto* text = item.if_string()) use(std::string_view(text->data(), text->size()));
        if (const auto* object = item.if_object(); object != nullptr && object->contains("url")) {
          if (const auto* url = object->at("url").if_string()) use(std::string_view(url->data(), url->size()));
        }
      }
    }
    if (const auto* object = value.if_object(); object != nullptr && object->contains("url")) {
      if (const auto* url = object->at("url").if_string()) use(std::string_view(url->data(), url->size()));
    }
  }

  void walk(const boost::json::value& value, int& left, int depth) {
    if (--left < 0 || depth > 64) return;
    if (const auto* list = value.if_array()) {
      for (const auto& item : *list) walk(item, left, depth + 1);
      return;
    }
    const auto* object = value.if_object();
    if (object == nullptr) return;
    for (const auto& member : *object) {
      const std::string_view key(member.key().data(), member.key().size());
      if (key == "contentUrl") {
        each_text(member.value(),
                  [&](std::string_view text) { add(text, media_kind(text, {}, MediaKind::video), "json-ld"); });
      } else if (key == "thumbnailUrl" || key == "image") {
        each_text(member.value(), [&](std::string_view text) { add(text, MediaKind::image, "json-ld"); });
      } else if (key == "embedUrl") {
        each_text(member.value(), [&](std::string_view text) {
          const MediaKind kind = media_kind(text, {}, MediaKind::image);
          if (kind == MediaKind::image) {
            add_frame(text);
          } else {
            add(text, kind, "json-ld");
          }
        });
      } else if (key == "name" || key == "headline" || key == "description" || key == "articleBody" ||
                 key == "alternateName") {
        each_text(member.value(), [&](std::string_view text) { add_text(text, TextRole::structured); });
      }
      walk(member.value(), left, depth + 1);
    }
  }

  const Source& source_;
  const Tree& tree_;
  ExtractedPage& page_;
};

}  // namespace

void collect_head(const Source& source, ExtractedPage& page) {
  HeadCollector(source, page).run();
}

}  // namespace pantau::crawler::html
