#include "cases/case_store.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <map>

#include "base/digest.h"
#include "cases/case_cursor.h"
#include "cases/json_text.h"
#include "cases/second_opinion.h"
#include "tests/support/sample_case.h"
#include "tests/support/test_database.h"

namespace pantau::cases {
namespace {

class CaseStore : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    PANTAU_SKIP_WITHOUT(database_);
    auto store = store::Store::open(database_.address(), folder_.path(), case_migrations());
    ASSERT_TRUE(store) << store.error().detail;
    store_ = std::move(*store);
    auto reader = store_->open_reader();
    ASSERT_TRUE(reader) << reader.error().detail;
    reader_ = std::move(*reader);
  }

  SavedCase save(const CaseRecord& record) {
    SavedCase saved;
    const auto done = store_
                          ->write([&](store::Connection& c) -> Result<void> {
                            auto result = save_case(c, record);
                            if (!result) return result.error();
                            saved = *result;
                            return {};
                          })
                          .get();
    EXPECT_TRUE(done) << done.error().detail;
    return saved;
  }

  // The new status, or the words of the refusal.
  std::string decide_on(const std::string& id, const std::string& action, const std::string& why = "seen by two people",
                        const std::string& actor = "aisyah") {
    std::string out;
    (void)store_
        ->write([&](store::Connection& c) -> Result<void> {
          auto result = decide(c, {id, action, actor, why});
          out = result ? *result : result.error().detail;
          if (!result) return result.error();
          return {};
        })
        .get();
    return out;
  }

  CaseRecord get(const std::string& id) {
    auto found = find_case(*reader_, id);
    EXPECT_TRUE(found) << (found ? "" : found.error().detail);
    EXPECT_TRUE(found && *found);
    return found && *found ? **found : CaseRecord{};
  }

  std::vector<std::string> keys(const CaseFilter& filter) {
    std::vector<std::string> out;
    auto cases = list_cases(*reader_, filter);
    EXPECT_TRUE(cases) << (cases ? "" : cases.error().detail);
    if (cases) {
      for (const CaseRecord& record : *cases) out.push_back(record.key);
    }
    return out;
  }

  test::TemporaryFolder folder_;
  test::TestDatabase database_{GetParam()};

  std::unique_ptr<store::Store> store_;
  std::unique_ptr<store::Connection> reader_;
};

INSTANTIATE_TEST_SUITE_P(Engines, CaseStore, test::engines(), test::engine_name);

CaseRecord case_of(const std::string& key, const std::string& band, double score, const std::string& sweep = "daily") {
  CaseRecord record = test::sample_case();
  record.key = key;
  record.verdict.band = band;
  record.verdict.score = score;
  record.sweep = sweep;
  return record;
}

TEST_P(CaseStore, TheSameKeyIsTheSameCase) {
  const SavedCase first = save(case_of("https://a.example/", "flag", 0.9));
  EXPECT_TRUE(first.created);
  EXPECT_TRUE(first.changed);
  EXPECT_EQ(first.id.substr(0, 2), "c-");
  EXPECT_EQ(first.id.size(), 28u);

  CaseRecord again = case_of("https://a.example/", "flag", 0.9);
  again.first_seen = again.last_seen = "2026-02-02T10:00:00Z";
  again.capture.started = "2026-02-02T10:00:00Z";
  const SavedCase second = save(again);
  EXPECT_EQ(second.id, first.id);
  EXPECT_FALSE(second.created);
  EXPECT_FALSE(second.changed) << "only the look is new";
  EXPECT_EQ(get(first.id).first_seen, "2026-01-31T08:00:00Z");
  EXPECT_EQ(get(first.id).last_seen, "2026-02-02T10:00:00Z");

  again.texts.push_back("another route brought this");
  EXPECT_TRUE(save(again).changed);
  EXPECT_EQ(get(first.id).texts.back(), "another route brought this");
}

