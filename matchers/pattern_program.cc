#include "matchers/pattern_program.h"

#include <algorithm>

namespace pantau::matchers {
namespace {

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

}  // namespace

Result<std::vector<Step>> compile_pattern(std::string_view pattern, Lexicon& lexicon) {
  return Compiler(pattern, lexicon).compile();
}

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

std::vector<Anchor> find_anchors(const std::vector<Step>& steps, const std::vector<double>& frequency) {
  return AnchorFinder(steps, frequency).all();
}

}  // namespace pantau::matchers
