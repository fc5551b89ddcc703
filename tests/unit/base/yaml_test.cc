#include "base/yaml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace pantau::yaml {
namespace {

using testing::HasSubstr;

TEST(Yaml, UnknownKeyNamesFileLineAndNearestKey) {
  auto document = Document::parse("workspace: a\nwatchlist: [b]\n", "pantau.yaml");
  ASSERT_TRUE(document);
  document->root().allow_only({"workspace", "watchlists", "lures"});
  const auto errors = document_errors(*document);
  ASSERT_FALSE(errors);
  EXPECT_EQ(errors.error().code, ErrorCode::tell_operator);
  EXPECT_THAT(errors.error().detail,
              HasSubstr("pantau.yaml:2: unknown key \"watchlist\"; did you mean \"watchlists\"?"));
}

TEST(Yaml, AllMistakesAreListedAtOnce) {
  auto document = Document::parse("a: x\nb: 300\nc: maybe\n", "f");
  ASSERT_TRUE(document);
  document->root()["a"].integer(1, 0, 10);
  document->root()["b"].integer(1, 0, 10);
  document->root()["c"].boolean(true);
  const auto errors = document_errors(*document);
  ASSERT_FALSE(errors);
  EXPECT_THAT(errors.error().detail, HasSubstr("f:1: a must be a whole number from 0 to 10, not \"x\""));
  EXPECT_THAT(errors.error().detail, HasSubstr("f:2: b must be a whole number from 0 to 10, not \"300\""));
  EXPECT_THAT(errors.error().detail, HasSubstr("f:3: c must be true or false"));
}

TEST(Yaml, ValuesComeFromTheEnvironmentAndUnsetOnesAreErrors) {
  setenv("PANTAU_TEST_VALUE", "secret", 1);
  unsetenv("PANTAU_TEST_MISSING");
  auto document = Document::parse("a: \"x-${PANTAU_TEST_VALUE}\"\nb: ${PANTAU_TEST_MISSING}\n", "f");
  ASSERT_TRUE(document);
  EXPECT_EQ(document->root()["a"].text(), "x-secret");
  EXPECT_EQ(document->root()["b"].text("fallback"), "fallback");
  ASSERT_FALSE(document_errors(*document));
  EXPECT_THAT(document_errors(*document).error().detail,
              HasSubstr("f:2: the environment variable PANTAU_TEST_MISSING is not set"));
}

TEST(Yaml, BrokenTextSaysWhere) {
  const auto document = Document::parse("a: [1, 2\nb: 3\n", "f");
  ASSERT_FALSE(document);
  EXPECT_THAT(document.error().detail, HasSubstr("f:"));
  EXPECT_THAT(document.error().detail, HasSubstr("not valid YAML"));
}

TEST(Yaml, DeepNestingIsRefusedBeforeParsing) {
  EXPECT_FALSE(Document::parse(std::string(100000, '['), "f"));
}

TEST(Yaml, DuplicateKeysAreErrors) {
  auto document = Document::parse("a: 1\na: 2\n", "f");
  ASSERT_TRUE(document);
  document->root().allow_only({"a"});
  EXPECT_FALSE(document_errors(*document));
}

TEST(Yaml, MissingNodesAreQuietAndGiveFallbacks) {
  auto document = Document::parse("a: {b: 1}\n", "f");
  ASSERT_TRUE(document);
  EXPECT_EQ(document->root()["x"]["y"].text("z"), "z");
  EXPECT_EQ(document->root()["a"]["b"].integer(0, 0, 5), 1);
  EXPECT_TRUE(document_errors(*document));
}

}  // namespace
}  // namespace pantau::yaml
