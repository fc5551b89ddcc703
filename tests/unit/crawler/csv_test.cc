#include "crawler/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pantau::crawler {
namespace {

using Rows = std::vector<std::vector<std::string>>;

Rows rows_of(std::string_view text) {
  CsvReader reader(text);
  CsvRow row;
  Rows rows;
  while (reader.next(row)) rows.push_back(row.fields);
  return rows;
}

TEST(Csv, QuotesSeparatorsAndLineBreaks) {
  EXPECT_EQ(rows_of("a,b\r\n\"x, \"\"y\"\"\",\"two\nlines\"\r\n,\r\n"),
            (Rows{{"a", "b"}, {"x, \"y\"", "two\nlines"}, {"", ""}}));
}

TEST(Csv, EmptyLinesMarksAndMissingLastBreak) {
  EXPECT_EQ(rows_of("\xEF\xBB\xBF"
                    "a\n\n\r\nb"),
            (Rows{{"a"}, {"b"}}));
}

TEST(Csv, OtherSeparatorsAreFoundOut) {
  EXPECT_EQ(rows_of("a;b,c;d\n1;2;3"), (Rows{{"a", "b,c", "d"}, {"1", "2", "3"}}));
  EXPECT_EQ(rows_of("a\tb\n1\t2"), (Rows{{"a", "b"}, {"1", "2"}}));
}

TEST(Csv, LinesAreCountedAcrossQuotedBreaks) {
  CsvReader reader("h\n\"a\nb\"\nc\n");
  CsvRow row;
  ASSERT_TRUE(reader.next(row) && reader.next(row));
  EXPECT_EQ(row.line, 2);
  ASSERT_TRUE(reader.next(row));
  EXPECT_EQ(row.line, 4);
}

TEST(Csv, MalformedRowsAreSaid) {
  CsvReader reader("a\n\"x\"y\n\"open\nnever");
  CsvRow row;
  ASSERT_TRUE(reader.next(row));
  EXPECT_FALSE(row.malformed);
  ASSERT_TRUE(reader.next(row));
  EXPECT_TRUE(row.malformed);
  ASSERT_TRUE(reader.next(row));
  EXPECT_TRUE(row.malformed);
  EXPECT_FALSE(reader.next(row));
}

TEST(Csv, WrittenFieldsReadBack) {
  for (const std::string value : {"plain", "with,comma", "with \"quotes\"", "two\r\nlines", ""}) {
    const Rows rows = rows_of(csv_field("k") + "," + csv_field(value) + "\n");
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0][1], value);
  }
}

}  // namespace
}  // namespace pantau::crawler
