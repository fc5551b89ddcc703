#include "matchers/skeleton.h"

#include <unicode/normalizer2.h>
#include <unicode/translit.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>
#include <unicode/uspoof.h>
#include <unicode/utf8.h>

#include <memory>
#include <unordered_map>

#include "matchers/fold_table.h"
#include "matchers/watchlist.h"

namespace pantau::matchers {
namespace {

// Cyrillic and Greek letters by the Latin letter they are taken for, capitals and small letters apart because they
// often look like different ones (Greek Eta: H, eta: n). UTS #39 leaves many of these apart (its targets are small
// capitals), so the table goes before it.
const std::unordered_map<char32_t, char32_t>& lookalike_letters() {
  static const std::unordered_map<char32_t, char32_t> table = {
      {U'А', U'a'},
      {U'а', U'a'},
      {U'В', U'b'},
      {U'в', U'b'},
      {U'Е', U'e'},
      {U'е', U'e'},
      {U'Ё', U'e'},
      {U'ё', U'e'},
      {U'К', U'k'},
      {U'к', U'k'},
      {U'М', U'm'},
      {U'м', U'm'},
      {U'Н', U'h'},
      {U'н', U'h'},
      {U'О', U'o'},
      {U'о', U'o'},
      {U'Р', U'p'},
      {U'р', U'p'},
      {U'С', U'c'},
      {U'с', U'c'},
      {U'Т', U't'},
      {U'т', U't'},
      {U'У', U'y'},
      {U'у', U'y'},
      {U'Х', U'x'},
      {U'х', U'x'},
      {U'І', U'i'},
      {U'і', U'i'},
      {U'Ї', U'i'},
      {U'ї', U'i'},
      {U'Ј', U'j'},
      {U'ј', U'j'},
      {U'Ѕ', U's'},
      {U'ѕ', U's'},
      {U'Ԁ', U'd'},
      {U'ԁ', U'd'},
      {U'Ԛ', U'q'},
      {U'ԛ', U'q'},
      {U'Ԝ', U'w'},
      {U'ԝ', U'w'},
      {U'Ь', U'b'},
      {U'ь', U'b'},
      {U'г', U'r'},
      {U'п', U'n'},
      {U'и', U'u'},
      {U'Һ', U'h'},
      {U'һ', U'h'},
      {U'ӏ', U'l'},
      {U'Ӏ', U'l'},
      {U'Α', U'a'},
      {U'α', U'a'},
      {U'Β', U'b'},
      {U'β', U'b'},
      {U'Ε', U'e'},
      {U'ε', U'e'},
      {U'Ζ', U'z'},
      {U'Η', U'h'},
      {U'η', U'n'},
      {U'Ι', U'i'},
      {U'ι', U'i'},
      {U'Κ', U'k'},
      {U'κ', U'k'},
      {U'Μ', U'm'},
      {U'μ', U'u'},
      {U'Ν', U'n'},
      {U'ν', U'v'},
      {U'Ο', U'o'},
      {U'ο', U'o'},
      {U'σ', U'o'},
      {U'Ρ', U'p'},
      {U'ρ', U'p'},
      {U'Τ', U't'},
      {U'τ', U't'},
      {U'Υ', U'y'},
      {U'υ', U'u'},
      {U'Χ', U'x'},
      {U'χ', U'x'},
      {U'ω', U'w'},
      {U'γ', U'y'},
      {U'ı', U'i'},
      {U'ɑ', U'a'},
      {U'ɡ', U'g'},
      {U'ł', U'l'},
      {U'Ł', U'l'},
      {U'ø', U'o'},
      {U'Ø', U'o'},
      {U'đ', U'd'},
      {U'Đ', U'd'},
      // Small capitals.
      {U'ᴀ', U'a'},
      {U'ʙ', U'b'},
      {U'ᴄ', U'c'},
      {U'ᴅ', U'd'},
      {U'ᴇ', U'e'},
      {U'ꜰ', U'f'},
      {U'ɢ', U'g'},
      {U'ʜ', U'h'},
      {U'ɪ', U'i'},
      {U'ᴊ', U'j'},
      {U'ᴋ', U'k'},
      {U'ʟ', U'l'},
      {U'ᴍ', U'm'},
      {U'ɴ', U'n'},
      {U'ᴏ', U'o'},
      {U'ᴘ', U'p'},
      {U'ǫ', U'q'},
      {U'ʀ', U'r'},
      {U'ꜱ', U's'},
      {U'ᴛ', U't'},
      {U'ᴜ', U'u'},
      {U'ᴠ', U'v'},
      {U'ᴡ', U'w'},
      {U'ʏ', U'y'},
      {U'ᴢ', U'z'},
  };
  return table;
}

bool is_combining_mark(char32_t c) {
  return u_charType(static_cast<UChar32>(c)) == U_NON_SPACING_MARK;
}

bool is_tamil(char32_t c) {
  return c >= 0x0B80 && c <= 0x0BFF;
}
bool is_han(char32_t c) {
  return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF);
}

// One simplified character for each of the Unified Ideographs, by ICU's Traditional-Simplified rules.
char32_t simplified(char32_t c) {
  static const std::vector<char16_t> table = [] {
    std::vector<char16_t> made(0x5200);
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<icu::Transliterator> rules(
        icu::Transliterator::createInstance("Traditional-Simplified", UTRANS_FORWARD, status));
    for (std::size_t i = 0; i < made.size(); ++i) {
      auto from = static_cast<char16_t>(0x4E00 + i);
      made[i] = from;
      if (!rules || U_FAILURE(status)) continue;
      icu::UnicodeString text{from};
      rules->transliterate(text);
      if (text.length() == 1) made[i] = text.charAt(0);
    }
    return made;
  }();
  return c >= 0x4E00 && c < 0xA000 ? table[c - 0x4E00] : c;
}

// Compatibility decomposition and case folding of one character; marks on Latin letters dropped. Decomposed rather than
// composed, so that working character by character gives the same as working on the whole text.
void fold_into(char32_t c, std::u32string& out) {
  if (c < 0x80) {
    out.push_back(c >= 'A' && c <= 'Z' ? c + 32 : c);
    return;
  }
  if (is_han(c)) {
    out.push_back(simplified(c));
    return;
  }
  if (u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_DEFAULT_IGNORABLE_CODE_POINT)) return;
  UErrorCode status = U_ZERO_ERROR;
  static const icu::Normalizer2* fold = icu::Normalizer2::getNFKCCasefoldInstance(status);
  static const icu::Normalizer2* decompose = icu::Normalizer2::getNFKDInstance(status);
  icu::UnicodeString folded = fold->normalize(icu::UnicodeString(static_cast<UChar32>(c)), status);
  icu::UnicodeString text = decompose->normalize(folded, status);
  if (U_FAILURE(status)) return;
  for (std::int32_t i = 0; i < text.length();) {
    UChar32 part = text.char32At(i);
    i += U16_LENGTH(part);
    auto character = static_cast<char32_t>(part);
    if (is_combining_mark(character) && !is_tamil(character) && !(character >= 0x0900 && character <= 0x0DFF) &&
        !(character >= 0x0E00 && character <= 0x0EFF)) {
      continue;
    }
    out.push_back(simplified(character));
  }
}

