#include <gtest/gtest.h>

#include "crawler/extract.h"

namespace pantau::crawler {
namespace {

TEST(Captions, WebVtt) {
  const auto cues = parse_captions(
      "WEBVTT - tajuk\n\nNOTE nota\n\nSTYLE\n::cue{}\n\n1\n00:01.500 --> 00:04.000 align:start\n<v Ucapan>Selamat "
      "<i>datang</i> &amp; terima kasih\nsemua\n\n"
      "01:00:00.000 --> 01:00:02.250\nAkhir");
  ASSERT_EQ(cues.size(), 2u);
  EXPECT_DOUBLE_EQ(cues[0].start_s, 1.5);
  EXPECT_DOUBLE_EQ(cues[0].end_s, 4.0);
  EXPECT_EQ(cues[0].text, "Selamat datang & terima kasih semua");
  EXPECT_DOUBLE_EQ(cues[1].end_s, 3602.25);
}

TEST(Captions, SubRipWithMarkAndCarriageReturns) {
  const auto cues = parse_captions(
      "\xEF\xBB\xBF"
      "1\r\n00:00:01,000 --> 00:00:02,000\r\n{\\an8}Satu\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,500\r\nDua\r\n");
  ASSERT_EQ(cues.size(), 2u);
  EXPECT_EQ(cues[0].text, "Satu");
  EXPECT_DOUBLE_EQ(cues[1].end_s, 4.5);
}

TEST(Captions, WithoutBlankLinesAndWithGarbage) {
  const auto cues = parse_captions(
      "1\n00:00:01,000 --> 00:00:02,000\nSatu\n2\n00:00:03,000 --> 00:00:04,000\nDua\nx --> y\n99:99 -->\n");
  ASSERT_EQ(cues.size(), 2u);
  EXPECT_EQ(cues[0].text, "Satu");
  EXPECT_EQ(cues[1].text, "Dua");
  EXPECT_TRUE(parse_captions("").empty());
  EXPECT_TRUE(parse_captions(std::string("\0\xFF-->\0", 6)).empty());
}

TEST(Captions, OtherCharsets) {
  const auto cues = parse_captions("1\n00:00:01,000 --> 00:00:02,000\ncaf\xE9\n");
  ASSERT_EQ(cues.size(), 1u);
  EXPECT_EQ(cues[0].text, "café");
}

}  // namespace
}  // namespace pantau::crawler
