#pragma once
// The way from the ad to the landing page as a drawing: one box a hop with its defanged host, status and address,
// arrows between them. Inline SVG without script, style attribute or reference to anything outside. Pure function; any
// thread.
#include <string>

#include "cases/case_record.h"
#include "exports/html_words.h"

namespace pantau::exports {

// Empty when the case leads nowhere. At most 12 boxes; what lies between is counted.
std::string chain_svg(const cases::CaseRecord& record, const Words& words);

}  // namespace pantau::exports
