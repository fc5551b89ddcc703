#include "matchers/name_matcher.h"

#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>

#include <algorithm>
#include <bitset>
#include <cstdint>
#include <unordered_map>

#include "base/text.h"
#include "matchers/name_forms.h"
#include "matchers/name_words.h"
#include "matchers/skeleton.h"

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

bool is_apostrophe(char32_t c) {
  return c == U'\'' || c == U'’' || c == U'‘' || c == U'`' || c == U'´' || c == U'ʼ' || c == U'′';
}

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

class Trie {
 public:
  std::uint32_t child(std::uint32_t node, char32_t c) const {
    auto found = next_.find((static_cast<std::uint64_t>(node) << 21) | c);
    return found == next_.end() ? 0 : found->second;
  }
  void insert(std::u32string_view letters, std::uint32_t form) {
    std::uint32_t node = 0;
    for (char32_t c : letters) {
      auto [place, is_new] = next_.try_emplace((static_cast<std::uint64_t>(node) << 21) | c, count_);
      if (is_new) ++count_;
      node = place->second;
    }
    forms_[node].push_back(form);
  }
  const std::vector<std::uint32_t>* forms(std::uint32_t node) const {
    auto found = forms_.find(node);
    return found == forms_.end() ? nullptr : &found->second;
  }

 private:
  std::unordered_map<std::uint64_t, std::uint32_t> next_;
  std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> forms_;
  std::uint32_t count_ = 1;
};

// Words of a folded text around a place, for the question "part of a longer name?".
std::vector<std::string> words_before(std::string_view text, std::uint32_t begin, std::size_t count) {
  std::size_t from = begin > 64 ? begin - 64 : 0;
  while (from < begin && (static_cast<unsigned char>(text[from]) & 0xC0) == 0x80) ++from;
  MappedText folded = map_plain(text.substr(from, begin - from));
  std::vector<std::string> words;
  std::u32string word;
  for (std::size_t i = folded.size(); i > 0 && words.size() < count; --i) {
    char32_t c = folded.chars[i - 1];
    if (is_apostrophe(c)) continue;
    if (class_of(c) != CharClass::separator) {
      word.insert(word.begin(), c);
      continue;
    }
    if (!word.empty()) words.push_back(to_utf8(word));
    word.clear();
    if (c == U'!' || c == U'?' || c == U'\n' || c == U';' || c == U':' || c == U'|' || c == U',') return words;
  }
  if (!word.empty() && words.size() < count) words.push_back(to_utf8(word));
  return words;
}

struct After {
  std::vector<std::string> words;
  std::vector<bool> capital;
  bool directly = false;  // only spaces or a hyphen before the first word
};
After words_after(std::string_view text, std::uint32_t end, std::size_t count) {
  std::string_view rest = clip_utf8(text.substr(end), 80);
  MappedText folded = map_plain(rest);
  After after;
  std::u32string word;
  bool spaces_only = true;
  for (std::size_t i = 0; i <= folded.size() && after.words.size() < count; ++i) {
    char32_t c = i < folded.size() ? folded.chars[i] : U'\n';
    if (is_apostrophe(c)) continue;
    if (class_of(c) != CharClass::separator) {
      if (word.empty()) {
        after.capital.push_back(rest[folded.begin[i]] >= 'A' && rest[folded.begin[i]] <= 'Z');
        if (after.words.empty()) after.directly = spaces_only;
      }
      word.push_back(c);
      continue;
    }
    if (!word.empty()) {
      after.words.push_back(to_utf8(word));
      word.clear();
    }
    if (c != U' ' && c != U'-' && c != U'/') {
      if (after.words.empty()) spaces_only = false;
      if (c == U'.' || c == U'!' || c == U'?' || c == U'\n' || c == U'|' || c == U':' || c == U',') break;
    }
  }
  after.capital.resize(after.words.size());
  return after;
}

}  // namespace

struct NameMatcher::State {
  std::vector<Form> forms;
  std::vector<EntityKind> kinds;
  Trie plain, skeletons;
  // Forms of seven letters and more with one letter left out, for text read by a machine.
  std::unordered_map<std::string, std::vector<std::pair<std::uint32_t, std::size_t>>> deletions;
  std::unordered_map<std::string, std::vector<std::uint32_t>> exact_skeletons;

