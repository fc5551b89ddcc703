#include "crawler/warc_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <filesystem>
#include <random>

#include "base/digest.h"
#include "base/file.h"
#include "crawler/gzip_member.h"
#include "crawler/warc.h"

namespace pantau::crawler {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

std::string record(const std::string& block, const std::string& more = "", const std::string& end = "\r\n\r\n") {
  return "WARC/1.1\r\nWARC-Type: resource\r\nContent-Length: " + std::to_string(block.size()) + "\r\n" + more + "\r\n" +
         block + end;
}

std::string gzipped(const std::string& plain) {
  std::string out;
  GzipMember member;
  EXPECT_TRUE(member.compress({plain}, false, [&](std::string_view bytes) -> Result<void> {
    out += bytes;
    return {};
  }));
  return out;
}

// Blocks of all records, and the error that ended the reading, if any.
struct Read {
  std::vector<std::string> blocks;
  std::vector<std::uint64_t> offsets;
  std::string error;
  bool torn = false;
  std::uint64_t whole = 0;
};

Read read_all(std::string_view bytes, WarcReaderLimits limits = {}) {
  Read out;
  auto reader = WarcReader::from_bytes(bytes, limits);
  while (true) {
    const auto next = reader->next();
    out.whole = reader->whole_bytes();
    if (!next) {
      out.error = next.error().detail;
      break;
    }
    if (!*next) break;
    out.offsets.push_back((*next)->offset);
    auto block = reader->read_block(1 << 20);
    if (!block) {
      out.error = block.error().detail;
      break;
    }
    out.blocks.push_back(*block);
  }
  out.torn = reader->torn();
  return out;
}

TEST(WarcReader, ReadsPlainAndPackedRecords) {
  const std::string one = record("eins"), two = record("zwei", "WARC-Date: 2026-01-31T08:00:00Z\r\n");
  for (const bool packed : {false, true}) {
    const std::string first = packed ? gzipped(one) : one;
    const Read read = read_all(first + (packed ? gzipped(two) : two));
    EXPECT_EQ(read.error, "");
    EXPECT_EQ(read.blocks, (std::vector<std::string>{"eins", "zwei"}));
    EXPECT_EQ(read.offsets, (std::vector<std::uint64_t>{0, first.size()}));
  }
}

TEST(WarcReader, SkipsWhatIsNotRead) {
  const std::string bytes = gzipped(record(std::string(300000, 'x'))) + gzipped(record("zwei"));
  auto reader = WarcReader::from_bytes(bytes);
  ASSERT_TRUE(*reader->next());
  const auto second = reader->next();
  ASSERT_TRUE(second && *second);
  EXPECT_EQ(*reader->read_block(10), "zwei");
  ASSERT_TRUE(reader->next());
  EXPECT_EQ(reader->whole_bytes(), bytes.size());
}

TEST(WarcReader, FieldsAreFoundInAnyCaseAndFolded) {
  auto reader =
      WarcReader::from_bytes("WARC/1.0\r\nwarc-TYPE: response\r\nX: a\r\n\tb\r\nContent-Length: 0\r\n\r\n\r\n\r\n");
  const auto record = reader->next();
  ASSERT_TRUE(record && *record);
  EXPECT_EQ((*record)->type(), "response");
  EXPECT_EQ((*record)->field("x"), "a b");
  EXPECT_EQ((*record)->version, "1.0");
}

TEST(WarcReader, ErrorsNameTheByteAtWhichTheRecordBegan) {
  const std::string first = gzipped(record("eins"));
  std::string second = gzipped(record("zwei, which is longer than the first one"));
  second[second.size() / 2] = static_cast<char>(second[second.size() / 2] ^ 0x10);
  const Read read = read_all(first + second);
  EXPECT_EQ(read.blocks.size() >= 1 ? read.blocks[0] : "", "eins");
  EXPECT_THAT(read.error, HasSubstr("the record at byte " + std::to_string(first.size()) + ":"));
  EXPECT_EQ(read.whole, first.size());
}

TEST(WarcReader, AFileThatEndsInARecordIsTornAndNothingElseIs) {
  const std::string one = gzipped(record("eins")), two = gzipped(record("zwei"));
  for (std::size_t size = one.size() + 1; size < one.size() + two.size(); ++size) {
    const std::string bytes = (one + two).substr(0, size);
    const Read read = read_all(bytes);
    ASSERT_NE(read.error, "") << size;
    ASSERT_TRUE(read.torn) << size << " " << read.error;
    ASSERT_EQ(read.whole, one.size());
  }
  EXPECT_FALSE(read_all(one + "no gzip").torn);
  EXPECT_NE(read_all(one + "no gzip").error, "");
}

struct Wrong {
  const char* name;
  std::string bytes;
  std::string complaint;
};

TEST(WarcReader, WrongRecordsAreRefusedWithTheReason) {
  const std::vector<Wrong> all = {
      {"not a WARC", "HTTP/1.1 200 OK\r\n\r\n", "not with WARC/1.0"},
      {"not a WARC, nor anything", std::string(200, 'x'), "does not begin with a WARC version"},
      {"a version of tomorrow", "WARC/3.0\r\nContent-Length: 0\r\n\r\n\r\n\r\n", "WARC/3.0"},
      {"no length", "WARC/1.1\r\nWARC-Type: resource\r\n\r\n\r\n\r\n", "Content-Length"},
      {"a length of letters", "WARC/1.1\r\nContent-Length: ten\r\n\r\n\r\n\r\n", "Content-Length"},
      {"a negative length", "WARC/1.1\r\nContent-Length: -1\r\n\r\n\r\n\r\n", "Content-Length"},
      {"a length beyond 64 bits", "WARC/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n\r\n\r\n", "Content-Length"},
      {"a length beyond the limit", "WARC/1.1\r\nContent-Length: 9999999999999\r\n\r\n\r\n\r\n", "longer than"},
      {"a line without a colon", "WARC/1.1\r\nthis is no field\r\nContent-Length: 0\r\n\r\n\r\n\r\n", "no field"},
      {"a field name with a space", "WARC/1.1\r\nA b: c\r\nContent-Length: 0\r\n\r\n\r\n\r\n", "no field"},
      {"a length too short", "WARC/1.1\r\nContent-Length: 1\r\n\r\nxyz\r\n\r\n", "two line ends"},
      {"a length too long, packed", gzipped("WARC/1.1\r\nContent-Length: 9\r\n\r\nxyz\r\n\r\n"), "ends"},
      {"two records in one member", gzipped(record("a") + record("b")), "more than one record"},
  };
  for (const Wrong& wrong : all) EXPECT_THAT(read_all(wrong.bytes).error, HasSubstr(wrong.complaint)) << wrong.name;
}

TEST(WarcReader, TwoRecordsInOneMemberAreReadWhenAllowed) {
  WarcReaderLimits limits;
  limits.one_record_a_member = false;
  const Read read = read_all(gzipped(record("a") + record("b")) + gzipped(record("c")), limits);
  EXPECT_EQ(read.error, "");
  EXPECT_EQ(read.blocks, (std::vector<std::string>{"a", "b", "c"}));
}

TEST(WarcReader, HeadersAndBombsAreBounded) {
  WarcReaderLimits limits;
  limits.max_header_bytes = 1000;
  EXPECT_THAT(read_all("WARC/1.1\r\n" + std::string(5000, 'x'), limits).error, HasSubstr("longer than 1000 bytes"));
  EXPECT_THAT(read_all(gzipped(record("", "A: " + std::string(5000, 'x') + "\r\n")), limits).error,
              HasSubstr("longer than 1000 bytes"));
  limits.max_ratio = 20;
  const std::string bomb = gzipped(record(std::string(4 << 20, '\0')));
  auto reader = WarcReader::from_bytes(bomb, limits);
  ASSERT_TRUE(*reader->next());
  const auto end = reader->next();
  ASSERT_FALSE(end);
  EXPECT_THAT(end.error().detail, HasSubstr("unlikely size"));
}

class WrittenArchive : public ::testing::Test {
 protected:
  void SetUp() override {
    workspace_ = fs::temp_directory_path() / ("pantau-warc-reader-" + std::to_string(getpid()));
    fs::remove_all(workspace_);
    auto writer = WarcWriter::open(workspace_.string(), "ujian", "Pantau/1.0");
    ASSERT_TRUE(writer);
    for (int i = 0; i < 3; ++i) {
      Exchange exchange;
      exchange.url = "https://a.example/" + std::to_string(i);
      exchange.request_head = "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n";
      exchange.response_head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n";
      exchange.body = Bytes::from_string("<html>halaman " + std::to_string(i) + "</html>");
      exchange.status = 200;
      exchange.remote_address = "203.0.113.7";
      const auto position = (*writer)->write(exchange);
      ASSERT_TRUE(position);
      file_ = workspace_ / position->file;
    }
    ASSERT_TRUE((*writer)->write_resource("urn:x:1", "text/plain", "a resource", utc_now()));
    ASSERT_TRUE((*writer)->close());
    bytes_ = *read_file(file_);
  }
  void TearDown() override { fs::remove_all(workspace_); }

