#include "media/analyse.h"

#include <gtest/gtest.h>

#include "media/languages.h"
#include "tests/support/draw_text.h"
#include "tests/support/make_media.h"

namespace pantau::media {
namespace {

using test::draw_text;
using test::make_picture;
using test::make_video;
using test::plain_picture;
using test::VideoRecipe;

class AnalyseTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!missing_languages({"eng"}, "").empty()) GTEST_SKIP() << "tesseract-ocr-eng is not installed";
    if (!reader_) {
      auto loaded = TextReader::load({"eng"}, "");
      ASSERT_TRUE(loaded) << loaded.error().detail;
      reader_ = std::move(*loaded);
    }
  }

  static MediaReport analyse(const std::string& bytes, const JobSettings& job = {}) {
    return analyse_medium(bytes, job, *reader_);
  }

  static const TextFinding* find(const MediaReport& report, std::string_view text) {
    for (const TextFinding& finding : report.texts) {
      if (finding.text.find(text) != std::string::npos) return &finding;
    }
    return nullptr;
  }

  static std::string all(const MediaReport& report) {
    std::string out;
    for (const TextFinding& finding : report.texts) out += "[" + finding.text + "] ";
    return out;
  }

  static inline std::unique_ptr<TextReader> reader_;
};

TEST_F(AnalyseTest, PictureGivesItsTextAndAFrameForPeople) {
  Picture picture = plain_picture(400, 200, {240, 240, 230});
  draw_text(picture, 30, 40, "PINJAMAN", 5, {120, 20, 20});
  draw_text(picture, 30, 120, "GAJI 2367", 4, {20, 20, 20});
  const MediaReport report = analyse(make_picture(picture, "png"));
  EXPECT_EQ(report.type, MediaType::image);
  const TextFinding* name = find(report, "PINJAMAN");
  ASSERT_NE(name, nullptr);
  EXPECT_NEAR(name->box.x, 30, 8);
  EXPECT_NEAR(name->box.y, 40, 8);
  EXPECT_NEAR(name->box.height, 35, 10);
  EXPECT_GT(name->confidence, 0.6);
  EXPECT_EQ(name->frame, 0);
  ASSERT_EQ(report.frames.size(), 1u);
  EXPECT_EQ(report.frames[0].jpeg.substr(0, 2), "\xFF\xD8");
  EXPECT_NE(find(report, "2367"), nullptr) << all(report);
}

TEST_F(AnalyseTest, PictureWithoutTextHasNoneAndNoJpeg) {
  const MediaReport report = analyse(make_picture(plain_picture(200, 100, {90, 120, 90}), "png"));
  EXPECT_EQ(report.type, MediaType::image);
  EXPECT_TRUE(report.texts.empty());
  ASSERT_EQ(report.frames.size(), 1u);
  EXPECT_TRUE(report.frames[0].jpeg.empty());
}

TEST_F(AnalyseTest, SameBytesGiveTheSameReport) {
  Picture picture = plain_picture(400, 100, {30, 60, 40});
  draw_text(picture, 30, 30, "UNTUNG BESAR", 4, {250, 220, 60});
  const std::string bytes = make_picture(picture, "mjpeg");
  MediaReport first = analyse(bytes);
  analyse(make_picture(plain_picture(60, 60, {1, 2, 3}), "png"));
  MediaReport second = analyse(bytes);
  first.decode_cpu_s = second.decode_cpu_s = first.read_cpu_s = second.read_cpu_s = 0;
  EXPECT_EQ(encode_report(first), encode_report(second));
}

TEST_F(AnalyseTest, OneSecondOfTextInAMinuteIsRead) {
  VideoRecipe recipe;
  recipe.frames = 600;
  const std::string film = make_video(recipe, [](int i) {
    Picture picture = plain_picture(640, 360, {20, 60, 90});
    draw_text(picture, 20, 20, "CHANNEL", 3, {200, 200, 200});
    if (i >= 314 && i < 324) draw_text(picture, 120, 200, "CALL US TODAY", 5, {250, 240, 80});
    return picture;
  });
  const MediaReport report = analyse(film);
  EXPECT_EQ(report.type, MediaType::video);
  EXPECT_EQ(report.frames_decoded, 600u);
  EXPECT_LE(report.frames_read, 3u);
  const TextFinding* call = find(report, "CALL US TODAY");
  ASSERT_NE(call, nullptr);
  EXPECT_GE(call->time_s, 31.3);
  EXPECT_LE(call->end_s, 32.6);
  EXPECT_NEAR(call->box.y, 200, 12);
  EXPECT_NEAR(call->box.x, 120, 12);
  const TextFinding* channel = find(report, "CHANNEL");
  ASSERT_NE(channel, nullptr);
  EXPECT_LT(channel->time_s, 1);
  EXPECT_GT(channel->end_s, 59);
}

TEST_F(AnalyseTest, CaptionShownLongIsOneFinding) {
  VideoRecipe recipe;
  recipe.frames = 100;
  const MediaReport report = analyse(make_video(recipe, [](int i) {
    Picture picture = plain_picture(480, 270, {static_cast<std::uint8_t>(20 + i), 60, 90});
    draw_text(picture, 40, 200, "GUARANTEED PROFIT", 4, {250, 250, 250});
    if (i > 50) draw_text(picture, 40, 40, "JOIN NOW", 4, {250, 240, 80});
    return picture;
  }));
  int same = 0;
  for (const TextFinding& finding : report.texts) same += finding.text.find("GUARANTEED") != std::string::npos;
  EXPECT_EQ(same, 1);
  EXPECT_NE(find(report, "JOIN NOW"), nullptr);
}

