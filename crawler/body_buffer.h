#pragma once
// Where a body is collected while it arrives: on the heap for pages, in a memory file for media, so that media never
// touch the disk and can be handed to a worker by descriptor. One thread.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace pantau::crawler {

class BodyBuffer {
 public:
  enum class Place { heap, memory_file };

  explicit BodyBuffer(Place place) : place_(place) {}
  ~BodyBuffer();
  BodyBuffer(const BodyBuffer&) = delete;
  BodyBuffer& operator=(const BodyBuffer&) = delete;

  // False when the memory file cannot be made or written; error() then says why.
  bool append(std::string_view bytes);
  std::uint64_t size() const { return size_; }
  const std::string& error() const { return error_; }

  // The bytes so far; the buffer is empty afterwards. `hold` lives as long as the bytes of a memory file do.
  Result<Bytes> finish(std::shared_ptr<const void> hold = nullptr);
  void discard();

 private:
  Place place_;
  std::string heap_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
  std::string error_;
};

}  // namespace pantau::crawler
