#include "matchers/skeleton.h"

#include <gtest/gtest.h>

#include "matchers/watchlist.h"

namespace pantau::matchers {
namespace {

std::string plain(std::string_view text) {
  return to_utf8(map_plain(text).chars);
}

TEST(Skeleton, PlainFormFoldsWhatReadersDoNotSee) {
  EXPECT_EQ(plain("May\u200Bba\u00ADnk"), "maybank");
  EXPECT_EQ(plain("ＭＡＹＢＡＮＫ"), "maybank");
  EXPECT_EQ(plain("𝐄𝐥𝐨𝐧 𝐌𝐮𝐬𝐤"), "elon musk");
  EXPECT_EQ(plain("Café"), "cafe");
  EXPECT_EQ(plain("蘇丹依布拉欣"), plain("苏丹依布拉欣"));
  EXPECT_EQ(plain("அன்வார்"), "அன்வார்");
}

TEST(Skeleton, ConfusablesAndDigitsBecomeOneLetter) {
  EXPECT_EQ(skeleton("Маybаnk"), skeleton("Maybank"));    // Cyrillic M and a
  EXPECT_EQ(skeleton("LΑWRΕΝCΕ"), skeleton("Lawrence"));  // Greek capitals
  EXPECT_EQ(skeleton("mayb4nk"), skeleton("maybank"));
  EXPECT_EQ(skeleton("$iti"), skeleton("siti"));
  EXPECT_EQ(skeleton("b1nance"), skeleton("binance"));
  EXPECT_EQ(skeleton("Maaaybank"), skeleton("Maybank"));
  EXPECT_NE(skeleton("maybank"), skeleton("paybank"));
}

TEST(Skeleton, NumbersWithoutLettersStayNumbers) {
  EXPECT_EQ(skeleton("+60 12-345 0077"), "+60 12-345 0077");
}

TEST(Skeleton, SpansLeadBackToTheOriginalBytes) {
  std::string text = "x М\u200Bаybank y";
  MappedText mapped = map_skeleton(text);
  std::size_t at = mapped.chars.find(U"maybank");
  ASSERT_NE(at, std::u32string::npos);
  EXPECT_EQ(text.substr(mapped.begin[at], mapped.end[at + 6] - mapped.begin[at]), "М\u200Bаybank");
}

TEST(Skeleton, IllFormedBytesAreSeparators) {
  MappedText mapped = map_plain(
      "may\xFF\xFE"
      "bank");
  EXPECT_EQ(mapped.size(), 9u);
  EXPECT_EQ(class_of(mapped.chars[3]), CharClass::separator);
}

TEST(Skeleton, DisguiseIsWhatReadersCannotSee) {
  EXPECT_TRUE(is_disguised("Mаybank"));
  EXPECT_TRUE(is_disguised("May\u200Bbank"));
  EXPECT_FALSE(is_disguised("Maybank"));
  EXPECT_FALSE(is_disguised("Dato’ Seri"));
  EXPECT_FALSE(is_disguised("安华"));
}

}  // namespace
}  // namespace pantau::matchers
