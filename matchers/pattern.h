#pragma once
// The pattern language of the lure packs (config/lures/README.md): literal words with * for affixes, (a|b c|) for
// alternatives, `..` and `...` for gaps, {amount} {percent} {number} {period} {deadline} for slots. Patterns are
// compiled once into small programs over word forms, found by their first words, and run with bounded backtracking. A
// PatternSet is immutable after compile() and may be used from any thread.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "matchers/words.h"

namespace pantau::matchers {

struct PatternMatch {
  std::uint32_t tag = 0;            // what add() was given
  std::size_t first = 0, last = 0;  // words, last is one past the end
};

// A text made ready for one pattern set.
struct PreparedText {
  // Which of `ids` a word answers to.
  struct Forms {
    std::uint32_t at = 0, count = 0;
  };
  std::string_view text;
  std::vector<Word> words;
  std::vector<Forms> forms;        // one a word
  std::vector<std::uint32_t> ids;  // those of one word together, sorted
  SlotTable slots;
};

class PatternSet {
 public:
  PatternSet();
  ~PatternSet();
  PatternSet(PatternSet&&) noexcept;
  PatternSet& operator=(PatternSet&&) noexcept;

  // Adds one alternative of the pattern `tag`. The error says what is wrong with the pattern.
  Result<void> add(std::string_view pattern, std::uint32_t tag);
  // After the last add(), before the first prepare().
  void compile();

  // Splits into words, looks up their forms, finds the slots. `tolerant`: the text was read by a machine, so that words
  // with one wrong letter and words that ran together count as well. The view must outlive the result.
  PreparedText prepare(std::string_view text, bool tolerant) const;

  // All matches with tag in [from, to), ordered by place; the longest of each tag at a place, none inside another of
  // the same tag.
  std::vector<PatternMatch> match(const PreparedText& text, std::uint32_t from = 0,
                                  std::uint32_t to = UINT32_MAX) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pantau::matchers
