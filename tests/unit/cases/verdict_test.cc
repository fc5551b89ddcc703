// What may be flagged (DESIGN 4.5): impersonation AND solicitation AND no better explanation, in the languages of the
// region.
#include "cases/verdict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace pantau::cases {
namespace {

using matchers::AdText;
using matchers::AdView;
using matchers::Matcher;
using matchers::Signal;
using matchers::SignalType;
using matchers::Where;
using testing::Contains;
using testing::HasSubstr;

constexpr std::string_view kLures = R"yaml(language: ms
negations: ["tidak pernah", "tidak", "jangan", "never", "not", "不会", "请勿"]
patterns:
  - {id: x.investment.guaranteed, category: investment-scam, asks: investment, strength: strong, text: ["(untung|pulangan) dijamin", "guaranteed (profit|returns)", "保证回酬", "稳赚", "இலாபம் உறுதி", "untung pasti", "hasil dijamin"]}
  - {id: x.investment.small-big, category: investment-scam, asks: investment, strength: strong, text: ["(modal|deposit|setor|முதலீடு|投资) .. {amount} .. (untung|earn|dapat|சம்பாதி*|赚) .. {amount}"]}
  - {id: x.phishing.suspended, category: phishing, asks: credentials, strength: strong, text: ["akaun .. (digantung|disekat)", "account .. suspended", "户口 .. (冻结|限制)", "rekening .. diblokir", "கணக்கு .. முடக்க*"]}
  - {id: x.giveaway.won, category: giveaway-scam, asks: personal-data, strength: strong, text: ["tahniah .. (pemenang|menang)", "congratulations .. won", "恭喜 .. 中奖"]}
  - {id: x.loan.no-check, category: loan-scam, asks: contact, strength: strong, text: ["(blacklist|ctos|ccris) .. (boleh|lulus|ok)", "黑名单 .. 贷款"]}
context:
  - {id: x.context.warning, kind: warning, strength: strong, text: ["(awas|waspada|berhati hati) .. (penipuan|palsu|scam)", "beware .. (scam|fake)", "提高警惕", "எச்சரிக்கை", "scam alert"]}
  - {id: x.context.satire, kind: satire, strength: strong, text: ["(satira|this is satire)"]}
)yaml";
constexpr std::string_view kWatchlist = R"yaml(entities:
  - {id: anwar, kind: person, name: Anwar Ibrahim, aliases: [Datuk Seri Anwar, "安华", "அன்வார் இப்ராஹிம்"], weak_aliases: [Anwar], official_domains: [pmo.gov.my]}
  - {id: maybank, kind: brand, name: Maybank, aliases: [Maybank2u, "马来亚银行", "மேபேங்க்"], official_domains: [maybank.com, maybank2u.com.my]}
  - {id: cimb, kind: brand, name: CIMB, aliases: [CIMB Clicks], official_domains: [cimb.com.my]}
  - {id: bca, kind: brand, name: BCA, aliases: [KlikBCA], official_domains: [bca.co.id]}
  - {id: tng, kind: brand, name: Touch 'n Go, aliases: [TNG eWallet], official_domains: [touchngo.com.my]}
)yaml";

const Matcher& matcher() {
  static const std::shared_ptr<const Matcher> made = [] {
    auto lures = matchers::read_lures({{"lures.yaml", std::string(kLures), {}}});
    auto list = matchers::read_watchlists({{"list.yaml", std::string(kWatchlist), {}}});
    EXPECT_TRUE(lures) << lures.error().detail;
    EXPECT_TRUE(list) << list.error().detail;
    return *Matcher::compile(std::move(*list), std::move(*lures));
  }();
  return *made;
}

struct Page {
  std::string url = "http://tawaran-baik.example/x";
  std::string title = {};
  std::vector<std::string> texts = {};
  std::string asks = {};  // letters: p password, o one-time code, c card, i identity, n name and contact
  std::string link = {};
  std::vector<std::string> hidden = {};
  std::string creative = {};
};

