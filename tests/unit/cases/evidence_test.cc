#include "cases/evidence/evidence.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <fstream>

#include "base/digest.h"
#include "base/file.h"
#include "cases/json_text.h"
#include "tests/support/sample_case.h"

namespace pantau::cases {
namespace {

unsigned rights(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 07777u;
}

std::size_t files_in(const std::string& folder) {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    count += entry.is_regular_file();
  return count;
}

TEST(Workspace, FoldersAreThereAndPrivate) {
  const test::TemporaryFolder folder;
  const std::string workspace = folder / "a/b/ws/";
  ASSERT_TRUE(prepare_workspace(workspace));
  for (const char* name : {"", "warc", "media", "frames", "evidence", "reports"})
    EXPECT_EQ(rights(workspace + name), 0700u) << name;
  EXPECT_EQ(files_in(workspace), 0u) << "the write probe leaves nothing";
  EXPECT_TRUE(prepare_workspace(workspace)) << "again";
}

TEST(Workspace, WhatStandsInTheWayIsNamed) {
  const test::TemporaryFolder folder;
  std::ofstream(folder / "file") << "x";
  for (const std::string& workspace : {folder / "file", folder / "file/ws", std::string()}) {
    const auto ready = prepare_workspace(workspace);
    ASSERT_FALSE(ready) << workspace;
    EXPECT_EQ(ready.error().code, ErrorCode::tell_operator);
  }
  ASSERT_TRUE(make_folder(folder / "ws"));
  std::ofstream(folder / "ws/frames") << "x";
  const auto ready = prepare_workspace(folder / "ws");
  ASSERT_FALSE(ready);
  EXPECT_NE(ready.error().detail.find("frames"), std::string::npos);
}

TEST(Workspace, AFullDiskIsFoundBeforeTheSweep) {
  // A tmpfs of 64 KiB, where the machine lets us mount one.
  const test::TemporaryFolder folder;
  const std::string command = "mount -t tmpfs -o size=64k tmpfs " + folder.path() + " 2>/dev/null";
  if (std::system(command.c_str()) != 0) GTEST_SKIP() << "no right to mount a small file system";
  const auto ready = prepare_workspace(folder / "ws");
  EXPECT_EQ(std::system(("umount " + folder.path()).c_str()), 0);
  ASSERT_FALSE(ready);
  EXPECT_NE(ready.error().detail.find("disk is full"), std::string::npos) << ready.error().detail;
}

TEST(Evidence, MediaAreKeptOnceUnderTheirDigestReadOnly) {
  const test::TemporaryFolder folder;
  ASSERT_TRUE(prepare_workspace(folder.path()));
  const std::string bytes("picture\0bytes", 13), digest = sha256_hex(bytes);
  const auto path = keep_medium(folder.path(), digest, bytes);
  ASSERT_TRUE(path) << path.error().detail;
  EXPECT_EQ(*path, "media/sha256/" + digest.substr(0, 2) + "/" + digest);
  EXPECT_EQ(rights(folder / *path), 0444u);
  EXPECT_EQ(*read_file(folder / *path), bytes);
  EXPECT_TRUE(keep_medium(folder.path(), digest, bytes)) << "again";
  EXPECT_EQ(files_in(folder / "media"), 1u);
}

TEST(Evidence, ADigestThatDoesNotFitIsRefused) {
  const test::TemporaryFolder folder;
  ASSERT_TRUE(prepare_workspace(folder.path()));
  EXPECT_FALSE(keep_medium(folder.path(), sha256_hex("other"), "bytes"));
  EXPECT_FALSE(keep_medium(folder.path(), "../../etc/passwd", "bytes"));
  EXPECT_EQ(files_in(folder.path()), 0u);
}

TEST(Evidence, AChangedOriginalIsAnErrorNotOverwritten) {
  const test::TemporaryFolder folder;
  ASSERT_TRUE(prepare_workspace(folder.path()));
  const std::string digest = sha256_hex("original");
  const auto path = keep_medium(folder.path(), digest, "original");
  ASSERT_TRUE(path);
  ::chmod((folder / *path).c_str(), 0644);
  std::ofstream(folder / *path) << "cut";
  const auto again = keep_medium(folder.path(), digest, "original");
  ASSERT_FALSE(again);
  EXPECT_NE(again.error().detail.find("evidence was changed"), std::string::npos);
}

TEST(Evidence, FramesAreNamedAfterTheirBytes) {
  const test::TemporaryFolder folder;
  ASSERT_TRUE(prepare_workspace(folder.path()));
  const auto path = keep_frame(folder.path(), "\xFF\xD8jpeg");
  ASSERT_TRUE(path);
  EXPECT_EQ(*path, "frames/" + sha256_hex("\xFF\xD8jpeg") + ".jpg");
  EXPECT_EQ(rights(folder / *path), 0444u);
}

TEST(Manifest, SaysHowTheCaseWasCaptured) {
  const test::TemporaryFolder folder;
  ASSERT_TRUE(prepare_workspace(folder.path()));
  CaseRecord record = test::sample_case();
  const std::string png("\x89PNG\r\n\x1A\nrest", 12);
  record.media[0].sha256 = sha256_hex(png);
  record.frames = {*keep_frame(folder.path(), "\xFF\xD8\xFFjpeg")};
  ASSERT_TRUE(keep_medium(folder.path(), record.media[0].sha256, png));
  ASSERT_TRUE(write_capture_manifest(folder.path(), record));
  const std::string path = folder / ("evidence/" + record.id + ".json");
  const boost::json::object manifest = boost::json::parse(*read_file(path)).as_object();
  EXPECT_EQ(manifest.at("schema").as_string(), "capture/1");
  EXPECT_EQ(manifest.at("redirect_chain").as_array().size(), 2u);
  EXPECT_EQ(manifest.at("redirect_chain").at(1).at("n").to_number<int>(), 1);
  EXPECT_EQ(manifest.at("redirect_chain").at(0).at("ip").as_string(), "198.51.100.20");
  EXPECT_EQ(manifest.at("artifacts").at(0).at("media_type").as_string(), "image/png");
  EXPECT_EQ(manifest.at("artifacts").at(0).at("bytes").to_number<int>(), 12);
  EXPECT_EQ(manifest.at("artifacts").at(1).at("role").as_string(), "frame");
  EXPECT_EQ(manifest.at("persona").at("id").as_string(), "phone");
  EXPECT_TRUE(manifest.at("egress").at("ip").is_null()) << "not recorded, not guessed";

  struct stat before {
  }, after{};
  ::stat(path.c_str(), &before);
  ASSERT_TRUE(write_capture_manifest(folder.path(), record));
  ::stat(path.c_str(), &after);
  EXPECT_EQ(before.st_ino, after.st_ino) << "the same content is not written twice";
  record.capture.ended = "2026-01-31T08:00:03Z";
  ASSERT_TRUE(write_capture_manifest(folder.path(), record));
  EXPECT_NE(read_file(path)->find("08:00:03"), std::string::npos);
}

TEST(Manifest, AHostileIdWritesNothing) {
  const test::TemporaryFolder folder;
  ASSERT_TRUE(prepare_workspace(folder.path()));
  CaseRecord record = test::sample_case();
  for (const char* id : {"", "../x", "a/b", "c-\n"}) {
    record.id = id;
    EXPECT_FALSE(write_capture_manifest(folder.path(), record));
  }
  EXPECT_EQ(files_in(folder.path()), 0u);
}

TEST(Manifest, TheReferenceCheckerAgrees) {
  const char* shared = std::getenv("PANTAU_SHARED");
  if (shared == nullptr) GTEST_SKIP() << "PANTAU_SHARED is not set";
  if (std::system("/usr/bin/python3 -c 'import jsonschema' 2>/dev/null") != 0)
    GTEST_SKIP() << "the checker needs python3-jsonschema";
  const test::TemporaryFolder folder;
  ASSERT_TRUE(prepare_workspace(folder.path()));
  CaseRecord record = test::sample_case();
  record.media.clear();
  record.frames = {*keep_frame(folder.path(), "\xFF\xD8\xFFjpeg")};
  ASSERT_TRUE(write_capture_manifest(folder.path(), record));
  const std::string command = std::string("/usr/bin/python3 ") + shared +
                              "/facts/exports/validate.py -q -k capture-manifest " +
                              (folder / ("evidence/" + record.id + ".json")) + " >&2";
  EXPECT_EQ(std::system(command.c_str()), 0);
}

TEST(LoginName, IsNeverEmpty) {
  EXPECT_FALSE(login_name().empty());
}

}  // namespace
}  // namespace pantau::cases
