#pragma once
// Bytes that came from outside, shared read-only: either on the heap (pages) or in a sealed memfd (media), which can be
// handed to a media worker by descriptor and never touches the disk (memfd_create(2), F_ADD_SEALS). Immutable once
// made; any thread.
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace pantau {

class Bytes {
 public:
  Bytes() = default;
  // Takes the string over; on the heap.
  static Bytes from_string(std::string text);
  // Copies into a sealed memfd. Fails when the kernel gives none.
  static Result<Bytes> sealed(std::string_view bytes);
  // Seals and maps an already written memfd; takes the descriptor over in every case. `hold` is let go with the last
  // copy of these bytes, on whatever thread that happens: how a caller counts what is still in memory.
  static Result<Bytes> adopt_memfd(int descriptor, std::shared_ptr<const void> hold = nullptr);

  std::string_view view() const;
  std::size_t size() const { return view().size(); }
  bool empty() const { return view().empty(); }
  // The memfd, still owned by this object; -1 when the bytes are on the heap.
  int descriptor() const;

 private:
  struct Storage;
  std::shared_ptr<const Storage> storage_;
};

}  // namespace pantau
