#pragma once
// JSON Lines: the complete case records, one object a line, LF, no byte order mark. Any thread.
#include <vector>

#include "exports/format.h"

namespace pantau::exports {

std::vector<ExportFile> render_jsonl(const std::vector<cases::CaseRecord>& cases, const ExportOptions& options);

}  // namespace pantau::exports
