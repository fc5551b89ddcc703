#include "review/sweep_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pantau::review {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

sweep::Progress progress(std::int64_t done, std::uint64_t bytes, std::int64_t queued) {
  sweep::Progress now;
  now.pages = {{"done", done}};
  now.bytes = bytes;
  now.pages_queued = queued;
  return now;
}

TEST(SweepMetrics, CountersGoOnOverSweepsAndGaugesBeginAnew) {
  SweepMetrics metrics;
  metrics.observe("daily", progress(3, 100, 7));
  metrics.observe("daily", progress(5, 200, 2));
  EXPECT_THAT(metrics.text(), HasSubstr("pantau_pages_total{sweep=\"daily\",outcome=\"done\"} 5\n"));
  EXPECT_THAT(metrics.text(), HasSubstr("pantau_pages_queued{sweep=\"daily\"} 2\n"));
  EXPECT_THAT(metrics.text(), HasSubstr("pantau_sweep_running{sweep=\"daily\"} 1\n"));
  metrics.finished("daily", "done");
  EXPECT_THAT(metrics.text(), HasSubstr("pantau_pages_queued{sweep=\"daily\"} 0\n"));
  EXPECT_THAT(metrics.text(), HasSubstr("pantau_sweep_running{sweep=\"daily\"} 0\n"));
  metrics.observe("daily", progress(1, 50, 4));
  EXPECT_THAT(metrics.text(), HasSubstr("pantau_pages_total{sweep=\"daily\",outcome=\"done\"} 6\n"));
  EXPECT_THAT(metrics.text(), HasSubstr("pantau_received_bytes_total{sweep=\"daily\"} 250\n"));
  EXPECT_THAT(metrics.text(), HasSubstr("pantau_sweeps_total{sweep=\"daily\",result=\"done\"} 1\n"));
}

// Every sample stands below its type, and every line is one of the three kinds that Prometheus reads.
TEST(SweepMetrics, TheTextIsWhatPrometheusReads) {
  SweepMetrics metrics;
  metrics.observe("a", progress(1, 1, 1));
  metrics.observe("b", progress(1, 1, 1));
  const std::string text = metrics.text();
  EXPECT_TRUE(text.ends_with("\n"));
  std::string family;
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
    const std::string line = text.substr(at, text.find('\n', at) - at);
    if (line.starts_with("# TYPE ")) {
      family = line.substr(7, line.find(' ', 7) - 7);
    } else if (!line.starts_with("# HELP ")) {
      EXPECT_EQ(line.rfind(family + "{", 0), 0u) << line;
    }
  }
  EXPECT_THAT(text, Not(HasSubstr("}}")));
}

}  // namespace
}  // namespace pantau::review
