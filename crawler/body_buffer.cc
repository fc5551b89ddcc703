#include "crawler/body_buffer.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace pantau::crawler {

BodyBuffer::~BodyBuffer() {
  discard();
}

bool BodyBuffer::append(std::string_view bytes) {
  if (!error_.empty()) return false;
  if (place_ == Place::heap) {
    heap_.append(bytes);
    size_ += bytes.size();
    return true;
  }
  if (descriptor_ < 0) {
    descriptor_ = memfd_create("pantau-media", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (descriptor_ < 0) {
      error_ = std::string("no memory file: ") + std::strerror(errno);
      return false;
    }
  }
  while (!bytes.empty()) {
    const ssize_t wrote = write(descriptor_, bytes.data(), bytes.size());
    if (wrote < 0) {
      if (errno == EINTR) continue;
      error_ = std::string("cannot fill a memory file: ") + std::strerror(errno);
      return false;
    }
    size_ += static_cast<std::uint64_t>(wrote);
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return true;
}

Result<Bytes> BodyBuffer::finish(std::shared_ptr<const void> hold) {
  if (!error_.empty()) return retry_error(error_);
  if (place_ == Place::memory_file) {
    if (descriptor_ < 0 && !append({})) return retry_error(error_);
    const int descriptor = descriptor_;
    descriptor_ = -1;
    size_ = 0;
    return Bytes::adopt_memfd(descriptor, std::move(hold));
  }
  size_ = 0;
  Bytes bytes = Bytes::from_string(std::move(heap_));
  heap_.clear();
  return bytes;
}

void BodyBuffer::discard() {
  if (descriptor_ >= 0) close(descriptor_);
  descriptor_ = -1;
  heap_.clear();
  heap_.shrink_to_fit();
  size_ = 0;
}

}  // namespace pantau::crawler
