#include "matchers/sound_match.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <unordered_map>
#include <vector>

#include "media/sound_print.h"

namespace pantau::matchers {
namespace {

constexpr unsigned kKeyBits = 20;              // of a word that stay the same often enough to find it by
constexpr std::size_t kMostPlacesOfAKey = 64;  // silence and hum are everywhere and say nothing
constexpr std::size_t kShiftsTried = 8;
constexpr std::ptrdiff_t kWindow = 16;  // words over which a difference is judged: two seconds

using Words = std::span<const std::uint32_t>;

std::uint32_t key_of(std::uint32_t word) {
  return word >> (32 - kKeyBits);
}

// How far the second lies behind the first, most voted for first.
std::vector<std::ptrdiff_t> likely_shifts(Words first, Words second) {
  std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> places;
  for (std::size_t i = 0; i < second.size(); ++i) {
    if (i > 0 && second[i] == second[i - 1]) continue;
    std::vector<std::uint32_t>& at = places[key_of(second[i])];
    if (at.size() < kMostPlacesOfAKey) at.push_back(static_cast<std::uint32_t>(i));
  }
  std::unordered_map<std::ptrdiff_t, std::size_t> votes;
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (i > 0 && first[i] == first[i - 1]) continue;
    const auto found = places.find(key_of(first[i]));
    if (found == places.end() || found->second.size() == kMostPlacesOfAKey) continue;
    for (const std::uint32_t place : found->second)
      ++votes[static_cast<std::ptrdiff_t>(place) - static_cast<std::ptrdiff_t>(i)];
  }
  std::vector<std::pair<std::size_t, std::ptrdiff_t>> ranked;
  for (const auto& [shift, count] : votes) ranked.emplace_back(count, shift);
  const std::size_t kept = std::min(kShiftsTried, ranked.size());
  std::partial_sort(
      ranked.begin(), ranked.begin() + static_cast<std::ptrdiff_t>(kept), ranked.end(),
      [](const auto& a, const auto& b) { return a.first != b.first ? a.first > b.first : a.second < b.second; });
  std::vector<std::ptrdiff_t> shifts;
  for (std::size_t i = 0; i < kept; ++i) shifts.push_back(ranked[i].second);
  return shifts;
}

// The longest stretch at this shift in which every two seconds are alike.
std::optional<SoundMatch> longest_at(Words first, Words second, std::ptrdiff_t shift) {
  const std::ptrdiff_t begin = std::max<std::ptrdiff_t>(0, -shift);
  const std::ptrdiff_t end =
      std::min(static_cast<std::ptrdiff_t>(first.size()), static_cast<std::ptrdiff_t>(second.size()) - shift);
  const std::ptrdiff_t count = end - begin;
  if (count < kWindow) return std::nullopt;
  std::vector<std::uint32_t> sums(static_cast<std::size_t>(count) + 1);
  for (std::ptrdiff_t i = 0; i < count; ++i) {
    const std::uint32_t difference =
        first[static_cast<std::size_t>(begin + i)] ^ second[static_cast<std::size_t>(begin + i + shift)];
    sums[static_cast<std::size_t>(i) + 1] =
        sums[static_cast<std::size_t>(i)] + static_cast<std::uint32_t>(std::popcount(difference));
  }
  const auto share = [&](std::ptrdiff_t from, std::ptrdiff_t to) {
    return (sums[static_cast<std::size_t>(to)] - sums[static_cast<std::size_t>(from)]) /
           (32.0 * static_cast<double>(to - from));
  };
  std::ptrdiff_t best_from = 0, best_to = 0, from = -1;
  for (std::ptrdiff_t i = 0; i + kWindow <= count; ++i) {
    if (share(i, i + kWindow) > kMostDifferentSound) {
      from = -1;
      continue;
    }
    if (from < 0) from = i;
    if (i + kWindow - from > best_to - best_from) {
      best_from = from;
      best_to = i + kWindow;
    }
  }
  SoundMatch match;
  match.seconds = static_cast<double>(best_to - best_from) * media::kSoundStep_s;
  if (match.seconds < kLeastCommonSound_s) return std::nullopt;
  match.first_s = static_cast<double>(begin + best_from) * media::kSoundStep_s;
  match.second_s = static_cast<double>(begin + best_from + shift) * media::kSoundStep_s;
  match.different = share(best_from, best_to);
  return match;
}

// One word for a whole stretch: silence, or a tone.
bool says_something(Words words, double from_s, double seconds) {
  const auto first = static_cast<std::size_t>(std::lround(from_s / media::kSoundStep_s));
  const auto count = static_cast<std::size_t>(std::lround(seconds / media::kSoundStep_s));
  std::size_t changes = 0;
  for (std::size_t i = first + 1; i < std::min(words.size(), first + count); ++i) changes += words[i] != words[i - 1];
  return changes * 4 > count;
}

}  // namespace

std::optional<SoundMatch> match_sounds(Words first, Words second) {
  std::optional<SoundMatch> best;
  for (const std::ptrdiff_t shift : likely_shifts(first, second)) {
    const std::optional<SoundMatch> match = longest_at(first, second, shift);
    if (!match || !says_something(first, match->first_s, match->seconds)) continue;
    if (!best || match->seconds > best->seconds) best = match;
  }
  return best;
}

}  // namespace pantau::matchers
