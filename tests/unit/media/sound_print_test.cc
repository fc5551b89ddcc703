#include "media/sound_print.h"

#include <gtest/gtest.h>

#include <bit>

#include "tests/support/make_sound.h"

namespace pantau::media {
namespace {

using test::tune;
using test::wav;

double share_of_different_bits(const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b) {
  const std::size_t count = std::min(a.size(), b.size());
  int different = 0;
  for (std::size_t i = 0; i < count; ++i) different += std::popcount(a[i] ^ b[i]);
  return different / (32.0 * static_cast<double>(count));
}

TEST(SoundPrint, OneWordForEachEighthOfASecond) {
  const std::vector<std::uint32_t> words = sound_print(wav(tune(30, 22050, 1), 22050), {});
  EXPECT_NEAR(static_cast<double>(words.size()) * kSoundStep_s, 27.5, 1.5);
  const std::string text = sound_text(words);
  EXPECT_EQ(text.rfind("AQAA", 0), 0u) << text.substr(0, 20);
  EXPECT_EQ(text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
            std::string::npos);
  EXPECT_EQ(sound_text({}), "");
}

TEST(SoundPrint, TheSameSoundSavedAgainIsTheSame) {
  const std::vector<std::uint32_t> original = sound_print(wav(tune(20, 44100, 2), 44100), {});
  const std::vector<std::uint32_t> stereo = sound_print(wav(tune(20, 44100, 2), 44100, 2), {});
  const std::vector<std::uint32_t> lower = sound_print(wav(tune(20, 16000, 2, 0.05), 16000), {});
  const std::vector<std::uint32_t> other = sound_print(wav(tune(20, 44100, 3), 44100), {});
  ASSERT_GT(original.size(), 100u);
  EXPECT_LT(share_of_different_bits(original, stereo), 0.02);
  EXPECT_LT(share_of_different_bits(original, lower), 0.15);
  EXPECT_GT(share_of_different_bits(original, other), 0.30);
}

TEST(SoundPrint, LimitsAndBytesThatAreNoSound) {
  SoundLimits limits;
  limits.max_seconds = 10;
  const std::string tape = wav(tune(30, 8000, 4), 8000);
  const std::vector<std::uint32_t> words = sound_print(tape, limits);
  EXPECT_LT(static_cast<double>(words.size()) * kSoundStep_s, 11);
  EXPECT_GT(words.size(), 40u);
  EXPECT_TRUE(sound_print("", {}).empty());
  EXPECT_TRUE(sound_print("no sound at all", {}).empty());
  EXPECT_TRUE(sound_print(wav(tune(0.5, 8000, 4), 8000), {}).empty());
  EXPECT_FALSE(sound_print(tape.substr(0, tape.size() / 2), {}).empty()) << "cut off: what is there";
  // Every cut of the heading, and a flipped byte at each place of it.
  for (std::size_t cut = 0; cut < 64; ++cut) {
    (void)sound_print(tape.substr(0, cut), {});
    std::string flipped = tape.substr(0, 4000);
    flipped[cut] = static_cast<char>(flipped[cut] ^ 0xFF);
    (void)sound_print(flipped, {});
  }
  limits.deadline = std::chrono::steady_clock::now() - std::chrono::seconds(1);
  EXPECT_TRUE(sound_print(tape, limits).empty());
}

}  // namespace
}  // namespace pantau::media
