#include "matchers/pattern.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "matchers/periods.h"
#include "matchers/skeleton.h"
#include "matchers/spelling_cache.h"
#include "matchers/watchlist.h"

namespace pantau::matchers {
namespace {

using Id = std::uint32_t;
constexpr std::uint32_t kBuiltInTags = 0xFFFFFF00;

// Gap lengths in units, so that one number serves words and Chinese characters: `..` is 6 words or 14 characters.
constexpr int kWordUnits = 7, kHanUnits = 3, kShortGap = 42, kLongGap = 105;
constexpr int kStepBudget = 4000;

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// Tamil words take suffixes that replace a final pulli or vowel sign, so a literal is its stem.
std::string tamil_stem(const std::string& word) {
  std::u32string chars = to_utf32(word);
  if (chars.size() > 3 && chars.back() >= 0x0BBE && chars.back() <= 0x0BCD) chars.pop_back();
  return to_utf8(chars);
}

class Lexicon {
 public:
  Id exact(const std::string& word) { return known(exact_, word); }
  Id prefix(const std::string& word) {
    prefix_lengths_.insert(word.size());
    return known(prefix_, word);
  }
  Id suffix(const std::string& word) {
    suffix_lengths_.insert(word.size());
    return known(suffix_, word);
  }
  Id inside(const std::string& word) { return known(inside_, word); }

  void compile() {
    for (const auto& [word, id] : exact_) {
      bool ascii = std::all_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
      if (!ascii) continue;
      if (word.size() >= 4) by_skeleton_[skeleton(word)].push_back(id);
      if (word.size() >= 6) {
        for (std::size_t i = 0; i < word.size(); ++i) {
          if (i > 0) deletions_[word.substr(0, i) + word.substr(i + 1)].push_back({id, i});
        }
        fuzzy_exact_[word] = id;
      }
    }
    for (auto& [key, ids] : by_skeleton_) std::sort(ids.begin(), ids.end());
  }

  // The ids that a word answers to, sorted, into `forms`.
  void look_up(const Word& word, bool tolerant, std::vector<Id>& forms) const {
    forms.clear();
    auto add = [&forms](const auto& table, const std::string& key) {
      auto found = table.find(key);
      if (found != table.end()) forms.push_back(found->second);
    };
    const std::string& text = word.text;
    add(exact_, text);
    for (std::size_t length : prefix_lengths_) {
      if (length <= text.size()) add(prefix_, text.substr(0, length));
    }
    for (std::size_t length : suffix_lengths_) {
      if (length <= text.size()) add(suffix_, text.substr(text.size() - length));
    }
    for (const auto& [part, id] : inside_) {
      if (text.find(part) != std::string::npos) forms.push_back(id);
    }
    if (word.kind == WordKind::word) {
      for (std::string_view clitic : {"nya", "lah", "kah", "pun"}) {
        if (text.size() >= clitic.size() + 4 && text.ends_with(clitic))
          add(exact_, text.substr(0, text.size() - clitic.size()));
      }
      // "menghantar", "dihantar", "hantarkan" answer to "hantar", unless a pattern names them itself.
      if (!exact_.contains(text)) {
        for (const std::string& root : malay_roots(text)) add(exact_, root);
      }
      bool plain = std::all_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
      if (!plain || word.spelled_out) {
        auto found = by_skeleton_.find(skeleton(text));
        if (found != by_skeleton_.end()) forms.insert(forms.end(), found->second.begin(), found->second.end());
      }
      if (tolerant && forms.empty() && text.size() >= 6) add_near(text, forms);
    }
    std::sort(forms.begin(), forms.end());
    forms.erase(std::unique(forms.begin(), forms.end()), forms.end());
  }

  Id ids() const { return next_; }

  // Roughly how often each id is met in a text: short words and mere affixes often, long words seldom.
  std::vector<double> frequencies() const {
    std::vector<double> made(next_, 1);
    for (const auto& [word, id] : exact_) made[id] = 8.0 / (1.0 + static_cast<double>(word.size()));
    for (const auto* affixes : {&prefix_, &suffix_, &inside_}) {
      for (const auto& [part, id] : *affixes) made[id] = 24.0 / (1.0 + static_cast<double>(part.size()));
    }
    return made;
  }

