#include "cases/evidence/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>

#include "base/digest.h"
#include "base/file.h"
#include "cases/case_store.h"
#include "cases/evidence/audit_log.h"
#include "cases/evidence/evidence.h"
#include "cases/evidence/file_list.h"
#include "crawler/warc.h"
#include "crawler/warc_reader.h"
#include "tests/support/sample_case.h"

namespace pantau::cases {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

// A small workspace as a sweep leaves it: archive, media, frames, capture manifests, list and log.
class Verify : public ::testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::temp_directory_path() / ("pantau-verify-" + std::to_string(getpid()) + "-" +
                                         ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(root_);
    workspace_ = root_.string();
    ASSERT_TRUE(prepare_workspace(workspace_));
    std::vector<store::Migration> migrations = case_migrations();
    for (const store::Migration& one : evidence_migrations()) migrations.push_back(one);
    auto store = store::Store::open("sqlite", workspace_, migrations);
    ASSERT_TRUE(store) << store.error().detail;
    store_ = std::move(*store);
    reader_ = *store_->open_reader();
    log_ = *AuditLog::open(workspace_);
    ASSERT_TRUE(log_->append("ujian", "sweep.start", "harian", {}));
    auto filled = store_->write([this](store::Connection& c) { return fill(c); }).get();
    ASSERT_TRUE(filled) << filled.error().detail;
    list_evidence();
    ASSERT_TRUE(log_->append("ujian", "sweep.end", "harian", {}));
  }
  void TearDown() override {
    reader_.reset();
    store_.reset();
    fs::remove_all(root_);
  }

  Result<void> fill(store::Connection& c) {
    auto writer = crawler::WarcWriter::open(workspace_, "harian", "Pantau/1.0");
    if (!writer) return writer.error();
    for (int i = 0; i < 3; ++i) {
      crawler::Exchange exchange;
      exchange.url = "https://a.example/" + std::to_string(i);
      exchange.request_head = "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n";
      exchange.response_head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n";
      exchange.body = Bytes::from_string("<html>halaman " + std::to_string(i) + "</html>");
      exchange.status = 200;
      if (auto position = (*writer)->write(exchange); !position) return position.error();
    }
    if (auto closed = (*writer)->close(); !closed) return closed;
    for (const crawler::ClosedWarc& one : (*writer)->take_closed()) {
      archive_ = one.file;
      if (auto noted = note_file(c, {one.file, one.bytes, one.sha256}); !noted) return noted;
    }
    for (const std::string bytes : {"\xFF\xD8\xFF picture one", "\x89PNG picture two"}) {
      auto kept = keep_medium(workspace_, sha256_hex(bytes), bytes);
      if (!kept) return kept.error();
      medium_ = *kept;
      if (auto noted = note_file(c, {*kept, bytes.size(), sha256_hex(bytes)}); !noted) return noted;
    }
    const std::string frame = "\xFF\xD8\xFF a frame";
    auto kept = keep_frame(workspace_, frame);
    if (!kept) return kept.error();
    if (auto noted = note_file(c, {*kept, frame.size(), sha256_hex(frame)}); !noted) return noted;
    CaseRecord record = test::sample_case();
    auto saved = save_case(c, record, "run-1");
    if (!saved) return saved.error();
    record.id = case_id_ = saved->id;
    auto manifest = write_capture_manifest(workspace_, record);
    if (!manifest) return manifest.error();
    return note_file(c, *manifest);
  }

  void list_evidence() {
    auto done = store_
                    ->write([this](store::Connection& c) -> Result<void> {
                      auto list = write_file_list(c, workspace_);
                      if (!list) return list.error();
                      list_ = (*list)->list.path;
                      return log_->append("ujian", kListAction, list_,
                                          {{"files", (*list)->files}, {"sha256", (*list)->list.sha256}});
                    })
                    .get();
    ASSERT_TRUE(done) << done.error().detail;
  }

