#include "exports/block_list.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "exports/popular_domains.h"
#include "exports/uuid.h"
#include "tests/support/decided_case.h"

namespace pantau::exports {
namespace {

using Cases = std::vector<cases::DecidedCase>;

std::string why(const Cases& cases, const std::string& name, const ExportOptions& options = test::export_options()) {
  const auto done = render(*find_format("domains"), cases_from(cases), options);
  for (const KeptOut& one : done->kept_out) {
    if (one.what == name) return one.why;
  }
  return "";
}

bool listed(const Cases& cases, const std::string& name, const ExportOptions& options = test::export_options()) {
  return test::one_file("domains", cases, options).find("\n" + name + "\n") != std::string::npos;
}

TEST(BlockNames, OnlyWhatAResolverAsksFor) {
  for (const char* good : {"a.example", "xn--bcn-nk-3ta.example", "a-b.co.uk", "1.example"})
    EXPECT_TRUE(is_block_name(good)) << good;
  for (const char* bad : {"", "example", "a..example", "-a.example", "a-.example", "a_b.example", "A.example",
                          "a.example.", "203.0.113.4", "a b.example", "a.example\n0.0.0.0 bank.example", "*.example",
                          "a;b.example", "\xC3\xA9.example"})
    EXPECT_FALSE(is_block_name(bad)) << bad;
  EXPECT_FALSE(is_block_name(std::string(64, 'a') + ".example"));
  std::string long_name;
  for (int i = 0; i < 5; ++i) long_name += std::string(60, 'a') + ".";
  EXPECT_FALSE(is_block_name(long_name + "example"));
}

TEST(BlockList, OnlyConfirmedScammerOwnedNamesEnter) {
  EXPECT_TRUE(listed({test::confirmed_case(1)}, "bcn-bonus-1.example"));
  EXPECT_FALSE(listed({test::confirmed_case(1)}, "short.example")) << "a redirector serves others too";
  cases::DecidedCase fresh = test::confirmed_case(1);
  fresh.record.status = "new";
  EXPECT_FALSE(listed({fresh}, "bcn-bonus-1.example"));
  for (const char* role : {"compromised", "shared", "victim", "publisher", "redirector", "unknown"}) {
    cases::DecidedCase one = test::confirmed_case(1);
    test::move_to(one, "https://blog.example/wp/x", "blog.example", role);
    EXPECT_FALSE(listed({one}, "blog.example")) << role;
    EXPECT_NE(why({one}, "blog.example"), "") << role;
  }
}

TEST(BlockList, WhatOthersNeedIsKeptOutWhateverTheRoleSays) {
  for (const char* name : {"scam.blogspot.com", "t.me", "com.my", "google.com", "pages.google.com", "scam.gov.my",
                           "bcn-bank.example", "login.bcn-bank.example", "co.uk"}) {
    cases::DecidedCase one = test::confirmed_case(1);
    test::move_to(one, std::string("https://") + name + "/x", name, "scammer-owned");
    EXPECT_FALSE(listed({one}, name)) << name;
    EXPECT_NE(why({one}, name), "") << name;
  }
}

TEST(BlockList, AMachinesAddressIsNoName) {
  cases::DecidedCase one = test::confirmed_case(1);
  test::move_to(one, "http://203.0.113.4/x", "203.0.113.4", "scammer-owned");
  EXPECT_FALSE(listed({one}, "203.0.113.4"));
}

TEST(BlockList, ADismissedOrDisputedCaseOnTheSameNameSpeaksAgainst) {
  for (const char* status : {"dismissed", "disputed", "withdrawn"}) {
    cases::DecidedCase other = test::confirmed_case(1);
    other.record.id = "c-00000000000000000000000099";
    other.record.status = status;
    EXPECT_FALSE(listed({other, test::confirmed_case(1)}, "bcn-bonus-1.example")) << status;
    EXPECT_FALSE(listed({test::confirmed_case(1), other}, "bcn-bonus-1.example")) << status << " in the other order";
    EXPECT_NE(why({other, test::confirmed_case(1)}, "bcn-bonus-1.example").find(other.record.id), std::string::npos);
  }
}

TEST(BlockList, EntriesComeToTheirEnd) {
  ExportOptions options = test::export_options();
  options.now = *parse_utc("2026-03-02T08:59:59Z");  // last seen 2026-01-31T09:00:00Z and 30 days
  EXPECT_TRUE(listed({test::confirmed_case(1)}, "bcn-bonus-1.example", options));
  options.now = *parse_utc("2026-03-02T09:00:00Z");
  EXPECT_FALSE(listed({test::confirmed_case(1)}, "bcn-bonus-1.example", options));
  EXPECT_NE(why({test::confirmed_case(1)}, "bcn-bonus-1.example", options).find("2026-03-02"), std::string::npos);
}

TEST(BlockList, AHostileNameCannotAddALine) {
  cases::DecidedCase one = test::confirmed_case(1);
  for (const std::string& name :
       {std::string("evil.example\n0.0.0.0 bank.example"), std::string("evil.example IN CNAME ."),
        std::string("\";) alert"), std::string("a\0b.example", 11), std::string(1'000'000, 'a')}) {
    one.record.indicators.domains = {name};
    one.record.roles = {{name, "scammer-owned"}};
    for (const char* format : {"domains", "hosts", "rpz", "adblock", "suricata"}) {
      const std::string text = test::one_file(format, {one});
      EXPECT_EQ(text.find("bank.example"), std::string::npos) << format;
      EXPECT_EQ(text.find("evil"), std::string::npos) << format;
      EXPECT_LT(text.size(), 1000u) << format;
    }
  }
}

std::string serial_of(const std::string& zone) {
  const std::size_t at = zone.find("hostmaster.invalid. ") + 20;
  return zone.substr(at, zone.find(' ', at) - at);
}

TEST(Rpz, NameAndEverythingBeneathAndASerialThatGrows) {
  const std::string zone = test::one_file("rpz", {test::confirmed_case(1)});
  EXPECT_NE(zone.find("\nbcn-bonus-1.example IN CNAME .\n*.bcn-bonus-1.example IN CNAME .\n"), std::string::npos)
      << zone;
  ExportOptions options = test::export_options();
  options.previous = std::make_shared<const std::string>(zone);
  EXPECT_EQ(test::one_file("rpz", {test::confirmed_case(1)}, options), zone) << "the same list keeps its serial";
  // Another list with no newer event, as when an official domain was added to the watchlist.
  options.official_domains["x"] = {"bcn-bonus-1.example"};
  const std::string shorter = test::one_file("rpz", {test::confirmed_case(1)}, options);
  EXPECT_EQ(shorter.find("CNAME"), std::string::npos);
  EXPECT_GT(std::stoul(serial_of(shorter)), std::stoul(serial_of(zone)));
  // An entry that came to its end moves the serial by itself.
  ExportOptions later = test::export_options();
  later.now = *parse_utc("2026-04-01T00:00:00Z");
  EXPECT_GT(std::stoul(serial_of(test::one_file("rpz", {test::confirmed_case(1)}, later))),
            std::stoul(serial_of(zone)));
}

TEST(Hosts, HostsSeenBeneathANameStandThereToo) {
  const std::string text = test::one_file("hosts", {test::confirmed_case(1)});
  EXPECT_NE(text.find("0.0.0.0 bcn-bonus-1.example\n0.0.0.0 www.bcn-bonus-1.example\n"), std::string::npos) << text;
}

TEST(Adblock, BeginsWithItsHeader) {
  const std::string text = test::one_file("adblock", {test::confirmed_case(1)});
  EXPECT_TRUE(text.starts_with("[Adblock Plus]\n"));
  EXPECT_NE(text.find("\n||bcn-bonus-1.example^\n"), std::string::npos);
}

std::map<std::string, std::string> sids_of(const std::string& rules) {
  std::map<std::string, std::string> sids;
  for (const std::string& line : split(rules, '\n')) {
    const std::size_t name = line.find("content:\"."), sid = line.find(" sid:");
    if (name == std::string::npos) continue;
    const std::string kind = line.substr(6, 3);
    sids[kind + line.substr(name + 10, line.find('"', name + 10) - name - 10)] =
        line.substr(sid + 5, line.find(';', sid) - sid - 5);
  }
  return sids;
}

TEST(Suricata, RuleNumbersAreUniqueAndStay) {
  Cases many;
  for (int i = 0; i < 2000; ++i) many.push_back(test::confirmed_case(i));
  const std::string all = test::one_file("suricata", many);
  const auto sids = sids_of(all);
  ASSERT_EQ(sids.size(), 4000u);
  std::set<std::string> once;
  for (const auto& [name, sid] : sids) {
    EXPECT_TRUE(once.insert(sid).second) << sid;
    EXPECT_GE(std::stoul(sid), 1'000'000u);
    EXPECT_LE(std::stoul(sid), 1'999'999u);
  }
  // Half of them gone: the others keep their numbers.
  many.erase(many.begin(), many.begin() + 1000);
  ExportOptions options = test::export_options();
  options.previous = std::make_shared<const std::string>(all);
  for (const auto& [name, sid] : sids_of(test::one_file("suricata", many, options))) EXPECT_EQ(sid, sids.at(name));
}

TEST(PopularDomains, CoverWhatLiesBeneathAndAbove) {
  EXPECT_EQ(popular_domain("google.com"), "google.com");
  EXPECT_EQ(popular_domain("Drive.Google.com"), "google.com");
  EXPECT_EQ(popular_domain("portal.moh.gov.my"), "gov.my");
  EXPECT_EQ(popular_domain("my"), "my");
  EXPECT_EQ(popular_domain("notgoogle.com"), "");
}

TEST(Uuid, KnownAnswers) {
  // RFC 9562, A.4, and the STIX specification's own example.
  EXPECT_EQ(uuid5("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "www.example.com"), "2ed6657d-e927-568b-95e1-2665a8aea6a2");
  EXPECT_EQ(uuid5(kStixObservableSpace, "{\"value\":\"198.51.100.3\"}"), "28bb3599-77cd-5a82-a950-b5bc3caf07c4");
}

}  // namespace
}  // namespace pantau::exports