  // The known words that `letters` is made of when written without spaces, or nothing.
  std::vector<std::string> cut(const std::string& letters, std::size_t shortest) const {
    std::size_t n = letters.size();
    if (n > 80) return {};
    std::vector<int> from(n + 1, -1);
    std::vector<int> cost(n + 1, 1 << 20);
    cost[0] = 0;
    for (std::size_t end = shortest; end <= n; ++end) {
      for (std::size_t start = 0; start + shortest <= end; ++start) {
        if (cost[start] >= (1 << 20)) continue;
        std::string part = letters.substr(start, end - start);
        bool known_word = exact_.contains(part) || by_skeleton_.contains(skeleton(part));
        if (known_word && cost[start] + 1 < cost[end]) {
          cost[end] = cost[start] + 1;
          from[end] = static_cast<int>(start);
        }
      }
    }
    if (from[n] < 0 || cost[n] < 2 || cost[n] > 8) return {};
    std::vector<std::string> parts;
    for (std::size_t end = n; end > 0; end = static_cast<std::size_t>(from[end])) {
      parts.push_back(letters.substr(static_cast<std::size_t>(from[end]), end - static_cast<std::size_t>(from[end])));
    }
    std::reverse(parts.begin(), parts.end());
    return parts;
  }

 private:
  Id known(std::unordered_map<std::string, Id>& table, const std::string& word) {
    auto [place, is_new] = table.try_emplace(word, next_);
    if (is_new) ++next_;
    return place->second;
  }

  // One letter wrong, missing or too many; the first letter must be right.
  void add_near(const std::string& text, std::vector<Id>& forms) const {
    if (text.size() > 24) return;
    if (auto found = deletions_.find(text); found != deletions_.end()) {
      for (const Deletion& lacking : found->second) forms.push_back(lacking.id);
    }
    for (std::size_t i = 1; i < text.size(); ++i) {
      std::string shorter = text.substr(0, i) + text.substr(i + 1);
      if (auto found = fuzzy_exact_.find(shorter); found != fuzzy_exact_.end()) forms.push_back(found->second);
      if (auto found = deletions_.find(shorter); found != deletions_.end()) {
        // Both lack one letter: in the same place (another letter there) or side by side (two letters swapped).
        for (const Deletion& lacking : found->second) {
          if (lacking.at <= i + 1 && i <= lacking.at + 1) forms.push_back(lacking.id);
        }
      }
    }
  }

  std::unordered_map<std::string, Id> exact_, prefix_, suffix_, inside_, fuzzy_exact_;
  struct Deletion {
    Id id;
    std::size_t at;
  };
  std::unordered_map<std::string, std::vector<Id>> by_skeleton_;
  std::unordered_map<std::string, std::vector<Deletion>> deletions_;
  std::unordered_set<std::size_t> prefix_lengths_, suffix_lengths_;
  Id next_ = 1;
};

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

// Recursive descent over the pattern text, emitting steps directly.
class Compiler {
 public:
  Compiler(std::string_view pattern, Lexicon& lexicon) : pattern_(pattern), lexicon_(lexicon) {}

  Result<std::vector<Step>> compile() {
    sequence(0);
    if (error_.empty() && at_ < pattern_.size()) error_ = "unmatched ')' or '|' outside brackets";
    if (!error_.empty()) return operator_error(error_);
    steps_.push_back({});
    return std::move(steps_);
  }

 private:
  bool more() const { return at_ < pattern_.size() && error_.empty(); }
  char now() const { return pattern_[at_]; }

  void sequence(int depth) {
    while (more()) {
      char c = now();
      if (c == ')' || c == '|') return;
      if (c == ' ' || c == '\t' || c == '\n') {
        ++at_;
      } else if (c == '(') {
        group(depth);
      } else if (c == '{') {
        slot();
      } else if (c == '.' && at_ + 1 < pattern_.size() && pattern_[at_ + 1] == '.') {
        gap();
      } else {
        literal();
      }
    }
  }

