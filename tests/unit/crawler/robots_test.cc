#include "crawler/robots.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <string>

namespace pantau::crawler {
namespace {

bool allowed(std::string_view file, std::string_view agent, std::string_view target) {
  return RobotsFile::parse(file).rules_for(agent).decide(target).allowed;
}

TEST(Robots, TheLongestMatchDecidesAndSaysWhichLine) {
  const char* file =
      "# a comment\n"
      "User-agent: Pantau\n"
      "Disallow: /\n"
      "Allow: /ads\n"
      "Disallow: /ads/private  # not these\n";
  const auto rules = RobotsFile::parse(file).rules_for("Pantau/1.0 (+https://example.org)");
  EXPECT_TRUE(rules.named());
  EXPECT_TRUE(rules.decide("/ads/x").allowed);
  EXPECT_EQ(rules.decide("/ads/x").rule, "Allow: /ads");
  EXPECT_EQ(rules.decide("/ads/x").line, 4);
  EXPECT_FALSE(rules.decide("/ads/private/y").allowed);
  EXPECT_EQ(rules.decide("/ads/private/y").rule, "Disallow: /ads/private");
  EXPECT_EQ(rules.decide("/ads/private/y").line, 5);
  EXPECT_EQ(rules.decide("/other").line, 3);
  EXPECT_TRUE(rules.decide("/robots.txt").allowed);
}

TEST(Robots, AllowWinsATie) {
  EXPECT_TRUE(allowed("User-agent: a\nDisallow: /p\nAllow: /p\n", "a", "/page"));
  EXPECT_TRUE(allowed("User-agent: a\nAllow: /p\nDisallow: /p\n", "a", "/page"));
}

TEST(Robots, GroupsOfTheSameTokenAreMergedAndStarIsTheFallback) {
  const char* file =
      "User-agent: one\nDisallow: /a\n\n"
      "User-agent: *\nDisallow: /b\n\n"
      "User-agent: ONE\nUser-agent: two\nDisallow: /c\n\n"
      "User-agent: quiet\n";
  EXPECT_FALSE(allowed(file, "one", "/a"));
  EXPECT_TRUE(allowed(file, "one", "/b"));
  EXPECT_FALSE(allowed(file, "one", "/c"));
  EXPECT_FALSE(allowed(file, "two", "/c"));
  EXPECT_FALSE(allowed(file, "three", "/b"));
  EXPECT_TRUE(allowed(file, "quiet", "/b"));
  EXPECT_TRUE(allowed("Disallow: /\n", "one", "/a"));
}

TEST(Robots, WildcardsAndTheEnd) {
  const char* file = "User-agent: *\nDisallow: /*.php$\nDisallow: /a*b*c\nDisallow: /x$\nDisallow: /*?session=\n";
  EXPECT_FALSE(allowed(file, "a", "/x/y.php"));
  EXPECT_TRUE(allowed(file, "a", "/x/y.php?z"));
  EXPECT_FALSE(allowed(file, "a", "/aXXbYYcZZ"));
  EXPECT_TRUE(allowed(file, "a", "/aXXcYYb"));
  EXPECT_FALSE(allowed(file, "a", "/x"));
  EXPECT_TRUE(allowed(file, "a", "/xy"));
  EXPECT_FALSE(allowed(file, "a", "/q?session=1"));
  // The anchored part must not overlap what was matched before it.
  EXPECT_TRUE(allowed("User-agent: *\nDisallow: /ab*b$\n", "a", "/ab"));
  EXPECT_FALSE(allowed("User-agent: *\nDisallow: /ab*b$\n", "a", "/abb"));
}

TEST(Robots, ManyStarsStayCheap) {
  std::string pattern = "/";
  for (int i = 0; i < 2000; ++i) pattern += "*a";
  const std::string file = "User-agent: *\nDisallow: " + pattern + "b$\n";
  EXPECT_TRUE(allowed(file, "x", "/" + std::string(8000, 'a')));
}

TEST(Robots, PercentEncodingIsNormalisedBeforeComparing) {
  EXPECT_FALSE(allowed("User-agent: *\nDisallow: /\xE5\xAE\x89\n", "a", "/%e5%ae%89"));
  EXPECT_FALSE(allowed("User-agent: *\nDisallow: /%7euser\n", "a", "/~user"));
  EXPECT_FALSE(allowed("User-agent: *\nDisallow: /~user\n", "a", "/%7Euser"));
  EXPECT_TRUE(allowed("User-agent: *\nDisallow: /a%2fb\n", "a", "/a/b"));
  EXPECT_FALSE(allowed("User-agent: *\nDisallow: /a%2fb\n", "a", "/a%2Fb"));
}

TEST(Robots, LenientReading) {
  EXPECT_FALSE(allowed("\xEF\xBB\xBFUser-Agent: a\rDISALLOW : /x\r", "a", "/x"));
  EXPECT_FALSE(allowed("user-agent a\r\ndissallow /x\r\n", "a", "/x"));
  EXPECT_TRUE(allowed("<html><body>Not found: /</body></html>", "a", "/x"));
  EXPECT_TRUE(allowed("User-agent: *\nDisallow:\n", "a", "/x"));
  EXPECT_TRUE(allowed("User-agent: *\nDisallow: /\nAllow: /d/index.html\n", "a", "/d/"));
  EXPECT_TRUE(allowed("", "a", "/x"));
}

TEST(Robots, WhatLiesBeyondTheLimitIsNotRead) {
  const std::string filler(kMaxRobotsBytes, '\n');
  EXPECT_TRUE(allowed(filler + "User-agent: *\nDisallow: /\n", "a", "/x"));
  EXPECT_FALSE(allowed("User-agent: *\nDisallow: /\n" + filler, "a", "/x"));
}

TEST(Robots, CrawlDelayBelongsToItsGroup) {
  using std::chrono::milliseconds;
  const auto file = RobotsFile::parse(
      "User-agent: slow\nCrawl-delay: 2.5\nUser-agent: *\nDisallow: /x\nCrawl-delay: 1\n"
      "User-agent: odd\nCrawl-delay: soon\nDisallow: /\nSitemap: https://a.example/s.xml\n");
  EXPECT_EQ(file.rules_for("slow").crawl_delay(), milliseconds(2500));
  EXPECT_EQ(file.rules_for("other").crawl_delay(), milliseconds(1000));
  EXPECT_FALSE(file.rules_for("odd").crawl_delay());
  EXPECT_THAT(file.sitemaps(), ::testing::ElementsAre("https://a.example/s.xml"));
}

TEST(Robots, TokensAndTargets) {
  EXPECT_EQ(robots_product_token("Foo-Bot_x/2.1 (+url)"), "Foo-Bot_x");
  EXPECT_EQ(robots_product_token("*"), "*");
  EXPECT_EQ(robots_target("http://a.example"), "/");
  EXPECT_EQ(robots_target("http://a.example?q"), "/?q");
  EXPECT_EQ(robots_target("http://a.example/b?c=http://d.e/#f"), "/b?c=http://d.e/");
  EXPECT_EQ(robots_target("/a?b"), "/a?b");
}

const char* tables() {
  return std::getenv("PANTAU_SHARED");
}

void for_each_line(const std::string& name, const std::function<void(const boost::json::object&)>& check) {
  std::ifstream file(std::string(tables()) + "/packs/crawl/" + name);
  ASSERT_TRUE(file) << name;
  std::string line;
  while (std::getline(file, line)) check(boost::json::parse(line).as_object());
}

TEST(RobotsTables, PublishedTestCases) {
  if (tables() == nullptr) GTEST_SKIP() << "PANTAU_SHARED is not set";
  std::map<std::string, std::pair<int, int>> passed;  // tier -> passed, all
  for_each_line("robots_cases.jsonl", [&](const boost::json::object& row) {
    const std::string tier(row.at("tier").as_string());
    const std::string_view robots = row.at("robots").as_string();
    const bool got = allowed(robots, row.at("ua").as_string(), robots_target(row.at("url").as_string()));
    auto& [good, all] = passed[tier];
    ++all;
    good += got == row.at("allowed").as_bool();
    if (tier == "must") {
      EXPECT_EQ(got, row.at("allowed").as_bool()) << boost::json::serialize(row);
    } else if (got != row.at("allowed").as_bool()) {
      std::cout << tier << " differs: " << boost::json::serialize(row).substr(0, 400) << "\n";
    }
  });
  for (const auto& [tier, counts] : passed) {
    std::cout << "robots_cases " << tier << " " << counts.first << " of " << counts.second << "\n";
  }
}

TEST(RobotsTables, RealFiles) {
  if (tables() == nullptr) GTEST_SKIP() << "PANTAU_SHARED is not set";
  std::map<std::string, std::string> files;
  for_each_line("robots_real_files.jsonl", [&](const boost::json::object& row) {
    files[std::string(row.at("robots_id").as_string())] = std::string(row.at("robots").as_string());
  });
  int total = 0, good = 0;
  for_each_line("robots_real_cases.jsonl", [&](const boost::json::object& row) {
    ++total;
    const bool got = allowed(files[std::string(row.at("robots_id").as_string())], row.at("ua").as_string(),
                             robots_target(row.at("url").as_string()));
    if (got == row.at("allowed").as_bool()) {
      ++good;
    } else if (total - good <= 10) {
      std::cout << "differs: " << boost::json::serialize(row) << "\n";
    }
  });
  std::cout << "robots_real_cases " << good << " of " << total << "\n";
  EXPECT_GE(good * 1000, total * 995);
}

TEST(RobotsTables, Extras) {
  if (tables() == nullptr) GTEST_SKIP() << "PANTAU_SHARED is not set";
  for_each_line("robots_extra.jsonl", [&](const boost::json::object& row) {
    const std::string kind(row.at("kind").as_string());
    if (kind == "path_params_query") {
      EXPECT_EQ(robots_target(row.at("input").as_string()), std::string_view(row.at("expected").as_string()));
    } else if (kind == "sitemap") {
      std::vector<std::string> want;
      for (const auto& value : row.at("expected").as_array()) want.emplace_back(value.as_string());
      EXPECT_EQ(RobotsFile::parse(row.at("robots").as_string()).sitemaps(), want);
    } else if (kind == "crawl_delay") {
      const auto delay =
          RobotsFile::parse(row.at("robots").as_string()).rules_for(row.at("ua").as_string()).crawl_delay();
      EXPECT_EQ(delay.has_value(), !row.at("expected").is_null());
    } else if (kind == "ua_token_valid") {
      const std::string input(row.at("input").as_string());
      EXPECT_EQ(!input.empty() && robots_product_token(input) == input, row.at("expected").as_bool()) << input;
    }
  });
}

}  // namespace
}  // namespace pantau::crawler
