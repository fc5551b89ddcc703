#include "crawler/feed.h"

#include <boost/json.hpp>

#include "base/text.h"
#include "base/url.h"

namespace pantau::crawler {
namespace {

constexpr std::size_t kMaxTitle = 300;

bool is_film(std::string_view type, std::string_view medium, std::string_view address) {
  if (!type.empty()) return equals_ignore_case_ascii(type.substr(0, 6), "video/");
  if (!medium.empty()) return equals_ignore_case_ascii(medium, "video");
  address = address.substr(0, address.find_first_of("?#"));
  for (const std::string_view end : {".mp4", ".m4v", ".webm", ".mov", ".m3u8", ".flv"}) {
    if (address.size() > end.size() && equals_ignore_case_ascii(address.substr(address.size() - end.size()), end)) {
      return true;
    }
  }
  return false;
}

// RSS in all its versions and Atom; their elements do not get into each other's way, and feeds mix them.
class FeedReader final : public XmlHandler {
 public:
  FeedReader(Listing& listing, ListingCollector& collector, const std::string& url)
      : listing_(listing), collector_(collector) {
    bases_.push_back(url);
  }

  bool open(std::string_view name, const XmlAttributes& attributes) override {
    bases_.push_back(base_with(attributes.get("xml:base")));
    bool go_on = true;
    if (name == "item" || name == "entry") {
      in_entry_ = true;
      linked_ = false;
      guid_.clear();
      about_ = attributes.get("about");  // RSS 1.0: rdf:about
    }
    const std::string_view href = attributes.get("href");
    const std::string& base = bases_.back();
    if (name == "link" && !href.empty()) {
      go_on = atom_link(attributes, href, base);
    } else if (in_entry_ && (name == "enclosure" || name == "content") && !attributes.get("url").empty()) {
      const std::string_view address = attributes.get("url");
      if (is_film(attributes.get("type"), attributes.get("medium"), address)) go_on = collector_.video(address, base);
    } else if (in_entry_ && name == "player" && !attributes.get("url").empty()) {
      go_on = collector_.page(attributes.get("url"), base);
    } else if (in_entry_ && name == "content" && !attributes.get("src").empty()) {
      go_on = page(attributes.get("src"), base);
    }
    path_.emplace_back(name);
    return go_on;
  }

  bool close(std::string_view name, std::string_view text) override {
    const std::string base = std::move(bases_.back());
    bases_.pop_back();
    path_.pop_back();
    text = trim(text);
    const std::string_view above = path_.empty() ? std::string_view() : std::string_view(path_.back());
    if (name == "item" || name == "entry") {
      in_entry_ = false;
      if (linked_) return true;
      // RSS 2.0: a guid is the address of its entry unless it says otherwise; many say so and are one all the same.
      if (guid_.find("://") != std::string::npos) return page(guid_, base);
      return about_.find("://") == std::string::npos || page(about_, base);
    }
    if (text.empty()) return true;
    const bool in_item = above == "item" || above == "entry";
    if (name == "link" && (in_item || above == "channel")) return page(text, base);
    if (in_item && name == "origLink") return page(text, base);  // of a feed that counts its readers
    if (in_item && (name == "guid" || name == "id")) guid_ = text;
    if (name == "title" && (above == "channel" || above == "feed") && listing_.title.empty()) {
      listing_.title = collapse_space(clip_utf8(text, kMaxTitle));
    }
    return true;
  }

 private:
  bool page(std::string_view raw, const std::string& base) {
    linked_ = true;
    return collector_.page(raw, base);
  }

  // atom:link (RFC 4287 4.2.7), also inside RSS.
  bool atom_link(const XmlAttributes& attributes, std::string_view href, const std::string& base) {
    const std::string rel = to_lower_ascii(trim(attributes.get("rel")));
    if (rel.empty() || rel == "alternate") return is_feed_type(attributes.get("type")) || page(href, base);
    if (rel == "next") return collector_.list(href, base);
    if (rel == "enclosure" && is_film(attributes.get("type"), {}, href)) return collector_.video(href, base);
    return true;
  }

