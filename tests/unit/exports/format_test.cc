#include "exports/format.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <cerrno>
#include <csignal>
#include <sstream>

#include "base/digest.h"
#include "base/file.h"
#include "cases/evidence/audit_log.h"
#include "cases/evidence/evidence.h"
#include "exports/manifest.h"
#include "tests/support/decided_case.h"

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
    EXPECT_NE(format.make, nullptr);
    EXPECT_EQ(find_format(format.name), &format);
  }
  EXPECT_TRUE(find_format("csv")->statuses.empty());
  EXPECT_TRUE(find_format("jsonl")->statuses.empty());
  for (const char* name : {"rpz", "hosts", "domains", "adblock", "suricata", "pdq", "hma", "xarf", "accounts-seen"})
    EXPECT_EQ(find_format(name)->statuses, std::vector<std::string>{"confirmed"}) << name;
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
  const Export out = *render(*find_format("jsonl"), cases_from({first, second}), {});
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
  EXPECT_EQ(render(*find_format("jsonl"), cases_from({first, second}), {})->files[0].bytes, text)
      << "the same bytes again";
}

TEST(Exports, RestrictedContentNeverLeaves) {
  cases::CaseRecord record = test::sample_case();
  record.verdict.category = "restricted-content";
  record.title = "never";
  ExportOptions options = test::export_options();
  const cases::DecidedCase good = test::confirmed_case(1);
  for (const Format& format : formats()) {
    const auto done = render(format, cases_from(std::vector<cases::DecidedCase>{{record, {}}, good}), options);
    ASSERT_TRUE(done) << format.name << done.error().detail;
    const Export& out = *done;
    EXPECT_EQ(out.count, 1u) << format.name;
    EXPECT_EQ(out.left_out, 1u);
    for (const ExportFile& file : out.files) EXPECT_EQ(file.bytes.find("never"), std::string::npos);
  }
}

TEST(Exports, AreNotedInTheManifestAndTheAuditLog) {
  const test::TemporaryFolder folder;
  ASSERT_TRUE(cases::prepare_workspace(folder / "ws"));
  const auto done =
      write_export(request_of(folder / "ws", "csv", folder / "out/flagged.csv"), cases_from({test::sample_case()}));
  ASSERT_TRUE(done) << done.error().detail;
  std::ostringstream stream;
  ExportRequest to_stream = request_of(folder / "ws", "jsonl", "-");
  to_stream.standard_output = &stream;
  ASSERT_TRUE(write_export(to_stream, cases_from({test::sample_case()})));
  const std::string written = stream.str();
  EXPECT_EQ(std::count(written.begin(), written.end(), '\n'), 1);
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
  const auto done =
      write_export(request_of(folder / "ws", "csv", folder / "ws"), cases_from(std::vector<cases::CaseRecord>{}));
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().detail.find("flagged.csv"), std::string::npos) << done.error().detail;
}

TEST(Exports, ADryRunWritesAndNotesNothing) {
  const test::TemporaryFolder folder;
  ASSERT_TRUE(cases::prepare_workspace(folder / "ws"));
  ExportRequest request = request_of(folder / "ws", "domains", folder / "out/list.txt");
  request.options = test::export_options();
  request.dry_run = true;
  cases::DecidedCase shared = test::confirmed_case(2);
  test::move_to(shared, "https://scam.blogspot.com/", "scam.blogspot.com", "shared");
  const auto done = write_export(request, cases_from(std::vector<cases::DecidedCase>{test::confirmed_case(1), shared}));
  ASSERT_TRUE(done) << done.error().detail;
  EXPECT_EQ(done->content.count, 1u);
  EXPECT_GT(done->bytes, 0u);
  ASSERT_EQ(done->content.kept_out.size(), 1u);
  EXPECT_EQ(done->content.kept_out[0].case_id, shared.record.id);
  EXPECT_FALSE(std::filesystem::exists(folder / "out"));
  EXPECT_FALSE(std::filesystem::exists(folder / "ws/exports/manifest.jsonl"));
}