  EvidenceReport verify(bool quick = false) {
    VerifyOptions options;
    options.quick = quick;
    auto report = verify_evidence(workspace_, *reader_, options);
    EXPECT_TRUE(report) << report.error().detail;
    return report ? *report : EvidenceReport();
  }

  void overwrite(const std::string& path, const std::string& bytes) {
    std::error_code new_file;
    fs::permissions(root_ / path, fs::perms::owner_all, new_file);
    std::ofstream(root_ / path, std::ios::binary | std::ios::trunc) << bytes;
  }

  static std::vector<std::string> files_of(const EvidenceReport& report) {
    std::vector<std::string> files;
    for (const EvidenceProblem& problem : report.problems) files.push_back(problem.file);
    return files;
  }

  fs::path root_;
  std::string workspace_, archive_, medium_, list_, case_id_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<store::Connection> reader_;
  std::optional<AuditLog> log_;
};

TEST_F(Verify, NothingChanged) {
  const EvidenceReport report = verify();
  for (const EvidenceProblem& problem : report.problems) ADD_FAILURE() << problem.file << ": " << problem.what;
  EXPECT_EQ(report.notes, std::vector<std::string>());
  EXPECT_EQ(report.files, 5u);
  EXPECT_EQ(report.records, 10u);
  EXPECT_EQ(report.lists, 1u);
  EXPECT_EQ(report.log_entries, 3u);
  EXPECT_EQ(verify(true).problems.size(), 0u);
}

TEST_F(Verify, TwoHundredChangedBytesAreAllFoundInTheirFile) {
  std::vector<std::string> paths = *files_on_disk(workspace_);
  paths.push_back(list_);
  paths.push_back("audit.log");
  ASSERT_EQ(paths.size(), 7u);
  std::mt19937 random(20260131);
  int found = 0;
  for (int i = 0; i < 200; ++i) {
    const std::string& path = paths[static_cast<std::size_t>(i) % paths.size()];
    const std::string bytes = *read_file(root_ / path);
    const std::size_t at = random() % bytes.size();
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ (1 + random() % 255));
    overwrite(path, changed);
    const std::vector<std::string> files = files_of(verify());
    found += std::find(files.begin(), files.end(), path) != files.end();
    EXPECT_THAT(files, ::testing::Contains(path)) << "byte " << at;
    overwrite(path, bytes);
  }
  EXPECT_EQ(found, 200);
  EXPECT_EQ(verify().problems.size(), 0u);
}

TEST_F(Verify, AChangedRecordIsNamedByItsPlace) {
  const std::string bytes = *read_file(root_ / archive_);
  std::uint64_t third = 0;
  {
    auto reader = crawler::WarcReader::open(root_ / archive_);
    for (int i = 0; i < 5; ++i) third = (**(*reader)->next()).offset;
  }
  std::string changed = bytes;
  changed[third + 40] = static_cast<char>(changed[third + 40] ^ 1);
  overwrite(archive_, changed);
  const EvidenceReport report = verify();
  ASSERT_EQ(report.problems.size(), 2u);
  EXPECT_THAT(report.problems[0].what, HasSubstr("not those that were written"));
  EXPECT_EQ(report.problems[1].offset, third);
  EXPECT_THAT(report.problems[1].what, HasSubstr("the record at byte " + std::to_string(third)));
}

TEST_F(Verify, MissingAddedAndRenamedFilesAreNamed) {
  fs::remove(root_ / medium_);
  EXPECT_THAT(files_of(verify(true)), ::testing::ElementsAre(medium_));
  std::ofstream(root_ / "frames" / "new.jpg") << "x";
  EXPECT_THAT(files_of(verify(true)), ::testing::UnorderedElementsAre(medium_, "frames/new.jpg"));
  fs::remove(root_ / "frames" / "new.jpg");
  fs::create_symlink("/etc/hostname", root_ / medium_);
  EXPECT_THAT(files_of(verify()), ::testing::ElementsAre(medium_));
}