  void group(int depth) {
    if (depth > 8) {
      error_ = "brackets nested deeper than 8";
      return;
    }
    ++at_;
    std::size_t split = steps_.size();
    steps_.push_back({Op::split, 0, false, {}});
    std::vector<std::size_t> jumps;
    while (true) {
      steps_[split].to.push_back(static_cast<std::uint32_t>(steps_.size()));
      sequence(depth + 1);
      if (!error_.empty()) return;
      if (at_ >= pattern_.size()) {
        error_ = "'(' without ')'";
        return;
      }
      jumps.push_back(steps_.size());
      steps_.push_back({Op::jump, 0, false, {}});
      bool last = now() == ')';
      ++at_;
      if (last) break;
    }
    for (std::size_t jump : jumps) steps_[jump].a = static_cast<std::uint32_t>(steps_.size());
  }

  void slot() {
    std::size_t end = pattern_.find('}', at_);
    std::string_view name = end == std::string_view::npos ? pattern_ : pattern_.substr(at_ + 1, end - at_ - 1);
    Slot which = Slot::number;
    if (name == "number")
      which = Slot::number;
    else if (name == "amount")
      which = Slot::amount;
    else if (name == "percent")
      which = Slot::percent;
    else if (name == "period")
      which = Slot::period;
    else if (name == "deadline")
      which = Slot::deadline;
    else {
      error_ = "unknown slot {" + std::string(name) + "}; known are {amount} {percent} {number} {period} {deadline}";
      return;
    }
    steps_.push_back({Op::slot, static_cast<std::uint32_t>(which), false, {}});
    at_ = end + 1;
  }

  void gap() {
    std::size_t end = at_;
    while (end < pattern_.size() && pattern_[end] == '.') ++end;
    bool is_long = end - at_ >= 3;
    steps_.push_back({Op::gap, static_cast<std::uint32_t>(is_long ? kLongGap : kShortGap), is_long, {}});
    at_ = end;
  }

  void literal() {
    std::size_t end = at_;
    while (end < pattern_.size() && std::string_view(" \t\n(){}|").find(pattern_[end]) == std::string_view::npos) {
      if (pattern_[end] == '.' && end + 1 < pattern_.size() && pattern_[end + 1] == '.') break;
      ++end;
    }
    std::string_view chunk = pattern_.substr(at_, end - at_);
    if (end == at_) {
      error_ = "'}' without '{'";
      return;
    }
    at_ = end;
    bool open_start = chunk.starts_with('*'), open_end = chunk.size() > 1 && chunk.ends_with('*');
    if (open_start) chunk.remove_prefix(1);
    if (open_end) chunk.remove_suffix(1);
    std::vector<Word> words = split_words(chunk);
    if (words.empty() && chunk.find('*') != std::string_view::npos) error_ = "'*' needs letters beside it";
    for (std::size_t i = 0; i < words.size(); ++i) {
      bool before = open_start && i == 0, after = open_end && i + 1 == words.size();
      const std::string& text = words[i].text;
      if ((before || after) && code_points(text) < 2 && words[i].kind != WordKind::cjk) {
        error_ = "'*' beside fewer than two letters matches nearly everything";
        return;
      }
      Id id = 0;
      if (words[i].kind == WordKind::cjk)
        id = lexicon_.exact(text);
      else if (before && after)
        id = lexicon_.inside(text);
      else if (before)
        id = lexicon_.suffix(text);
      else if (words[i].kind == WordKind::tamil)
        id = code_points(text) >= 3 ? lexicon_.prefix(tamil_stem(text)) : lexicon_.exact(text);
      else if (after)
        id = lexicon_.prefix(text);
      else
        id = lexicon_.exact(text);
      steps_.push_back({Op::word, id, false, {}});
    }
  }

