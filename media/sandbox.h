#pragma once
// The media worker's cage. Once closed, a process can compute, allocate up to its limit, and talk over the descriptors
// it already holds; it can open nothing, connect nowhere, start nothing. Four walls, each of which would do alone for
// most of it: Landlock (file system, TCP, abstract sockets, signals), a seccomp allow-list, resource limits,
// no_new_privs. What the kernel lacks is left out and named by probe_sandbox(); without seccomp the cage does not close
// at all.
//
// enter_sandbox() is for a single-threaded process that has loaded everything it needs, and cannot be undone.
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace pantau::media {

struct SandboxLimits {
  // Private memory (RLIMIT_DATA); the address space may be larger by the mapped medium and the libraries. Not set under
  // the address and thread sanitizers, whose shadow memory is larger than any useful limit.
  std::uint64_t memory_bytes = std::uint64_t{2} << 30;
  int socket = 3;  // the only descriptor beside 0, 1 and 2 that stays open
};

Result<void> enter_sandbox(const SandboxLimits& limits);

struct SandboxFeature {
  std::string name;
  bool available = false;
  bool required = false;    // media workers do not start without it
  std::string consequence;  // what its absence means
};

struct SandboxFeatures {
  std::vector<SandboxFeature> features;
  int landlock_abi = 0;  // 0: none
};

// For `pantau doctor`. Changes nothing in the calling process; any thread.
SandboxFeatures probe_sandbox();

}  // namespace pantau::media
