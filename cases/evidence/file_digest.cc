#include "cases/evidence/file_digest.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <vector>

#include "base/digest.h"

namespace pantau::cases {

Result<EvidenceFile> digest_of_file(const std::string& workspace, const std::string& path) {
  const std::filesystem::path whole = std::filesystem::path(workspace) / path;
  struct Descriptor {
    int number;
    ~Descriptor() {
      if (number >= 0) ::close(number);
    }
  } const file{::open(whole.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)};
  const auto failed = [&] {
    return operator_error("cannot read " + whole.string() + ": " + std::strerror(errno), errno);
  };
  if (file.number < 0) return failed();
  struct stat status {};
  if (fstat(file.number, &status) != 0) return failed();
  if (!S_ISREG(status.st_mode)) return operator_error(whole.string() + " is not a regular file", EINVAL);
  (void)posix_fadvise(file.number, 0, 0, POSIX_FADV_SEQUENTIAL);
  EvidenceFile out;
  out.path = path;
  Sha256 digest;
  std::vector<char> buffer(512 << 10);
  while (true) {
    const ssize_t got = ::read(file.number, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed();
    if (got == 0) break;
    digest.update({buffer.data(), static_cast<std::size_t>(got)});
    out.bytes += static_cast<std::uint64_t>(got);
  }
  out.sha256 = digest.finish_hex();
  return out;
}

}  // namespace pantau::cases
