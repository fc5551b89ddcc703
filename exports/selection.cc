#include "exports/selection.h"

#include <fmt/format.h>

#include <algorithm>

namespace pantau::exports {

Result<std::vector<std::string>> statuses_for(const Format& format, const Selection& selection) {
  if (selection.all_statuses) {
    if (!format.only_decided) return std::vector<std::string>();
    return format.statuses;  // all that may leave
  }
  if (selection.statuses.empty()) return format.statuses;
  if (!format.only_decided) return selection.statuses;
  for (const std::string& status : selection.statuses) {
    if (std::find(format.statuses.begin(), format.statuses.end(), status) == format.statuses.end()) {
      return operator_error(fmt::format(
          "the format {} takes only cases that are {}: others act on it; `pantau cases confirm ID --why ...` first, or "
          "export as csv or jsonl",
          format.name, fmt::join(format.statuses, ", ")));
    }
  }
  return selection.statuses;
}

Result<CaseSource> select_cases(store::Connection& connection, const Format& format, const Selection& selection) {
  Result<std::vector<std::string>> statuses = statuses_for(format, selection);
  if (!statuses) return statuses.error();
  cases::CaseFilter wanted, contrary;
  wanted.bands = selection.bands;
  wanted.statuses = *statuses;
  wanted.id = selection.case_id;
  contrary.statuses = format.contrary;
  return CaseSource(
      [&connection, wanted, contrary](const std::function<Result<void>(cases::DecidedCase &&)>& use) -> Result<void> {
        // First what speaks against, so that a renderer may decide as it goes.
        if (!contrary.statuses.empty()) {
          if (auto walked = cases::for_each_case(connection, contrary, use); !walked) return walked.error();
        }
        return cases::for_each_case(connection, wanted, use);
      });
}

}  // namespace pantau::exports
