// Time, digests, text, bytes, files and the log's escaping: small, and everything leans on them.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <filesystem>
#include <set>

#include "base/bytes.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "base/time.h"

namespace pantau {
namespace {

TEST(Time, RoundTripsAndReadsOffsets) {
  const auto time = parse_utc("2026-01-31T16:00:00.125+08:00");
  ASSERT_TRUE(time);
  EXPECT_EQ(format_utc(*time), "2026-01-31T08:00:00Z");
  EXPECT_EQ(format_utc_milliseconds(*time), "2026-01-31T08:00:00.125Z");
  EXPECT_EQ(parse_utc("2026-02-30T00:00:00Z"), std::nullopt);
  EXPECT_EQ(parse_utc("2026-02-20T25:00:00Z"), std::nullopt);
  EXPECT_EQ(parse_utc("yesterday"), std::nullopt);
  EXPECT_EQ(parse_utc("2026-02-20T10:00:00"), std::nullopt);
}

TEST(Digest, KnownVectors) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");  // FIPS 180-4
  EXPECT_EQ(md5_hex("abc"), "900150983cd24fb0d6963f7d28e17f72");                                     // RFC 1321
  EXPECT_EQ(sha1_base32("abc"), "VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5");
  Sha256 streaming;
  streaming.update("a");
  streaming.update("bc");
  EXPECT_EQ(streaming.finish_hex(), sha256_hex("abc"));
  streaming.update("abc");
  EXPECT_EQ(streaming.finish_hex(), sha256_hex("abc")) << "starts over after finishing";
}

TEST(Digest, UlidsAreUniqueAndInOrder) {
  std::set<std::string> seen;
  std::string last;
  for (int i = 0; i < 5000; ++i) {
    const std::string id = new_ulid();
    EXPECT_EQ(id.size(), 26u);
    EXPECT_LT(last, id);
    EXPECT_TRUE(seen.insert(id).second);
    last = id;
  }
}

TEST(Text, InvalidUtf8IsReplacedNotPassedOn) {
  EXPECT_EQ(to_valid_utf8("ok \xE4\xB8\xAD"), "ok \xE4\xB8\xAD");
  EXPECT_EQ(to_valid_utf8("a\xC0\xAF"
                          "b"),
            "a\xEF\xBF\xBD\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(to_valid_utf8("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");  // a surrogate
  EXPECT_EQ(to_valid_utf8("cut \xE4\xB8"), "cut \xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(Text, SpaceOfAllKindsCollapses) {
  EXPECT_EQ(collapse_space("  a \t\n b\xC2\xA0\xE3\x80\x80"
                           "c "),
            "a b c");
  EXPECT_EQ(collapse_space(""), "");
}

TEST(Text, ClipNeverCutsACharacter) {
  EXPECT_EQ(clip_utf8("a\xE4\xB8\xAD", 3), "a");
  EXPECT_EQ(clip_utf8("a\xE4\xB8\xAD", 4), "a\xE4\xB8\xAD");
}

TEST(Text, NearestNamesTheCloseOneOnly) {
  EXPECT_EQ(nearest("schedul", {"schedule", "sources"}), "schedule");
  EXPECT_EQ(nearest("sechdule", {"schedule", "sources"}), "schedule");
  EXPECT_EQ(nearest("banana", {"schedule", "sources"}), "");
}

TEST(Text, HtmlIsEscaped) {
  EXPECT_EQ(escape_html("<a href=\"x\">'&'</a>"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
}

TEST(Log, ForeignTextCannotSteerATerminal) {
  const std::string shown = printable(
      "\x1b[2Jhello\r\nworld\xE2\x80\xAE"
      "abc\x07\xC2\x9B");
  EXPECT_EQ(shown.find('\x1b'), std::string::npos);
  EXPECT_EQ(shown.find('\x07'), std::string::npos);
  EXPECT_EQ(shown.find('\n'), std::string::npos);
  EXPECT_EQ(shown.find("\xE2\x80\xAE"), std::string::npos);
  EXPECT_EQ(shown.find("\xC2\x9B"), std::string::npos);
  EXPECT_NE(shown.find("hello"), std::string::npos);
}

TEST(Bytes, SealedBytesCannotBeChanged) {
  const Result<Bytes> bytes = Bytes::sealed("secret picture");
  ASSERT_TRUE(bytes);
  EXPECT_EQ(bytes->view(), "secret picture");
  ASSERT_GE(bytes->descriptor(), 0);
  EXPECT_LT(write(bytes->descriptor(), "x", 1), 0);
  EXPECT_LT(ftruncate(bytes->descriptor(), 1), 0);
  const Result<Bytes> empty = Bytes::sealed("");
  ASSERT_TRUE(empty);
  EXPECT_TRUE(empty->empty());
}

TEST(File, WritesAreWholeOrNotAtAll) {
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "pantau-file-test";
  std::filesystem::remove_all(folder);
  ASSERT_TRUE(make_folder(folder));
  ASSERT_TRUE(write_file_atomically(folder / "a", "one"));
  ASSERT_TRUE(write_file_atomically(folder / "a", "two"));
  EXPECT_EQ(*read_file(folder / "a"), "two");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), 1) << "no temporary file is left";
  EXPECT_FALSE(read_file(folder / "a", 2)) << "larger than the limit";
  EXPECT_FALSE(read_file(folder)) << "a folder is no file";
  const auto missing = read_file(folder / "b");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::tell_operator);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace pantau
