// Campaigns: what joins cases, what never does, and that neither the order of arrival nor decisions break them.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "cases/campaigns/campaign_store.h"
#include "cases/case_store.h"
#include "media/pdq.h"
#include "tests/support/sample_case.h"
#include "tests/support/test_database.h"

namespace pantau::cases {
namespace {

std::string digits(std::mt19937& random, std::size_t count, const char* alphabet = "0123456789abcdef") {
  const std::string letters = alphabet;
  std::string made;
  for (std::size_t i = 0; i < count; ++i) made += letters[random() % letters.size()];
  return made;
}

// The same picture as another encoder stores it: `bits` of its fingerprint flip.
std::string stored_anew(const std::string& hash, int bits, std::mt19937& random) {
  media::PdqBits changed = *media::PdqBits::from_hex(hash);
  std::set<unsigned> places;
  while (static_cast<int>(places.size()) < bits) places.insert(random() % 256);
  for (unsigned place : places) changed.words[place / 64] ^= std::uint64_t{1} << (place % 64);
  return changed.hex();
}

CaseRecord scam(const std::string& name) {
  CaseRecord record;
  record.key = "https://" + name + ".example/";
  record.landing_url = record.key;
  record.urls = {record.key};
  record.verdict.band = "flag";
  record.verdict.score = 0.9;
  record.verdict.category = "investment-scam";
  return record;
}

CaseMedium picture(const std::string& sha256, const std::string& pdq, int quality = 100, int side = 600) {
  CaseMedium medium;
  medium.kind = "image";
  medium.url = "https://cdn.example/" + sha256.substr(0, 8) + ".jpg";
  medium.sha256 = sha256;
  medium.width = medium.height = side;
  medium.pdq = {{pdq, quality, 0}};
  return medium;
}

class Campaigns : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { start(); }
  void start() {
    reader_.reset();
    store_.reset();
    folder_ = std::make_unique<test::TemporaryFolder>();
    database_ = std::make_unique<test::TestDatabase>(GetParam());
    PANTAU_SKIP_WITHOUT(*database_);
    auto store = store::Store::open(database_->address(), folder_->path(), case_migrations());
    ASSERT_TRUE(store) << store.error().detail;
    store_ = std::move(*store);
    auto reader = store_->open_reader();
    ASSERT_TRUE(reader) << reader.error().detail;
    reader_ = std::move(*reader);
    key_of_.clear();
  }
  Result<void> write(const store::Job& job) { return store_->write(job).get(); }

  std::string save(const CaseRecord& record) {
    std::string id;
    auto done = write([&](store::Connection& c) -> Result<void> {
      auto saved = save_case(c, record);
      if (!saved) return saved.error();
      id = saved->id;
      return {};
    });
    EXPECT_TRUE(done) << done.error().detail;
    key_of_[id] = record.key;
    return id;
  }
  void decide_on(const std::string& id, const std::string& action) {
    auto done = write([&](store::Connection& c) -> Result<void> {
      auto decided = decide(c, {id, action, "aisyah", "seen"});
      if (!decided) return decided.error();
      return {};
    });
    ASSERT_TRUE(done) << done.error().detail;
  }
  std::string campaign(const std::string& id) {
    auto found = campaign_of(*reader_, id);
    EXPECT_TRUE(found);
    return found ? *found : std::string();
  }
  bool together(const std::string& a, const std::string& b) {
    return !campaign(a).empty() && campaign(a) == campaign(b);
  }
  // By keys, so that stores can be compared.
  std::set<std::set<std::string>> partition() {
    std::set<std::set<std::string>> groups;
    auto all = list_campaigns(*reader_);
    EXPECT_TRUE(all);
    for (const Campaign& one : *all) {
      std::set<std::string> keys;
      for (const std::string& id : one.cases) keys.insert(key_of_.at(id));
      groups.insert(keys);
    }
    return groups;
  }

