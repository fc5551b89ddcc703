#include "sweep/cron.h"

#include <gtest/gtest.h>

#include "sweep/scheduler.h"

namespace pantau::sweep {
namespace {

std::string next(const char* schedule, const char* after, const char* zone = "UTC") {
  const Result<Cron> cron = Cron::parse(schedule);
  EXPECT_TRUE(cron) << schedule;
  const auto at = cron->next(*parse_utc(after), zone);
  return at ? format_utc(*at) : "never";
}

TEST(Cron, StepsListsRangesAndNames) {
  EXPECT_EQ(next("0 */6 * * *", "2026-01-31T06:00:00Z"), "2026-01-31T12:00:00Z");
  EXPECT_EQ(next("*/15 * * * *", "2026-01-31T06:14:59Z"), "2026-01-31T06:15:00Z");
  EXPECT_EQ(next("30 8 1,15 * *", "2026-01-15T08:30:00Z"), "2026-02-01T08:30:00Z");
  EXPECT_EQ(next("0 9 * * mon-fri", "2026-01-30T09:00:00Z"), "2026-02-02T09:00:00Z");  // Friday to Monday
  EXPECT_EQ(next("0 0 29 2 *", "2026-03-01T00:00:00Z"), "2028-02-29T00:00:00Z");
  EXPECT_EQ(next("0 0 31 2 *", "2026-03-01T00:00:00Z"), "never");
  EXPECT_EQ(next("0 0 * * 7", "2026-01-31T00:00:00Z"), "2026-02-01T00:00:00Z");  // 7 is Sunday too
}

TEST(Cron, BothDayFieldsMeanEither) {
  EXPECT_EQ(next("0 0 13 * fri", "2026-02-01T00:00:00Z"), "2026-02-06T00:00:00Z");
}

TEST(Cron, TimeZonesAndTheChangeOfClocks) {
  EXPECT_EQ(next("0 8 * * *", "2026-01-31T00:30:00Z", "Asia/Kuala_Lumpur"), "2026-02-01T00:00:00Z");
  // 02:30 does not exist in Berlin on 29 March 2026; the next day's does.
  EXPECT_EQ(next("30 2 * * *", "2026-03-28T12:00:00Z", "Europe/Berlin"), "2026-03-30T00:30:00Z");
}

TEST(Cron, MistakesSayWhatToWrite) {
  for (const char* wrong : {"", "* * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "a * * * *",
                            "*/0 * * * *", "5-1 * * * *"}) {
    const Result<Cron> cron = Cron::parse(wrong);
    ASSERT_FALSE(cron) << wrong;
    EXPECT_EQ(cron.error().code, ErrorCode::tell_operator);
  }
  EXPECT_FALSE(known_timezone("Mars/Olympus"));
  EXPECT_TRUE(known_timezone("Asia/Kuala_Lumpur"));
}

TEST(Scheduler, TheEarliestIsDueAndMissedTimesCountOnce) {
  SweepSettings hourly, daily;
  hourly.name = "hourly";
  hourly.schedule = *Cron::parse("0 * * * *");
  daily.name = "daily";
  daily.schedule = *Cron::parse("0 3 * * *");
  const UtcTime now = *parse_utc("2026-01-31T02:10:00Z");
  auto due = next_due({hourly, daily}, {}, now);
  ASSERT_TRUE(due);
  EXPECT_EQ(due->sweep, "daily") << "equal times go by name";
  EXPECT_EQ(format_utc(due->at), "2026-01-31T03:00:00Z");
  // The hourly sweep last ran five hours ago: it is due for its latest missed time, not five times.
  due = next_due({hourly}, {{"hourly", *parse_utc("2026-01-30T21:00:00Z")}}, now);
  ASSERT_TRUE(due);
  EXPECT_EQ(format_utc(due->at), "2026-01-31T02:00:00Z");
  SweepSettings unscheduled;
  unscheduled.name = "x";
  EXPECT_FALSE(next_due({unscheduled}, {}, now));
}

TEST(Scheduler, JitterIsWithinItsBoundsAndStable) {
  SweepSettings sweep;
  sweep.name = "x";
  sweep.jitter_s = 60;
  const UtcTime at = *parse_utc("2026-01-31T02:00:00Z");
  const int jitter = jitter_seconds(sweep, at);
  EXPECT_GE(jitter, 0);
  EXPECT_LE(jitter, 60);
  EXPECT_EQ(jitter, jitter_seconds(sweep, at));
  sweep.jitter_s = 0;
  EXPECT_EQ(jitter_seconds(sweep, at), 0);
}

}  // namespace
}  // namespace pantau::sweep
