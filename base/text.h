#pragma once
// Small text helpers on UTF-8. Pure functions; any thread.
#include <string>
#include <string_view>
#include <vector>

namespace pantau {

// Well-formed UTF-8: each maximal ill-formed part becomes U+FFFD (Unicode 15, 3.9, "best practice").
std::string to_valid_utf8(std::string_view text);
// Runs of white space (Unicode White_Space) become one space, ends trimmed.
std::string collapse_space(std::string_view text);
std::string_view trim(std::string_view text);  // ASCII white space
std::string to_lower_ascii(std::string_view text);
std::vector<std::string> split(std::string_view text, char separator);
bool equals_ignore_case_ascii(std::string_view a, std::string_view b);
// The first `limit` bytes, cut on a character border.
std::string_view clip_utf8(std::string_view text, std::size_t limit);
// Damerau-Levenshtein distance, for "did you mean": byte-wise, small inputs.
std::size_t edit_distance(std::string_view a, std::string_view b);
// The candidate nearest to `word`, or empty when none is close (distance over a third of its length).
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);
// HTML escaping of & < > " '
std::string escape_html(std::string_view text);
// 0-15, or -1 when it is no hexadecimal digit.
int hex_value(char c);

}  // namespace pantau