TEST_F(Verify, AListThatIsGoneOrForgedIsNoticed) {
  const std::string text = *read_file(root_ / list_);
  fs::remove(root_ / list_);
  EXPECT_THAT(files_of(verify()), ::testing::Contains(list_));
  overwrite("evidence/files-01ZZZZZZZZZZZZZZZZZZZZZZZZ.jsonl", text);
  EXPECT_THAT(files_of(verify()), ::testing::Contains("evidence/files-01ZZZZZZZZZZZZZZZZZZZZZZZZ.jsonl"));
}

TEST_F(Verify, ALogThatWasCutLeavesListsThatNobodyKnows) {
  const std::string text = *read_file(root_ / "audit.log");
  overwrite("audit.log", text.substr(0, text.find('\n') + 1));
  EXPECT_THAT(files_of(verify()), ::testing::Contains(list_));
}

TEST_F(Verify, ARewrittenManifestCountsWithItsNewestList) {
  CaseRecord record = test::sample_case();
  record.id = case_id_;
  record.capture.ended = "2026-03-01T00:00:00Z";
  auto done = store_
                  ->write([&](store::Connection& c) -> Result<void> {
                    auto manifest = write_capture_manifest(workspace_, record);
                    if (!manifest) return manifest.error();
                    return note_file(c, *manifest);
                  })
                  .get();
  ASSERT_TRUE(done);
  EXPECT_EQ(verify().problems.size(), 0u);
  EXPECT_EQ(verify().notes.size(), 1u);  // in no list yet
  list_evidence();
  EXPECT_EQ(verify().problems.size(), 0u);
  EXPECT_EQ(verify().notes.size(), 0u);
  EXPECT_EQ(verify().lists, 2u);
}

TEST_F(Verify, ARunThatWasKilledLeavesNotesAndNoAccusations) {
  ASSERT_TRUE(log_->append("ujian", "sweep.start", "harian", {}));
  const std::string bytes = "\xFF\xD8\xFF written, not committed";
  ASSERT_TRUE(keep_medium(workspace_, sha256_hex(bytes), bytes));
  const std::string archive = *read_file(root_ / archive_);
  std::ofstream(root_ / "warc" / "next.warc.gz.open", std::ios::binary) << archive.substr(0, archive.size() - 30);
  const EvidenceReport report = verify();
  EXPECT_EQ(report.problems.size(), 0u);
  EXPECT_EQ(report.notes.size(), 2u);
  // The next run takes both over.
  auto writer = crawler::WarcWriter::open(workspace_, "harian", "Pantau/1.0");
  ASSERT_TRUE(writer);
  std::uint64_t adopted = 0;
  ASSERT_TRUE(store_
                  ->write([&](store::Connection& c) -> Result<void> {
                    auto count = adopt_files(c, workspace_);
                    if (!count) return count.error();
                    adopted = *count;
                    return {};
                  })
                  .get());
  EXPECT_EQ(adopted, 2u);
  list_evidence();
  ASSERT_TRUE(log_->append("ujian", "sweep.end", "harian", {}));
  EXPECT_EQ(verify().problems.size(), 0u);
  EXPECT_EQ(verify().notes.size(), 0u);
}

TEST_F(Verify, ADecidedRecordThatWasChangedIsNamed) {
  ASSERT_TRUE(store_
                  ->write([this](store::Connection& c) -> Result<void> {
                    auto decided = decide(c, {case_id_, "confirm", "pegawai", "deposit demanded"});
                    if (!decided) return decided.error();
                    return {};
                  })
                  .get());
  EXPECT_EQ(verify().problems.size(), 0u);
  ASSERT_TRUE(store_
                  ->write([this](store::Connection& c) -> Result<void> {
                    auto changed = c.run("UPDATE cases SET record = record || ' ' WHERE id = $1", {case_id_});
                    if (!changed) return changed.error();
                    return {};
                  })
                  .get());
  const EvidenceReport report = verify();
  ASSERT_EQ(report.problems.size(), 1u);
  EXPECT_THAT(report.problems[0].what, HasSubstr(case_id_));
}

}  // namespace
}  // namespace pantau::cases
