#pragma once
// Sound files in memory for tests: an invented tune, other notes for every seed, as a WAV file of 16-bit samples.
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace pantau::test {

// A new chord of three notes four times a second, over a little noise.
inline std::vector<double> tune(double seconds, int rate, unsigned seed, double noise = 0.01) {
  std::vector<double> samples(static_cast<std::size_t>(seconds * rate));
  std::mt19937 notes(seed), hiss(seed + 1);
  double frequency[3] = {};
  const int step = rate / 4;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (i % static_cast<std::size_t>(step) == 0) {
      for (double& one : frequency) one = 110 * std::pow(2.0, static_cast<double>(notes() % 48) / 12);
    }
    double sum = 0;
    for (const double one : frequency) sum += std::sin(2 * 3.14159265358979 * one * static_cast<double>(i) / rate);
    samples[i] = 0.25 * sum + noise * (static_cast<double>(hiss() % 2001) / 1000 - 1);
  }
  return samples;
}

inline std::string wav(const std::vector<double>& samples, int rate, int channels = 1) {
  std::string data;
  const auto put = [&data](std::uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) data.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
  };
  const auto bytes = static_cast<std::uint32_t>(samples.size() * 2 * static_cast<std::size_t>(channels));
  data += "RIFF";
  put(36 + bytes, 4);
  data += "WAVEfmt ";
  put(16, 4);
  put(1, 2);
  put(static_cast<std::uint32_t>(channels), 2);
  put(static_cast<std::uint32_t>(rate), 4);
  put(static_cast<std::uint32_t>(rate * 2 * channels), 4);
  put(static_cast<std::uint32_t>(2 * channels), 2);
  put(16, 2);
  data += "data";
  put(bytes, 4);
  for (const double sample : samples) {
    const double held = sample < -1 ? -1 : sample > 1 ? 1 : sample;
    for (int c = 0; c < channels; ++c) put(static_cast<std::uint16_t>(std::lround(32000 * held)), 2);
  }
  return data;
}

}  // namespace pantau::test
