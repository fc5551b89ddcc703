#pragma once
// Feeds: RSS 0.9x, 1.0 and 2.0, Atom (RFC 4287, with xml:base) and JSON Feed (https://jsonfeed.org/version/1.1): the
// pages of their entries, enclosed films (enclosure, media:content, attachments) and the feed's next page (RFC 5005).
// Texts of entries are not read: the pages have them. Pure functions; any thread.
#include <optional>
#include <string>
#include <string_view>

#include "crawler/listing.h"

namespace pantau::crawler {

// `text`: UTF-8 of a document whose root is <rss>, <feed> or <RDF> by its local name.
Listing read_feed(std::string_view text, const std::string& url, const ListingLimits& limits = {});
// Nothing when the text is no JSON Feed.
std::optional<Listing> read_json_feed(std::string_view text, const std::string& url, const ListingLimits& limits = {});

// Whether a <link type=...> announces a feed.
bool is_feed_type(std::string_view media_type);

}  // namespace pantau::crawler