TEST_P(CaseStore, ListsByScoreThenKeyAndFilters) {
  save(case_of("https://b.example/", "flag", 0.9));
  save(case_of("https://a.example/", "flag", 0.9));
  save(case_of("https://c.example/", "review", 0.6, "weekly"));
  save(case_of("https://d.example/", "clear", 0.1));
  EXPECT_EQ(keys({}), (std::vector<std::string>{"https://a.example/", "https://b.example/", "https://c.example/",
                                                "https://d.example/"}));
  CaseFilter filter;
  filter.bands = {"flag", "review"};
  EXPECT_EQ(keys(filter).size(), 3u);
  filter.sweeps = {"weekly"};
  EXPECT_EQ(keys(filter), std::vector<std::string>{"https://c.example/"});
  filter = {};
  filter.statuses = {"confirmed"};
  EXPECT_TRUE(keys(filter).empty());
  filter = {};
  filter.bands = {"flag' OR 1=1 --"};
  EXPECT_TRUE(keys(filter).empty());
}

TEST_P(CaseStore, ACaseOfSeveralSweepsIsFoundByEach) {
  CaseRecord record = case_of("https://a.example/", "flag", 0.9, "daily");
  const std::string id = save(record).id;
  record.sweep = "weekly";
  record.last_seen = "2026-02-07T00:00:00Z";
  save(record);
  CaseFilter filter;
  filter.sweeps = {"daily"};
  EXPECT_EQ(keys(filter).size(), 1u);
  filter.sweeps = {"weekly"};
  EXPECT_EQ(keys(filter).size(), 1u);
  const auto sightings = sightings_of(*reader_, id);
  ASSERT_TRUE(sightings);
  ASSERT_EQ(sightings->size(), 2u);
  EXPECT_EQ((*sightings)[0].last_seen, "2026-01-31T09:00:00Z");
  EXPECT_EQ((*sightings)[1].last_seen, "2026-02-07T00:00:00Z");

  auto bands = case_bands_since(*reader_, "daily", "2026-02-01T00:00:00Z");
  ASSERT_TRUE(bands);
  EXPECT_TRUE(bands->empty()) << "the daily sweep has not seen it since";
  bands = case_bands_since(*reader_, "weekly", "2026-02-07T00:00:00.250Z");
  ASSERT_TRUE(bands);
  ASSERT_EQ(bands->size(), 1u);
  EXPECT_EQ((*bands)[0], std::make_pair(id, std::string("flag")));
}

TEST_P(CaseStore, FindsByPrefixInAnySpelling) {
  const std::string id = save(case_of("https://a.example/", "flag", 0.9)).id;
  std::string small = id;
  for (char& c : small) c = static_cast<char>(std::tolower(c));
  EXPECT_EQ(get(small).id, id);
  EXPECT_EQ(get(id.substr(2)).id, id);
  EXPECT_EQ(get(id.substr(0, 20)).id, id);
  const auto none = find_case(*reader_, "c-ZZZZ");
  ASSERT_TRUE(none);
  EXPECT_FALSE(*none);
  const auto empty = find_case(*reader_, "");
  ASSERT_TRUE(empty);
  EXPECT_FALSE(*empty);
  save(case_of("https://b.example/", "flag", 0.9));
  const auto two = find_case(*reader_, id.substr(0, 4));
  ASSERT_FALSE(two);
  EXPECT_EQ(two.error().code, ErrorCode::skip);
  EXPECT_NE(two.error().detail.find("more characters"), std::string::npos);
}

