#include "matchers/words.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <array>
#include <unordered_set>

#include "matchers/skeleton.h"

namespace pantau::matchers {
namespace {

using Set = std::unordered_set<std::string_view>;

const Set& currency_words() {
  static const Set set = {"rm",     "myr",     "usd",    "sgd",     "idr",    "gbp",   "eur",    "rp",
                          "aud",    "usdt",    "btc",    "eth",     "bnb",    "us",    "s",      "ringgit",
                          "ringit", "dolar",   "dollar", "dollars", "rupiah", "pound", "pounds", "euro",
                          "euros",  "bitcoin", "baht",   "peso",    "cad",    "nzd",   "php",    "hkd",
                          "u",      "ரிங்கிட்",  "ரிங்கிட", "வெள்ளி",   "டாலர்",   "usdc",  "trx"};
  return set;
}
const Set& currency_prefixes() {
  static const Set set = {"rm", "rp", "myr", "sgd", "usd", "idr", "us", "s", "gbp", "usdt"};
  return set;
}
const Set& multipliers() {
  static const Set set = {"k",       "ribu",    "rb",     "juta",  "jt",    "thousand", "million",
                          "billion", "m",       "mil",    "lakh",  "ratus", "hundred",  "ribuan",
                          "miliar",  "billion", "bilion", "ஆயிரம்", "லட்சம்",  "மில்லியன்",  "கோடி"};
  return set;
}
const Set& number_words() {
  static const Set set = {"one",     "two",      "three",   "four",    "five",    "six",     "seven",    "eight",
                          "nine",    "ten",      "eleven",  "twelve",  "fifteen", "twenty",  "thirty",   "forty",
                          "fifty",   "sixty",    "seventy", "eighty",  "ninety",  "hundred", "thousand", "million",
                          "satu",    "dua",      "tiga",    "empat",   "lima",    "enam",    "tujuh",    "lapan",
                          "delapan", "sembilan", "sepuluh", "seratus", "seribu",  "sejuta",  "sebelas",  "belas",
                          "puluh",   "ratus",    "ribu",    "juta",    "ஒரு",     "இரண்டு",   "மூன்று",    "நான்கு",
                          "ஐந்து",    "ஆறு",      "ஏழு",     "எட்டு",    "ஒன்பது",   "பத்து",    "நூறு",     "ஆயிரம்"};
  return set;
}
// What may stick to the digits before it ("24jam", "50k", "250usdt").
const Set& number_suffixes() {
  static const Set set = {"k",       "m",      "mil",     "jt",      "rb",   "ribu", "juta",  "jam",  "hari", "minit",
                          "bulan",   "minggu", "tahun",   "h",       "hr",   "hrs",  "hours", "days", "day",  "min",
                          "mins",    "am",     "pm",      "usd",     "usdt", "rm",   "btc",   "eth",  "x",    "u",
                          "peratus", "persen", "percent", "ringgit", "sgd",  "th",   "st",    "nd",   "rd"};
  return set;
}
const Set& percent_words() {
  static const Set set = {"percent", "peratus", "persen", "pct", "விழுக்காடு", "சதவீதம்", "சதவிகிதம்"};
  return set;
}
const Set& han_digits() {
  static const Set set = {"〇", "零", "一", "二", "两", "三", "四", "五", "六", "七", "八",
                          "九", "十", "百", "千", "万", "亿", "几", "数", "廿", "半"};
  return set;
}

bool in_word(CharClass c) {
  return c == CharClass::letter || c == CharClass::digit;
}
bool is_exchange_letter(char32_t c) {
  return c == U'@' || c == U'$' || c == U'+';
}

std::uint8_t amount_parts(const Word& word) {
  const std::string& text = word.text;
  if (word.kind == WordKind::number) return 0;
  if (word.kind == WordKind::cjk) {
    bool many = text == "万" || text == "千" || text == "亿" || text == "百";
    return static_cast<std::uint8_t>((han_digits().contains(text) ? kHanDigit : 0) | (many ? kHanMultiplier : 0));
  }
  return static_cast<std::uint8_t>(
      (currency_words().contains(text) ? kCurrency : 0) | (multipliers().contains(text) ? kMultiplier : 0) |
      (number_words().contains(text) ? kNumberWord : 0) | (percent_words().contains(text) ? kPercentWord : 0));
}

struct Splitter {
  std::string_view text;
  std::uint32_t base;
  SplitState& state;
  std::vector<Word>& words;
  MappedText mapped;
  bool own_words = false;  // a word of this piece stands before

  CharClass at(std::size_t i) const { return i < mapped.size() ? class_of(mapped.chars[i]) : CharClass::separator; }

