#include "crawler/host_rest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pantau::crawler {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::HasSubstr;

const HostRest::Time kStart{std::chrono::hours(1)};

HostRest three_failures() {
  HostRest::Limits limits;
  limits.failures = 3;
  return HostRest(limits);
}

void fall_silent(HostRest& rest, int times, HostRest::Time now) {
  for (int i = 0; i < times; ++i) rest.silent("a", Outcome::timeout, "timed out", now);
}

TEST(HostRest, AHostThatDoesNotAnswerSeveralTimesInARowIsLeftAlone) {
  HostRest rest = three_failures();
  fall_silent(rest, 2, kStart);
  EXPECT_FALSE(rest.resting("a", kStart));
  fall_silent(rest, 1, kStart);
  const auto found = rest.resting("a", kStart + seconds(20));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->outcome, Outcome::timeout);
  EXPECT_THAT(found->detail, HasSubstr("no answer 3 times in a row (timed out); it is left alone for another 40 s"));
  EXPECT_FALSE(rest.resting("b", kStart));
  EXPECT_FALSE(rest.resting("a", kStart + seconds(60))) << "then it is tried once more";
}

TEST(HostRest, EachTimeLongerUntilItAnswers) {
  HostRest rest = three_failures();
  fall_silent(rest, 3, kStart);
  fall_silent(rest, 1, kStart + seconds(60));
  EXPECT_TRUE(rest.resting("a", kStart + seconds(60 + 119)));
  EXPECT_FALSE(rest.resting("a", kStart + seconds(60 + 120)));
  rest.answered("a");
  fall_silent(rest, 2, kStart + minutes(10));
  EXPECT_FALSE(rest.resting("a", kStart + minutes(10))) << "an answer makes it a host like any other";
}

TEST(HostRest, AHostThatAsksForAnHourGetsIt) {
  HostRest rest = three_failures();
  rest.asked("a", "HTTP 429, Retry-After 3600", std::chrono::hours(1), kStart);
  rest.answered("a");
  const auto found = rest.resting("a", kStart + minutes(59));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->outcome, Outcome::blocked);
  EXPECT_THAT(found->detail, HasSubstr("HTTP 429, Retry-After 3600"));
  EXPECT_FALSE(rest.resting("a", kStart + minutes(60)));
}

TEST(HostRest, ForgetsWhatIsLongOver) {
  HostRest rest = three_failures();
  for (int i = 0; i < 20000; ++i) {
    rest.silent("host" + std::to_string(i), Outcome::failed, "", kStart + seconds(i));
  }
  EXPECT_LT(rest.size(), 10000u);
}

}  // namespace
}  // namespace pantau::crawler
