#include "sweep/looks.h"

#include <gtest/gtest.h>

namespace pantau::sweep {
namespace {

StoredPage page(const std::string& url, std::vector<std::string> texts) {
  StoredPage page;
  page.url = page.final_url = url;
  page.outcome = "done";
  page.is_html = true;
  page.language = "en";
  for (std::string& text : texts) page.texts.push_back({std::move(text), crawler::TextRole::visible, -1});
  return page;
}

const char* const kGarden =
    "Growing chillies on a balcony: choose a sunny corner, water early, and feed the plants every second week with "
    "compost tea. Seedlings need shelter from heavy rain.";
const char* const kOffer =
    "The prime minister's programme pays every citizen daily profit. Deposit RM1,100 today, withdraw whenever you "
    "wish, "
    "guaranteed without any risk, places are nearly gone. Register your telephone now.";

TEST(Cloaking, AnotherTextForThePhone) {
  StoredPage phone = page("http://garden.example/", {kOffer});
  phone.persona = "phone";
  const auto signal = cloaking_between(page("http://garden.example/", {kGarden}), phone);
  ASSERT_TRUE(signal);
  EXPECT_EQ(signal->type, matchers::SignalType::cloaking);
  EXPECT_EQ(signal->kind, "text");
  EXPECT_NE(signal->explanation.find("phone"), std::string::npos);
}

TEST(Cloaking, AnotherTextInChinese) {
  const auto signal = cloaking_between(
      page("http://a.example/", {"今天的天气很好，适合到公园散步，看看花草树木，听听鸟叫声，享受大自然的宁静。"}),
      page("http://a.example/", {"总理推荐的投资平台，保证每日获利，只需存入一千令吉，立即注册领取奖金，名额有限。"}));
  EXPECT_TRUE(signal);
}

TEST(Cloaking, AFormThatOnlyThePhoneSees) {
  StoredPage phone = page("http://garden.example/", {kOffer});
  crawler::Form form;
  form.asks_card = true;
  phone.forms.push_back(form);
  const auto signal = cloaking_between(page("http://garden.example/", {kGarden}), phone);
  ASSERT_TRUE(signal);
  EXPECT_EQ(signal->kind, "form");
  EXPECT_NE(signal->explanation.find("card data"), std::string::npos);
}

TEST(Cloaking, SentOnToAnotherSite) {
  const auto signal =
      cloaking_between(page("http://garden.example/", {kGarden}), page("http://profit.example/", {kOffer}));
  ASSERT_TRUE(signal);
  EXPECT_EQ(signal->kind, "other-site");
  EXPECT_NE(signal->explanation.find("profit.example"), std::string::npos);
}

TEST(Cloaking, TheSamePageWithAnotherLayoutIsNone) {
  StoredPage phone = page("http://garden.example/m/", {"Menu", kGarden, "Open in app"});
  EXPECT_FALSE(cloaking_between(page("http://garden.example/", {"Home About Contact Shop", kGarden}), phone));
}

TEST(Cloaking, OtherHeadlinesOnEachVisitAreNone) {
  const std::string frame =
      "News of the town. Council, sport, weather, business, culture, opinion, letters, archive, subscribe, contact, "
      "privacy, imprint, advertise with us, follow us, mobile edition, printed edition.";
  EXPECT_FALSE(cloaking_between(
      page("http://news.example/", {frame, "Roads repaired on Monday", "Market opens late", "Visitors: 1,203"}),
      page("http://news.example/", {frame, "School wins the cup again", "Rain until Friday", "Visitors: 1,207"})));
}

TEST(Cloaking, ATranslationIsNone) {
  StoredPage malay = page("http://garden.example/ms",
                          {"Menanam cili di balkoni: pilih sudut yang cerah, siram awal pagi, dan beri baja setiap dua "
                           "minggu. Anak pokok perlu dilindungi daripada hujan lebat."});
  malay.language = "ms-my";
  EXPECT_FALSE(cloaking_between(page("http://garden.example/", {kGarden}), malay));
}

TEST(Cloaking, ARefusalIsNone) {
  StoredPage refused = page("http://garden.example/", {"Forbidden"});
  refused.outcome = "blocked";
  EXPECT_FALSE(cloaking_between(page("http://garden.example/", {kGarden}), refused));
}

}  // namespace
}  // namespace pantau::sweep
