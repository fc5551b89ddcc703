#include "matchers/lure_matcher.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "matchers/growth.h"

namespace pantau::matchers {
namespace {

constexpr std::size_t kNegationReach = 4;  // words; two Chinese characters count as one word

double base_score(std::string_view strength) {
  return strength == "strong" ? 0.90 : strength == "medium" ? 0.65 : 0.35;
}

// The plain name of what a category promises or does, for sentences.
std::string_view idea(std::string_view category) {
  if (category == "investment-scam") return "an investment promise";
  if (category == "phishing") return "a demand to confirm account data";
  if (category == "giveaway-scam") return "a prize or gift";
  if (category == "loan-scam") return "a loan that nobody honest grants like this";
  if (category == "job-scam") return "easy paid work";
  if (category == "aid-scam") return "government or charity money to claim";
  if (category == "recovery-scam") return "help to get lost money back";
  if (category == "malicious-app") return "an app to install from outside the app shops";
  if (category == "gambling") return "gambling";
  if (category == "brand-misuse") return "the use of a brand to sell";
  return "wording that misleading ads use";
}

// What a demand asks for, for sentences.
std::string demand(std::string_view asks) {
  if (asks == "money") return "asks for money in advance";
  if (asks == "credentials") return "asks for codes, passwords or card data";
  if (asks == "install") return "asks to let somebody else control the device";
  if (asks == "contact") return "threatens, so that people get in touch";
  return "asks for personal data";
}

bool negated(const Reading& reading, std::size_t first) {
  const auto& words = reading.prepared.words;
  std::size_t units = 0, from = first;
  while (from > 0 && !words[from].sentence_start) {
    units += words[from - 1].kind == WordKind::cjk ? 1 : 2;
    if (units > 2 * kNegationReach) break;
    --from;
  }
  for (const auto& [begin, end] : reading.negations) {
    if (begin < from || end > first) continue;
    bool urges = std::any_of(reading.not_negations.begin(), reading.not_negations.end(),
                             [b = begin](const auto& range) { return range.first <= b && b < range.second; });
    if (!urges) return true;
  }
  return false;
}

}  // namespace

Signal signal_at(SignalType type, const AdText& text, std::string_view found) {
  Signal signal;
  signal.type = type;
  signal.where = text.where;
  signal.found = std::string(clip_utf8(found, 240));
  signal.media = text.media;
  signal.time_s = text.time_s;
  signal.box = text.box;
  signal.hidden = text.hidden;
  return signal;
}

namespace {

Signal lure_at(const Reading& reading, const AdText& text, std::size_t first, std::size_t last, std::string id,
               std::string_view asks, std::string_view strength, std::string_view category) {
  Signal signal = signal_at(SignalType::lure, text, reading.span(first, last));
  signal.matched = std::move(id);
  signal.category = std::string(category);
  signal.asks = std::string(asks);
  signal.strength = std::string(strength);
  signal.begin = reading.prepared.words[first].begin;
  signal.end = reading.prepared.words[last - 1].end;
  signal.score = base_score(strength);
  bool machine_read = text.where == Where::ocr || text.where == Where::speech;
  if (machine_read) signal.score *= trust_in_reading(text);
  signal.quoted = reading.prepared.words[first].quoted && reading.prepared.words[last - 1].quoted;
  signal.explanation = fmt::format("\"{}\" {}.", signal.found,
                                   category.empty() ? demand(asks) : fmt::format("is worded like {}", idea(category)));
  return signal;
}

}  // namespace

std::vector<Signal> growth_signals(const Reading& reading, const AdText& text) {
  std::vector<Signal> signals;
  for (const Growth& growth : find_growth(reading)) {
    signals.push_back(lure_at(reading, text, growth.first, growth.last, std::string(kGrowthLure), "investment",
                              growth.sure ? "strong" : "medium", "investment-scam"));
  }
  return signals;
}

std::vector<Signal> lure_signals(const Lures& lures, const Reading& reading, const AdText& text) {
  std::vector<Signal> signals;
  auto add = [&](const Reading::Range& range, std::string id, std::string_view asks, std::string_view strength,
                 std::string_view category) {
    signals.push_back(lure_at(reading, text, range.first, range.last, std::move(id), asks, strength, category));
  };
  for (const Reading::Range& range : reading.lures) {
    const LurePattern& pattern = lures.patterns[range.index];
    if (pattern.negatable && negated(reading, range.first)) continue;
    add(range, pattern.id, pattern.asks, pattern.strength, pattern.category);
  }
  for (const Reading::Range& range : reading.asks) {
    const AskCue& cue = ask_cues()[range.index];
    if (negated(reading, range.first)) continue;
    add(range, fmt::format("built-in.ask.{}", cue.id), cue.asks, cue.strength, "");
  }
  for (Signal& signal : growth_signals(reading, text)) signals.push_back(std::move(signal));
  return signals;
}

}  // namespace pantau::matchers
