#include "matchers/pattern.h"

#include <algorithm>
#include <atomic>
#include <unordered_map>
#include <unordered_set>

#include "matchers/periods.h"
#include "matchers/skeleton.h"
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

  void look_up(Word& word, bool tolerant) const {
    auto add = [&word](const auto& table, const std::string& key) {
      auto found = table.find(key);
      if (found != table.end()) word.forms.push_back(found->second);
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
      if (text.find(part) != std::string::npos) word.forms.push_back(id);
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
        if (found != by_skeleton_.end())
          word.forms.insert(word.forms.end(), found->second.begin(), found->second.end());
      }
      if (tolerant && word.forms.empty() && text.size() >= 6) add_near(word);
    }
    finish(word);
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

  static void finish(Word& word) {
    std::sort(word.forms.begin(), word.forms.end());
    word.forms.erase(std::unique(word.forms.begin(), word.forms.end()), word.forms.end());
  }

  // One letter wrong, missing or too many; the first letter must be right.
  void add_near(Word& word) const {
    const std::string& text = word.text;
    if (text.size() > 24) return;
    if (auto found = deletions_.find(text); found != deletions_.end()) {
      for (const Deletion& lacking : found->second) word.forms.push_back(lacking.id);
    }
    for (std::size_t i = 1; i < text.size(); ++i) {
      std::string shorter = text.substr(0, i) + text.substr(i + 1);
      if (auto found = fuzzy_exact_.find(shorter); found != fuzzy_exact_.end()) word.forms.push_back(found->second);
      if (auto found = deletions_.find(shorter); found != deletions_.end()) {
        // Both lack one letter: in the same place (another letter there) or side by side (two letters swapped).
        for (const Deletion& lacking : found->second) {
          if (lacking.at <= i + 1 && i <= lacking.at + 1) word.forms.push_back(lacking.id);
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
          const auto& forms = text_.words[at].forms;
          if (!std::binary_search(forms.begin(), forms.end(), step_now.a)) return 0;
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

struct PatternSet::State {
  Lexicon lexicon;
  std::vector<Program> programs;
  std::vector<std::vector<std::uint32_t>> by_first_word;  // id -> programs
  std::array<std::vector<std::uint32_t>, kSlots> by_first_slot;
  std::uint64_t generation = 0;  // of the compiled set, never used twice

  // What a word answers to depends on the word alone, and texts repeat their words: each thread remembers some.
  void look_up(Word& word, bool tolerant) const {
    using Forms = std::unordered_map<std::string, std::vector<Id>>;
    thread_local std::unordered_map<std::uint64_t, Forms> remembered;
    constexpr std::size_t kMostSets = 4, kMostWords = 40'000;
    if (remembered.size() > kMostSets) remembered.clear();  // sets that were replaced
    Forms& forms = remembered[generation];
    if (forms.size() >= kMostWords) forms.clear();
    std::string key = word.text;
    key += static_cast<char>('0' + static_cast<int>(word.kind));
    key += word.spelled_out ? (tolerant ? '3' : '2') : (tolerant ? '1' : '0');
    const auto [place, fresh] = forms.try_emplace(std::move(key));
    if (!fresh) {
      word.forms = place->second;
      return;
    }
    lexicon.look_up(word, tolerant);
    place->second = word.forms;
  }
};

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
  static std::atomic<std::uint64_t> generations{0};
  state_->generation = ++generations;
  state_->lexicon.compile();
  for (std::uint32_t i = 0; i < state_->programs.size(); ++i) {
    std::vector<Id> ids;
    std::vector<Slot> slots;
    first_steps(state_->programs[i], 0, ids, slots);
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    for (Id id : ids) {
      if (state_->by_first_word.size() <= id) state_->by_first_word.resize(id + 1);
      state_->by_first_word[id].push_back(i);
    }
    std::sort(slots.begin(), slots.end());
    slots.erase(std::unique(slots.begin(), slots.end()), slots.end());
    for (Slot slot : slots) state_->by_first_slot[static_cast<std::size_t>(slot)].push_back(i);
  }
}

PreparedText PatternSet::prepare(std::string_view text, bool tolerant) const {
  PreparedText prepared;
  prepared.text = text;
  std::vector<Word> words = split_words(text);
  for (Word& word : words) {
    state_->look_up(word, tolerant);
    bool run_together = word.spelled_out || (tolerant && word.text.size() >= 9);
    if (word.forms.empty() && run_together && word.kind == WordKind::word) {
      std::vector<std::string> parts = state_->lexicon.cut(word.text, word.spelled_out ? 2 : 3);
      if (!parts.empty()) {
        for (std::size_t i = 0; i < parts.size(); ++i) {
          Word part = word;
          part.text = parts[i];
          part.sentence_start = i == 0 && word.sentence_start;
          part.spelled_out = true;
          state_->look_up(part, false);
          prepared.words.push_back(std::move(part));
        }
        continue;
      }
    }
    prepared.words.push_back(std::move(word));
  }
  find_amounts(prepared.words, prepared.slots);
  for (const PatternMatch& found : match(prepared, kBuiltInTags)) {
    std::uint32_t& end = prepared.slots[found.first][found.tag - kBuiltInTags];
    end = std::max(end, static_cast<std::uint32_t>(found.last));
  }
  return prepared;
}

std::vector<PatternMatch> PatternSet::match(const PreparedText& text, std::uint32_t from, std::uint32_t to) const {
  std::vector<PatternMatch> found;
  std::vector<std::uint32_t> candidates;
  if (to == UINT32_MAX && from < kBuiltInTags) to = kBuiltInTags;
  for (std::size_t i = 0; i < text.words.size(); ++i) {
    candidates.clear();
    for (Id id : text.words[i].forms) {
      if (id < state_->by_first_word.size()) {
        candidates.insert(candidates.end(), state_->by_first_word[id].begin(), state_->by_first_word[id].end());
      }
    }
    for (std::size_t slot = 0; slot < kSlots; ++slot) {
      if (text.slots[i][slot] != 0) {
        candidates.insert(candidates.end(), state_->by_first_slot[slot].begin(), state_->by_first_slot[slot].end());
      }
    }
    std::sort(candidates.begin(), candidates.end());
    candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
    std::size_t first_here = found.size();
    for (std::uint32_t candidate : candidates) {
      const Program& program = state_->programs[candidate];
      if (program.tag < from || program.tag >= to) continue;
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
  std::unordered_map<std::uint32_t, std::size_t> reach;
  std::erase_if(found, [&reach](const PatternMatch& match) {
    std::size_t& end = reach[match.tag];
    if (match.last <= end) return true;
    end = match.last;
    return false;
  });
  return found;
}

}  // namespace pantau::matchers
