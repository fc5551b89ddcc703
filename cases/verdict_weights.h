#pragma once
// Every number that a verdict is made of, in one place. A dimension is combined by noisy-or, 1 - (1 - a)(1 - b)...:
// each further observation closes part of what is left to certainty, and the order does not matter. The score is
//
//     sqrt(impersonation * solicitation) * explanation
//
// so that neither dimension can make up for the other, and a better explanation pulls everything down. Weights were set
// by hand on invented and labelled pages; `pantau eval` measures what a change does.
#include <array>
#include <string_view>

namespace pantau::cases::weights {

struct Named {
  std::string_view name;
  double weight;
};
struct ByStrength {
  std::string_view name;
  double strong, medium, weak;
};

// --- impersonation ---------------------------------------------------------------------------------------------------
// How much a name in this part of a page or ad means that the page speaks as, or for, the one named.
inline constexpr auto kProminence = std::to_array<Named>({
    {"sender", 0.92},    // "Dear customer of Maybank", "log in to CIMB Clicks"
    {"heading", 0.90},   // title and main heading
    {"creative", 0.90},  // the ad itself
    {"speaker", 0.86},   // endorses, launches, represents
    {"focus", 0.66},     // running text of a page that says little else
    {"mention", 0.25},   // running text
    {"comparison", 0.10},
    {"payment", 0.06},   // "pay by Maybank"
    {"denies", 0.06},    // "Petronas denies"
    {"namesake", 0.03},  // "Anwar Tailor"
});
inline constexpr double kDisguisedName = 0.45;   // a name written so that machines miss it, beside its prominence
inline constexpr double kFurtherMention = 0.12;  // a second mention in running text
inline constexpr double kDomain = 0.95;          // times the look-alike's own score
inline constexpr double kWeakDomain = 0.40;      // the same for weak ones (perhaps by chance)
inline constexpr double kLogo = 0.60, kRevoiced = 0.65, kFace = 0.40;  // times the signal's score
inline constexpr double kKnownScamMedia = 0.50;
inline constexpr double kNamedAsImpersonated = 0.45;  // from here on an entity is listed under `impersonates`

// --- solicitation ----------------------------------------------------------------------------------------------------
inline constexpr double kStrongLure = 0.74, kMediumLure = 0.44, kWeakLure = 0.12;
inline constexpr double kClaimOnly = 0.75;  // a lure that asks for nothing itself
// Inside quotation marks: perhaps somebody else's words. Promises of investors stand there in frauds as well (invented
// interviews); demands and prizes hardly ever do.
inline constexpr double kQuotedInvestment = 0.85, kQuotedInvestmentExplained = 0.50, kQuotedOther = 0.30;
inline constexpr auto kForms = std::to_array<Named>({{"one-time-code", 0.55},
                                                     {"banking-login", 0.55},
                                                     {"card", 0.45},
                                                     {"password", 0.40},
                                                     {"identity", 0.38},
                                                     {"bank-account", 0.25},
                                                     {"contact", 0.25}});
inline constexpr double kCredentialsInItsName = 0.80;  // a credential form on a page that speaks as the brand
// How much that speaks for the category "phishing" beside the story that the lures tell (a prize, aid, a loan).
inline constexpr double kPhishingVote = 0.45;
// The same for data that no third party takes in somebody else's name; an agency's least of all.
inline constexpr double kDataInABrandsName = 0.66, kDataInAnAgencysName = 0.70, kDataBesideABrand = 0.30,
                        kCodeBesideAName = 0.25;
// A page that opens with an agency's name and has people write to a private chat or hand over identity numbers.
inline constexpr double kAgencyByChat = 0.40;
// A page of no more words than this that opens with a brand's name and takes a password is a log-in page in its name.
inline constexpr std::size_t kLogInPage = 60;
// What no honest page asks for together, whatever it says: identity number and card, card and PIN, account and code.
inline constexpr double kNeverTogether = 0.85;
// A page with promises and no form, contact, app or payment: nothing can be handed over on it.
inline constexpr double kWithoutChannel = 0.75;
inline constexpr auto kContacts = std::to_array<Named>(
    {{"wallet", 0.55}, {"bank-account", 0.42}, {"telegram", 0.28}, {"whatsapp", 0.25}, {"phone", 0.06}});
inline constexpr double kApp = 0.65, kAppFromTheSender = 0.35;  // an app file; handed to the brand's "customers"
// Forms and contacts without any lure: every honest page has some. What only money-takers need counts for more when the
// page speaks in the entity's name.
inline constexpr double kWithoutLure = 0.62, kWithoutLureInItsName = 0.95;

// --- better explanations: how much of the score each takes away
// --------------------------------------------------------
inline constexpr auto kExplanations = std::to_array<ByStrength>({
    {"warning", 0.65, 0.45, 0.15},
    {"talks-of-fraud", 0.40, 0.30, 0.15},
    {"satire", 0.60, 0.40, 0.15},
    {"encyclopaedic", 0.50, 0.25, 0.05},
    {"education", 0.45, 0.25, 0.08},
    {"news", 0.40, 0.20, 0.06},
    {"regulated", 0.40, 0.25, 0.08},
    {"job-ad", 0.45, 0.25, 0.05},
    {"fan", 0.40, 0.25, 0.05},
    {"criticism", 0.40, 0.25, 0.05},
    {"disclaimer", 0.40, 0.25, 0.05},
    {"official-help", 0.35, 0.20, 0.05},
    {"merchant", 0.35, 0.20, 0.05},
    {"charity", 0.35, 0.20, 0.05},
    {"event", 0.35, 0.20, 0.05},
    {"political", 0.35, 0.20, 0.05},
    {"review", 0.35, 0.20, 0.05},
    {"endorsement", 0.30, 0.15, 0.05},
    {"closed-registry", 0.85, 0.85, 0.85},
    {"same-name-address", 0.35, 0.35, 0.35},
});
// What a page claims about itself counts for less when it promises or demands what such a page does not: a fraud calls
// itself news, shop, charity or licensed for nothing. Talking about fraud costs it something, so that counts for more.
inline constexpr double kClaimedBesideLures = 0.30, kClaimedBesideStrongAsk = 0.15;
inline constexpr double kWarningBesideLures = 0.90, kWarningBesideStrongAsk = 0.60;
// The page takes card data, codes or an app in the name of the one impersonated: what it says about fraud is a pretext.
inline constexpr double kAnythingBesideTaking = 0.30;
// A log-in form on a look-alike address: whatever the page says about itself.
inline constexpr double kAnythingBesidePhishing = 0.15;
// "Never share your code" stands on log-in pages, real and false; a warning says more than one such thing.
inline constexpr double kLoneWarning = 0.60;

// --- limits (DESIGN 4.5, "What may be flagged")
// -----------------------------------------------------------------------
inline constexpr double kNeededImpersonation = 0.50, kNeededSolicitation = 0.50, kNeededExplanation = 0.55;
inline constexpr double kAloneForReview =
    0.55;  // look-alike domain, re-voiced footage, known scam media without solicitation
inline constexpr double kPossibleCompromise = 0.60;  // strong fraud signals on an official address
inline constexpr double kOfficialCeiling = 0.05;

}  // namespace pantau::cases::weights
