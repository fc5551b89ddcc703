#pragma once
// Comma-separated values for people with a spreadsheet: RFC 4180, CRLF, every field quoted, UTF-8 with byte order mark,
// one row a case. Cells are made harmless: what a spreadsheet would run as a formula begins with an apostrophe, NUL is
// dropped, direction overrides are written out. The complete and unchanged form is JSON Lines. Any thread.
#include <string>
#include <string_view>

namespace pantau::exports {

// One cell's text made safe, without the quotes.
std::string safe_cell(std::string_view text);
// A cell as it stands in the file: made safe, quoted.
void add_cell(std::string& out, std::string_view text);
// Invisible characters that turn the direction of writing (UAX #9) as [U+202E], so that nobody reads another text than
// the one that is there.
std::string show_direction(std::string_view text);

}  // namespace pantau::exports