TEST_P(CaseStore, ConfirmationFreezesTheRecord) {
  CaseRecord record = case_of("https://a.example/", "flag", 0.9);
  const std::string id = save(record).id;
  EXPECT_EQ(decide_on(id, "confirm"), "confirmed");
  const std::string frozen = json_line(to_json(get(id)));

  record.verdict.band = "clear";
  record.verdict.score = 0.1;
  record.texts = {"the page was replaced"};
  record.last_seen = "2026-03-01T00:00:00Z";
  const SavedCase saved = save(record);
  EXPECT_EQ(saved.id, id);
  EXPECT_FALSE(saved.changed);
  CaseRecord kept = get(id);
  EXPECT_EQ(kept.last_seen, "2026-03-01T00:00:00Z");
  EXPECT_EQ(kept.status, "confirmed");
  kept.last_seen = "2026-01-31T09:00:00Z";
  EXPECT_EQ(json_line(to_json(kept)), frozen);

  CaseFilter filter;
  filter.bands = {"flag"};
  EXPECT_EQ(keys(filter).size(), 1u) << "found by the band it was decided with";
  const auto decisions = decisions_of(*reader_, id);
  ASSERT_TRUE(decisions);
  ASSERT_EQ(decisions->size(), 1u);
  EXPECT_EQ((*decisions)[0].actor, "aisyah");
  EXPECT_EQ((*decisions)[0].why, "seen by two people");
  EXPECT_EQ((*decisions)[0].from_status, "new");
  EXPECT_EQ((*decisions)[0].record_sha256, sha256_hex(frozen));
}

TEST_P(CaseStore, EveryAllowedStep) {
  auto fresh = [&, n = 0]() mutable {
    return save(case_of("https://" + std::to_string(n++) + ".example/", "flag", 0.9)).id;
  };
  std::string id = fresh();
  EXPECT_EQ(decide_on(id, "confirm"), "confirmed");
  EXPECT_EQ(decide_on(id, "dispute"), "disputed");
  EXPECT_EQ(decide_on(id, "confirm"), "confirmed");
  EXPECT_EQ(decide_on(id, "withdraw"), "withdrawn");
  id = fresh();
  EXPECT_EQ(decide_on(id, "dismiss"), "dismissed");
  EXPECT_EQ(decide_on(id, "confirm"), "confirmed");
  EXPECT_EQ(decide_on(id, "dispute"), "disputed");
  EXPECT_EQ(decide_on(id, "withdraw"), "withdrawn");
  EXPECT_EQ(decide_on(id, "confirm"), "confirmed");
  EXPECT_EQ(get(id).status, "confirmed");
  const auto decisions = decisions_of(*reader_, id);
  ASSERT_TRUE(decisions);
  EXPECT_EQ(decisions->size(), 5u);
}

TEST_P(CaseStore, RefusedStepsSayWhatIsPossible) {
  const std::string id = save(case_of("https://a.example/", "flag", 0.9)).id;
  EXPECT_EQ(decide_on(id, "withdraw"),
            "case " + id + " is new and cannot be withdrawn now; possible: confirm, dismiss");
  EXPECT_EQ(decide_on(id, "confirm"), "confirmed");
  EXPECT_EQ(decide_on(id, "dismiss"),
            "case " + id + " is confirmed and cannot be dismissed now; possible: dispute, withdraw");
  EXPECT_NE(decide_on(id, "burn").find("confirm, dismiss, dispute, withdraw"), std::string::npos);
  EXPECT_NE(decide_on("c-NOSUCH", "confirm").find("no case"), std::string::npos);
  EXPECT_EQ(get(id).status, "confirmed") << "a refused step changes nothing";
}

TEST_P(CaseStore, ADecisionNeedsAnActorAndAReason) {
  const std::string id = save(case_of("https://a.example/", "flag", 0.9)).id;
  EXPECT_NE(decide_on(id, "confirm", "").find("--why"), std::string::npos);
  EXPECT_NE(decide_on(id, "confirm", " \n\t\xC2\xA0").find("--why"), std::string::npos);
  EXPECT_NE(decide_on(id, "confirm", "because", "  ").find("--actor"), std::string::npos);
  EXPECT_NE(decide_on(id, "confirm", std::string(5000, 'x')).find("longer"), std::string::npos);
  EXPECT_EQ(get(id).status, "new");
}

TEST_P(CaseStore, AVeryLongKeyAndTextAreKept) {
  CaseRecord record = case_of("https://a.example/" + std::string(8000, 'q'), "flag", 0.9);
  record.texts = {std::string(1'000'000, 'x')};
  const std::string id = save(record).id;
  EXPECT_EQ(get(id).texts.front().size(), 1'000'000u);
  EXPECT_EQ(save(record).id, id);
}

