// What a user meets who made a mistake in a configuration: exit code 2, the file and line, and what to write instead;
// and nothing is written before it is corrected.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/sweep_run.h"

namespace pantau {
namespace {

using test::ProgramResult;
using test::run_pantau;
using test::Scratch;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// A configuration that is right but for what a test puts in. Line 8 is the first of `more`.
struct Parts {
  std::string sweep_keys = {};
  std::string source = "{type: url-list, path: urls.txt}";
  std::string watchlist = "watchlist.yaml";
  std::string more = {};
};

std::string configuration(const Parts& parts) {
  return "workspace: ./workspace\nwatchlists: [" + parts.watchlist +
         "]\nmedia: {enabled: false}\nsweeps:\n  - name: town\n    sources:\n      - " + parts.source + "\n" +
         parts.sweep_keys + parts.more;
}

class BadConfiguration : public testing::Test {
 protected:
  BadConfiguration() : scratch_("bad-configuration") {
    scratch_.write("watchlist.yaml", test::kBankWatchlist);
    scratch_.write("urls.txt", "http://a.example/\n");
  }

  // Both commands refuse it, in the same words, and leave nothing behind.
  void refused(const std::string& text, const testing::Matcher<std::string>& words) {
    const std::string file = scratch_.write("pantau.yaml", text).string();
    for (const char* command : {"check", "sweep"}) {
      const ProgramResult ran = run_pantau({command, "-c", file});
      EXPECT_EQ(ran.exit_code, 2) << command << "\n" << text << ran.out << ran.err;
      EXPECT_THAT(ran.err, words) << command << "\n" << text;
      EXPECT_EQ(ran.out, "") << command << "\n" << text;
      EXPECT_FALSE(std::filesystem::exists(scratch_.path() / "workspace")) << command << "\n" << text;
    }
  }