// The confusable prototype (UTS #39 section 4) of one character, when it is made of Latin letters only.
std::u32string prototype(char32_t c) {
  static const USpoofChecker* checker = [] {
    UErrorCode status = U_ZERO_ERROR;
    return uspoof_open(&status);
  }();
  if (!checker) return {};
  char16_t in[2];
  std::int32_t length = 0;
  U16_APPEND_UNSAFE(in, length, c);
  char16_t out[16];
  UErrorCode status = U_ZERO_ERROR;
  std::int32_t made = uspoof_getSkeleton(checker, 0, in, length, out, 16, &status);
  if (U_FAILURE(status) || made < 1 || made > 16) return {};
  std::u32string letters;
  icu::UnicodeString text(out, made);
  for (std::int32_t i = 0; i < text.length(); ++i) fold_into(text.charAt(i), letters);
  if (letters == U"rn") return U"m";
  for (char32_t letter : letters) {
    if (letter < 'a' || letter > 'z') return {};
  }
  return letters;
}

void skeleton_into(char32_t c, std::u32string& out) {
  if (c >= 0x80 && !is_han(c) && !is_tamil(c)) {
    const auto& table = lookalike_letters();
    if (auto found = table.find(c); found != table.end()) {
      out.push_back(found->second);
      return;
    }
  }
  std::u32string folded;
  fold_into(c, folded);
  bool foreign = false;
  for (char32_t f : folded) foreign = foreign || (f >= 0x80 && class_of(f) == CharClass::letter);
  if (foreign) {
    std::u32string letters = prototype(c);
    if (!letters.empty()) folded = std::move(letters);
  }
  out += folded;
}

