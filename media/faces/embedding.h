#pragma once
// What a recognizer makes of one aligned face. Of an enrolled person it may be kept for as long as the process runs; of
// a stranger it lives for one comparison. So the memory is wiped when the object goes, moved-from or not, and nothing
// here can write it anywhere. Values that are moved, not copied; one thread each.
#include <cstring>
#include <span>
#include <utility>
#include <vector>

namespace pantau::media {

class Embedding {
 public:
  Embedding() = default;
  explicit Embedding(std::size_t dimensions) : values_(dimensions) {}
  ~Embedding() { wipe(); }
  Embedding(Embedding&& other) noexcept : values_(std::move(other.values_)) { other.values_.clear(); }
  Embedding& operator=(Embedding&& other) noexcept {
    if (this != &other) {
      wipe();
      values_ = std::move(other.values_);
      other.values_.clear();
    }
    return *this;
  }
  Embedding(const Embedding&) = delete;
  Embedding& operator=(const Embedding&) = delete;

  std::span<float> values() { return values_; }
  std::span<const float> values() const { return values_; }
  bool empty() const { return values_.empty(); }
  void wipe() {
    if (!values_.empty()) explicit_bzero(values_.data(), values_.size() * sizeof(float));
  }

 private:
  std::vector<float> values_;
};

}  // namespace pantau::media
