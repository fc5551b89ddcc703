#include "cases/verdict_reasons.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "base/url.h"
#include "cases/verdict_weights.h"

namespace pantau::cases {
namespace {

using matchers::Signal;
using matchers::Where;

constexpr std::size_t kLuresShown = 4;

std::string shown(const std::string& text) {
  std::string collapsed = collapse_space(text);
  std::string_view clipped = clip_utf8(collapsed, 120);
  return clipped.size() < collapsed.size() ? std::string(clipped) + "..." : collapsed;
}

std::string place(const Signal& signal) {
  std::string at;
  if (signal.time_s) {
    auto seconds = static_cast<int>(std::lround(*signal.time_s * 10));
    at = fmt::format(" at {}.{} s", seconds / 10, seconds % 10);
  }
  switch (signal.where) {
    case Where::page:
      return "on the page";
    case Where::ad_text:
      return "in the text of the ad";
    case Where::ocr:
    case Where::frame:
      return "in the picture or video" + at;
    case Where::caption:
      return "in the video's captions" + at;
    case Where::speech:
    case Where::audio:
      return "in what is said" + at;
    case Where::domain:
    case Where::url:
      return "in the address";
    case Where::form:
      return "in a form";
    case Where::link:
      return "in a link";
    case Where::metadata:
      return "in the file's metadata";
    case Where::file:
      return "in the file";
  }
  return "on the page";
}

// Never that it is somebody's.
std::string_view resemblance(const Signal& face) {
  return face.outcome == "possible" ? "A face possibly resembles" : "A face resembles";
}

std::string host_of(const matchers::AdView& ad) {
  const std::string& address =
      ad.landing_url.empty() ? (ad.click_url.empty() ? ad.page_url : ad.click_url) : ad.landing_url;
  auto url = Url::parse(address);
  return url ? unicode_host(url->host()) : std::string();
}

std::string_view promise(std::string_view category) {
  if (category == "investment-scam") return "It promises money from an investment as honest providers do not";
  if (category == "phishing") return "It presses people to hand over account data";
  if (category == "giveaway-scam") return "It promises a prize or gift";
  if (category == "loan-scam") return "It offers a loan in a way that honest lenders do not";
  if (category == "job-scam") return "It offers easy paid work";
  if (category == "aid-scam") return "It offers aid money to claim";
  if (category == "recovery-scam") return "It offers to get lost money back";
  if (category == "malicious-app") return "It wants an app installed from outside the app shops";
  if (category == "gambling") return "It advertises gambling";
  if (category == "brand-misuse") return "It uses a brand to sell";
  if (category.empty()) return "It makes a demand that frauds make";
  return "It is worded as misleading ads are";
}

std::string_view called(std::string_view kind) {
  if (kind == "warning") return "warns about fraud, or reports on it";
  if (kind == "news") return "reads like news reporting";
  if (kind == "education") return "reads like teaching material";
  if (kind == "satire") return "presents itself as satire";
  if (kind == "criticism") return "criticises or complains";
  if (kind == "official-help") return "points to the real office or hotline";
  if (kind == "disclaimer") return "says that it has no connection with the one named";
  if (kind == "merchant") return "looks like an ordinary shop or service";
  if (kind == "regulated") return "looks like a lawful offer with its terms";
  if (kind == "event") return "announces an event";
  if (kind == "fan") return "looks like a fan page";
  if (kind == "charity") return "looks like a charity's appeal";
  if (kind == "political") return "is about politics";
  if (kind == "encyclopaedic") return "reads like a biography or encyclopaedia";
  if (kind == "job-ad") return "looks like an ordinary job advertisement";
  if (kind == "review") return "reviews or describes something";
  if (kind == "talks-of-fraud") return "talks about fraud, which frauds seldom do";
  return "has an innocent explanation";
}

// "The page calls itself Maybank, but maybank-secure.net is not one of Maybank's official addresses."
std::string naming(const EntityEvidence& evidence, const std::string& host) {
  const matchers::Entity& entity = *evidence.entity;
  std::string who;
  if (evidence.best_name) {
    const Signal& name = *evidence.best_name;
    std::string written = shown(name.found);
    const std::string& prominence = name.prominence;
    bool person = entity.kind == matchers::EntityKind::person;
    if (prominence == "sender")
      who = person
                ? fmt::format("The text is written in the name of {} (\"{}\", {})", entity.name, written, place(name))
                : fmt::format("It speaks to people as {} (\"{}\", {})", entity.name, written, place(name));
    else if (prominence == "heading")
      who = person ? fmt::format("The page's heading uses the name of {} (\"{}\")", entity.name, written)
                   : fmt::format("The page calls itself {} (\"{}\" in its title or heading)", entity.name, written);
    else if (prominence == "creative")
      who = fmt::format("The ad uses the name of {} (\"{}\", {})", entity.name, written, place(name));
    else if (prominence == "focus")
      who = fmt::format("The few words of the page are about {} (\"{}\", {})", entity.name, written, place(name));
    else if (prominence == "speaker")
      who = fmt::format("{} is presented as standing behind the offer (\"{}\", {})", entity.name, written, place(name));
    else
      who = fmt::format("{} is mentioned (\"{}\", {})", entity.name, written, place(name));
  } else if (evidence.logo) {
    who = fmt::format("It shows what looks like the logo of {} ({})", entity.name, place(*evidence.logo));
  } else if (evidence.revoiced) {
    who = fmt::format("It reuses known footage of {} with other sound or another mouth ({})", entity.name,
                      place(*evidence.revoiced));
  } else if (evidence.face) {
    who = fmt::format("{} {} ({})", resemblance(*evidence.face), entity.name, place(*evidence.face));
  } else {
    return {};
  }
  if (!host.empty() && !entity.official_domains.empty())
    return fmt::format("{}, but {} is not one of {}'s official addresses.", who, host, entity.name);
  if (!host.empty()) return fmt::format("{}, and nothing shows that {} stands behind {}.", who, entity.name, host);
  return who + ".";
}

}  // namespace

std::vector<std::string> reasons_for(const matchers::AdView& ad, const Evidence& evidence) {
  std::vector<std::string> reasons;
  std::string host = host_of(ad);
  std::size_t named = 0;
  for (const EntityEvidence& entity : evidence.entities) {
    if (entity.score < weights::kNamedAsImpersonated || named == 3) continue;
    ++named;
    if (std::string text = naming(entity, host); !text.empty()) reasons.push_back(std::move(text));
    if (entity.domain && entity.domain->strength != "weak") reasons.push_back(entity.domain->explanation);
    if (entity.disguised)
      reasons.push_back(fmt::format("The name of {} is written so that machines do not recognise it (\"{}\", {}).",
                                    entity.entity->name, shown(entity.disguised->found), place(*entity.disguised)));
    if (entity.logo && entity.best_name)
      reasons.push_back(
          fmt::format("It shows what looks like the logo of {} ({}).", entity.entity->name, place(*entity.logo)));
    if (entity.revoiced && entity.best_name)
      reasons.push_back(fmt::format("It reuses known footage of {} with other sound or another mouth ({}).",
                                    entity.entity->name, place(*entity.revoiced)));
    if (entity.face && (entity.best_name || entity.logo))
      reasons.push_back(
          fmt::format("{} {} ({}).", resemblance(*entity.face), entity.entity->name, place(*entity.face)));
  }
  std::size_t lures = 0;
  for (const Signal* lure : evidence.lures) {
    if (lures++ == kLuresShown) break;
    reasons.push_back(fmt::format("{}: \"{}\" ({}).", promise(lure->category), shown(lure->found), place(*lure)));
  }
  if (evidence.lures.size() > kLuresShown)
    reasons.push_back(
        fmt::format("{} further phrases of the same kind were found.", evidence.lures.size() - kLuresShown));
  for (const Signal* form : evidence.forms) reasons.push_back(form->explanation);
  for (const Signal* contact : evidence.contacts) {
    if (contact->kind != "phone" || evidence.contacts.size() == 1) reasons.push_back(contact->explanation);
  }
  if (evidence.app) reasons.push_back(evidence.app->explanation);
  if (evidence.known_scam)
    reasons.push_back(evidence.known_scam->explanation.empty()
                          ? "A picture or video is on a list of known fraudulent ones."
                          : evidence.known_scam->explanation);
  if (evidence.cloaking)
    reasons.push_back(evidence.cloaking->explanation.empty() ? "The address shows different visitors different pages."
                                                             : evidence.cloaking->explanation);
  if (evidence.ai)
    reasons.push_back(evidence.ai->explanation.empty() ? "The file says that it was made by a machine."
                                                       : evidence.ai->explanation);
  if (evidence.hidden_names)
    reasons.push_back("Names or promises stand in text that people cannot see; this was noted but not counted.");
  return reasons;
}

std::vector<std::string> reasons_against(const matchers::AdView& ad, const Evidence& evidence) {
  std::vector<std::string> against;
  if (evidence.official) against.push_back(evidence.official->explanation);
  for (const Explanation& explanation : evidence.explanations) {
    if (explanation.kind == "closed-registry" || explanation.kind == "same-name-address") {
      against.push_back(explanation.signal->explanation);
    } else if (explanation.weight >= 0.05) {
      against.push_back(fmt::format("It {} (\"{}\", {}).", called(explanation.kind), shown(explanation.signal->found),
                                    place(*explanation.signal)));
    }
  }
  for (const EntityEvidence& entity : evidence.entities) {
    if (!entity.best_name) continue;
    const std::string& prominence = entity.best_name->prominence;
    std::string_view part = prominence == "payment"      ? "only as a way to pay, a courier or a place"
                            : prominence == "comparison" ? "only as one of several that are compared"
                            : prominence == "namesake"   ? "only as part of another, longer name"
                            : prominence == "denies"     ? "beside a denial or a warning"
                            : prominence == "mention"    ? "only in passing"
                                                         : "";
    if (!part.empty())
      against.push_back(
          fmt::format("{} is named {} (\"{}\").", entity.entity->name, part, shown(entity.best_name->found)));
    else if (entity.best_name->kind == "weak")
      against.push_back(fmt::format("{} is named only by a common or short form (\"{}\").", entity.entity->name,
                                    shown(entity.best_name->found)));
  }
  if (!evidence.entities.empty() && evidence.lures.empty())
    against.push_back("No wording that misleading ads use was found.");
  if (evidence.lures.empty() && evidence.forms.empty() && evidence.contacts.empty() && !evidence.app)
    against.push_back("Nothing is asked of the viewer: no form, no contact, no payment.");
  if (!ad.landing_is_page && ad.landing_url.empty() && !ad.click_url.empty())
    against.push_back("The landing page could not be reached, so only the ad itself was judged.");
  return against;
}

}  // namespace pantau::cases
