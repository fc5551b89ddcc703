#pragma once
// PDQ, the perceptual picture fingerprint of Meta's ThreatExchange ("PDQ & TMK + PDQF", 2019), in its reference
// arithmetic: the same pixels give the same 256 bits, so lists that others keep match without a tolerance for our
// rounding. Values and pure functions; a PdqHasher belongs to one thread.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "media/pdq_core.h"
#include "media/picture.h"

namespace pantau::media {

struct Pdq {
  std::string hash;  // 64 lower-case hex digits; empty when a side is under 5 pixels
  int quality = 0;   // 0..100; below 50 the picture is too flat for a match to mean anything
};

// A fingerprint as numbers: the first 16 hex digits are words[0].
struct PdqBits {
  std::array<std::uint64_t, 4> words{};

  std::string hex() const;
  // Nothing when it is not 64 hex digits.
  static std::optional<PdqBits> from_hex(std::string_view hex);
  auto operator<=>(const PdqBits&) const = default;
};

// How many of the 256 bits differ.
int pdq_distance(const PdqBits& a, const PdqBits& b);

struct FramePdq {
  PdqBits bits;
  int quality = 0;
};

// Keeps its buffers: for many frames of one size. All answers are empty when a side is under 5 pixels.
class PdqHasher {
 public:
  PdqHasher();
  explicit PdqHasher(PdqVariant variant) : variant_(variant) {}

  // For picture files: larger ones are first sampled to 512x512, as the reference's photo tool does.
  std::optional<FramePdq> picture(const Picture& picture);
  // For video frames: at their own size, as the reference's video tool does.
  std::optional<FramePdq> frame(const Picture& picture);
  std::optional<FramePdq> frame(const PdqPixels& pixels);

 private:
  PdqVariant variant_;
  PdqScratch scratch_;
};

Pdq pdq_of_picture(const Picture& picture);
Pdq pdq_of_frame(const Picture& picture);

}  // namespace pantau::media