  std::unique_ptr<test::TemporaryFolder> folder_;
  std::unique_ptr<test::TestDatabase> database_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<store::Connection> reader_;
  std::map<std::string, std::string> key_of_;
};

INSTANTIATE_TEST_SUITE_P(Engines, Campaigns, test::engines(), test::engine_name);

// Twelve gangs with five ads each, every pair of neighbours tied by something else, among sixty strangers that share
// only a picture host, a shortener and a tag manager.
TEST_P(Campaigns, TwelveAmongSixtyStrangersInAnyOrder) {
  std::mt19937 random(7);
  std::vector<CaseRecord> records;
  std::map<std::string, int> gang_of;
  for (int gang = 0; gang < 12; ++gang) {
    const std::string pdq = digits(random, 64), sha = digits(random, 64),
                      phone = "+6011" + digits(random, 8, "0123456789"),
                      pixel = "meta-pixel:" + digits(random, 15, "123456789"), wallet = "T" + digits(random, 33);
    for (int ad = 0; ad < 5; ++ad) {
      CaseRecord record = scam("g" + std::to_string(gang) + "-" + std::to_string(ad));
      record.click_url = "https://bit.ly/" + digits(random, 6);
      record.indicators.trackers = {"GTM-SHARED1"};
      if (ad == 0 || ad == 1) record.media.push_back(picture(sha, pdq));
      if (ad == 2) record.media.push_back(picture(digits(random, 64), stored_anew(pdq, 25, random)));
      if (ad == 2 || ad == 3) record.indicators.trackers.push_back(pixel);
      if (ad == 3 || ad == 4) record.indicators.whatsapp = {phone};
      if (ad == 0 || ad == 4) record.indicators.wallets = {wallet};
      gang_of[record.key] = gang;
      records.push_back(record);
    }
  }
  for (int i = 0; i < 60; ++i) {
    CaseRecord record = scam("stranger" + std::to_string(i));
    record.click_url = "https://bit.ly/" + digits(random, 6);
    record.urls.push_back("https://cdn.jsdelivr.net/x.js");
    record.indicators.trackers = {"GTM-SHARED1"};
    record.indicators.domains = {"cdn.jsdelivr.net", "bit.ly"};
    record.roles = {{"cdn.jsdelivr.net", "shared"}, {"bit.ly", "redirector"}};
    if (i % 2 == 0) record.landing_url = "https://sites.google.com/view/page" + std::to_string(i);
    record.media.push_back(picture(digits(random, 64), digits(random, 64)));
    records.push_back(record);
  }
  std::set<std::set<std::string>> first;
  for (int round = 0; round < 4; ++round) {
    if (round > 0) {
      start();
      std::shuffle(records.begin(), records.end(), random);
    }
    for (const CaseRecord& record : records) save(record);
    const auto groups = partition();
    if (round == 0) {
      first = groups;
      ASSERT_EQ(groups.size(), 12u);
      for (const auto& group : groups) {
        EXPECT_EQ(group.size(), 5u);
        std::set<int> gangs;
        for (const std::string& key : group) {
          ASSERT_TRUE(gang_of.contains(key)) << key << " is a stranger";
          gangs.insert(gang_of.at(key));
        }
        EXPECT_EQ(gangs.size(), 1u);
      }
    }
    EXPECT_EQ(groups, first) << "arrival " << round;
  }
}

TEST_P(Campaigns, SaysWhatTiesThem) {
  CaseRecord a = scam("satu"), b = scam("dua"), c = scam("tiga");
  a.indicators.whatsapp = b.indicators.whatsapp = {"+60111222333"};
  c.landing_url = "https://promo.dua.example/login";
  const std::string first = save(a), second = save(b), third = save(c);
  auto found = find_campaign(*reader_, second);
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->cases, (std::vector<std::string>{first, second, third}));
  ASSERT_EQ((*found)->ties.size(), 2u);
  EXPECT_EQ((*found)->ties[0].tie.kind, TieKind::contact);
  EXPECT_EQ((*found)->ties[0].tie.value, "+60111222333");
  EXPECT_EQ((*found)->ties[0].cases, (std::vector<std::string>{first, second}));
  EXPECT_EQ((*found)->ties[1].tie.value, "dua.example");
  EXPECT_EQ((*found)->id, "k-" + first.substr(2)) << "named after the oldest case";
  auto record = find_case(*reader_, third);
  ASSERT_TRUE(record && *record);
  EXPECT_EQ((*record)->campaign, (*found)->id);
}

