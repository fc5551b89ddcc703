#pragma once
// An ad as a source or a page hands it over, and what a source hands over at all. Plain values; any thread.
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace pantau::crawler {

struct RedirectHop {
  std::string url;
  int status = 0;             // HTTP status; 0 for meta refresh, script and frame hops
  std::string kind = "http";  // http | meta-refresh | script | frame
  std::string remote_address;
};

// What others know of an ad (ad libraries, imports, reports). Absent values are empty or nullopt.
struct AdFacts {
  std::optional<std::string> source_id, advertiser, platform, payer, first_shown, verified_label, ai_label, reference,
      received;
  std::optional<double> reach;
};

// One thing a source hands over. Exactly one of url, file, text/media says what to look at. inline_bytes, where there
// are any, are what to look at instead of the bytes of `file`: attachments, and the page inside a saved web archive.
struct Lead {
  std::string source;              // web | url-list | submission | import
  std::string key;                 // stable within the sweep: canonical address, or "file:<sha256>"
  std::string url;                 // address to look at; empty for files without one
  std::string file;                // path of a submitted file; empty for addresses
  std::string file_kind;           // picture | video | audio | html | mail | text, for files
  std::string inline_bytes;        // the medium itself, for attachments of mails; never written before it was checked
  std::vector<std::string> texts;  // ad texts known beforehand (import body, mail text)
  std::vector<std::string> media_urls;  // creatives known beforehand
  std::string persona;
  AdFacts facts;
};

}  // namespace pantau::crawler
