#pragma once
// What a sweep remembers of pages and of the ways that lead to them, in the form that is stored (compressed JSON). A
// case is always computed from these records and nothing else, so it does not depend on the order of arrival. Plain
// values.
#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "cases/case_record.h"
#include "crawler/ad.h"
#include "crawler/page.h"
#include "sweep/gather.h"

namespace pantau::sweep {

struct StoredMedium {
  std::string url, canonical, kind, origin, alternative, sha256, outcome;
};

// A page as it was read, ad slots left out.
struct StoredPage {
  std::string url, final_url, outcome, detail, robots, directives, persona, started, ended, title, language;
  std::string source;  // web | url-list | submission | import: which kind of source led here
  int status = 0, depth = 0;
  bool is_html = false;
  bool examination = false;  // fetched under the configured authority, whatever robots.txt says
  std::vector<crawler::RedirectHop> hops;
  std::vector<crawler::TextBlock> texts;
  std::vector<crawler::Form> forms;
  std::vector<crawler::Link> links;
  std::vector<std::string> app_links, trackers;
  std::vector<StoredMedium> media;
  std::vector<cases::WarcReference> warc;
  // What other personas saw at the same address, one each; these have no further looks.
  std::vector<StoredPage> looks;
};

// One way to a landing page: an ad slot, a plain link from another site, or what a source handed over.
struct Route {
  std::string kind;      // slot | link | lead
  std::string source;    // web | url-list | submission | import
  std::string page_url;  // where it was seen; empty for leads without a page
  std::string click_url, click_canonical;
  std::string marker;  // why the slot counts as one
  std::vector<std::string> texts;
  std::vector<StoredMedium> media;
  crawler::AdFacts facts;
  int depth = 0, slot = 0;
};

boost::json::object to_json(const StoredPage& page);
StoredPage page_from_json(const boost::json::object& object);
boost::json::object to_json(const Route& route);
Route route_from_json(const boost::json::object& object);

// zstd around JSON text, for the store.
std::string pack(const boost::json::object& object);
// A page for the store, and the digest of what of it a case depends on: everything but times and places in archives.
struct PackedPage {
  std::string packed, substance;
};
PackedPage pack_page(const StoredPage& page);
Result<boost::json::object> unpack(std::string_view bytes);

StoredMedium stored(const PlacedMedium& placed);
// The page's own part of what was gathered, and one route for each ad slot and each link to another site.
StoredPage stored_page(const Page& page, int depth);
std::vector<Route> routes_of(const Page& page, int depth, const std::string& source);
std::string kind_name(crawler::MediaKind kind);

}  // namespace pantau::sweep
