#include "media/text_reader.h"

#include <gtest/gtest.h>

#include <cmath>

#include "media/languages.h"
#include "media/read_text.h"
#include "tests/support/draw_text.h"

namespace pantau::media {
namespace {

using test::draw_text;
using test::plain_picture;

class TextReaderTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!missing_languages({"eng"}, "").empty()) GTEST_SKIP() << "tesseract-ocr-eng is not installed";
    if (!reader_) {
      auto loaded = TextReader::load({"eng"}, "");
      ASSERT_TRUE(loaded) << loaded.error().detail;
      reader_ = std::move(*loaded);
    }
  }

  static std::string read(const Picture& picture) {
    std::string all;
    for (const ReadLine& line : reader_->read(picture, std::chrono::steady_clock::now() + std::chrono::seconds(60)))
      all += line.text + "\n";
    return all;
  }

  static inline std::unique_ptr<TextReader> reader_;
};

void add_noise(Picture& picture, int strength) {
  std::uint32_t state = 99;
  for (std::uint8_t& value : picture.rgb) {
    state = state * 1664525 + 1013904223;
    value = static_cast<std::uint8_t>(
        std::clamp(value + static_cast<int>(state >> 16) % (2 * strength + 1) - strength, 0, 255));
  }
}

TEST_F(TextReaderTest, DarkOnLightAndLightOnDark) {
  for (const bool light : {false, true}) {
    Picture picture = plain_picture(460, 110, light ? test::Colour{20, 30, 60} : test::Colour{240, 240, 235});
    draw_text(picture, 30, 35, "PUBLIC LOAN 88", 5, light ? test::Colour{250, 250, 210} : test::Colour{30, 20, 20});
    EXPECT_EQ(read(picture), "PUBLIC LOAN 88\n") << light;
  }
}

TEST_F(TextReaderTest, SmallWriting) {
  Picture picture = plain_picture(320, 50, {255, 255, 255});
  draw_text(picture, 12, 16, "TRANSFER BEFORE FRIDAY", 1.9, {10, 10, 10});
  EXPECT_NE(read(picture).find("BEFORE FRIDAY"), std::string::npos) << read(picture);
}

TEST_F(TextReaderTest, LowContrast) {
  Picture picture = plain_picture(460, 110, {120, 120, 120});
  draw_text(picture, 30, 35, "MARTIN HELP", 5, {150, 148, 150});
  EXPECT_NE(read(picture).find("MARTIN HELP"), std::string::npos) << read(picture);
}

TEST_F(TextReaderTest, ColouredOnColoured) {
  Picture picture = plain_picture(460, 110, {60, 150, 70});
  draw_text(picture, 30, 35, "WIN A PHONE", 5, {220, 30, 60});
  EXPECT_NE(read(picture).find("WIN A PHONE"), std::string::npos) << read(picture);
}

TEST_F(TextReaderTest, SameBrightnessAnotherColour) {
  // 0.299 R + 0.587 G + 0.114 B is 110 for both: grey alone sees nothing.
  Picture picture = plain_picture(460, 110, {200, 70, 80});
  draw_text(picture, 30, 35, "WIN A PHONE", 5, {40, 150, 90});
  EXPECT_NE(read(picture).find("WIN A PHONE"), std::string::npos) << read(picture);
}

TEST_F(TextReaderTest, Tilted) {
  for (const double degrees : {-12.0, 7.0}) {
    Picture picture = plain_picture(520, 260, {245, 245, 245});
    draw_text(picture, 50, degrees < 0 ? 160 : 70, "INVEST TODAY", 5, {20, 20, 90}, degrees);
    EXPECT_NE(read(picture).find("INVEST TODAY"), std::string::npos) << degrees << ": " << read(picture);
  }
}

TEST_F(TextReaderTest, BusyGround) {
  Picture picture = plain_picture(460, 200, {90, 120, 90});
  for (int y = 0; y < 200; ++y) {
    for (int x = 0; x < 460; ++x) {
      const double wave = 40 * std::sin(0.11 * x + 0.05 * y) * std::cos(0.09 * y);
      for (int c = 0; c < 3; ++c) {
        std::uint8_t& value = picture.rgb[static_cast<std::size_t>(3 * (y * 460 + x) + c)];
        value = static_cast<std::uint8_t>(std::clamp(value + wave, 0.0, 255.0));
      }
    }
  }
  add_noise(picture, 25);
  draw_text(picture, 40, 80, "RESERVE YOUR SPOT", 4, {250, 250, 250});
  EXPECT_NE(read(picture).find("RESERVE YOUR SPOT"), std::string::npos) << read(picture);
}

