#pragma once
// An address's whole story in one sweep, for `pantau sweep --explain`: where it was found, what was decided about it
// and why, every request, what was kept as evidence, and the case that it went into; or why it was never fetched. Reads
// the store only; any thread, also while the sweep runs.
#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <vector>

#include "crawler/frontier_story.h"
#include "crawler/host_memory.h"
#include "store/store.h"
#include "sweep/attempts.h"
#include "sweep/records.h"
#include "sweep/tables.h"

namespace pantau::sweep {

struct StoryMedium {
  std::string url, kind, outcome, detail, sha256;
  std::vector<cases::WarcReference> warc;
};

struct Story {
  std::string asked;  // the address as the person wrote it
  SweepRow sweep;
  std::optional<crawler::FrontierRecord> address;
  std::vector<LeadRow> leads;  // that handed it over
  std::optional<StoredPage> page;
  std::vector<crawler::FetchAttempt> attempts;
  std::vector<StoryMedium> media;
  std::optional<crawler::HostState> host;
  struct Case {
    std::string id, band, category, status, landing;
  };
  std::optional<Case> landing_case;
  // Pages and slots that lead here.
  std::vector<std::string> seen_on;
  // When it is no page of the sweep but a medium of one.
  std::optional<StoryMedium> medium;
};

// In the newest sweep that heard of the address, else in the newest of all; among those of one name unless it is empty.
// A skip error when there is no such sweep.
Result<Story> story_of(store::Connection& connection, const std::string& url, const std::string& sweep_name);

boost::json::object to_json(const Story& story);

}  // namespace pantau::sweep