  std::string base_with(std::string_view xml_base) const {
    const std::string& outer = bases_.back();
    if (xml_base.empty()) return outer;
    const auto above = Url::parse(outer);
    const auto url = Url::parse(xml_base, above ? &*above : nullptr);
    return url ? url->href() : outer;
  }

  Listing& listing_;
  ListingCollector& collector_;
  std::vector<std::string> bases_;  // of the open elements; the file's own first
  std::vector<std::string> path_;
  bool in_entry_ = false, linked_ = false;
  std::string guid_, about_;
};

std::string_view text_at(const boost::json::object& object, std::string_view key) {
  const boost::json::value* value = object.if_contains(key);
  const boost::json::string* text = value != nullptr ? value->if_string() : nullptr;
  return text != nullptr ? std::string_view(text->data(), text->size()) : std::string_view();
}

bool read_item(const boost::json::object& item, ListingCollector& collector) {
  std::string_view address = text_at(item, "url");
  if (address.empty() && text_at(item, "id").find("://") != std::string_view::npos) address = text_at(item, "id");
  if (!address.empty() && !collector.page(address)) return false;
  if (const std::string_view other = text_at(item, "external_url"); !other.empty() && !collector.page(other)) {
    return false;
  }
  const boost::json::value* attachments = item.if_contains("attachments");
  if (attachments == nullptr || !attachments->is_array()) return true;
  for (const boost::json::value& attachment : attachments->get_array()) {
    if (!attachment.is_object()) continue;
    const std::string_view film = text_at(attachment.get_object(), "url");
    if (!film.empty() && is_film(text_at(attachment.get_object(), "mime_type"), {}, film) && !collector.video(film)) {
      return false;
    }
  }
  return true;
}

}  // namespace

Listing read_feed(std::string_view text, const std::string& url, const ListingLimits& limits) {
  Listing listing;
  listing.kind = ListingKind::feed;
  ListingCollector collector(listing, url, limits);
  FeedReader reader(listing, collector, url);
  note_end(listing, read_xml(text, reader));
  return listing;
}

std::optional<Listing> read_json_feed(std::string_view text, const std::string& url, const ListingLimits& limits) {
  if (text.size() > limits.max_json_bytes) return std::nullopt;
  boost::json::parse_options options;
  options.max_depth = 64;
  options.allow_invalid_utf8 = true;
  boost::system::error_code failure;
  const boost::json::value root = boost::json::parse(text, failure, {}, options);
  if (failure || !root.is_object()) return std::nullopt;
  const boost::json::object& feed = root.get_object();
  if (text_at(feed, "version").find("jsonfeed.org/version") == std::string_view::npos) return std::nullopt;
  Listing listing;
  listing.kind = ListingKind::feed;
  listing.title = collapse_space(to_valid_utf8(clip_utf8(text_at(feed, "title"), kMaxTitle)));
  ListingCollector collector(listing, url, limits);
  if (const std::string_view home = text_at(feed, "home_page_url"); !home.empty()) collector.page(home);
  if (const boost::json::value* items = feed.if_contains("items"); items != nullptr && items->is_array()) {
    for (const boost::json::value& item : items->get_array()) {
      if (item.is_object() && !read_item(item.get_object(), collector)) break;
    }
  }
  if (const std::string_view next = text_at(feed, "next_url"); !next.empty()) collector.list(next);
  return listing;
}

bool is_feed_type(std::string_view media_type) {
  const std::string type = to_lower_ascii(trim(media_type.substr(0, media_type.find(';'))));
  return type == "application/rss+xml" || type == "application/atom+xml" || type == "application/rdf+xml" ||
         type == "application/feed+json";
}

}  // namespace pantau::crawler
