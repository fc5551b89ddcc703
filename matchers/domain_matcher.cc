#include "matchers/domain_matcher.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "base/text.h"
#include "base/url.h"
#include "matchers/domain_words.h"
#include "matchers/name_forms.h"
#include "matchers/name_words.h"
#include "matchers/skeleton.h"

namespace pantau::matchers {
namespace {

// A brand as it may stand in a host name.
struct Key {
  std::size_t entity = 0;
  std::string official;    // the official domain to name, or empty
  std::string letters;     // ASCII, no hyphens: "maybank2u"
  bool is_domain = false;  // the main label of an official domain, else from a name or alias
  bool person = false;
  bool ordinary = false;  // also an everyday word
};

// The score of an exact name under an ending that the brand itself may use in another country.
constexpr double kPerhapsOwn = 0.50;

// Host skeletons: as for names, and "rn" for m, "vv" for w, which only matter in addresses.
std::string host_skeleton(std::string_view label) {
  std::string bare = skeleton(label);
  for (const auto& [from, to] : {std::pair<std::string_view, std::string_view>{"rn", "m"}, {"vv", "w"}}) {
    for (std::size_t at = bare.find(from); at != std::string::npos; at = bare.find(from, at + 1)) {
      bare.replace(at, from.size(), to);
    }
  }
  return bare;
}

std::string without(std::string_view text, char unwanted) {
  std::string out;
  for (char c : text) {
    if (c != unwanted) out.push_back(c);
  }
  return out;
}

std::string main_label(std::string_view registrable) {
  return std::string(registrable.substr(0, registrable.find('.')));
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// How `written` became from `original`, when one slip explains it.
std::string_view slip(std::string_view original, std::string_view written) {
  if (written.size() + 1 == original.size()) {
    std::size_t i = 0;
    while (i < written.size() && written[i] == original[i]) ++i;
    return original.substr(i + 1) == written.substr(i) ? "omission" : "";
  }
  if (written.size() == original.size() + 1) {
    std::size_t i = 0;
    while (i < original.size() && written[i] == original[i]) ++i;
    if (written.substr(i + 1) != original.substr(i)) return "";
    bool doubled = (i > 0 && written[i] == written[i - 1]) || (i + 1 < written.size() && written[i] == written[i + 1]);
    return written[i] == '-' ? "hyphenation" : doubled ? "repetition" : "insertion";
  }
  if (written.size() != original.size()) return "";
  std::size_t first = 0;
  while (first < written.size() && written[first] == original[first]) ++first;
  if (first == written.size()) return "";
  if (written.substr(first + 1) == original.substr(first + 1)) {
    auto difference =
        static_cast<unsigned>(static_cast<unsigned char>(written[first]) ^ static_cast<unsigned char>(original[first]));
    return (difference & (difference - 1)) == 0 ? "bitflip" : "replacement";
  }
  if (first + 1 < written.size() && written[first] == original[first + 1] && written[first + 1] == original[first] &&
      written.substr(first + 2) == original.substr(first + 2)) {
    return "transposition";
  }
  return "";
}

}  // namespace

struct DomainMatcher::State {
  const Watchlist* watchlist = nullptr;
  std::unordered_map<std::string, std::size_t> official;  // domain -> entity
  std::unordered_map<std::string, std::size_t> accounts;  // "facebook:id" -> entity
  std::vector<Key> keys;
  std::unordered_map<std::string, std::vector<std::size_t>> by_letters, by_skeleton, deletions;