  void add(std::size_t entity, const NameForm& form);
  void walk(std::string_view text, const MappedText& mapped, bool skeletal, std::vector<NameHit>& hits) const;
  bool accept(std::string_view text, const MappedText& mapped, bool skeletal, std::size_t first, std::size_t last,
              std::size_t letters, const Borders& borders, const Form& form, NameHit& hit) const;
  void find_near(const MappedText& mapped, std::vector<NameHit>& hits) const;
  void look_around(std::string_view text, NameHit& hit) const;
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
  plain.insert(form.letters, index);
  if (form.latin && form.letters.size() >= 5 && !form.weak) {
    // Letter by letter the skeleton of the joined form; repeated letters collapse, so its borders are not compared.
    std::u32string bare;
    for (const std::u32string& word : words) bare += to_utf32(skeleton(to_utf8(word)));
    if (bare.size() >= 5) skeletons.insert(bare, index);
    std::string key = to_utf8(bare);
    if (key.size() >= 7) {
      exact_skeletons[key].push_back(index);
      for (std::size_t i = 1; i < key.size(); ++i)
        deletions[key.substr(0, i) + key.substr(i + 1)].emplace_back(index, i);
    }
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
    for (char c : written) {
      ascii_letters += (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      changed += std::string_view("0134579@$+!|").find(c) != std::string_view::npos;
    }
    if (!odd && changed == 0 && written.size() <= form.letters.size() + 2) {
      // Plain letters only: another word that happens to share the skeleton ("i" for "l") unless it is long.
      if (form.letters.size() < 7) return false;
    }
    if (changed > 0 && ascii_letters + 1 < changed) return false;
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
      // "May bank": one border too many, and no piece of one or two letters.
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

void NameMatcher::State::walk(std::string_view text, const MappedText& mapped, bool skeletal,
                              std::vector<NameHit>& hits) const {
  const Trie& trie = skeletal ? skeletons : plain;
  const std::size_t n = mapped.size();
  auto kind_at = [&](std::size_t i) { return i < n ? class_of(mapped.chars[i]) : CharClass::separator; };
  auto wordlike = [](CharClass kind) { return kind == CharClass::letter || kind == CharClass::digit; };
  for (std::size_t i = 0; i < n; ++i) {
    CharClass kind = kind_at(i);
    if (kind == CharClass::separator) continue;
    CharClass before = i > 0 ? kind_at(i - 1) : CharClass::separator;
    bool starts = kind == CharClass::cjk || (kind == CharClass::tamil ? before != CharClass::tamil : !wordlike(before));
    if (!starts) continue;
    std::uint32_t node = 0;
    std::size_t letters = 0, separators = 0, piece = 0;
    Borders borders;
    for (std::size_t j = i; j < n && letters < kLongestForm; ++j) {
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
      const auto* here = trie.forms(node);
      if (!here) continue;
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
      for (std::uint32_t index : *here) {
        NameHit hit;
        Borders inner = borders;
        if (accept(text, mapped, skeletal, i, j, letters, inner, forms[index], hit)) hits.push_back(std::move(hit));
      }
    }
  }
}

void NameMatcher::State::find_near(const MappedText& mapped, std::vector<NameHit>& hits) const {
  struct Piece {
    std::string letters;
    std::uint32_t begin, end;
  };
  std::vector<Piece> pieces;
  for (std::size_t i = 0; i < mapped.size();) {
    CharClass kind = class_of(mapped.chars[i]);
    if (kind != CharClass::letter && kind != CharClass::digit) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < mapped.size() &&
           (class_of(mapped.chars[end]) == CharClass::letter || class_of(mapped.chars[end]) == CharClass::digit))
      ++end;
    pieces.push_back(
        {to_utf8(std::u32string_view(mapped.chars).substr(i, end - i)), mapped.begin[i], mapped.end[end - 1]});
    i = end;
  }
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    std::string joined;
    for (std::size_t k = i; k < pieces.size() && k < i + 5; ++k) {
      if (k > i && pieces[k].begin - pieces[k - 1].end > 3) break;
      joined += pieces[k].letters;
      if (joined.size() > 40) break;
      if (joined.size() < 6) continue;
      std::vector<std::uint32_t> near;
      if (auto found = deletions.find(joined); found != deletions.end()) {
        for (const auto& [form, at] : found->second) near.push_back(form);
      }
      for (std::size_t at = 1; at < joined.size() && joined.size() >= 7; ++at) {
        std::string shorter = joined.substr(0, at) + joined.substr(at + 1);
        if (auto found = exact_skeletons.find(shorter); found != exact_skeletons.end())
          near.insert(near.end(), found->second.begin(), found->second.end());
        if (auto found = deletions.find(shorter); found != deletions.end()) {
          for (const auto& [form, lacking] : found->second) {
            if (lacking == at) near.push_back(form);
          }
        }
      }
      for (std::uint32_t index : near) {
        const Form& form = forms[index];
        // Words of the form and words read must be about as many; a single ordinary word is never a misreading.
        std::size_t expected = form.borders.count() + 1;
        if (k - i + 1 > expected + 1) continue;
        if (k == i && is_ordinary_word(joined)) continue;
        NameHit hit;
        hit.entity = form.entity;
        hit.begin = pieces[i].begin;
        hit.end = pieces[k].end;
        hit.matched = form.written;
        hit.approximate = true;
        hits.push_back(std::move(hit));
      }
    }
  }
}

void NameMatcher::State::look_around(std::string_view text, NameHit& hit) const {
  std::vector<std::string> before = words_before(text, hit.begin, 3);
  After after = words_after(text, hit.end, 2);
  hit.office_before = !before.empty() && (is_honorific(before[0]) || is_office(before[0]));
  if (!before.empty() && is_business_before(before[0])) hit.namesake = true;
  if (after.directly && !after.words.empty()) {
    const std::string& next = after.words[0];
    if (is_business_after(next)) hit.namesake = true;
    if (kinds[hit.entity] == EntityKind::person &&
        (next == "bin" || next == "binti" || next == "bt" || next == "bte") && after.words.size() > 1 &&
        after.capital[1]) {
      hit.namesake = true;
    }
  }
  // A first name with another family name is somebody else: "Dr. Rafizi Hashim".
  if (hit.weak && kinds[hit.entity] == EntityKind::person && after.directly && !after.words.empty() && after.capital[0])
    hit.namesake = true;
  // "info@maybank.com", "maybank2u.com.my": an address, not a sentence about the brand.
  if (hit.begin > 0 && (text[hit.begin - 1] == '@' || text[hit.begin - 1] == '/')) hit.in_address = true;
  if (hit.end + 2 < text.size() && text[hit.end] == '.' && text[hit.end + 1] >= 'a' && text[hit.end + 1] <= 'z')
    hit.in_address = true;
  if (hit.begin > 1 && text[hit.begin - 1] == '.' && text[hit.begin - 2] >= 'a' && text[hit.begin - 2] <= 'z')
    hit.in_address = true;
  if (hit.end < text.size() && text[hit.end] == '@') hit.in_address = true;
}

NameMatcher::NameMatcher(const Watchlist& watchlist) : state_(std::make_unique<State>()) {
  for (std::size_t i = 0; i < watchlist.entities.size(); ++i) {
    state_->kinds.push_back(watchlist.entities[i].kind);
    for (const NameForm& form : name_forms(watchlist.entities[i])) state_->add(i, form);
  }
}
NameMatcher::~NameMatcher() = default;

std::vector<NameHit> NameMatcher::find(std::string_view text, bool tolerant) const {
  std::vector<NameHit> hits;
  MappedText mapped = map_plain(text);
  state_->walk(text, mapped, false, hits);
  MappedText bare = map_skeleton(text);
  state_->walk(text, bare, true, hits);
  if (tolerant) state_->find_near(bare, hits);

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
  std::unordered_map<std::size_t, std::size_t> count;
  for (NameHit& hit : hits) {
    if (count[hit.entity] >= kHitsPerEntity) continue;
    bool overlaps = std::any_of(kept.begin(), kept.end(), [&](const NameHit& other) {
      return other.entity == hit.entity && other.begin < hit.end && hit.begin < other.end;
    });
    if (overlaps) continue;
    ++count[hit.entity];
    kept.push_back(std::move(hit));
  }
  // A name inside a longer name of another entity means the other one.
  std::vector<NameHit> result;
  for (const NameHit& hit : kept) {
    bool inside = std::any_of(kept.begin(), kept.end(), [&](const NameHit& other) {
      return other.entity != hit.entity && !other.approximate && other.begin <= hit.begin && hit.end <= other.end &&
             other.end - other.begin > hit.end - hit.begin && !other.weak;
    });
    if (!inside) result.push_back(hit);
  }
  std::stable_sort(result.begin(), result.end(), [](const NameHit& a, const NameHit& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.entity < b.entity;
  });
  for (NameHit& hit : result) state_->look_around(text, hit);
  return result;
}

}  // namespace pantau::matchers
