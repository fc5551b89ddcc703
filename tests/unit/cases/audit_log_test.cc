#include "cases/evidence/audit_log.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

#include "base/digest.h"
#include "tests/support/sample_case.h"

namespace pantau::cases {
namespace {

std::string slurp(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream out;
  out << file.rdbuf();
  return out.str();
}

void spill(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += line + "\n";
  return out;
}

class Audit : public ::testing::Test {
 protected:
  void write(int entries) {
    auto log = AuditLog::open(folder_.path());
    ASSERT_TRUE(log) << log.error().detail;
    for (int i = 0; i < entries; ++i) {
      ASSERT_TRUE(log->append("aisyah", "case.confirm", "c-" + std::to_string(i),
                              {{"why", "ujian \"dua\"\n安华"}, {"score", 0.92}, {"n", i}}));
    }
  }
  AuditLog::Check check() {
    auto result = AuditLog::verify(folder_.path());
    EXPECT_TRUE(result) << (result ? "" : result.error().detail);
    return result ? *result : AuditLog::Check{};
  }
  std::string problem_after(const std::vector<std::string>& lines) {
    spill(file(), joined(lines));
    const AuditLog::Check found = check();
    EXPECT_FALSE(found.intact);
    return found.problem;
  }
  std::string file() const { return folder_ / "audit.log"; }