  void add(Key key);
  const Key* exact(const std::string& letters) const;
  void consider(std::optional<Matcher::Lookalike>& best, const Key& key, std::string_view family, double score) const;
  void main_part(const std::string& label, const std::string& readable, std::optional<Matcher::Lookalike>& best) const;
  void subdomains(std::string_view host, std::string_view registrable, std::optional<Matcher::Lookalike>& best) const;
};

void DomainMatcher::State::add(Key key) {
  if (key.letters.size() < 3 || key.letters.size() > 40) return;
  for (std::size_t index : by_letters[key.letters]) {
    // One key a spelling and entity; the one that is an official domain wins.
    if (keys[index].entity == key.entity) {
      keys[index].is_domain = keys[index].is_domain || key.is_domain;
      if (keys[index].official.empty()) keys[index].official = key.official;
      return;
    }
  }
  std::size_t index = keys.size();
  by_letters[key.letters].push_back(index);
  by_skeleton[host_skeleton(key.letters)].push_back(index);
  if (key.letters.size() >= 5) {
    deletions[key.letters].push_back(index);
    for (std::size_t i = 0; i < key.letters.size(); ++i)
      deletions[key.letters.substr(0, i) + key.letters.substr(i + 1)].push_back(index);
  }
  keys.push_back(std::move(key));
}

const Key* DomainMatcher::State::exact(const std::string& letters) const {
  auto found = by_letters.find(letters);
  return found == by_letters.end() ? nullptr : &keys[found->second.front()];
}

void DomainMatcher::State::consider(std::optional<Matcher::Lookalike>& best, const Key& key, std::string_view family,
                                    double score) const {
  if (best && best->score >= score) return;
  const Entity& entity = watchlist->entities[key.entity];
  std::string official_domain = key.official;
  if (official_domain.empty() && !entity.official_domains.empty()) official_domain = entity.official_domains.front();
  best = Matcher::Lookalike{entity.id, official_domain, std::string(family), score};
}

// The label before the public suffix: "maybank2u-secure" of maybank2u-secure.com.
void DomainMatcher::State::main_part(const std::string& label, const std::string& readable,
                                     std::optional<Matcher::Lookalike>& best) const {
  bool disguised = readable != label || !is_ascii(readable);
  std::string joined = without(readable, '-');
  std::string bare = host_skeleton(joined);

  // The whole label is a brand.
  if (!disguised) {
    if (const Key* key = exact(readable)) {
      double score =
          key->is_domain ? (key->letters.size() >= 6 ? 0.85 : 0.60) : (key->letters.size() >= 6 ? 0.75 : 0.45);
      if (key->ordinary) score = std::min(score, 0.35);
      if (key->person) score = std::min(score, 0.60);
      consider(best, *key, "wrong-tld", score);
    } else if (const Key* hyphenated = readable.find('-') != std::string::npos ? exact(joined) : nullptr) {
      double score = hyphenated->letters.size() >= 6 ? 0.85 : 0.55;
      if (hyphenated->ordinary) score = std::min(score, 0.35);
      if (hyphenated->person) score = std::min(score, 0.60);
      consider(best, *hyphenated, "hyphenation", score);
    }
  }
  if (auto found = by_skeleton.find(bare); found != by_skeleton.end()) {
    for (std::size_t index : found->second) {
      const Key& key = keys[index];
      if (key.letters == joined) continue;
      // Skeletons collapse repeated letters; that is a slip of its own, judged below.
      if (std::string_view family = slip(key.letters, joined); family == "repetition" || family == "omission") continue;
      double score = disguised ? 0.97 : key.letters.size() >= 6 ? 0.90 : 0.50;
      consider(best, key, "homoglyph", score);
    }
  }
  if (!disguised && joined.size() >= 5 && joined.size() <= 40) {
    auto near = [&](const std::string& shorter) {
      auto found = deletions.find(shorter);
      if (found == deletions.end()) return;
      for (std::size_t index : found->second) {
        const Key& key = keys[index];
        std::string_view family = slip(key.letters, joined);
        if (family.empty() || family == "hyphenation") continue;
        if (is_bait_word(joined)) continue;
        // The shorter the name, the likelier another word: "petron", "grabb".
        double score = key.letters.size() >= 8   ? 0.88
                       : key.letters.size() == 7 ? 0.80
                       : key.letters.size() == 6 ? 0.60
                                                 : 0.40;
        if (family == "replacement" && key.letters.size() < 8) score -= 0.15;
        if (!key.is_domain) score -= 0.10;
        if (readable.find('-') != std::string::npos) score -= 0.15;  // "agri-bank" is two words of its own
        if (key.ordinary || key.person) score = std::min(score, 0.40);
        if (is_ordinary_word(joined)) continue;
        consider(best, key, family, score);
      }
    };
    near(joined);
    for (std::size_t i = 0; i < joined.size(); ++i) near(joined.substr(0, i) + joined.substr(i + 1));
  }

  // A brand among other words, on hyphens or run together.
  std::vector<std::string> parts = split(readable, '-');
  for (std::size_t first = 0; first < parts.size(); ++first) {
    std::string letters, bare_letters;
    for (std::size_t last = first; last < parts.size() && last < first + 4; ++last) {
      letters += parts[last];
      if (first == 0 && last + 1 == parts.size()) continue;
      bool exact_letters = by_letters.contains(letters);
      auto found = exact_letters ? by_letters.find(letters) : by_skeleton.find(host_skeleton(letters));
      if (found == (exact_letters ? by_letters.end() : by_skeleton.end())) {
        // One slip beside a bait word: "maybnak-login".
        auto slipped = letters.size() >= 7 && !is_bait_word(letters) && !is_ordinary_word(letters)
                           ? deletions.find(letters)
                           : deletions.end();
        if (slipped == deletions.end()) continue;
        found = slipped;
      }
      std::size_t bait = 0, other = 0;
      for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i >= first && i <= last) continue;
        if (parts[i].empty()) continue;
        if (is_bait_word(parts[i]) || is_made_of_bait(parts[i]))
          ++bait;
        else
          ++other;
      }
      for (std::size_t index : found->second) {
        const Key& key = keys[index];
        bool strong_key = key.letters.size() >= 5 || (key.letters.size() >= 3 && !key.ordinary);
        double score = bait > 0 ? (other == 0 ? 0.90 : 0.80) : 0.40;
        if (!exact_letters || disguised) score = bait > 0 || disguised ? 0.95 : 0.60;
        if (key.letters.size() < 5 && key.letters != letters) continue;
        if (!strong_key) score = std::min(score, 0.50);
        if (key.letters.size() <= 3) score = std::min(score, bait > 0 ? 0.80 : 0.25);
        if (key.person && bait == 0) score = std::min(score, 0.30);
        if (key.ordinary) score = std::min(score, bait > 0 ? 0.70 : 0.25);
        consider(best, key, disguised ? "homoglyph" : bait > 0 ? "combosquat" : "brand-in-name", score);
      }
    }
  }
  for (const std::string& part : parts) {
    std::string readable_part = part;
    for (std::size_t start = 0; start < readable_part.size(); ++start) {
      for (std::size_t length = 4; start + length <= readable_part.size() && length <= 24; ++length) {
        if (length == readable_part.size()) continue;
        std::string middle = readable_part.substr(start, length);
        auto found = by_letters.find(middle);
        if (found == by_letters.end()) continue;
        std::string before = readable_part.substr(0, start), after = readable_part.substr(start + length);
        bool bait = (before.empty() || is_made_of_bait(before)) && (after.empty() || is_made_of_bait(after));
        std::size_t other_bait = 0;
        for (const std::string& other : parts) other_bait += &other != &part && is_made_of_bait(other);
        for (std::size_t index : found->second) {
          const Key& key = keys[index];
          double score = bait ? (key.letters.size() >= 6 ? 0.85 : 0.65) : 0.25;
          if (!bait && other_bait > 0 && key.letters.size() >= 7) score = 0.45;
          // A plain ending ("s", "my") is how people name clubs as well.
          if (key.ordinary || (key.person && !bait)) score = std::min(score, 0.25);
          if (key.ordinary && bait) score = 0.40;
          consider(best, key, bait ? "combosquat" : "brand-in-name", score);
        }
      }
    }
  }
}

