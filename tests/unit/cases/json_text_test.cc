#include "cases/json_text.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace pantau::cases {
namespace {

std::string number(double value) {
  return json_line(boost::json::value(value));
}

// RFC 8785, appendix B.
TEST(CanonicalJson, NumbersAsInAppendixB) {
  EXPECT_EQ(number(0.0), "0");
  EXPECT_EQ(number(-0.0), "0");
  EXPECT_EQ(number(5e-324), "5e-324");
  EXPECT_EQ(number(1.7976931348623157e308), "1.7976931348623157e+308");
  EXPECT_EQ(number(9007199254740992.0), "9007199254740992");
  EXPECT_EQ(number(295147905179352830000.0), "295147905179352830000");
  EXPECT_EQ(number(9.999999999999997e22), "9.999999999999997e+22");
  EXPECT_EQ(number(1e23), "1e+23");
  EXPECT_EQ(number(999999999999999700000.0), "999999999999999700000");
  EXPECT_EQ(number(1e21), "1e+21");
  EXPECT_EQ(number(9.999999999999997e-7), "9.999999999999997e-7");
  EXPECT_EQ(number(0.000001), "0.000001");
  EXPECT_EQ(number(333333333.33333329), "333333333.3333333");
  EXPECT_EQ(number(-0.0000033333333333333333), "-0.0000033333333333333333");
  EXPECT_EQ(number(1424953923781206.2), "1424953923781206.2");
}

// RFC 8785, 3.2.3: the sorting example.
TEST(CanonicalJson, KeysSortByUtf16CodeUnits) {
  const auto value = boost::json::parse(
      R"({"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"})");
  EXPECT_EQ(canonical_json(value),
            "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xC2\x80\":\"Control\",\"\xC3\xB6\":\"Latin Small Letter O "
            "With Diaeresis\","
            "\"\xE2\x82\xAC\":\"Euro Sign\",\"\xF0\x9F\x98\x80\":\"Emoji: Grinning Face\",\"\xEF\xAC\xB3\":\"Hebrew "
            "Letter Dalet With Dagesh\"}");
}

TEST(CanonicalJson, StringsEscapeOnlyWhatMust) {
  const auto value =
      boost::json::parse(R"({"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]})");
  EXPECT_EQ(canonical_json(value),
            "{\"literals\":[null,true,false],\"string\":\"\xE2\x82\xAC$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
}

TEST(JsonText, PrettyReadsBack) {
  const auto value = boost::json::parse(R"({"b":[1,{"a":[]}],"a":{}})");
  const std::string text = json_pretty(value);
  EXPECT_EQ(boost::json::parse(text), value);
  EXPECT_EQ(text, "{\n  \"b\": [\n    1,\n    {\n      \"a\": []\n    }\n  ],\n  \"a\": {}\n}\n");
}

}  // namespace
}  // namespace pantau::cases
