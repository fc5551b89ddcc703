#pragma once
// What machines get wrong between letters when they read pictures: specks become commas ("Siti, Nurhaliza"), an i with
// a light dot an exclamation mark ("Sit! Nurhaliza"). Pure functions; any thread.
#include <string_view>
#include <vector>

#include "matchers/name_matcher.h"

namespace pantau::matchers {

// NameMatcher::find() for such a text, and what it finds with the slips mended; names over a speck count as
// approximate.
std::vector<NameHit> names_in_a_reading(const NameMatcher& names, std::string_view text);

}  // namespace pantau::matchers
