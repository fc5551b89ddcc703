#include "matchers/pattern.h"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "matchers/pattern_program.h"
#include "matchers/periods.h"
#include "matchers/spelling_cache.h"

namespace pantau::matchers {
namespace {

constexpr std::uint32_t kBuiltInTags = 0xFFFFFF00;
constexpr int kStepBudget = 4000;

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
  std::uint32_t chars = 0;
  bool needs_context = false, ends_sentence = false, ends_currency = false;
  // Nearly always one word with few ids, which then stand here rather than elsewhere in memory.
  bool is_single = false;
  std::uint8_t few = 0;
  std::array<Id, 4> few_ids{};
  Word single;
  std::vector<Word> words;  // places relative to the spelling
  std::vector<PreparedText::Forms> forms;
  std::vector<Id> ids;
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
  made.is_single = prepared.words.size() == 1 && prepared.ids.size() <= made.few_ids.size();
  if (made.is_single) {
    made.single = prepared.words.front();
    made.few = static_cast<std::uint8_t>(prepared.ids.size());
    std::copy(prepared.ids.begin(), prepared.ids.end(), made.few_ids.begin());
  }
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
    std::string_view piece = without_mark(text.substr(i, end - i));
    const char mark = piece.size() < end - i ? text[end - 1] : '\0';
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
      if (spelled->is_single) {
        prepared.ids.insert(prepared.ids.end(), spelled->few_ids.begin(), spelled->few_ids.begin() + spelled->few);
        Word& word = prepared.words.emplace_back(spelled->single);
        word.begin += static_cast<std::uint32_t>(i);
        word.end += static_cast<std::uint32_t>(i);
        word.quoted = state.quoted;
        prepared.forms.push_back({ids, spelled->few});
      } else {
        prepared.ids.insert(prepared.ids.end(), spelled->ids.begin(), spelled->ids.end());
      }
      for (std::size_t k = 0; !spelled->is_single && k < spelled->words.size(); ++k) {
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
    if (mark == '!' || mark == '?' || (mark == '.' && !prepared.words.empty() && prepared.words.back().text.size() > 2))
      state.sentence_start = true;
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
  auto steps = compile_pattern(pattern, state_->lexicon);
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
    std::vector<Anchor> anchors = find_anchors(program.steps, frequency);
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
