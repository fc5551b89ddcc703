// Machines that lack something: language data, a place to write, room on the disk. Each is told with its remedy, and
// nothing that was found is lost. Some tests need root (to mount a small disk, to be somebody else) and say so when
// they skip.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <zlib.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <random>

#include "cases/evidence/audit_log.h"
#include "config/embedded_files.h"
#include "tests/support/sweep_run.h"
#include "tests/support/test_server.h"

namespace pantau {
namespace {

using test::counted;
using test::ProgramResult;
using test::run_pantau;
using test::Scratch;
using test::ServerReply;
using test::ServerRequest;
using test::TestServer;
using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

using test::sweep_of;

std::string configuration(const std::string& workspace, int port, const std::string& media, const std::string& sweeps) {
  test::SweepConfiguration made;
  made.workspace = workspace;
  made.sweeps = sweeps;
  made.connect_to = test::all_to(port);
  made.media = media;
  return made.text();
}

TEST(MissingLanguages, CostOnlyTheTextInPicturesAndSaySo) {
  const auto jpeg = config::embedded_file("demo/hosts/cdn.adnira.example/c/cabutan-tower.jpg");
  ASSERT_TRUE(jpeg);
  TestServer server([&](const ServerRequest& request) -> ServerReply {
    if (request.target == "/robots.txt") return test::status(404);
    if (request.target != "/picture.jpg") {
      return test::page(std::string(test::kFakeBankPage) + "<img src=\"/picture.jpg\">");
    }
    ServerReply reply;
    reply.headers = {{"Content-Type", "image/jpeg"}};
    reply.body = std::string(*jpeg);
    return reply;
  });
  Scratch scratch("missing-languages");
  scratch.write("watchlist.yaml", test::kBankWatchlist);
  scratch.write("urls.txt", "http://healthy.example/\n");
  const std::string file = scratch
                               .write("pantau.yaml", configuration("./workspace", server.port(),
                                                                   "{workers: 1, ocr_languages: [xyz, qq_tra]}",
                                                                   sweep_of("town", "urls.txt")))
                               .string();
  const ProgramResult checked = run_pantau({"check", "-c", file});
  EXPECT_EQ(checked.exit_code, 2) << checked.err;
  EXPECT_THAT(checked.out,
              AllOf(HasSubstr("the language xyz is not installed, so text in it is not read"),
                    HasSubstr("apt-get install tesseract-ocr-xyz"), HasSubstr("apt-get install tesseract-ocr-qq-tra"),
                    HasSubstr("pictures and videos are kept and fingerprinted only"), HasSubstr("2 problems.")));

  const ProgramResult swept = run_pantau({"sweep", "-c", file, "--json"});
  ASSERT_EQ(swept.exit_code, 0) << swept.err;
  const std::string told =
      "text in pictures and videos is not read at all: not installed: xyz, qq_tra (apt-get install "
      "tesseract-ocr-xyz tesseract-ocr-qq-tra";
  EXPECT_THAT(swept.err, HasSubstr(told));
  EXPECT_THAT(test::slurp(scratch.path() / "workspace" / "reports" / "town.html"), HasSubstr(told));
  const auto summary = test::summary_of(swept);
  EXPECT_EQ(counted(summary, "cases", "flag"), 1) << swept.out;
  EXPECT_EQ(counted(summary, "media", "done"), 1) << "looked at and fingerprinted: " << swept.out;

  const std::string picture = scratch.write("picture.jpg", std::string(*jpeg)).string();
  const ProgramResult scanned = run_pantau({"scan", "-c", file, picture});
  EXPECT_EQ(scanned.exit_code, 0) << scanned.out << scanned.err;
  EXPECT_THAT(scanned.err, HasSubstr(told));
}

class BadWorkspace : public testing::Test {
 protected:
  BadWorkspace() : scratch_("bad-workspace") {
    scratch_.write("watchlist.yaml", test::kBankWatchlist);
    scratch_.write("urls.txt", "http://a.example/\n");
  }

