#pragma once
// Comma-separated values for people with a spreadsheet: RFC 4180, CRLF, every field quoted, UTF-8 with byte order mark,
// one row a case. Cells are made harmless: what a spreadsheet would run as a formula begins with an apostrophe, NUL is
// dropped, direction overrides are written out. The complete and unchanged form is JSON Lines. Any thread.
#include <string>
#include <string_view>
#include <vector>

#include "exports/format.h"

namespace pantau::exports {

std::vector<ExportFile> render_csv(const std::vector<cases::CaseRecord>& cases, const ExportOptions& options);

// One cell's text made safe, without the quotes.
std::string safe_cell(std::string_view text);
// Invisible characters that turn the direction of writing (UAX #9) as [U+202E], so that nobody reads another text than
// the one that is there.
std::string show_direction(std::string_view text);

}  // namespace pantau::exports
