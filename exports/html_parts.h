#pragma once
// One case of the report page, and the small pieces that lists of cases share. Pure functions; any thread.
#include <string>
#include <string_view>

#include "exports/html_report.h"
#include "exports/html_words.h"

namespace pantau::exports {

std::string case_html(const cases::CaseRecord& record, const ReportInput& input, const Words& words);
std::string anchor_of(const cases::CaseRecord& record);                           // safe as id and fragment
std::string short_name(const cases::CaseRecord& record, const Words& words);      // escaped
std::string where_it_leads(const cases::CaseRecord& record, const Words& words);  // escaped
// The digest of a style sheet as a Content-Security-Policy names it: base64 of SHA-256.
std::string style_digest(std::string_view style);

}  // namespace pantau::exports
