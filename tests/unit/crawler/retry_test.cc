#include "crawler/retry.h"

#include <gtest/gtest.h>

namespace pantau::crawler {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(RetryAfter, SecondsAndTheThreeDateForms) {
  const UtcTime now = *parse_utc("1994-11-06T08:49:07Z");
  EXPECT_EQ(parse_retry_after(" 120 ", now), seconds(120));
  EXPECT_EQ(parse_retry_after("0", now), seconds(0));
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", now), seconds(30));
  EXPECT_EQ(parse_retry_after("Sunday, 06-Nov-94 08:49:37 GMT", now), seconds(30));
  EXPECT_EQ(parse_retry_after("Sun Nov  6 08:49:37 1994", now), seconds(30));
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:00:00 GMT", now), seconds(0)) << "the past means now";
  EXPECT_GT(*parse_retry_after("99999999999999", now), seconds(86400));
  for (const char* text : {"", "soon", "-5", "1.5", "Sun, 32 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:49:37 GMT"}) {
    EXPECT_FALSE(parse_retry_after(text, now)) << text;
  }
}

TEST(RetryAfter, IsHonouredUpToACapAndANumberOfTries) {
  RetryPolicy policy;
  policy.first_wait = milliseconds(100);
  EXPECT_TRUE(decide_retry(policy, 0, seconds(7)).again);
  EXPECT_EQ(decide_retry(policy, 0, seconds(7)).wait, seconds(7));
  EXPECT_EQ(decide_retry(policy, 0, std::nullopt).wait, milliseconds(100));
  EXPECT_EQ(decide_retry(policy, 1, std::nullopt).wait, milliseconds(200));
  EXPECT_FALSE(decide_retry(policy, 2, seconds(1)).again);
  // A server that asks for an hour is not asked again until then.
  EXPECT_FALSE(decide_retry(policy, 0, seconds(3600)).again);
  EXPECT_EQ(decide_retry(policy, 0, seconds(3600)).rest, seconds(3600));
  EXPECT_EQ(decide_retry(policy, 0, seconds(7)).rest, seconds(0));
  EXPECT_EQ(decide_retry(policy, 0, seconds(86400 * 30)).rest, seconds(3600)) << "a month is a mistake or a trick";
}

TEST(NetworkFailures, OnlyAccidentsAreWorthAnotherTry) {
  for (const CURLcode code : {CURLE_COULDNT_CONNECT, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE,
                              CURLE_HTTP2_STREAM, CURLE_COULDNT_RESOLVE_HOST}) {
    EXPECT_TRUE(worth_another_try(code)) << curl_easy_strerror(code);
  }
  for (const CURLcode code : {CURLE_OK, CURLE_OPERATION_TIMEDOUT, CURLE_PEER_FAILED_VERIFICATION,
                              CURLE_UNSUPPORTED_PROTOCOL, CURLE_WRITE_ERROR, CURLE_ABORTED_BY_CALLBACK}) {
    EXPECT_FALSE(worth_another_try(code)) << curl_easy_strerror(code);
  }
}

}  // namespace
}  // namespace pantau::crawler
