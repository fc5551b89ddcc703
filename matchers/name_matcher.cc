#include "matchers/name_matcher.h"

#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>

#include <algorithm>
#include <bitset>
#include <cstdint>

#include "base/text.h"
#include "matchers/name_forms.h"
#include "matchers/name_memo.h"
#include "matchers/name_surroundings.h"
#include "matchers/name_trie.h"
#include "matchers/name_words.h"
#include "matchers/near_names.h"
#include "matchers/skeleton.h"
#include "matchers/spelling_cache.h"

namespace pantau::matchers {
namespace {

constexpr std::size_t kLongestForm = 96;
constexpr std::size_t kHitsPerEntity = 200;  // of one text: more of the same says nothing new
using Borders = std::bitset<kLongestForm + 1>;

struct Form {
  std::size_t entity = 0;
  bool weak = false;
  std::string written;
  std::u32string letters;  // folded, without borders
  Borders borders;         // borders[k]: a word begins at letter k
  bool latin = false, cjk = false, tamil = false;
  bool one_word = false;
  bool exact_case = false;  // acronyms and words that are also ordinary words: must be written as in the watchlist
  bool ordinary = false;    // made of ordinary words only
  bool odd_case = false;    // capitals inside the word, as in HASiL: nobody writes the ordinary word like this
};

// ICU's Chinese word breaker; opening one loads a dictionary, so each thread keeps its own.
UBreakIterator* word_breaks() {
  struct Closer {
    void operator()(UBreakIterator* breaks) const { ubrk_close(breaks); }
  };
  thread_local const std::unique_ptr<UBreakIterator, Closer> breaks = [] {
    UErrorCode status = U_ZERO_ERROR;
    return std::unique_ptr<UBreakIterator, Closer>(ubrk_open(UBRK_WORD, "zh", nullptr, 0, &status));
  }();
  return breaks.get();
}

bool wordlike(CharClass kind) {
  return kind == CharClass::letter || kind == CharClass::digit;
}
// True when a name may begin at letter i of a folded text.
bool starts_word(const MappedText& mapped, std::size_t i) {
  CharClass kind = class_of(mapped.chars[i]);
  if (kind == CharClass::separator) return false;
  if (kind == CharClass::cjk) return true;
  CharClass before = i > 0 ? class_of(mapped.chars[i - 1]) : CharClass::separator;
  return kind == CharClass::tamil ? before != CharClass::tamil : !wordlike(before);
}

// A word as a machine read it.
struct NearWord {
  std::u32string letters;
  std::uint32_t begin = 0, end = 0;  // within the spelling
  NearNames::Nears nears;
};
using NearWords = std::vector<NearWord>;

// A spelling in its text (matchers/spelling_cache.h).
struct Token {
  std::uint32_t begin = 0, end = 0;
  bool han = false;
};
// The first one at or after `at`; empty at the end of the text.
Token next_token(std::string_view text, std::size_t at) {
  while (at < text.size() && parts_spellings(text[at])) ++at;
  bool han = false;
  const std::size_t end = spelling_end(text, at, han);
  const std::size_t size = without_mark(text.substr(at, end - at)).size();
  return {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + size), han};
}
// Part of a letter or digit, or of something that may fold to one.
bool is_latin_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '@' || c == '$' ||
         (static_cast<unsigned char>(c) & 0x80) != 0;
}
// Where to look for the next one.
std::size_t after_token(std::string_view text, const Token& token) {
  return token.end < text.size() && !parts_spellings(text[token.end]) ? token.end + 1 : token.end;
}

}  // namespace

struct NameMatcher::State {
  std::vector<Form> forms;
  std::vector<EntityKind> kinds;
  NameTrie plain, skeletons;
  NearNames near;
  std::uint64_t memo_owner = next_cache_owner(), near_owner = next_cache_owner();

