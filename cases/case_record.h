#pragma once
// The case record pantau.case/1 (DESIGN 4.5) as plain values, and its JSON form. Keys may be added, never changed. Any
// thread.
#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "cases/verdict.h"
#include "crawler/ad.h"
#include "matchers/signal.h"

namespace pantau::cases {

struct CaseMedium {
  std::string url, kind, sha256;  // kind: image | video | audio
  int width = 0, height = 0;
  double duration_s = 0;
  struct Fingerprint {
    std::string hash;
    int quality = 0;
    double time_s = 0;
  };
  std::vector<Fingerprint> pdq;
  std::string outcome;  // added key: done | undecodable | too-large ...
};

struct WarcReference {
  std::string file;
  std::uint64_t offset = 0;
  std::string record_id;
};

struct CaseRecord {
  std::string id;   // "c-" + ULID
  std::string key;  // landing page's canonical address, or "media:<sha256>", "file:<sha256>", "text:<sha256>"
  std::string sweep, status = "new", first_seen, last_seen;
  Verdict verdict;
  std::string source;
  crawler::AdFacts facts;
  std::string page_url, click_url, landing_url, title;  // empty = null
  std::vector<crawler::RedirectHop> redirects;
  std::vector<std::string> texts;
  std::vector<CaseMedium> media;
  std::vector<std::string> urls;
  std::vector<matchers::Signal> signals;
  matchers::Indicators indicators;
  std::map<std::string, std::string> roles;
  struct Analysis {
    std::string version, config, watchlist, lures;
    std::map<std::string, std::string> models;
  } analysis;
  struct Capture {
    std::string started, ended, persona = "default", robots = "not-checked";
    double clock_offset_ms = 0;
  } capture;
  std::string outcome;  // added key: outcome of the landing page or file
  std::vector<WarcReference> warc;
  std::string campaign;             // "k-..."; empty when the case stands alone
  std::vector<std::string> frames;  // "frames/<sha256>.jpg", relative to the workspace
};

boost::json::object to_json(const CaseRecord& record);
Result<CaseRecord> case_from_json(const boost::json::object& object);

}  // namespace pantau::cases
