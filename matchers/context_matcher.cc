#include "matchers/context_matcher.h"

#include <fmt/format.h>

#include <array>

#include "base/url.h"
#include "matchers/lure_matcher.h"

namespace pantau::matchers {
namespace {

std::string_view description(std::string_view kind) {
  if (kind == "warning") return "a warning about fraud";
  if (kind == "news") return "news reporting";
  if (kind == "education") return "teaching material";
  if (kind == "satire") return "satire";
  if (kind == "criticism") return "criticism or complaint";
  if (kind == "official-help") return "a pointer to the real office or hotline";
  if (kind == "disclaimer") return "a statement that there is no connection";
  if (kind == "merchant") return "an ordinary shop or service";
  if (kind == "regulated") return "a lawful offer with its terms";
  if (kind == "event") return "an event";
  if (kind == "fan") return "a fan page or collector";
  if (kind == "charity") return "a charity";
  if (kind == "political") return "politics";
  if (kind == "encyclopaedic") return "a biography or encyclopaedia";
  if (kind == "job-ad") return "an ordinary job advertisement";
  if (kind == "review") return "a review";
  if (kind == "talks-of-fraud") return "talk about fraud";
  return "an innocent page";
}

double context_score(std::string_view strength) {
  return strength == "strong" ? 0.85 : strength == "medium" ? 0.6 : 0.3;
}

Signal made(const AdText& text, const Reading& reading, const Reading::Range& range, std::string_view kind,
            std::string_view strength, std::string_view id) {
  Signal signal = signal_at(SignalType::context, text, reading.span(range.first, range.last));
  signal.matched = std::string(id);
  signal.kind = std::string(kind);
  signal.strength = std::string(strength);
  signal.score = context_score(strength);
  signal.begin = reading.prepared.words[range.first].begin;
  signal.end = reading.prepared.words[range.last - 1].end;
  signal.explanation = fmt::format("\"{}\" reads like {}.", signal.found, description(kind));
  return signal;
}

}  // namespace

std::vector<Signal> context_signals(const Lures& lures, const Reading& reading, const AdText& text) {
  std::vector<Signal> signals;
  for (const Reading::Range& range : reading.contexts) {
    const ContextPattern& pattern = lures.contexts[range.index];
    signals.push_back(made(text, reading, range, pattern.kind, pattern.strength, pattern.id));
  }
  for (const Reading::Range& range : reading.context_cues) {
    const ContextCue& cue = context_cues()[range.index];
    signals.push_back(made(text, reading, range, cue.kind, cue.strength, fmt::format("built-in.{}", cue.kind)));
  }
  return signals;
}

std::vector<Signal> address_context(const AdView& ad) {
  // Registries that check who applies. A page there can be broken into, but it cannot be bought.
  static constexpr auto kClosed =
      std::to_array<std::string_view>({"gov.my", "mil.my", "edu.my", "gov.sg", "edu.sg", "go.id", "ac.id",  "sch.id",
                                       "mil.id", "gov.bn", "go.th",  "gov.ph", "gov.uk", "ac.uk", "gov.au", "edu.au",
                                       "gov",    "edu",    "mil",    "int",    "gov.in", "ac.in", "gov.cn"});
  std::vector<Signal> signals;
  const std::string& address = ad.landing_url.empty() ? ad.page_url : ad.landing_url;
  auto url = Url::parse(address);
  if (!url) return signals;
  for (std::string_view suffix : kClosed) {
    if (!host_within(url->host(), suffix)) continue;
    Signal signal;
    signal.type = SignalType::context;
    signal.where = Where::url;
    signal.found = url->host();
    signal.matched = std::string(suffix);
    signal.kind = "closed-registry";
    signal.strength = "strong";
    signal.score = 0.9;
    signal.explanation =
        fmt::format("{} ends in .{}, which only public bodies and schools can register.", url->host(), suffix);
    signals.push_back(std::move(signal));
    break;
  }
  return signals;
}

}  // namespace pantau::matchers