const FoldTable& plain_folds() {
  static const FoldTable table(fold_into);
  return table;
}
const FoldTable& skeleton_folds() {
  static const FoldTable table(skeleton_into);
  return table;
}

void map_text(std::string_view text, std::uint32_t base, const FoldTable& fold, MappedText& mapped) {
  mapped.chars.clear();
  mapped.begin.clear();
  mapped.end.clear();
  mapped.chars.reserve(text.size());
  mapped.begin.reserve(text.size());
  mapped.end.reserve(text.size());
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  auto length = static_cast<std::int32_t>(std::min<std::size_t>(text.size(), INT32_MAX));
  for (std::int32_t i = 0; i < length;) {
    std::uint32_t start = base + static_cast<std::uint32_t>(i);
    if (bytes[i] < 0x80) {  // most of most texts; the same in both forms
      auto ascii = static_cast<char32_t>(bytes[i++]);
      mapped.chars.push_back(ascii >= 'A' && ascii <= 'Z' ? ascii + 32 : ascii);
      mapped.begin.push_back(start);
      mapped.end.push_back(start + 1);
      continue;
    }
    UChar32 c = 0;
    U8_NEXT(bytes, i, length, c);
    if (c < 0) c = 0xFFFD;
    std::uint32_t end = base + static_cast<std::uint32_t>(i);
    std::u32string_view folded = fold(static_cast<char32_t>(c));
    for (char32_t part : folded) {
      mapped.chars.push_back(part);
      mapped.begin.push_back(start);
      mapped.end.push_back(end);
    }
    // What folds to nothing (a zero-width space, an accent) belongs to the letter before it.
    if (folded.empty() && !mapped.end.empty()) mapped.end.back() = end;
  }
}

char32_t exchanged(char32_t c) {
  switch (c) {
    case U'0':
      return U'o';
    case U'1':
    case U'i':
    case U'|':
    case U'!':
      return U'l';
    case U'3':
      return U'e';
    case U'4':
    case U'@':
      return U'a';
    case U'5':
    case U'$':
      return U's';
    case U'7':
    case U'+':
      return U't';
    default:
      return c;
  }
}

CharClass slow_class(char32_t c) {
  auto code = static_cast<UChar32>(c);
  if (u_isdigit(code)) return CharClass::digit;
  if (!u_isalpha(code)) {
    auto type = u_charType(code);
    return type == U_NON_SPACING_MARK || type == U_COMBINING_SPACING_MARK ? CharClass::letter : CharClass::separator;
  }
  UErrorCode status = U_ZERO_ERROR;
  switch (uscript_getScript(code, &status)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_HANGUL:
      return CharClass::cjk;
    default:
      return CharClass::letter;
  }
}

bool is_exchange_symbol(char32_t c) {
  return c == U'@' || c == U'$' || c == U'+' || c == U'!' || c == U'|';
}
bool is_alnum(char32_t c) {
  return class_of(c) == CharClass::letter || class_of(c) == CharClass::digit;
}

}  // namespace

CharClass class_of(char32_t c) {
  if (c < 0x80) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return CharClass::letter;
    return c >= '0' && c <= '9' ? CharClass::digit : CharClass::separator;
  }
  if (is_han(c)) return CharClass::cjk;
  if (is_tamil(c)) return CharClass::tamil;
  if (c > 0x10FFFF) return CharClass::separator;
  static const FoldTable table(
      [](char32_t character, std::u32string& out) { out.push_back(static_cast<char32_t>(slow_class(character))); });
  return static_cast<CharClass>(table(c)[0]);
}

void map_plain(std::string_view text, std::uint32_t base, MappedText& mapped) {
  map_text(text, base, plain_folds(), mapped);
}
MappedText map_plain(std::string_view text) {
  MappedText mapped;
  map_plain(text, 0, mapped);
  return mapped;
}
MappedText map_skeleton(std::string_view text) {
  MappedText mapped;
  map_skeleton(text, 0, mapped);
  return mapped;
}

