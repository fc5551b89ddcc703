// The compiled matcher: reads every text of an ad once and puts the matchers' signals together in a fixed order.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "matchers/context_matcher.h"
#include "matchers/domain_matcher.h"
#include "matchers/form_matcher.h"
#include "matchers/indicators.h"
#include "matchers/lure_matcher.h"
#include "matchers/name_matcher.h"
#include "matchers/phrases.h"
#include "matchers/prominence.h"
#include "matchers/watchlist.h"

namespace pantau::matchers {
namespace {

// One text longer than this is read only so far: nothing that asks people for money needs more.
constexpr std::size_t kLongestText = std::size_t{1} << 20;
// The same name on one page is reported this often at most.
constexpr std::size_t kHitsPerEntity = 24;

class CompiledMatcher final : public Matcher {
 public:
  CompiledMatcher(Watchlist watchlist, Lures lures, Phrases phrases)
      : watchlist_(std::move(watchlist)),
        lures_(std::move(lures)),
        phrases_(std::move(phrases)),
        names_(watchlist_),
        domains_(watchlist_) {}

  Findings match(const AdView& ad) const override;
  const Watchlist& watchlist() const override { return watchlist_; }
  const Lures& lures() const override { return lures_; }
  std::optional<Lookalike> lookalike(std::string_view host) const override { return domains_.lookalike(host); }
  const Entity* official_owner(std::string_view host) const override { return domains_.official_owner(host); }

 private:
  struct WeakName {
    std::size_t signal;
    bool office_before;
  };
  void read(const AdText& text, int index, Findings& findings, std::vector<WeakName>& weak,
            std::map<std::string, std::size_t>& counts) const;
  Signal name_signal(const NameHit& hit, const AdText& text, const Reading& reading) const;

