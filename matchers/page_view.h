#pragma once
// An extracted landing page as part of an AdView: which of its texts count as heading, as running text, as hidden. Used
// by sweep/, scan and tests alike, so that the same page is judged the same everywhere. Pure; any thread.
#include "crawler/page.h"
#include "matchers/ad_view.h"

namespace pantau::matchers {

// Adds title, texts, forms, links, apps and trackers of the landing page. What stands in ad slots belongs to those ads
// and is left out. Does not touch the addresses.
void add_landing_page(AdView& ad, const crawler::ExtractedPage& page);

}  // namespace pantau::matchers