  void unusable(const std::string& workspace, const testing::Matcher<std::string>& words,
                const std::vector<std::string>& run_as = {}) {
    const std::string file =
        scratch_.write("pantau.yaml", configuration(workspace, 1, "{enabled: false}", sweep_of("town", "urls.txt")))
            .string();
    for (const char* command : {"check", "sweep"}) {
      std::vector<std::string> arguments = run_as;
      for (const std::string& each : {test::kProgram, std::string(command), std::string("-c"), file}) {
        arguments.push_back(each);
      }
      const ProgramResult ran = test::run_program(arguments, test::kHangs);
      EXPECT_EQ(ran.exit_code, 2) << command << "\n" << ran.out << ran.err;
      EXPECT_THAT(ran.out + ran.err, AllOf(HasSubstr("the workspace cannot be used: "), words)) << command;
      EXPECT_THAT(ran.out, Not(HasSubstr("Ready.")));
    }
  }

  Scratch scratch_;
};

TEST_F(BadWorkspace, UnderAPlainFileOrWhereNoFoldersAreMade) {
  unusable("urls.txt/workspace",
           AllOf(HasSubstr("urls.txt/workspace: Not a directory"), HasSubstr("move it or choose")));
  unusable("urls.txt", AllOf(HasSubstr("urls.txt: Not a directory"), HasSubstr("move it or choose another workspace")));
  unusable("/proc/pantau/workspace", AllOf(HasSubstr("/proc/pantau"), HasSubstr("choose another workspace")));
}

TEST_F(BadWorkspace, WhereThisUserMayNotWrite) {
  std::vector<std::string> run_as;
  if (geteuid() == 0) {
    run_as = {"/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"};
    std::vector<std::string> trial = run_as;
    trial.insert(trial.end(), {test::kProgram, "--version"});
    const ProgramResult tried = test::run_program(trial);
    if (tried.exit_code != 0) GTEST_SKIP() << "root cannot run the program as another user: " << tried.err;
  }
  const std::filesystem::path closed = scratch_.path() / "closed";
  std::filesystem::create_directories(closed);
  ASSERT_EQ(chmod(scratch_.path().c_str(), 0755), 0);
  ASSERT_EQ(chmod(closed.c_str(), 0555), 0);
  unusable("closed/workspace",
           AllOf(HasSubstr("closed/workspace: Permission denied"), HasSubstr("this user may not write there")), run_as);
  ASSERT_EQ(chmod(closed.c_str(), 0755), 0);
}

// A disk of its own for this process, gone with it.
class SmallDisk {
 public:
  SmallDisk(std::filesystem::path where, const std::string& size) : where_(std::move(where)) {
    std::filesystem::create_directories(where_);
    if (unshare(CLONE_NEWNS) != 0 || mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        mount("none", where_.c_str(), "tmpfs", 0, ("size=" + size).c_str()) != 0) {
      why_ = std::strerror(errno);
    }
  }
  ~SmallDisk() {
    if (why_.empty()) umount2(where_.c_str(), MNT_DETACH);
  }
  const std::string& why() const { return why_; }  // empty: it is there
  bool grow(const std::string& size) {
    return mount("none", where_.c_str(), nullptr, MS_REMOUNT, ("size=" + size).c_str()) == 0;
  }

