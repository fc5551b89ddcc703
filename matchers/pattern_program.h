#pragma once
// Phrase patterns as small programs over words (matchers/pattern.h has the language), and what every match of one must
// hold. Made when packs are compiled, then constant.
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "matchers/lexicon.h"

namespace pantau::matchers {

// Gap lengths in units, so that one number serves words and Chinese characters: `..` is 6 words or 14 characters.
inline constexpr int kWordUnits = 7, kHanUnits = 3, kShortGap = 42, kLongGap = 105;

enum class Op : std::uint8_t { word, slot, gap, split, jump, accept };
struct Step {
  Op op = Op::accept;
  std::uint32_t a = 0;            // word id, slot, gap units, jump target
  bool crosses = false;           // of gaps
  std::vector<std::uint32_t> to;  // of splits
};
struct Program {
  std::uint32_t tag = 0;
  std::vector<Step> steps;
};

// The error says what is wrong with the pattern. New words go into the lexicon.
Result<std::vector<Step>> compile_pattern(std::string_view pattern, Lexicon& lexicon);

// What a match of the steps from `at` may begin with. False when it may begin with a gap or match nothing at all.
bool first_steps(const Program& program, std::uint32_t at, std::vector<Id>& ids, std::vector<Slot>& slots);

// What every match of a program must hold: one of `ids` or one of `slots`, somewhere.
struct Anchor {
  std::vector<Id> ids;
  std::uint8_t slots = 0;
  bool usable = false;

  // Roughly how often texts hold it; only the order matters.
  double frequency = 0;
};

// All anchors of a program, in order of place. `frequency` tells of ids.
std::vector<Anchor> find_anchors(const std::vector<Step>& steps, const std::vector<double>& frequency);

}  // namespace pantau::matchers
