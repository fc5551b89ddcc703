#include "media/sandbox.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PANTAU_UNDER_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define PANTAU_UNDER_SANITIZER 1
#endif
#endif

namespace pantau::media {
namespace {

// Landlock's numbers, from the kernel's userspace API documentation. Debian 12's headers stop at ABI 2, the running
// kernel may know more, so they are written out here.
constexpr long kLandlockCreateRuleset = 444;
constexpr long kLandlockRestrictSelf = 446;
constexpr std::uint32_t kLandlockVersionFlag = 1;

struct LandlockRuleset {
  std::uint64_t handled_access_fs = 0;
  std::uint64_t handled_access_net = 0;  // since ABI 4
  std::uint64_t scoped = 0;              // since ABI 6
};

struct LandlockLevel {
  int abi;
  std::uint64_t file_system;
  std::uint64_t network;
  std::uint64_t scoped;
  std::size_t size;
};

constexpr std::uint64_t bits(int count) {
  return (std::uint64_t{1} << count) - 1;
}

// Every right that the ABI can handle is handled, and no rule gives any of them back.
constexpr LandlockLevel kLandlockLevels[] = {
    {1, bits(13), 0, 0, 8},               // execute ... make_sym
    {2, bits(14), 0, 0, 8},               // + refer
    {3, bits(15), 0, 0, 8},               // + truncate
    {4, bits(15), bits(2), 0, 16},        // + TCP bind and connect
    {5, bits(16), bits(2), 0, 16},        // + ioctl on devices
    {6, bits(16), bits(2), bits(2), 24},  // + abstract Unix sockets and signals to outside
};

int landlock_abi() {
  const long abi = syscall(kLandlockCreateRuleset, nullptr, 0, kLandlockVersionFlag);
  return abi > 0 ? static_cast<int>(abi) : 0;
}

Error failed(const char* what) {
  return operator_error(fmt::format("the media worker cannot lock itself down: {}: {}", what, std::strerror(errno)),
                        errno);
}

Result<void> close_landlock() {
  const int abi = landlock_abi();
  if (abi == 0) return {};  // an old kernel: seccomp refuses the same calls
  const LandlockLevel* level = &kLandlockLevels[0];
  for (const LandlockLevel& candidate : kLandlockLevels) {
    if (candidate.abi <= abi) level = &candidate;
  }
  LandlockRuleset ruleset;
  ruleset.handled_access_fs = level->file_system;
  ruleset.handled_access_net = level->network;
  ruleset.scoped = level->scoped;
  const int descriptor = static_cast<int>(syscall(kLandlockCreateRuleset, &ruleset, level->size, 0));
  if (descriptor < 0) return failed("Landlock ruleset");
  const long restricted = syscall(kLandlockRestrictSelf, descriptor, 0);
  const int error = errno;
  close(descriptor);
  errno = error;
  if (restricted != 0) return failed("Landlock");
  return {};
}

struct FilterDeleter {
  void operator()(void* filter) const { seccomp_release(filter); }
};

// What computing needs. Everything else gives EPERM, so that a library which asks for a file or a thread gets a "no"
// that it can live with; what only an intruder asks for ends the process.
constexpr int kAllowed[] = {
    SCMP_SYS(brk),           SCMP_SYS(munmap),       SCMP_SYS(mremap),       SCMP_SYS(madvise),
    SCMP_SYS(close),         SCMP_SYS(lseek),        SCMP_SYS(futex),        SCMP_SYS(sched_yield),
    SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(clock_getres), SCMP_SYS(getrusage),
    SCMP_SYS(times),         SCMP_SYS(time),         SCMP_SYS(getpid),       SCMP_SYS(gettid),
    SCMP_SYS(rt_sigreturn),  SCMP_SYS(sigaltstack),  SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(getrandom),     SCMP_SYS(exit),         SCMP_SYS(exit_group),   SCMP_SYS(restart_syscall),
    SCMP_SYS(poll),          SCMP_SYS(ppoll),        SCMP_SYS(nanosleep),    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(membarrier),    SCMP_SYS(rseq),
};
constexpr int kFatal[] = {
    SCMP_SYS(execve),
    SCMP_SYS(execveat),
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(bpf),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(keyctl),
    SCMP_SYS(add_key),
    SCMP_SYS(request_key),
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(pivot_root),
    SCMP_SYS(unshare),
    SCMP_SYS(setns),
    SCMP_SYS(init_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(kexec_load),
    SCMP_SYS(connect),
    SCMP_SYS(bind),
    SCMP_SYS(listen),
    SCMP_SYS(pidfd_getfd),
};

Result<void> close_seccomp(int socket) {
  std::unique_ptr<void, FilterDeleter> filter(seccomp_init(SCMP_ACT_ERRNO(EPERM)));
  if (!filter) return failed("seccomp filter");
  int bad = seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_TSYNC, 1);
  for (const int call : kAllowed) bad |= seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, call, 0);
  for (const int call : kFatal) bad |= seccomp_rule_add(filter.get(), SCMP_ACT_KILL_PROCESS, call, 0);
  // Talking: to the parent only. Standard error is /dev/null or, in sanitizer builds, where reports go.
  for (const int call :
       {SCMP_SYS(recvmsg), SCMP_SYS(sendmsg), SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(recvfrom), SCMP_SYS(sendto)}) {
    bad |= seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, call, 1,
                            SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(socket), 0));
  }
  bad |= seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, SCMP_SYS(write), 1, SCMP_A0(SCMP_CMP_EQ, 2, 0));
  // Memory: never executable, so that a hole cannot bring its own code.
  for (const int call : {SCMP_SYS(mmap), SCMP_SYS(mprotect)}) {
    bad |= seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, call, 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
  }
  // abort() raises a signal in its own thread group.
  bad |= seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
                          SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(getpid()), 0));
  if (bad != 0) return operator_error("the media worker cannot lock itself down: a seccomp rule was refused");
  const int loaded = seccomp_load(filter.get());
  if (loaded != 0) {
    errno = -loaded;
    return failed("seccomp");
  }
  return {};
}

