#pragma once
// The page of a sweep, reports/<sweep>.html: one file that needs nothing else, shows what was flagged and why, what
// speaks against it, where the evidence lies, how to decide, and what was not seen. It runs no script and loads nothing
// (a strict Content-Security-Policy says so); everything foreign is escaped, addresses are written so that nobody opens
// one by accident, pictures are blurred until pointed at. Pure function: the same input gives the same bytes. Any
// thread.
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "cases/case_record.h"

namespace pantau::exports {

struct ReportInput {
  std::string sweep, started, ended;  // RFC 3339, UTC
  double seconds = 0;
  std::string workspace;                                    // as to be typed after --workspace; empty: no commands
  std::map<std::string, std::int64_t> leads, pages, media;  // outcome -> count
  std::vector<cases::CaseRecord> cases;                     // in any order
  std::map<std::string, std::string> entity_names;          // id -> name
  std::map<std::string, std::string> frames;                // path as in CaseRecord::frames -> bytes of the picture
  struct NotSeen {
    std::string what, outcome, detail;
  };
  std::vector<NotSeen> not_seen;
  std::vector<std::string> notes;  // what this run could not examine, in words
  std::int64_t restricted = 0;     // matches with restricted lists
  std::string language = "en";     // en | ms
};

std::string html_report(const ReportInput& input);

}  // namespace pantau::exports
