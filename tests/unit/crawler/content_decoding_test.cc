#include "crawler/content_decoding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "tests/support/deflate.h"

namespace pantau::crawler {
namespace {

using test::deflated;
using test::gzip;
using ::testing::ElementsAre;

std::string from_hex(const char* text) {
  std::string out;
  const auto value = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  for (; text[0] != 0; text += 2) out.push_back(static_cast<char>(value(text[0]) * 16 + value(text[1])));
  return out;
}

std::pair<Decoded, std::string> decode(const std::string& body, const char* coding, DecodingLimits limits = {}) {
  std::string out;
  Decoded decoded = decode_content(body, coding, limits, [&](std::string_view part) {
    out.append(part);
    return true;
  });
  return {std::move(decoded), std::move(out)};
}

std::string sample() {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "line " + std::to_string(i * 7919) + "\n";
  return text;
}

TEST(ContentDecoding, GzipAndBothKindsOfDeflate) {
  for (const auto& [body, coding] :
       {std::pair{gzip(sample()), "gzip"}, std::pair{gzip(sample()), " X-GZIP "},
        std::pair{deflated(sample(), 15), "deflate"}, std::pair{deflated(sample(), -15), "deflate"}}) {
    const auto [decoded, text] = decode(body, coding);
    EXPECT_EQ(decoded.end, DecodingEnd::complete) << coding << decoded.detail;
    EXPECT_EQ(text, sample()) << coding;
  }
}

TEST(ContentDecoding, BrotliAndZstandard) {
  // An uncompressed brotli meta-block (RFC 7932 9.2) and a zstd frame with one raw block (RFC 8878 3.1.1).
  EXPECT_EQ(decode(from_hex("0b028068656c6c6f03"), "br").second, "hello");
  EXPECT_EQ(decode(from_hex("28b52ffd045829000068656c6c6fa36d9f88"), "zstd").second, "hello");
}

TEST(ContentDecoding, SeveralMembersAndLitterAfterTheEnd) {
  EXPECT_EQ(decode(gzip("one ") + gzip("two"), "gzip").second, "one two");
  const auto [decoded, text] = decode(gzip("one") + std::string(16, '\0'), "gzip");
  EXPECT_EQ(decoded.end, DecodingEnd::complete);
  EXPECT_EQ(text, "one");
}

TEST(ContentDecoding, CodingsInARowAreUndoneBackwards) {
  EXPECT_EQ(decode(gzip(deflated("text", 15)), "deflate, gzip").second, "text");
  EXPECT_THAT(content_codings("GZIP , identity, br"), ElementsAre("gzip", "br"));
  EXPECT_EQ(decode("x", "gzip, gzip, gzip, gzip").first.end, DecodingEnd::unknown);
}

TEST(ContentDecoding, AnUnknownCodingIsSaidSo) {
  const auto [decoded, text] = decode("x", "sdch");
  EXPECT_EQ(decoded.end, DecodingEnd::unknown);
  EXPECT_NE(decoded.detail.find("sdch"), std::string::npos);
}

TEST(ContentDecoding, ACutBodyGivesWhatCame) {
  const std::string whole = gzip(sample());
  const auto [decoded, text] = decode(whole.substr(0, whole.size() / 2), "gzip");
  EXPECT_EQ(decoded.end, DecodingEnd::cut_short);
  EXPECT_GT(text.size(), 1000u);
  EXPECT_EQ(text, sample().substr(0, text.size()));
}

TEST(ContentDecoding, LiesAboutTheCodingAreDamage) {
  EXPECT_EQ(decode("<html>not compressed at all</html>", "gzip").first.end, DecodingEnd::damaged);
  EXPECT_EQ(decode("<html>not compressed at all</html>", "zstd").first.end, DecodingEnd::damaged);
}

TEST(ContentDecoding, ABombEndsAtTheRatioAndAtTheSize) {
  const std::string bomb = gzip(std::string(20 << 20, 'a'));
  EXPECT_LT(bomb.size(), 64u << 10);
  DecodingLimits limits;
  limits.max_bytes = 100ull << 20;
  const auto [by_ratio, some] = decode(bomb, "gzip", limits);
  EXPECT_EQ(by_ratio.end, DecodingEnd::too_large);
  EXPECT_LT(some.size(), 8u << 20);

  limits.max_bytes = 1000;
  const auto [by_size, little] = decode(gzip(sample()), "gzip", limits);
  EXPECT_EQ(by_size.end, DecodingEnd::too_large);
  EXPECT_EQ(little, sample().substr(0, 1000));
  // The bomb within the bomb: the held layer is limited as well.
  EXPECT_EQ(decode(gzip(gzip(std::string(20 << 20, 'a'))), "gzip, gzip").first.end, DecodingEnd::too_large);
}

TEST(ContentDecoding, APlainBodyPassesThrough) {
  EXPECT_EQ(decode("abc", "").second, "abc");
  EXPECT_EQ(decode("", "gzip").first.end, DecodingEnd::complete);
}

}  // namespace
}  // namespace pantau::crawler
