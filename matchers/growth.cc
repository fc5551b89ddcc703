#include "matchers/growth.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace pantau::matchers {
namespace {

using Set = std::unordered_set<std::string_view>;

// How far apart the two sums may stand, and their verbs from them, in words; two Chinese characters are one.
constexpr std::size_t kReach = 34, kVerbReach = 6;
constexpr std::size_t kSentences = 3;
constexpr double kLeastGrowth = 1.15, kMostGrowth = 20000, kArrowGrowth = 1.5;

const std::unordered_map<std::string_view, double>& small_numbers() {
  static const std::unordered_map<std::string_view, double> table = {
      {"one", 1},      {"two", 2},      {"three", 3},    {"four", 4},      {"five", 5},     {"six", 6},
      {"seven", 7},    {"eight", 8},    {"nine", 9},     {"ten", 10},      {"eleven", 11},  {"twelve", 12},
      {"fifteen", 15}, {"twenty", 20},  {"thirty", 30},  {"forty", 40},    {"fifty", 50},   {"sixty", 60},
      {"seventy", 70}, {"eighty", 80},  {"ninety", 90},  {"satu", 1},      {"dua", 2},      {"tiga", 3},
      {"empat", 4},    {"lima", 5},     {"enam", 6},     {"tujuh", 7},     {"lapan", 8},    {"delapan", 8},
      {"sembilan", 9}, {"sepuluh", 10}, {"sebelas", 11}, {"seratus", 100}, {"seribu", 1e3}, {"sejuta", 1e6},
      {"ஒரு", 1},      {"இரண்டு", 2},    {"மூன்று", 3},    {"நான்கு", 4},     {"ஐந்து", 5},     {"ஆறு", 6},
      {"ஏழு", 7},      {"எட்டு", 8},     {"ஒன்பது", 9},    {"பத்து", 10},     {"நூறு", 100}};
  return table;
}
const std::unordered_map<std::string_view, double>& multiplier_values() {
  static const std::unordered_map<std::string_view, double> table = {
      {"belas", 1},  {"puluh", 10},    {"ratus", 100},    {"hundred", 100}, {"k", 1e3},    {"ribu", 1e3},
      {"rb", 1e3},   {"ribuan", 1e3},  {"thousand", 1e3}, {"ஆயிரம்", 1e3},   {"lakh", 1e5}, {"லட்சம்", 1e5},
      {"juta", 1e6}, {"jt", 1e6},      {"million", 1e6},  {"m", 1e6},       {"mil", 1e6},  {"மில்லியன்", 1e6},
      {"கோடி", 1e7}, {"billion", 1e9}, {"bilion", 1e9},   {"miliar", 1e9}};
  return table;
}

std::optional<double> han_digit(std::string_view text) {
  static const std::unordered_map<std::string_view, double> table = {{"〇", 0}, {"零", 0}, {"一", 1}, {"二", 2},
                                                                     {"两", 2}, {"三", 3}, {"四", 4}, {"五", 5},
                                                                     {"六", 6}, {"七", 7}, {"八", 8}, {"九", 9}};
  auto found = table.find(text);
  return found == table.end() ? std::nullopt : std::optional(found->second);
}
double han_unit(std::string_view text) {
  return text == "十" ? 10 : text == "百" ? 100 : text == "千" ? 1e3 : text == "万" ? 1e4 : text == "亿" ? 1e8 : 0;
}

std::optional<double> digits_value(std::string_view text) {
  // "1.500.000" has points between groups of three; "3.50" has one before the cents.
  std::size_t points = static_cast<std::size_t>(std::count(text.begin(), text.end(), '.'));
  std::size_t last_point = text.rfind('.');
  bool groups = points > 1 || (points == 1 && text.size() - last_point == 4);
  double whole = 0, scale = 0;
  for (char c : text) {
    if (c >= '0' && c <= '9') {
      if (scale > 0) {
        whole += (c - '0') * scale;
        scale /= 10;
      } else {
        whole = whole * 10 + (c - '0');
      }
    } else if (c == '.') {
      if (!groups) scale = 0.1;
    } else {
      return std::nullopt;
    }
  }
  return whole;
}

// What is put in, and what comes out: roots, as affixes vary.
bool is_root_of(const Set& roots, const std::string& word) {
  if (roots.contains(word)) return true;
  std::vector<std::string> candidates = malay_roots(word);
  return std::any_of(candidates.begin(), candidates.end(),
                     [&roots](const std::string& root) { return roots.contains(root); });
}

constexpr auto kHanStake = std::to_array<std::string_view>({"投", "存", "放", "押", "入金", "本金", "本钱"});
constexpr auto kHanGain =
    std::to_array<std::string_view>({"得", "收", "赚", "变", "拿", "领", "回", "涨", "到手", "余额"});
constexpr auto kTamilStake =
    std::to_array<std::string_view>({"போட்ட", "போடு", "போட", "செலுத்தி", "முதலீ", "கட்டி", "வைத்த", "செலுத்து"});
constexpr auto kTamilGain = std::to_array<std::string_view>(
    {"கிடைக்", "எடு", "ஆகு", "ஆகும்", "சம்பாதி", "பெற", "லாப", "இலாப", "வருமான", "திரும்ப"});

// Tamil stems as texts have them once they are folded.
std::vector<std::string> folded(std::span<const std::string_view> stems) {
  std::vector<std::string> result;
  for (std::string_view stem : stems) {
    std::vector<Word> words = split_words(stem);
    if (!words.empty()) result.push_back(words[0].text);
  }
  return result;
}
bool begins_with_one(const std::string& word, const std::vector<std::string>& stems) {
  return std::any_of(stems.begin(), stems.end(), [&word](const std::string& stem) { return word.starts_with(stem); });
}

bool stakes(const std::vector<Word>& words, std::size_t at) {
  static const Set roots = {"deposit", "deposited", "deposits", "invest",  "invested", "investing", "investment",
                            "put",     "puts",      "start",    "started", "starting", "begin",     "began",
                            "begins",  "beginning", "stake",    "staked",  "modal",    "labur",     "setor",
                            "letak",   "simpan",    "masuk",    "mula",    "taruh",    "nabung",    "tabung",
                            "serta",   "depo",      "capital",  "loaded",  "funded",   "placed"};
  const Word& word = words[at];
  static const std::vector<std::string> stems = folded(kTamilStake);
  if (word.kind == WordKind::tamil) return begins_with_one(word.text, stems);
  if (word.kind == WordKind::cjk)
    return std::any_of(kHanStake.begin(), kHanStake.end(), [&](std::string_view part) {
      if (part.size() <= 3) return word.text == part;
      return at + 1 < words.size() && word.text + words[at + 1].text == part;
    });
  return is_root_of(roots, word.text);
}

bool gains(const std::vector<Word>& words, std::size_t at) {
  static const Set roots = {
      "get",      "gets",      "got",     "receive", "receives",  "received", "earn",    "earns",   "earned",
      "earning",  "profit",    "profits", "become",  "becomes",   "became",   "return",  "returns", "withdraw",
      "withdrew", "withdrawn", "balance", "collect", "collected", "turned",   "turns",   "grew",    "made",
      "makes",    "pulled",    "cashed",  "takes",   "paid",      "dapat",    "dpt",     "terima",  "jadi",
      "pulang",   "untung",    "peroleh", "hasil",   "keluar",    "catat",    "cuan",    "balik",   "raih",
      "tarik",    "cair",      "bawa",    "cecah",   "jana",      "tunjuk",   "naik",    "rose",    "jumped",
      "climbed",  "showed",    "showing", "payout",  "at",        "now",      "already", "hits",    "stands",
      "clear",    "clears",    "kini"};
  const Word& word = words[at];
  static const std::vector<std::string> stems = folded(kTamilGain);
  if (word.kind == WordKind::tamil) return begins_with_one(word.text, stems);
  if (word.kind == WordKind::cjk)
    return std::any_of(kHanGain.begin(), kHanGain.end(), [&](std::string_view part) {
      if (part.size() <= 3) return word.text == part;
      return at + 1 < words.size() && word.text + words[at + 1].text == part;
    });
  return is_root_of(roots, word.text);
}

// Sums that are owed, priced, lent or lost grow for other reasons.
bool owes(const Word& word) {
  static const Set set = {"repay",   "repayment",  "price",   "harga",   "fee",     "yuran", "loan",   "pinjaman",
                          "pinjam",  "pembiayaan", "kredit",  "salary",  "gaji",    "tiket", "ticket", "tickets",
                          "ansuran", "instalment", "sewa",    "rent",    "lost",    "loses", "rugi",   "kerugian",
                          "hilang",  "cukai",      "premium", "caruman", "tambang", "baki"};
  return set.contains(word.text);
}

struct Sum {
  std::size_t first = 0, last = 0;
  double value = 0;
};

}  // namespace