void DomainMatcher::State::subdomains(std::string_view host, std::string_view registrable,
                                      std::optional<Matcher::Lookalike>& best) const {
  if (host.size() <= registrable.size()) return;
  std::string before(host.substr(0, host.size() - registrable.size() - 1));
  std::vector<std::string> labels = split(before, '.');
  // A whole official domain before somebody else's: maybank2u.com.my.secure-session.net. A hyphen beside it does not
  // change what a reader sees ("www-maybank2u.com.evil.net").
  for (std::size_t first = 0; first < labels.size(); ++first) {
    std::string domain;
    for (std::size_t last = first; last < labels.size(); ++last) {
      domain += (last > first ? "." : "") + labels[last];
      std::string sight = domain;
      if (std::size_t hyphen = sight.rfind('-', sight.find('.')); hyphen != std::string::npos)
        sight = sight.substr(hyphen + 1);
      for (const std::string& candidate : {domain, sight}) {
        auto found = official.find(candidate);
        if (found == official.end()) continue;
        consider(best, Key{found->second, candidate, {}, true, false, false}, "subdomain", 0.97);
      }
    }
  }
  // "bnm-dinar.com.my.dana-negara.org": a made-up domain of another country's or a usual suffix before the real one.
  bool suffix_inside = false;
  for (const std::string& label : labels)
    suffix_inside = suffix_inside || label == "com" || label == "my" || label == "gov" || label == "net" ||
                    label == "org" || label == "co";
  for (const std::string& label : labels) {
    if (label == "www") continue;
    std::string readable = unicode_host(label);
    std::optional<Matcher::Lookalike> inner;
    main_part(label, readable, inner);
    if (!inner) continue;
    double score = inner->family == "wrong-tld" ? 0.75 : inner->score * 0.9;
    if (suffix_inside && inner->score >= 0.25) score = std::max(score, 0.90);
    if (inner->family == "wrong-tld" && inner->score < 0.5 && !suffix_inside) score = 0.40;
    if (!best || best->score < score) {
      best = Matcher::Lookalike{inner->entity, inner->official,
                                inner->family == "wrong-tld" ? "brand-in-subdomain" : inner->family,
                                std::min(score, 0.97)};
    }
  }
}

