#pragma once
// Sitemaps (https://www.sitemaps.org/protocol.html, version 0.9) as XML or plain text: pages, the twins in other
// languages (xhtml:link), players and films of the video extension. Addresses of the image extension are left out: the
// pages show those pictures themselves. Dates and priorities are not read: budgets cut by address, not by what a site
// says of itself. Pure functions; any thread.
#include <optional>
#include <string>
#include <string_view>

#include "crawler/listing.h"

namespace pantau::crawler {

// `text`: UTF-8 of a document whose root is <urlset> or <sitemapindex> by its local name.
Listing read_sitemap(std::string_view text, const std::string& url, const ListingLimits& limits = {});

// Whether plain text is a list of addresses: of its first lines that are not empty each must be one.
bool is_address_list(std::string_view text);
Listing read_address_list(std::string_view text, const std::string& url, const ListingLimits& limits = {});

}  // namespace pantau::crawler
