#pragma once
// Whether two sounds are the same somewhere, by their fingerprints (media/sound_print.h), wherever in either it lies:
// the same words with other pictures, an authentic speech inside a longer clip. Pure; any thread.
#include <cstdint>
#include <optional>
#include <span>

namespace pantau::matchers {

struct SoundMatch {
  double first_s = 0, second_s = 0;  // where the common part begins in either
  double seconds = 0;                // how long it is
  double different = 0;              // share of its bits that differ; between strangers about a half
};

inline constexpr double kLeastCommonSound_s = 4;
inline constexpr double kMostDifferentSound = 0.30;

// The longest common part, if there is one of at least kLeastCommonSound_s.
std::optional<SoundMatch> match_sounds(std::span<const std::uint32_t> first, std::span<const std::uint32_t> second);

}  // namespace pantau::matchers
