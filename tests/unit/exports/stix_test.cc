#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "exports/stix_objects.h"
#include "tests/support/decided_case.h"

namespace pantau::exports {
namespace {

namespace json = boost::json;
using Cases = std::vector<cases::DecidedCase>;

json::array objects_of(const Cases& cases, const ExportOptions& options = test::export_options()) {
  const std::string text = test::one_file("stix", cases, options);
  boost::system::error_code failure;
  const json::value bundle = json::parse(text, failure);
  EXPECT_FALSE(failure) << text.substr(0, 300);
  return bundle.at("objects").as_array();
}

const json::object* find(const json::array& objects, const std::string& type) {
  for (const json::value& object : objects) {
    if (object.at("type").as_string() == type) return &object.as_object();
  }
  return nullptr;
}

TEST(Stix, ObservableIdsAreThoseOfTheSpecification) {
  EXPECT_EQ(stix_observable("ipv4-addr", {{"value", "198.51.100.3"}}).at("id").as_string(),
            "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4");
  EXPECT_EQ(stix_observable("url", {{"value", "https://bcn-bonus.example/claim?src=fb"}}).at("id").as_string(),
            "url--131e2424-1c7e-504c-adc2-a5754c1a5a0f");
  EXPECT_EQ(stix_observable("file", {{"name", "a.png"}, {"hashes", json::object{{"SHA-256", std::string(64, '0')}}}})
                .at("id")
                .as_string(),
            "file--73cc04de-099d-59a2-a59f-06f715b9723b");
  EXPECT_EQ(stix_observable("user-account", {{"account_type", "facebook"}, {"user_id", "100000000000001"}})
                .at("id")
                .as_string(),
            "user-account--9475ba10-2269-57b9-a41a-48e8b4d387c8");
}

TEST(Stix, TheSameCaseHasTheSameIdsWhenItIsSeenAgain) {
  cases::DecidedCase again = test::confirmed_case(1);
  again.record.last_seen = "2026-02-05T00:00:00Z";
  const json::array before = objects_of({test::confirmed_case(1)}), after = objects_of({again});
  const json::object *old = find(before, "indicator"), *fresh = find(after, "indicator");
  ASSERT_TRUE(old != nullptr && fresh != nullptr);
  EXPECT_EQ(old->at("id"), fresh->at("id"));
  EXPECT_EQ(old->at("created"), fresh->at("created"));
  EXPECT_LT(old->at("modified").as_string(), fresh->at("modified").as_string());
}

TEST(Stix, WithdrawalRevokesAndAComebackIsAnotherObject) {
  cases::DecidedCase one = test::confirmed_case(1);
  const std::string id(find(objects_of({one}), "indicator")->at("id").as_string());
  EXPECT_FALSE(find(objects_of({one}), "indicator")->contains("revoked"));
  test::decide(one, "withdraw", "withdrawn", "2026-02-03T00:00:00Z");
  const json::array gone = objects_of({one});
  EXPECT_EQ(find(gone, "indicator")->at("id").as_string(), id);
  EXPECT_TRUE(find(gone, "indicator")->at("revoked").as_bool());
  EXPECT_TRUE(find(gone, "report")->at("revoked").as_bool());
  EXPECT_EQ(find(gone, "opinion")->at("opinion").as_string(), "strongly-disagree");
  test::decide(one, "confirm", "confirmed", "2026-02-04T00:00:00Z");
  EXPECT_NE(find(objects_of({one}), "indicator")->at("id").as_string(), id);
}

TEST(Stix, ADisputeEndsTheIndicator) {
  cases::DecidedCase one = test::confirmed_case(1);
  test::decide(one, "dispute", "disputed", "2026-02-03T00:00:00Z");
  const json::array objects = objects_of({one});
  EXPECT_EQ(find(objects, "indicator")->at("valid_until").as_string(), "2026-02-03T00:00:00.000Z");
  EXPECT_FALSE(find(objects, "indicator")->contains("revoked"));
}

TEST(Stix, ASharedHostIsLookedForByAddressOnly) {
  cases::DecidedCase one = test::confirmed_case(1);
  test::move_to(one, "https://scam.blogspot.com/x'y", "scam.blogspot.com", "shared");
  const json::array objects = objects_of({one});
  const std::string pattern(find(objects, "indicator")->at("pattern").as_string());
  EXPECT_EQ(pattern.find("domain-name"), std::string::npos) << pattern;
  EXPECT_NE(pattern.find("url:value = 'https://scam.blogspot.com/x\\'y'"), std::string::npos) << pattern;
  EXPECT_EQ(find(objects, "infrastructure"), nullptr);
}

TEST(Stix, UnreviewedCasesHaveLittleConfidence) {
  cases::DecidedCase one = test::confirmed_case(1);
  one.record.status = "new";
  one.decisions.clear();
  EXPECT_LE(find(objects_of({one}), "indicator")->at("confidence").as_int64(), 30);
}

TEST(Stix, SharedObjectsStandOnce) {
  const json::array objects = objects_of({test::confirmed_case(1), test::confirmed_case(2)});
  std::set<std::string> ids;
  for (const json::value& object : objects) EXPECT_TRUE(ids.insert(std::string(object.at("id").as_string())).second);
}

TEST(Stix, AnEmptyBundleIsStillOne) {
  EXPECT_NE(find(objects_of({}), "identity"), nullptr);
}

}  // namespace
}  // namespace pantau::exports
