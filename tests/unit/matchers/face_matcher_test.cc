#include "matchers/face_matcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pantau::matchers {
namespace {

Watchlist people() {
  auto read = read_watchlists({{"test.yaml", R"(
entities:
  - id: anwar
    kind: person
    name: Anwar Ibrahim
    basis: {ground: impersonated, public_role: Prime Minister, approved_by: head of unit, review_by: 2099-01-01}
    portraits: ["anwar/*.jpg"]
  - id: private-person
    kind: person
    name: Somebody Else
    portraits: ["else.jpg"]
  - {id: maybank, kind: brand, name: Maybank}
)",
                                ""}});
  if (!read) throw std::runtime_error(read.error().detail);
  return std::move(*read);
}

const FaceReferences kReferences{{"anwar", "private-person", "maybank", "gone"}, "reid-0095", {0.36, 0.44}};

media::FaceFinding face(int reference, double similarity, double agreed, int side = 90) {
  media::FaceFinding made;
  made.reference = reference;
  made.similarity = similarity;
  made.agreed = agreed;
  made.box = {10, 20, side, side};
  made.time_s = 3.5;
  made.looks = 2;
  made.frame = 1;
  return made;
}

std::vector<Signal> signals_of(media::MediaType type, std::vector<media::FaceFinding> faces) {
  media::MediaReport report;
  report.type = type;
  report.faces = std::move(faces);
  return face_signals(report, "abc", kReferences, people());
}

std::string outcome(media::MediaType type, const media::FaceFinding& one) {
  const auto signals = signals_of(type, {one});
  return signals.empty() ? "" : signals[0].outcome;
}

TEST(FaceMatcher, StillIsJudgedByItsSimilarity) {
  using media::MediaType;
  EXPECT_EQ(outcome(MediaType::image, face(0, 0.35, 0.35)), "");
  EXPECT_EQ(outcome(MediaType::image, face(0, 0.37, 0.37)), "possible");
  EXPECT_EQ(outcome(MediaType::image, face(0, 0.45, 0.45)), "match");
  EXPECT_EQ(outcome(MediaType::image, face(0, 0.80, 0.80, 30)), "possible") << "too small to be sure";
}

TEST(FaceMatcher, VideoNeedsTwoLooksThatAgree) {
  using media::MediaType;
  EXPECT_EQ(outcome(MediaType::video, face(0, 0.60, 0.50)), "match");
  EXPECT_EQ(outcome(MediaType::video, face(0, 0.60, 0.40)), "possible");
  EXPECT_EQ(outcome(MediaType::video, face(0, 0.60, 0.00)), "possible") << "one strong look";
  EXPECT_EQ(outcome(MediaType::video, face(0, 0.42, 0.00)), "") << "one weak look";
}

TEST(FaceMatcher, SignalSaysWhereAndNeverMoreThanResembles) {
  const auto signals = signals_of(media::MediaType::video, {face(0, 0.6, 0.5)});
  ASSERT_EQ(signals.size(), 1u);
  EXPECT_EQ(signals[0].type, SignalType::face);
  EXPECT_EQ(signals[0].entity, "anwar");
  EXPECT_EQ(signals[0].where, Where::frame);
  EXPECT_EQ(signals[0].media, "abc");
  EXPECT_DOUBLE_EQ(signals[0].time_s.value(), 3.5);
  EXPECT_EQ(signals[0].box->width, 90);
  EXPECT_THAT(signals[0].explanation, testing::HasSubstr("resembles Anwar Ibrahim"));
  EXPECT_GT(signals[0].score, 0.5);
  EXPECT_LE(signals[0].score, 1);
}

TEST(FaceMatcher, OnlyPersonsWithABasisAreNamed) {
  EXPECT_TRUE(signals_of(media::MediaType::image, {face(1, 0.9, 0.9), face(2, 0.9, 0.9), face(3, 0.9, 0.9),
                                                   face(4, 0.9, 0.9), face(-1, 0.9, 0.9)})
                  .empty());
}

TEST(FaceMatcher, OnePersonInOnePictureIsOneSignalTheSurest) {
  const auto signals =
      signals_of(media::MediaType::image, {face(0, 0.9, 0.9, 30), face(0, 0.5, 0.5), face(0, 0.6, 0.6)});
  ASSERT_EQ(signals.size(), 1u);
  EXPECT_EQ(signals[0].outcome, "match");
  EXPECT_THAT(signals[0].found, testing::HasSubstr("0.60"));
  media::MediaReport report;
  report.faces = {face(0, 0.9, 0.9), face(1, 0.9, 0.9)};
  EXPECT_EQ(face_frames(report, kReferences, people()), (std::vector<int>{1}));
}

}  // namespace
}  // namespace pantau::matchers