std::optional<double> value_of(const std::vector<Word>& words, std::size_t first, std::size_t last) {
  // total: whole ten-thousands, thousands ... done with; part: what is being counted; digit: not yet multiplied.
  double total = 0, part = 0, digit = 0;
  double unit_before = 0;
  bool any = false;
  for (std::size_t i = first; i < last && i < words.size(); ++i) {
    const Word& word = words[i];
    double unit = 0;
    if (word.kind == WordKind::number) {
      auto value = digits_value(word.text);
      if (!value) return std::nullopt;
      digit = *value;
    } else if (auto small = small_numbers().find(word.text); small != small_numbers().end()) {
      digit += small->second;
    } else if (auto han = han_digit(word.text); han && word.kind == WordKind::cjk) {
      digit = *han;
    } else if (unit = han_unit(word.text); unit > 0 && word.kind == WordKind::cjk) {
      if (unit >= 1e4) {
        total = (total + part + (part + digit == 0 ? 1 : digit)) * unit;
        part = 0;
      } else {
        part += (digit == 0 ? 1 : digit) * unit;
      }
      digit = 0;
    } else if (auto many = multiplier_values().find(word.text); many != multiplier_values().end()) {
      if (many->second == 1) {  // "dua belas"
        digit += 10;
      } else if (many->second >= 1e3) {
        total += (part + digit == 0 ? 1 : part + digit) * many->second;
        part = digit = 0;
      } else {
        part += (digit == 0 ? 1 : digit) * many->second;
        digit = 0;
      }
    } else {
      continue;  // the currency
    }
    any = true;
    // "一万二" is 12,000: a last digit counts tenths of the unit before it.
    if (unit == 0 && unit_before >= 100 && word.kind == WordKind::cjk && i + 1 == last) digit *= unit_before / 10;
    unit_before = unit;
  }
  return any ? std::optional(total + part + digit) : std::nullopt;
}

