// MISP, XARF, MCMC, DSA, hash lists, accounts and dossiers.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "base/digest.h"
#include "base/text.h"
#include "exports/media_hashes.h"
#include "tests/support/decided_case.h"

namespace pantau::exports {
namespace {

namespace json = boost::json;
using Cases = std::vector<cases::DecidedCase>;

Export done(const std::string& format, const Cases& cases, const ExportOptions& options = test::export_options()) {
  const auto out = render(*find_format(format), cases_from(cases), options);
  EXPECT_TRUE(out) << format << ": " << out.error().detail;
  return out ? *out : Export{};
}

json::object only(const std::string& format, const Cases& cases,
                  const ExportOptions& options = test::export_options()) {
  return json::parse(done(format, cases, options).files.at(0).bytes).as_object();
}

std::size_t count_on(const json::value& value, const std::string& key, bool wanted) {
  std::size_t count = 0;
  if (value.is_array()) {
    for (const json::value& item : value.as_array()) count += count_on(item, key, wanted);
  } else if (value.is_object()) {
    for (const auto& pair : value.as_object()) {
      if (pair.key() == key && pair.value().is_bool() && pair.value().as_bool() == wanted) ++count;
      count += count_on(pair.value(), key, wanted);
    }
  }
  return count;
}

// Titles, names and reasons as criminals would write them.
cases::DecidedCase hostile() {
  cases::DecidedCase one = test::confirmed_case(1);
  const std::string bad = "=HYPERLINK(\"http://x\")</script><script>alert(1)</script>\xE2\x80\xAE\"'\r\n" +
                          std::string(1, '\0') + "\xff" + std::string(1'000'000, 'x');
  one.record.title = bad;
  one.record.texts = {bad};
  one.record.verdict.reasons = {bad};
  one.record.verdict.against = {bad};
  one.record.facts.advertiser = bad;
  one.record.facts.platform = bad;
  one.record.verdict.impersonates[0].entity = bad;
  one.record.signals[0].found = bad;
  one.record.indicators.telegram = {bad};
  one.record.roles[bad] = "scammer-owned";
  one.record.analysis.version = bad;
  one.decisions[0].why = bad;
  return one;
}

TEST(HostileText, BreaksNoFormat) {
  for (const Format& format : formats()) {
    const Export out = done(format.name, {hostile()});
    for (const ExportFile& file : out.files) {
      EXPECT_EQ(file.bytes.find('\0'), std::string::npos) << format.name;
      EXPECT_EQ(to_valid_utf8(file.bytes), file.bytes) << format.name << ": well-formed";
      if (file.name.ends_with(".json") || (file.name.empty() && format.extension == ".json")) {
        boost::system::error_code failure;
        EXPECT_TRUE(json::parse(file.bytes, failure).is_object()) << format.name;
        EXPECT_EQ(file.bytes.find("\xE2\x80\xAE"), std::string::npos) << format.name << ": no direction override";
      }
      const bool whole_record = format.name == "csv" || format.name == "jsonl";
      EXPECT_TRUE(format.extension != ".html" || file.bytes.find("<script") == std::string::npos) << format.name;
      EXPECT_TRUE(whole_record || file.bytes.size() < 400'000u) << format.name << ": " << file.bytes.size();
    }
  }
}

TEST(Misp, NumbersAreStringsAndTheEventKeepsItsUuid) {
  const json::object event = only("misp", {test::confirmed_case(1)}).at("Event").as_object();
  EXPECT_TRUE(event.at("timestamp").is_string());
  EXPECT_TRUE(event.at("attribute_count").is_string());
  EXPECT_EQ(event.at("uuid"), only("misp", {test::confirmed_case(2)}).at("Event").at("uuid"));
  EXPECT_LE(event.at("info").as_string().size(), 256u);
  EXPECT_GT(count_on(event, "to_ids", true), 0u);
}

TEST(Misp, UndoneCasesTurnDetectionOff) {
  for (const auto& [action, status] : {std::pair("dispute", "disputed"), std::pair("withdraw", "withdrawn")}) {
    cases::DecidedCase one = test::confirmed_case(1);
    test::decide(one, action, status, "2026-02-03T00:00:00Z");
    const json::object event = only("misp", {one});
    EXPECT_EQ(count_on(event, "to_ids", true), 0u) << status;
    EXPECT_EQ(count_on(event, "deleted", true) > 0, std::string(status) == "withdrawn");
  }
}

TEST(Misp, ASharedHostIsNoDetection) {
  cases::DecidedCase one = test::confirmed_case(1);
  test::move_to(one, "https://scam.blogspot.com/x", "scam.blogspot.com", "shared");
  const json::object event = only("misp", {one});
  for (const json::value& attribute : event.at("Event").at("Object").at(0).at("Attribute").as_array()) {
    const std::string relation(attribute.at("object_relation").as_string());
    EXPECT_EQ(attribute.at("to_ids").as_bool(), relation == "url") << relation;
  }
}

TEST(Misp, TheFeedHoldsAnEventACaseAndTheHashes) {
  const Export out = done("misp-feed", {test::confirmed_case(1), test::confirmed_case(2)});
  ASSERT_EQ(out.files.size(), 4u);
  EXPECT_EQ(out.files[2].name, "manifest.json");
  const json::object manifest = json::parse(out.files[2].bytes).as_object();
  EXPECT_EQ(manifest.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    const json::object event = json::parse(out.files[i].bytes).at("Event").as_object();
    EXPECT_EQ(out.files[i].name, std::string(event.at("uuid").as_string()) + ".json");
    EXPECT_EQ(manifest.at(event.at("uuid").as_string()).at("timestamp"), event.at("timestamp"));
    const std::string line = md5_hex(fmt::format("https://www.bcn-bonus-{}.example/claim?src=fb", i + 1)) + "," +
                             std::string(event.at("uuid").as_string()) + "\n";
    EXPECT_NE(out.files[3].bytes.find(line), std::string::npos);
  }
}

TEST(Xarf, TheTypeFollowsTheCategory) {
  cases::DecidedCase one = test::confirmed_case(1);
  EXPECT_EQ(only("xarf", {one}).at("type").as_string(), "fraud");
  EXPECT_EQ(only("xarf", {one}).at("fraud_type").as_string(), "investment");
  one.record.verdict.category = "phishing";
  EXPECT_EQ(only("xarf", {one}).at("type").as_string(), "phishing");
  EXPECT_EQ(only("xarf", {one}).at("cloned_site").as_string(), "https://bcn-bank.example/");
  one.record.verdict.category = "brand-misuse";
  EXPECT_EQ(only("xarf", {one}).at("legitimate_site").as_string(), "https://bcn-bank.example/");
  one.record.verdict.impersonates = {{"tokoh-contoh", "person", 0.9}};
  EXPECT_EQ(only("xarf", {one}).at("type").as_string(), "fraud") << "nobody's genuine site is known";
}

TEST(Xarf, AnOfficialSiteIsNotReported) {
  cases::DecidedCase one = test::confirmed_case(1);
  test::move_to(one, "https://bcn-bank.example/hacked", "bcn-bank.example", "victim");
  const Export out = done("xarf", {one});
  EXPECT_TRUE(out.files.empty());
  EXPECT_EQ(out.kept_out.size(), 1u);
}

TEST(Xarf, FramesGoAlongWithTheirDigest) {
  ExportOptions options = test::export_options();
  options.read_evidence = [](const std::string&) -> Result<std::string> { return std::string("\xff\xd8picture"); };
  const json::object report = only("xarf", {test::confirmed_case(1)}, options);
  const json::object& frame = report.at("evidence").at(1).as_object();
  EXPECT_EQ(frame.at("hash").as_string(), "sha256:" + sha256_hex("\xff\xd8picture"));
  EXPECT_EQ(frame.at("size").to_number<int>(), 9);
}

TEST(Mcmc, TimesAreMalaysianAndEvidenceIsNamed) {
  const json::object report = only("report-mcmc", {test::confirmed_case(1)});
  EXPECT_EQ(report.at("first_seen_myt").as_string(), "2026-01-31T16:00:00+08:00");
  EXPECT_EQ(report.at("complainant").at("id_type").as_string(), "company_reg");
  EXPECT_FALSE(report.at("evidence").as_array().empty());
  cases::DecidedCase bare = test::confirmed_case(1);
  bare.record.frames.clear();
  bare.record.media.clear();
  EXPECT_EQ(done("report-mcmc", {bare}).kept_out.size(), 1u);
}

TEST(Dsa, HasTheFourParts) {
  ExportOptions options = test::export_options();
  options.legal_ground = "Section 263 StGB";
  const json::object notice = only("notice-dsa", {test::confirmed_case(1)}, options);
  EXPECT_GE(notice.at("explanation").as_string().size(), 40u);
  EXPECT_FALSE(notice.at("exact_location").as_array().empty());
  EXPECT_EQ(notice.at("notifier").at("email").as_string(), "unit@monitor.example");
  EXPECT_TRUE(notice.at("good_faith_statement").as_bool());
  EXPECT_EQ(notice.at("legal_ground").as_string(), "Section 263 StGB");
}

TEST(HashLists, OnlyCreativesThatSpeakOfFraud) {
  const std::string list = test::one_file("pdq", {test::confirmed_case(7)});
  EXPECT_EQ(list, fmt::format("{:063x}f,100,{}-{}\n", 7, test::confirmed_case(7).record.id, std::string(16, '0')));
  EXPECT_EQ(test::one_file("hma", {test::confirmed_case(7)}), fmt::format("pdq {:063x}f\nsha256 {:064x}\n", 7, 7));
  cases::DecidedCase one = test::confirmed_case(7);
  one.record.signals[0].type = matchers::SignalType::logo;
  EXPECT_EQ(test::one_file("pdq", {one}), "") << "a genuine logo alone";
  one = test::confirmed_case(7);
  one.record.media[0].pdq[0].quality = 49;
  EXPECT_EQ(test::one_file("pdq", {one}), "") << "too plain to match on";
  one = test::confirmed_case(7);
  one.record.media[0].url = "https://www.bcn-bank.example/banner.png";
  EXPECT_EQ(test::one_file("pdq", {one}), "") << "the bank's own picture";
  one = test::confirmed_case(7);
  one.record.media[0].width = 64;
  EXPECT_EQ(test::one_file("pdq", {one}), "") << "an icon";
}

TEST(HashLists, AWithdrawnCaseTakesItsPictureAlong) {
  cases::DecidedCase gone = test::confirmed_case(7);
  test::decide(gone, "withdraw", "withdrawn", "2026-02-03T00:00:00Z");
  cases::DecidedCase other = test::confirmed_case(8);
  other.record.media = gone.record.media;
  other.record.signals = gone.record.signals;
  EXPECT_EQ(test::one_file("pdq", {gone, other}), "");
}

TEST(AccountsSeen, NeedsRoleRecipientAndPurpose) {
  ExportOptions options = test::export_options();
  options.purpose = " ";
  const auto refused = render(*find_format("accounts-seen"), cases_from(Cases{test::confirmed_case(1)}), options);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().detail.find("--purpose"), std::string::npos);
  const std::string text = test::one_file("accounts-seen", {test::confirmed_case(1), test::confirmed_case(2)});
  EXPECT_NE(text.find("Bank Contoh 1234 5678 9012"), std::string::npos) << "in full: " << text;
  EXPECT_NE(text.find("\"2\""), std::string::npos) << "seen in two cases";
}

TEST(Masking, AccountsAreInFullNowhereElse) {
  for (const Format& format : formats()) {
    if (format.audience == Audience::fraud_team) continue;
    for (const ExportFile& file : done(format.name, {test::confirmed_case(1)}).files)
      EXPECT_EQ(file.bytes.find("1234 5678"), std::string::npos) << format.name;
  }
}

TEST(Dossier, HoldsReasonsTheWayAndDigestsAndNothingLive) {
  const std::string page = done("dossier", {test::confirmed_case(1)}).files.at(0).bytes;
  for (const char* part :
       {"Promises a guaranteed return", "The page carries a risk notice", "<svg class=\"way\"", "hxxps://",
        "bcn-bonus-1[.]example", "it asks for a deposit", "Content-Security-Policy", "media/sha256/00/"})
    EXPECT_NE(page.find(part), std::string::npos) << part;
  EXPECT_EQ(page.find("href=\"http"), std::string::npos);
  EXPECT_EQ(page.find("aisyah"), std::string::npos) << "reviewers are not named";
  EXPECT_EQ(page.find("<script"), std::string::npos);
}

}  // namespace
}  // namespace pantau::exports
