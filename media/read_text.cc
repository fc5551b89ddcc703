#include "media/read_text.h"

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace pantau::media {
namespace {

std::vector<char32_t> decode(std::string_view text) {
  std::vector<char32_t> out;
  for (std::size_t i = 0; i < text.size();) {
    const auto first = static_cast<unsigned char>(text[i]);
    const std::size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (i + length > text.size()) break;
    char32_t point = length == 1 ? first : first & (0xFFu >> (length + 1));
    for (std::size_t k = 1; k < length; ++k) point = point << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3Fu);
    out.push_back(point);
    i += length;
  }
  return out;
}

std::string encode(const std::vector<char32_t>& points) {
  std::string out;
  for (const char32_t point : points) {
    if (point < 0x80) {
      out.push_back(static_cast<char>(point));
    } else if (point < 0x800) {
      out.push_back(static_cast<char>(0xC0 | point >> 6));
      out.push_back(static_cast<char>(0x80 | (point & 0x3F)));
    } else if (point < 0x10000) {
      out.push_back(static_cast<char>(0xE0 | point >> 12));
      out.push_back(static_cast<char>(0x80 | (point >> 6 & 0x3F)));
      out.push_back(static_cast<char>(0x80 | (point & 0x3F)));
    } else {
      out.push_back(static_cast<char>(0xF0 | point >> 18));
      out.push_back(static_cast<char>(0x80 | (point >> 12 & 0x3F)));
      out.push_back(static_cast<char>(0x80 | (point >> 6 & 0x3F)));
      out.push_back(static_cast<char>(0x80 | (point & 0x3F)));
    }
  }
  return out;
}

// Han, kana and the full-width punctuation that stands between them.
bool is_han(char32_t c) {
  return (c >= 0x2E80 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x3134F) ||
         (c >= 0xFF00 && c <= 0xFFEF);
}
bool is_han_letter(char32_t c) {
  return is_han(c) && !(c >= 0x3000 && c <= 0x3004) && !(c >= 0x3008 && c <= 0x3020) && !(c >= 0xFF00 && c <= 0xFFEF);
}
bool is_tamil(char32_t c) {
  return c >= 0x0B80 && c <= 0x0BFF;
}
bool is_tamil_letter(char32_t c) {
  return is_tamil(c) && !(c >= 0x0BE6 && c <= 0x0BFA);
}  // digits and signs stand for noise
bool is_digit(char32_t c) {
  return c >= '0' && c <= '9';
}
bool is_latin(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= 0x00C0 && c <= 0x024F && c != 0x00D7 && c != 0x00F7);
}
bool is_mark(char32_t c) {
  return (c >= 0x0BBE && c <= 0x0BCD) || c == 0x0B82;
}

// What a word at either end of a line is when it is only a frame's edge or a speck.
bool is_speck(char32_t c) {
  switch (c) {
    case '|':
    case '\\':
    case '/':
    case '_':
    case '-':
    case '~':
    case '`':
    case '\'':
    case '"':
    case '.':
    case ',':
    case ':':
    case ';':
    case '*':
    case '^':
    case '=':
    case '[':
    case ']':
    case '{':
    case '}':
    case '<':
    case '>':
    case '(':
    case ')':
    case '!':
    case 0x2018:
    case 0x2019:
    case 0x201C:
    case 0x201D:
    case 0x2013:
    case 0x2014:
    case 0x00AB:
    case 0x00BB:
    case 0x00A6:
    case 0x00B7:
    case 0x2022:
      return true;
    default:
      return false;
  }
}

// Marks that never begin a line of an advertisement but are often made of a frame's edge.
bool never_first(char32_t c) {
  return c == '|' || c == '_' || c == '~' || c == '`' || c == 0x2018 || c == 0x2019 || c == ',' || c == '.' ||
         c == ';' || c == ':' || c == 0x00A6;
}
bool never_last(char32_t c) {
  return c == '|' || c == '_' || c == '~' || c == '`' || c == 0x2018 || c == 0x00A6 || c == '\\';
}

}  // namespace

ScriptCount count_scripts(std::string_view text) {
  ScriptCount count;
  for (const char32_t c : decode(text)) {
    if (is_digit(c)) {
      ++count.digits;
    } else if (is_latin(c)) {
      ++count.latin;
    } else if (is_han_letter(c)) {
      ++count.han;
    } else if (is_tamil_letter(c)) {
      if (!is_mark(c)) ++count.tamil;
    } else if (c >= 0x0250 && !is_han(c) && !is_tamil(c) && !(c >= 0x2000 && c <= 0x2E7F)) {
      ++count.other;
    }
  }
  return count;
}

Script script_of_language(std::string_view language) {
  if (language.substr(0, 3) == "chi" || language.substr(0, 3) == "jpn" || language == "HanS" || language == "HanT")
    return Script::han;
  if (language == "tam" || language == "Tamil") return Script::tamil;
  for (const std::string_view other : {"ara", "tha", "hin", "kor", "tel", "mal", "ben", "urd", "fas", "mya", "khm",
                                       "lao", "rus", "ukr", "ell", "heb", "jav"}) {
    if (language.substr(0, 3) == other) return Script::other;
  }
  return Script::latin;
}

std::string tidy_reading(std::string_view text) {
  std::vector<char32_t> points = decode(collapse_space(text));
  std::erase_if(points, [](char32_t c) { return c == 0x200C || c == 0x200D || c == 0x200B || c == 0xFEFF; });
  std::vector<char32_t> joined;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (points[i] == ' ' && i > 0 && i + 1 < points.size() && is_han(points[i - 1]) && is_han(points[i + 1])) continue;
    joined.push_back(points[i]);
  }
  // Whole words of specks, then single marks that belong nowhere.
  const auto word_is_specks = [&](std::size_t from, std::size_t to) {
    return std::all_of(joined.begin() + static_cast<std::ptrdiff_t>(from),
                       joined.begin() + static_cast<std::ptrdiff_t>(to), is_speck);
  };
  std::size_t begin = 0;
  std::size_t end = joined.size();
  bool changed = true;
  while (changed && begin < end) {
    changed = false;
    std::size_t space = begin;
    while (space < end && joined[space] != ' ') ++space;
    if (word_is_specks(begin, space)) {
      begin = std::min(end, space + 1);
      changed = true;
      continue;
    }
    space = end;
    while (space > begin && joined[space - 1] != ' ') --space;
    if (word_is_specks(space, end)) {
      end = space > begin ? space - 1 : begin;
      changed = true;
      continue;
    }
    if (never_first(joined[begin])) {
      ++begin;
      changed = true;
    } else if (never_last(joined[end - 1])) {
      --end;
      changed = true;
    }
  }
  return collapse_space(encode({joined.begin() + static_cast<std::ptrdiff_t>(begin),
                                joined.begin() + static_cast<std::ptrdiff_t>(std::max(begin, end))}));
}

}  // namespace pantau::media