  std::string_view pattern_;
  Lexicon& lexicon_;
  std::size_t at_ = 0;
  std::vector<Step> steps_;
  std::string error_;
};

// What a match may begin with. False when it may begin with a gap or match nothing at all.
bool first_steps(const Program& program, std::uint32_t at, std::vector<Id>& ids, std::vector<Slot>& slots) {
  const Step& step = program.steps[at];
  switch (step.op) {
    case Op::word:
      ids.push_back(step.a);
      return true;
    case Op::slot:
      slots.push_back(static_cast<Slot>(step.a));
      return true;
    case Op::jump:
      return first_steps(program, step.a, ids, slots);
    case Op::split: {
      bool good = true;
      for (std::uint32_t next : step.to) good = first_steps(program, next, ids, slots) && good;
      return good;
    }
    case Op::gap:
    case Op::accept:
      return false;
  }
  return false;
}

// What every match of a program must hold: one of `ids` or one of `slots`, somewhere.
struct Anchor {
  std::vector<Id> ids;
  std::uint8_t slots = 0;
  bool usable = false;

  // Roughly how often texts hold it; only the order matters.
  double frequency = 0;
};

// The rarest anchor of the steps [at, end), where `frequency` tells of ids; unusable when everything is optional.
class AnchorFinder {
 public:
  AnchorFinder(const std::vector<Step>& steps, const std::vector<double>& frequency)
      : steps_(steps), frequency_(frequency) {}

  std::vector<Anchor> all() {
    std::vector<Anchor> found;
    walk(0, static_cast<std::uint32_t>(steps_.size()), found);
    return found;
  }

 private:
  void walk(std::uint32_t at, std::uint32_t end, std::vector<Anchor>& found) {
    while (at < end) {
      const Step& step = steps_[at];
      if (step.op == Op::word) {
        found.push_back({{step.a}, 0, true, frequency_[step.a]});
        ++at;
      } else if (step.op == Op::slot) {
        constexpr double kSlotFrequency[kSlots] = {4, 2, 1, 2, 1};
        found.push_back({{}, static_cast<std::uint8_t>(1u << step.a), true, kSlotFrequency[step.a]});
        ++at;
      } else if (step.op == Op::split) {
        at = group(step, found);
      } else {
        ++at;
      }
    }
  }
  // Every branch ends in a jump to the same place; the union of the branches' rarest anchors holds for the group.
  std::uint32_t group(const Step& split, std::vector<Anchor>& found) {
    Anchor all{{}, 0, true, 0};
    std::uint32_t after = 0;
    for (std::size_t i = 0; i < split.to.size(); ++i) {
      // The jump that ends a branch stands before the next branch; the last one's before where they all lead.
      std::uint32_t end = i + 1 < split.to.size() ? split.to[i + 1] - 1 : last_jump(split);
      after = steps_[end].a;
      std::vector<Anchor> inner;
      walk(split.to[i], end, inner);
      const auto best = std::min_element(inner.begin(), inner.end(),
                                         [](const Anchor& a, const Anchor& b) { return a.frequency < b.frequency; });
      if (best == inner.end()) {
        all.usable = false;
        continue;
      }
      all.ids.insert(all.ids.end(), best->ids.begin(), best->ids.end());
      all.slots |= best->slots;
      all.frequency += best->frequency;
    }
    if (all.usable) found.push_back(std::move(all));
    return after;
  }
  std::uint32_t last_jump(const Step& split) const {
    // With one branch only: its jump leads to where it stands plus one, as compiled.
    std::uint32_t at = split.to.back();
    while (steps_[at].op != Op::jump) at = steps_[at].op == Op::split ? after_group(steps_[at]) : at + 1;
    return at;
  }
  std::uint32_t after_group(const Step& split) const { return steps_[last_jump(split)].a; }

  const std::vector<Step>& steps_;
  const std::vector<double>& frequency_;
};

class Runner {
 public:
  Runner(const Program& program, const PreparedText& text) : program_(program), text_(text) {}

  // The end of the match that begins at word `start`, or 0.
  std::size_t run(std::size_t start) {
    start_ = start;
    budget_ = kStepBudget;
    return step(0, start);
  }

 private:
  bool joins(std::size_t at) const { return at == start_ || !text_.words[at].sentence_start; }

