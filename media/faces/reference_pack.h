#pragma once
// The enrolled faces as a media worker gets them: embeddings with opaque numbers, one number a person, in memory that
// the parent sealed. The worker learns no names, and answers with numbers. Immutable; a pack belongs to one thread and
// only looks at its bytes, which must outlive it.
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace pantau::media {

// As it is put together by the parent.
struct References {
  int dimensions = 0;
  double report_from = 1;             // cosines below this are nobody's business and are not reported
  std::vector<std::int32_t> numbers;  // of the person, one a portrait
  std::vector<float> rows;            // numbers.size() x dimensions, each of length one
};

inline constexpr std::size_t kMostPortraits = 200'000;

std::string encode_references(const References& references);

class ReferencePack {
 public:
  ReferencePack() = default;  // of nobody
  static Result<ReferencePack> open(std::string_view bytes);

  struct Best {
    std::int32_t number = -1;
    double similarity = -1;
  };
  // The portrait closest to `face` (of length one, dimensions() values).
  Best closest(std::span<const float> face) const;

  int dimensions() const { return dimensions_; }
  std::size_t size() const { return numbers_.size(); }
  double report_from() const { return report_from_; }

 private:
  int dimensions_ = 0;
  double report_from_ = 1;
  std::vector<std::int32_t> numbers_;
  const float* rows_ = nullptr;
};

}  // namespace pantau::media
