#include "sweep/configuration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace pantau::sweep {
namespace {

using testing::HasSubstr;

Result<Configuration> read(const std::string& text) {
  return read_configuration_text(text, "pantau.yaml", "/base");
}

std::string errors(const std::string& text) {
  const auto read_it = read(text);
  return read_it ? "none" : read_it.error().detail;
}

constexpr const char* kSweep = "sweeps:\n  - name: a\n    sources: [{type: web, seeds: [\"https://example.com/\"]}]\n";

TEST(Configuration, ShippedExampleIsValid) {
  const auto configuration = read_configuration(std::string(PANTAU_SOURCE_DIR) + "/config/pantau.yaml");
  ASSERT_TRUE(configuration) << configuration.error().detail;
  EXPECT_EQ(configuration->sweeps.size(), 1u);
  EXPECT_TRUE(configuration->sweeps[0].schedule);
  EXPECT_EQ(configuration->sweeps[0].timezone, "Asia/Kuala_Lumpur");
  EXPECT_EQ(configuration->fetcher.per_host_delay.count(), 500);
  EXPECT_TRUE(configuration->fetcher.respect_robots);
  EXPECT_TRUE(configuration->warnings.empty()) << configuration->warnings.front();
  EXPECT_GE(configuration->lures.size(), 5u);
}

TEST(Configuration, MisspeltKeysNameFileLineAndNearestKey) {
  EXPECT_THAT(errors("workspce: x\n"),
              HasSubstr("pantau.yaml:1: unknown key \"workspce\"; did you mean \"workspace\"?"));
  EXPECT_THAT(errors("crawler:\n  conections: 3\n"),
              HasSubstr("pantau.yaml:2: unknown key \"conections\"; did you mean \"connections\"?"));
  EXPECT_THAT(errors("sweeps:\n  - name: a\n    sources:\n      - {type: web, seed: [\"http://a/\"]}\n"),
              HasSubstr("pantau.yaml:4:"));
}

TEST(Configuration, ModelsNameAFolderAndAKnownRecognizer) {
  const auto configuration = read("models: {directory: nets, face_recognizer: reid-0095}\n");
  ASSERT_TRUE(configuration) << configuration.error().detail;
  EXPECT_EQ(configuration->models_directory, "/base/nets");
  EXPECT_EQ(configuration->face_recognizer, "reid-0095");
  EXPECT_THAT(errors("models:\n  face_recognizer: arcface\n"),
              HasSubstr("pantau.yaml:2: `face_recognizer` must be one of sface, reid-0095, not \"arcface\""));
}

TEST(Configuration, SitemapsOfAWebSource) {
  const auto with = [](const std::string& rest) {
    return "sweeps:\n  - name: a\n    sources: [{type: web, seeds: [\"http://a.example/\"], " + rest + "}]\n";
  };
  const auto source = [&](const std::string& rest) {
    const auto read_it = read(with(rest));
    EXPECT_TRUE(read_it) << rest;
    return read_it ? read_it->sweeps.at(0).sources.at(0) : crawler::SourceSettings();
  };
  EXPECT_TRUE(source("max_depth: 2").discover);
  EXPECT_TRUE(source("sitemaps: auto").discover);
  EXPECT_FALSE(source("sitemaps: off").discover);
  EXPECT_THAT(source("sitemaps: [\"http://a.example/s.xml\"]").sitemaps,
              testing::ElementsAre("http://a.example/s.xml"));
  EXPECT_THAT(errors(with("sitemaps: maybe")), HasSubstr("auto, off or a list"));
  EXPECT_THAT(errors(with("sitemaps: [\"s.xml\"]")), HasSubstr("not an http or https address: s.xml"));
  EXPECT_THAT(errors(with("sitemaps: []")), HasSubstr("sitemaps: off"));
  EXPECT_THAT(errors(with("max_depth: 0, sitemaps: [\"http://a.example/s.xml\"]")), HasSubstr("max_depth is 0"));
  EXPECT_THAT(errors(with("sitemap: off")), HasSubstr("did you mean \"sitemaps\"?"));
  EXPECT_THAT(errors("sweeps:\n  - name: a\n    sources: [{type: url-list, path: x.csv, sitemaps: off}]\n"),
              HasSubstr("unknown key \"sitemaps\""));
}

TEST(Configuration, BadValuesAreExplained) {
  EXPECT_THAT(errors("sweeps:\n  - name: a\n    schedule: \"61 * * * *\"\n    sources: [{type: web, seeds: "
                     "[\"http://a.example/\"]}]\n"),
              HasSubstr("pantau.yaml:3: \"61\" is no minute"));
  EXPECT_THAT(errors("sweeps:\n  - name: a\n    schedule: \"0 0 31 2 *\"\n    sources: [{type: web, seeds: "
                     "[\"http://a.example/\"]}]\n"),
              HasSubstr("never comes"));
  EXPECT_THAT(
      errors(
          "sweeps:\n  - name: a\n    timezone: Mars/X\n    sources: [{type: web, seeds: [\"http://a.example/\"]}]\n"),
      HasSubstr("unknown time zone"));
  EXPECT_THAT(errors("sweeps:\n  - name: a\n    sources: [{type: webb}]\n"), HasSubstr("did you mean \"web\"?"));
  EXPECT_THAT(errors("sweeps:\n  - name: a\n    sources: [{type: meta-ad-library}]\n"),
              HasSubstr("not in this version"));
  EXPECT_THAT(errors("sweeps:\n  - name: ../x\n    sources: [{type: web, seeds: [\"http://a.example/\"]}]\n"),
              HasSubstr("file name"));
  EXPECT_THAT(errors("sweeps:\n  - name: a\n    sources: [{type: web, seeds: [\"ftp://a.example/\"]}]\n"),
              HasSubstr("not an http or https address"));
  EXPECT_THAT(errors("crawler: {robots: {ignore: \"\"}}\n"), HasSubstr("needs the reason"));
  EXPECT_THAT(errors("verdict: {flag_at: 0.4, review_at: 0.6}\n"), HasSubstr("review_at must not be above flag_at"));
  EXPECT_THAT(errors(std::string(kSweep) + "  - name: a\n    sources: [{type: url-list, path: x.csv}]\n"),
              HasSubstr("two sweeps are called"));
  EXPECT_THAT(errors("sweeps:\n  - name: a\n    sources: [{type: import, path: x.csv, columns: {adress: link}}]\n"),
              HasSubstr("unknown field \"adress\""));
  EXPECT_THAT(
      errors("sweeps:\n  - name: a\n    sources: [{type: web, seeds: [\"http://a.example/\"], personas: [phone]}]\n"),
      HasSubstr("the persona \"phone\" is not described"));
}

TEST(Configuration, RelativePathsAreRelativeToTheFile) {
  const auto configuration =
      read("workspace: ./w\nsweeps:\n  - name: a\n    sources: [{type: submission, path: inbox/}]\n");
  ASSERT_TRUE(configuration) << configuration.error().detail;
  EXPECT_EQ(configuration->workspace, "/base/w");
  EXPECT_EQ(configuration->sweeps[0].sources[0].path.string().rfind("/base/inbox", 0), 0u);
}

TEST(Configuration, SettingsThatDoNothingYetAreSaidSo) {
  const auto configuration = read("transcription: {url: \"http://127.0.0.1:9/\"}\n");
  ASSERT_TRUE(configuration);
  ASSERT_EQ(configuration->warnings.size(), 1u);
  EXPECT_THAT(configuration->warnings[0], HasSubstr("pantau.yaml:1"));
  EXPECT_THAT(configuration->warnings[0], HasSubstr("transcription"));
}

TEST(Configuration, AMissingFileSaysHowToStart) {
  const auto configuration = read_configuration("/nonexistent/pantau.yaml");
  ASSERT_FALSE(configuration);
  EXPECT_EQ(configuration.error().code, ErrorCode::tell_operator);
  EXPECT_THAT(configuration.error().detail, HasSubstr("pantau init"));
}

TEST(Configuration, AnEmptyWatchlistIsRefused) {
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "pantau-empty-watchlist";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "w.yaml") << "entities: []\n";
  Configuration configuration;
  configuration.watchlists = {folder / "w.yaml"};
  const auto matcher = load_matcher(configuration, {});
  ASSERT_FALSE(matcher);
  EXPECT_THAT(matcher.error().detail, HasSubstr("the watchlist is empty"));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace pantau::sweep
