#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>

namespace pantau {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return value_; }

 private:
  int value_;
};

std::string because(const std::filesystem::path& path, const char* what) {
  return std::string("cannot ") + what + " " + path.string() + ": " + std::strerror(errno);
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) return operator_error(because(path, "open"), errno);
  struct stat status {};
  if (fstat(file.get(), &status) != 0) return operator_error(because(path, "read"), errno);
  if (!S_ISREG(status.st_mode)) return operator_error(path.string() + " is not a plain file", EINVAL);
  if (static_cast<std::size_t>(status.st_size) > limit) {
    return skip_error(path.string() + " is larger than " + std::to_string(limit) + " bytes", EFBIG);
  }
  std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got = read(file.get(), bytes.data() + done, bytes.size() - done);
    if (got < 0) {
      if (errno == EINTR) continue;
      return retry_error(because(path, "read"), errno);
    }
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  bytes.resize(done);
  return bytes;
}

Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view bytes, unsigned mode) {
  static std::atomic<unsigned> counter{0};
  std::filesystem::path temporary = path;
  temporary += ".tmp" + std::to_string(getpid()) + "-" + std::to_string(counter++);
  {
    const Descriptor file(open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (file.get() < 0) return operator_error(because(path, "write"), errno);
    std::size_t done = 0;
    while (done < bytes.size()) {
      const ssize_t wrote = write(file.get(), bytes.data() + done, bytes.size() - done);
      if (wrote < 0) {
        if (errno == EINTR) continue;
        const Error error = operator_error(because(path, "write"), errno);
        unlink(temporary.c_str());
        return error;
      }
      done += static_cast<std::size_t>(wrote);
    }
    if (fsync(file.get()) != 0) {
      const Error error = operator_error(because(path, "write"), errno);
      unlink(temporary.c_str());
      return error;
    }
  }
  if (rename(temporary.c_str(), path.c_str()) != 0) {
    const Error error = operator_error(because(path, "write"), errno);
    unlink(temporary.c_str());
    return error;
  }
  return {};
}

Result<void> make_folder(const std::filesystem::path& path) {
  std::error_code failure;
  std::filesystem::create_directories(path, failure);
  if (failure)
    return operator_error("cannot create the folder " + path.string() + ": " + failure.message(), failure.value());
  return {};
}

}  // namespace pantau
