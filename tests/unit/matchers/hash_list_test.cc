#include "matchers/hash_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pantau::matchers {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string kOne(64, '1'), kTwo(64, '2'), kMd5(32, 'a');
const std::string kShort(62, '3');  // 31 bytes

struct Read {
  HashListSummary summary;
  std::vector<std::string> rows;  // "<row> <hash>", "-" before what was withdrawn
  std::string error;
};

Read read(const std::string& text, const std::string& format) {
  Read out;
  const auto each = [&](const ListedHash& row) {
    out.rows.push_back((row.withdrawn ? "-" : "") + std::to_string(row.row) + " " +
                       (row.kind == HashKind::pdq ? row.pdq.hex() : row.digest));
  };
  Result<HashListSummary> summary = read_hash_list(text, "list", format, each);
  if (summary)
    out.summary = *summary;
  else
    out.error = summary.error().detail;
  return out;
}

TEST(HashList, PdqAsTheReferenceToolsWriteIt) {
  EXPECT_THAT(read(kOne + ",100,a,b \"c.jpg\n" + kTwo + "\n", "pdq").rows, ElementsAre("1 " + kOne, "2 " + kTwo));
  EXPECT_THAT(read("hash,quality,name\n" + kOne + ",100,x\n", "pdq").rows, ElementsAre("2 " + kOne));
  EXPECT_THAT(read("hash=" + kOne + ",norm=128,delta=0,quality=97,filename=a.jpg\n", "pdq").rows,
              ElementsAre("1 " + kOne));
  EXPECT_THAT(read("pdq " + kOne + "\nurl http://x.example\n", "pdq").rows, ElementsAre("1 " + kOne));
  EXPECT_THAT(read(kOne + ",1234567890123456,2021-01-01T00:00:00+0000,\"a b\"\n", "pdq").rows,
              ElementsAre("1 " + kOne));
  const Read dataset =
      read("signal_type,signal_str,collab,category,tags\r\npdq," + kOne + ",c,POSITIVE_CLASS,\r\npdq," + kTwo +
               ",c,NEGATIVE_CLASS,\r\nvideo_md5," + kMd5 + ",c,POSITIVE_CLASS,\r\n",
           "pdq");
  EXPECT_THAT(dataset.rows, ElementsAre("2 " + kOne));
  EXPECT_EQ(dataset.summary.other, 2u);
}

TEST(HashList, ABrokenRowIsNamedWithItsLineAndTheRestIsUsed) {
  const Read list = read("# ours\n" + kOne + ",100,a\n" + kShort + ",100,b\n" + std::string(64, 'z') + ",100,c\n\n" +
                             std::string(64, '0') + ",100,d\n" + kTwo + ",49,flat\n" + kTwo + ",50,e\n" +
                             std::string(70'000, '4') + "\n",
                         "pdq");
  EXPECT_THAT(list.rows, ElementsAre("2 " + kOne, "8 " + kTwo));
  EXPECT_EQ(list.summary.broken, 4u);
  EXPECT_EQ(list.summary.flat, 1u);
  EXPECT_THAT(list.summary.complaints,
              ElementsAre(HasSubstr("list:3: 62 characters, not the 64"), HasSubstr("list:4: not hexadecimal"),
                          HasSubstr("list:6: all bits are zero"), HasSubstr("list:9: a line of more than 64 KiB")));
  for (const std::string& complaint : list.summary.complaints) EXPECT_THAT(complaint, Not(HasSubstr(kShort)));
}

TEST(HashList, DigestsAsSumToolsWriteThem) {
  EXPECT_THAT(
      read("SHA256\n" + kOne + "  a.jpg\n" + kTwo + " *b.jpg\n" + kOne + "\tx\n" + kShort + "\n", "sha256").rows,
      ElementsAre("2 " + kOne, "3 " + kTwo, "4 " + kOne));
  const Read md5 = read("\xEF\xBB\xBF" + std::string(32, 'A') + ";x\n" + kOne + "\n", "md5");
  EXPECT_THAT(md5.rows, ElementsAre("1 " + kMd5));
  EXPECT_EQ(md5.summary.broken, 1u);
}

TEST(HashList, StopNcii) {
  const Read list =
      read(R"({"count":4,"nextPageToken":"","hasMoreRecords":false,"hashRecords":[)"
           R"({"lastModtimestamp":1,"signalType":"ImagePDQ","hashValue":")" +
               kOne + R"(","hashStatus":"Active"},)" + R"({"signalType":"ImagePDQ","hashValue":")" + kTwo +
               R"(","hashStatus":"Withdrawn"},)" + R"({"signalType":"VideoMD5","hashValue":")" + kMd5 +
               R"(","hashStatus":"Active"},)" + R"({"signalType":"VideoTMK","hashValue":"x","hashStatus":"Active"},)" +
               R"({"signalType":"ImagePDQ","hashValue":"11111111111111111111111111111111","hashStatus":"Active"}]})",
           "json");
  EXPECT_EQ(list.error, "");
  EXPECT_THAT(list.rows, ElementsAre("1 " + kOne, "-2 " + kTwo, "3 " + kMd5));
  EXPECT_EQ(list.summary.other, 1u);
  EXPECT_THAT(list.summary.complaints, ElementsAre(HasSubstr("list:5: 32 characters")));
}

