#include "matchers/phrases.h"

#include <algorithm>
#include <array>

namespace pantau::matchers {
namespace {

// Phrases that hold a negation and still urge: "jangan lepaskan peluang", "don't miss out", "tidak perlu pengalaman".
constexpr auto kNotNegations = std::to_array<std::string_view>({
    "(jangan|jgn|jangan sampai) "
    "(lepas|lepaskan|terlepas|ketinggalan|tunggu|lengah|lengahkan|bimbang|risau|khawatir|ragu|tangguh|lewatkan|sampai)",
    "(tidak|tak|tiada|tanpa) (perlu|payah|usah|hanya|had)",
    "(bukan|tidak) (sahaja|hanya|saja)",
    "(don t|dont|do not|never) (miss|wait|worry|hesitate|delay|be late)",
    "(no|not) (need|only|experience|catch|wonder)",
    "not just",
    "(不要|别|勿|莫) (错过|犹豫|等)",
    "(不用|不需|无需|无须|不仅|不只|不限)",
    "(தவறவிடாதீர்கள்|தேவையில்லை)",
});

}  // namespace

std::string_view Reading::span(std::size_t first, std::size_t last) const {
  if (first >= last || last > prepared.words.size()) return {};
  std::uint32_t begin = prepared.words[first].begin, end = prepared.words[first].end;
  for (std::size_t i = first; i < last; ++i) end = std::max(end, prepared.words[i].end);
  return prepared.text.substr(begin, end - begin);
}

std::size_t Reading::word_at(std::uint32_t byte) const {
  auto place = std::lower_bound(prepared.words.begin(), prepared.words.end(), byte,
                                [](const Word& word, std::uint32_t at) { return word.end <= at; });
  return static_cast<std::size_t>(place - prepared.words.begin());
}

Result<Phrases> Phrases::compile(const Lures& lures) {
  Phrases made;
  auto add = [&made](std::string_view pattern, std::uint32_t tag, std::string_view id) -> Result<void> {
    if (auto added = made.set_.add(pattern, tag); !added)
      return operator_error("pattern " + std::string(id) + ": " + added.error().detail);
    return {};
  };
  std::uint32_t tag = 0;
  for (const LurePattern& pattern : lures.patterns) {
    for (const std::string& text : pattern.text) {
      if (auto added = add(text, tag, pattern.id); !added) return added.error();
    }
    ++tag;
  }
  made.contexts_at_ = tag;
  for (const ContextPattern& pattern : lures.contexts) {
    for (const std::string& text : pattern.text) {
      if (auto added = add(text, tag, pattern.id); !added) return added.error();
    }
    ++tag;
  }
  made.negations_at_ = tag;
  for (const auto& [language, words] : lures.negations) {
    for (const std::string& word : words) {
      if (auto added = add(word, tag, "negation of " + language); !added) return added.error();
    }
  }
  made.exceptions_at_ = ++tag;
  for (std::string_view pattern : kNotNegations) {
    if (auto added = add(pattern, tag, "not a negation"); !added) return added.error();
  }
  made.cues_at_ = ++tag;
  for (const Cue& cue : name_cues()) {
    if (auto added = add(cue.pattern, tag++, cue.pattern); !added) return added.error();
  }
  made.context_cues_at_ = tag;
  for (const ContextCue& cue : matchers::context_cues()) {
    if (auto added = add(cue.pattern, tag++, cue.pattern); !added) return added.error();
  }
  made.asks_at_ = tag;
  for (const AskCue& cue : ask_cues()) {
    if (auto added = add(cue.pattern, tag++, cue.id); !added) return added.error();
  }
  made.end_ = tag;
  made.set_.compile();
  return made;
}

Reading Phrases::read(std::string_view text, bool tolerant) const {
  Reading reading;
  reading.prepared = set_.prepare(text, tolerant);
  for (const PatternMatch& match : set_.match(reading.prepared)) {
    if (match.tag < contexts_at_)
      reading.lures.push_back({match.tag, match.first, match.last});
    else if (match.tag < negations_at_)
      reading.contexts.push_back({match.tag - contexts_at_, match.first, match.last});
    else if (match.tag < exceptions_at_)
      reading.negations.emplace_back(match.first, match.last);
    else if (match.tag < cues_at_)
      reading.not_negations.emplace_back(match.first, match.last);
    else if (match.tag < context_cues_at_)
      reading.cues.push_back({match.tag - cues_at_, match.first, match.last});
    else if (match.tag < asks_at_)
      reading.context_cues.push_back({match.tag - context_cues_at_, match.first, match.last});
    else if (match.tag < end_)
      reading.asks.push_back({match.tag - asks_at_, match.first, match.last});
  }
  return reading;
}

}  // namespace pantau::matchers
