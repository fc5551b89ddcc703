#include "media/worker_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <ctime>

namespace pantau::media {
namespace {

struct FileActions {
  posix_spawn_file_actions_t actions;
  FileActions() { posix_spawn_file_actions_init(&actions); }
  ~FileActions() { posix_spawn_file_actions_destroy(&actions); }
};

struct Attributes {
  posix_spawnattr_t attributes;
  Attributes() { posix_spawnattr_init(&attributes); }
  ~Attributes() { posix_spawnattr_destroy(&attributes); }
};

// Nothing of the parent's environment (which may hold keys) but what the loader and sanitizers need. One OpenMP thread:
// Tesseract's own threads make a full machine many times slower.
std::vector<std::string> clean_environment() {
  std::vector<std::string> environment = {"OMP_THREAD_LIMIT=1", "LC_ALL=C.UTF-8", "PATH=/usr/bin:/bin"};
  for (const char* name : {"LD_LIBRARY_PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS"}) {
    if (const char* value = std::getenv(name)) environment.push_back(fmt::format("{}={}", name, value));
  }
  return environment;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  out.reserve(texts.size() + 1);
  for (std::string& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

}  // namespace

WorkerProcess::WorkerProcess(boost::asio::any_io_executor executor, pid_t pid)
    : socket_(std::move(executor)), pid_(pid) {}

Result<std::unique_ptr<WorkerProcess>> WorkerProcess::start(boost::asio::any_io_executor executor,
                                                            const std::string& program,
                                                            const std::vector<std::string>& arguments) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return operator_error(fmt::format("no socket for a media worker: {}", std::strerror(errno)), errno);
  }
  std::vector<std::string> words = {program, "media-worker"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> environment = clean_environment();
  std::vector<char*> argv = pointers(words);
  std::vector<char*> envp = pointers(environment);
  FileActions files;
  posix_spawn_file_actions_adddup2(&files.actions, ends[1], 3);
  posix_spawn_file_actions_addopen(&files.actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files.actions, 1, "/dev/null", O_WRONLY, 0);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  // Libraries print what hostile files make them print; sanitizer builds keep it for their reports.
  posix_spawn_file_actions_addopen(&files.actions, 2, "/dev/null", O_WRONLY, 0);
#endif
  posix_spawn_file_actions_addclosefrom_np(&files.actions, 4);
  Attributes attributes;
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes.attributes, &none);
  posix_spawnattr_setsigdefault(&attributes.attributes, &all);
  posix_spawnattr_setflags(&attributes.attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  pid_t pid = -1;
  const int failed =
      posix_spawn(&pid, program.c_str(), &files.actions, &attributes.attributes, argv.data(), envp.data());
  close(ends[1]);
  if (failed != 0) {
    close(ends[0]);
    return operator_error(fmt::format("cannot start a media worker: {}: {}", program, std::strerror(failed)), failed);
  }
  std::unique_ptr<WorkerProcess> worker(new WorkerProcess(std::move(executor), pid));
  boost::system::error_code error;
  worker->socket_.assign(boost::asio::local::stream_protocol(), ends[0], error);
  if (error) {
    close(ends[0]);
    return operator_error(fmt::format("cannot talk to a media worker: {}", error.message()), error.value());
  }
  worker->socket_.non_blocking(true, error);
  return worker;
}

WorkerProcess::~WorkerProcess() {
  reap();
}

void WorkerProcess::kill() {
  if (pid_ > 0) ::kill(pid_, SIGKILL);
}

std::string WorkerProcess::reap() {
  if (pid_ <= 0) return {};
  // A worker that has ended by itself is a zombie by now: the signal then changes nothing and the status is its own.
  ::kill(pid_, SIGKILL);
  int status = 0;
  pid_t done = 0;
  do {
    done = waitpid(pid_, &status, 0);
  } while (done < 0 && errno == EINTR);
  pid_ = -1;
  if (done < 0) return "it ended";
  if (WIFEXITED(status)) return fmt::format("it ended with exit code {}", WEXITSTATUS(status));
  const int signal = WTERMSIG(status);
  if (signal == SIGXCPU) return "it used more processor time than allowed";
  if (signal == SIGSYS) return "it tried something that the sandbox forbids";
  if (signal == SIGKILL) return "it was killed";
  return fmt::format("it crashed ({})", strsignal(signal));
}

double WorkerProcess::cpu_s() const {
  clockid_t clock{};
  timespec used{};
  if (pid_ <= 0 || clock_getcpuclockid(pid_, &clock) != 0 || clock_gettime(clock, &used) != 0) return 0;
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

void WorkerProcess::limit_cpu(std::chrono::seconds more) {
  if (pid_ <= 0) return;
  rlimit limit{};
  if (prlimit(pid_, RLIMIT_CPU, nullptr, &limit) != 0) return;
  // Only the soft limit: a lowered hard limit could not be raised for the next medium. SIGXCPU ends the worker either
  // way.
  const rlim_t wanted = static_cast<rlim_t>(std::ceil(cpu_s())) + static_cast<rlim_t>(more.count()) + 1;
  limit.rlim_cur = limit.rlim_max == RLIM_INFINITY ? wanted : std::min(wanted, limit.rlim_max);
  prlimit(pid_, RLIMIT_CPU, &limit, nullptr);
}

}  // namespace pantau::media
