#include "cases/verdict.h"

#include <algorithm>
#include <cmath>

#include "base/url.h"
#include "cases/verdict_evidence.h"
#include "cases/verdict_reasons.h"
#include "cases/verdict_weights.h"

namespace pantau::cases {
namespace {

using matchers::EntityKind;

std::string_view kind_name(EntityKind kind) {
  return kind == EntityKind::person ? "person" : kind == EntityKind::brand ? "brand" : "agency";
}

double two_decimals(double value) {
  return std::round(std::clamp(value, 0.0, 1.0) * 100) / 100;
}

std::string category_of(const Evidence& evidence) {
  std::string best;
  double weight = 0;
  for (const auto& [category, sum] : evidence.categories) {
    if (sum > weight + 1e-9) {
      best = category;
      weight = sum;
    }
  }
  if (!best.empty() && weight >= 0.2) return best;
  if (evidence.credentials) return "phishing";
  if (evidence.entities.empty()) return best.empty() ? "none" : best;
  return evidence.entities.front().entity->kind == EntityKind::person ? "impersonation" : "brand-misuse";
}

struct Judged {
  double score = 0;
  std::string extra_reason, extra_against;
};

Judged score_of(const Evidence& evidence, const VerdictSettings& settings) {
  Judged judged;
  double impersonation = evidence.entities.empty() ? 0 : evidence.entities.front().score;
  double below_flag = settings.flag_at - 0.01;
  if (evidence.known_scam) impersonation = 1 - (1 - impersonation) * (1 - weights::kKnownScamMedia);
  judged.score = std::sqrt(impersonation * evidence.solicitation) * evidence.explanation;

  if (evidence.official) {
    // A bank's own log-in page looks like its imitation in everything but the address. Only what no bank publishes
    // counts.
    bool odd = evidence.app || evidence.strong_lures >= 3 ||
               (evidence.strong_lures >= 2 &&
                std::any_of(evidence.contacts.begin(), evidence.contacts.end(), [](const matchers::Signal* contact) {
                  return contact->kind == "wallet" || contact->kind == "telegram" || contact->kind == "bank-account";
                }));
    bool explained = evidence.explanation < weights::kNeededExplanation;
    if (odd && !explained) {
      judged.score = std::min(weights::kPossibleCompromise, below_flag);
      judged.extra_reason =
          "Strong signs of fraud stand on an official address: possible compromise; the owner should be told, the "
          "address must not be blocked.";
    } else {
      judged.score = std::min(judged.score, weights::kOfficialCeiling);
    }
    return judged;
  }

  // DESIGN 4.5: a flag needs impersonation, solicitation, and no better explanation.
  bool all_three = impersonation >= weights::kNeededImpersonation &&
                   evidence.solicitation >= weights::kNeededSolicitation &&
                   evidence.explanation >= weights::kNeededExplanation;
  bool beyond_faces = std::any_of(evidence.entities.begin(), evidence.entities.end(), [](const EntityEvidence& entity) {
    return entity.beyond_face && entity.score >= weights::kNeededImpersonation;
  });
  if (!all_three || !beyond_faces) judged.score = std::min(judged.score, below_flag);

  // These alone are worth a look and never more.
  bool strong_domain =
      std::any_of(evidence.entities.begin(), evidence.entities.end(),
                  [](const EntityEvidence& entity) { return entity.domain && entity.domain->strength == "strong"; });
  bool revoiced = std::any_of(evidence.entities.begin(), evidence.entities.end(),
                              [](const EntityEvidence& entity) { return entity.revoiced != nullptr; });
  bool cloaked_name = evidence.cloaking && impersonation >= weights::kNeededImpersonation;
  if ((strong_domain || revoiced || evidence.known_scam || cloaked_name) &&
      evidence.explanation >= weights::kNeededExplanation) {
    judged.score = std::max(judged.score, std::min(weights::kAloneForReview, below_flag));
  }
  return judged;
}

}  // namespace

Verdict judge(const matchers::AdView& ad, const matchers::Findings& findings, const matchers::Watchlist& watchlist,
              const VerdictSettings& settings) {
  Evidence evidence = weigh(ad, findings, watchlist);
  Judged judged = score_of(evidence, settings);
  Verdict verdict;
  verdict.score = two_decimals(judged.score);
  if (evidence.restricted) {
    verdict.category = "restricted-content";
    verdict.band = "review";
    verdict.score = std::max(verdict.score, two_decimals(settings.review_at));
    verdict.reasons.push_back("A picture or video is on a restricted list; nothing of it was kept.");
    return verdict;
  }
  verdict.band = verdict.score >= settings.flag_at ? "flag" : verdict.score >= settings.review_at ? "review" : "clear";
  if (verdict.band != "clear") verdict.category = category_of(evidence);
  if (!judged.extra_reason.empty()) verdict.reasons.push_back(judged.extra_reason);
  for (std::string& reason : reasons_for(ad, evidence)) verdict.reasons.push_back(std::move(reason));
  verdict.against = reasons_against(ad, evidence);
  for (const EntityEvidence& entity : evidence.entities) {
    if (!entity.beyond_face || entity.score < weights::kNamedAsImpersonated) continue;
    if (evidence.official && verdict.band == "clear") continue;
    verdict.impersonates.push_back(
        {entity.entity->id, std::string(kind_name(entity.entity->kind)), two_decimals(entity.score)});
  }
  return verdict;
}

std::map<std::string, std::string> roles_after(const Verdict& verdict, const matchers::AdView& ad,
                                               const matchers::Findings& findings) {
  std::map<std::string, std::string> roles = findings.roles;
  if (verdict.band != "flag") return roles;
  auto landing = Url::parse(ad.landing_url.empty() ? ad.click_url : ad.landing_url);
  if (!landing) return roles;
  auto own = [&roles](const std::string& indicator) {
    auto place = roles.find(indicator);
    if (place != roles.end() && place->second == "unknown") place->second = "scammer-owned";
  };
  own(landing->canonical());
  own(landing->host_is_address() ? landing->host() : registrable_domain(landing->host()));
  const matchers::Indicators& all = findings.indicators;
  for (const auto* list : {&all.whatsapp, &all.telegram, &all.wallets, &all.bank_accounts}) {
    for (const std::string& indicator : *list) own(indicator);
  }
  for (const std::string& app : all.apps) own(app);
  return roles;
}

}  // namespace pantau::cases