  void add(std::size_t from, std::size_t to, WordKind kind) {
    Word word;
    word.begin = mapped.begin[from];
    word.end = mapped.end[to - 1];
    word.kind = kind;
    word.sentence_start = state.sentence_start;
    word.quoted = state.quoted;
    word.currency_before = state.currency;
    word.text = to_utf8(std::u32string_view(mapped.chars).substr(from, to - from));
    if (kind == WordKind::number) std::erase(word.text, ',');
    if (kind == WordKind::word || kind == WordKind::number) mark_case(word);
    word.parts = amount_parts(word);
    words.push_back(std::move(word));
    own_words = true;
    state.sentence_start = false;
    state.currency = false;
  }

  void mark_case(Word& word) const {
    std::u32string written = to_utf32(text.substr(word.begin - base, word.end - word.begin));
    bool first = true, lower = false, upper = false;
    for (char32_t c : written) {
      auto code = static_cast<UChar32>(c);
      if (u_isUUppercase(code)) {
        if (first) word.capital = true;
        upper = true;
      } else if (u_isULowercase(code)) {
        lower = true;
      } else {
        continue;
      }
      first = false;
    }
    word.capitals = upper && !lower;
  }

  // "RM5O,000", "RM9l0": letters that look like digits within a sum, as text is read off pictures or disguised.
  bool misread_digits(std::size_t from, std::size_t to) {
    std::size_t letters = 0;
    for (std::size_t i = from; i < to; ++i) {
      if (at(i) != CharClass::letter) continue;
      char32_t c = mapped.chars[i];
      if (c != U'o' && c != U'l' && c != U'i') return false;
      ++letters;
    }
    if (letters == 0 || letters > 2 || to - from < letters + 2) return false;
    for (std::size_t i = from; i < to; ++i) {
      if (at(i) == CharClass::letter) mapped.chars[i] = mapped.chars[i] == U'o' ? U'0' : U'1';
    }
    return true;
  }

  // A run of letters and digits, cut where a currency or a unit sticks to a number.
  void add_run(std::size_t from, std::size_t to) {
    std::size_t letters = from;
    while (letters < to && at(letters) == CharClass::letter) ++letters;
    if (letters == to) return add(from, to, WordKind::word);
    bool digits_only = true;
    for (std::size_t i = letters; i < to; ++i) digits_only = digits_only && at(i) != CharClass::letter;
    if (letters > from && at(letters) == CharClass::digit) {
      std::string head = to_utf8(std::u32string_view(mapped.chars).substr(from, letters - from));
      if (currency_prefixes().contains(head)) {
        add(from, letters, WordKind::word);
        if (misread_digits(letters, to)) return add(letters, to, WordKind::number);
        return add_run(letters, to);
      }
    }
    if (letters == from && at(from) == CharClass::digit) {
      std::size_t digits = from;
      while (digits < to && at(digits) != CharClass::letter && !is_exchange_letter(mapped.chars[digits])) ++digits;
      std::string tail = to_utf8(std::u32string_view(mapped.chars).substr(digits, to - digits));
      if (digits == to) return add(from, to, WordKind::number);
      if (number_suffixes().contains(tail)) {
        add(from, digits, WordKind::number);
        return add(digits, to, WordKind::word);
      }
    }
    add(from, to, WordKind::word);
  }

  // The "O" of "5O,000".
  bool misread_zero(std::size_t from, std::size_t at_char) const {
    return at_char > from && mapped.chars[at_char] == U'o' && at(at_char - 1) == CharClass::digit;
  }

  void quote(bool opens) {
    state.needs_context = true;
    state.quoted = opens;
    if (opens) state.since_quote = 0;
  }

  void separator(std::size_t i) {
    char32_t c = mapped.chars[i];
    bool space_after = i + 1 >= mapped.size() || u_isUWhiteSpace(static_cast<UChar32>(mapped.chars[i + 1])) ||
                       mapped.chars[i + 1] == U'"' || mapped.chars[i + 1] == U'”' || at(i + 1) == CharClass::cjk;
    switch (c) {
      case U'\n':
      case U'。':
      case U'！':
      case U'？':
      case U'‼':
        state.sentence_start = true;
        break;
      case U'.':
        // "Dr." and "D." do not end sentences.
        if (!space_after) break;
        state.needs_context = state.needs_context || !own_words;
        if (!words.empty() && words.back().text.size() > 2) state.sentence_start = true;
        break;
      case U'!':
      case U'?':
        state.sentence_start = true;
        break;
      case U'$':
      case U'£':
      case U'€':
      case U'¥':
      case U'￥':
        state.currency = true;
        break;
      case U'%':
      case U'％':
        state.needs_context = state.needs_context || !own_words;
        if (!words.empty()) words.back().percent_after = true;
        break;
      case U'“':
      case U'«':
      case U'「':
      case U'『':
      case U'„':
        quote(true);
        break;
      case U'”':
      case U'»':
      case U'」':
      case U'』':
        quote(false);
        break;
      case U'"':
        quote(!state.quoted);
        break;
      default:
        break;
    }
    // A quotation mark that nobody closes does not make a quotation of the rest of the page.
    if (state.quoted && state.since_quote > 600) state.quoted = false;
  }

