#pragma once
// Cases as a table for a terminal: band, score, category, who is impersonated, where it leads, and the reasons beneath.
#include <map>
#include <string>
#include <vector>

#include "cases/case_record.h"
#include "matchers/watchlist.h"

namespace pantau::cli {

struct TableOptions {
  std::size_t limit = 50;
  bool reasons = true;
};

// `names`: entity id -> name for people; may be empty.
void print_cases(const std::vector<cases::CaseRecord>& cases, const std::map<std::string, std::string>& names,
                 const TableOptions& options);
// One case with everything that speaks for and against it.
void print_case(const cases::CaseRecord& record, const std::map<std::string, std::string>& names,
                const std::string& workspace);
std::map<std::string, std::string> entity_names(const matchers::Watchlist& watchlist);
// "hxxp://bad[.]example/path": not clickable in a terminal or a mail.
std::string defanged(const std::string& url);

}  // namespace pantau::cli
