#pragma once
// What Tesseract gives, made fit for matching: scripts told apart, spaces between Chinese characters and stray marks at
// the ends taken away. Pure functions on UTF-8; any thread.
#include <cstddef>
#include <string>
#include <string_view>

namespace pantau::media {

enum class Script { none, latin, han, tamil, other };

struct ScriptCount {
  std::size_t latin = 0, han = 0, tamil = 0, other = 0, digits = 0;  // letters
  std::size_t letters() const { return latin + han + tamil + other; }
};

ScriptCount count_scripts(std::string_view text);

// The script that a Tesseract language is for.
Script script_of_language(std::string_view language);

// White space collapsed, none between Han characters, no joiners in Tamil, no lone bars, quotes or dashes at the ends.
std::string tidy_reading(std::string_view text);

}  // namespace pantau::media
