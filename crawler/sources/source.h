#pragma once
// A source hands over leads. One file a source. Sources read local files only (addresses in them are fetched later by
// the crawler under its guard); they never see a watchlist. CPU pool or CLI thread; errors name file and line.
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "crawler/ad.h"
#include "crawler/frontier.h"

namespace pantau::crawler {

struct SourceSettings {
  std::string type;                // web | url-list | submission | import
  std::vector<std::string> seeds;  // web
  int max_depth = 2;
  std::int64_t max_pages = 5000;
  std::int64_t max_host_pages = 0;  // `max_pages_per_host`: plain links of one host; 0: no limit
  Scope scope = Scope::site;
  // web: whether lists that sites publish for machines (sitemaps named in robots.txt, feeds named on seeds) are read;
  // `sitemaps`: these instead of those of robots.txt.
  bool discover = true;
  std::vector<std::string> sitemaps;
  std::filesystem::path path;                  // url-list, import: a file; submission: a folder
  std::map<std::string, std::string> columns;  // import: our field -> their column
  std::vector<std::string> personas;
  std::string proxy, country;
  bool ignore_robots = false;
  std::string ignore_robots_reason;
};

// What a source found out about its own input: rows that were no address, unreadable files ... each is a lead with an
// outcome, so that counts add up.
struct RejectedLead {
  std::string what;    // "reported.csv:12"
  std::string detail;  // why
};

struct SourceLeads {
  std::vector<Lead> leads;
  std::vector<RejectedLead> rejected;
};

// Reads the whole source. A missing or unreadable path is a tell_operator error.
Result<SourceLeads> read_source(const SourceSettings& settings);

}  // namespace pantau::crawler
