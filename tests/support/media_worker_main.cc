// The media worker alone, so that unit tests need not link the whole program. Started under the name of a defect
// ("hang", "crash" ...) it has that defect; with the argument "escape" it tries to leave its sandbox.
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "media/protocol.h"
#include "media/sandbox.h"
#include "media/worker_pool.h"

namespace {

using pantau::media::encode_message;
using pantau::media::MessageKind;

void say(std::string_view bytes) {
  [[maybe_unused]] const ssize_t sent = send(3, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

void wait_for_job() {
  char byte = 0;
  [[maybe_unused]] const ssize_t got = recv(3, &byte, 1, 0);
}

[[noreturn]] void misbehave(std::string_view how) {
  if (how == "mute") _exit(7);
  say(encode_message(MessageKind::ready, {}));
  wait_for_job();
  if (how == "crash") std::abort();
  if (how == "hang") {
    while (true) pause();
  }
  if (how == "garbage") say("this is not a message at all");
  if (how == "huge") {
    std::string header = encode_message(MessageKind::report, {});
    header[8] = header[9] = header[10] = header[11] = '\x7f';
    say(header);
  }
  if (how == "short") say(encode_message(MessageKind::report, "abc"));
  if (how == "wrong-kind") say(encode_message(MessageKind::ready, {}));
  pause();
  _exit(0);
}

int refused(bool refusal, const char* what) {
  if (refusal) return 0;
  std::string line = std::string("possible: ") + what + "\n";
  say(line);
  return 1;
}

// Exit code 0: everything that was tried after lockdown was refused.
int try_to_escape(std::string_view what) {
  pantau::media::SandboxLimits limits;
  limits.memory_bytes = std::uint64_t{256} << 20;
  if (const auto closed = pantau::media::enter_sandbox(limits); !closed) {
    say(closed.error().detail);
    _exit(9);
  }
  if (what == "nothing") _exit(0);
  if (what == "open") _exit(refused(open("/etc/passwd", O_RDONLY) < 0, "open"));
  if (what == "create") _exit(refused(open("/tmp/pantau-escape", O_CREAT | O_WRONLY, 0600) < 0, "create"));
  if (what == "socket") _exit(refused(socket(AF_INET, SOCK_STREAM, 0) < 0, "socket"));
  if (what == "unix-socket") _exit(refused(socket(AF_UNIX, SOCK_STREAM, 0) < 0, "socket"));
  if (what == "fork") {
    const pid_t child = fork();
    if (child == 0) _exit(0);
    _exit(refused(child < 0, "fork"));
  }
  if (what == "exec") {
    execl("/bin/true", "true", nullptr);
    _exit(0);
  }
  if (what == "signal-parent") _exit(refused(kill(getppid(), 0) < 0, "kill"));
  if (what == "executable-memory") {
    _exit(
        refused(mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED, "mmap"));
  }
  if (what == "memory") {
    void* much = mmap(nullptr, std::size_t{1} << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    _exit(refused(much == MAP_FAILED, "mmap"));
  }
  if (what == "inherited") _exit(refused(fcntl(5, F_GETFD) < 0, "descriptor"));
  _exit(8);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && std::string_view(argv[1]) == "escape") return try_to_escape(argv[2]);
  const std::string_view path = argv[0];
  const std::string_view name = path.substr(path.rfind('/') + 1);
  for (const std::string_view defect : {"mute", "crash", "hang", "garbage", "huge", "short", "wrong-kind"}) {
    if (name == defect) misbehave(defect);
  }
  return pantau::media::media_worker_main(argc, argv);
}
