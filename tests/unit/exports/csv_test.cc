#include "exports/csv.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "exports/format.h"
#include "tests/support/sample_case.h"

namespace pantau::exports {
namespace {

// RFC 4180 reading, strict: every field quoted, CRLF.
std::vector<std::vector<std::string>> read_csv(const std::string& text) {
  EXPECT_EQ(text.substr(0, 3), "\xEF\xBB\xBF");
  std::vector<std::vector<std::string>> rows(1);
  std::size_t at = 3;
  while (at < text.size()) {
    if (text[at] != '"') {
      ADD_FAILURE() << "a field without quotes at " << at;
      return rows;
    }
    std::string field;
    for (++at; at < text.size(); ++at) {
      if (text[at] != '"') {
        field.push_back(text[at]);
      } else if (at + 1 < text.size() && text[at + 1] == '"') {
        field.push_back('"');
        ++at;
      } else {
        break;
      }
    }
    ++at;
    rows.back().push_back(field);
    if (at < text.size() && text[at] == ',') {
      ++at;
    } else {
      EXPECT_EQ(text.substr(at, 2), "\r\n");
      at += 2;
      if (at < text.size()) rows.emplace_back();
    }
  }
  return rows;
}

std::string field(const std::vector<std::vector<std::string>>& rows, const std::string& column, std::size_t row = 1) {
  for (std::size_t i = 0; i < rows[0].size(); ++i) {
    if (rows[0][i] == column) return rows[row][i];
  }
  ADD_FAILURE() << "no column " << column;
  return {};
}

std::string csv_of(const std::vector<cases::CaseRecord>& records, ExportOptions options = {}) {
  return render(*find_format("csv"), cases_from(records), options)->files.at(0).bytes;
}

TEST(SafeCell, WhatASpreadsheetWouldRunBeginsWithAnApostrophe) {
  for (const char* text : {"=1+1", "+60 3-0000 0000", "-0.5", "@cmd", "\tx", "\nx", "|calc", "%x",
                           "\xEF\xBC\x9D"
                           "1",
                           "\xEF\xBC\x8B"
                           "1",
                           "\xEF\xBC\x8D"
                           "1",
                           "\xEF\xBC\xA0"
                           "x",
                           "  =1", "\xC2\xA0=1", "\xE2\x80\x8B=1", "\xEF\xBB\xBF=1", " \xE2\x80\x8D\t+1"}) {
    EXPECT_EQ(safe_cell(text), std::string("'") + text) << text;
  }
  EXPECT_EQ(safe_cell("\rx"), "'\nx");
  EXPECT_EQ(safe_cell(std::string("\0=1", 3)), "'=1") << "NUL is dropped first";
}

TEST(SafeCell, OtherTextsStayAsTheyAre) {
  for (const char* text :
       {"", "a=1", "0.92", "https://a.example/?a=b", "安华", "'quoted", "  text", "line one\nline \"two\", @cmd"})
    EXPECT_EQ(safe_cell(text), text);
}

TEST(SafeCell, HiddenDirectionMarksAreWrittenOut) {
  EXPECT_EQ(safe_cell("a\xE2\x80\xAE"
                      "gpj.exe"),
            "a[U+202E]gpj.exe");
  EXPECT_EQ(safe_cell("\xE2\x81\xA6=1"), "[U+2066]=1");
}

TEST(SafeCell, LongTextsAreCutOnACharacter) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "安";
  const std::string cell = safe_cell(text);
  EXPECT_LT(cell.size(), 32'767u);
  EXPECT_NE(cell.find("[cut;"), std::string::npos);
  EXPECT_EQ(cell.find("\xEF\xBF\xBD"), std::string::npos);
}

TEST(Csv, OneRowACaseWithNames) {
  ExportOptions options;
  options.entity_names = {{"bank-contoh", "Bank Contoh Nusantara"}};
  const auto rows = read_csv(csv_of({test::sample_case(), test::sample_case()}, options));
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[1].size(), rows[0].size());
  EXPECT_EQ(field(rows, "case_id"), "c-01J0000000000000000000TEST");
  EXPECT_EQ(field(rows, "score"), "0.97");
  EXPECT_EQ(field(rows, "impersonates"), "Bank Contoh Nusantara; tokoh-contoh");
  EXPECT_EQ(field(rows, "landing_domain"), "bcn-bonus.example");
  EXPECT_EQ(field(rows, "redirects"), "https://short.example/x1 (302) > https://bcn-bonus.example/claim?src=fb (200)");
  EXPECT_EQ(field(rows, "phones"), "'+60300000000");
}

TEST(Csv, NoCasesAreAHeaderOnly) {
  EXPECT_EQ(read_csv(csv_of({})).size(), 1u);
}

TEST(Csv, HostileTextsStayInTheirCell) {
  cases::CaseRecord record = test::sample_case();
  record.title = "=HYPERLINK(\"http://x.example\",\"BCN\")";
  record.facts.advertiser = std::string("a\",\"b\r\n\0\xff", 9);
  record.texts = {"-1+2", std::string(1'000'000, '"')};
  const auto rows = read_csv(csv_of({record}));
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[1].size(), rows[0].size());
  EXPECT_EQ(field(rows, "title"), "'=HYPERLINK(\"http://x.example\",\"BCN\")");
  EXPECT_EQ(field(rows, "advertiser"), "a\",\"b\n\xEF\xBF\xBD");
  EXPECT_EQ(field(rows, "texts").substr(0, 6), "'-1+2\n");
}

TEST(Csv, TheReferenceCheckerAgrees) {
  const char* shared = std::getenv("PANTAU_SHARED");
  if (shared == nullptr) GTEST_SKIP() << "PANTAU_SHARED is not set";
  const test::TemporaryFolder folder;
  cases::CaseRecord nasty = test::sample_case();
  nasty.title = "\t=cmd|' /C calc'!A0";
  nasty.texts = {"\r\n@x", std::string("\0-1", 3),
                 "\xEF\xBC\x9D"
                 "1"};
  nasty.facts.advertiser = "\xC2\xA0+1";
  std::ofstream(folder / "flagged.csv", std::ios::binary) << csv_of({test::sample_case(), nasty});
  const std::string command = std::string("/usr/bin/python3 ") + shared + "/facts/exports/validate.py -q -k csv " +
                              (folder / "flagged.csv") + " >&2";
  EXPECT_EQ(std::system(command.c_str()), 0);
}

}  // namespace
}  // namespace pantau::exports
