#include "matchers/pattern.h"

#include <gtest/gtest.h>

namespace pantau::matchers {
namespace {

// The span of the first match of `pattern` in `text`, or "-".
std::string found(std::string_view pattern, std::string_view text, bool tolerant = false) {
  PatternSet set;
  auto added = set.add(pattern, 7);
  if (!added) return "error: " + added.error().detail;
  set.compile();
  PreparedText prepared = set.prepare(text, tolerant);
  auto matches = set.match(prepared);
  if (matches.empty()) return "-";
  const Word& first = prepared.words[matches[0].first];
  const Word& last = prepared.words[matches[0].last - 1];
  return std::string(text.substr(first.begin, last.end - first.begin));
}

TEST(Pattern, WordsIgnoreCasePunctuationAndHyphens) {
  EXPECT_EQ(found("untung dijamin", "Kami UNTUNG-dijamin, ya"), "UNTUNG-dijamin");
  EXPECT_EQ(found("100% profit", "Get 100 % profit now"), "100 % profit");
  EXPECT_EQ(found("untung dijamin", "untung yang dijamin"), "-");
  EXPECT_EQ(found("untung", "beruntung"), "-");
}

TEST(Pattern, StarsStandForAffixes) {
  EXPECT_EQ(found("pelabur*", "skim pelaburan rakyat"), "pelaburan");
  EXPECT_EQ(found("*kan segera", "sahkan segera"), "sahkan segera");
  EXPECT_EQ(found("pelabur*", "labur"), "-");
  EXPECT_EQ(found("pulangan", "pulangannya tinggi"), "pulangannya");  // clitic
}

TEST(Pattern, AlternativesAndOptionalParts) {
  EXPECT_EQ(found("(modal|deposit) (awal|) {amount}", "deposit RM500"), "deposit RM500");
  EXPECT_EQ(found("(modal|deposit) (awal|) {amount}", "modal awal RM 500"), "modal awal RM 500");
  EXPECT_EQ(found("(a b|c (d|e)) f", "c e f"), "c e f");
}

TEST(Pattern, GapsStayInTheSentence) {
  EXPECT_EQ(found("modal .. untung", "modal kecil sahaja tetapi untung besar"), "modal kecil sahaja tetapi untung");
  EXPECT_EQ(found("modal .. untung", "modal kecil. Kemudian untung"), "-");
  EXPECT_EQ(found("modal .. untung", "modal satu dua tiga empat lima enam tujuh untung"), "-");
  EXPECT_EQ(found("modal ... untung", "modal kecil. Kemudian untung"), "modal kecil. Kemudian untung");
  EXPECT_EQ(found("modal ... untung", "modal kecil. Tunggu. Kemudian untung"), "-");
}

TEST(Pattern, AmountsInTheWaysOfTheRegion) {
  for (std::string_view amount :
       {"RM1,000", "RM 1k", "rm500", "1000 ringgit", "$250", "S$350", "US$250", "Rp 500 ribu", "Rp1.000.000",
        "250 USDT", "5 juta ringgit", "1,000令吉", "两百五十新元", "RM75,000", "1,000 ரிங்கிட்", "£250", "MYR 99.90"}) {
    EXPECT_NE(found("{amount}", amount), "-") << amount;
  }
  EXPECT_EQ(found("{amount}", "ruang 1000 orang"), "-");
  EXPECT_EQ(found("{amount}", "bilik 12"), "-");
}

TEST(Pattern, MalayWordsAnswerToTheirRoots) {
  EXPECT_EQ(found("hantar gambar", "sila menghantar gambar"), "menghantar gambar");
  EXPECT_EQ(found("bayar {amount}", "peserta membayar RM20"), "membayar RM20");
  EXPECT_EQ(found("simpan {amount}", "menyimpan RM20"), "menyimpan RM20");
  EXPECT_EQ(found("terima {amount}", "menerima RM20"), "menerima RM20");
  EXPECT_EQ(found("masuk {amount}", "memasukkan RM20"), "memasukkan RM20");
  EXPECT_EQ(found("jamin", "dijamin"), "dijamin");
  EXPECT_EQ(found("minum", "dimakan"), "-");
}

TEST(Pattern, BrokenAndMisreadLuresStillMatch) {
  EXPECT_NE(found("lulus 100", "L\u00ADulus 100"), "-");                    // soft hyphen
  EXPECT_NE(found("blacklist boleh", "bl\u200Backlist bo\u200Bleh"), "-");  // zero-width space
  EXPECT_NE(found("won {amount}", "won RM5O,000", true), "-");              // letter O
  EXPECT_NE(found("terima {amount}", "terima RM925l der", true), "-");      // letter l
  EXPECT_EQ(found("{amount}", "RMol"), "-");
}

TEST(Pattern, PercentPeriodDeadline) {
  EXPECT_EQ(found("{percent}", "sebanyak 20% lagi"), "20");
  EXPECT_EQ(found("{percent}", "20 peratus"), "20 peratus");
  EXPECT_EQ(found("{percent}", "百分之十二"), "百分之十二");
  EXPECT_EQ(found("untung {period}", "untung setiap bulan"), "untung setiap bulan");
  EXPECT_EQ(found("profit {period}", "profit in 7 days"), "profit in 7 days");
  EXPECT_EQ(found("{period}", "首月赚"), "首月");
  EXPECT_EQ(found("tawaran {deadline}", "tawaran hari ini sahaja"), "tawaran hari ini sahaja");
  EXPECT_EQ(found("{period}", "harimau"), "-");
}

TEST(Pattern, ChineseNeedsNoWordBorders) {
  EXPECT_EQ(found("保证回酬", "本平台保证 回酬，零风险"), "保证 回酬");
  EXPECT_EQ(found("(稳赚|保证) .. {amount}", "首月稳赚高达RM75,000"), "稳赚高达RM75,000");
  EXPECT_EQ(found("保证回酬", "保證回酬"), "保證回酬");  // traditional
  EXPECT_EQ(found("保证回酬", "保证。回酬"), "-");
}

TEST(Pattern, TamilWordsTakeSuffixes) {
  EXPECT_EQ(found("முதலீடு .. {amount}", "முதலீட்டுத் தொகை RM1,000"), "முதலீட்டுத் தொகை RM1,000");
  EXPECT_EQ(found("இலாபம் உறுதி", "இலாபம் உறுதி"), "இலாபம் உறுதி");
}

TEST(Pattern, DisguisedWordsAreFound) {
  EXPECT_EQ(found("pulangan dijamin", "pul4ngan d1jamin"), "pul4ngan d1jamin");
  EXPECT_EQ(found("guaranteed", "𝙜𝙪𝙖𝙧𝙖𝙣𝙩𝙚𝙚𝙙"), "𝙜𝙪𝙖𝙧𝙖𝙣𝙩𝙚𝙚𝙙");
  EXPECT_EQ(found("pulangan", "p u l a n g a n tinggi"), "p u l a n g a n");
  EXPECT_EQ(found("untung dijamin", "u.n.t.u.n.g d.i.j.a.m.i.n"), "u.n.t.u.n.g d.i.j.a.m.i.n");
}

TEST(Pattern, MachineReadTextMayHaveOneWrongLetter) {
  EXPECT_EQ(found("guaranteed profit", "guaranteod profit", true), "guaranteod profit");
  EXPECT_EQ(found("guaranteed profit", "guaranteod profit", false), "-");
  EXPECT_EQ(found("keuntungan dijamin", "keuntungandijamin", true), "keuntungandijamin");
}

TEST(Pattern, MistakesAreExplained) {
  EXPECT_NE(found("(a|b", "x").find("'('"), std::string::npos);
  EXPECT_NE(found("a) b", "x").find("')'"), std::string::npos);
  EXPECT_NE(found("{sum}", "x").find("{amount}"), std::string::npos);
  EXPECT_NE(found("(a|)", "x").find("begin"), std::string::npos);
  EXPECT_NE(found("a* b", "x").find("two letters"), std::string::npos);
}

}  // namespace
}  // namespace pantau::matchers
