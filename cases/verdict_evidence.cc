#include "cases/verdict_evidence.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/text.h"
#include "cases/verdict_weights.h"

namespace pantau::cases {
namespace {

using matchers::Signal;
using matchers::SignalType;

template <typename Table>
double weight_of(const Table& table, std::string_view name) {
  for (const weights::Named& row : table) {
    if (row.name == name) return row.weight;
  }
  return 0;
}

double strength_weight(const weights::ByStrength& row, std::string_view strength) {
  return strength == "strong" ? row.strong : strength == "medium" ? row.medium : row.weak;
}

bool is_name(const Signal& signal) {
  return signal.type == SignalType::name || signal.type == SignalType::brand;
}

// What one entity's signals add up to. Names count once a place, so that repeating a name does not add up to certainty.
EntityEvidence weigh_entity(const matchers::Entity& entity, const std::vector<const Signal*>& signals) {
  EntityEvidence evidence;
  evidence.entity = &entity;
  std::map<std::string, double> by_prominence;
  std::size_t mentions = 0;
  double disguised = 0;
  NoisyOr sum;
  double best_name = 0;
  auto keep_best = [](const Signal*& best, const Signal* candidate) {
    if (!best || candidate->score > best->score) best = candidate;
  };
  for (const Signal* signal : signals) {
    if (is_name(*signal)) {
      double weight = weight_of(weights::kProminence, signal->prominence) * signal->score;
      by_prominence[signal->prominence] = std::max(by_prominence[signal->prominence], weight);
      mentions += signal->prominence == "mention";
      if (weight > best_name) {
        best_name = weight;
        evidence.best_name = signal;
      }
      bool plays_a_part = signal->prominence != "namesake" && signal->prominence != "payment" &&
                          signal->prominence != "comparison" && signal->prominence != "denies";
      if (signal->kind == "disguised" && plays_a_part) {
        disguised = std::max(disguised, weights::kDisguisedName * signal->score);
        keep_best(evidence.disguised, signal);
      }
      if (signal->prominence == "sender") evidence.is_sender = true;
      if (signal->at_head && signal->prominence != "payment" && signal->prominence != "comparison" &&
          signal->prominence != "namesake")
        evidence.at_head = true;
      if ((signal->prominence == "sender" || signal->prominence == "heading" || signal->prominence == "creative") &&
          signal->kind != "weak")
        evidence.speaks_as = true;
      evidence.beyond_face = true;
    } else if (signal->type == SignalType::domain) {
      sum.add(signal->strength == "weak" ? weights::kWeakDomain * signal->score : weights::kDomain * signal->score);
      keep_best(evidence.domain, signal);
      if (signal->strength != "weak") evidence.beyond_face = true;
      if (signal->strength == "strong") evidence.speaks_as = true;
    } else if (signal->type == SignalType::logo) {
      // Shops show the marks of banks and couriers too: a mark alone does not say that the page speaks as its owner.
      if (signal->outcome == "possible") continue;
      keep_best(evidence.logo, signal);
      evidence.beyond_face = true;
    } else if (signal->type == SignalType::revoiced && signal->outcome != "same-as-authentic" &&
               signal->outcome != "no-reference" && signal->outcome != "inconclusive") {
      keep_best(evidence.revoiced, signal);
      evidence.beyond_face = true;
    } else if (signal->type == SignalType::face) {
      keep_best(evidence.face, signal);
    }
  }
  for (const auto& [prominence, weight] : by_prominence) sum.add(weight);
  if (mentions > 1) sum.add(weights::kFurtherMention);
  sum.add(disguised);
  if (evidence.logo) sum.add(weights::kLogo * evidence.logo->score);
  if (evidence.revoiced) sum.add(weights::kRevoiced * evidence.revoiced->score);
  if (evidence.face) sum.add(weights::kFace * evidence.face->score);
  evidence.score = sum.value();
  return evidence;
}

void weigh_entities(const matchers::Findings& findings, const matchers::Watchlist& watchlist, Evidence& evidence) {
  std::map<std::string, std::vector<const Signal*>> by_entity;
  for (const Signal& signal : findings.signals) {
    if (signal.type == SignalType::official) evidence.official = &signal;
    if (signal.entity.empty() || signal.hidden || signal.type == SignalType::official) continue;
    by_entity[signal.entity].push_back(&signal);
  }
  for (const auto& [id, signals] : by_entity) {
    if (const matchers::Entity* entity = watchlist.find(id))
      evidence.entities.push_back(weigh_entity(*entity, signals));
  }
  std::stable_sort(evidence.entities.begin(), evidence.entities.end(),
                   [](const EntityEvidence& a, const EntityEvidence& b) { return a.score > b.score; });
}

double lure_weight(const Signal& lure, bool explained) {
  double weight = lure.strength == "strong"   ? weights::kStrongLure
                  : lure.strength == "medium" ? weights::kMediumLure
                                              : weights::kWeakLure;
  if (lure.asks.empty()) weight *= weights::kClaimOnly;
  if (lure.quoted) {
    bool investment = lure.category == "investment-scam";
    weight *= !investment ? weights::kQuotedOther
              : explained ? weights::kQuotedInvestmentExplained
                          : weights::kQuotedInvestment;
  }
  return weight * std::min(1.0, lure.score / (lure.strength == "strong"   ? 0.9
                                              : lure.strength == "medium" ? 0.65
                                                                          : 0.35));
}

// The packs of neighbouring languages know the same phrase: "untung pasti" is Malay and Indonesian. It counts once.
void drop_repeated(std::map<std::string, const Signal*>& lures) {
  std::vector<std::pair<std::string, const Signal*>> kept;
  for (const auto& [id, lure] : lures) {
    std::string found = to_lower_ascii(lure->found);
    bool merged = false;
    for (auto& [other_id, other] : kept) {
      if (other->category != lure->category) continue;
      std::string other_found = to_lower_ascii(other->found);
      if (found.find(other_found) == std::string::npos && other_found.find(found) == std::string::npos) continue;
      if (lure->score > other->score) {
        other_id = id;
        other = lure;
      }
      merged = true;
      break;
    }
    if (!merged) kept.emplace_back(id, lure);
  }
  lures = {kept.begin(), kept.end()};
}

// Tickets and tenancies ask for identity number and card too, so that counts only where the page is in the name.
bool never_together(const std::map<std::string, const Signal*>& forms, bool in_the_name) {
  auto asks = [&forms](const char* kind) { return forms.contains(kind); };
  bool identity = asks("identity"), card = asks("card"), code = asks("one-time-code");
  if (asks("banking-login")) return identity || card || code || asks("password");
  return (in_the_name && identity && card) || (code && (card || identity || asks("bank-account") || asks("password")));
}

void weigh_solicitation(const matchers::Findings& findings, bool is_page, Evidence& evidence) {
  bool explained = std::any_of(evidence.explanations.begin(), evidence.explanations.end(), [](const Explanation& e) {
    return e.kind == "warning" || e.kind == "talks-of-fraud" || e.kind == "education" || e.kind == "satire" ||
           e.kind == "encyclopaedic";
  });
  NoisyOr sum;
  std::map<std::string, const Signal*> lures, forms, contacts;
  for (const Signal& signal : findings.signals) {
    if (signal.hidden) {
      if (is_name(signal) || signal.type == SignalType::lure) evidence.hidden_names = true;
      continue;
    }
    auto keep = [&signal](std::map<std::string, const Signal*>& best, const std::string& key) {
      auto [place, is_new] = best.try_emplace(key, &signal);
      if (!is_new && signal.score > place->second->score) place->second = &signal;
    };
    switch (signal.type) {
      case SignalType::lure:
        keep(lures, signal.matched);
        break;
      case SignalType::form:
        keep(forms, signal.kind);
        break;
      case SignalType::indicator:
        keep(contacts, signal.kind);
        break;
      case SignalType::app_download:
        evidence.app = &signal;
        break;
      case SignalType::media_hash:
        if (signal.kind == "restricted" || signal.matched == "restricted")
          evidence.restricted = &signal;
        else if (signal.outcome != "possible" &&
                 (evidence.known_scam == nullptr || signal.score > evidence.known_scam->score))
          evidence.known_scam = &signal;
        break;
      case SignalType::cloaking:
        evidence.cloaking = &signal;
        break;
      case SignalType::ai_metadata:
        evidence.ai = &signal;
        break;
      default:
        break;
    }
  }
  drop_repeated(lures);
  for (const auto& [id, lure] : lures) {
    double weight = lure_weight(*lure, explained);
    sum.add(weight);
    evidence.lures.push_back(lure);
    bool own_words = !lure->quoted || (lure->category == "investment-scam" && !explained);
    evidence.strong_lures += own_words && lure->strength == "strong";
    evidence.medium_lures += own_words && lure->strength == "medium";
    if (!lure->category.empty())
      evidence.categories[lure->category] += weight;
    else if (lure->asks == "credentials")
      evidence.categories["phishing"] += 0.5 * weight;
  }
  bool bare = evidence.lures.empty() || (evidence.strong_lures == 0 && evidence.medium_lures == 0);
  const EntityEvidence* first = evidence.entities.empty() ? nullptr : &evidence.entities.front();
  bool imitates = first && first->domain && first->domain->strength == "strong";
  bool agency = first && first->entity->kind == matchers::EntityKind::agency;
  bool person = first && first->entity->kind == matchers::EntityKind::person;
  // "Bus tickets with a ShopeePay rebate" names a brand in its heading and is not in its name.
  bool in_the_name = first && (first->at_head || first->is_sender || imitates);
  bool in_its_name = first && first->beyond_face && first->best_name && first->score >= 0.7 && (in_the_name || person);
  NoisyOr rest, takers;
  for (const auto& [kind, form] : forms) {
    (kind == "contact" || kind == "password" || kind == "bank-account" ? rest : takers)
        .add(weight_of(weights::kForms, kind));
    evidence.forms.push_back(form);
    evidence.credentials = evidence.credentials || form->asks == "credentials";
  }
  for (const auto& [kind, contact] : contacts) {
    (kind == "phone" || kind == "whatsapp" ? rest : takers).add(weight_of(weights::kContacts, kind));
    evidence.contacts.push_back(contact);
  }
  sum.add(bare ? weights::kWithoutLure * rest.value() : rest.value());
  sum.add(!bare         ? takers.value()
          : in_its_name ? weights::kWithoutLureInItsName * takers.value()
                        : weights::kWithoutLure * takers.value());
  if (evidence.app) {
    sum.add(weights::kApp);
    if (first && first->is_sender) sum.add(weights::kAppFromTheSender);
    evidence.categories["malicious-app"] += weights::kApp;
  }

  // Credentials asked for in somebody's name are what phishing is; a member log-in beside an article is not.
  bool banking = forms.contains("banking-login");
  bool code = forms.contains("one-time-code") || forms.contains("card") || banking;
  bool lured_to_log_in = std::any_of(lures.begin(), lures.end(), [](const auto& lure) {
    return lure.second->category == "phishing" || lure.second->asks == "credentials";
  });
  if (evidence.credentials && first &&
      ((first->is_sender && first->speaks_as) || imitates ||
       (first->speaks_as && (lured_to_log_in || (code && forms.contains("password")) ||
                             (first->at_head && forms.contains("password") && !forms.contains("card") &&
                              findings.page_words <= weights::kLogInPage))))) {
    sum.add(weights::kCredentialsInItsName);
    evidence.categories["phishing"] += weights::kPhishingVote;
  }
  if (first && first->score >= weights::kNeededImpersonation && first->beyond_face &&
      never_together(forms, in_the_name)) {
    sum.add(weights::kNeverTogether);
    evidence.takes_data = true;
    evidence.categories["phishing"] += weights::kPhishingVote;
  }
  bool identified = forms.contains("identity") && (forms.contains("password") || imitates);
  if (first && (first->speaks_as || imitates) && (code || identified)) {
    evidence.takes_data = evidence.takes_data || in_the_name;
    if (!person)
      sum.add(!in_the_name         ? weights::kDataBesideABrand
              : agency || imitates ? weights::kDataInAnAgencysName
                                   : weights::kDataInABrandsName);
  } else if (in_its_name && forms.contains("one-time-code")) {
    sum.add(weights::kCodeBesideAName);  // no shop asks for the bank's code in its own form
  }
  // No authority settles anything over a private chat, or takes identity numbers on somebody else's address.
  bool chat = contacts.contains("whatsapp") || contacts.contains("telegram");
  if (agency && first->at_head && (chat || forms.contains("identity"))) sum.add(weights::kAgencyByChat);
  evidence.phishing = evidence.credentials && imitates;
  evidence.solicitation = sum.value();
  bool channel =
      !forms.empty() || evidence.app ||
      std::any_of(contacts.begin(), contacts.end(), [](const auto& contact) { return contact.first != "phone"; });
  if (is_page && !channel) evidence.solicitation *= weights::kWithoutChannel;
  auto by_score = [](const Signal* a, const Signal* b) {
    return a->score != b->score ? a->score > b->score : a->matched < b->matched;
  };
  std::sort(evidence.lures.begin(), evidence.lures.end(), by_score);
  std::sort(evidence.forms.begin(), evidence.forms.end(), by_score);
  std::sort(evidence.contacts.begin(), evidence.contacts.end(), by_score);

  bool pays = contacts.contains("wallet") || contacts.contains("bank-account") || contacts.contains("telegram") ||
              contacts.contains("whatsapp");
  evidence.strong_ask = (evidence.credentials && imitates) || evidence.app ||
                        (evidence.strong_lures >= 2 && (pays || !forms.empty())) || evidence.strong_lures >= 3 ||
                        (contacts.contains("wallet") && evidence.strong_lures >= 1);
}

void weigh_explanations(const matchers::Findings& findings, Evidence& evidence) {
  std::map<std::string, Explanation> by_kind;
  std::map<std::string, std::set<std::string>> patterns;
  auto consider = [&](std::string kind, double weight, const Signal& signal) {
    Explanation& best = by_kind[kind];
    if (weight > best.weight) best = {std::move(kind), weight, &signal};
  };
  for (const Signal& signal : findings.signals) {
    if (signal.hidden) continue;
    if (signal.type == SignalType::context) {
      for (const weights::ByStrength& row : weights::kExplanations) {
        if (row.name != signal.kind) continue;
        consider(signal.kind, strength_weight(row, signal.strength), signal);
        patterns[signal.kind].insert(to_lower_ascii(signal.found));
      }
    } else if (is_name(signal) && signal.prominence == "denies" && !evidence.entities.empty() &&
               evidence.entities.front().entity->id == signal.entity) {
      for (const weights::ByStrength& row : weights::kExplanations) {
        if (row.name == "warning") consider("warning", row.medium, signal);
      }
    }
  }
  bool corroborated = by_kind.contains("talks-of-fraud") || by_kind.contains("education") || by_kind.contains("news") ||
                      by_kind.contains("satire");
  for (auto& [kind, explanation] : by_kind) {
    if (kind == "warning" && patterns[kind].size() < 2 && !corroborated) explanation.weight *= weights::kLoneWarning;
    // Several different phrases of one kind are surer than one.
    std::size_t different = patterns[kind].size();
    if (different > 1)
      explanation.weight =
          1 - (1 - explanation.weight) * std::pow(0.85, static_cast<double>(std::min<std::size_t>(different - 1, 3)));
    evidence.explanations.push_back(explanation);
  }
  std::sort(evidence.explanations.begin(), evidence.explanations.end(), [](const Explanation& a, const Explanation& b) {
    return a.weight != b.weight ? a.weight > b.weight : a.kind < b.kind;
  });
}

void combine_explanations(Evidence& evidence) {
  bool takes =
      evidence.takes_data || std::any_of(evidence.contacts.begin(), evidence.contacts.end(), [](const Signal* contact) {
        return contact->kind == "wallet" || contact->kind == "bank-account" || contact->kind == "telegram";
      });
  const EntityEvidence* first = evidence.entities.empty() ? nullptr : &evidence.entities.front();
  bool takes_in_its_name = evidence.takes_data || (evidence.app && first && first->speaks_as);
  bool lured = evidence.strong_lures >= 1 || evidence.medium_lures >= 2 || (evidence.medium_lures == 1 && takes);
  auto recovery = evidence.categories.find("recovery-scam");
  bool sells_recovery = recovery != evidence.categories.end() && recovery->second >= 0.4;
  double left = 1;
  std::erase_if(evidence.explanations, [&](const Explanation& explanation) {
    // Who offers to undo a fraud has to talk about fraud.
    return explanation.kind == "talks-of-fraud" && sells_recovery;
  });
  for (Explanation& explanation : evidence.explanations) {
    const std::string& kind = explanation.kind;
    if (kind != "closed-registry" && !(kind == "same-name-address" && !evidence.strong_ask)) {
      bool costly = kind == "warning" || kind == "talks-of-fraud" || kind == "satire" || kind == "education" ||
                    kind == "encyclopaedic";
      if (evidence.phishing)
        explanation.weight *= weights::kAnythingBesidePhishing;
      else if (takes_in_its_name)
        explanation.weight *= weights::kAnythingBesideTaking;
      else if (evidence.strong_ask)
        explanation.weight *= costly ? weights::kWarningBesideStrongAsk : weights::kClaimedBesideStrongAsk;
      else if (lured)
        explanation.weight *= costly ? weights::kWarningBesideLures : weights::kClaimedBesideLures;
    }
    left *= 1 - explanation.weight;
  }
  evidence.explanation = left;
}

}  // namespace

void NoisyOr::add(double weight) {
  left_ *= 1 - std::clamp(weight, 0.0, 0.99);
}

Evidence weigh(const matchers::AdView& ad, const matchers::Findings& findings, const matchers::Watchlist& watchlist) {
  Evidence evidence;
  weigh_entities(findings, watchlist, evidence);
  weigh_explanations(findings, evidence);
  weigh_solicitation(findings, ad.landing_is_page, evidence);
  combine_explanations(evidence);
  return evidence;
}

}  // namespace pantau::cases