TEST_F(TextReaderTest, LinesComeInReadingOrderWithTheirBoxes) {
  Picture picture = plain_picture(500, 220, {255, 255, 255});
  draw_text(picture, 30, 150, "THIRD LINE", 4, {200, 20, 20});
  draw_text(picture, 30, 30, "FIRST LINE", 5, {20, 20, 20});
  draw_text(picture, 30, 90, "SECOND LINE", 4, {20, 120, 20});
  const auto lines = reader_->read(picture, std::chrono::steady_clock::now() + std::chrono::seconds(60));
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0].text, "FIRST LINE");
  EXPECT_EQ(lines[2].text, "THIRD LINE");
  EXPECT_NEAR(lines[2].box.y, 150, 6);
  EXPECT_NEAR(lines[0].box.width, 10 * 6.2 * 5, 20);
}

TEST_F(TextReaderTest, WordsOfOneRowInTwoColoursAreOneLine) {
  Picture picture = plain_picture(500, 110, {255, 255, 255});
  draw_text(picture, 30, 35, "LABUR", 5, {200, 20, 20});
  draw_text(picture, 30 + 6 * 31, 35, "MARA", 5, {20, 20, 200});
  EXPECT_EQ(read(picture), "LABUR MARA\n");
}

TEST_F(TextReaderTest, NoiseAndShapesAreNotWriting) {
  Picture noise = plain_picture(300, 200, {128, 128, 128});
  add_noise(noise, 100);
  EXPECT_EQ(read(noise), "");
  Picture boxes = plain_picture(300, 200, {255, 255, 255});
  for (int y = 40; y < 160; ++y) {
    for (int x = 30; x < 270; ++x) {
      if (x / 30 % 2 == 0) boxes.rgb[static_cast<std::size_t>(3 * (y * 300 + x))] = 0;
    }
  }
  EXPECT_LE(read(boxes).size(), 4u) << read(boxes);
}

TEST_F(TextReaderTest, PastDeadlineNothingIsRead) {
  Picture picture = plain_picture(460, 110, {255, 255, 255});
  draw_text(picture, 30, 35, "PUBLIC LOAN", 5, {30, 20, 20});
  EXPECT_TRUE(reader_->read(picture, std::chrono::steady_clock::now() - std::chrono::seconds(1)).empty());
}

TEST(TextReaderWithoutLanguages, FindsNothing) {
  auto reader = TextReader::load({}, "");
  ASSERT_TRUE(reader);
  EXPECT_TRUE((*reader)->read(plain_picture(50, 50, {1, 2, 3}), std::chrono::steady_clock::time_point::max()).empty());
}

TEST(TextReaderWithoutLanguages, UnknownLanguageIsAnError) {
  const auto reader = TextReader::load({"xxx"}, "");
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().code, ErrorCode::tell_operator);
}

TEST(ReadText, ChineseIsJoinedAndSpecksAreCutOff) {
  EXPECT_EQ(tidy_reading("郭鹤年 秘密 理财 法"), "郭鹤年秘密理财法");
  EXPECT_EQ(tidy_reading("Touch 'n Go 送 你"), "Touch 'n Go 送你");
  EXPECT_EQ(tidy_reading("| Shopee 11th |"), "Shopee 11th");
  EXPECT_EQ(tidy_reading("|Bawa ibu, percuma"), "Bawa ibu, percuma");
  EXPECT_EQ(tidy_reading("‘Book by Sunday"), "Book by Sunday");
  EXPECT_EQ(tidy_reading("from £650!"), "from £650!");
  EXPECT_EQ(tidy_reading("(RM50)"), "(RM50)");
  EXPECT_EQ(tidy_reading(" — | "), "");
  EXPECT_EQ(tidy_reading("பட்டுப்\u200c"), "பட்டுப்");
}

TEST(ReadText, ScriptsAreCounted) {
  const ScriptCount count = count_scripts("RM188 送你 தள்ளுபடி café");
  EXPECT_EQ(count.digits, 3u);
  EXPECT_EQ(count.han, 2u);
  EXPECT_EQ(count.latin, 6u);
  EXPECT_EQ(count.tamil, 5u);
  EXPECT_EQ(script_of_language("chi_sim"), Script::han);
  EXPECT_EQ(script_of_language("eng+msa"), Script::latin);
  EXPECT_EQ(script_of_language("tam"), Script::tamil);
}

}  // namespace
}  // namespace pantau::media