  Scratch scratch_;
};

TEST_F(BadConfiguration, TheSameConfigurationWithoutMistakesIsReady) {
  const std::string file = scratch_.write("pantau.yaml", configuration({})).string();
  const ProgramResult ran = run_pantau({"check", "-c", file});
  EXPECT_EQ(ran.exit_code, 0) << ran.out << ran.err;
  EXPECT_THAT(ran.out, AllOf(HasSubstr("1 entities"), HasSubstr("sweep town: 1 sources"), HasSubstr("Ready.")));
}

TEST_F(BadConfiguration, UnknownKeysNameTheNearestOrAllKnown) {
  refused(configuration({.more = "crwaler: {connections: 3}\n"}),
          HasSubstr("pantau.yaml:8: unknown key \"crwaler\"; did you mean \"crawler\"?"));
  refused(configuration({.more = "crawler:\n  per_host_dealy_ms: 3\n"}),
          HasSubstr("pantau.yaml:9: unknown key \"per_host_dealy_ms\"; did you mean \"per_host_delay_ms\"?"));
  refused(configuration({.source = "{type: url-list, path: urls.txt, max_page: 3}"}),
          HasSubstr("pantau.yaml:7: unknown key \"max_page\"; did you mean \"max_pages\"?"));
  refused(configuration({.source = "{type: url-list, path: urls.txt, zzzzzzzz: 3}"}),
          HasSubstr("pantau.yaml:7: unknown key \"zzzzzzzz\"; known here: type, "));
}

TEST_F(BadConfiguration, ValuesOfTheWrongKindOrOutOfRange) {
  refused(configuration({.more = "crawler: {connections: many}\n"}),
          HasSubstr("pantau.yaml:8: connections must be a whole number from 1 to 4096, not \"many\""));
  refused(configuration({.more = "crawler: {timeout_s: [3]}\n"}),
          HasSubstr("pantau.yaml:8: timeout_s must be one value, not a list or a map"));
  refused(configuration({.more = "crawler: many\n"}),
          HasSubstr("pantau.yaml:8: crawler must hold keys with values, not one value; known keys: user_agent, "));
  refused(configuration({.more = "verdict: [0.8]\n"}),
          HasSubstr("pantau.yaml:8: verdict must hold keys with values, not a list; known keys: flag_at, review_at"));
  for (const char* value : {"1.5", "-0.2", "nan", "high"}) {
    refused(configuration({.more = std::string("verdict: {flag_at: ") + value + "}\n"}),
            HasSubstr(std::string("pantau.yaml:8: flag_at must be a number from 0.01 to 1, not \"") + value + "\""));
  }
  refused("- workspace\n- watchlists\n", HasSubstr("pantau.yaml:1: the file must hold keys with values, not a list"));
  refused(configuration({.source = "http://a.example/"}), HasSubstr("pantau.yaml:7: a source is a map such as {type:"));
  refused("workspace: ./workspace\nsweeps: [town]\n", HasSubstr("pantau.yaml:2: a sweep is a map such as {name:"));
}

TEST_F(BadConfiguration, SchedulesZonesAndSources) {
  refused(configuration({.sweep_keys = "    schedule: \"61 * * * *\"\n"}),
          HasSubstr("pantau.yaml:8: \"61\" is no minute (write 0 to 59"));
  refused(configuration({.sweep_keys = "    schedule: hourly\n"}),
          HasSubstr("pantau.yaml:8: a schedule has five fields (minute hour day month weekday)"));
  refused(configuration({.sweep_keys = "    timezone: Asia/Kuala_Lumpor\n"}),
          AllOf(HasSubstr("pantau.yaml:8: unknown time zone \"Asia/Kuala_Lumpor\""), HasSubstr("Asia/Kuala_Lumpur")));
  refused(
      configuration({.source = "{type: url-lst, path: urls.txt}"}),
      AllOf(HasSubstr("pantau.yaml:7: unknown source type \"url-lst\", did you mean \"url-list\"?; available: web,"),
            Not(HasSubstr("unknown key"))));
  refused(configuration({.source = "{path: urls.txt}"}),
          AllOf(HasSubstr("pantau.yaml:7: a source needs `type`, one of web, url-list"), Not(HasSubstr("unknown"))));
}

TEST_F(BadConfiguration, FilesThatAreNotThere) {
  refused(configuration({.watchlist = "missing.yaml"}), HasSubstr("pantau.yaml:2: no watchlist file matches "));
  refused(configuration({.more = "lures: [\"lures/*.yaml\"]\n"}),
          HasSubstr("pantau.yaml:8: no lure pack file matches "));
  // What a source reads may come and go, so it is looked for when it is needed.
  const std::string file =
      scratch_.write("pantau.yaml", configuration({.source = "{type: url-list, path: nowhere.csv}"})).string();
  const ProgramResult checked = run_pantau({"check", "-c", file});
  EXPECT_EQ(checked.exit_code, 2);
  EXPECT_THAT(checked.out,
              AllOf(HasSubstr("fail  sweep town: "), HasSubstr("nowhere.csv does not exist"), HasSubstr("1 problem.")));
  const ProgramResult swept = run_pantau({"sweep", "-c", file});
  EXPECT_EQ(swept.exit_code, 2);
  EXPECT_THAT(swept.err,
              AllOf(HasSubstr(file + ": the sweep \"town\" reads "), HasSubstr("nowhere.csv, which does not"),
                    HasSubstr("correct `path` of the url-list source")));
}

TEST_F(BadConfiguration, VariablesThatAreNotSet) {
  unsetenv("PANTAU_TEST_NOWHERE");
  refused(configuration({.source = "{type: url-list, path: \"${PANTAU_TEST_NOWHERE}\"}"}),
          HasSubstr("pantau.yaml:7: the environment variable PANTAU_TEST_NOWHERE is not set; set it, or write"));
  refused(configuration({.source = "{type: url-list, path: ${PANTAU_TEST_NOWHERE}}"}),
          AllOf(HasSubstr("pantau.yaml:7: not valid YAML"), HasSubstr("write \"${NAME}\" in quotes")));
  refused(configuration({.more = "store: ${PANTAU_TEST_NOWHERE}\n"}),
          HasSubstr("pantau.yaml:8: the environment variable PANTAU_TEST_NOWHERE is not set"));
}

TEST_F(BadConfiguration, WatchlistsThatProtectNobodyOrOneTwice) {
  scratch_.write("empty.yaml", "entities: []\n");
  scratch_.write("nothing.yaml", "");
  scratch_.write("twice.yaml", std::string(test::kBankWatchlist) + "  - {id: melati-bank, kind: brand, name: Other}\n");
  scratch_.write("misspelt.yaml", "entities:\n  - {id: melati-bank, knd: brand, kind: brand, name: Melati Bank}\n");
  for (const char* list : {"empty.yaml", "nothing.yaml"}) {
    refused(configuration({.watchlist = list}),
            AllOf(HasSubstr(std::string(list) + ": the watchlist is empty: nobody would be protected"),
                  HasSubstr("add `entities`, or leave `watchlists` out")));
  }
  refused(configuration({.watchlist = "twice.yaml"}),
          AllOf(HasSubstr("twice.yaml:3: the id 'melati-bank' is already used at "), HasSubstr("twice.yaml:2")));
  refused(configuration({.watchlist = "misspelt.yaml"}),
          HasSubstr("misspelt.yaml:2: unknown key \"knd\"; did you mean \"kind\"?"));
}

TEST_F(BadConfiguration, AllMistakesAreToldAtOnce) {
  refused(configuration({.sweep_keys = "    timezone: Mars/Olympus\n",
                         .watchlist = "missing.yaml",
                         .more = "crawler: {connections: 0}\nverdct: {}\n"}),
          AllOf(HasSubstr("pantau.yaml:2: no watchlist file"), HasSubstr("pantau.yaml:8: unknown time zone"),
                HasSubstr("pantau.yaml:9: connections must be"), HasSubstr("pantau.yaml:10: unknown key \"verdct\"")));
}

TEST_F(BadConfiguration, NoFileAFolderNoSweepOrAnotherName) {
  const std::string missing = (scratch_.path() / "nowhere.yaml").string();
  const std::string empty = scratch_.write("empty.yaml", "workspace: ./workspace\n").string();
  const std::string file = scratch_.write("pantau.yaml", configuration({})).string();
  for (const char* command : {"check", "sweep"}) {
    const ProgramResult none = run_pantau({command, "-c", missing});
    EXPECT_EQ(none.exit_code, 2);
    EXPECT_THAT(none.err, AllOf(HasSubstr("cannot open " + missing), HasSubstr("`pantau init DIR` writes an example")));
    const ProgramResult folder = run_pantau({command, "-c", scratch_.path().string()});
    EXPECT_EQ(folder.exit_code, 2);
    EXPECT_THAT(folder.err, AllOf(HasSubstr("is a folder; name the configuration in it, such as "), HasSubstr(file)));
    const ProgramResult unnamed = run_pantau({command});
    EXPECT_EQ(unnamed.exit_code, 2);
    EXPECT_THAT(unnamed.err + unnamed.out,
                ::testing::AnyOf(HasSubstr("--config is required"), HasSubstr("say which configuration: -c FILE")));
  }
  const ProgramResult no_sweep = run_pantau({"sweep", "-c", empty});
  EXPECT_EQ(no_sweep.exit_code, 2);
  EXPECT_THAT(no_sweep.err, HasSubstr("empty.yaml: no sweep is described; add one under `sweeps`"));
  const ProgramResult other = run_pantau({"sweep", "-c", file, "--name", "twon"});
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_THAT(other.err, HasSubstr("no sweep is called \"twon\"; there are: town"));
}

}  // namespace
}  // namespace pantau
