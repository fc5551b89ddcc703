#include "matchers/indicators.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "matchers/phones.h"
#include "matchers/wallets.h"

namespace pantau::matchers {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Phones, NationalFormsBecomeE164) {
  EXPECT_EQ(e164("012-555 3168", "MY"), "+60125553168");
  EXPECT_EQ(e164("+6011-5557 6164", "MY"), "+601155576164");
  EXPECT_EQ(e164("+60 (0)3-8888 8000", "MY"), "+60388888000");
  EXPECT_EQ(e164("1-300-88-6688", "MY"), "+601300886688");
  EXPECT_EQ(e164("8555 1477", "SG"), "+6585551477");
  EXPECT_EQ(e164("0812-5555-1234", "ID"), "+6281255551234");
  EXPECT_EQ(e164("07700 900525", "GB"), "+447700900525");
  EXPECT_EQ(e164("12345", "MY"), std::nullopt);
  EXPECT_EQ(e164("0122", "MY"), std::nullopt);
}

TEST(Phones, OtherNumbersAreNoPhones) {
  EXPECT_TRUE(phones_in("Harga RM1,234,567 pada 2026-01-31, pesanan 8844120", "MY").empty());
  EXPECT_TRUE(phones_in("id=60123456789", "MY").empty());
  EXPECT_EQ(phones_in("Hubungi 012-555 3168 atau +6585551477.", "MY").size(), 2u);
}

TEST(Wallets, ChecksumsDecide) {
  EXPECT_EQ(wallet_kind("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"), WalletKind::bitcoin);  // the genesis block's
  EXPECT_EQ(wallet_kind("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb"), WalletKind::none);
  EXPECT_EQ(wallet_kind("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"), WalletKind::bitcoin);  // BIP 173's example
  EXPECT_EQ(wallet_kind("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5"), WalletKind::none);
  EXPECT_EQ(wallet_kind("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"), WalletKind::ethereum);  // EIP-55's example
  EXPECT_EQ(wallet_kind("0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed"), WalletKind::none);
  EXPECT_EQ(wallet_kind("THiQZcYGTCWJGv6PZn3fjhdpVwrCnFhtCN"), WalletKind::tron);
}

AdView page(std::string text, std::string url = "http://bantuan-segera.example/x") {
  AdView ad;
  ad.landing_url = std::move(url);
  AdText made;
  made.text = std::move(text);
  ad.texts.push_back(made);
  return ad;
}

TEST(Indicators, CollectsWhatOthersCanBlock) {
  Watchlist watchlist;
  Entity bank;
  bank.id = "bank";
  bank.kind = EntityKind::brand;
  bank.name = "Bank";
  bank.official_domains = {"bank.com.my"};
  bank.official_contacts = {"+60388888000"};
  watchlist.entities.push_back(bank);
  DomainMatcher domains(watchlist);
  AdView ad = page(
      "Bayar ke akaun CIMB 3484399439 lalu WhatsApp 012-555 3168. Soalan: admin@penipu.net, info@bank.com.my atau "
      "03-8888 8000. USDT: THiQZcYGTCWJGv6PZn3fjhdpVwrCnFhtCN");
  crawler::Link telegram;
  telegram.url = "https://t.me/ejen_rasmi";
  crawler::Link chat;
  chat.url = "https://api.whatsapp.com/send?phone=60125553168&text=hai";
  ad.links = {telegram, chat};
  ad.click_url = "https://bit.ly/abc";
  ad.hops.push_back({"http://kira.klik.example/1", 302, "http", ""});
  ad.trackers = {"google:G-ABC123"};
  ad.app_links = {"http://bantuan-segera.example/app.apk"};
  Collected found = collect_indicators(ad, watchlist, domains);
  EXPECT_THAT(found.indicators.bank_accounts, ElementsAre("cimb 3484399439"));
  EXPECT_THAT(found.indicators.whatsapp, ElementsAre("+60125553168"));
  EXPECT_THAT(found.indicators.telegram, ElementsAre("@ejen_rasmi"));
  EXPECT_THAT(found.indicators.wallets, ElementsAre("THiQZcYGTCWJGv6PZn3fjhdpVwrCnFhtCN"));
  EXPECT_THAT(found.indicators.phones, ElementsAre("+60125553168", "+60388888000"));
  EXPECT_THAT(found.indicators.apps, ElementsAre("http://bantuan-segera.example/app.apk"));
  EXPECT_EQ(found.roles["+60388888000"], "victim");
  EXPECT_EQ(found.roles["info@bank.com.my"], "victim");
  EXPECT_EQ(found.roles["bit.ly"], "shared");
  EXPECT_EQ(found.roles["klik.example"], "redirector");
  EXPECT_EQ(found.roles["bantuan-segera.example"], "unknown");
}

TEST(Indicators, ThePageThatCarriedTheAdIsItsPublisher) {
  Watchlist watchlist;
  DomainMatcher domains(watchlist);
  AdView ad = page("teks");
  ad.page_url = "http://portal.example/berita";
  Collected found = collect_indicators(ad, watchlist, domains);
  EXPECT_EQ(found.roles["portal.example"], "publisher");
}

TEST(Indicators, OrdinaryNumbersAreNoAccounts) {
  Watchlist watchlist;
  DomainMatcher domains(watchlist);
  EXPECT_THAT(collect_indicators(page("No. pendaftaran 202301012345 dan invois 99887766"), watchlist, domains)
                  .indicators.bank_accounts,
              IsEmpty());
  EXPECT_THAT(collect_indicators(page("Hubungi Maybank di 0312345678"), watchlist, domains).indicators.bank_accounts,
              IsEmpty());
}

}  // namespace
}  // namespace pantau::matchers