bool limit(__rlimit_resource resource, std::uint64_t value) {
  rlimit wanted{};
  wanted.rlim_cur = value;
  wanted.rlim_max = value;
  return setrlimit(resource, &wanted) == 0;
}

Result<void> set_limits(const SandboxLimits& limits) {
#ifndef PANTAU_UNDER_SANITIZER
  // RLIMIT_DATA counts private writable memory; RLIMIT_AS also catches shared anonymous mappings. The difference leaves
  // room for the mapped medium (crawler.max_body_mb), program text and language data.
  constexpr std::uint64_t kMappedRoom = std::uint64_t{3} << 30;
  if (!limit(RLIMIT_DATA, limits.memory_bytes) || !limit(RLIMIT_AS, limits.memory_bytes + kMappedRoom)) {
    return failed("memory limit");
  }
#endif
  // 0, 1, 2, the socket, and one medium at a time.
  if (!limit(RLIMIT_NOFILE, static_cast<std::uint64_t>(limits.socket) + 2) || !limit(RLIMIT_CORE, 0) ||
      !limit(RLIMIT_FSIZE, 0) || !limit(RLIMIT_MEMLOCK, 0)) {
    return failed("resource limits");
  }
  return {};
}

}  // namespace

Result<void> enter_sandbox(const SandboxLimits& limits) {
  if (close_range(static_cast<unsigned>(limits.socket) + 1, ~0u, 0) != 0) {
    for (int descriptor = limits.socket + 1; descriptor < 65536; ++descriptor) close(descriptor);
  }
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return failed("PR_SET_DUMPABLE");
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return failed("no_new_privs");
  if (auto done = close_landlock(); !done) return done;
  if (auto done = set_limits(limits); !done) return done;
  return close_seccomp(limits.socket);
}

SandboxFeatures probe_sandbox() {
  SandboxFeatures found;
  found.landlock_abi = landlock_abi();
  const int abi = found.landlock_abi;
  std::uint32_t kill_process = SECCOMP_RET_KILL_PROCESS;
  const bool seccomp = syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &kill_process) == 0;
  found.features.push_back({"seccomp filters", seccomp, true,
                            "media workers do not start, so pictures and videos are not analysed; use a kernel with "
                            "CONFIG_SECCOMP_FILTER, or a container runtime that lets processes install filters"});
  found.features.push_back({abi > 0 ? fmt::format("Landlock file rules (ABI {})", abi) : "Landlock file rules",
                            abi >= 1, false, "files are closed to media workers by seccomp alone"});
  found.features.push_back({"Landlock truncate rule", abi >= 3, false, "truncating files is refused by seccomp alone"});
  found.features.push_back(
      {"Landlock network rules", abi >= 4, false, "the network is closed to media workers by seccomp alone"});
  found.features.push_back({"Landlock signal and socket scopes", abi >= 6, false,
                            "abstract sockets and signals to other processes are refused by seccomp alone"});
  const int memory_file = memfd_create("pantau-probe", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  const bool sealed =
      memory_file >= 0 && fcntl(memory_file, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW) == 0;
  if (memory_file >= 0) close(memory_file);
  found.features.push_back(
      {"sealed memory files", sealed, true, "media cannot be handed to a worker without touching the disk"});
  return found;
}

}  // namespace pantau::media
