#include "matchers/page_view.h"

#include <algorithm>

namespace pantau::matchers {

void add_landing_page(AdView& ad, const crawler::ExtractedPage& page) {
  using crawler::TextRole;
  ad.landing_is_page = true;
  ad.title = page.title;
  bool has_title = std::any_of(page.texts.begin(), page.texts.end(),
                               [](const crawler::TextBlock& block) { return block.role == TextRole::title; });
  auto add = [&ad](const std::string& text, bool heading, bool hidden) {
    if (text.empty()) return;
    AdText made;
    made.text = text;
    made.where = Where::page;
    made.heading = heading;
    made.hidden = hidden;
    ad.texts.push_back(std::move(made));
  };
  if (!has_title) add(page.title, true, false);
  for (const crawler::TextBlock& block : page.texts) {
    if (block.slot >= 0) continue;
    add(block.text, block.role == TextRole::title || block.role == TextRole::heading, block.role == TextRole::hidden);
  }
  ad.forms.insert(ad.forms.end(), page.forms.begin(), page.forms.end());
  for (const crawler::Link& link : page.links) {
    if (link.slot < 0) ad.links.push_back(link);
  }
  ad.app_links.insert(ad.app_links.end(), page.app_links.begin(), page.app_links.end());
  ad.trackers.insert(ad.trackers.end(), page.trackers.begin(), page.trackers.end());
}

}  // namespace pantau::matchers
