#pragma once
// Names with wrong letters, as machines read them and hasty people write them. All in skeleton letters
// (matchers/skeleton.h); the distance is that of one letter wrong, missing, too many or swapped with its neighbour
// ("optimal string alignment"). A form counts when
//   - as many words follow each other, at most three bytes apart, each near the form's word at its place: words of up
//     to 3 letters exactly, of up to 8 within one, longer ones within two (a form of one word: from 7 letters on), all
//     words together within near_limit() of the whole form's letters; or
//   - one word, or two of at least three letters each, joined are within one of the form's letters joined;
// and the first letter of each word is right. Distance 0 is no business of this class.
// Each distinct word of a text is compared once: variants of the form words with letters left out are looked up among
// those of the word (filter), what they have in common is verified with bit vectors (Myers 1999, Hyyrö 2003). Built by
// one thread, immutable after compile(), read by any.
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace pantau::matchers {

// How many wrong letters a form of so many letters may have; 0 below 7: too many other words are that near.
std::size_t near_limit(std::size_t letters);
// The same for one of several words of a form.
std::size_t near_word_limit(std::size_t letters);

// The distance; `a` has at most 64 letters.
std::size_t near_distance(std::u32string_view a, std::u32string_view b);

class NearNames {
 public:
  struct Near {
    std::uint32_t item = 0;
    std::uint8_t distance = 0;
  };
  using Nears = std::vector<Near>;  // sorted by item
  // A word of a text: its skeleton, its place, what it is near to (by near()).
  struct Piece {
    std::u32string_view letters;
    std::uint32_t begin = 0, end = 0;
    const Nears* nears = nullptr;
  };
  struct Hit {
    std::uint32_t form = 0;
    std::size_t first = 0, last = 0;  // pieces
    std::size_t distance = 0;
  };

  void add(std::uint32_t form, const std::vector<std::u32string>& words);
  void compile();

  // What a word of a text is near to, `most` letters off at most.
  Nears near(std::u32string_view letters, std::size_t most = 2) const;
  std::vector<Hit> find(const std::vector<Piece>& pieces) const;

 private:
  struct Use {
    std::uint32_t form = 0;
    std::uint32_t position = 0;  // of the word in the form
  };
  struct Item {
    std::u32string letters;
    std::size_t limit = 0;
    std::vector<Use> uses;             // forms whose rarest word this is
    std::vector<std::uint32_t> whole;  // forms whose joined letters this is
    std::size_t forms = 0;             // how many forms have this word
  };
  struct Form {
    std::uint32_t form = 0;
    std::size_t letters = 0;
    std::vector<std::uint32_t> words;  // items
  };
  std::uint32_t item(const std::u32string& letters, std::size_t limit);
  void find_at(const std::vector<Piece>& pieces, std::size_t at, std::vector<Hit>& hits) const;
  void find_joined(std::size_t first, std::size_t last, const Nears& nears, std::vector<Hit>& hits) const;

  std::vector<Item> items_;
  std::vector<Form> forms_;
  std::unordered_map<std::u32string, std::uint32_t> by_letters_;
  // Variants of the items: a bit a variant first, then (hash, item) by hash.
  std::vector<std::uint64_t> present_;
  std::size_t present_mask_ = 63;
  std::vector<std::uint32_t> buckets_;
  unsigned bucket_shift_ = 63;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> variants_;
};

}  // namespace pantau::matchers