void map_skeleton(std::string_view text, std::uint32_t base, MappedText& made) {
  map_text(text, base, skeleton_folds(), made);
  // In place: what is written never overtakes what is read.
  std::size_t size = made.size(), out = 0, i = 0;
  auto keep = [&made, &out](char32_t c, std::size_t from) {
    made.chars[out] = c;
    made.begin[out] = made.begin[from];
    made.end[out] = made.end[from];
    ++out;
  };
  while (i < size) {
    // A word: letters, digits and the symbols that stand for letters inside it. Digits change only in a word that has
    // letters, so that telephone numbers stay numbers.
    std::size_t end = i;
    bool has_letter = false;
    while (end < size) {
      char32_t c = made.chars[end];
      CharClass kind = class_of(c);
      bool inside = kind == CharClass::letter || kind == CharClass::digit;
      if (!inside && is_exchange_symbol(c)) {
        bool next = end + 1 < size && is_alnum(made.chars[end + 1]);
        bool only_inside = c == U'+' || c == U'!' || c == U'|';
        inside = next && (!only_inside || end > i);
      }
      if (!inside) break;
      has_letter = has_letter || kind == CharClass::letter;
      ++end;
    }
    if (end == i) {
      keep(made.chars[i], i);
      ++i;
      continue;
    }
    std::size_t word_start = out;
    for (; i < end; ++i) {
      char32_t c = has_letter ? exchanged(made.chars[i]) : made.chars[i];
      if (has_letter && out > word_start && made.chars[out - 1] == c) {
        made.end[out - 1] = made.end[i];
        continue;
      }
      keep(c, i);
    }
  }
  made.chars.resize(out);
  made.begin.resize(out);
  made.end.resize(out);
}

std::string to_utf8(std::u32string_view text) {
  std::string out;
  out.reserve(text.size());
  for (char32_t c : text) {
    std::uint8_t buffer[4];
    std::int32_t length = 0;
    U8_APPEND_UNSAFE(buffer, length, static_cast<std::uint32_t>(c));
    out.append(reinterpret_cast<const char*>(buffer), static_cast<std::size_t>(length));
  }
  return out;
}

std::u32string to_utf32(std::string_view text) {
  std::u32string out;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  auto length = static_cast<std::int32_t>(std::min<std::size_t>(text.size(), INT32_MAX));
  for (std::int32_t i = 0; i < length;) {
    UChar32 c = 0;
    U8_NEXT(bytes, i, length, c);
    out.push_back(c < 0 ? 0xFFFD : static_cast<char32_t>(c));
  }
  return out;
}

bool is_disguised(std::string_view written) {
  std::u32string text = to_utf32(written);
  bool latin = false, foreign = false, styled = false, invisible = false;
  for (char32_t c : text) {
    if (c < 0x80) {
      latin = latin || class_of(c) == CharClass::letter;
      continue;
    }
    auto code = static_cast<UChar32>(c);
    if (u_hasBinaryProperty(code, UCHAR_DEFAULT_IGNORABLE_CODE_POINT)) {
      invisible = true;
      continue;
    }
    bool small_capital = (c >= 0x1D00 && c <= 0x1D22) || c == U'ʙ' || c == U'ɢ' || c == U'ʜ' || c == U'ɪ' ||
                         c == U'ʟ' || c == U'ɴ' || c == U'ʀ' || c == U'ʏ' || c == U'ꜱ' || c == U'ꜰ';
    if ((c >= 0xFF01 && c <= 0xFF5E) || (c >= 0x1D400 && c <= 0x1D7FF) || (c >= 0x2460 && c <= 0x24FF) ||
        small_capital) {
      styled = true;
      continue;
    }
    UErrorCode status = U_ZERO_ERROR;
    auto script = uscript_getScript(code, &status);
    latin = latin || script == USCRIPT_LATIN;
    foreign = foreign || script == USCRIPT_CYRILLIC || script == USCRIPT_GREEK || script == USCRIPT_CHEROKEE ||
              script == USCRIPT_ARMENIAN;
  }
  return invisible || styled || foreign;
}

std::string skeleton(std::string_view text) {
  return to_utf8(map_skeleton(text).chars);
}

}  // namespace pantau::matchers
