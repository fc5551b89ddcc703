// The compiled matcher: reads every text of an ad once and puts the matchers' signals together in a fixed order.
#include <fmt/format.h>

#include <algorithm>
#include <array>
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
#include "matchers/reading_slips.h"
#include "matchers/watchlist.h"

namespace pantau::matchers {
namespace {

// One text longer than this is read only so far: nothing that asks people for money needs more.
constexpr std::size_t kLongestText = std::size_t{1} << 20;
// Between names: either will do.
constexpr auto kOr = std::to_array<std::string_view>({" or ", " atau ", "或", " அல்லது "});
// A page with fewer words than this says little beside the name that stands on it.
constexpr std::size_t kShortPage = 120;
// The same name on one page is reported this often at most.
constexpr std::size_t kSignalsPerEntity = 24;

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
  struct Progress {
    std::vector<WeakName> weak;
    std::map<std::string, std::size_t> counts;
    std::set<std::size_t> in_address;  // signals of names that are part of an address
    // The running text of the landing page, and where each piece stands in AdView::texts.
    std::vector<Reading> story;
    std::vector<int> story_texts;
    std::size_t story_bytes = 0;
    bool story_ended = false;
  };
  void read(const AdText& text, int index, Findings& findings, Progress& progress) const;
  static void read_story(const Progress& progress, Findings& findings);
  void settle_weak_names(bool secrets, Findings& findings, const Progress& progress) const;
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
  if (prominence == "focus") return "on a page that says little else";
  if (prominence == "payment") return "only as a way to pay or a place";
  if (prominence == "comparison") return "as one of several compared";
  if (prominence == "denies") return "beside a denial or warning";
  if (prominence == "namesake") return "as part of another, longer name";
  return "in passing";
}

// Two Chinese characters count as one word.
std::size_t counted_words(const Reading& reading) {
  std::size_t units = 0;
  for (const Word& word : reading.prepared.words) units += word.kind == WordKind::cjk ? 1 : 2;
  return units / 2;
}

bool is_name(const Signal& signal) {
  return signal.type == SignalType::name || signal.type == SignalType::brand;
}

// The page itself takes what opens a bank account, or offers an app file.
bool takes_secrets(const AdView& ad) {
  bool form = std::any_of(ad.forms.begin(), ad.forms.end(),
                          [](const crawler::Form& one) { return one.asks_card || one.asks_one_time_code; });
  return form || !app_signals(ad).empty();
}

void explain_again(Signal& signal, const Watchlist& watchlist) {
  if (const Entity* entity = watchlist.find(signal.entity))
    signal.explanation = fmt::format("{} is named {}.", entity->name, place_words(signal.prominence));
}

// A bank or courier at the head of a page that itself takes card data or codes is no mere way to pay or to deliver: a
// shop puts its own name there.
void correct_payment(const AdView& ad, const Watchlist& watchlist, Findings& findings) {
  constexpr std::uint32_t kAtTheHead = 16;  // bytes
  for (Signal& signal : findings.signals) {
    if (!is_name(signal) || signal.hidden || signal.kind == "weak") continue;
    bool heading = ad.texts[static_cast<std::size_t>(signal.text_index)].heading;
    if (signal.prominence == "payment" && heading && signal.begin <= kAtTheHead)
      signal.prominence = "heading";
    else if (signal.prominence == "denies")
      signal.prominence = heading ? "heading" : "speaker";
    else
      continue;
    explain_again(signal, watchlist);
  }
}

// "CIMB, RHB or BSN": several named in one breath are a choice that is offered, none of them speaks.
void correct_choices(const AdView& ad, const Watchlist& watchlist, Findings& findings) {
  constexpr std::uint32_t kBetween = 14;  // bytes
  std::vector<Signal*> names;
  for (Signal& signal : findings.signals) {
    if (is_name(signal) && !signal.hidden && signal.type == SignalType::brand) names.push_back(&signal);
  }
  auto begins = [](const Signal* a, const Signal* b) {
    return a->text_index != b->text_index ? a->text_index < b->text_index : a->begin < b->begin;
  };
  std::sort(names.begin(), names.end(), begins);
  std::set<Signal*> listed;
  for (std::size_t i = 0; i + 1 < names.size(); ++i) {
    Signal *a = names[i], *b = names[i + 1];
    if (a->text_index != b->text_index || a->entity == b->entity || b->begin < a->end || b->begin - a->end > kBetween)
      continue;
    std::string_view text = ad.texts[static_cast<std::size_t>(a->text_index)].text;
    std::string_view between = text.substr(a->end, b->begin - a->end);
    bool choice = std::any_of(kOr.begin(), kOr.end(), [between](std::string_view word) {
      return between.find(word) != std::string_view::npos;
    });
    if (choice) listed.insert({a, b});
  }
  for (Signal* signal : listed) {
    if (signal->prominence != "sender" && signal->prominence != "speaker" && signal->prominence != "mention") continue;
    signal->prominence = "payment";
    explain_again(*signal, watchlist);
  }
}

// On a page of few words the one or two names in them are what it is about.
void correct_focus(const Watchlist& watchlist, const std::set<std::size_t>& in_address, Findings& findings) {
  std::set<std::string> entities;
  for (const Signal& signal : findings.signals) {
    if (is_name(signal) && !signal.hidden && signal.prominence != "payment" && signal.prominence != "namesake")
      entities.insert(signal.entity);
  }
  if (entities.size() > 2) return;
  for (std::size_t i = 0; i < findings.signals.size(); ++i) {
    Signal& signal = findings.signals[i];
    if (!is_name(signal) || signal.prominence != "mention" || signal.hidden || in_address.contains(i)) continue;
    signal.prominence = "focus";
    explain_again(signal, watchlist);
  }
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
  constexpr std::uint32_t kHead = 10;  // bytes: a quotation mark, "The", "Kompaun"
  bool opening = text.heading || text.where == Where::ad_text || text.where == Where::ocr;
  signal.at_head = opening && hit.begin <= kHead;
  signal.kind = hit.weak ? "weak" : hit.disguised ? "disguised" : "strong";
  signal.strength = hit.weak ? "weak" : hit.approximate ? "medium" : "strong";
  signal.score = hit.weak ? 0.3 : hit.approximate ? 0.75 : 0.95;
  if (hit.namesake) signal.score *= 0.3;
  if (machine_read(text)) signal.score *= trust_in_reading(text);
  signal.explanation = fmt::format("{} is named {}{}.", entity.name, place_words(signal.prominence),
                                   hit.disguised ? ", written so that machines do not recognise it" : "");
  return signal;
}

void CompiledMatcher::read(const AdText& text, int index, Findings& findings, Progress& progress) const {
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
  if (used->where == Where::page && !used->hidden) findings.page_words += counted_words(reading);
  auto keep = [&](Signal signal) {
    signal.text_index = index;
    findings.signals.push_back(std::move(signal));
  };
  for (const NameHit& hit : tolerant ? names_in_a_reading(names_, used->text) : names_.find(used->text, false)) {
    Signal signal = name_signal(hit, *used, reading);
    if (++progress.counts[signal.entity + (hit.weak ? "?" : "")] > kSignalsPerEntity) continue;
    if (hit.weak) progress.weak.push_back({findings.signals.size(), hit.office_before && !hit.namesake});
    if (hit.in_address) progress.in_address.insert(findings.signals.size());
    keep(std::move(signal));
  }
  for (Signal& signal : lure_signals(lures_, reading, *used)) keep(std::move(signal));
  for (Signal& signal : context_signals(lures_, reading, *used)) keep(std::move(signal));

  constexpr std::size_t kLongestStory = 24000;
  if (text.where != Where::page || text.hidden || text.heading || progress.story_ended) return;
  progress.story_ended = progress.story_bytes + text.text.size() > kLongestStory;
  if (progress.story_ended) return;
  progress.story_bytes += text.text.size() + 1;
  progress.story.push_back(std::move(reading));
  progress.story_texts.push_back(index);
}

// A weak alias counts beside the entity's full name or another of its forms, an honorific or office before it, or two
// strong lures in the same text; a brand's also at the head of a page that takes card data or codes; else it is
// dropped.
void CompiledMatcher::settle_weak_names(bool secrets, Findings& findings, const Progress& progress) const {
  std::map<std::string, std::set<std::string>> forms;
  std::map<int, std::set<std::string>> strong_lures;
  std::set<std::string> page_lures;
  for (const Signal& signal : findings.signals) {
    if (signal.hidden) continue;
    if (is_name(signal) && signal.prominence != "namesake")
      forms[signal.entity].insert(signal.kind == "weak" ? "?" + signal.matched : signal.matched);
    if (signal.type == SignalType::lure && signal.strength == "strong") {
      strong_lures[signal.text_index].insert(signal.matched);
      page_lures.insert(signal.matched);
    }
  }
  std::set<std::size_t> dropped;
  for (const WeakName& name : progress.weak) {
    Signal& signal = findings.signals[name.signal];
    const auto& others = forms[signal.entity];
    bool strong_form =
        std::any_of(others.begin(), others.end(), [](const std::string& form) { return form[0] != '?'; });
    // "Agong" and "Yang di-Pertuan Agong" on one page; a first name twice is one form.
    bool two_forms = others.size() >= 2 && signal.prominence != "payment";
    bool capital = !signal.found.empty() && (signal.found[0] < 'a' || signal.found[0] > 'z');
    bool lured = strong_lures[signal.text_index].size() >= 2 && capital;
    bool speaks = signal.prominence == "heading" || signal.prominence == "sender" || signal.prominence == "creative";
    bool at_the_head =
        speaks && capital && !signal.hidden && signal.type == SignalType::brand && (secrets || page_lures.size() >= 2);
    if (signal.prominence == "namesake") {
      dropped.insert(name.signal);
    } else if (strong_form || at_the_head) {
      signal.score = at_the_head ? 0.85 : 0.6;
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
}

// A story spreads its sums over paragraphs: what one text does not show, the running text of the page may.
void CompiledMatcher::read_story(const Progress& progress, Findings& findings) {
  bool known = std::any_of(findings.signals.begin(), findings.signals.end(),
                           [](const Signal& signal) { return signal.matched == kGrowthLure; });
  if (known) return;
  std::size_t numbers = 0;
  for (const Reading& reading : progress.story) {
    for (const auto& slots : reading.prepared.slots) numbers += slots[static_cast<std::size_t>(Slot::number)] != 0;
  }
  if (numbers < 2) return;
  AdText story;
  Reading whole;
  for (const Reading& reading : progress.story) {
    if (!story.text.empty()) story.text += '\n';
    const auto bytes = static_cast<std::uint32_t>(story.text.size());
    const auto words = static_cast<std::uint32_t>(whole.prepared.words.size());
    story.text += reading.prepared.text;
    for (Word word : reading.prepared.words) {
      word.begin += bytes;
      word.end += bytes;
      whole.prepared.words.push_back(std::move(word));
    }
    for (auto slots : reading.prepared.slots) {
      for (std::uint32_t& end : slots) end += end != 0 ? words : 0;
      whole.prepared.slots.push_back(slots);
    }
  }
  whole.prepared.text = story.text;
  for (Signal& signal : growth_signals(whole, story)) {
    signal.text_index = progress.story_texts.front();
    signal.begin = signal.end = 0;
    findings.signals.push_back(std::move(signal));
  }
}

Findings CompiledMatcher::match(const AdView& ad) const {
  Findings findings;
  Progress progress;
  for (std::size_t i = 0; i < ad.texts.size(); ++i) read(ad.texts[i], static_cast<int>(i), findings, progress);
  if (ad.landing_is_page) read_story(progress, findings);
  bool secrets = takes_secrets(ad);
  correct_choices(ad, watchlist_, findings);
  if (secrets) correct_payment(ad, watchlist_, findings);
  if (ad.landing_is_page && findings.page_words <= kShortPage) correct_focus(watchlist_, progress.in_address, findings);
  settle_weak_names(secrets, findings, progress);

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
