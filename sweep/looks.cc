#include "sweep/looks.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>

#include "base/text.h"
#include "base/url.h"
#include "matchers/words.h"

namespace pantau::sweep {
namespace {

// A page shows other headlines, times and counters on every visit; only when most of a good number of words is news to
// the other visitor is it another page.
constexpr std::size_t kFewestNewWords = 12;
constexpr double kNewShare = 0.6;
constexpr double kKnownElsewhere = 0.25;  // shares less than that: two different pages, whatever they link to

bool stands_for_people(crawler::TextRole role) {
  return role != crawler::TextRole::hidden && role != crawler::TextRole::structured &&
         role != crawler::TextRole::description;
}

std::set<std::string> words_of(const StoredPage& page) {
  std::set<std::string> words;
  const auto add = [&](const std::string& text) {
    const matchers::Word* before = nullptr;
    const std::vector<matchers::Word> all = matchers::split_words(text);
    for (const matchers::Word& word : all) {
      if (word.kind == matchers::WordKind::cjk) {
        // Single characters are on every Chinese page; pairs of them are words.
        if (before != nullptr && before->kind == word.kind && before->end == word.begin)
          words.insert(before->text + word.text);
      } else if (word.kind != matchers::WordKind::number && word.text.size() > 2) {
        words.insert(word.text);
      }
      before = &word;
    }
  };
  add(page.title);
  for (const crawler::TextBlock& block : page.texts) {
    if (stands_for_people(block.role)) add(block.text);
  }
  return words;
}

std::size_t news(const std::set<std::string>& of, const std::set<std::string>& to) {
  return static_cast<std::size_t>(
      std::count_if(of.begin(), of.end(), [&](const std::string& word) { return !to.contains(word); }));
}

std::string site(const StoredPage& page) {
  const Result<Url> url = Url::parse(page.final_url);
  return url ? registrable_domain(url->host()) : std::string();
}

struct Asked {
  bool password = false, card = false, code = false, identity = false, contact = false;
};

Asked asked_by(const StoredPage& page) {
  Asked asked;
  for (const crawler::Form& form : page.forms) {
    asked.password = asked.password || form.asks_password;
    asked.card = asked.card || form.asks_card;
    asked.code = asked.code || form.asks_one_time_code;
    asked.identity = asked.identity || form.asks_identity;
    asked.contact = asked.contact || form.asks_contact;
  }
  return asked;
}

std::string asked_only_there(const Asked& there, const Asked& here) {
  std::vector<std::string> things;
  if (there.password && !here.password) things.push_back("a password");
  if (there.card && !here.card) things.push_back("card data");
  if (there.code && !here.code) things.push_back("a one-time code");
  if (there.identity && !here.identity) things.push_back("an identity number");
  if (there.contact && !here.contact) things.push_back("name and telephone number");
  return fmt::format("{}", fmt::join(things, ", "));
}

bool other_language(const StoredPage& a, const StoredPage& b) {
  const auto base = [](const std::string& language) { return language.substr(0, language.find('-')); };
  return !a.language.empty() && !b.language.empty() && base(a.language) != base(b.language);
}

}  // namespace

std::optional<matchers::Signal> cloaking_between(const StoredPage& usual, const StoredPage& other) {
  // An answer that failed is a bad connection or a refusal, not another face.
  if (!usual.is_html || !other.is_html || usual.outcome != "done" || other.outcome != "done") return std::nullopt;
  const std::set<std::string> here = words_of(usual), there = words_of(other);
  const std::size_t fresh = news(there, here), gone = news(here, there);
  const auto share = [](std::size_t part, std::size_t whole) {
    return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
  };
  const bool new_text = fresh >= kFewestNewWords && share(fresh, there.size()) >= kNewShare;
  const bool lost_text = gone >= kFewestNewWords && share(gone, here.size()) >= kNewShare;
  const std::string own = site(usual), reached = site(other);
  const bool other_site = !own.empty() && !reached.empty() && own != reached;
  const std::string asks = asked_only_there(asked_by(other), asked_by(usual));

  matchers::Signal signal;
  signal.type = matchers::SignalType::cloaking;
  signal.where = matchers::Where::page;
  signal.found = clip_utf8(other.title.empty() ? other.final_url : other.title, 200);
  signal.matched = other.persona;
  signal.outcome = "match";
  signal.strength = "strong";
  if (other_site && (new_text || lost_text)) {
    signal.kind = "other-site";
    signal.score = 0.95;
    signal.explanation = fmt::format("The address sends a visitor like \"{}\" on to {}, and everybody else to {}.",
                                     other.persona, reached, own);
    return signal;
  }
  // A site in several languages is no disguise; what it asks for decides.
  if (other_language(usual, other) && asks.empty()) return std::nullopt;
  if (!asks.empty() && new_text) {
    signal.kind = "form";
    signal.score = 0.95;
    signal.explanation =
        fmt::format("A visitor like \"{}\" is shown another page, which asks for {}.", other.persona, asks);
    return signal;
  }
  if (new_text && 1 - share(fresh, there.size()) <= kKnownElsewhere) {
    signal.kind = "text";
    signal.score = 0.9;
    signal.explanation = fmt::format(
        "A visitor like \"{}\" is shown another page: {} of its {} words do not stand on the one that others see.",
        other.persona, fresh, there.size());
    return signal;
  }
  if (new_text && lost_text) {
    signal.kind = "text";
    signal.score = 0.75;
    signal.strength = "medium";
    signal.explanation = fmt::format("A visitor like \"{}\" is shown a mostly different text.", other.persona);
    return signal;
  }
  return std::nullopt;
}

}  // namespace pantau::sweep