  // What is wrong with the archive, record by record; empty when nothing is.
  static std::string problem_of(std::string_view bytes, int* records = nullptr) {
    auto reader = WarcReader::from_bytes(bytes);
    while (true) {
      const auto record = reader->next();
      if (!record) return record.error().detail;
      if (!*record) return "";
      const auto wrong = check_digests(*reader, **record);
      if (!wrong) return wrong.error().detail;
      if (!wrong->empty()) return "the record at byte " + std::to_string((*record)->offset) + ": " + *wrong;
      if (records != nullptr) ++*records;
    }
  }

  fs::path workspace_, file_;
  std::string bytes_;
};

TEST_F(WrittenArchive, HasTheDigestsThatItClaims) {
  int records = 0;
  EXPECT_EQ(problem_of(bytes_, &records), "");
  EXPECT_EQ(records, 11);
  auto reader = WarcReader::open(file_);
  ASSERT_TRUE(reader);
  ASSERT_TRUE(*(*reader)->next());
}

// All members, one after the other; what cannot be unpacked ends it.
std::string unpacked(const std::string& bytes) {
  std::string out;
  z_stream stream{};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  while (stream.avail_in > 0 && inflateInit2(&stream, 15 + 16) == Z_OK) {
    int state = Z_OK;
    while (state == Z_OK) {
      char buffer[4096];
      stream.next_out = reinterpret_cast<Bytef*>(buffer);
      stream.avail_out = sizeof buffer;
      state = inflate(&stream, Z_NO_FLUSH);
      out.append(buffer, sizeof buffer - stream.avail_out);
    }
    inflateEnd(&stream);
    if (state != Z_STREAM_END) break;
  }
  return out;
}

TEST_F(WrittenArchive, AChangedByteAnywhereIsNoticed) {
  // Some changes leave what is packed as it is: times and flags of a member's header, the bits that fill up its last
  // byte, a repetition of the same words from elsewhere. The list of files notices those.
  std::mt19937 random(7);
  const std::string content = unpacked(bytes_);
  ASSERT_GT(content.size(), bytes_.size());
  int noticed = 0;
  for (int tried = 0; tried < 400; ++tried) {
    const std::size_t at = random() % bytes_.size();
    std::string changed = bytes_;
    changed[at] = static_cast<char>(changed[at] ^ (1 + random() % 255));
    if (problem_of(changed) != "") {
      ++noticed;
    } else {
      ASSERT_EQ(unpacked(changed), content) << "byte " << at;
    }
  }
  EXPECT_GT(noticed, 360);
}

TEST_F(WrittenArchive, ABlockThatWasExchangedIsFoundByItsDigest) {
  const std::string block = "a page that was put in later";
  const std::string forged = record(block, "WARC-Block-Digest: sha256:" + sha256_hex("another page") + "\r\n");
  EXPECT_THAT(problem_of(bytes_ + gzipped(forged)),
              HasSubstr("at byte " + std::to_string(bytes_.size()) + ": its block is not what its digest says"));
  EXPECT_THAT(problem_of(bytes_ + gzipped(record(block))), HasSubstr("no sha256 digest"));
  const std::string payload = record(block, "WARC-Block-Digest: sha256:" + sha256_hex(block) +
                                                "\r\nWARC-Payload-Digest: sha256:" + sha256_hex("x") + "\r\n");
  EXPECT_THAT(problem_of(bytes_ + gzipped(payload)), HasSubstr("payload is not"));
}

}  // namespace
}  // namespace pantau::crawler
