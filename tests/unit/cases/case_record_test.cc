#include "cases/case_record.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "cases/json_text.h"
#include "tests/support/sample_case.h"

namespace pantau::cases {
namespace {

namespace json = boost::json;

std::vector<std::string> keys(const json::object& object) {
  std::vector<std::string> out;
  for (const auto& member : object) out.emplace_back(member.key());
  return out;
}

// The first keys of an object are the contract, in its order; keys may follow.
void expect_begins(const json::object& object, const std::vector<std::string>& expected) {
  std::vector<std::string> found = keys(object);
  ASSERT_GE(found.size(), expected.size());
  found.resize(expected.size());
  EXPECT_EQ(found, expected);
}

TEST(CaseRecord, KeysStandInTheOrderOfTheContract) {
  const json::object object = to_json(test::sample_case());
  expect_begins(object, {"schema", "id", "sweep", "status", "first_seen", "last_seen", "verdict", "impersonates", "ad",
                         "urls", "signals", "indicators", "roles", "analysis", "capture", "campaign", "evidence"});
  expect_begins(object.at("verdict").as_object(), {"score", "band", "category", "reasons", "against"});
  expect_begins(object.at("impersonates").at(0).as_object(), {"entity", "kind", "score"});
  expect_begins(object.at("ad").as_object(),
                {"source", "source_id", "advertiser", "platform", "payer", "first_shown", "reach", "verified_label",
                 "ai_label", "page_url", "click_url", "landing_url", "redirects", "title", "texts", "media"});
  expect_begins(object.at("ad").at("media").at(0).as_object(),
                {"url", "kind", "sha256", "width", "height", "duration_s", "pdq"});
  expect_begins(object.at("ad").at("media").at(0).at("pdq").at(0).as_object(), {"hash", "quality", "time_s"});
  expect_begins(object.at("ad").at("redirects").at(0).as_object(), {"url", "status"});
  expect_begins(object.at("signals").at(0).as_object(),
                {"type", "entity", "where", "text", "matched", "score", "media", "time_s", "box"});
  expect_begins(object.at("indicators").as_object(), {"domains", "urls", "ips", "phones", "whatsapp", "telegram",
                                                      "emails", "wallets", "bank_accounts", "trackers", "apps"});
  expect_begins(object.at("analysis").as_object(), {"version", "config", "watchlist", "lures", "models"});
  expect_begins(object.at("capture").as_object(),
                {"started", "ended", "clock_offset_ms", "egress", "persona", "robots", "submitted_by"});
  expect_begins(object.at("evidence").as_object(), {"warc", "frames", "screenshot"});
  expect_begins(object.at("evidence").at("warc").at(0).as_object(), {"file", "offset", "record_id"});
}

TEST(CaseRecord, AnEmptyRecordHasNullForWhatIsNotKnown) {
  const json::object object = to_json(CaseRecord{});
  EXPECT_TRUE(object.at("ad").at("page_url").is_null());
  EXPECT_TRUE(object.at("ad").at("advertiser").is_null());
  EXPECT_TRUE(object.at("ad").at("reach").is_null());
  EXPECT_TRUE(object.at("campaign").is_null());
  EXPECT_TRUE(object.at("capture").at("egress").is_null());
  EXPECT_TRUE(object.at("capture").at("submitted_by").is_null());
  EXPECT_TRUE(object.at("evidence").at("screenshot").is_null());
  EXPECT_EQ(object.at("capture").at("clock_offset_ms").to_number<double>(), 0);
  EXPECT_EQ(object.at("status").as_string(), "new");
}

TEST(CaseRecord, ReadsBackWhatItWrote) {
  const CaseRecord record = test::sample_case();
  const std::string text = json_line(to_json(record));
  const Result<CaseRecord> back = case_from_json(json::parse(text).as_object());
  ASSERT_TRUE(back) << back.error().detail;
  EXPECT_EQ(json_line(to_json(*back)), text);
  EXPECT_EQ(back->signals[0].box->height, 40);
  EXPECT_EQ(back->signals[0].explanation, record.signals[0].explanation);
  EXPECT_EQ(back->facts.reference, "R-2026-17");
  EXPECT_EQ(back->key, record.key);
}

TEST(CaseRecord, ScoresAreWrittenAsPeopleWriteThem) {
  const std::string text = json_line(to_json(test::sample_case()));
  EXPECT_NE(text.find("\"score\":0.97,"), std::string::npos);
  EXPECT_NE(text.find("\"clock_offset_ms\":0,"), std::string::npos);
}

TEST(CaseRecord, LaterVersionsMayAddKeysAndSignalTypes) {
  json::object object = to_json(test::sample_case());
  object["brand_new"] = json::object{{"a", 1}};
  object["signals"].as_array().push_back(json::object{{"type", "smell"}, {"where", "page"}});
  const Result<CaseRecord> back = case_from_json(object);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->signals.size(), 2u);
}

TEST(CaseRecord, OddInputIsReadAsAbsentAndNeverThrows) {
  const char* kOdd[] = {
      R"({"schema":"pantau.case/1"})",
      R"({"schema":"pantau.case/1","id":7,"verdict":[],"ad":"x","urls":{},"signals":[1,null,{"type":3}],"roles":[]})",
      R"({"schema":"pantau.case/1","ad":{"media":[{"pdq":[7,{"hash":1,"quality":1e300}],"width":1e300}],"redirects":[{}],"reach":"many"}})",
      R"({"schema":"pantau.case/1","signals":[{"type":"name","where":"page","box":[1,2],"time_s":"now"}]})",
      R"({"schema":"pantau.case/1","evidence":{"warc":[{"offset":-1}],"frames":[{}]}})",
  };
  for (const char* text : kOdd) {
    const Result<CaseRecord> record = case_from_json(json::parse(text).as_object());
    ASSERT_TRUE(record) << text;
    to_json(*record);
  }
}

TEST(CaseRecord, OtherSchemasAreRefusedWithWords) {
  EXPECT_FALSE(case_from_json(json::object{}));
  const auto other = case_from_json(json::object{{"schema", "pantau.case/9"}});
  ASSERT_FALSE(other);
  EXPECT_NE(other.error().detail.find("pantau.case/9"), std::string::npos);
}

TEST(CaseRecord, HostileTextsStayOneLineOfValidUtf8) {
  CaseRecord record = test::sample_case();
  record.title = std::string("a\0b\nc\xff\xc0<script>\xE2\x80\xAE", 17);
  record.texts = {std::string(1'000'000, 'x'), std::string("\x80\x80", 2)};
  const std::string text = json_line(to_json(record));
  EXPECT_EQ(text.find('\n'), std::string::npos);
  EXPECT_EQ(text.find('\0'), std::string::npos);
  boost::system::error_code failure;
  json::parse(text, failure);
  EXPECT_FALSE(failure) << failure.message();
}

}  // namespace
}  // namespace pantau::cases
