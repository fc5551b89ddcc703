#pragma once
// Two folded forms of a text, each with an exact way back to the bytes it came from:
//   plain     NFKC, case-folded, default-ignorable characters (zero-width, soft hyphen ...) removed, accents of Latin
//             letters stripped, traditional Chinese folded to simplified
//   skeleton  the plain form with look-alike letters (UTS #39 confusables and an own table for Cyrillic and Greek) and
//             digit-letter exchanges mapped to one Latin letter each, and repeated letters collapsed
// Pure functions; any thread. Input need not be valid UTF-8: ill-formed bytes are separators.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pantau::matchers {

struct MappedText {
  std::u32string chars;
  std::vector<std::uint32_t> begin, end;  // byte span in the original, one per character

  std::size_t size() const { return chars.size(); }
};

MappedText map_plain(std::string_view text);
MappedText map_skeleton(std::string_view text);
// The same into memory that is used again; `base` is added to every place.
void map_plain(std::string_view text, std::uint32_t base, MappedText& mapped);
void map_skeleton(std::string_view text, std::uint32_t base, MappedText& mapped);

std::string to_utf8(std::u32string_view text);
std::u32string to_utf32(std::string_view text);

// How a folded character takes part in words.
enum class CharClass {
  separator,  // space, punctuation, symbols
  letter,     // of a script that is written with spaces
  digit,
  cjk,    // Han, kana, Hangul: no word borders
  tamil,  // letters and signs; words take long suffixes
};
CharClass class_of(char32_t character);

// True when the bytes hide something that a reader does not see or takes for something else: invisible characters
// inside a word, letters of another script among Latin ones, mathematical or full-width letters, digits for letters.
bool is_disguised(std::string_view written);

}  // namespace pantau::matchers
