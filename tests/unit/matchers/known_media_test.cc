#include "matchers/known_media.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>

namespace pantau::matchers {
namespace {

using media::PdqBits;
using ::testing::HasSubstr;

class KnownMediaTest : public ::testing::Test {
 protected:
  KnownMediaTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "pantau-known-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~KnownMediaTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  void list(const std::string& name, const std::string& text, const std::string& format, bool restricted = false) {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
    for (const HashList& known : watchlist_.hash_lists) {
      if (known.path == folder_ / name) return;
    }
    watchlist_.hash_lists.push_back({folder_ / name, format, "known-scam", restricted});
  }
  KnownMedia load(bool restricted = false) {
    Result<KnownMedia> known = KnownMedia::load(watchlist_, restricted);
    EXPECT_TRUE(known) << known.error().detail;
    return known ? std::move(*known) : KnownMedia();
  }
  PdqBits hash() { return {{engine_(), engine_(), engine_(), engine_()}}; }
  PdqBits near(PdqBits hash, std::size_t bits) {
    std::set<std::uint64_t> flipped;
    while (flipped.size() < bits) flipped.insert(engine_() % 256);
    for (const std::uint64_t bit : flipped) hash.words[bit / 64] ^= std::uint64_t{1} << bit % 64;
    return hash;
  }
  static AdView ad_with(const media::MediaReport& report, const std::string& sha256 = std::string(64, 'f'),
                        const std::string& md5 = {}) {
    AdView ad;
    ad.media.push_back({sha256, md5, std::make_shared<media::MediaReport>(report)});
    return ad;
  }
  static media::MediaReport picture(const PdqBits& hash, int quality = 100) {
    media::MediaReport report;
    report.type = media::MediaType::image;
    report.frames.push_back({0, 0, hash.hex(), quality, {}});
    return report;
  }

  std::filesystem::path folder_;
  Watchlist watchlist_;
  std::mt19937_64 engine_{7};
};

TEST_F(KnownMediaTest, APictureOnAList) {
  const PdqBits listed = hash();
  list("scams.csv", "hash,quality,name\n" + listed.hex() + ",100,bait\n", "pdq");
  const KnownMedia known = load();
  const std::vector<Signal> found = known.signals(ad_with(picture(near(listed, 31))));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].type, SignalType::media_hash);
  EXPECT_EQ(found[0].matched, "known-scam");
  EXPECT_EQ(found[0].kind, "known-scam");
  EXPECT_EQ(found[0].outcome, "match");
  EXPECT_EQ(found[0].distance, 31);
  EXPECT_EQ(found[0].found, listed.hex());
  EXPECT_EQ(found[0].media, std::string(64, 'f'));
  EXPECT_FALSE(found[0].time_s);
  EXPECT_THAT(found[0].explanation, HasSubstr("list known-scam (line 2): 31 of 256 bits differ"));
  EXPECT_TRUE(known.signals(ad_with(picture(near(listed, 32)))).empty());
  EXPECT_TRUE(known.signals(ad_with(picture(listed, 49))).empty()) << "too flat to mean anything";
}

TEST_F(KnownMediaTest, APhotoListAgainstTheFramesOfAVideo) {
  const PdqBits listed = hash();
  list("scams.csv", listed.hex() + "\n", "pdq");
  media::MediaReport video;
  video.type = media::MediaType::video;
  for (int i = 0; i < 5; ++i) video.frames.push_back({i * 2.0, i * 50, hash().hex(), 90, {}});
  video.frames[2].pdq = near(listed, 20).hex();
  video.frames[3].pdq = near(listed, 9).hex();
  const std::vector<Signal> found = load().signals(ad_with(video));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].distance, 9);
  EXPECT_EQ(found[0].time_s, 6.0);
  EXPECT_THAT(found[0].explanation, HasSubstr("frames like it: 2"));
}

TEST_F(KnownMediaTest, DigestsOfTheBytes) {
  list("bytes.txt", std::string(64, 'b') + "\n", "sha256");
  KnownMedia known = load();
  EXPECT_FALSE(known.needs_md5());
  EXPECT_EQ(known.signals(ad_with({}, std::string(64, 'b'))).size(), 1u);
  list("md5.txt", std::string(32, 'C') + "\n", "md5");
  known = load();
  EXPECT_TRUE(known.needs_md5());
  const std::vector<Signal> found = known.signals(ad_with({}, std::string(64, 'a'), std::string(32, 'c')));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].where, Where::file);
  EXPECT_FALSE(found[0].distance);
}