 private:
  std::filesystem::path where_;
  std::string why_;
};

// Whether a gzip file is whole to its last member.
bool intact_gzip(const std::filesystem::path& file) {
  gzFile in = gzopen(file.c_str(), "rb");
  if (in == nullptr) return false;
  std::string buffer(1 << 16, '\0');
  int got = 0;
  while ((got = gzread(in, buffer.data(), static_cast<unsigned>(buffer.size()))) > 0) {
  }
  return gzclose(in) == Z_OK && got == 0;
}

TEST(FullDisk, EndsTheSweepWithTheRemedyLosesNothingAndIsResumed) {
  constexpr int kLeads = 60;
  Scratch scratch("full-disk");
  SmallDisk disk(scratch.path() / "disk", "5m");
  if (!disk.why().empty()) GTEST_SKIP() << "no small disk can be mounted here (root is needed): " << disk.why();

  std::string noise(150'000, '\0');  // no compressor shrinks it
  std::mt19937 random(7);
  for (char& c : noise) c = static_cast<char>('a' + random() % 26);
  TestServer server([&](const ServerRequest& request) -> ServerReply {
    if (request.target == "/robots.txt") return test::status(404);
    return test::page(test::kFakeBankPage + ("<!--" + request.header("Host") + noise) + "-->");
  });
  scratch.write("watchlist.yaml", test::kBankWatchlist);
  scratch.write("first.txt", "http://first.example/\n");
  std::string list;
  for (int i = 0; i < kLeads; ++i) list += "http://lead-" + std::to_string(i) + ".example/\n";
  scratch.write("many.txt", list);
  const std::string file =
      scratch
          .write("pantau.yaml", configuration("./disk/workspace", server.port(), "{enabled: false}",
                                              sweep_of("before", "first.txt") + sweep_of("town", "many.txt")))
          .string();
  const std::filesystem::path workspace = scratch.path() / "disk" / "workspace";
  const auto listed = [&](const std::string& band) {
    const ProgramResult ran =
        run_pantau({"cases", "list", "--workspace", workspace.string(), "--band", band, "--json"});
    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    return std::pair<int, std::string>(static_cast<int>(std::count(ran.out.begin(), ran.out.end(), '\n')), ran.out);
  };

  ASSERT_EQ(run_pantau({"sweep", "-c", file, "--name", "before", "--json"}).exit_code, 0);
  ASSERT_THAT(listed("flag").second, HasSubstr("first.example"));

  const ProgramResult filled = run_pantau({"sweep", "-c", file, "--name", "town", "--json"});
  EXPECT_EQ(filled.exit_code, 1) << filled.err;
  EXPECT_EQ(filled.out, "") << "no summary of a sweep that did not finish";
  EXPECT_THAT(filled.err, AllOf(AnyOf(HasSubstr("No space left on device"), HasSubstr("the disk is full")),
                                HasSubstr("what was found until then is kept in " + workspace.string()),
                                HasSubstr("free some space"), HasSubstr("--resume")));
  EXPECT_THAT(listed("flag").second, HasSubstr("first.example")) << "the store opens on the full disk";
  const ProgramResult again = run_pantau({"sweep", "-c", file, "--name", "town", "--resume", "--json"});
  EXPECT_EQ(again.exit_code, 1) << again.err;
  EXPECT_THAT(again.err, AllOf(HasSubstr("the disk is full"), HasSubstr("free some space")));

  ASSERT_TRUE(disk.grow("64m")) << std::strerror(errno);
  const std::size_t asked = server.requests().size();
  const ProgramResult resumed = run_pantau({"sweep", "-c", file, "--name", "town", "--resume", "--json"});
  ASSERT_EQ(resumed.exit_code, 0) << resumed.err;
  EXPECT_EQ(counted(test::summary_of(resumed), "leads", "done"), kLeads) << resumed.out;
  EXPECT_EQ(counted(test::summary_of(resumed), "cases", "flag"), kLeads) << resumed.out;
  EXPECT_LT(server.requests().size() - asked, static_cast<std::size_t>(kLeads)) << "what was kept is not fetched again";
  EXPECT_EQ(listed("flag").first, kLeads + 1);
  const auto audit = cases::AuditLog::verify(workspace.string());
  ASSERT_TRUE(audit);
  EXPECT_TRUE(audit->intact) << audit->problem;
  int archives = 0;
  for (const auto& entry : std::filesystem::directory_iterator(workspace / "warc")) {
    EXPECT_TRUE(intact_gzip(entry.path())) << entry.path();
    ++archives;
  }
  EXPECT_EQ(archives, 3) << "of the sweep before, of the one that broke off, and of its end";
}

}  // namespace
}  // namespace pantau
