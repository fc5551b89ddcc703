#pragma once
// Sound fingerprints in Chromaprint's form: one 32-bit word for each eighth of a second, the same words (nearly) for
// the same sound saved, cut or mixed down again. Bounded in time and streams; nothing that a file names is opened. Runs
// in the sandboxed worker; sound_text() is pure and for any thread.
#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pantau::media {

// Seconds from one word to the next: 4096 samples at 11025 a second, two thirds of them shared with the next.
inline constexpr double kSoundStep_s = 1365.0 / 11025.0;

struct SoundLimits {
  double max_seconds = 3600;  // the rest is left out
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
};

// Of the first sound stream in these bytes. Empty when there is none that can be decoded, or under three seconds of it.
std::vector<std::uint32_t> sound_print(std::string_view bytes, const SoundLimits& limits);

// As fpcalc prints it: packed, base64 for addresses. Empty for no words.
std::string sound_text(std::span<const std::uint32_t> words);

}  // namespace pantau::media