DomainMatcher::DomainMatcher(const Watchlist& watchlist) : state_(std::make_unique<State>()) {
  state_->watchlist = &watchlist;
  for (std::size_t i = 0; i < watchlist.entities.size(); ++i) {
    const Entity& entity = watchlist.entities[i];
    for (const std::string& domain : entity.official_domains) {
      if (is_shared_host(domain)) continue;
      state_->official.emplace(domain, i);
      if (entity.kind == EntityKind::person) continue;  // an office's domain is not the person's name
      std::string label = main_label(registrable_domain(domain));
      std::string letters = without(label, '-');
      if (letters.size() < 3 || !is_ascii(letters) || label == domain.substr(domain.find('.') + 1)) continue;
      state_->add({i, domain, letters, true, false, is_ordinary_word(letters)});
    }
    for (const std::string& account : entity.official_accounts) state_->accounts.emplace(to_lower_ascii(account), i);
    for (const NameForm& form : name_forms(entity)) {
      std::string letters;
      std::size_t words = 1;
      bool pending = false, ascii = true;
      for (char32_t c : map_plain(form.written).chars) {
        if (class_of(c) == CharClass::separator) {
          pending = pending || (c != U'\'' && c != U'’' && !letters.empty());
          continue;
        }
        if (c >= 0x80) ascii = false;
        if (pending) ++words;
        pending = false;
        letters.push_back(static_cast<char>(c < 0x80 ? c : '?'));
      }
      if (!ascii || letters.size() < 3) continue;
      bool person = entity.kind == EntityKind::person;
      if (form.weak && (person || letters.size() < 4)) continue;
      // Persons by their full name only; short acronyms of persons are other people's as well.
      if (person && words < 2 && letters.size() < 7) continue;
      state_->add({i, {}, letters, false, person, form.weak || (words == 1 && is_ordinary_word(letters))});
    }
  }
}
DomainMatcher::~DomainMatcher() = default;

const Entity* DomainMatcher::official_owner(std::string_view host) const {
  std::string name = to_lower_ascii(host);
  if (name.ends_with('.')) name.pop_back();
  std::string_view rest = name;
  while (true) {
    if (auto found = state_->official.find(std::string(rest)); found != state_->official.end())
      return &state_->watchlist->entities[found->second];
    std::size_t dot = rest.find('.');
    if (dot == std::string_view::npos) return nullptr;
    rest.remove_prefix(dot + 1);
  }
}

std::optional<Matcher::Lookalike> DomainMatcher::lookalike(std::string_view host_text) const {
  auto ascii = ascii_host(host_text);
  if (!ascii) return std::nullopt;
  std::string host = *ascii;
  if (official_owner(host) || is_shared_host(host) || host.starts_with('[')) return std::nullopt;
  std::string registrable = registrable_domain(host);
  if (registrable.find('.') == std::string::npos ||
      std::all_of(registrable.begin(), registrable.end(), [](char c) { return (c >= '0' && c <= '9') || c == '.'; })) {
    return std::nullopt;
  }
  std::optional<Matcher::Lookalike> best;
  std::string label = main_label(registrable);
  std::string readable = label;
  if (label.starts_with("xn--")) readable = main_label(unicode_host(registrable));
  state_->main_part(label, readable, best);
  if (best && best->family == "wrong-tld") {
    // The bare name under another country's ending or under .com is as likely the brand's own site elsewhere
    // (hsbc.com, shopee.vn) as an imitation: worth a look, proof of nothing.
    std::string_view ending = std::string_view(registrable).substr(registrable.rfind('.') + 1);
    if (ending.size() == 2 || ending == "com") best->score = std::min(best->score, kPerhapsOwn);
  }
  // "maybank2u-com-my.net", "hasil-gov-my.com": an official domain with hyphens for dots.
  std::string dotted = label;
  std::replace(dotted.begin(), dotted.end(), '-', '.');
  if (dotted != label) {
    for (std::size_t from = 0; from != std::string::npos;) {
      std::string tail = dotted.substr(from);
      for (std::size_t to = tail.size(); to > 0;
           to = tail.rfind('.', to - 1) == std::string::npos ? 0 : tail.rfind('.', to - 1)) {
        std::string candidate = tail.substr(0, to);
        if (candidate.find('.') == std::string::npos) break;
        if (auto found = state_->official.find(candidate); found != state_->official.end()) {
          state_->consider(best, Key{found->second, candidate, {}, true, false, false}, "domain-in-name", 0.95);
        }
      }
      from = dotted.find('.', from);
      if (from != std::string::npos) ++from;
    }
  }
  state_->subdomains(host, registrable, best);
  return best;
}

