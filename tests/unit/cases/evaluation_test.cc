#include "cases/evaluation.h"

#include <gtest/gtest.h>

namespace pantau::cases {
namespace {

CaseRecord record(const std::string& id, const std::string& url, const std::string& band, double score,
                  const std::string& category = "none", const std::string& entity = "") {
  CaseRecord made;
  made.id = id;
  made.landing_url = url;
  made.urls = {url};
  made.verdict.band = band;
  made.verdict.score = score;
  made.verdict.category = category;
  if (!entity.empty()) made.verdict.impersonates = {{entity, "brand", score}};
  return made;
}

std::vector<Label> labels(const std::string& text) {
  auto read = read_labels(text, "labels.jsonl");
  EXPECT_TRUE(read) << (read ? "" : read.error().detail);
  return read ? *read : std::vector<Label>();
}

constexpr const char* kLabels =
    R"({"url":"http://www.satu.example/a/","label":"scam","category":"phishing","entities":["bank"]}
{"url":"https://dua.example/b?x=1","label":"scam","category":"aid-scam","entities":["agency"]}

{"url":"http://tiga.example/","label":"benign"}
{"url":"http://empat.example/","label":"benign","unknown":1}
{"url":"http://lima.example/","label":"scam","category":"phishing"}
)";

TEST(Evaluation, CountsWhatAnOperatorWouldCount) {
  Evaluator evaluator(labels(kLabels));
  evaluator.add(record("c-1", "https://www.satu.example/a", "flag", 0.9, "phishing", "bank"));  // scheme, slash
  evaluator.add(record("c-2", "http://dua.example/b?x=1", "flag", 0.8, "job-scam", "other"));
  evaluator.add(record("c-3", "http://tiga.example", "review", 0.6));
  evaluator.add(record("c-4", "http://empat.example/", "clear", 0.1));
  evaluator.add(record("c-5", "http://elsewhere.example/", "flag", 0.95, "phishing"));
  const Evaluation made = evaluator.finish();

  EXPECT_EQ(made.cases, 5);
  EXPECT_EQ(made.all.scam, 3);
  EXPECT_EQ(made.all.benign, 2);
  EXPECT_NEAR(*recall(made.all, false), 2.0 / 3, 1e-9);
  EXPECT_NEAR(*precision(made.all, false), 1.0, 1e-9);
  EXPECT_NEAR(*precision(made.all, true), 2.0 / 3, 1e-9);
  EXPECT_NEAR(*false_positive_rate(made.all, true), 0.5, 1e-9);
  EXPECT_EQ(made.attributable, 2);
  EXPECT_EQ(made.attributed, 1);
  EXPECT_EQ(made.confusions.at("aid-scam").at("job-scam"), 1);
  EXPECT_EQ(made.by_category.at("phishing").scam, 2);
  EXPECT_EQ(made.by_category.at("phishing").scam_flagged, 1);
  EXPECT_EQ(made.unlabelled_flags, std::vector<std::string>{"c-5"});
  EXPECT_FALSE(made.judged.back().analysed);
}

TEST(Evaluation, TheStrongestCaseOfAnAddressCounts) {
  Evaluator evaluator(labels(kLabels));
  evaluator.add(record("c-1", "http://www.satu.example/a", "clear", 0.2, "none", "bystander"));
  evaluator.add(record("c-2", "http://www.satu.example/a", "flag", 0.85, "phishing", "bank"));
  evaluator.add(record("c-3", "http://www.satu.example/a", "review", 0.9, "none"));
  const Evaluation made = evaluator.finish();
  EXPECT_EQ(made.judged.front().case_id, "c-2");
  EXPECT_EQ(made.judged.front().entities.count("bystander"), 0u) << "named by a clear case only";
  EXPECT_EQ(made.attributed, 1);
}

TEST(Evaluation, AScoreForAWishedPrecision) {
  const std::vector<CurvePoint> curve = {{0.9, 8, 0}, {0.8, 15, 1}, {0.6, 18, 4}, {0.5, 36, 4}};
  EXPECT_DOUBLE_EQ(point_for_precision(curve, 0.9)->score, 0.5) << "dips in between do not matter";
  EXPECT_DOUBLE_EQ(point_for_precision(curve, 0.93)->score, 0.8);
  EXPECT_DOUBLE_EQ(point_for_precision(curve, 1.0)->score, 0.9);
  EXPECT_FALSE(point_for_precision({{0.9, 0, 1}}, 0.5));
}

TEST(Evaluation, ABrokenLabelIsNamedWithItsLine) {
  const auto error = [](const std::string& text) {
    auto read = read_labels(text, "labels.jsonl");
    return read ? std::string("no error") : read.error().detail;
  };
  EXPECT_NE(error("{\"url\":\"http://a.example\",\"label\":\"scam\"}\n{oops\n").find("labels.jsonl:2"),
            std::string::npos);
  EXPECT_NE(error("{\"label\":\"scam\"}").find("\"url\""), std::string::npos);
  EXPECT_NE(error("{\"url\":\"http://a.example\",\"label\":\"fraud\"}").find("\"scam\" or \"benign\""),
            std::string::npos);
  EXPECT_NE(error("{\"url\":1,\"label\":\"scam\"}").find("must be a text"), std::string::npos);
  EXPECT_NE(error("\n\n").find("no labels"), std::string::npos);
}

}  // namespace
}  // namespace pantau::cases
