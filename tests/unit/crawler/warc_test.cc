#include "crawler/warc.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <zlib.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "base/digest.h"
#include "base/file.h"

namespace pantau::crawler {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

struct Record {
  std::map<std::string, std::string> fields;
  std::string block;
  std::uint64_t offset = 0;
};

// Reads a file gzip member by gzip member: one record each.
std::vector<Record> records_of(const fs::path& file) {
  const std::string bytes = *read_file(file);
  std::vector<Record> records;
  std::size_t at = 0;
  while (at < bytes.size()) {
    z_stream stream{};
    EXPECT_EQ(inflateInit2(&stream, 31), Z_OK);
    stream.next_in = reinterpret_cast<unsigned char*>(const_cast<char*>(bytes.data() + at));
    stream.avail_in = static_cast<uInt>(bytes.size() - at);
    std::string plain;
    int code = Z_OK;
    while (code == Z_OK) {
      char chunk[65536];
      stream.next_out = reinterpret_cast<unsigned char*>(chunk);
      stream.avail_out = sizeof chunk;
      code = inflate(&stream, Z_NO_FLUSH);
      plain.append(chunk, sizeof chunk - stream.avail_out);
    }
    EXPECT_EQ(code, Z_STREAM_END);
    if (code != Z_STREAM_END) return records;
    Record record;
    record.offset = at;
    at = bytes.size() - stream.avail_in;
    inflateEnd(&stream);
    const std::size_t head_end = plain.find("\r\n\r\n");
    EXPECT_EQ(plain.substr(0, 10), "WARC/1.1\r\n");
    std::size_t line = 10;
    while (line < head_end + 2) {
      const std::size_t end = plain.find("\r\n", line), colon = plain.find(": ", line);
      record.fields[plain.substr(line, colon - line)] = plain.substr(colon + 2, end - colon - 2);
      line = end + 2;
    }
    record.block = plain.substr(head_end + 4, std::stoul(record.fields["Content-Length"]));
    EXPECT_EQ(plain.size(), head_end + 4 + record.block.size() + 4);
    EXPECT_EQ(record.fields["WARC-Block-Digest"], "sha256:" + sha256_hex(record.block));
    records.push_back(std::move(record));
  }
  return records;
}

Exchange exchange_of(const std::string& body) {
  Exchange exchange;
  exchange.url = "https://a.example/x y";
  exchange.record_id = new_uuid();
  exchange.started = *parse_utc("2026-01-31T08:00:00.125Z");
  exchange.ended = exchange.started + std::chrono::milliseconds(42);
  exchange.request_head = "GET /x%20y HTTP/2\r\nHost: a.example\r\n\r\n";
  exchange.response_head = "HTTP/2 200\r\ncontent-type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n";
  exchange.body = Bytes::from_string(body);
  exchange.status = 200;
  exchange.remote_address = "203.0.113.7";
  exchange.http_version = "2";
  exchange.tls_version = "TLSv1.3";
  exchange.certificate_chain_pem = "-----BEGIN CERTIFICATE-----\nQUJD\nREVG\n-----END CERTIFICATE-----\n";
  return exchange;
}

class WarcTest : public ::testing::Test {
 protected:
  void SetUp() override {
    workspace_ = fs::temp_directory_path() / ("pantau-warc-" + std::to_string(getpid()) + "-" +
                                              ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(workspace_);
  }
  void TearDown() override { fs::remove_all(workspace_); }
  std::unique_ptr<WarcWriter> open(std::uint64_t limit = 1 << 30) {
    auto writer = WarcWriter::open(workspace_.string(), "harian/ujian", "Pantau/1.0", limit);
    EXPECT_TRUE(writer) << writer.error().detail;
    return std::move(*writer);
  }
  std::vector<fs::path> files() const {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(workspace_ / "warc")) found.push_back(entry.path());
    std::sort(found.begin(), found.end());
    return found;
  }
  fs::path workspace_;
};

TEST_F(WarcTest, ExchangeIsThreeRecordsThatPointAtEachOther) {
  auto writer = open();
  const Exchange exchange = exchange_of("<html>hai</html>");
  const auto position = writer->write(exchange);
  ASSERT_TRUE(position) << position.error().detail;
  ASSERT_TRUE(writer->close());
  const auto records = records_of(workspace_ / position->file);
  ASSERT_EQ(records.size(), 4u);
  EXPECT_EQ(records[0].fields.at("WARC-Type"), "warcinfo");
  EXPECT_EQ(records[0].fields.at("WARC-Filename"), fs::path(position->file).filename().string());
  auto response = records[1];
  EXPECT_EQ(response.offset, position->offset);
  EXPECT_EQ(position->record_id, "urn:uuid:" + exchange.record_id);
  EXPECT_EQ(response.fields["WARC-Record-ID"], "<" + position->record_id + ">");
  EXPECT_EQ(response.fields["WARC-Target-URI"], "https://a.example/x%20y");
  EXPECT_EQ(response.fields["WARC-Date"], "2026-01-31T08:00:00.125Z");
  EXPECT_EQ(response.fields["WARC-IP-Address"], "203.0.113.7");
  EXPECT_EQ(response.fields["WARC-Payload-Digest"], "sha256:" + sha256_hex("<html>hai</html>"));
  EXPECT_EQ(response.block,
            "HTTP/1.1 200 \r\ncontent-type: text/html\r\nX-Orig-Transfer-Encoding: chunked\r\n\r\n<html>hai</html>");
  auto request = records[2];
  EXPECT_EQ(request.fields["WARC-Concurrent-To"], response.fields["WARC-Record-ID"]);
  EXPECT_EQ(request.block, "GET /x%20y HTTP/1.1\r\nHost: a.example\r\n\r\n");
  EXPECT_THAT(records[3].block, HasSubstr("protocol: HTTP/2\r\ntlsVersion: TLSv1.3\r\ntlsCertificate: QUJDREVG\r\n"));
}

TEST_F(WarcTest, ClosedFilesAreReadOnlyAndOpenOnesAreNamedSo) {
  auto writer = open();
  ASSERT_TRUE(writer->write(exchange_of("x")));
  ASSERT_EQ(files().size(), 1u);
  EXPECT_EQ(files()[0].extension(), ".open");
  ASSERT_TRUE(writer->close());
  ASSERT_EQ(files().size(), 1u);
  EXPECT_EQ(files()[0].extension(), ".gz");
  struct stat status {};
  ASSERT_EQ(stat(files()[0].c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0444u);
}

TEST_F(WarcTest, FilesRoll) {
  auto writer = open(2000);
  for (int i = 0; i < 6; ++i) ASSERT_TRUE(writer->write(exchange_of(std::string(1000, static_cast<char>('a' + i)))));
  ASSERT_TRUE(writer->close());
  EXPECT_GT(files().size(), 1u);
  for (const fs::path& file : files()) EXPECT_EQ(records_of(file)[0].fields.at("WARC-Type"), "warcinfo");
}

TEST_F(WarcTest, ATornRecordOfAKilledProcessIsCut) {
  {
    auto writer = open();
    ASSERT_TRUE(writer->write(exchange_of("one")));
    ASSERT_TRUE(writer->close());
  }
  const fs::path good = files()[0];
  const std::size_t whole = fs::file_size(good);
  fs::permissions(good, fs::perms::owner_all);
  fs::rename(good, good.string() + ".open");
  std::ofstream(good.string() + ".open", std::ios::app | std::ios::binary) << "\x1f\x8b\x08 torn";
  auto writer = open();
  EXPECT_EQ(fs::file_size(good), whole);
  EXPECT_EQ(records_of(good).size(), 4u);
}

// The archive as a kill leaves it after the first `size` bytes.
void leave_open(const fs::path& closed, const std::string& bytes, std::size_t size) {
  const fs::path open = closed.string() + ".open";
  std::ofstream(open, std::ios::binary) << bytes.substr(0, size);
}

// Ids of records that other records name, and of those that are there.
void expect_whole_exchanges(const std::vector<Record>& records) {
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (records[i].fields.at("WARC-Type") != "response") continue;
    ASSERT_LT(i + 2, records.size());
    EXPECT_EQ(records[i + 1].fields.at("WARC-Concurrent-To"), records[i].fields.at("WARC-Record-ID"));
    EXPECT_EQ(records[i + 2].fields.at("WARC-Type"), "metadata");
  }
}

TEST_F(WarcTest, AKillAtAnyByteOfTheLastExchangeLeavesWholeExchanges) {
  std::uint64_t last = 0;
  {
    auto writer = open();
    ASSERT_TRUE(writer->write(exchange_of("first")));
    const auto position = writer->write(exchange_of("second"));
    ASSERT_TRUE(position);
    last = position->offset;
    ASSERT_TRUE(writer->close());
  }
  fs::path file = files()[0];
  const std::string bytes = *read_file(file);
  ASSERT_GT(bytes.size(), last + 100);
  // A thousand recoveries, each of which waits for the disk: in memory where there is such a folder.
  fs::remove_all(workspace_);
  if (fs::is_directory("/dev/shm")) workspace_ = fs::path("/dev/shm") / workspace_.filename();
  file = workspace_ / "warc" / file.filename();
  for (std::size_t size = last; size <= bytes.size(); ++size) {
    fs::remove_all(workspace_);
    fs::create_directories(workspace_ / "warc");
    leave_open(file, bytes, size);
    auto writer = open();
    const auto records = records_of(file);
    const bool all = size == bytes.size();
    ASSERT_EQ(records.size(), all ? 7u : 4u) << "killed after byte " << size;
    expect_whole_exchanges(records);
    ASSERT_EQ(writer->recovered().size(), 1u);
    const RecoveredWarc& said = writer->recovered()[0];
    ASSERT_EQ(said.cut_bytes, all ? 0 : size - last);
    ASSERT_EQ(said.kept_aside, "");
    ASSERT_EQ(said.closed.bytes, fs::file_size(file));
    ASSERT_EQ(said.closed.sha256, sha256_hex(*read_file(file)));
    ASSERT_EQ(files().size(), 1u);
  }
}

TEST_F(WarcTest, ATailThatIsDamagedAndNotOnlyTornIsKeptAside) {
  {
    auto writer = open();
    ASSERT_TRUE(writer->write(exchange_of("first")));
    ASSERT_TRUE(writer->close());
  }
  const fs::path file = files()[0];
  const std::string bytes = *read_file(file), zeros(5000, '\0');
  fs::remove_all(workspace_);
  fs::create_directories(workspace_ / "warc");
  leave_open(file, bytes + zeros, bytes.size() + zeros.size());
  auto writer = open();
  ASSERT_EQ(writer->recovered().size(), 1u);
  EXPECT_EQ(writer->recovered()[0].cut_bytes, zeros.size());
  EXPECT_EQ(writer->recovered()[0].cut_sha256, sha256_hex(zeros));
  EXPECT_EQ(*read_file(workspace_ / writer->recovered()[0].kept_aside), zeros);
  EXPECT_EQ(*read_file(file), bytes);
}

TEST_F(WarcTest, ClosedFilesAreReportedWithTheirDigest) {
  auto writer = open(2000);
  for (int i = 0; i < 6; ++i) ASSERT_TRUE(writer->write(exchange_of(std::string(1000, static_cast<char>('a' + i)))));
  ASSERT_TRUE(writer->close());
  const std::vector<ClosedWarc> closed = writer->take_closed();
  ASSERT_EQ(closed.size(), files().size());
  for (const ClosedWarc& one : closed) {
    EXPECT_EQ(one.sha256, sha256_hex(*read_file(workspace_ / one.file)));
    EXPECT_EQ(one.bytes, fs::file_size(workspace_ / one.file));
  }
}

TEST_F(WarcTest, LargeBodiesAreWrittenWhole) {
  auto writer = open();
  std::string body(9 << 20, 'x');
  for (std::size_t i = 0; i < body.size(); i += 97) body[i] = static_cast<char>(i * 31);
  ASSERT_TRUE(writer->write(exchange_of(body)));
  ASSERT_TRUE(writer->close());
  const auto records = records_of(files()[0]);
  ASSERT_EQ(records.size(), 4u);
  EXPECT_EQ(records[1].fields.at("WARC-Payload-Digest"), "sha256:" + sha256_hex(body));
}

TEST_F(WarcTest, SameBytesAgainAreARevisit) {
  auto writer = open();
  const Exchange first = exchange_of("<html>hai</html>");
  const auto position = writer->write(first);
  ASSERT_TRUE(position);
  const WarcOriginal original{position->record_id, first.url, format_utc_milliseconds(first.started),
                              position->payload_sha256};
  Exchange again = exchange_of("<html>hai</html>");
  ASSERT_TRUE(writer->write(again, &original));
  Exchange not_modified = exchange_of("");
  not_modified.status = 304;
  not_modified.response_head = "HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\n\r\n";
  ASSERT_TRUE(writer->write(not_modified, &original));
  ASSERT_TRUE(writer->close());
  const auto records = records_of(files()[0]);
  ASSERT_EQ(records.size(), 10u);
  for (const std::size_t i : {std::size_t{4}, std::size_t{7}}) {
    auto revisit = records[i];
    EXPECT_EQ(revisit.fields["WARC-Type"], "revisit");
    EXPECT_EQ(revisit.fields["WARC-Refers-To"], records[1].fields.at("WARC-Record-ID"));
    EXPECT_EQ(revisit.fields["WARC-Refers-To-Target-URI"], "https://a.example/x%20y");
    EXPECT_EQ(revisit.fields["WARC-Refers-To-Date"], "2026-01-31T08:00:00.125Z");
    EXPECT_EQ(records[i + 1].fields.at("WARC-Concurrent-To"), revisit.fields["WARC-Record-ID"]);
    EXPECT_EQ(records[i + 2].fields.at("WARC-Concurrent-To"), revisit.fields["WARC-Record-ID"]);
  }
  EXPECT_THAT(records[4].fields.at("WARC-Profile"), HasSubstr("/identical-payload-digest"));
  EXPECT_EQ(records[4].fields.at("WARC-Payload-Digest"), records[1].fields.at("WARC-Payload-Digest"));
  EXPECT_EQ(records[4].block, "HTTP/1.1 200 \r\ncontent-type: text/html\r\nX-Orig-Transfer-Encoding: chunked\r\n\r\n");
  EXPECT_THAT(records[7].fields.at("WARC-Profile"), HasSubstr("/server-not-modified"));
  EXPECT_EQ(records[7].block, "HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\n\r\n");
}

TEST_F(WarcTest, FilesOfALivingWriterAreLeftAlone) {
  auto first = open();
  ASSERT_TRUE(first->write(exchange_of("one")));
  auto second = open();
  ASSERT_TRUE(first->write(exchange_of("two")));
  ASSERT_TRUE(first->close());
  ASSERT_EQ(files().size(), 1u);
  EXPECT_EQ(records_of(files()[0]).size(), 7u);
}

TEST_F(WarcTest, ResourcesAndEmptyBodies) {
  auto writer = open();
  const auto position = writer->write_resource("urn:pantau:submission:shot.png", "image/png", "\x89PNG", utc_now());
  ASSERT_TRUE(position);
  Exchange empty = exchange_of("");
  empty.truncated = "disconnect";
  ASSERT_TRUE(writer->write(empty));
  ASSERT_TRUE(writer->close());
  const auto records = records_of(files()[0]);
  EXPECT_EQ(records[1].fields.at("WARC-Type"), "resource");
  EXPECT_EQ(records[1].block, "\x89PNG");
  EXPECT_EQ(records[2].fields.at("WARC-Truncated"), "disconnect");
}

TEST_F(WarcTest, HeaderInjectionIsNotPossible) {
  auto writer = open();
  Exchange exchange = exchange_of("x");
  exchange.url = "https://a.example/\r\nWARC-Type: evil";
  ASSERT_TRUE(writer->write(exchange));
  ASSERT_TRUE(writer->close());
  EXPECT_EQ(records_of(files()[0])[1].fields.at("WARC-Type"), "response");
}

TEST_F(WarcTest, TheExternalCheckerFindsNothing) {
  const char* shared = std::getenv("PANTAU_SHARED");
  if (shared == nullptr) GTEST_SKIP() << "PANTAU_SHARED is not set";
  auto writer = open();
  const Exchange first = exchange_of("<html>hai</html>");
  const auto position = writer->write(first);
  ASSERT_TRUE(position);
  ASSERT_TRUE(writer->write(exchange_of("")));
  const WarcOriginal original{position->record_id, first.url, format_utc_milliseconds(first.started),
                              position->payload_sha256};
  ASSERT_TRUE(writer->write(exchange_of("<html>hai</html>"), &original));
  Exchange not_modified = exchange_of("");
  not_modified.status = 304;
  not_modified.response_head = "HTTP/1.1 304 Not Modified\r\n\r\n";
  ASSERT_TRUE(writer->write(not_modified, &original));
  ASSERT_TRUE(writer->write_resource("urn:pantau:file:a.png", "image/png", "bytes", utc_now()));
  ASSERT_TRUE(writer->close());
  const std::string command = std::string("python3 ") + shared + "/tools/warc-check --evidence " + files()[0].string();
  EXPECT_EQ(std::system(command.c_str()), 0);
}

}  // namespace
}  // namespace pantau::crawler