  test::TemporaryFolder folder_;
};

TEST_F(Audit, EachLineCarriesTheDigestOfTheLineBefore) {
  write(3);
  const auto lines = lines_of(slurp(file()));
  ASSERT_EQ(lines.size(), 3u);
  std::string previous(64, '0');
  for (std::size_t i = 0; i < lines.size(); ++i) {
    boost::json::object entry = boost::json::parse(lines[i]).as_object();
    EXPECT_EQ(canonical_json(entry), lines[i]);
    EXPECT_EQ(entry.at("seq").as_int64(), static_cast<std::int64_t>(i));
    EXPECT_EQ(entry.at("prev").as_string(), previous);
    previous = std::string(entry.at("hash").as_string());
    entry.erase("hash");
    EXPECT_EQ(sha256_hex(std::string(1, '\0') + canonical_json(entry)), previous);
  }
  const AuditLog::Check found = check();
  EXPECT_TRUE(found.intact) << found.problem;
  EXPECT_EQ(found.entries, 3u);
  EXPECT_EQ(found.head, previous);
}

TEST_F(Audit, EveryKindOfChangeIsNamedWithItsLine) {
  write(5);
  const auto good = lines_of(slurp(file()));

  auto edited = good;
  edited[2].replace(edited[2].find("c-2"), 3, "c-9");
  EXPECT_EQ(problem_after(edited),
            "line 3: the content does not match its digest: the entry was changed after it was written");

  auto removed = good;
  removed.erase(removed.begin() + 2);
  EXPECT_EQ(problem_after(removed), "line 3 is entry 3 where entry 2 is due: one entry is missing before it");

  auto first_removed = good;
  first_removed.erase(first_removed.begin(), first_removed.begin() + 2);
  EXPECT_EQ(problem_after(first_removed), "line 1 is entry 2 where entry 0 is due: 2 entries are missing before it");

  auto swapped = good;
  std::swap(swapped[1], swapped[2]);
  EXPECT_NE(problem_after(swapped).find("line 2 is entry 2 where entry 1 is due"), std::string::npos);

  auto repeated = good;
  repeated.insert(repeated.begin() + 3, repeated[2]);
  EXPECT_EQ(problem_after(repeated),
            "line 4 is entry 2 where entry 3 is due: an entry was repeated, inserted or moved");

  // Somebody who knows the format recomputes the digest of the entry that he changed: the next line betrays it.
  auto forged = good;
  boost::json::object entry = boost::json::parse(forged[2]).as_object();
  entry["actor"] = "somebody-else";
  entry.erase("hash");
  entry["hash"] = sha256_hex(std::string(1, '\0') + canonical_json(entry));
  forged[2] = canonical_json(entry);
  EXPECT_EQ(problem_after(forged), "line 4 does not follow line 3: the entries before it were replaced");

  auto spaced = good;
  spaced[1].insert(1, " ");
  EXPECT_EQ(problem_after(spaced), "line 2 is not in canonical form: it was written again by something else");

  auto added_key = good;
  boost::json::object more = boost::json::parse(added_key[1]).as_object();
  more["zzz"] = 1;
  added_key[1] = canonical_json(more);
  EXPECT_EQ(problem_after(added_key), "line 2 has a key too many: the entry was changed");

  auto lost_key = good;
  boost::json::object fewer = boost::json::parse(lost_key[1]).as_object();
  fewer.erase("actor");
  lost_key[1] = canonical_json(fewer);
  EXPECT_EQ(problem_after(lost_key), "line 2 has no \"actor\": the entry was changed");

  auto garbage = good;
  garbage[4] = "garbage";
  EXPECT_EQ(problem_after(garbage), "line 5 is not a JSON object: it was damaged or written by something else");

  spill(file(), joined(good));
  EXPECT_TRUE(check().intact);
}

TEST_F(Audit, CuttingOffTheEndShowsInTheHead) {
  write(3);
  const AuditLog::Check before = check();
  auto lines = lines_of(slurp(file()));
  lines.pop_back();
  spill(file(), joined(lines));
  const AuditLog::Check after = check();
  EXPECT_TRUE(after.intact) << "the chain alone cannot know";
  EXPECT_NE(after.head, before.head);
  EXPECT_EQ(after.entries, 2u);
}

TEST_F(Audit, AMissingLogIsSaid) {
  EXPECT_NE(check().problem.find("there is no audit.log"), std::string::npos);
}

TEST_F(Audit, ATornLastLineIsMovedAsideAndNoted) {
  write(2);
  const std::string whole = slurp(file());
  spill(file(), whole + whole.substr(0, 100));
  EXPECT_NE(check().problem.find("torn"), std::string::npos);
  write(1);
  const AuditLog::Check found = check();
  EXPECT_TRUE(found.intact) << found.problem;
  EXPECT_EQ(found.entries, 4u) << "two before, the note, one more";
  const auto lines = lines_of(slurp(file()));
  const boost::json::object note = boost::json::parse(lines[2]).as_object();
  EXPECT_EQ(note.at("action").as_string(), "log.mend");
  const std::string aside(note.at("detail").at("file").as_string());
  EXPECT_EQ(aside.rfind("audit.log.torn-", 0), 0u);
  EXPECT_EQ(slurp(folder_ / aside), whole.substr(0, 100));
  EXPECT_EQ(note.at("detail").at("sha256").as_string(), sha256_hex(whole.substr(0, 100)));
}

TEST_F(Audit, ALogThatBeginsWithATornLineStartsOver) {
  spill(file(), "{\"action\":\"swe");
  write(1);
  EXPECT_TRUE(check().intact);
  EXPECT_EQ(check().entries, 2u);
}

TEST_F(Audit, AForeignLastLineRefusesAppends) {
  write(1);
  spill(file(), slurp(file()) + "hello\n");
  const auto log = AuditLog::open(folder_.path());
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().code, ErrorCode::tell_operator);
}

TEST_F(Audit, LongEntriesAndHostileTextsAreWholeLines) {
  auto log = AuditLog::open(folder_.path());
  ASSERT_TRUE(log);
  const std::string nasty("a\0b\n\xff\"\\", 8);
  ASSERT_TRUE(log->append("x", "y", nasty, {{"long", std::string(300'000, 'z')}, {"bad", nasty}}));
  ASSERT_TRUE(log->append("x", "y", "after", {}));
  const AuditLog::Check found = check();
  EXPECT_TRUE(found.intact) << found.problem;
  EXPECT_EQ(found.entries, 2u);
}

TEST_F(Audit, FourProcessesAndFourThreadsAppendOneChain) {
  write(1);
  constexpr int kEach = 40;
  std::vector<pid_t> children;
  for (int child = 0; child < 4; ++child) {
    const pid_t pid = fork();
    ASSERT_GE(pid, 0);
    if (pid == 0) {
      auto log = AuditLog::open(folder_.path());
      bool good = static_cast<bool>(log);
      for (int i = 0; good && i < kEach; ++i)
        good = static_cast<bool>(log->append("p" + std::to_string(child), "t", std::to_string(i), {}));
      _exit(good ? 0 : 1);
    }
    children.push_back(pid);
  }
  for (const pid_t pid : children) {
    int status = 0;
    ASSERT_EQ(waitpid(pid, &status, 0), pid);
    EXPECT_EQ(status, 0);
  }
  auto shared = AuditLog::open(folder_.path());
  ASSERT_TRUE(shared);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kEach; ++i) EXPECT_TRUE(shared->append("thread", "t", "o", {}));
    });
  }
  for (std::thread& thread : threads) thread.join();
  const AuditLog::Check found = check();
  EXPECT_TRUE(found.intact) << found.problem;
  EXPECT_EQ(found.entries, 1u + 8 * kEach);
}

TEST_F(Audit, TheReferenceCheckerAgrees) {
  const char* shared = std::getenv("PANTAU_SHARED");
  if (shared == nullptr) GTEST_SKIP() << "PANTAU_SHARED is not set";
  write(4);
  const std::string command =
      std::string("/usr/bin/python3 ") + shared + "/facts/exports/validate.py -q -k audit " + file() + " >&2";
  EXPECT_EQ(std::system(command.c_str()), 0);
}

}  // namespace
}  // namespace pantau::cases
