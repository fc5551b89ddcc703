#pragma once
// Runs a program for a test: arguments, environment, output captured, an optional kill -9 after some time. Blocks.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace pantau::test {

struct ProgramResult {
  int exit_code = -1;  // 128 + signal when killed
  std::string out, err;
};

inline std::string slurp(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// kill_after zero: let it end by itself.
inline ProgramResult run_program(const std::vector<std::string>& arguments, std::chrono::milliseconds kill_after = {}) {
  const std::filesystem::path base = std::filesystem::temp_directory_path() /
                                     ("pantau-run-" + std::to_string(getpid()) + "-" + std::to_string(rand()));
  const std::string out = base.string() + ".out", err = base.string() + ".err";
  const pid_t child = fork();
  if (child == 0) {
    setpgid(0, 0);
    dup2(open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDOUT_FILENO);
    dup2(open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDERR_FILENO);
    std::vector<char*> argv;
    for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    execv(argv[0], argv.data());
    _exit(127);
  }
  int status = 0;
  if (kill_after.count() > 0) {
    const auto until = std::chrono::steady_clock::now() + kill_after;
    bool ended = false;
    while (!ended && std::chrono::steady_clock::now() < until) {
      ended = waitpid(child, &status, WNOHANG) == child;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    if (!ended) {
      kill(-child, SIGKILL);
      waitpid(child, &status, 0);
    }
  } else {
    waitpid(child, &status, 0);
  }
  ProgramResult result;
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  result.out = slurp(out);
  result.err = slurp(err);
  std::filesystem::remove(out);
  std::filesystem::remove(err);
  return result;
}

// A folder of its own for a test, removed at the end.
class Scratch {
 public:
  explicit Scratch(const std::string& name)
      : path_(std::filesystem::temp_directory_path() / ("pantau-" + name + "-" + std::to_string(getpid()))) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path write(const std::string& name, const std::string& bytes) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << bytes;
    return path_ / name;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace pantau::test
