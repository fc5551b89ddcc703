#include "sweep/page_memory.h"

#include <gtest/gtest.h>

namespace pantau::sweep {
namespace {

using std::chrono::hours;

crawler::Exchange answer(std::vector<crawler::Header> headers) {
  crawler::Exchange exchange;
  exchange.started = *parse_utc("2026-01-31T08:00:00Z");
  exchange.headers = std::move(headers);
  return exchange;
}

TEST(Validators, AreKeptAsTheServerWroteThem) {
  const Validators kept =
      validators_of(answer({{"etag", "W/\"a b\""}, {"Last-Modified", "Mon, 05 Jan 2026 08:00:00 GMT"}}), "digest");
  EXPECT_EQ(kept.etag, "W/\"a b\"");
  EXPECT_EQ(kept.last_modified, "Mon, 05 Jan 2026 08:00:00 GMT");
  EXPECT_EQ(kept.payload, "digest");
}

TEST(Validators, ThatCannotBeTrustedOrSentAreLeftOut) {
  EXPECT_EQ(validators_of(answer({{"ETag", std::string(2000, 'x')}}), "").etag, "");
  EXPECT_EQ(validators_of(answer({{"ETag", "\"a\r\nHost: evil\""}}), "").etag, "");
  EXPECT_EQ(validators_of(answer({{"Last-Modified", "yesterday"}}), "").last_modified, "");
  // Changed in the very second of the answer: it may have changed once more in that second.
  const std::string now = "Sat, 31 Jan 2026 08:00:00 GMT";
  EXPECT_EQ(validators_of(answer({{"Last-Modified", now}, {"Date", now}}), "").last_modified, "");
  EXPECT_EQ(
      validators_of(answer({{"Last-Modified", now}, {"Date", "Sat, 31 Jan 2026 08:00:02 GMT"}}), "").last_modified,
      now);
}

TEST(Validators, AServerThatAlwaysSaysNotModifiedIsNotBelievedForEver) {
  Validators kept = validators_of(answer({{"ETag", "\"1\""}}), "");
  EXPECT_TRUE(kept.may_ask(kept.whole_at + hours(1)));
  EXPECT_TRUE(kept.may_ask(kept.whole_at + hours(24 * 6)));
  EXPECT_FALSE(kept.may_ask(kept.whole_at + hours(24 * 7)));
  EXPECT_FALSE(kept.may_ask(kept.whole_at - hours(1)));  // the clock was set back
  kept.etag.clear();
  EXPECT_FALSE(kept.may_ask(kept.whole_at + hours(1)));
}

}  // namespace
}  // namespace pantau::sweep
