#pragma once
// Whether a picture shows one of the watched logos: points that look alike (SIFT, AKAZE), one perspective that explains
// them, and then the proof: the place is brought into the logo's own shape, and its pixels must go with the logo's.
// Points alone find logos in every text; the correlation is what keeps them out. Belongs to one thread of a media
// worker.
#include <memory>
#include <vector>

#include "base/result.h"
#include "media/logos/logo_features.h"
#include "media/media_report.h"

namespace pantau::media {

struct LogoMatch {
  std::int32_t reference = -1;  // the brand's number
  double score = 0;             // correlation of the aligned pixels, 0..1
  int points = 0;               // that agree on the place
  Box box;                      // in the picture given
};

class LogoKernel {
 public:
  static Result<std::unique_ptr<LogoKernel>> open(std::string_view pack);
  // One match a brand at most, in order of their numbers.
  std::vector<LogoMatch> find(const Picture& picture) const;
  std::size_t variants() const { return variants_.size(); }

 private:
  struct Numbered {
    std::int32_t number = 0;
    LogoVariant variant;
  };
  std::vector<Numbered> variants_;
};

}  // namespace pantau::media
