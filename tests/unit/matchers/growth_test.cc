#include "matchers/growth.h"

#include <gtest/gtest.h>

#include "matchers/watchlist.h"

namespace pantau::matchers {
namespace {

// "sure", "perhaps" or "-" for what the text says about money that grows.
std::string growth(std::string_view text) {
  auto phrases = Phrases::compile(Lures{});
  if (!phrases) return "error: " + phrases.error().detail;
  std::vector<Growth> found = find_growth(phrases->read(text, false));
  return found.empty() ? "-" : found[0].sure ? "sure" : "perhaps";
}

double value(std::string_view text) {
  std::vector<Word> words = split_words(text);
  return value_of(words, 0, words.size()).value_or(-1);
}

TEST(Growth, ReadsSumsAsPeopleWriteThem) {
  EXPECT_DOUBLE_EQ(value("RM1,250.50"), 1250.5);
  EXPECT_DOUBLE_EQ(value("Rp 1.500.000"), 1500000);
  EXPECT_DOUBLE_EQ(value("RM 5k"), 5000);
  EXPECT_DOUBLE_EQ(value("5 juta ringgit"), 5e6);
  EXPECT_DOUBLE_EQ(value("lima ratus ringgit"), 500);
  EXPECT_DOUBLE_EQ(value("dua belas ribu ringgit"), 12000);
  EXPECT_DOUBLE_EQ(value("五百新元"), 500);
  EXPECT_DOUBLE_EQ(value("两千令吉"), 2000);
  EXPECT_DOUBLE_EQ(value("一万二"), 12000);
  EXPECT_DOUBLE_EQ(value("三万五千令吉"), 35000);
}

TEST(Growth, ASmallSumBecomesALargeOneInAnyWords) {
  EXPECT_EQ(growth("She began with RM1,200 and now takes home RM7,800 each month."), "sure");
  EXPECT_EQ(growth("Beliau memasukkan RM1,100. Tiga jam kemudian akaunnya mencatat RM1,612."), "sure");
  EXPECT_EQ(growth("Setor Rp 3 juta, terima Rp 9 juta dalam sebulan"), "sure");
  EXPECT_EQ(growth("投五百新元 七天拿回两千新元"), "sure");
  EXPECT_EQ(growth("RM1,000 > RM12,000"), "sure");
  EXPECT_EQ(growth("RM1,000 போட்டால் ஆறு மாதத்தில் RM2,400 ஆகும்"), "sure");
}

TEST(Growth, HonestPairsOfSumsAreNone) {
  EXPECT_EQ(growth("Spend RM30 and get RM5 back within 14 days."), "-");
  EXPECT_EQ(growth("Loans from RM1,000 to RM10,000, repay RM1,180 in a year."), "-");
  EXPECT_EQ(growth("Gaji RM2,600 hingga RM3,400 sebulan"), "-");
  EXPECT_EQ(growth("Deposit RM1,000, harga pakej RM7,990"), "-");
  EXPECT_EQ(growth("存一万令吉的会员今年得六百三十令吉"), "-");
}

}  // namespace
}  // namespace pantau::matchers