TEST(HashList, ThreatExchangeAndTechAgainstTerrorism) {
  const std::string rows =
      R"([{"id":"1","indicator":")" + kOne + R"(","type":"HASH_PDQ","should_delete":false,)" +
      R"("descriptors":{"data":[{"status":"MALICIOUS"},{"status":"NON_MALICIOUS"}]}},)" + R"({"indicator":")" + kTwo +
      R"(","type":"HASH_PDQ","descriptors":{"data":[{"status":"NON_MALICIOUS"}]}},)" + R"({"indicator":")" + kTwo +
      R"(","type":"HASH_SHA256","should_delete":true},{"indicator":"http://x.example","type":"URI"}])";
  for (const std::string& text : {rows, R"({"data":)" + rows + "}", R"({"threat_updates":{"data":)" + rows + "}}"}) {
    const Read list = read(text, "json");
    EXPECT_THAT(list.rows, ElementsAre("1 " + kOne, "-3 " + kTwo)) << list.error;
    EXPECT_EQ(list.summary.other, 2u);
  }
  EXPECT_THAT(
      read(R"({"count":1,"results":[{"hash_digest":")" + kMd5 + R"(","algorithm":"MD5","deleted":false}]})", "md5")
          .rows,
      ElementsAre("1 " + kMd5));
  // One object a line, one of them broken.
  const Read lines = read(R"({"indicator":")" + kOne + R"(","type":"HASH_PDQ"})" + "\n{\"indicator\":\n" +
                              R"({"indicator":")" + kTwo + R"(","type":"HASH_PDQ"})",
                          "json");
  EXPECT_THAT(lines.rows, ElementsAre("1 " + kOne, "3 " + kTwo));
  EXPECT_THAT(lines.summary.complaints, ElementsAre("list:2: not JSON"));
}

TEST(HashList, VideosAsTheReferenceToolWritesThem) {
  EXPECT_THAT(read("0,100," + kOne + ",0.000\n1,30," + kTwo + ",0.033\n2,90," + kTwo + ",0.067\nx\n", "vpdq").rows,
              ElementsAre("1 " + kOne, "3 " + kTwo));
  const Read json =
      read(R"(["1111111111111111111111111111111111111111111111111111111111111111,100,1e+02","bad"])", "vpdq");
  EXPECT_THAT(json.rows, ElementsAre("1 " + kOne));
  EXPECT_EQ(json.summary.broken, 1u);
}

TEST(HashList, WhatIsNoListIsSaidToBeNone) {
  EXPECT_THAT(read("{\"a\":", "json").error, HasSubstr("list: not JSON"));
  EXPECT_THAT(read("plain words", "json").error, HasSubstr("should begin with { or ["));
  EXPECT_THAT(read("x", "tmk").error, HasSubstr("pdq, sha256, md5, json or vpdq"));
  EXPECT_EQ(read("", "pdq").summary.used, 0u);
  // Deeper than anybody nests.
  EXPECT_NE(read(std::string(100'000, '['), "json").error, "");
}

}  // namespace
}  // namespace pantau::matchers
