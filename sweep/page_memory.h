#pragma once
// What an address looked like the last time it was read, across the sweeps of a workspace: validators for conditional
// requests, digests to compare with, and what must not be lost when nothing is parsed again (links, slots, media,
// frames). A page's words stay in the sweep's own rows. Valid only under the same stamp: program, watchlist, lures,
// restricted lists, configuration and way out. Plain values; any thread.
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "cases/case_record.h"
#include "crawler/extract.h"
#include "crawler/fetcher.h"

namespace pantau::sweep {

// A server that always says "not modified" must not hide a page for good: after this time the whole page is asked for.
inline constexpr std::chrono::hours kBelieveNotModifiedFor{7 * 24};

struct Validators {
  std::string etag, last_modified;
  std::string payload;  // sha256 of the body as received
  UtcTime whole_at{};   // when the whole body came

  bool may_ask(UtcTime now) const {
    return (!etag.empty() || !last_modified.empty()) && now >= whole_at && now - whole_at < kBelieveNotModifiedFor;
  }
};
// From the answer of the address itself (not of one that it redirects to). Validators that cannot be trusted are left
// out: overlong ones, and a date of change so close to the answer that another change may have followed in that second.
Validators validators_of(const crawler::Exchange& exchange, std::string payload);

struct PageMemory {
  std::string sweep;  // whose rows hold the words of the page
  std::string stamp;
  Validators validators;
  int status = 0;
  std::string final_url, detail, directives, content_type, refresh, robots_tag;
  crawler::ExtractedPage extracted;  // frames merged in; its media stand in `media`

  struct Frame {
    std::string url;
    std::string payload;  // empty: it gave nothing to see
  };
  std::vector<Frame> frames;

  struct Medium {
    crawler::MediaReference reference;
    std::string fits;                              // of what the reference gave: see medium_print()
    std::string kind, sha256, outcome, canonical;  // of inline pictures only, which are never fetched
    bool is_inline() const { return reference.origin == "data"; }
  };
  std::vector<Medium> media;
  std::vector<cases::WarcReference> warc;  // the records that hold the page
};

struct MediumMemory {
  Validators validators;
  std::string url, kind, outcome, detail, sha256;
  std::uint64_t bytes = 0;
  std::vector<crawler::Cue> cues;
  std::vector<cases::WarcReference> warc;
};

// Two media with the same print mean the same to a case.
std::string medium_print(const std::string& kind, const std::string& canonical, const std::string& sha256,
                         const std::string& outcome);

}  // namespace pantau::sweep
