#include "matchers/reading_slips.h"

#include <algorithm>
#include <string>

namespace pantau::matchers {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (static_cast<unsigned char>(c) & 0x80) != 0;
}

// Marks between two words that no sentence ends with, as spaces; the bytes stay where they are.
bool without_specks(std::string& text) {
  bool changed = false;
  for (std::size_t i = 1; i + 2 < text.size(); ++i) {
    const char c = text[i];
    const bool speck = c == ',' || c == ';' || c == '|' || c == '_' || c == '\'' || c == '~';
    if (!speck || !is_letter(text[i - 1]) || text[i + 1] != ' ' || !is_letter(text[i + 2])) continue;
    text[i] = ' ';
    changed = true;
  }
  return changed;
}

// "Sit! Nurhaliza", "Nurhal!za"; a sentence's own mark becomes a letter too, so this is only tried beside the text.
bool with_letters_for_marks(std::string& text) {
  bool changed = false;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    if (text[i] != '!' || !is_letter(text[i - 1])) continue;
    text[i] = 'i';
    changed = true;
  }
  return changed;
}

void merge(std::vector<NameHit>& hits, std::vector<NameHit> more) {
  for (NameHit& hit : more) {
    const auto known = std::find_if(hits.begin(), hits.end(), [&](const NameHit& one) {
      return one.entity == hit.entity && one.begin < hit.end && hit.begin < one.end;
    });
    if (known == hits.end())
      hits.push_back(std::move(hit));
    else if ((known->approximate && !hit.approximate) || (known->weak && !hit.weak))
      *known = std::move(hit);
  }
}

}  // namespace

std::vector<NameHit> names_in_a_reading(const NameMatcher& names, std::string_view text) {
  std::vector<NameHit> hits = names.find(text, true);
  std::string mended(text);
  if (with_letters_for_marks(mended)) merge(hits, names.find(mended, true));
  mended = text;
  if (without_specks(mended)) {
    std::vector<NameHit> found = names.find(mended, true);
    for (NameHit& hit : found) {
      const std::string_view before = text.substr(hit.begin, hit.end - hit.begin);
      hit.approximate = hit.approximate || before != std::string_view(mended).substr(hit.begin, hit.end - hit.begin);
    }
    merge(hits, std::move(found));
  }
  std::sort(hits.begin(), hits.end(),
            [](const NameHit& a, const NameHit& b) { return a.begin != b.begin ? a.begin < b.begin : a.end < b.end; });
  return hits;
}

}  // namespace pantau::matchers