  void add(std::size_t entity, const NameForm& form);
  NameSides sides(std::string_view written) const;
  NearWords near_words(std::string_view written) const;
  bool goes_on(std::string_view text, const Token& token, bool skeletal, const NameSide& side) const;
  void walk_token(std::string_view text, const Token& token, bool skeletal, MappedText& mapped,
                  std::vector<NameHit>& hits) const;
  // Forms that begin before byte `until`. True when the text ended while one might have gone on.
  bool walk(std::string_view text, const MappedText& mapped, std::uint32_t until, bool skeletal,
            std::vector<NameHit>& hits) const;
  bool accept(std::string_view text, const MappedText& mapped, bool skeletal, std::size_t first, std::size_t last,
              std::size_t letters, const Borders& borders, const Form& form, NameHit& hit) const;
  void find_near(std::string_view text, std::vector<NameHit>& hits) const;
};

void NameMatcher::State::add(std::size_t entity, const NameForm& name_form) {
  Form form;
  form.entity = entity;
  form.weak = name_form.weak;
  form.written = name_form.written;
  MappedText mapped = map_plain(form.written);
  bool border = false;
  std::vector<std::u32string> words(1);
  for (char32_t c : mapped.chars) {
    CharClass kind = class_of(c);
    if (kind == CharClass::separator) {
      if (!is_apostrophe(c)) border = true;
      continue;
    }
    if (border && !form.letters.empty()) {
      if (form.letters.size() < kLongestForm) form.borders.set(form.letters.size());
      words.emplace_back();
    }
    border = false;
    form.letters.push_back(c);
    words.back().push_back(c);
    form.cjk = form.cjk || kind == CharClass::cjk;
    form.tamil = form.tamil || kind == CharClass::tamil;
  }
  form.latin = !form.cjk && !form.tamil;
  if (form.letters.empty() || form.letters.size() > kLongestForm || (form.latin && form.letters.size() < 2)) return;
  form.one_word = words.size() == 1;
  form.ordinary = form.latin && std::all_of(words.begin(), words.end(),
                                            [](const std::u32string& word) { return is_ordinary_word(to_utf8(word)); });
  bool inner_capital = false;
  for (std::size_t i = 1; i < form.written.size(); ++i) {
    inner_capital = inner_capital || (form.written[i] >= 'A' && form.written[i] <= 'Z' && form.written[i - 1] != ' ' &&
                                      form.written[i - 1] != '-');
  }
  form.odd_case = inner_capital && form.one_word;
  form.exact_case = form.latin && form.one_word && (form.letters.size() <= 4 || (form.ordinary && inner_capital));
  // A Tamil form without its final pulli or vowel sign is what its inflected forms begin with.
  if (form.tamil && form.letters.size() > 3 && form.letters.back() >= 0x0BBE && form.letters.back() <= 0x0BCD)
    form.letters.pop_back();

  auto index = static_cast<std::uint32_t>(forms.size());
  plain.insert(form.letters, index, [&form](std::size_t at) { return form.borders[at]; });
  if (form.latin && form.letters.size() >= 5 && !form.weak) {
    // Letter by letter the skeleton of the joined form; repeated letters collapse, so its borders are not compared.
    std::u32string bare;
    Borders borders;
    for (std::u32string& word : words) {
      word = map_skeleton(to_utf8(word)).chars;
      if (bare.size() < borders.size()) borders.set(bare.size());
      bare += word;
    }
    if (bare.size() >= 5) skeletons.insert(bare, index, [&borders](std::size_t at) { return borders[at]; });
    near.add(index, words);
  }
  forms.push_back(std::move(form));
}