AdView view(const Page& page) {
  AdView ad;
  ad.landing_url = page.url;
  ad.landing_is_page = true;
  ad.title = page.title;
  auto add = [&ad](std::string text, bool heading, bool hidden, Where where) {
    AdText made;
    made.text = std::move(text);
    made.heading = heading;
    made.hidden = hidden;
    made.where = where;
    ad.texts.push_back(std::move(made));
  };
  if (!page.title.empty()) add(page.title, true, false, Where::page);
  for (const std::string& text : page.texts) add(text, false, false, Where::page);
  for (const std::string& text : page.hidden) add(text, false, true, Where::page);
  if (!page.creative.empty()) add(page.creative, false, false, Where::ocr);
  if (!page.asks.empty()) {
    crawler::Form form;
    for (char c : page.asks) {
      form.asks_password = form.asks_password || c == 'p';
      form.asks_one_time_code = form.asks_one_time_code || c == 'o';
      form.asks_card = form.asks_card || c == 'c';
      form.asks_identity = form.asks_identity || c == 'i';
      form.asks_contact = form.asks_contact || c == 'n';
    }
    ad.forms.push_back(form);
  }
  if (!page.link.empty()) {
    crawler::Link link;
    link.url = page.link;
    ad.links.push_back(link);
  }
  return ad;
}

Verdict judged(const AdView& ad, std::vector<Signal> further = {}) {
  matchers::Findings findings = matcher().match(ad);
  for (Signal& signal : further) findings.signals.push_back(std::move(signal));
  return judge(ad, findings, matcher().watchlist(), {});
}
Verdict judged(const Page& page, std::vector<Signal> further = {}) {
  return judged(view(page), std::move(further));
}

TEST(Verdict, FlagsFraudsInFiveLanguages) {
  const Page pages[] = {
      {.title = "Anwar Ibrahim lancar platform rakyat",
       .texts = {"Untung dijamin. Modal RM1,000 sahaja, untung RM75,000 sebulan."},
       .asks = "n"},
      {.title = "Anwar Ibrahim reveals his secret",
       .texts = {"Guaranteed profit: deposit RM1,100 and earn RM20,000 weekly."},
       .asks = "n"},
      {.title = "首相安华推出投资计划", .texts = {"保证回酬，投资RM1,000，首月赚RM75,000。"}, .asks = "n"},
      {.title = "அன்வார் இப்ராஹிம் அறிமுகப்படுத்திய திட்டம்",
       .texts = {"இலாபம் உறுதி. முதலீடு RM1,000 செய்து RM75,000 அல்ல, சம்பாதியுங்கள் RM75,000."},
       .asks = "n"},
      {.title = "KlikBCA: verifikasi rekening Anda",
       .texts = {"Rekening Anda diblokir. Masukkan kode OTP sekarang."},
       .asks = "po"},
      {.title = "Maybank2u", .texts = {"Akaun Maybank2u anda digantung, sahkan sekarang."}, .asks = "po"},
      {.title = "Pinjaman Maybank",
       .texts = {"Ejen Maybank: blacklist CTOS boleh lulus. Bayar yuran pemprosesan RM300 ke akaun ejen 514012345678."},
       .link = "https://wa.me/60125553168"},
  };
  for (const Page& page : pages) {
    Verdict verdict = judged(page);
    EXPECT_EQ(verdict.band, "flag") << page.title << " " << verdict.score;
    EXPECT_FALSE(verdict.impersonates.empty()) << page.title;
    EXPECT_FALSE(verdict.reasons.empty()) << page.title;
  }
}

