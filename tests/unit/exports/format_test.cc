#include "exports/format.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <sstream>

#include "base/digest.h"
#include "base/file.h"
#include "cases/evidence/audit_log.h"
#include "cases/evidence/evidence.h"
#include "exports/manifest.h"
#include "tests/support/sample_case.h"

namespace pantau::exports {
namespace {

std::vector<boost::json::object> lines_of(const std::string& path) {
  std::vector<boost::json::object> out;
  auto text = read_file(path);
  EXPECT_TRUE(text) << path;
  if (!text) return out;
  EXPECT_TRUE(text->empty() || text->back() == '\n');
  std::istringstream in(*text);
  for (std::string line; std::getline(in, line);) out.push_back(boost::json::parse(line).as_object());
  return out;
}

ExportRequest request_of(const std::string& workspace, const std::string& format, const std::string& output) {
  ExportRequest request;
  request.workspace = workspace;
  request.format = format;
  request.output = output;
  request.filter = "band=flag";
  request.actor = "aisyah";
  return request;
}

TEST(Formats, EachHasAnameADescriptionAndAWayToRender) {
  for (const Format& format : formats()) {
    EXPECT_FALSE(format.description.empty());
    EXPECT_EQ(format.extension.front(), '.');
    EXPECT_NE(format.render, nullptr);
    EXPECT_EQ(find_format(format.name), &format);
  }
  EXPECT_FALSE(find_format("csv")->confirmed_only);
  EXPECT_FALSE(find_format("jsonl")->confirmed_only);
}

TEST(Formats, AnUnknownOneNamesTheNearest) {
  const auto wrong = format_named("jsnl");
  ASSERT_FALSE(wrong);
  EXPECT_NE(wrong.error().detail.find("did you mean \"jsonl\""), std::string::npos) << wrong.error().detail;
}

TEST(Jsonl, OneRecordALineInTheGivenOrder) {
  cases::CaseRecord first = test::sample_case(), second = test::sample_case();
  first.id = "c-B";
  second.id = "c-A";
  second.texts = {std::string("a\nb\0\xff", 5), std::string(1'000'000, 'x')};
  const Export out = render(*find_format("jsonl"), {first, second}, {});
  ASSERT_EQ(out.files.size(), 1u);
  const std::string& text = out.files[0].bytes;
  EXPECT_EQ(text.back(), '\n');
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
  EXPECT_EQ(text.find('\r'), std::string::npos);
  std::istringstream in(text);
  std::string line;
  std::getline(in, line);
  const auto record = boost::json::parse(line).as_object();
  EXPECT_EQ(record.at("schema").as_string(), "pantau.case/1");
  EXPECT_EQ(record.at("id").as_string(), "c-B");
  EXPECT_TRUE(record.at("capture").at("submitted_by").is_null());
  EXPECT_EQ(render(*find_format("jsonl"), {first, second}, {}).files[0].bytes, text) << "the same bytes again";
}

TEST(Exports, RestrictedContentNeverLeaves) {
  cases::CaseRecord record = test::sample_case();
  record.verdict.category = "restricted-content";
  record.title = "never";
  for (const Format& format : formats()) {
    const Export out = render(format, {record, test::sample_case()}, {});
    EXPECT_EQ(out.count, 1u);
    EXPECT_EQ(out.left_out, 1u);
    for (const ExportFile& file : out.files) EXPECT_EQ(file.bytes.find("never"), std::string::npos);
  }
}

TEST(Exports, AreNotedInTheManifestAndTheAuditLog) {
  const test::TemporaryFolder folder;
  ASSERT_TRUE(cases::prepare_workspace(folder / "ws"));
  const auto done = write_export(request_of(folder / "ws", "csv", folder / "out/flagged.csv"), {test::sample_case()});
  ASSERT_TRUE(done) << done.error().detail;
  ASSERT_TRUE(write_export(request_of(folder / "ws", "jsonl", "-"), {test::sample_case()}));
  const std::string bytes = *read_file(folder / "out/flagged.csv");
  const auto lines = lines_of(folder / "ws/exports/manifest.jsonl");
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].at("file").as_string(), folder / "out/flagged.csv");
  EXPECT_EQ(lines[0].at("sha256").as_string(), sha256_hex(bytes));
  EXPECT_EQ(lines[0].at("count").as_int64(), 1);
  EXPECT_EQ(lines[0].at("filter").as_string(), "band=flag");
  EXPECT_EQ(lines[0].at("actor").as_string(), "aisyah");
  EXPECT_EQ(lines[0].at("audience").as_string(), "anyone");
  EXPECT_EQ(lines[1].at("file").as_string(), "-");
  const auto check = cases::AuditLog::verify(folder / "ws");
  ASSERT_TRUE(check);
  EXPECT_TRUE(check->intact);
  EXPECT_EQ(check->entries, 2u);
  EXPECT_EQ(lines_of(folder / "ws/audit.log")[0].at("action").as_string(), "export.create");
}

TEST(Exports, AFolderWhereAFileIsDueIsExplained) {
  const test::TemporaryFolder folder;
  ASSERT_TRUE(cases::prepare_workspace(folder / "ws"));
  const auto done = write_export(request_of(folder / "ws", "csv", folder / "ws"), {});
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().detail.find("flagged.csv"), std::string::npos) << done.error().detail;
}

TEST(Manifest, FourProcessesLoseNoLine) {
  const test::TemporaryFolder folder;
  std::vector<pid_t> children;
  for (int child = 0; child < 4; ++child) {
    const pid_t pid = fork();
    ASSERT_GE(pid, 0);
    if (pid == 0) {
      bool good = true;
      for (int i = 0; good && i < 10; ++i)
        good = static_cast<bool>(
            append_manifest(folder.path(), {{"f", "s", 1, 1, 0, "csv", "", "anyone", "t", "a", "now"}}));
      _exit(good ? 0 : 1);
    }
    children.push_back(pid);
  }
  for (const pid_t pid : children) {
    int status = 0;
    waitpid(pid, &status, 0);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(lines_of(folder / "exports/manifest.jsonl").size(), 40u);
}

}  // namespace
}  // namespace pantau::exports