bool NameMatcher::State::accept(std::string_view text, const MappedText& mapped, bool skeletal, std::size_t first,
                                std::size_t last, std::size_t letters, const Borders& borders, const Form& form,
                                NameHit& hit) const {
  hit = {};
  hit.entity = form.entity;
  hit.begin = mapped.begin[first];
  hit.end = mapped.end[last];
  hit.matched = form.written;
  hit.weak = form.weak;
  std::string_view written = text.substr(hit.begin, hit.end - hit.begin);

  if (form.cjk) {
    // Short names hide inside longer words ("我国能够" holds 国能): both ends must be word borders for ICU as well.
    if (form.letters.size() <= 3) {
      std::size_t from = hit.begin > 60 ? hit.begin - 60 : 0;
      while (from > 0 && (static_cast<unsigned char>(text[from]) & 0xC0) == 0x80) --from;
      std::string_view around = clip_utf8(text.substr(from), hit.end - from + 60);
      UErrorCode status = U_ZERO_ERROR;
      UText utext = UTEXT_INITIALIZER;
      utext_openUTF8(&utext, around.data(), static_cast<std::int64_t>(around.size()), &status);
      UBreakIterator* breaks = word_breaks();
      bool good = true;
      if (breaks && U_SUCCESS(status)) {
        ubrk_setUText(breaks, &utext, &status);
        good = ubrk_isBoundary(breaks, static_cast<std::int32_t>(hit.begin - from)) &&
               ubrk_isBoundary(breaks, static_cast<std::int32_t>(hit.end - from));
      }
      utext_close(&utext);
      if (!good) return false;
    }
    hit.disguised = borders.count() * 2 >= form.letters.size() && form.letters.size() >= 3;
    return true;
  }
  if (form.tamil) {
    if ((borders & ~form.borders).any()) return false;
    // Suffixes may follow, so short forms begin other words ("முட" begins முடக்கப்பட்டது): those must be the whole word.
    std::size_t end = last + 1;
    while (end < mapped.size() && class_of(mapped.chars[end]) == CharClass::tamil) ++end;
    std::size_t suffix = end - last - 1;
    bool only_sign =
        suffix <= 1 && (suffix == 0 || (mapped.chars[last + 1] >= 0x0BBE && mapped.chars[last + 1] <= 0x0BCD));
    if (form.letters.size() < 6 && !only_sign) return false;
    if (only_sign && suffix == 1) hit.end = mapped.end[last + 1];
    return true;
  }

  std::size_t pieces = borders.count() + 1;
  bool spelled_out = letters >= 4 && pieces * 4 >= letters * 3;
  if (skeletal) {
    // Only what the plain form cannot explain comes here; the borders must still look like words or letter by letter.
    if (!spelled_out && borders.count() > form.borders.count() + 1) return false;
    bool odd = is_disguised(written) || spelled_out;
    std::size_t changed = 0, ascii_letters = 0;
    char previous = 0;
    for (char c : written) {
      if (c == previous) continue;  // "M444yb4nk"
      previous = c;
      ascii_letters += (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      changed += std::string_view("0134579@$+!|").find(c) != std::string_view::npos;
    }
    if (!odd && changed == 0 && written.size() <= form.letters.size() + 2) {
      // Plain letters only: another word that happens to share the skeleton ("i" for "l") unless it is long.
      if (form.letters.size() < 7) return false;
      // Nor is "you may bank with us" a name.
      if ((borders & ~form.borders).any() && written[0] >= 'a' && written[0] <= 'z') return false;
    }
    // Mostly digits is a number or a code, unless the name is long and a third of it is left.
    if (changed > 0 && ascii_letters + 1 < changed && (form.letters.size() < 7 || 2 * ascii_letters < changed))
      return false;
    hit.disguised = true;
    return true;
  }

  Borders extra = borders & ~form.borders;
  Borders missing = form.borders & ~borders;
  if (extra.any()) {
    if (spelled_out) {
      hit.disguised = letters > 5 || written.find('.') == std::string_view::npos;
    } else {
      if (extra.count() > 1 || missing.any() || letters < 6) return false;
      // "May bank": one border too many, and no piece of one or two letters. "You may bank with us" means no name.
      if (mapped.chars[first] < 0x80 && (written[0] < 'A' || written[0] > 'Z')) return false;
      std::size_t since = 0;
      for (std::size_t k = 1; k <= letters; ++k) {
        if (k == letters || borders[k]) {
          if (k - since < 3) return false;
          since = k;
        }
      }
    }
  } else if (missing.any()) {
    if (letters < 5) return false;
  }

  if (form.exact_case || form.ordinary) {
    std::u32string bare;
    for (char32_t c : to_utf32(written)) {
      if (class_of(c) != CharClass::separator) bare.push_back(c);
    }
    std::u32string wanted;
    for (char32_t c : to_utf32(form.written)) {
      if (class_of(c) != CharClass::separator) wanted.push_back(c);
    }
    bool same = bare == wanted;
    bool all_capitals =
        std::none_of(bare.begin(), bare.end(), [](char32_t c) { return u_isULowercase(static_cast<UChar32>(c)); });
    bool wanted_capitals =
        std::none_of(wanted.begin(), wanted.end(), [](char32_t c) { return u_isULowercase(static_cast<UChar32>(c)); });
    if (form.exact_case && !same && !(all_capitals && (wanted_capitals || !form.ordinary))) return false;
    if (form.ordinary && !(form.odd_case && same)) {
      bool capital = !bare.empty() && u_isUUppercase(static_cast<UChar32>(bare[0]));
      if (!capital) return false;
      if (form.one_word) {
        // "Grab your voucher": a capital at the start of a sentence says nothing.
        std::vector<std::string> before = words_before(text, hit.begin, 1);
        After after = words_after(text, hit.end, 1);
        bool joined_name = !after.words.empty() && after.directly && after.capital[0];
        if (before.empty() && !joined_name && !after.words.empty()) hit.weak = true;
      }
    }
  }
  // A plain name written with foreign letters or invisible characters is found because folding undoes them.
  if (is_disguised(written)) hit.disguised = true;
  return true;
}

bool NameMatcher::State::walk(std::string_view text, const MappedText& mapped, std::uint32_t until, bool skeletal,
                              std::vector<NameHit>& hits) const {
  const NameTrie& trie = skeletal ? skeletons : plain;
  const std::size_t n = mapped.size();
  auto kind_at = [&](std::size_t i) { return i < n ? class_of(mapped.chars[i]) : CharClass::separator; };
  bool ran_out = false;
  for (std::size_t i = 0; i < n && mapped.begin[i] < until; ++i) {
    if (!starts_word(mapped, i)) continue;
    std::uint32_t node = 0;
    std::size_t letters = 0, separators = 0, piece = 0;
    Borders borders;
    for (std::size_t j = i;; ++j) {
      if (j == n) ran_out = true;
      if (j >= n || letters >= kLongestForm) break;
      char32_t c = mapped.chars[j];
      if (kind_at(j) == CharClass::separator) {
        if (is_apostrophe(c)) continue;
        bool stops = c == U',' || c == U';' || c == U':' || c == U'|' || c == U'/' || c == U'(' || c == U')' ||
                     c == U'"' || c == U'“' || c == U'”' || c == U'?' || c == U'!' || c == U'@';
        if (c == U'.' && piece > 1 && (j + 1 >= n || mapped.chars[j + 1] == U' ' || mapped.chars[j + 1] == U'\n'))
          stops = true;
        if (stops || ++separators > 3) break;
        borders.set(letters);
        continue;
      }
      piece = separators > 0 ? 1 : piece + 1;
      separators = 0;
      std::uint32_t next = trie.child(node, c);
      if (next == 0) break;
      node = next;
      ++letters;
      if (!trie.has_forms(node)) continue;
      // Does a word end here?
      CharClass own = kind_at(j), after = kind_at(j + 1);
      bool ends = own == CharClass::cjk || own == CharClass::tamil || !wordlike(after);
      if (!ends) {
        for (std::u32string_view clitic : {std::u32string_view(U"nya"), std::u32string_view(U"lah"),
                                           std::u32string_view(U"kah"), std::u32string_view(U"pun")}) {
          if (mapped.chars.compare(j + 1, clitic.size(), clitic) == 0 && !wordlike(kind_at(j + 1 + clitic.size())))
            ends = true;
        }
      }
      if (!ends) continue;
      for (std::uint32_t index : trie.forms(node)) {
        NameHit hit;
        if (accept(text, mapped, skeletal, i, j, letters, borders, forms[index], hit)) hits.push_back(std::move(hit));
      }
    }
  }
  return ran_out;
}

NameSides NameMatcher::State::sides(std::string_view written) const {
  NameSides made;
  thread_local MappedText mapped;
  auto read = [](const NameTrie& trie, NameSide& side) {
    for (std::size_t i = 0; i < mapped.size(); ++i) {
      if (!starts_word(mapped, i)) continue;
      std::uint32_t node = 0;
      std::size_t j = i;
      for (; j < mapped.size(); ++j) {
        if (class_of(mapped.chars[j]) == CharClass::separator) continue;
        node = trie.child(node, mapped.chars[j]);
        if (node == 0) break;
        side.maybe = side.maybe || trie.has_forms(node);
      }
      if (j < mapped.size()) continue;
      if (side.node != 0) side.maybe = true;  // two forms may go on: both are looked at
      side.node = node;
    }
    if (side.node == 0) return;
    std::size_t letters = 0;
    bool whole = true;
    for (char32_t c : mapped.chars) {
      whole = whole && class_of(c) != CharClass::separator;
      ++letters;
    }
    if (!whole || trie.has_border(side.node)) side.next |= kBorderThere;
    if (letters == 1) side.next |= kOneLetter;
    if (letters >= 3) side.next |= kThreeLetters;
    for (unsigned letter = 0; letter < 26; ++letter)
      side.next |= (trie.child(side.node, U'a' + letter) != 0 ? 1u : 0u) << letter;
  };
  map_plain(written, 0, mapped);
  read(plain, made.plain);
  map_skeleton(written, 0, mapped);
  read(skeletons, made.bare);
  return made;
}

NearWords NameMatcher::State::near_words(std::string_view written) const {
  NearWords made;
  MappedText mapped;
  map_skeleton(written, 0, mapped);
  for (std::size_t i = 0; i < mapped.size();) {
    if (!wordlike(class_of(mapped.chars[i]))) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < mapped.size() && wordlike(class_of(mapped.chars[end]))) ++end;
    NearWord word{mapped.chars.substr(i, end - i), mapped.begin[i], mapped.end[end - 1], {}};
    word.nears = near.near(word.letters);
    made.push_back(std::move(word));
    i = end;
  }
  return made;
}