std::vector<Signal> DomainMatcher::signals(const AdView& ad) const {
  std::vector<Signal> made;
  const std::string& address =
      ad.landing_url.empty() ? (ad.click_url.empty() ? ad.page_url : ad.click_url) : ad.landing_url;
  auto url = Url::parse(address);
  if (!url) return made;
  std::string host = url->host();
  std::string readable = unicode_host(host);
  auto base = [&](SignalType type) {
    Signal signal;
    signal.type = type;
    signal.where = Where::domain;
    signal.found = readable;
    return signal;
  };
  if (const Entity* owner = official_owner(host)) {
    Signal signal = base(SignalType::official);
    signal.entity = owner->id;
    signal.score = 1;
    for (const std::string& domain : owner->official_domains) {
      if (host_within(host, domain)) signal.matched = domain;
    }
    signal.explanation = fmt::format("{} is an official address of {}.", readable, owner->name);
    made.push_back(std::move(signal));
    return made;
  }
  if (is_shared_host(host)) {
    // There only accounts are official, by platform id: facebook.com/<id>.
    std::string platform = main_label(registrable_domain(host));
    std::vector<std::string> segments = split(url->path(), '/');
    for (const std::string& segment : segments) {
      if (segment.empty()) continue;
      std::string id = to_lower_ascii(segment.starts_with('@') ? segment.substr(1) : segment);
      auto found = state_->accounts.find(platform + ":" + id);
      if (found == state_->accounts.end()) continue;
      Signal signal = base(SignalType::official);
      signal.where = Where::url;
      signal.found = platform + "/" + segment;
      signal.entity = state_->watchlist->entities[found->second].id;
      signal.matched = found->first;
      signal.score = 1;
      signal.explanation = fmt::format("{} is an official account of {}.", signal.found,
                                       state_->watchlist->entities[found->second].name);
      made.push_back(std::move(signal));
      return made;
    }
    return made;
  }
  if (auto imitated = lookalike(host)) {
    const Entity* entity = state_->watchlist->find(imitated->entity);
    Signal signal = base(SignalType::domain);
    signal.entity = imitated->entity;
    signal.matched = imitated->official.empty() ? entity->name : imitated->official;
    signal.kind = imitated->family;
    signal.score = imitated->score;
    signal.strength = imitated->score >= 0.8 ? "strong" : imitated->score >= 0.5 ? "medium" : "weak";
    signal.explanation =
        signal.strength == "weak"
            ? fmt::format("The address {} contains the name of {}, perhaps by chance.", readable, entity->name)
        : imitated->official.empty() ? fmt::format("The address {} uses the name of {}.", readable, entity->name)
                                     : fmt::format("The address {} looks like {} but does not belong to {}.", readable,
                                                   imitated->official, entity->name);
    bool perhaps_own = imitated->family == "wrong-tld" && imitated->score <= kPerhapsOwn;
    made.push_back(std::move(signal));
    if (perhaps_own) {
      Signal context = base(SignalType::context);
      context.matched = "same-name-address";
      context.kind = "same-name-address";
      context.strength = "medium";
      context.score = 0.5;
      context.explanation = fmt::format(
          "The address {} is exactly the name of {} under another ending: it may be its own site in another country.",
          readable, entity->name);
      made.push_back(std::move(context));
    }
    return made;
  }
  // A brand in the path says little: shops and news sites have it as well.
  for (std::string segment : split(to_lower_ascii(url->path()), '/')) {
    if (std::size_t dot = segment.find('.'); dot != std::string::npos) segment.resize(dot);
    const Key* key = state_->exact(without(segment, '-'));
    if (!key || key->ordinary || key->letters.size() < 4) continue;
    const Entity& entity = state_->watchlist->entities[key->entity];
    Signal signal = base(SignalType::domain);
    signal.where = Where::url;
    signal.found = segment;
    signal.entity = entity.id;
    signal.matched = key->letters;
    signal.kind = "brand-in-path";
    signal.score = 0.2;
    signal.strength = "weak";
    signal.explanation = fmt::format("The address has the name of {} in its path.", entity.name);
    made.push_back(std::move(signal));
    break;
  }
  return made;
}

}  // namespace pantau::matchers
