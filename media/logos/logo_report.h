#pragma once
// What became of an operator's own logo file. Plain values; any thread.
#include <string>
#include <string_view>
#include <vector>

namespace pantau::media {

enum class LogoGrade { good, few_features, too_small, one_colour, undecodable };
inline constexpr int kLogoGrades = 5;
std::string_view text(LogoGrade grade);  // "one colour"

struct LogoReport {
  LogoGrade grade = LogoGrade::undecodable;
  std::string detail;  // for people
  std::string packed;  // variants for the reference pack; empty unless good
};

struct PackedLogo {
  int number = 0;        // of the brand
  std::string variants;  // LogoReport::packed
};
// The reference pack: opaque bytes for media workers (LogoKernel::open).
std::string encode_logos(const std::vector<PackedLogo>& logos);

}  // namespace pantau::media