// True when the words after `token` may complete a form that has come as far as `side`.
bool NameMatcher::State::goes_on(std::string_view text, const Token& token, bool skeletal, const NameSide& side) const {
  // A form looks through three separators at most, so not through more spaces than that.
  constexpr std::size_t kEmpty = 4;
  const NameTrie& trie = skeletal ? skeletons : plain;
  thread_local MappedText mapped;
  std::uint32_t node = side.node;
  std::size_t letters = 0, empty = 0;
  Token next = next_token(text, after_token(text, token));
  // Nearly always the first letter of the next word ends it.
  if (next.begin < next.end) {
    char first = text[next.begin];
    first = first >= 'A' && first <= 'Z' ? static_cast<char>(first + 32) : first;
    if (skeletal && first == 'i') first = 'l';
    if (first >= 'a' && first <= 'z' && (side.next >> (first - 'a') & 1) == 0) return false;
    // Where no form has a border, one may be too many between pieces of three letters ("May bank"), or letters stand
    // alone ("M a y b a n k").
    if ((side.next & kBorderThere) == 0 && (side.next & kOneLetter) == 0) {
      std::size_t run = 0;
      while (run < 3 && next.begin + run < next.end && is_latin_byte(text[next.begin + run])) ++run;
      if (run != 1 && (run < 3 || (side.next & kThreeLetters) == 0)) return false;
    }
  }
  for (; next.begin < next.end; next = next_token(text, after_token(text, next))) {
    if (next.han) return true;
    const std::string_view written = text.substr(next.begin, next.end - next.begin);
    if (skeletal)
      map_skeleton(written.substr(0, 8 * kLongestForm), 0, mapped);
    else
      map_plain(written.substr(0, 8 * kLongestForm), 0, mapped);
    bool any = false;
    for (char32_t c : mapped.chars) {
      if (class_of(c) == CharClass::separator) continue;
      any = true;
      node = trie.child(node, c);
      if (node == 0 || ++letters > kLongestForm) return false;
      if (trie.has_forms(node)) return true;
    }
    empty = any ? 0 : empty + 1;
    if (empty >= kEmpty) return false;
  }
  return false;
}

