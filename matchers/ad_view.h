#pragma once
// The one shape in which matchers see an ad: texts with their places, addresses with their parts in the story, forms.
// Built by sweep/ (from the store) and by scan/tests (from one file). Plain values; any thread.
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "crawler/ad.h"
#include "crawler/page.h"
#include "matchers/signal.h"

namespace pantau::matchers {

struct AdText {
  std::string text;  // UTF-8
  Where where = Where::page;
  bool hidden = false;   // not visible to people (display:none ...): noted, never counted as what people read
  bool heading = false;  // title, h1: who a page says it is
  std::string media;     // sha256, for ocr/caption/speech
  std::optional<double> time_s;
  std::optional<media::Box> box;
  double confidence = 1.0;  // of the reading, 0..1
};

// How far a signal found in a machine's reading is believed, 0..1. Words that fit a pattern were not read by chance:
// from a sure reading on there is nothing to take away.
inline double trust_in_reading(const AdText& text) {
  constexpr double kSure = 0.85;
  return 0.6 + 0.4 * std::clamp(text.confidence / kSure, 0.0, 1.0);
}

// A picture or video of the ad, as its bytes and as the media worker saw it.
struct AdMedium {
  std::string sha256, md5;                           // md5 only where a list asks for it
  std::shared_ptr<const media::MediaReport> report;  // null when it was not read
};

struct AdView {
  std::string source;    // web, url-list, submission, import, file
  std::string page_url;  // where the creative was seen; may equal landing_url; may be empty
  std::string click_url;
  std::string landing_url;                 // after all redirects; empty when nothing was reachable
  std::vector<crawler::RedirectHop> hops;  // between click and landing
  std::string title;
  std::vector<AdText> texts;         // page texts of the landing page, ad texts of the creatives, OCR, captions
  std::vector<crawler::Form> forms;  // of the landing page
  std::vector<crawler::Link> links;  // of the landing page, outside ad slots
  std::vector<std::string> app_links;
  std::vector<std::string> trackers;
  crawler::AdFacts facts;
  std::vector<std::string> remote_addresses;  // IPs that served the landing page
  std::vector<AdMedium> media;                // of the landing page and of the creatives
  bool landing_is_page = false;               // the landing page was fetched and read as HTML
};

}  // namespace pantau::matchers