// The shares are those of media::match_videos, whatever else is listed.
TEST_F(KnownMediaTest, VideosByTheirShareBothWays) {
  media::MediaReport query;
  query.type = media::MediaType::video;
  query.frames_per_second = 1;
  for (int i = 0; i < 20; ++i) query.hashes.push_back({i, i % 7 == 0 ? 40 : 90, hash()});
  query.hashes[5].bits = query.hashes[4].bits;
  std::vector<std::vector<media::FrameHash>> videos(4);
  for (std::size_t v = 0; v < videos.size(); ++v) {
    std::string text;
    for (int i = 0; i < 30; ++i) {
      const bool shared = engine_() % 4 < v;
      const PdqBits bits = shared ? near(query.hashes[engine_() % 20].bits, engine_() % 36) : hash();
      videos[v].push_back({i, static_cast<int>(engine_() % 60 + 41), bits});
      text += media::vpdq_line(videos[v].back(), 1) + "\n";
    }
    list("video" + std::to_string(v) + ".txt", text, "vpdq");
  }
  const KnownMedia known = load();
  std::size_t expected = 0;
  const auto matches = known.match_report(query);
  for (std::size_t v = 0; v < videos.size(); ++v) {
    const media::VideoMatch by_hand = media::match_videos(query.hashes, videos[v]);
    if (std::max(by_hand.query_percent, by_hand.compared_percent) < KnownMedia::kPerhapsPercent) continue;
    ++expected;
    const std::string name = "video" + std::to_string(v) + ".txt";
    const auto found = std::find_if(matches.begin(), matches.end(), [&](const auto& m) { return m.row == name; });
    ASSERT_NE(found, matches.end()) << name;
    EXPECT_NEAR(found->query_percent, by_hand.query_percent, 1e-9);
    EXPECT_NEAR(found->listed_percent, by_hand.compared_percent, 1e-9);
  }
  EXPECT_EQ(matches.size(), expected);
  EXPECT_GE(expected, 2u);
}

TEST_F(KnownMediaTest, AShortClipInsideALongVideoIsItsMatch) {
  media::MediaReport query;
  query.type = media::MediaType::video;
  for (int i = 0; i < 40; ++i) query.frames.push_back({i * 1.0, i, hash().hex(), 90, {}});
  std::string clip;
  for (int i = 10; i < 16; ++i) clip += "0,90," + query.frames[i].pdq + ",0.0\n";
  list("clips/one.txt", clip, "vpdq");
  watchlist_.hash_lists.back().path = folder_ / "clips";  // a folder of videos
  const std::vector<Signal> found = load().signals(ad_with(query));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].outcome, "match");
  EXPECT_THAT(found[0].explanation, HasSubstr("15% of its frames in common with one.txt"));
  EXPECT_THAT(found[0].explanation, HasSubstr("has 100% of its own in it"));
}

TEST_F(KnownMediaTest, WithdrawnRowsAreDropped) {
  const PdqBits listed = hash();
  const std::string row = R"({"signalType":"ImagePDQ","hashValue":")" + listed.hex() + R"(","hashStatus":")";
  list("a.json", "[" + row + "Active\"}," + row + "Withdrawn\"}]", "json");
  EXPECT_TRUE(load().signals(ad_with(picture(listed))).empty());
  // Another list still has it.
  list("b.csv", listed.hex() + "\n", "pdq");
  EXPECT_EQ(load().signals(ad_with(picture(listed))).size(), 1u);
}

TEST_F(KnownMediaTest, ARestrictedListThatCannotBeHonouredIsAnError) {
  list("r.csv", std::string(62, 'a') + "\n", "pdq", true);
  EXPECT_TRUE(load(false).empty());
  const Result<KnownMedia> broken = KnownMedia::load(watchlist_, true);
  ASSERT_FALSE(broken);
  EXPECT_THAT(broken.error().detail, HasSubstr("no row that can be used"));
  list("r.csv", std::string(62, 'a') + "\n" + hash().hex() + "\n", "pdq", true);
  const KnownMedia known = load(true);
  EXPECT_EQ(known.size(), 1u);
  EXPECT_THAT(known.complaints(), ::testing::ElementsAre(HasSubstr("r.csv:1: 62 characters")));
  watchlist_.hash_lists.push_back({folder_ / "missing", "pdq", "x", true});
  EXPECT_FALSE(KnownMedia::load(watchlist_, true));
}

}  // namespace
}  // namespace pantau::matchers