TEST(Exports, AnErrorHalfwayLeavesTheOldFile) {
  const test::TemporaryFolder folder;
  ASSERT_TRUE(cases::prepare_workspace(folder / "ws"));
  ASSERT_TRUE(make_folder(folder / "out"));
  ASSERT_TRUE(write_file_atomically(folder / "out/cases.jsonl", "old\n"));
  const CaseSource breaks = [](const std::function<Result<void>(cases::DecidedCase &&)>& use) -> Result<void> {
    for (int i = 0; i < 500; ++i) {
      if (auto used = use(test::confirmed_case(1)); !used) return used.error();
    }
    return retry_error("the disk is gone");
  };
  EXPECT_FALSE(write_export(request_of(folder / "ws", "jsonl", folder / "out/cases.jsonl"), breaks));
  EXPECT_EQ(*read_file(folder / "out/cases.jsonl"), "old\n");
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder / "out")) ++files;
  EXPECT_EQ(files, 1u) << "no temporary file stays behind";
}

TEST(Exports, AFullDiskLeavesTheOldFile) {
  const test::TemporaryFolder folder;
  ASSERT_TRUE(cases::prepare_workspace(folder / "ws"));
  ASSERT_TRUE(write_file_atomically(folder / "cases.jsonl", "old\n"));
  const pid_t pid = fork();
  ASSERT_GE(pid, 0);
  if (pid == 0) {
    // Files may not grow past this: what a full disk does, without one.
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{200'000, 200'000};
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) _exit(2);
    const auto done = write_export(request_of(folder / "ws", "jsonl", folder / "cases.jsonl"),
                                   cases_from(std::vector<cases::DecidedCase>(300, test::confirmed_case(1))));
    _exit(!done && done.error().native == EFBIG ? 0 : 1);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(*read_file(folder / "cases.jsonl"), "old\n");
}

TEST(Exports, AReportOfACaseThatNoLongerStandsIsTakenAway) {
  const test::TemporaryFolder folder;
  ASSERT_TRUE(cases::prepare_workspace(folder / "ws"));
  ExportRequest request = request_of(folder / "ws", "xarf", folder / "out");
  request.options = test::export_options();
  const auto first = test::confirmed_case(1), second = test::confirmed_case(2);
  ASSERT_TRUE(write_export(request, cases_from(std::vector<cases::DecidedCase>{first, second})));
  ASSERT_TRUE(write_file_atomically(folder / "out/notes.json", "mine"));
  ASSERT_TRUE(write_export(request, cases_from(std::vector<cases::DecidedCase>{second})));
  EXPECT_FALSE(std::filesystem::exists(folder / ("out/" + first.record.id + ".json")));
  EXPECT_TRUE(std::filesystem::exists(folder / ("out/" + second.record.id + ".json")));
  EXPECT_TRUE(std::filesystem::exists(folder / "out/notes.json")) << "what others put there stays";
}

TEST(Exports, EveryFormatGivesTheSameBytesTwice) {
  const auto source = cases_from(std::vector<cases::DecidedCase>{test::confirmed_case(1), test::confirmed_case(2)});
  for (const Format& format : formats()) {
    const auto first = render(format, source, test::export_options()),
               second = render(format, source, test::export_options());
    ASSERT_TRUE(first && second) << format.name;
    ASSERT_EQ(first->files.size(), second->files.size()) << format.name;
    for (std::size_t i = 0; i < first->files.size(); ++i)
      EXPECT_EQ(first->files[i].bytes, second->files[i].bytes) << format.name;
  }
}

TEST(Manifest, FourProcessesLoseNoLine) {
  const test::TemporaryFolder folder;
  std::vector<pid_t> children;
  for (int child = 0; child < 4; ++child) {
    const pid_t pid = fork();
    ASSERT_GE(pid, 0);
    if (pid == 0) {
      ManifestLine line{"f", "s", 1, 1, 0, "csv", "", "anyone", "t", "a", "now"};
      bool good = true;
      for (int i = 0; good && i < 10; ++i) good = static_cast<bool>(append_manifest(folder.path(), {line}));
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
