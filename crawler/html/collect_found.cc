// Addresses that a page names without showing them as links: its twins in other languages and as AMP, feeds, the next
// page of a series, data of scripts ("__NEXT_DATA__", JSON-LD), and links of documents inside data: addresses.
#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <unordered_set>

#include "base/text.h"
#include "crawler/feed.h"
#include "crawler/html/collect.h"
#include "crawler/html/data_address.h"
#include "crawler/html/script.h"

namespace pantau::crawler::html {
namespace {

constexpr std::size_t kMaxFound = 1000, kMaxFromData = 500, kMaxElsewhereFromData = 100;
constexpr std::size_t kMaxJsonBytes = 2u << 20;  // of all scripts of a page together
constexpr int kMaxJsonValues = 50'000;
constexpr int kMaxDocuments = 5;

constexpr std::array<std::string_view, 9> kLinkEnds = {"url",        "uri",  "href",        "link",  "permalink",
                                                       "permalinks", "path", "destination", "target"};
// Pictures, programs and services; films have a list of their own.
constexpr std::array<std::string_view, 20> kOtherWords = {
    "image", "img",   "thumb",  "logo",  "icon", "avatar",  "src",    "api",     "asset",   "font",
    "style", "photo", "poster", "embed", "cdn",  "picture", "script", "content", "service", "endpoint"};

bool has_token(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    list = trim(list);
    const std::size_t end = std::min(list.find_first_of(" \t\r\n\f"), list.size());
    if (equals_ignore_case_ascii(list.substr(0, end), word)) return true;
    list.remove_prefix(end);
  }
  return false;
}

// Whether the value of such a member of an object is the address of a page, as far as the name tells.
bool names_a_page(std::string_view key) {
  const std::string lower = to_lower_ascii(key);
  const bool link = std::any_of(kLinkEnds.begin(), kLinkEnds.end(), [&](std::string_view end) {
    return lower.size() >= end.size() && lower.compare(lower.size() - end.size(), end.size(), end) == 0;
  });
  if (!link) return false;
  return std::none_of(kOtherWords.begin(), kOtherWords.end(),
                      [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

// Parts of a page that are no page themselves.
bool is_part(std::string_view address) {
  static constexpr std::array<std::string_view, 24> kParts = {
      "js",  "mjs", "css",  "map",   "json", "png", "jpg", "jpeg", "gif", "webp",        "avif", "svg",
      "ico", "bmp", "woff", "woff2", "ttf",  "otf", "eot", "wasm", "txt", "webmanifest", "mp3",  "vtt"};
  return std::find(kParts.begin(), kParts.end(), extension_of(address)) != kParts.end();
}

class FoundCollector {
 public:
  FoundCollector(const Source& source, ExtractedPage& page) : source_(source), page_(page) {}

  void run() {
    const Tree& tree = source_.tree;
    for (std::size_t i = 0; i < tree.size(); ++i) {
      const std::string_view name = tree[i].name;
      if (name == "link") {
        link(i);
      } else if (name == "script") {
        script(i);
      } else if (name == "a" || name == "area") {
        document(tree.attribute(i, "href"));
      } else if (name == "meta" && equals_ignore_case_ascii(trim(tree.attribute(i, "http-equiv")), "refresh")) {
        const std::string_view content = tree.attribute(i, "content");
        const std::size_t at = to_lower_ascii(content.substr(0, 64)).find("data:");
        if (at != std::string::npos) document(content.substr(at));
      }
    }
  }

 private:
  void add(std::optional<std::string> url, const char* how) {
    if (!url || page_.found.size() >= kMaxFound || !seen_.insert(*url).second) return;
    page_.found.push_back({std::move(*url), how});
  }

  void link(std::size_t i) {
    const Tree& tree = source_.tree;
    const std::string_view rel = tree.attribute(i, "rel");
    const auto target = [&] { return source_.addresses.absolute(tree.attribute(i, "href")); };
    if (has_token(rel, "alternate") && !has_token(rel, "stylesheet")) {
      if (is_feed_type(tree.attribute(i, "type"))) {
        add(target(), "feed");
      } else if (tree.has_attribute(i, "hreflang") || tree.has_attribute(i, "media")) {
        add(target(), "alternate");
      }
    } else if (has_token(rel, "amphtml")) {
      add(target(), "amp");
    } else if (has_token(rel, "canonical")) {
      add(target(), "canonical");
    } else if (has_token(rel, "next") || has_token(rel, "prev")) {
      add(target(), "series");
    } else if (has_token(rel, "sitemap")) {
      add(target(), "sitemap");
    }
  }

  void script(std::size_t i) {
    const Tree& tree = source_.tree;
    const std::string type = to_lower_ascii(trim(tree.attribute(i, "type")));
    if (type.find("json") == std::string::npos) return;
    const std::string text = tree.text_content(i);
    if (text.size() > kMaxJsonBytes - json_bytes_) return;
    json_bytes_ += text.size();
    boost::json::parse_options options;
    options.max_depth = 64;
    options.allow_comments = options.allow_trailing_commas = options.allow_invalid_utf8 = true;
    boost::system::error_code failure;
    boost::json::monotonic_resource memory;
    const boost::json::value root = boost::json::parse(text, failure, &memory, options);
    if (!failure) walk(root, {});
  }

  // Depth is bounded by the parser's limit.
  void walk(const boost::json::value& value, std::string_view key) {
    if (--json_values_ < 0) return;
    if (const auto* text = value.if_string()) {
      datum({text->data(), text->size()}, key);
    } else if (const auto* list = value.if_array()) {
      for (const auto& item : *list) walk(item, key);
    } else if (const auto* object = value.if_object()) {
      for (const auto& member : *object) {
        const std::string_view name(member.key().data(), member.key().size());
        if (!name.starts_with('@')) walk(member.value(), name);
      }
    }
  }

  void datum(std::string_view text, std::string_view key) {
    const bool whole = text.starts_with("http://") || text.starts_with("https://");
    const bool rooted = text.starts_with('/');
    if ((!whole && !rooted) || from_data_ >= kMaxFromData || text.find_first_of(" \t\r\n<>{}\"") != text.npos) return;
    const bool linked = names_a_page(key);
    // A path is only an address where the name says so; foreign addresses abound in data that are no links.
    if ((rooted && !linked) || is_part(text)) return;
    auto url = source_.addresses.absolute(text);
    if (!url) return;
    if (source_.addresses.elsewhere(*url)) {
      if (!linked || elsewhere_ >= kMaxElsewhereFromData) return;
      ++elsewhere_;
    }
    ++from_data_;
    add(std::move(url), "data");
  }

  // A whole page inside an address: what it leads to.
  void document(std::string_view address) {
    if (documents_ >= kMaxDocuments) return;
    const auto html = data_document(address);
    if (!html) return;
    ++documents_;
    Tree tree;
    tree.parse(*html, source_.limits.max_depth);
    std::vector<std::string> scripts;
    for (std::size_t i = 0; i < tree.size(); ++i) {
      const Node& node = tree[i];
      if (node.is_text()) continue;
      if (node.name == "script") {
        if (scripts.size() < 50) scripts.push_back(tree.text_content(i));
      } else if (node.name == "meta" && equals_ignore_case_ascii(trim(tree.attribute(i, "http-equiv")), "refresh")) {
        add(parse_refresh(tree.attribute(i, "content"), source_.addresses), "data-document");
      } else if (node.name == "iframe" || node.name == "frame") {
        add(source_.addresses.absolute(tree.attribute(i, "src")), "data-document");
      } else if (const std::string target = click_target(tree, i, source_.addresses); !target.empty()) {
        add(target, "data-document");
      }
    }
    if (const auto target = script_redirect(scripts)) add(source_.addresses.absolute(*target), "data-document");
  }

  const Source& source_;
  ExtractedPage& page_;
  std::unordered_set<std::string> seen_;
  std::size_t json_bytes_ = 0, from_data_ = 0, elsewhere_ = 0;
  int json_values_ = kMaxJsonValues, documents_ = 0;
};

}  // namespace

void collect_found(const Source& source, ExtractedPage& page) {
  FoundCollector(source, page).run();
}

}  // namespace pantau::crawler::html
