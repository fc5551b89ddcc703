#include "matchers/sound_match.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "media/sound_print.h"
#include "tests/support/make_sound.h"

namespace pantau::matchers {
namespace {

using test::tune;
using test::wav;
constexpr int kRate = 16000;

std::vector<std::uint32_t> print(const std::vector<double>& samples) {
  return media::sound_print(wav(samples, kRate), {});
}

std::vector<double> joined(std::vector<double> first, const std::vector<double>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

std::vector<double> part(const std::vector<double>& whole, double from_s, double seconds) {
  const auto begin = whole.begin() + static_cast<std::ptrdiff_t>(from_s * kRate);
  return {begin, begin + static_cast<std::ptrdiff_t>(seconds * kRate)};
}

TEST(SoundMatch, ASpeechIsFoundWhereverItLies) {
  const std::vector<double> speech = tune(60, kRate, 1);
  // Eleven seconds of something else, then the speech from its 20th to its 45th second, quieter and with more noise.
  std::vector<double> clip = joined(tune(11, kRate, 2), part(speech, 20, 25));
  std::mt19937 hiss(3);
  for (double& sample : clip) sample = 0.4 * sample + 0.01 * (static_cast<double>(hiss() % 2001) / 1000 - 1);
  const auto found = match_sounds(print(clip), print(speech));
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->second_s - found->first_s, 9, 0.2);
  EXPECT_NEAR(found->seconds, 23, 4);
  EXPECT_LT(found->different, 0.2);
  const auto other_way = match_sounds(print(speech), print(clip));
  ASSERT_TRUE(other_way);
  EXPECT_NEAR(other_way->first_s - other_way->second_s, 9, 0.2);
}

TEST(SoundMatch, StrangersAndSilenceHaveNothingInCommon) {
  for (unsigned seed = 10; seed < 16; ++seed)
    EXPECT_FALSE(match_sounds(print(tune(40, kRate, seed)), print(tune(40, kRate, seed + 100)))) << seed;
  const std::vector<double> silence(30 * kRate);
  EXPECT_FALSE(match_sounds(print(silence), print(silence)));
  std::vector<double> hum(30 * kRate);
  for (std::size_t i = 0; i < hum.size(); ++i)
    hum[i] = 0.5 * std::sin(2 * 3.14159265358979 * 50 * static_cast<double>(i) / kRate);
  EXPECT_FALSE(match_sounds(print(hum), print(hum)));
  EXPECT_FALSE(match_sounds({}, print(hum)));
  const std::vector<double> speech = tune(20, kRate, 5);
  EXPECT_FALSE(match_sounds(print(part(speech, 5, 3.5)), print(speech))) << "shorter than what is asked for";
}

}  // namespace
}  // namespace pantau::matchers
