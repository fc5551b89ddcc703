#include "crawler/sitemap.h"

#include <algorithm>

#include "base/text.h"
#include "base/url.h"

namespace pantau::crawler {
namespace {

class SitemapReader final : public XmlHandler {
 public:
  explicit SitemapReader(ListingCollector& collector) : collector_(collector) {}

  bool open(std::string_view name, const XmlAttributes& attributes) override {
    bool go_on = true;
    if (parent() == "url" && name == "link" && equals_ignore_case_ascii(attributes.get("rel"), "alternate")) {
      go_on = collector_.page(attributes.get("href"));
    }
    if (name == "url" || name == "sitemap") located_ = false;
    path_.emplace_back(name);
    return go_on;
  }

  bool close(std::string_view name, std::string_view text) override {
    path_.pop_back();
    text = trim(text);
    if (text.empty()) return true;
    const std::string_view above = parent();
    if (name == "loc" && above == "url") {
      located_ = true;
      return collector_.page(text);
    }
    if (name == "loc" && above == "sitemap") {
      located_ = true;
      return collector_.list(text);
    }
    // Some write the address into the entry itself.
    if (name == "sitemap" && above == "sitemapindex" && !located_) return collector_.list(text);
    if (name == "url" && above == "urlset" && !located_) return collector_.page(text);
    if (above == "video" && name == "player_loc") return collector_.page(text);
    if (above == "video" && name == "content_loc") return collector_.video(text);
    return true;
  }

 private:
  std::string_view parent() const { return path_.empty() ? std::string_view() : std::string_view(path_.back()); }

  ListingCollector& collector_;
  std::vector<std::string> path_;
  bool located_ = false;  // the open entry has a <loc>
};

// The next line without its end; takes it from `text`.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return trim(line);
}

}  // namespace

Listing read_sitemap(std::string_view text, const std::string& url, const ListingLimits& limits) {
  Listing listing;
  listing.kind = xml_root_name(text) == "sitemapindex" ? ListingKind::sitemap_index : ListingKind::sitemap;
  ListingCollector collector(listing, url, limits);
  SitemapReader reader(collector);
  note_end(listing, read_xml(text, reader));
  return listing;
}

bool is_address_list(std::string_view text) {
  constexpr int kLines = 20;
  int lines = 0;
  while (!text.empty() && lines < kLines) {
    const bool last_may_be_cut = text.size() < Url::kMaxLength && text.find_first_of("\r\n") == std::string_view::npos;
    const std::string_view line = take_line(text);
    if (line.empty()) continue;
    const bool scheme = equals_ignore_case_ascii(line.substr(0, 7), "http://") ||
                        equals_ignore_case_ascii(line.substr(0, 8), "https://");
    if (!scheme || line.find_first_of(" \t<>\"") != std::string_view::npos || !Url::parse(line)) {
      return lines > 0 && last_may_be_cut;
    }
    ++lines;
  }
  return lines > 0;
}

Listing read_address_list(std::string_view text, const std::string& url, const ListingLimits& limits) {
  Listing listing;
  listing.kind = ListingKind::text;
  ListingCollector collector(listing, url, limits);
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (line.empty()) continue;
    // Relative addresses would make a page of prose a list.
    if (line.find("://") == std::string_view::npos) {
      ++listing.skipped;
      continue;
    }
    if (!collector.page(line)) break;
  }
  return listing;
}

}  // namespace pantau::crawler
