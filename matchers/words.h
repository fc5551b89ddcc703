#pragma once
// A text as the words that lure patterns are matched against: folded (matchers/skeleton.h), with their places in the
// original, what stands between them, and where numbers, sums of money, percentages, periods and deadlines are. Chinese
// characters are words of their own. Pure functions; any thread.
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pantau::matchers {

enum class WordKind { word, number, cjk, tamil };

struct Word {
  std::string text;                  // folded UTF-8; numbers without group separators
  std::uint32_t begin = 0, end = 0;  // bytes of the original
  WordKind kind = WordKind::word;
  bool sentence_start = false;   // a sentence ended before this word
  bool quoted = false;           // stands inside quotation marks
  bool capital = false;          // written with a capital first letter
  bool capitals = false;         // written in capitals throughout
  bool currency_before = false;  // $, £, € directly before
  bool percent_after = false;    // % directly after
  bool spelled_out = false;      // was written letter by letter and joined here
  std::uint8_t parts = 0;        // of sums: bits of AmountPart
};

// What a word may be in a sum, so that it is looked up once.
enum AmountPart : std::uint8_t {
  kCurrency = 1,
  kMultiplier = 2,
  kNumberWord = 4,
  kPercentWord = 8,
  kHanDigit = 16,
  kHanMultiplier = 32,
};

std::vector<Word> split_words(std::string_view text);

// The same piece by piece, for a reader that remembers what a spelling is made of (matchers/pattern.cc). What stands
// between two pieces is white space.
struct SplitState {
  bool sentence_start = true;  // the next word begins a sentence
  bool quoted = false;
  bool currency = false;        // a currency sign stands directly before the next word
  std::size_t since_quote = 0;  // characters since the quotation was opened
  bool needs_context = false;   // set when a piece can not be understood alone
  std::size_t chars = 0;        // of the piece after folding
};
// Appends the words of `piece`, which begins at byte `base` of its text.
void split_piece(std::string_view piece, std::uint32_t base, SplitState& state, std::vector<Word>& words);
// White space between pieces.
inline void split_space(char c, SplitState& state) {
  if (c == '\n') state.sentence_start = true;
  if (state.quoted && ++state.since_quote > 600) state.quoted = false;
}
// "p u l a n g a n" and "p.u.l.a.n.g.a.n" become one word again.
void join_spelled_out(std::vector<Word>& words);
// A word of one letter, as join_spelled_out() joins them.
bool is_single_letter(const Word& word);

// What a Malay or Indonesian word may be made of: "menghantar" -> hantar, "memasukkan" -> masuk, "dijamin" -> jamin.
// Guesses, to be looked up; none for words that carry no such affix.
std::vector<std::string> malay_roots(std::string_view word);

// The slots of the pattern language.
enum class Slot : std::uint8_t { number, amount, percent, period, deadline };
inline constexpr std::size_t kSlots = 5;

// Where slots begin and end: for each word and slot the index one past its last word, 0 when none begins there.
using SlotTable = std::vector<std::array<std::uint32_t, kSlots>>;

// Fills number, amount and percent.
void find_amounts(const std::vector<Word>& words, SlotTable& table);

}  // namespace pantau::matchers