  std::size_t step(std::uint32_t pc, std::size_t at) {
    while (true) {
      if (--budget_ < 0) return 0;
      const Step& step_now = program_.steps[pc];
      switch (step_now.op) {
        case Op::accept:
          return at;
        case Op::jump:
          pc = step_now.a;
          break;
        case Op::word: {
          if (at >= text_.words.size() || (!joins(at) && !after_gap_)) return 0;
          const PreparedText::Forms& forms = text_.forms[at];
          const Id* ids = text_.ids.data() + forms.at;
          if (!std::binary_search(ids, ids + forms.count, step_now.a)) return 0;
          after_gap_ = false;
          ++at;
          ++pc;
          break;
        }
        case Op::slot: {
          if (at >= text_.words.size() || (!joins(at) && !after_gap_)) return 0;
          std::size_t end = text_.slots[at][step_now.a];
          if (end == 0) return 0;
          after_gap_ = false;
          at = end;
          ++pc;
          break;
        }
        case Op::split: {
          bool gap_before = after_gap_;
          for (std::uint32_t next : step_now.to) {
            after_gap_ = gap_before;
            if (std::size_t end = step(next, at); end != 0) return end;
          }
          return 0;
        }
        case Op::gap: {
          int units = static_cast<int>(step_now.a);
          int sentences = 0;
          for (std::size_t next = at; next < text_.words.size(); ++next) {
            if (text_.words[next].sentence_start && next > start_) {
              ++sentences;
              if (!step_now.crosses || sentences > 1) return 0;
            }
            after_gap_ = true;
            if (std::size_t end = step(pc + 1, next); end != 0) return end;
            units -= text_.words[next].kind == WordKind::cjk ? kHanUnits : kWordUnits;
            if (units < 0) return 0;
          }
          return 0;
        }
      }
    }
  }

  const Program& program_;
  const PreparedText& text_;
  std::size_t start_ = 0;
  int budget_ = 0;
  bool after_gap_ = false;
};

}  // namespace

namespace {

// Programs by what they begin with, one run of `programs` for each id or slot.
struct Starts {
  std::vector<std::uint32_t> at, programs;

  void build(std::size_t keys, const std::vector<std::pair<std::uint32_t, std::uint32_t>>& pairs) {
    at.assign(keys + 1, 0);
    for (const auto& [key, program] : pairs) ++at[key + 1];
    for (std::size_t i = 1; i < at.size(); ++i) at[i] += at[i - 1];
    programs.resize(pairs.size());
    std::vector<std::uint32_t> next(at.begin(), at.end() - 1);
    for (const auto& [key, program] : pairs) programs[next[key]++] = program;
  }
};

// Those of one kind, the slots' own (periods and deadlines) or the rest.
struct Family {
  Starts by_word, by_slot;
};

// What a spelling is made of, for any text.
struct Spelled {
  std::vector<Word> words;  // places relative to the spelling
  std::vector<PreparedText::Forms> forms;
  std::vector<Id> ids;
  std::uint32_t chars = 0;
  bool needs_context = false, ends_sentence = false, ends_currency = false;
};

}  // namespace

struct PatternSet::State {
  Lexicon lexicon;
  std::vector<Program> programs;
  std::vector<std::vector<Anchor>> anchors;  // of each program, the rarest first
  Family slots, rest;
  std::uint64_t spellings = 0, tolerant_spellings = 0;  // owners of caches

