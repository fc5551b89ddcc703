#include "matchers/name_surroundings.h"

#include "base/text.h"
#include "matchers/name_words.h"
#include "matchers/skeleton.h"

namespace pantau::matchers {

bool is_apostrophe(char32_t c) {
  return c == U'\'' || c == U'’' || c == U'‘' || c == U'`' || c == U'´' || c == U'ʼ' || c == U'′';
}

std::vector<std::string> words_before(std::string_view text, std::uint32_t begin, std::size_t count) {
  std::size_t from = begin > 64 ? begin - 64 : 0;
  while (from < begin && (static_cast<unsigned char>(text[from]) & 0xC0) == 0x80) ++from;
  MappedText folded = map_plain(text.substr(from, begin - from));
  std::vector<std::string> words;
  std::u32string word;
  for (std::size_t i = folded.size(); i > 0 && words.size() < count; --i) {
    char32_t c = folded.chars[i - 1];
    if (is_apostrophe(c)) continue;
    if (class_of(c) != CharClass::separator) {
      word.insert(word.begin(), c);
      continue;
    }
    if (!word.empty()) words.push_back(to_utf8(word));
    word.clear();
    if (c == U'!' || c == U'?' || c == U'\n' || c == U';' || c == U':' || c == U'|' || c == U',') return words;
  }
  if (!word.empty() && words.size() < count) words.push_back(to_utf8(word));
  return words;
}

After words_after(std::string_view text, std::uint32_t end, std::size_t count) {
  std::string_view rest = clip_utf8(text.substr(end), 80);
  MappedText folded = map_plain(rest);
  After after;
  std::u32string word;
  bool spaces_only = true;
  for (std::size_t i = 0; i <= folded.size() && after.words.size() < count; ++i) {
    char32_t c = i < folded.size() ? folded.chars[i] : U'\n';
    if (is_apostrophe(c)) continue;
    if (class_of(c) != CharClass::separator) {
      if (word.empty()) {
        after.capital.push_back(rest[folded.begin[i]] >= 'A' && rest[folded.begin[i]] <= 'Z');
        if (after.words.empty()) after.directly = spaces_only;
      }
      word.push_back(c);
      continue;
    }
    if (!word.empty()) {
      after.words.push_back(to_utf8(word));
      word.clear();
    }
    if (c != U' ' && c != U'-' && c != U'/') {
      if (after.words.empty()) spaces_only = false;
      if (c == U'.' || c == U'!' || c == U'?' || c == U'\n' || c == U'|' || c == U':' || c == U',') break;
    }
  }
  after.capital.resize(after.words.size());
  return after;
}

void look_around(std::string_view text, EntityKind kind, NameHit& hit) {
  std::vector<std::string> before = words_before(text, hit.begin, 3);
  After after = words_after(text, hit.end, 2);
  hit.office_before = !before.empty() && (is_honorific(before[0]) || is_office(before[0]));
  if (!before.empty() && is_business_before(before[0])) hit.namesake = true;
  if (after.directly && !after.words.empty()) {
    const std::string& next = after.words[0];
    if (is_business_after(next)) hit.namesake = true;
    if (kind == EntityKind::person && (next == "bin" || next == "binti" || next == "bt" || next == "bte") &&
        after.words.size() > 1 && after.capital[1]) {
      hit.namesake = true;
    }
  }
  // A first name with another family name is somebody else: "Dr. Rafizi Hashim".
  if (hit.weak && kind == EntityKind::person && after.directly && !after.words.empty() && after.capital[0])
    hit.namesake = true;
  // "info@maybank.com", "maybank2u.com.my": an address, not a sentence about the brand.
  if (hit.begin > 0 && (text[hit.begin - 1] == '@' || text[hit.begin - 1] == '/')) hit.in_address = true;
  if (hit.end + 2 < text.size() && text[hit.end] == '.' && text[hit.end + 1] >= 'a' && text[hit.end + 1] <= 'z')
    hit.in_address = true;
  if (hit.begin > 1 && text[hit.begin - 1] == '.' && text[hit.begin - 2] >= 'a' && text[hit.begin - 2] <= 'z')
    hit.in_address = true;
  if (hit.end < text.size() && text[hit.end] == '@') hit.in_address = true;
}

}  // namespace pantau::matchers
