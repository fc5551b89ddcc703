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
  bool sentence_start = false;       // a sentence ended before this word
  bool quoted = false;               // stands inside quotation marks
  bool capital = false;              // written with a capital first letter
  bool capitals = false;             // written in capitals throughout
  bool currency_before = false;      // $, £, € directly before
  bool percent_after = false;        // % directly after
  bool spelled_out = false;          // was written letter by letter and joined here
  std::vector<std::uint32_t> forms;  // ids in a Lexicon that this word answers to, sorted
};

// Splits; `forms` stay empty.
std::vector<Word> split_words(std::string_view text);

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