TEST_F(AnalyseTest, AnimatedGifIsReadSlideBySlide) {
  VideoRecipe recipe;
  recipe.frames = 3;
  recipe.frames_per_second = 1;
  recipe.container = "gif";
  recipe.codec = "gif";
  const char* slides[] = {"FIRST OFFER", "SECOND DEAL", "LAST CHANCE"};
  const MediaReport report = analyse(make_video(recipe, [&](int i) {
    Picture picture = plain_picture(420, 100, {250, 250, 250});
    draw_text(picture, 30, 30, slides[i], 5, {20, 20, 120});
    return picture;
  }));
  EXPECT_EQ(report.type, MediaType::video);
  for (const char* slide : slides) EXPECT_NE(find(report, slide), nullptr) << slide << " in " << all(report);
}

TEST_F(AnalyseTest, WithoutReadingThereAreFingerprintsOnly) {
  JobSettings job;
  job.read_text = false;
  Picture picture = plain_picture(400, 100, {240, 240, 230});
  draw_text(picture, 30, 30, "PINJAMAN", 5, {120, 20, 20});
  const MediaReport report = analyse(make_picture(picture, "png"), job);
  EXPECT_TRUE(report.texts.empty());
  ASSERT_EQ(report.frames.size(), 1u);
  EXPECT_EQ(report.frames[0].pdq.size(), 64u);
}

TEST_F(AnalyseTest, FingerprintsOfEveryNthFrameAndNothingElse) {
  VideoRecipe recipe;
  recipe.frames = 25;
  const std::string film = make_video(recipe, [](int i) {
    Picture picture = plain_picture(320, 180, {20, 60, 90});
    draw_text(picture, 4 * i, 60, "CALL US", 5, {250, 240, 80});
    return picture;
  });
  JobSettings job;
  job.seconds_per_hash = 0;
  const MediaReport every = analyse(film, job);
  EXPECT_EQ(every.type, MediaType::video);
  ASSERT_EQ(every.hashes.size(), 25u);
  EXPECT_TRUE(every.texts.empty());
  EXPECT_EQ(every.frames_read, 0u);
  EXPECT_NEAR(every.frames_per_second, 10, 0.01);
  job.seconds_per_hash = 1;
  const MediaReport one = analyse(film, job);
  ASSERT_EQ(one.hashes.size(), 3u);
  EXPECT_EQ(one.hashes[2].number, 20);
  EXPECT_EQ(one.hashes[2].bits, every.hashes[20].bits);
  const MediaReport still = analyse(make_picture(plain_picture(64, 80, {1, 2, 3}), "png"), job);
  EXPECT_EQ(still.type, MediaType::image);
  ASSERT_EQ(still.frames.size(), 1u);
  EXPECT_EQ(still.frames[0].pdq.size(), 64u);
}

TEST_F(AnalyseTest, WhatCannotBeDecodedSaysWhy) {
  const MediaReport empty = analyse("");
  EXPECT_EQ(empty.type, MediaType::undecodable);
  EXPECT_EQ(empty.detail, "zero bytes");
  const MediaReport page = analyse("<!doctype html><title>Not found</title>");
  EXPECT_EQ(page.type, MediaType::undecodable);
  EXPECT_NE(page.detail.find("an HTML page"), std::string::npos);
  const std::string png = make_picture(plain_picture(300, 200, {1, 2, 3}), "png");
  const MediaReport cut = analyse(png.substr(0, 30));
  EXPECT_EQ(cut.type, MediaType::undecodable);
  EXPECT_FALSE(cut.detail.empty());
}

TEST_F(AnalyseTest, CutPictureIsPartlyAnalysed) {
  Picture picture = plain_picture(400, 300, {240, 240, 230});
  draw_text(picture, 30, 30, "PINJAMAN", 5, {120, 20, 20});
  for (int y = 150; y < 300; ++y) {
    for (int x = 0; x < 400; ++x)
      picture.rgb[static_cast<std::size_t>(3 * (y * 400 + x))] = static_cast<std::uint8_t>(x * y * 7919);
  }
  const std::string jpeg = make_picture(picture, "mjpeg");
  const MediaReport report = analyse(jpeg.substr(0, jpeg.size() * 3 / 4));
  EXPECT_EQ(report.type, MediaType::image);
  EXPECT_TRUE(report.partly);
  EXPECT_FALSE(report.detail.empty());
  EXPECT_NE(find(report, "PINJAMAN"), nullptr);
}

TEST_F(AnalyseTest, SpentBudgetEndsWithWhatIsKnown) {
  VideoRecipe recipe;
  recipe.frames = 50;
  JobSettings job;
  job.budget_s = 0;
  const MediaReport report = analyse(make_video(recipe, [](int) { return plain_picture(64, 48, {80, 80, 80}); }), job);
  EXPECT_NE(report.detail.find("time"), std::string::npos);
}

}  // namespace
}  // namespace pantau::media
