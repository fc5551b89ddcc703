#include "media/sandbox.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <string>

namespace pantau::media {
namespace {

struct Outcome {
  int status = 0;
  std::string said;
  bool refused() const {
    return (WIFEXITED(status) && WEXITSTATUS(status) == 0) || (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
  }
};

// Runs the test worker, which locks itself down and then tries `what`.
Outcome try_after_lockdown(const std::string& what) {
  int ends[2];
  EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 3);
  posix_spawn_file_actions_addopen(&actions, 5, "/etc/passwd", O_RDONLY, 0);  // left behind on purpose
  std::string program = PANTAU_TEST_WORKER;
  std::string verb = "escape";
  std::string target = what;
  char* arguments[] = {program.data(), verb.data(), target.data(), nullptr};
  Outcome outcome;
  pid_t child = -1;
  EXPECT_EQ(posix_spawn(&child, program.c_str(), &actions, nullptr, arguments, environ), 0);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  char buffer[256];
  ssize_t got = 0;
  while ((got = read(ends[0], buffer, sizeof(buffer))) > 0) outcome.said.append(buffer, static_cast<std::size_t>(got));
  close(ends[0]);
  EXPECT_EQ(waitpid(child, &outcome.status, 0), child);
  return outcome;
}

class Escape : public testing::TestWithParam<const char*> {};

TEST_P(Escape, IsRefused) {
  const Outcome outcome = try_after_lockdown(GetParam());
  EXPECT_TRUE(outcome.refused()) << outcome.said << " status " << outcome.status;
}

INSTANTIATE_TEST_SUITE_P(Sandbox, Escape,
                         testing::Values("nothing", "open", "create", "socket", "unix-socket", "fork", "exec",
                                         "signal-parent", "executable-memory", "inherited"));

TEST(Sandbox, MemoryIsLimited) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers need their shadow memory: no memory limit in these builds";
#endif
  EXPECT_TRUE(try_after_lockdown("memory").refused());
}

TEST(Sandbox, ProbeNamesWhatTheKernelOffersAndWhatIsLost) {
  const SandboxFeatures found = probe_sandbox();
  ASSERT_FALSE(found.features.empty());
  for (const SandboxFeature& feature : found.features) {
    EXPECT_FALSE(feature.name.empty());
    EXPECT_FALSE(feature.consequence.empty());
  }
  const auto seccomp = std::find_if(found.features.begin(), found.features.end(),
                                    [](const SandboxFeature& f) { return f.name == "seccomp filters"; });
  ASSERT_NE(seccomp, found.features.end());
  EXPECT_TRUE(seccomp->required);
}

}  // namespace
}  // namespace pantau::media