std::vector<Growth> find_growth(const Reading& reading) {
  const auto& words = reading.prepared.words;
  const auto& slots = reading.prepared.slots;
  constexpr auto amount = static_cast<std::size_t>(Slot::amount), number = static_cast<std::size_t>(Slot::number),
                 period = static_cast<std::size_t>(Slot::period);
  std::vector<Sum> sums;
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::size_t end = slots[i][amount];
    // "放一千收一万二": sums without a currency, in Chinese only.
    if (end == 0 && words[i].kind == WordKind::cjk && slots[i][number] >= i + 2) end = slots[i][number];
    if (end == 0) continue;
    if (auto value = value_of(words, i, end); value && *value >= 10) sums.push_back({i, end, *value});
    i = end - 1;
  }
  auto near = [&](auto test, std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to && i < words.size(); ++i) {
      if (test(i)) return true;
    }
    return false;
  };
  auto is_stake = [&](std::size_t i) { return stakes(words, i); };
  auto is_gain = [&](std::size_t i) { return gains(words, i); };
  auto is_owed = [&](std::size_t i) { return owes(words[i]); };
  auto before = [](std::size_t at, std::size_t reach) { return at > reach ? at - reach : 0; };

  std::vector<Growth> found;
  std::size_t reached = 0;
  for (std::size_t s = 0; s < sums.size(); ++s) {
    const Sum& in = sums[s];
    if (in.first < reached) continue;
    std::size_t previous = s > 0 ? sums[s - 1].last : 0;
    bool stake = near(is_stake, std::max(previous, before(in.first, kVerbReach)), in.first);
    // In Tamil the verb follows.
    stake = stake || near([&](std::size_t i) { return words[i].kind == WordKind::tamil && stakes(words, i); }, in.last,
                          in.last + 2);
    for (std::size_t t = s + 1; t < sums.size() && t <= s + 3; ++t) {
      const Sum& out = sums[t];
      std::size_t units = 0, sentences = 0;
      for (std::size_t i = in.last; i < out.first; ++i) {
        units += words[i].kind == WordKind::cjk ? 1 : 2;
        sentences += words[i].sentence_start;
      }
      if (units > 2 * kReach || sentences > kSentences) break;
      double growth = out.value / in.value;
      if (growth < kLeastGrowth || growth > kMostGrowth) continue;
      std::string_view text = reading.prepared.text;
      std::string_view between = text.substr(words[in.last - 1].end, words[out.first].begin - words[in.last - 1].end);
      bool arrow = between.size() < 12 && growth >= kArrowGrowth &&
                   (between.find('>') != std::string_view::npos || between.find("→") != std::string_view::npos ||
                    between.find("➜") != std::string_view::npos || between.find("=") != std::string_view::npos);
      if (near(is_owed, before(in.first, 4), std::min(out.last + 2, words.size()))) break;
      // "RM2,600 to RM3,400": one sum, not two.
      static const Set range_words = {"to",  "hingga", "sampai", "ke", "sehingga", "and",
                                      "dan", "or",     "atau",   "或", "至",       "到"};
      std::size_t apart = out.first - in.last;
      if (!arrow && (apart == 0 || (apart == 1 && range_words.contains(words[in.last].text)))) continue;
      bool gain = near(is_gain, std::max(in.last, before(out.first, kVerbReach)), out.first) ||
                  near(is_gain, out.last, out.last + 2);
      bool quick =
          near([&](std::size_t i) { return slots[i][period] != 0; }, in.last, std::min(out.last + 5, words.size()));
      if (!arrow && !(stake && gain) && !(gain && quick && units <= 20 && growth >= 2)) continue;
      found.push_back({in.first, out.last, arrow || (stake && gain && (quick || growth >= 2))});
      reached = out.last;
      break;
    }
  }
  return found;
}

}  // namespace pantau::matchers
