// The compiled matcher over whole ads: lures with negation and quotation, weak names, contexts, forms.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "matchers/watchlist.h"

namespace pantau::matchers {
namespace {

using testing::HasSubstr;

constexpr std::string_view kLures = R"yaml(language: ms
negations: ["tidak pernah", "tidak", "jangan", "bukan", "never", "不会"]
patterns:
  - id: ms.investment.untung-dijamin
    category: investment-scam
    asks: investment
    strength: strong
    text: ["untung dijamin", "guaranteed profit", "保证回酬", "இலாபம் உறுதி"]
  - id: ms.phishing.kongsi-tac
    category: phishing
    asks: credentials
    strength: medium
    text: ["(kongsi|masukkan) .. (tac|kata laluan)"]
  - id: ms.loan.tanpa-penjamin
    category: loan-scam
    asks: contact
    strength: strong
    negatable: false
    text: ["tanpa penjamin .. lulus"]
context:
  - id: ms.context.awas
    kind: warning
    strength: strong
    text: ["awas .. penipuan"]
)yaml";
constexpr std::string_view kWatchlist = R"(entities:
  - {id: maybank, kind: brand, name: Maybank, official_domains: [maybank.com]}
  - {id: anwar, kind: person, name: Anwar Ibrahim, weak_aliases: [Anwar, Perdana Menteri]}
)";

std::shared_ptr<const Matcher> matcher() {
  static const std::shared_ptr<const Matcher> made = [] {
    auto lures = read_lures({{"ms.yaml", std::string(kLures), {}}});
    auto list = read_watchlists({{"list.yaml", std::string(kWatchlist), {}}});
    EXPECT_TRUE(lures) << lures.error().detail;
    EXPECT_TRUE(list) << list.error().detail;
    return *Matcher::compile(std::move(*list), std::move(*lures));
  }();
  return made;
}

Findings match(std::string text, bool hidden = false) {
  AdView ad;
  ad.landing_url = "http://x.example/";
  AdText made;
  made.text = std::move(text);
  made.hidden = hidden;
  ad.texts.push_back(made);
  return matcher()->match(ad);
}

std::size_t lures(const Findings& findings, std::string_view id) {
  std::size_t count = 0;
  for (const Signal& signal : findings.signals)
    count += signal.type == SignalType::lure && signal.matched == id && !signal.hidden;
  return count;
}
const Signal* first(const Findings& findings, SignalType type) {
  for (const Signal& signal : findings.signals) {
    if (signal.type == type) return &signal;
  }
  return nullptr;
}

TEST(Matcher, LuresInFourLanguages) {
  for (const char* text : {"Untung dijamin setiap hari", "Guaranteed profit!", "本平台保证回酬", "இலாபம் உறுதி"}) {
    EXPECT_EQ(lures(match(text), "ms.investment.untung-dijamin"), 1u) << text;
  }
}

TEST(Matcher, NegationTurnsALureRound) {
  EXPECT_EQ(lures(match("Kami tidak pernah janji untung dijamin"), "ms.investment.untung-dijamin"), 0u);
  EXPECT_EQ(lures(match("Jangan kongsi kod TAC"), "ms.phishing.kongsi-tac"), 0u);
  EXPECT_EQ(lures(match("Bukan tipu. Untung dijamin"), "ms.investment.untung-dijamin"), 1u);  // another sentence
  EXPECT_EQ(lures(match("Jangan lepaskan peluang untung dijamin"), "ms.investment.untung-dijamin"), 1u);  // urges
  EXPECT_EQ(lures(match("Tidak perlu tunggu, tanpa penjamin terus lulus"), "ms.loan.tanpa-penjamin"), 1u);
}

TEST(Matcher, QuotedAndHiddenLuresAreMarked) {
  Findings quoted = match("Mereka menulis \u201CUntung dijamin\u201D di Facebook");
  ASSERT_NE(first(quoted, SignalType::lure), nullptr);
  EXPECT_TRUE(first(quoted, SignalType::lure)->quoted);
  EXPECT_FALSE(first(match("Untung dijamin"), SignalType::lure)->quoted);
  EXPECT_TRUE(first(match("Untung dijamin", true), SignalType::lure)->hidden);
}

TEST(Matcher, WeakNamesNeedCompany) {
  EXPECT_EQ(first(match("anwar menang hadiah"), SignalType::name), nullptr);
  EXPECT_NE(first(match("kata Datuk Anwar semalam"), SignalType::name), nullptr);
  EXPECT_NE(first(match("Anwar Ibrahim hadir. Kemudian Anwar pulang."), SignalType::name), nullptr);
  EXPECT_EQ(first(match("Anwar Tailor menjahit baju"), SignalType::name), nullptr);
}

TEST(Matcher, SaysInWhichPartANameStands) {
  EXPECT_EQ(first(match("Bayar dengan kad Maybank"), SignalType::brand)->prominence, "payment");
  EXPECT_EQ(first(match("Akaun: Maybank 5140 1234 5678"), SignalType::brand)->prominence, "payment");
  EXPECT_EQ(first(match("Pelanggan Maybank yang dihormati"), SignalType::brand)->prominence, "sender");
  EXPECT_EQ(first(match("Anwar Ibrahim melancarkan platform baharu"), SignalType::name)->prominence, "speaker");
  EXPECT_EQ(first(match("Semalam hujan di Menara Maybank"), SignalType::brand)->prominence, "payment");
  EXPECT_EQ(first(match("Maybank menafikan tawaran itu"), SignalType::brand)->prominence, "denies");
}

TEST(Matcher, FormsSayWhatTheyAskFor) {
  AdView ad;
  crawler::Form form;
  form.asks_password = true;
  form.asks_one_time_code = true;
  form.fields = {{"user", "text", "User ID"}, {"pw", "password", "Password"}};
  ad.forms.push_back(form);
  Findings findings = matcher()->match(ad);
  std::size_t credentials = 0;
  for (const Signal& signal : findings.signals)
    credentials += signal.type == SignalType::form && signal.asks == "credentials";
  EXPECT_EQ(credentials, 2u);
  EXPECT_THAT(first(findings, SignalType::form)->explanation, HasSubstr("Password"));
}

TEST(Matcher, SameInputSameOutput) {
  Findings a = match("Awas penipuan Maybank: untung dijamin"), b = match("Awas penipuan Maybank: untung dijamin");
  ASSERT_EQ(a.signals.size(), b.signals.size());
  for (std::size_t i = 0; i < a.signals.size(); ++i) EXPECT_EQ(a.signals[i].found, b.signals[i].found);
}

TEST(LureReader, MistakesNameFileAndLine) {
  auto unknown = read_lures({{"x.yaml",
                              "language: ms\npatterns:\n  - id: a\n    category: investment\n    asks: money\n    "
                              "strength: strong\n    text: [b]\n",
                              {}}});
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().detail, HasSubstr("x.yaml:4"));
  EXPECT_THAT(unknown.error().detail, HasSubstr("investment-scam"));
  auto broken = read_lures({{"x.yaml",
                             "language: ms\npatterns:\n  - id: a\n    category: phishing\n    asks: money\n    "
                             "strength: strong\n    text: [\"(b\"]\n",
                             {}}});
  ASSERT_FALSE(broken);
  EXPECT_THAT(broken.error().detail, HasSubstr("x.yaml:7"));
}

}  // namespace
}  // namespace pantau::matchers