TEST_P(Campaigns, WhatIsSharedByAllJoinsNobody) {
  CaseRecord a = scam("satu"), b = scam("dua");
  for (CaseRecord* one : {&a, &b}) {
    one->media = {picture(std::string(64, 'a'), std::string(64, '5'), 100, 48)};                              // an icon
    one->media.push_back(picture(std::string(63, 'b') + (one == &a ? "1" : "2"), std::string(64, '0'), 10));  // flat
    one->indicators.phones = {"+60388880000"};  // the bank's own hotline
    one->roles = {{"+60388880000", "victim"}};
    one->indicators.trackers = {"GTM-ABC123"};
  }
  a.landing_url = "https://satu.blogspot.com/";
  b.landing_url = "https://dua.blogspot.com/";
  save(a);
  save(b);
  EXPECT_TRUE(partition().empty());
}

TEST_P(Campaigns, GenuineMediaNeverJoin) {
  const std::string genuine = "0f" + std::string(62, '3');
  std::mt19937 random(3);
  CaseRecord a = scam("satu"), b = scam("dua"), official = scam("bank");
  a.media = {picture(std::string(64, '1'), stored_anew(genuine, 9, random))};
  b.media = {picture(std::string(64, '2'), stored_anew(genuine, 9, random))};
  official.verdict.band = "clear";
  official.media = {picture(std::string(64, '3'), genuine)};
  matchers::Signal signal;
  signal.type = matchers::SignalType::official;
  official.signals = {signal};
  const std::string first = save(a), second = save(b);
  EXPECT_TRUE(together(first, second)) << "nobody knows yet whose picture it is";
  save(official);
  EXPECT_FALSE(together(first, second)) << "the bank's own picture, stolen twice";

  start();
  save(official);
  const std::string third = save(a), fourth = save(b);
  EXPECT_FALSE(together(third, fourth)) << "in the other order as well";
}

TEST_P(Campaigns, ADismissedCaseLeavesAndItsPictureJoinsNobody) {
  CaseRecord a = scam("satu"), b = scam("dua"), c = scam("tiga"), d = scam("empat");
  a.indicators.wallets = b.indicators.wallets = {"T123"};
  b.media = c.media = d.media = {picture(std::string(64, '7'), "12" + std::string(62, '9'))};
  const std::string first = save(a), second = save(b), third = save(c), fourth = save(d);
  ASSERT_TRUE(together(first, fourth));
  decide_on(second, "dismiss");
  EXPECT_EQ(campaign(second), "");
  EXPECT_EQ(campaign(first), "") << "only the dismissed case led to it";
  EXPECT_FALSE(together(third, fourth)) << "what they share turned out to be harmless";
}

TEST_P(Campaigns, WhatWasCutStaysCut) {
  CaseRecord a = scam("satu"), b = scam("dua"), c = scam("tiga");
  a.indicators.wallets = b.indicators.wallets = {"T123"};
  b.indicators.trackers = c.indicators.trackers = {"UA-1"};
  const std::string first = save(a), second = save(b), third = save(c);
  ASSERT_TRUE(together(first, third));
  auto cut =
      write([&](store::Connection& w) { return cut_campaign(w, first, third, "aisyah", "an agency's account"); });
  ASSERT_TRUE(cut) << cut.error().detail;
  EXPECT_FALSE(together(first, third));
  EXPECT_TRUE(together(first, second)) << "a wallet ties more than a visitor count does";
  // More of the same comes in, and both are seen again.
  CaseRecord d = scam("empat");
  d.indicators.wallets = {"T123"};
  d.indicators.trackers = {"UA-1"};
  const std::string fourth = save(d);
  c.verdict.score = 0.95;
  c.indicators.emails = {"x@y.example"};
  save(c);
  EXPECT_FALSE(together(first, third));
  EXPECT_TRUE(together(first, fourth));
  auto again = write([&](store::Connection& w) { return cut_campaign(w, first, third, "aisyah", "again"); });
  EXPECT_FALSE(again) << "there is nothing left to cut";
}

TEST_P(Campaigns, ClearPagesAreInNone) {
  CaseRecord a = scam("satu"), b = scam("dua");
  b.verdict.band = "clear";
  a.indicators.wallets = b.indicators.wallets = {"T123"};
  const std::string first = save(a), second = save(b);
  EXPECT_EQ(campaign(first), "");
  b.verdict.band = "review";
  save(b);
  EXPECT_TRUE(together(first, second)) << "judged again";
}

}  // namespace
}  // namespace pantau::cases
