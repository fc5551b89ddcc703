#pragma once
// Memory in large pages where the kernel has them, for tables that are looked up all over: with small ones nearly every
// look-up would miss the processor's table of pages as well. Only used by the hash index; any thread.
#include <sys/mman.h>

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace pantau::matchers {

// A fixed piece of it, zeroed.
class LargeMemory {
 public:
  explicit LargeMemory(std::size_t bytes) : bytes_(bytes) {
    at_ = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at_ == MAP_FAILED) throw std::bad_alloc();
    madvise(at_, bytes, MADV_HUGEPAGE);
  }
  LargeMemory(LargeMemory&& other) noexcept : at_(std::exchange(other.at_, nullptr)), bytes_(other.bytes_) {}
  LargeMemory& operator=(LargeMemory&&) = delete;
  ~LargeMemory() {
    if (at_ != nullptr) munmap(at_, bytes_);
  }
  template <typename T>
  T* as() const {
    return static_cast<T*>(at_);
  }
  std::size_t bytes() const { return bytes_; }

 private:
  void* at_;
  std::size_t bytes_;
};

// For vectors that grow.
template <typename T>
struct LargePages {
  using value_type = T;
  static constexpr std::size_t kPage = std::size_t{2} << 20;
  LargePages() = default;
  template <typename U>
  LargePages(const LargePages<U>&) {}  // NOLINT: allocators convert
  T* allocate(std::size_t count) {
    if (count > (std::size_t{1} << 40) / sizeof(T)) throw std::bad_alloc();
    const std::size_t bytes = count * sizeof(T);
    if (bytes < kPage) return std::allocator<T>().allocate(count);
    const std::size_t whole = (bytes + kPage - 1) / kPage * kPage;
    void* at = std::aligned_alloc(kPage, whole);
    if (at == nullptr) throw std::bad_alloc();
    madvise(at, whole, MADV_HUGEPAGE);
    return static_cast<T*>(at);
  }
  void deallocate(T* at, std::size_t count) {
    if (count * sizeof(T) < kPage)
      std::allocator<T>().deallocate(at, count);
    else
      std::free(at);
  }
  bool operator==(const LargePages&) const { return true; }
};
template <typename T>
using LargeVector = std::vector<T, LargePages<T>>;

}  // namespace pantau::matchers
