#include "matchers/domain_matcher.h"

#include <gtest/gtest.h>

namespace pantau::matchers {
namespace {

const Watchlist& list() {
  static const Watchlist watchlist = [] {
    Watchlist made;
    auto add = [&](std::string id, EntityKind kind, std::string name, std::vector<std::string> aliases,
                   std::vector<std::string> domains, std::vector<std::string> accounts = {}) {
      Entity entity;
      entity.id = std::move(id);
      entity.kind = kind;
      entity.name = std::move(name);
      entity.aliases = std::move(aliases);
      entity.official_domains = std::move(domains);
      entity.official_accounts = std::move(accounts);
      made.entities.push_back(std::move(entity));
    };
    add("maybank", EntityKind::brand, "Maybank", {"Maybank2u", "MAE"}, {"maybank.com", "maybank2u.com.my"},
        {"facebook:Maybank"});
    add("cimb", EntityKind::brand, "CIMB", {"CIMB Clicks"}, {"cimbclicks.com.my", "cimb.com.my"});
    add("bnm", EntityKind::agency, "Bank Negara Malaysia", {"BNM"}, {"bnm.gov.my"});
    add("epf", EntityKind::agency, "Kumpulan Wang Simpanan Pekerja", {"KWSP", "EPF"}, {"kwsp.gov.my"});
    add("public-bank", EntityKind::brand, "Public Bank", {"PBe"}, {"pbebank.com"});
    add("grab", EntityKind::brand, "Grab", {"GrabPay"}, {"grab.com"});
    add("petronas", EntityKind::brand, "Petronas", {}, {"petronas.com"});
    add("anwar", EntityKind::person, "Anwar Ibrahim", {"Anwar"}, {"pmo.gov.my"});
    add("martin", EntityKind::person, "Martin Lewis", {}, {"moneysavingexpert.com"});
    return made;
  }();
  return watchlist;
}
const DomainMatcher& matcher() {
  static const DomainMatcher made(list());
  return made;
}

TEST(DomainMatcher, OfficialOnALabelBorderOnly) {
  EXPECT_EQ(matcher().official_owner("www.maybank2u.com.my")->id, "maybank");
  EXPECT_EQ(matcher().official_owner("MAYBANK.COM")->id, "maybank");
  EXPECT_EQ(matcher().official_owner("notmaybank.com"), nullptr);
  EXPECT_EQ(matcher().official_owner("maybank.com.evil.net"), nullptr);
  EXPECT_EQ(matcher().official_owner("com"), nullptr);
}

TEST(DomainMatcher, LookalikesByFamily) {
  struct Row {
    std::string_view host, entity, family;
  };
  const Row rows[] = {
      {"maybank2u.com.my.secure-session.net", "maybank", "subdomain"},
      {"bnm-gov-my.com", "bnm", "domain-in-name"},
      {"cimbcliks.com", "cimb", "omission"},
      {"cimbclickss.com", "cimb", "repetition"},
      {"cimbclciks.com", "cimb", "transposition"},
      {"maybamk2u.net", "maybank", "replacement"},
      {"maybank2u-secure.com", "maybank", "combosquat"},
      {"cimb-login.net", "cimb", "combosquat"},
      {"securemaybank2ulogin.com", "maybank", "combosquat"},
      {"petronas-dividen2026.com", "petronas", "combosquat"},
      {"may-bank2u.com", "maybank", "hyphenation"},
      {"maybank2u.net", "maybank", "wrong-tld"},
      {"rnaybank2u.com", "maybank", "homoglyph"},
      {"mayb4nk2u.com", "maybank", "homoglyph"},
      {"mаybank2u-verify.com", "maybank", "homoglyph"},  // Cyrillic а
  };
  for (const Row& row : rows) {
    auto found = matcher().lookalike(row.host);
    ASSERT_TRUE(found) << row.host;
    EXPECT_EQ(found->entity, row.entity) << row.host;
    EXPECT_EQ(found->family, row.family) << row.host;
    EXPECT_GE(found->score, 0.75) << row.host;
  }
}

TEST(DomainMatcher, OrdinaryNamesStayLow) {
  for (std::string_view host :
       {"maybankers-badminton.org", "anwar-tailor.my", "epfarmers.com", "publicbankholiday.info", "grabitfresh.com",
        "martinlewisphotography.co.uk", "harian-lembah.my", "example.com", "simbah.net", "grabbag.com"}) {
    auto found = matcher().lookalike(host);
    EXPECT_LT(found ? found->score : 0, 0.5) << host << " " << (found ? found->family : "");
  }
}

TEST(DomainMatcher, TheSameNameAbroadIsNoProof) {
  for (std::string_view host : {"maybank.com.ph", "petronas.it", "cimbclicks.com"}) {
    auto found = matcher().lookalike(host);
    ASSERT_TRUE(found) << host;
    EXPECT_EQ(found->family, "wrong-tld") << host;
    EXPECT_LE(found->score, 0.5) << host;
  }
}

TEST(DomainMatcher, OfficialAndSharedHostsAreNoLookalikes) {
  EXPECT_FALSE(matcher().lookalike("www.maybank2u.com.my"));
  EXPECT_FALSE(matcher().lookalike("maybank.blogspot.com"));
  EXPECT_FALSE(matcher().lookalike("127.0.0.1"));
  EXPECT_FALSE(matcher().lookalike("localhost"));
}

TEST(DomainMatcher, OfficialAccountsOnSharedHosts) {
  AdView ad;
  ad.landing_url = "https://www.facebook.com/Maybank/posts/1";
  auto signals = matcher().signals(ad);
  ASSERT_EQ(signals.size(), 1u);
  EXPECT_EQ(signals[0].type, SignalType::official);
  EXPECT_EQ(signals[0].entity, "maybank");
  ad.landing_url = "https://www.facebook.com/MaybankRewards/";
  EXPECT_TRUE(matcher().signals(ad).empty());
}

}  // namespace
}  // namespace pantau::matchers
