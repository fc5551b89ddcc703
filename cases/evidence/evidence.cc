#include "cases/evidence/evidence.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <vector>

#include "base/digest.h"
#include "base/file.h"

namespace pantau::cases {
namespace {

constexpr std::size_t kProbeBytes = std::size_t{1} << 20;

class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return value_; }

 private:
  int value_;
};

std::string advice(int code, const std::string& workspace) {
  switch (code) {
    case ENOSPC:
    case EDQUOT: {
      struct statvfs disk {};
      std::string left;
      if (statvfs(workspace.c_str(), &disk) == 0) {
        left = fmt::format(" ({} MiB free)", static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize >> 20);
      }
      return "the disk is full" + left + "; free some space or choose another workspace";
    }
    case EROFS:
      return "the file system is read-only; choose another workspace";
    case EACCES:
    case EPERM:
      return "this user may not write there; change the rights or choose another workspace";
    case ENOTDIR:
    case EEXIST:
      return "something that is not a folder stands in the way; move it or choose another workspace";
    default:
      return "choose another workspace or repair the disk";
  }
}

Error unusable(const std::string& workspace, const std::string& path, int code) {
  return operator_error(
      fmt::format("the workspace cannot be used: {}: {}: {}", path, std::strerror(code), advice(code, workspace)),
      code);
}

// Only whoever runs Pantau may read what criminals and victims left in it.
Result<void> private_folder(const std::string& workspace, const std::filesystem::path& folder) {
  if (::mkdir(folder.c_str(), 0700) == 0) return {};
  if (errno != EEXIST) return unusable(workspace, folder.string(), errno);
  struct stat status {};
  if (::stat(folder.c_str(), &status) != 0) return unusable(workspace, folder.string(), errno);
  if (!S_ISDIR(status.st_mode)) return unusable(workspace, folder.string(), ENOTDIR);
  return {};
}

void sync_folder(const std::filesystem::path& folder) {
  const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (descriptor.get() >= 0) (void)::fsync(descriptor.get());
}

// Writes and syncs a real block: a full disk or quota may accept an empty file.
Result<void> probe(const std::string& workspace, const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / fmt::format(".write-probe-{}", ::getpid());
  int code = 0;
  {
    const Descriptor descriptor(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (descriptor.get() < 0) return unusable(workspace, folder.string(), errno);
    const std::string block(kProbeBytes, 'p');
    std::size_t done = 0;
    while (done < block.size() && code == 0) {
      const ssize_t wrote = ::write(descriptor.get(), block.data() + done, block.size() - done);
      if (wrote < 0 && errno != EINTR) code = errno;
      if (wrote > 0) done += static_cast<std::size_t>(wrote);
    }
    if (code == 0 && ::fsync(descriptor.get()) != 0) code = errno;
  }
  ::unlink(file.c_str());
  if (code != 0) return unusable(workspace, folder.string(), code);
  return {};
}

bool is_sha256(std::string_view text) {
  return text.size() == 64 &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

// Originals are never written again: a second copy of the same bytes is the same file.
Result<void> keep_once(const std::filesystem::path& path, std::string_view bytes) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0) {
    if (S_ISREG(status.st_mode) && static_cast<std::uint64_t>(status.st_size) == bytes.size()) return {};
    return operator_error(path.string() +
                          " has another size than the bytes that it is named after: the evidence was changed; see "
                          "`pantau evidence verify`, and restore it from a backup");
  }
  if (auto made = make_folder(path.parent_path()); !made) return made;
  if (auto written = write_file_atomically(path, bytes, 0444); !written) return written;
  sync_folder(path.parent_path());
  return {};
}

}  // namespace

Result<void> prepare_workspace(const std::string& workspace) {
  if (workspace.empty())
    return operator_error("no workspace is named; give one with --workspace DIR or `workspace:` in the configuration");
  std::error_code failure;
  std::filesystem::path root = std::filesystem::absolute(workspace, failure).lexically_normal();
  if (!failure && root.filename().empty()) root = root.parent_path();  // "workspace/" is "workspace"
  const std::filesystem::path parent = root.parent_path();
  if (!failure && !std::filesystem::exists(parent, failure)) {
    std::filesystem::create_directories(parent, failure);
    if (failure) return unusable(workspace, parent.string(), failure.value());
  }
  if (auto made = private_folder(workspace, root); !made) return made;
  for (const char* name : {"warc", "media", "frames", "evidence", "reports"}) {
    if (auto made = private_folder(workspace, root / name); !made) return made;
    if (::access((root / name).c_str(), W_OK | X_OK) != 0) return unusable(workspace, (root / name).string(), errno);
  }
  return probe(workspace, root);
}

Result<std::string> keep_medium(const std::string& workspace, const std::string& sha256, std::string_view bytes) {
  // The name is the proof, so it is computed from the very bytes that are written.
  if (!is_sha256(sha256) || sha256_hex(bytes) != sha256)
    return give_up_error("a medium's digest does not belong to its bytes");
  const std::string relative = "media/sha256/" + sha256.substr(0, 2) + "/" + sha256;
  if (auto kept = keep_once(std::filesystem::path(workspace) / relative, bytes); !kept) return kept.error();
  return relative;
}

Result<std::string> keep_frame(const std::string& workspace, std::string_view jpeg) {
  if (jpeg.empty()) return give_up_error("a frame without bytes cannot be kept");
  const std::string relative = "frames/" + sha256_hex(jpeg) + ".jpg";
  if (auto kept = keep_once(std::filesystem::path(workspace) / relative, jpeg); !kept) return kept.error();
  return relative;
}

std::string login_name() {
  passwd entry{};
  passwd* found = nullptr;
  std::vector<char> buffer(16 * 1024);
  if (::getpwuid_r(::getuid(), &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr &&
      *found->pw_name != '\0') {
    return found->pw_name;
  }
  return "uid-" + std::to_string(::getuid());
}

}  // namespace pantau::cases