TEST_P(CaseStore, ARecordThatCannotBeReadIsAnErrorWithItsId) {
  const std::string id = save(case_of("https://a.example/", "flag", 0.9)).id;
  ASSERT_TRUE(store_
                  ->write([&](store::Connection& c) -> Result<void> {
                    auto done = c.run("UPDATE cases SET record = $1", {std::string("{broken")});
                    if (!done) return done.error();
                    return {};
                  })
                  .get());
  const auto found = find_case(*reader_, id);
  ASSERT_FALSE(found);
  EXPECT_NE(found.error().detail.find(id), std::string::npos);
}

TEST_P(CaseStore, ASecondPersonMustAgreeWhereAMistakeWouldSilenceSomebody) {
  CaseRecord first = case_of("https://satu.example/", "flag", 0.9), next = case_of("https://dua.example/", "flag", 0.9),
             unsure = case_of("https://tiga.example/", "review", 0.6),
             joke = case_of("https://empat.example/", "flag", 0.9),
             account = case_of("https://lima.example/", "flag", 0.9),
             state = case_of("https://enam.example/", "flag", 0.9);
  for (CaseRecord* record : {&first, &next, &unsure, &joke, &account, &state}) {
    record->signals.clear();
    record->landing_url = record->page_url = record->key;
  }
  matchers::Signal context;
  context.type = matchers::SignalType::context;
  context.kind = "satire";
  joke.signals = {context};
  account.landing_url = "https://www.facebook.com/somebody.else";
  state.landing_url = "https://portal.sibu.gov.my/bantuan";
  std::map<std::string, std::string> ids;
  for (const auto& [name, record] : std::map<std::string, CaseRecord>{{"first", first},
                                                                      {"next", next},
                                                                      {"unsure", unsure},
                                                                      {"joke", joke},
                                                                      {"account", account},
                                                                      {"state", state}}) {
    ids[name] = save(record).id;
  }
  const auto reason = [&](const std::string& name) {
    auto opinions = opinions_of(*reader_, {ids.at(name)});
    EXPECT_TRUE(opinions);
    return opinions->contains(ids.at(name)) && opinions->at(ids.at(name)).missing()
               ? opinions->at(ids.at(name)).reasons.front()
               : std::string();
  };
  for (const char* name : {"first", "next", "unsure", "joke", "account", "state"})
    ASSERT_EQ(decide_on(ids.at(name), "confirm"), "confirmed");
  EXPECT_NE(reason("first").find("first confirmed case about"), std::string::npos);
  EXPECT_EQ(reason("next"), "") << "the brand is known by now";
  EXPECT_NE(reason("unsure").find("below the threshold"), std::string::npos);
  EXPECT_NE(reason("joke").find("satire"), std::string::npos);
  EXPECT_NE(reason("account").find("account"), std::string::npos);
  EXPECT_NE(reason("state").find("government"), std::string::npos);

  const auto waiting = [&] {
    std::size_t count = 0;
    EXPECT_TRUE(for_each_case(*reader_, {}, [&](DecidedCase&& one) -> Result<void> {
      count += !one.waits_for_a_second.empty();
      return {};
    }));
    return count;
  };
  EXPECT_EQ(waiting(), 5u);
  EXPECT_NE(decide_on(ids.at("joke"), "confirm", "again", "Aisyah").find("second person"), std::string::npos)
      << "the same person in other letters";
  EXPECT_EQ(decide_on(ids.at("joke"), "confirm", "no joke: a deposit is demanded", "badrul"), "confirmed");
  EXPECT_EQ(reason("joke"), "");
  EXPECT_EQ(waiting(), 4u);
  EXPECT_NE(decide_on(ids.at("next"), "confirm", "me too", "badrul").find("confirmed already"), std::string::npos);
  // What was withdrawn and is confirmed anew asks anew.
  EXPECT_EQ(decide_on(ids.at("joke"), "withdraw", "it was one"), "withdrawn");
  EXPECT_EQ(decide_on(ids.at("joke"), "confirm", "it was none", "badrul"), "confirmed");
  EXPECT_EQ(waiting(), 5u);
}

}  // namespace
}  // namespace pantau::cases