void NameMatcher::State::walk_token(std::string_view text, const Token& token, bool skeletal, MappedText& mapped,
                                    std::vector<NameHit>& hits) const {
  // A few words ahead are enough nearly always.
  const std::size_t before = hits.size();
  Token last = token;
  for (std::size_t ahead : {std::size_t{2}, kLongestForm + 8}) {
    Token next = last;
    for (std::size_t k = 0; k < ahead && next.begin < next.end; ++k) {
      last = next;
      next = next_token(text, after_token(text, last));
    }
    std::string_view window = text.substr(token.begin, last.end - token.begin);
    if (skeletal)
      map_skeleton(window, token.begin, mapped);
    else
      map_plain(window, token.begin, mapped);
    hits.resize(before);
    if (!walk(text, mapped, token.end, skeletal, hits) || next.begin >= next.end) return;
  }
}

void NameMatcher::State::find_near(std::string_view text, std::vector<NameHit>& hits) const {
  auto& cache = spellings_of<NearWords>(near_owner);
  std::vector<NearNames::Piece> pieces;
  for (Token token = next_token(text, 0); token.begin < token.end; token = next_token(text, after_token(text, token))) {
    const std::string_view written = text.substr(token.begin, token.end - token.begin);
    const std::uint64_t hash = spelling_hash(written);
    const NearWords* words = cache.find(written, hash);
    if (!words) words = cache.insert(written, hash, near_words(written));
    for (const NearWord& word : *words)
      pieces.push_back({word.letters, token.begin + word.begin, token.begin + word.end, &word.nears});
  }
  for (const NearNames::Hit& near_hit : near.find(pieces)) {
    // A single ordinary word is never a misreading.
    if (near_hit.first == near_hit.last && is_ordinary_word(to_utf8(pieces[near_hit.first].letters))) continue;
    const Form& form = forms[near_hit.form];
    NameHit hit;
    hit.entity = form.entity;
    hit.begin = pieces[near_hit.first].begin;
    hit.end = pieces[near_hit.last].end;
    hit.matched = form.written;
    hit.approximate = true;
    hits.push_back(std::move(hit));
  }
}

