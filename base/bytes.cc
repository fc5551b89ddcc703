#include "base/bytes.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace pantau {

struct Bytes::Storage {
  std::string text;
  int descriptor = -1;
  void* mapping = nullptr;
  std::size_t mapped = 0;
  std::shared_ptr<const void> hold;

  Storage() = default;
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;
  ~Storage() {
    if (mapping != nullptr) munmap(mapping, mapped);
    if (descriptor >= 0) close(descriptor);
  }
};

Bytes Bytes::from_string(std::string text) {
  auto storage = std::make_shared<Storage>();
  storage->text = std::move(text);
  Bytes bytes;
  bytes.storage_ = std::move(storage);
  return bytes;
}

Result<Bytes> Bytes::sealed(std::string_view bytes) {
  const int descriptor = memfd_create("pantau-media", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (descriptor < 0) return retry_error(std::string("no memory file: ") + std::strerror(errno), errno);
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t wrote = write(descriptor, bytes.data() + done, bytes.size() - done);
    if (wrote < 0) {
      if (errno == EINTR) continue;
      const int failed = errno;
      close(descriptor);
      return retry_error(std::string("cannot fill a memory file: ") + std::strerror(failed), failed);
    }
    done += static_cast<std::size_t>(wrote);
  }
  return adopt_memfd(descriptor);
}

Result<Bytes> Bytes::adopt_memfd(int descriptor, std::shared_ptr<const void> hold) {
  auto storage = std::make_shared<Storage>();
  storage->hold = std::move(hold);
  storage->descriptor = descriptor;
  struct stat status {};
  if (fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) != 0 ||
      fstat(descriptor, &status) != 0) {
    return retry_error(std::string("cannot seal a memory file: ") + std::strerror(errno), errno);
  }
  storage->mapped = static_cast<std::size_t>(status.st_size);
  if (storage->mapped > 0) {
    void* mapping = mmap(nullptr, storage->mapped, PROT_READ, MAP_SHARED, descriptor, 0);
    if (mapping == MAP_FAILED) {
      storage->mapped = 0;
      return retry_error(std::string("cannot map a memory file: ") + std::strerror(errno), errno);
    }
    storage->mapping = mapping;
    madvise(mapping, storage->mapped, MADV_DONTDUMP);  // hostile or intimate pictures stay out of core dumps
  }
  Bytes bytes;
  bytes.storage_ = std::move(storage);
  return bytes;
}

std::string_view Bytes::view() const {
  if (!storage_) return {};
  if (storage_->mapping != nullptr) return {static_cast<const char*>(storage_->mapping), storage_->mapped};
  return storage_->text;
}

int Bytes::descriptor() const {
  return storage_ ? storage_->descriptor : -1;
}

}  // namespace pantau
