#pragma once
// All phrase patterns of one configuration compiled together: lures, negations and contexts of the lure packs, and the
// built-in cues (matchers/cues.h), so that a text is split and looked up once. Immutable after compile; any thread.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "matchers/cues.h"
#include "matchers/pattern.h"
#include "matchers/watchlist.h"

namespace pantau::matchers {

// One text with everything that was recognised in it, as ranges of words.
struct Reading {
  PreparedText prepared;
  struct Range {
    std::uint32_t index = 0;  // into Lures::patterns, Lures::contexts, name_cues(), context_cues(), ask_cues()
    std::size_t first = 0, last = 0;
  };
  std::vector<Range> lures, contexts, cues, context_cues, asks;
  std::vector<std::pair<std::size_t, std::size_t>> negations;      // ranges of words that turn a pattern round
  std::vector<std::pair<std::size_t, std::size_t>> not_negations;  // "don't miss": looks like one and is none

  // The bytes of words [first, last), as written.
  std::string_view span(std::size_t first, std::size_t last) const;
  // The word that begins at or after this byte.
  std::size_t word_at(std::uint32_t byte) const;
};

class Phrases {
 public:
  static Result<Phrases> compile(const Lures& lures);
  // `tolerant`: read by a machine (OCR, speech). The text must outlive the reading.
  Reading read(std::string_view text, bool tolerant) const;

 private:
  PatternSet set_;
  std::uint32_t contexts_at_ = 0, negations_at_ = 0, exceptions_at_ = 0, cues_at_ = 0, context_cues_at_ = 0,
                asks_at_ = 0, end_ = 0;
};

}  // namespace pantau::matchers
