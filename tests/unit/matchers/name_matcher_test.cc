#include "matchers/name_matcher.h"

#include <gtest/gtest.h>

#include <chrono>

namespace pantau::matchers {
namespace {

Watchlist list() {
  Watchlist watchlist;
  auto add = [&](std::string id, EntityKind kind, std::string name, std::vector<std::string> aliases,
                 std::vector<std::string> weak = {}) {
    Entity entity;
    entity.id = std::move(id);
    entity.kind = kind;
    entity.name = std::move(name);
    entity.aliases = std::move(aliases);
    entity.weak_aliases = std::move(weak);
    watchlist.entities.push_back(std::move(entity));
  };
  add("anwar", EntityKind::person, "Anwar Ibrahim", {"Datuk Seri Anwar", "PMX", "安华", "அன்வார் இப்ராஹிம்"}, {"Anwar"});
  add("siti", EntityKind::person, "Siti Nurhaliza", {"Dato' Sri Siti Nurhaliza"});
  add("maybank", EntityKind::brand, "Maybank", {"Maybank2u", "MAE"});
  add("tng", EntityKind::brand, "Touch 'n Go (TNG)", {"TNG eWallet"});
  add("grab", EntityKind::brand, "Grab", {"GrabPay"});
  add("public-bank", EntityKind::brand, "Public Bank", {});
  add("lhdn", EntityKind::agency, "Lembaga Hasil Dalam Negeri", {"HASiL", "LHDN"});
  add("tnb", EntityKind::brand, "Tenaga Nasional", {"国能"});
  add("binance", EntityKind::brand, "Binance", {});
  return watchlist;
}

struct Case {
  std::string_view text;
  std::string_view entity;  // "" = nothing
};

std::string entities(std::string_view text, bool tolerant = false, bool strong_only = true) {
  static const Watchlist watchlist = list();
  static const NameMatcher matcher(watchlist);
  std::string out;
  for (const NameHit& hit : matcher.find(text, tolerant)) {
    if (strong_only && (hit.weak || hit.namesake)) continue;
    const std::string& id = watchlist.entities[hit.entity].id;
    if (out.find(id) == std::string::npos) out += (out.empty() ? "" : ",") + id;
  }
  return out;
}

TEST(NameMatcher, FindsNamesAsPeopleWriteThem) {
  const Case cases[] = {
      {"Kata Anwar Ibrahim semalam", "anwar"},
      {"YAB Dato’ Seri Anwar bin Ibrahim", "anwar"},
      {"Datuk Seri Anwar berkata", "anwar"},
      {"PMX mendedahkan", "anwar"},
      {"首相安华宣布", "anwar"},
      {"அன்வார் இப்ராஹிமின் திட்டம்", "anwar"},
      {"DATO' SRI SITI NURHALIZA", "siti"},
      {"#SitiNurhaliza", "siti"},
      {"Maybanknya bagus", "maybank"},
      {"Maybank's app", "maybank"},
      {"log in to MAE now", "maybank"},
      {"Touch ‘n Go", "tng"},
      {"TOUCH N GO", "tng"},
      {"Touch-n-Go eWallet", "tng"},
      {"TNG eWallet", "tng"},
      {"pay with GrabPay", "grab"},
      {"Analysts like Grab shares", "grab"},
      {"akaun Public Bank anda", "public-bank"},
      {"HASiL kini", "lhdn"},
      {"May bank", "maybank"},
  };
  for (const Case& c : cases) EXPECT_EQ(entities(c.text), c.entity) << c.text;
}

TEST(NameMatcher, FindsDisguisedNames) {
  for (std::string_view text : {"S i t i N u r h a l i z a", "S.i.t.i N.u.r.h.a.l.i.z.a", "S_i_t_i N·u·r·h·a·l·i·z·a",
                                "$iti Nurh4liza", "Ѕiti Nurhаliza", "S\u200Biti Nur\u200Bhaliza", "𝐒𝐢𝐭𝐢 𝐍𝐮𝐫𝐡𝐚𝐥𝐢𝐳𝐚"}) {
    EXPECT_EQ(entities(text), "siti") << text;
  }
  static const Watchlist watchlist = list();
  NameMatcher matcher(watchlist);
  auto hits = matcher.find("Mаybаnk", false);  // Cyrillic
  ASSERT_EQ(hits.size(), 1u);
  EXPECT_TRUE(hits[0].disguised);
  EXPECT_FALSE(matcher.find("Maybank", false)[0].disguised);
}

TEST(NameMatcher, NearMissesAreNotNames) {
  for (std::string_view text : {"Maybankers Badminton Club",         // a longer word
                                "hasil jualan meningkat",            // ordinary Malay word
                                "hotel bagi mae",                    // acronym only as written
                                "Public bank holidays in 2026",      // means something else
                                "grab a seat",                       // ordinary English word
                                "Grab your discount today",          // capital only because the sentence begins
                                "我国能够做到",                      // 国能 across two words
                                "平安华人社团",                      // 安华 across two words
                                "Anwar Tailor, Jalan Masjid India",  // first name only
                                "Siti dan Nurhaliza", "Ibrahim Anwar", "personal finance", "Anwar, Ibrahim dan Ali",
                                "kedai Anwar Ibrahim bin Salleh"}) {
    EXPECT_EQ(entities(text), "") << text;
  }
}

TEST(NameMatcher, FirstNamesAreWeakAndSayWhatStandsBefore) {
  static const Watchlist watchlist = list();
  NameMatcher matcher(watchlist);
  auto alone = matcher.find("kata anwar semalam", false);
  ASSERT_EQ(alone.size(), 1u);
  EXPECT_TRUE(alone[0].weak);
  EXPECT_FALSE(alone[0].office_before);
  auto titled = matcher.find("kata Perdana Menteri Anwar semalam", false);
  ASSERT_EQ(titled.size(), 1u);
  EXPECT_TRUE(titled[0].office_before);
}

TEST(NameMatcher, LongerNamesOfOthersAreNamesakes) {
  static const Watchlist watchlist = list();
  NameMatcher matcher(watchlist);
  for (std::string_view text :
       {"Anwar Ibrahim bin Salleh", "Kedai Anwar Ibrahim", "Siti Nurhaliza Catering", "Maybank Badminton Club"}) {
    auto hits = matcher.find(text, false);
    ASSERT_FALSE(hits.empty()) << text;
    EXPECT_TRUE(hits[0].namesake) << text;
  }
}

TEST(NameMatcher, OneWrongLetterOnlyInMachineReadText) {
  EXPECT_EQ(entities("Maybanh2u", true), "maybank");
  EXPECT_EQ(entities("Siti Nurhatiza", true), "siti");
  EXPECT_EQ(entities("Siti Nurhatiza", false), "");
  EXPECT_EQ(entities("finance", true), "");  // one letter from Binance, and a word of its own
}

TEST(NameMatcher, TenThousandNamesAndAMegabyteTakeLittleTime) {
  Watchlist watchlist;
  for (int i = 0; i < 10000; ++i) {
    Entity entity;
    entity.id = "e" + std::to_string(i);
    entity.name = "Nama" + std::to_string(i * 7919) + " Contoh" + std::to_string(i);
    watchlist.entities.push_back(std::move(entity));
  }
  NameMatcher matcher(watchlist);
  std::string text;
  while (text.size() < 1000000)
    text += "Kata orang ramai di pasar, harga barang naik lagi minggu ini dan tiada siapa tahu sebabnya. ";
  text += "Nama7919 Contoh1";
  auto start = std::chrono::steady_clock::now();
  auto hits = matcher.find(text, false);
  auto taken = std::chrono::steady_clock::now() - start;
  ASSERT_EQ(hits.size(), 1u);
  EXPECT_LT(std::chrono::duration<double>(taken).count(), 5.0);
}

}  // namespace
}  // namespace pantau::matchers
