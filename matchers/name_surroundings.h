#pragma once
// What stands around a name: an office before it, a business or another family name after it, an address around it.
// Pure functions; any thread.
#include <string>
#include <string_view>
#include <vector>

#include "matchers/name_matcher.h"

namespace pantau::matchers {

// Apostrophes join: "Dato'", "Touch 'n Go".
bool is_apostrophe(char32_t c);

// Up to `count` folded words before byte `begin`, nearest first, not beyond the end of a sentence or a line.
std::vector<std::string> words_before(std::string_view text, std::uint32_t begin, std::size_t count);

// The same after byte `end`.
struct After {
  std::vector<std::string> words;
  std::vector<bool> capital;
  bool directly = false;  // only spaces or a hyphen before the first word
};
After words_after(std::string_view text, std::uint32_t end, std::size_t count);

// Fills office_before, namesake and in_address of a hit on an entity of this kind.
void look_around(std::string_view text, EntityKind kind, NameHit& hit);

}  // namespace pantau::matchers