  void append(const Word& word, bool tolerant, std::vector<Id>& scratch, PreparedText& prepared) const;
  void append_cut(Word word, bool tolerant, std::vector<Id>& scratch, PreparedText& prepared) const;
  void make(std::string_view piece, bool tolerant, Spelled& made) const;
  void prepare(std::string_view text, bool tolerant, PreparedText& prepared) const;
  std::vector<PatternMatch> match(const PreparedText& text, const Family& family, std::uint32_t from,
                                  std::uint32_t to) const;
};

void PatternSet::State::append(const Word& word, bool tolerant, std::vector<Id>& scratch,
                               PreparedText& prepared) const {
  lexicon.look_up(word, tolerant, scratch);
  prepared.words.push_back(word);
  prepared.forms.push_back(
      {static_cast<std::uint32_t>(prepared.ids.size()), static_cast<std::uint32_t>(scratch.size())});
  prepared.ids.insert(prepared.ids.end(), scratch.begin(), scratch.end());
}

// Words that ran together are taken apart when they are known ones.
void PatternSet::State::append_cut(Word word, bool tolerant, std::vector<Id>& scratch, PreparedText& prepared) const {
  bool run_together = word.spelled_out || (tolerant && word.text.size() >= 9);
  if (run_together && word.kind == WordKind::word) {
    lexicon.look_up(word, tolerant, scratch);
    if (scratch.empty()) {
      std::vector<std::string> parts = lexicon.cut(word.text, word.spelled_out ? 2 : 3);
      for (std::size_t i = 0; i < parts.size(); ++i) {
        Word part = word;
        part.text = parts[i];
        part.sentence_start = i == 0 && word.sentence_start;
        part.spelled_out = true;
        append(part, false, scratch, prepared);
      }
      if (!parts.empty()) return;
    }
  }
  append(word, tolerant, scratch, prepared);
}

void PatternSet::State::make(std::string_view piece, bool tolerant, Spelled& made) const {
  SplitState state;
  state.sentence_start = false;
  std::vector<Word> words;
  split_piece(piece, 0, state, words);
  PreparedText prepared;
  std::vector<Id> scratch;
  for (Word& word : words) append_cut(std::move(word), tolerant, scratch, prepared);
  made.words = std::move(prepared.words);
  made.forms = std::move(prepared.forms);
  made.ids = std::move(prepared.ids);
  made.chars = static_cast<std::uint32_t>(state.chars);
  made.needs_context = state.needs_context;
  made.ends_sentence = state.sentence_start;
  made.ends_currency = state.currency;
}

void PatternSet::State::prepare(std::string_view text, bool tolerant, PreparedText& prepared) const {
  constexpr std::size_t kFewestSingles = 4;
  auto& cache = spellings_of<Spelled>(tolerant ? tolerant_spellings : spellings);
  SplitState state;
  std::vector<Id> scratch;
  std::vector<Word> words;
  std::size_t singles = 0, most_singles = 0;
  prepared.words.reserve(text.size() / 6 + 4);
  prepared.forms.reserve(text.size() / 6 + 4);
  for (std::size_t i = 0; i < text.size();) {
    if (parts_spellings(text[i])) {
      split_space(text[i++], state);
      continue;
    }
    bool han = false;
    std::size_t end = spelling_end(text, i, han);
    std::string_view piece = text.substr(i, end - i);
    std::size_t first = prepared.words.size();
    const Spelled* spelled = nullptr;
    if (!han && piece.size() <= SpellingCache<Spelled>::kLongest) {
      const std::uint64_t hash = spelling_hash(piece);
      spelled = cache.find(piece, hash);
      if (!spelled) {
        Spelled made;
        make(piece, tolerant, made);
        spelled = cache.insert(piece, hash, std::move(made));
      }
    }
    if (spelled && !spelled->needs_context) {
      const auto ids = static_cast<std::uint32_t>(prepared.ids.size());
      prepared.ids.insert(prepared.ids.end(), spelled->ids.begin(), spelled->ids.end());
      for (std::size_t k = 0; k < spelled->words.size(); ++k) {
        Word& word = prepared.words.emplace_back(spelled->words[k]);
        word.begin += static_cast<std::uint32_t>(i);
        word.end += static_cast<std::uint32_t>(i);
        word.quoted = state.quoted;
        prepared.forms.push_back({spelled->forms[k].at + ids, spelled->forms[k].count});
      }
      if (first < prepared.words.size()) {
        Word& word = prepared.words[first];
        word.sentence_start = word.sentence_start || state.sentence_start;
        word.currency_before = word.currency_before || state.currency;
        state.sentence_start = spelled->ends_sentence;
        state.currency = spelled->ends_currency;
      } else {
        state.sentence_start = state.sentence_start || spelled->ends_sentence;
        state.currency = state.currency || spelled->ends_currency;
      }
      state.since_quote += spelled->chars;
    } else {
      // The word before the piece may be changed by it ("20 %"), and may say what a dot before the piece means.
      words.clear();
      if (first > 0) words.push_back(prepared.words.back());
      const std::size_t before = words.size();
      split_piece(piece, static_cast<std::uint32_t>(i), state, words);
      if (before > 0) prepared.words.back().percent_after = words[0].percent_after;
      for (std::size_t k = before; k < words.size(); ++k) {
        if (words[k].kind != WordKind::cjk) {
          append_cut(std::move(words[k]), tolerant, scratch, prepared);
          continue;
        }
        // One character: what it answers to is remembered under it.
        const std::string_view character = words[k].text;
        const std::uint64_t hash = spelling_hash(character);
        const Spelled* known = cache.find(character, hash);
        if (!known) {
          Spelled made;
          make(character, tolerant, made);
          known = cache.insert(character, hash, std::move(made));
        }
        prepared.forms.push_back(
            {static_cast<std::uint32_t>(prepared.ids.size()), static_cast<std::uint32_t>(known->ids.size())});
        prepared.ids.insert(prepared.ids.end(), known->ids.begin(), known->ids.end());
        prepared.words.push_back(std::move(words[k]));
      }
    }
    for (std::size_t k = first; k < prepared.words.size(); ++k) {
      singles = is_single_letter(prepared.words[k]) ? singles + 1 : 0;
      most_singles = std::max(most_singles, singles);
    }
    i = end;
  }
  if (most_singles < kFewestSingles) return;
  // Something is spelled letter by letter, which is seldom: all over again with those words joined.
  words = split_words(text);
  prepared.words.clear();
  prepared.forms.clear();
  prepared.ids.clear();
  for (Word& word : words) append_cut(std::move(word), tolerant, scratch, prepared);
}

PatternSet::PatternSet() : state_(std::make_unique<State>()) {
  for (std::string_view period : kPeriodPatterns)
    (void)add(period, kBuiltInTags + static_cast<std::uint32_t>(Slot::period));
  for (std::string_view deadline : kDeadlinePatterns)
    (void)add(deadline, kBuiltInTags + static_cast<std::uint32_t>(Slot::deadline));
}
PatternSet::~PatternSet() = default;
PatternSet::PatternSet(PatternSet&&) noexcept = default;
PatternSet& PatternSet::operator=(PatternSet&&) noexcept = default;

Result<void> PatternSet::add(std::string_view pattern, std::uint32_t tag) {
  auto steps = Compiler(pattern, state_->lexicon).compile();
  if (!steps) return steps.error();
  Program program{tag, std::move(*steps)};
  std::vector<Id> ids;
  std::vector<Slot> slots;
  if (!first_steps(program, 0, ids, slots))
    return operator_error("a pattern must begin with a word or a slot that is not optional as a whole");
  state_->programs.push_back(std::move(program));
  return {};
}

void PatternSet::compile() {
  State& state = *state_;
  state.spellings = next_cache_owner();
  state.tolerant_spellings = next_cache_owner();
  state.lexicon.compile();
  const std::vector<double> frequency = state.lexicon.frequencies();
  std::vector<std::pair<std::uint32_t, std::uint32_t>> words[2], slots[2];
  for (std::uint32_t i = 0; i < state.programs.size(); ++i) {
    const Program& program = state.programs[i];
    std::vector<Id> ids;
    std::vector<Slot> firsts;
    first_steps(program, 0, ids, firsts);
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    const std::size_t family = program.tag >= kBuiltInTags ? 0 : 1;
    for (Id id : ids) words[family].emplace_back(id, i);
    std::sort(firsts.begin(), firsts.end());
    firsts.erase(std::unique(firsts.begin(), firsts.end()), firsts.end());
    for (Slot slot : firsts) slots[family].emplace_back(static_cast<std::uint32_t>(slot), i);

    // Two anchors tell nearly always; long lists of alternatives tell little and cost much.
    constexpr std::size_t kAnchors = 3, kAlternatives = 40;
    std::vector<Anchor> anchors = AnchorFinder(program.steps, frequency).all();
    std::erase_if(anchors, [](const Anchor& anchor) { return anchor.ids.size() > kAlternatives; });
    std::stable_sort(anchors.begin(), anchors.end(),
                     [](const Anchor& a, const Anchor& b) { return a.frequency < b.frequency; });
    if (anchors.size() > kAnchors) anchors.resize(kAnchors);
    state.anchors.push_back(std::move(anchors));
  }
  for (std::size_t family = 0; family < 2; ++family) {
    Family& made = family == 0 ? state.slots : state.rest;
    made.by_word.build(state.lexicon.ids(), words[family]);
    made.by_slot.build(kSlots, slots[family]);
  }
}

PreparedText PatternSet::prepare(std::string_view text, bool tolerant) const {
  PreparedText prepared;
  prepared.text = text;
  state_->prepare(text, tolerant, prepared);
  find_amounts(prepared.words, prepared.slots);
  for (const PatternMatch& found : state_->match(prepared, state_->slots, kBuiltInTags, UINT32_MAX)) {
    std::uint32_t& end = prepared.slots[found.first][found.tag - kBuiltInTags];
    end = std::max(end, static_cast<std::uint32_t>(found.last));
  }
  return prepared;
}

std::vector<PatternMatch> PatternSet::match(const PreparedText& text, std::uint32_t from, std::uint32_t to) const {
  return state_->match(text, state_->rest, from, to);
}

std::vector<PatternMatch> PatternSet::State::match(const PreparedText& text, const Family& family, std::uint32_t from,
                                                   std::uint32_t to) const {
  std::vector<PatternMatch> found;
  // Which ids and slots the text holds at all.
  thread_local std::vector<std::uint64_t> present;
  present.assign(lexicon.ids() / 64 + 1, 0);
  unsigned slots_present = 0;
  for (Id id : text.ids) present[id / 64] |= std::uint64_t{1} << (id % 64);
  for (const auto& slots_here : text.slots) {
    for (std::size_t slot = 0; slot < kSlots; ++slot) slots_present |= (slots_here[slot] != 0 ? 1u : 0u) << slot;
  }
  // Slots are still to be found when periods and deadlines are looked for.
  const bool anchored = &family == &rest;
  auto possible = [&](std::uint32_t candidate) {
    const Program& program = programs[candidate];
    if (program.tag < from || program.tag >= to) return false;
    if (!anchored) return true;
    return std::all_of(anchors[candidate].begin(), anchors[candidate].end(), [&](const Anchor& anchor) {
      return (anchor.slots & slots_present) != 0 || std::any_of(anchor.ids.begin(), anchor.ids.end(), [](Id id) {
               return (present[id / 64] >> (id % 64) & 1) != 0;
             });
    });
  };
  std::vector<std::uint32_t> candidates;
  for (std::size_t i = 0; i < text.words.size(); ++i) {
    candidates.clear();
    auto consider = [&](const Starts& starts, std::size_t key) {
      for (std::uint32_t k = starts.at[key]; k < starts.at[key + 1]; ++k) {
        if (possible(starts.programs[k])) candidates.push_back(starts.programs[k]);
      }
    };
    const PreparedText::Forms& forms = text.forms[i];
    for (std::uint32_t k = 0; k < forms.count; ++k) consider(family.by_word, text.ids[forms.at + k]);
    if (slots_present != 0) {
      for (std::size_t slot = 0; slot < kSlots; ++slot) {
        if (text.slots[i][slot] != 0) consider(family.by_slot, slot);
      }
    }
    if (candidates.empty()) continue;
    std::sort(candidates.begin(), candidates.end());
    candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
    std::size_t first_here = found.size();
    for (std::uint32_t candidate : candidates) {
      const Program& program = programs[candidate];
      std::size_t end = Runner(program, text).run(i);
      if (end == 0 || end == i) continue;
      bool merged = false;
      for (std::size_t k = first_here; k < found.size() && !merged; ++k) {
        if (found[k].tag == program.tag) {
          found[k].last = std::max(found[k].last, end);
          merged = true;
        }
      }
      if (!merged) found.push_back({program.tag, i, end});
    }
  }
  // None inside another of the same tag.
  if (found.size() > 1) {
    std::unordered_map<std::uint32_t, std::size_t> reach;
    std::erase_if(found, [&reach](const PatternMatch& match) {
      std::size_t& end = reach[match.tag];
      if (match.last <= end) return true;
      end = match.last;
      return false;
    });
  }
  return found;
}

}  // namespace pantau::matchers