TEST(Verdict, NearMissesStayClear) {
  const Page pages[] = {
      // merchants and payment
      {.title = "Kedai basikal Ali",
       .texts = {"Bayar dengan Maybank QR, CIMB atau Touch 'n Go. Penghantaran Pos RM8."},
       .asks = "cn"},
      {.title = "Wednesday deal: two tickets for RM20",
       .texts = {"We accept Maybank cards and Touch 'n Go eWallet."},
       .asks = "cn"},
      {.title = "Rumah anak yatim",
       .texts = {"Sumbangan ke Maybank 5140 1234 5678."},
       .asks = "n",
       .link = "https://wa.me/60125553168"},
      // comparison, forum, politics, namesake
      {.title = "Perbandingan akaun simpanan Maybank dan CIMB", .texts = {"Kadar faedah Maybank 2%, CIMB 2.1%."}},
      {.title = "Forum: app CIMB Clicks lambat", .texts = {"Saya guna CIMB sejak 2010."}, .asks = "p"},
      {.title = "Anwar Ibrahim bentang belanjawan",
       .texts = {"Perdana Menteri Anwar Ibrahim berkata di Dewan Rakyat."},
       .asks = "n"},
      {.url = "http://anwar-tailor.my/",
       .title = "Anwar Tailor",
       .texts = {"Jahit baju Melayu RM120. WhatsApp kami."},
       .asks = "n",
       .link = "https://wa.me/60125553168"},
      {.url = "http://maybankers-badminton.org/",
       .title = "Maybankers Badminton Club",
       .texts = {"Latihan setiap Rabu."},
       .asks = "n"},
      // warnings and lessons that quote
      {.title = "Awas penipuan guna nama Maybank",
       .texts = {"Mesej palsu \"Akaun anda digantung\" sedang tular. Jangan kongsi TAC."}},
      {.title = "Scam alert: fake Maybank pages",
       .texts = {"Scammers write \"your account is suspended\". It is fake."}},
      {.title = "提高警惕：假冒马来亚银行", .texts = {"骗子会说\u201C您的户口已被冻结\u201D。"}},
      {.title = "Satira: Anwar Ibrahim jual kucing", .texts = {"Untung dijamin dalam bentuk bulu. Ini satira."}},
  };
  for (const Page& page : pages) {
    Verdict verdict = judged(page);
    EXPECT_EQ(verdict.band, "clear") << page.title << " " << verdict.score;
    EXPECT_EQ(verdict.category, "none") << page.title;
  }
}

TEST(Verdict, TheSamePageIsClearOnTheOfficialDomain) {
  Page login{
      .title = "Maybank2u: log in", .texts = {"Your Maybank account. Masukkan kata laluan dan TAC."}, .asks = "po"};
  EXPECT_EQ(judged(login).band, "flag");
  login.url = "https://www.maybank2u.com.my/login";
  Verdict official = judged(login);
  EXPECT_EQ(official.band, "clear");
  EXPECT_THAT(official.against, Contains(HasSubstr("official address of Maybank")));
}

TEST(Verdict, FraudOnAnOfficialDomainIsAPossibleCompromiseAndNeverAFlag) {
  Page page{.url = "https://www.maybank2u.com.my/promo/",
            .title = "Maybank",
            .texts = {"Untung dijamin. Modal RM1,000 untung RM75,000. Tahniah anda menang!"},
            .asks = "po",
            .link = "https://t.me/ejen_rasmi"};
  Verdict verdict = judged(page);
  EXPECT_EQ(verdict.band, "review");
  EXPECT_THAT(verdict.reasons, Contains(HasSubstr("possible compromise")));
  AdView ad = view(page);
  auto roles = roles_after(verdict, ad, matcher().match(ad));
  EXPECT_EQ(roles["maybank2u.com.my"], "victim");
}

TEST(Verdict, TheBrandsOwnSiteAbroadIsNotFlagged) {
  Verdict verdict = judged(Page{.url = "http://www.maybank.com.ph/login",
                                .title = "Maybank2u: log in",
                                .texts = {"Your Maybank account."},
                                .asks = "po"});
  EXPECT_NE(verdict.band, "flag");
  EXPECT_THAT(verdict.against, Contains(HasSubstr("another country")));
}

TEST(Verdict, LookalikeDomainWithACredentialFormNeedsNoLure) {
  Verdict verdict =
      judged(Page{.url = "http://maybank2u.com.my.secure-session.net/login", .title = "Secure login", .asks = "po"});
  EXPECT_EQ(verdict.band, "flag");
  EXPECT_EQ(verdict.category, "phishing");
  EXPECT_THAT(verdict.reasons, Contains(HasSubstr("does not belong to Maybank")));
}

TEST(Verdict, OneDimensionAloneIsNeverAFlag) {
  // impersonation only
  EXPECT_NE(judged(Page{.url = "http://maybank2u-secure.com/", .title = "Maybank2u"}).band, "flag");
  // solicitation only
  EXPECT_EQ(judged(Page{.title = "Kelab pelabur",
                        .texts = {"Untung dijamin, modal RM100 untung RM9,000. Tahniah anda menang!"},
                        .asks = "pocin"})
                .band,
            "clear");
  Signal revoiced;
  revoiced.type = SignalType::revoiced;
  revoiced.entity = "anwar";
  revoiced.score = 0.95;
  revoiced.outcome = "sound-replaced";
  EXPECT_EQ(judged(Page{.title = "Video"}, {revoiced}).band, "review");
  Signal hash;
  hash.type = SignalType::media_hash;
  hash.score = 0.95;
  hash.kind = "known-scam";
  EXPECT_EQ(judged(Page{.title = "Gambar"}, {hash}).band, "review");
  hash.outcome = "possible";
  EXPECT_EQ(judged(Page{.title = "Gambar"}, {hash}).band, "clear");
}