NameMatcher::NameMatcher(const Watchlist& watchlist) : state_(std::make_unique<State>()) {
  for (std::size_t i = 0; i < watchlist.entities.size(); ++i) {
    state_->kinds.push_back(watchlist.entities[i].kind);
    for (const NameForm& form : name_forms(watchlist.entities[i])) state_->add(i, form);
  }
  state_->plain.compile();
  state_->skeletons.compile();
  state_->near.compile();
}
NameMatcher::~NameMatcher() = default;

std::vector<NameHit> NameMatcher::find(std::string_view text, bool tolerant) const {
  std::vector<NameHit> hits;
  std::vector<NameHit> skeletal_hits;
  MappedText mapped;
  NameMemo& memo = name_memo_of(state_->memo_owner);
  for (Token token = next_token(text, 0); token.begin < token.end; token = next_token(text, after_token(text, token))) {
    NameSides sides;
    const std::string_view written = text.substr(token.begin, token.end - token.begin);
    if (token.han) {
      // Names of Chinese letters have no disguises; those of Latin ones may stand among them.
      sides.plain.maybe = true;
      sides.bare.maybe = std::any_of(written.begin(), written.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x80 || (byte >= 0xC0 && byte < 0xE0) || byte >= 0xEF;
      });
    } else {
      const std::uint64_t hash = spelling_hash(written) | 1;
      if (!memo.find(hash, sides)) {
        sides = state_->sides(written);
        memo.insert(hash, sides);
      }
    }
    if (sides.plain.maybe || (sides.plain.node != 0 && state_->goes_on(text, token, false, sides.plain)))
      state_->walk_token(text, token, false, mapped, hits);
    if (sides.bare.maybe || (sides.bare.node != 0 && state_->goes_on(text, token, true, sides.bare)))
      state_->walk_token(text, token, true, mapped, skeletal_hits);
  }
  hits.insert(hits.end(), std::make_move_iterator(skeletal_hits.begin()), std::make_move_iterator(skeletal_hits.end()));
  if (tolerant) state_->find_near(text, hits);
  if (hits.empty()) return hits;

  // For one entity: the surest reading first, then the longest; what overlaps a better one goes.
  auto rank = [](const NameHit& hit) { return hit.approximate ? 3 : hit.disguised ? 1 : 0; };
  std::stable_sort(hits.begin(), hits.end(), [&](const NameHit& a, const NameHit& b) {
    if (a.entity != b.entity) return a.entity < b.entity;
    if ((rank(a) == 3) != (rank(b) == 3)) return rank(a) < rank(b);
    if (a.end - a.begin != b.end - b.begin) return a.end - a.begin > b.end - b.begin;
    if (rank(a) != rank(b)) return rank(a) < rank(b);
    return a.begin < b.begin;
  });
  std::vector<NameHit> kept;
  std::size_t same_entity = 0;  // where this entity's begin
  std::uint32_t longest = 0;
  for (NameHit& hit : hits) {
    if (!kept.empty() && kept.back().entity != hit.entity) same_entity = kept.size();
    if (kept.size() - same_entity >= kHitsPerEntity) continue;
    const auto own = kept.begin() + static_cast<std::ptrdiff_t>(same_entity);
    auto touches = [&hit](const NameHit& other) { return other.begin < hit.end && hit.begin < other.end; };
    // "Tony Fernades" says more than the first name in it.
    auto outdone = [&](const NameHit& other) {
      return hit.approximate && other.weak && hit.begin <= other.begin && other.end <= hit.end;
    };
    if (std::any_of(own, kept.end(), [&](const NameHit& other) { return touches(other) && !outdone(other); })) continue;
    kept.erase(std::remove_if(own, kept.end(), [&](const NameHit& other) { return touches(other); }), kept.end());
    longest = std::max(longest, hit.end - hit.begin);
    kept.push_back(std::move(hit));
  }
  std::stable_sort(kept.begin(), kept.end(), [](const NameHit& a, const NameHit& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.entity < b.entity;
  });
  // A name inside a longer name of another entity means the other one.
  auto inside = [&](std::size_t at) {
    const NameHit& hit = kept[at];
    auto around = [&hit](const NameHit& other) {
      return other.entity != hit.entity && !other.approximate && other.begin <= hit.begin && hit.end <= other.end &&
             other.end - other.begin > hit.end - hit.begin && !other.weak;
    };
    for (std::size_t i = at; i > 0 && kept[i - 1].begin + longest >= hit.end; --i) {
      if (around(kept[i - 1])) return true;
    }
    for (std::size_t i = at + 1; i < kept.size() && kept[i].begin == hit.begin; ++i) {
      if (around(kept[i])) return true;
    }
    return false;
  };
  std::vector<NameHit> result;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (!inside(i)) result.push_back(kept[i]);
  }
  for (NameHit& hit : result) look_around(text, state_->kinds[hit.entity], hit);
  return result;
}

}  // namespace pantau::matchers