  Watchlist watchlist_;
  Lures lures_;
  Phrases phrases_;
  NameMatcher names_;
  DomainMatcher domains_;
};

bool machine_read(const AdText& text) {
  return text.where == Where::ocr || text.where == Where::speech || text.where == Where::caption;
}

std::string_view place_words(std::string_view prominence) {
  if (prominence == "heading") return "in the heading of the page";
  if (prominence == "creative") return "in the ad itself";
  if (prominence == "sender") return "as the one who writes to its customers";
  if (prominence == "speaker") return "as the one who speaks, offers or vouches";
  if (prominence == "payment") return "only as a way to pay or a place";
  if (prominence == "comparison") return "as one of several compared";
  if (prominence == "denies") return "beside a denial or warning";
  if (prominence == "namesake") return "as part of another, longer name";
  return "in passing";
}

Signal CompiledMatcher::name_signal(const NameHit& hit, const AdText& text, const Reading& reading) const {
  const Entity& entity = watchlist_.entities[hit.entity];
  Signal signal = signal_at(entity.kind == EntityKind::person ? SignalType::name : SignalType::brand, text,
                            std::string_view(text.text).substr(hit.begin, hit.end - hit.begin));
  signal.entity = entity.id;
  signal.matched = hit.matched;
  signal.begin = hit.begin;
  signal.end = hit.end;
  signal.prominence = std::string(prominence(hit, text, reading));
  signal.kind = hit.weak ? "weak" : hit.disguised ? "disguised" : "strong";
  signal.strength = hit.weak ? "weak" : hit.approximate ? "medium" : "strong";
  signal.score = hit.weak ? 0.3 : hit.approximate ? 0.75 : 0.95;
  if (hit.namesake) signal.score *= 0.3;
  if (machine_read(text)) signal.score *= 0.6 + 0.4 * std::clamp(text.confidence, 0.0, 1.0);
  signal.explanation = fmt::format("{} is named {}{}.", entity.name, place_words(signal.prominence),
                                   hit.disguised ? ", written so that machines do not recognise it" : "");
  return signal;
}

void CompiledMatcher::read(const AdText& text, int index, Findings& findings, std::vector<WeakName>& weak,
                           std::map<std::string, std::size_t>& counts) const {
  std::string_view whole = clip_utf8(text.text, kLongestText);
  AdText clipped;
  const AdText* used = &text;
  if (whole.size() < text.text.size()) {
    clipped = text;
    clipped.text = std::string(whole);
    used = &clipped;
  }
  bool tolerant = machine_read(*used);
  Reading reading = phrases_.read(used->text, tolerant);
  auto keep = [&](Signal signal) {
    signal.text_index = index;
    findings.signals.push_back(std::move(signal));
  };
  for (const NameHit& hit : names_.find(used->text, tolerant)) {
    Signal signal = name_signal(hit, *used, reading);
    if (++counts[signal.entity + (hit.weak ? "?" : "")] > kHitsPerEntity) continue;
    if (hit.weak) weak.push_back({findings.signals.size(), hit.office_before && !hit.namesake});
    keep(std::move(signal));
  }
  for (Signal& signal : lure_signals(lures_, reading, *used)) keep(std::move(signal));
  for (Signal& signal : context_signals(lures_, reading, *used)) keep(std::move(signal));
}

Findings CompiledMatcher::match(const AdView& ad) const {
  Findings findings;
  std::vector<WeakName> weak;
  std::map<std::string, std::size_t> counts;
  for (std::size_t i = 0; i < ad.texts.size(); ++i) read(ad.texts[i], static_cast<int>(i), findings, weak, counts);

  // A weak alias counts beside the entity's full name or another of its forms, an honorific or office before it, or two
  // strong lures in the same text; else it is dropped.
  std::map<std::string, std::set<std::string>> forms;
  std::map<int, std::set<std::string>> strong_lures;
  for (const Signal& signal : findings.signals) {
    if (signal.hidden) continue;
    bool name = signal.type == SignalType::name || signal.type == SignalType::brand;
    if (name && signal.prominence != "namesake")
      forms[signal.entity].insert(signal.kind == "weak" ? "?" + signal.matched : signal.matched);
    if (signal.type == SignalType::lure && signal.strength == "strong")
      strong_lures[signal.text_index].insert(signal.matched);
  }
  std::set<std::size_t> dropped;
  for (const WeakName& name : weak) {
    Signal& signal = findings.signals[name.signal];
    const auto& others = forms[signal.entity];
    bool strong_form =
        std::any_of(others.begin(), others.end(), [](const std::string& form) { return form[0] != '?'; });
    // "Agong" and "Yang di-Pertuan Agong" on one page; a first name twice is one form.
    bool two_forms = others.size() >= 2 && signal.prominence != "payment";
    bool lured = strong_lures[signal.text_index].size() >= 2 && !signal.found.empty() &&
                 (signal.found[0] < 'a' || signal.found[0] > 'z');
    if (signal.prominence == "namesake") {
      dropped.insert(name.signal);
    } else if (strong_form) {
      signal.score = 0.6;
      signal.strength = "medium";
    } else if (name.office_before || two_forms) {
      signal.score = 0.5;
      signal.strength = "medium";
    } else if (!lured) {
      dropped.insert(name.signal);
    }
  }
  std::vector<Signal> kept;
  for (std::size_t i = 0; i < findings.signals.size(); ++i) {
    if (!dropped.contains(i)) kept.push_back(std::move(findings.signals[i]));
  }
  findings.signals = std::move(kept);

  for (Signal& signal : domains_.signals(ad)) findings.signals.push_back(std::move(signal));
  for (Signal& signal : form_signals(ad)) findings.signals.push_back(std::move(signal));
  for (Signal& signal : app_signals(ad)) findings.signals.push_back(std::move(signal));
  for (Signal& signal : address_context(ad)) findings.signals.push_back(std::move(signal));
  Collected collected = collect_indicators(ad, watchlist_, domains_);
  for (Signal& signal : collected.signals) findings.signals.push_back(std::move(signal));
  findings.indicators = std::move(collected.indicators);
  findings.roles = std::move(collected.roles);
  return findings;
}

}  // namespace

Result<std::shared_ptr<const Matcher>> Matcher::compile(Watchlist watchlist, Lures lures) {
  auto phrases = Phrases::compile(lures);
  if (!phrases) return phrases.error();
  return std::shared_ptr<const Matcher>(
      std::make_shared<CompiledMatcher>(std::move(watchlist), std::move(lures), std::move(*phrases)));
}

}  // namespace pantau::matchers