TEST(Verdict, AFaceAloneNamesNobody) {
  Signal face;
  face.type = SignalType::face;
  face.entity = "anwar";
  face.score = 0.99;
  Page page{.title = "Pelan", .texts = {"Untung dijamin. Modal RM1,000 untung RM75,000."}, .asks = "n"};
  Verdict alone = judged(page, {face, face});
  EXPECT_NE(alone.band, "flag");
  EXPECT_TRUE(alone.impersonates.empty());
  page.title = "Anwar Ibrahim lancar pelan";
  Verdict named = judged(page, {face});
  EXPECT_EQ(named.band, "flag");
  EXPECT_THAT(named.reasons, Contains(HasSubstr("resembles Anwar Ibrahim")));
}

TEST(Verdict, HiddenTextIsNotedAndNotCounted) {
  Page page{.title = "Resipi", .hidden = {"Maybank akaun anda digantung, untung dijamin"}};
  Verdict verdict = judged(page);
  EXPECT_EQ(verdict.band, "clear");
  EXPECT_THAT(verdict.reasons, Contains(HasSubstr("cannot see")));
}

TEST(Verdict, ACreativeThatImpersonatesAndALandingThatSolicits) {
  Page page{.title = "Borang",
            .texts = {"Isi borang. Untung dijamin, modal RM500 dapat RM2,000."},
            .asks = "n",
            .creative = "PELAN ANWAR IBRAHIM"};
  EXPECT_EQ(judged(page).band, "flag");
}

TEST(Verdict, ReasonsSayWhatWasFoundWhere) {
  Verdict verdict = judged(Page{.url = "http://maybank-secure.net/",
                                .title = "Maybank2u login",
                                .texts = {"Akaun anda digantung."},
                                .asks = "po"});
  EXPECT_THAT(verdict.reasons, Contains(HasSubstr("maybank-secure.net is not one of Maybank's official addresses")));
  EXPECT_THAT(verdict.reasons, Contains(HasSubstr("\"Akaun anda digantung\" (on the page)")));
}

TEST(Verdict, ScoresHaveTwoDecimalsAndBandsFollowTheSettings) {
  AdView ad = view({.title = "Anwar Ibrahim lancar platform", .texts = {"Untung dijamin."}, .asks = "n"});
  matchers::Findings findings = matcher().match(ad);
  Verdict usual = judge(ad, findings, matcher().watchlist(), {});
  EXPECT_DOUBLE_EQ(usual.score * 100, std::round(usual.score * 100));
  VerdictSettings strict;
  strict.flag_at = 1.0;
  strict.review_at = 0.99;
  EXPECT_EQ(judge(ad, findings, matcher().watchlist(), strict).band, "clear");
  Verdict again = judge(ad, findings, matcher().watchlist(), {});
  EXPECT_EQ(again.score, usual.score);
  EXPECT_EQ(again.reasons, usual.reasons);
}

TEST(Verdict, RolesFollowTheVerdict) {
  AdView ad = view({.url = "http://pelan-kaya.example/x",
                    .title = "Anwar Ibrahim lancar platform",
                    .texts = {"Untung dijamin. Modal RM1,000 untung RM75,000."},
                    .asks = "n",
                    .link = "https://wa.me/60125553168"});
  ad.page_url = "http://portal-berita.example/";
  matchers::Findings findings = matcher().match(ad);
  Verdict verdict = judge(ad, findings, matcher().watchlist(), {});
  ASSERT_EQ(verdict.band, "flag");
  auto roles = roles_after(verdict, ad, findings);
  EXPECT_EQ(roles["pelan-kaya.example"], "scammer-owned");
  EXPECT_EQ(roles["+60125553168"], "scammer-owned");
  EXPECT_EQ(roles["portal-berita.example"], "publisher");
}

}  // namespace
}  // namespace pantau::cases
