#pragma once
// Splits JavaScript into tokens (ECMA-262, 12), enough to tell strings from code. Any thread; runs nothing.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pantau::crawler::html {

struct ScriptToken {
  enum class Kind : std::uint8_t { name, number, string, punctuation, regex };
  Kind kind = Kind::punctuation;
  std::string text;  // of strings: the value, escapes decoded
  bool is(std::string_view punctuation_or_name) const { return kind != Kind::string && text == punctuation_or_name; }
};

// At most `limit` tokens. Template literals with substitutions become the strings between them joined by `+`.
std::vector<ScriptToken> tokenize_script(std::string_view code, std::size_t limit = 200'000);

}  // namespace pantau::crawler::html