  void run() {
    state.chars = mapped.size();
    std::size_t counted = 0;
    for (std::size_t i = 0; i < mapped.size();) {
      state.since_quote += i - counted;
      counted = i;
      CharClass c = at(i);
      if (c == CharClass::cjk) {
        add(i, i + 1, WordKind::cjk);
        ++i;
        continue;
      }
      if (c == CharClass::tamil) {
        std::size_t end = i;
        while (at(end) == CharClass::tamil) ++end;
        add(i, end, WordKind::tamil);
        i = end;
        continue;
      }
      bool exchange_start = (mapped.chars[i] == U'@' || mapped.chars[i] == U'$') && at(i + 1) == CharClass::letter;
      if (!in_word(c) && !exchange_start) {
        separator(i);
        ++i;
        continue;
      }
      std::size_t end = i + 1;
      while (end < mapped.size()) {
        char32_t ch = mapped.chars[end];
        CharClass next = at(end);
        if (in_word(next)) {
          ++end;
        } else if ((ch == U',' || ch == U'.') && at(end + 1) == CharClass::digit &&
                   (at(end - 1) == CharClass::digit || misread_zero(i, end - 1))) {
          ++end;
        } else if (is_exchange_letter(ch) && !(ch == U'$' && at(end + 1) == CharClass::digit) && in_word(at(end + 1)) &&
                   in_word(at(end - 1)) && (at(end + 1) == CharClass::letter || at(end - 1) == CharClass::letter)) {
          ++end;
        } else {
          break;
        }
      }
      add_run(i, end);
      i = end;
    }
    state.since_quote += mapped.size() - counted;
  }
};

std::size_t number_end(const std::vector<Word>& words, std::size_t i) {
  const Word& word = words[i];
  if (word.kind == WordKind::cjk) {
    std::size_t end = i;
    while (end < words.size() && end - i < 12 && (words[end].parts & kHanDigit)) ++end;
    return end > i ? end : 0;
  }
  if (word.kind == WordKind::number) {
    std::size_t end = i + 1;
    while (end < words.size() && (words[end].parts & kMultiplier) && !words[end].sentence_start && end - i < 3) ++end;
    while (end < words.size() && end - i < 4 && (words[end].parts & kHanMultiplier)) ++end;
    return end;
  }
  if (word.parts & kNumberWord) {
    std::size_t end = i + 1;
    while (end < words.size() && end - i < 6 && !words[end].sentence_start &&
           (words[end].parts & (kNumberWord | kMultiplier))) {
      ++end;
    }
    return end;
  }
  return 0;
}

// The end of a currency written in Chinese at i, or 0.
std::size_t han_currency_end(const std::vector<Word>& words, std::size_t i) {
  if (i >= words.size() || words[i].kind != WordKind::cjk) return 0;
  const std::string& a = words[i].text;
  std::string_view b = i + 1 < words.size() ? std::string_view(words[i + 1].text) : std::string_view();
  if ((a == "令" && b == "吉") || (a == "马" && b == "币") || (a == "新" && (b == "元" || b == "币")) ||
      (a == "美" && (b == "元" || b == "金")) || (a == "林" && b == "吉") || (a == "台" && b == "币") ||
      (a == "港" && b == "币") || (a == "英" && b == "镑")) {
    return i + 2;
  }
  return a == "元" || a == "块" ? i + 1 : 0;
}

}  // namespace

void split_piece(std::string_view piece, std::uint32_t base, SplitState& state, std::vector<Word>& words) {
  thread_local MappedText mapped;
  map_plain(piece, base, mapped);
  Splitter splitter{piece, base, state, words, std::move(mapped)};
  splitter.run();
  constexpr std::size_t kKeep = std::size_t{1} << 20;
  if (splitter.mapped.chars.capacity() <= kKeep) mapped = std::move(splitter.mapped);
}

std::vector<Word> split_words(std::string_view text) {
  std::vector<Word> words;
  words.reserve(text.size() / 5);
  SplitState state;
  split_piece(text, 0, state, words);
  join_spelled_out(words);
  return words;
}

bool is_single_letter(const Word& word) {
  return word.kind == WordKind::word && word.end - word.begin <= 4 && !word.text.empty() &&
         std::all_of(word.text.begin() + 1, word.text.end(),
                     [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; });
}

void join_spelled_out(std::vector<Word>& words) {
  constexpr std::size_t kFewest = 4;
  std::vector<Word> joined;
  for (std::size_t i = 0; i < words.size();) {
    std::size_t end = i;
    while (end < words.size() && is_single_letter(words[end]) &&
           (end == i || (words[end].begin - words[end - 1].end <= 3 && !words[end].sentence_start))) {
      ++end;
    }
    if (end - i < kFewest) {
      joined.push_back(std::move(words[i]));
      ++i;
      continue;
    }
    Word word = words[i];
    for (std::size_t k = i + 1; k < end; ++k) word.text += words[k].text;
    word.end = words[end - 1].end;
    word.spelled_out = true;
    word.percent_after = words[end - 1].percent_after;
    word.parts = amount_parts(word);
    joined.push_back(std::move(word));
    i = end;
  }
  words = std::move(joined);
}

std::vector<std::string> malay_roots(std::string_view word) {
  struct Prefix {
    std::string_view written, restored;  // "men" before "erima" stands for "t"
  };
  static constexpr auto kPrefixes = std::to_array<Prefix>({{"meny", "s"},
                                                           {"meng", ""},
                                                           {"meng", "k"},
                                                           {"mem", ""},
                                                           {"mem", "p"},
                                                           {"men", ""},
                                                           {"men", "t"},
                                                           {"me", ""},
                                                           {"di", ""},
                                                           {"", ""}});
  constexpr std::size_t kShortest = 4;
  std::vector<std::string> roots;
  for (char c : word) {
    if (c < 'a' || c > 'z') return roots;
  }
  auto add = [&roots, word](std::string root) {
    if (root.size() >= kShortest && root != word) roots.push_back(std::move(root));
  };
  for (const Prefix& prefix : kPrefixes) {
    if (!word.starts_with(prefix.written)) continue;
    std::string rest = std::string(prefix.restored) + std::string(word.substr(prefix.written.size()));
    add(rest);
    for (std::string_view suffix : {"kan", "i", "nya", "kannya"}) {
      // A bare word loses only "-kan": "berikan", but "untungnya" and "bayari" say something else.
      if (prefix.written.empty() && suffix != "kan") continue;
      if (rest.ends_with(suffix)) add(rest.substr(0, rest.size() - suffix.size()));
    }
  }
  return roots;
}

void find_amounts(const std::vector<Word>& words, SlotTable& table) {
  constexpr auto number = static_cast<std::size_t>(Slot::number);
  constexpr auto amount = static_cast<std::size_t>(Slot::amount);
  constexpr auto percent = static_cast<std::size_t>(Slot::percent);
  table.assign(words.size(), {});
  auto set = [&table](std::size_t at, std::size_t slot, std::size_t end) {
    table[at][slot] = std::max(table[at][slot], static_cast<std::uint32_t>(end));
  };
  for (std::size_t i = 0; i < words.size(); ++i) {
    const Word& word = words[i];
    std::size_t end = number_end(words, i);
    if (end != 0) {
      set(i, number, end);
      if (word.currency_before) set(i, amount, end);
      if (end < words.size() && (words[end].parts & kCurrency) && words[end].text != "s" && words[end].text != "us") {
        set(i, amount, end + 1);
      }
      if (std::size_t currency = han_currency_end(words, end); currency != 0) set(i, amount, currency);
      bool marked = words[end - 1].percent_after;
      if (marked || (end < words.size() && (words[end].parts & kPercentWord))) set(i, percent, marked ? end : end + 1);
      if (end + 1 < words.size() && words[end].text == "per" && words[end + 1].text == "cent") set(i, percent, end + 2);
      if (end + 1 < words.size() && words[end].text == "巴" && words[end + 1].text == "仙") set(i, percent, end + 2);
    }
    if ((word.parts & kCurrency) && i + 1 < words.size() && !words[i + 1].sentence_start) {
      std::size_t after = number_end(words, i + 1);
      bool letter_code = word.text == "s" || word.text == "us";
      if (after != 0 && (!letter_code || words[i + 1].currency_before) &&
          (words[i + 1].kind == WordKind::number || words[i + 1].kind == WordKind::cjk || word.text != "rp")) {
        set(i, amount, after);
        // "Rp 500 ribu", "RM 5 juta"
      }
    }
    if (std::size_t currency = han_currency_end(words, i); currency == i + 2 && currency < words.size()) {
      if (std::size_t after = number_end(words, currency); after != 0) set(i, amount, after);
    }
    if (word.text == "百" && i + 3 < words.size() && words[i + 1].text == "分" && words[i + 2].text == "之") {
      if (std::size_t after = number_end(words, i + 3); after != 0) set(i, percent, after);
    }
  }
}

}  // namespace pantau::matchers
