#pragma once
// PDQ, the perceptual picture fingerprint of Meta's ThreatExchange ("PDQ & TMK + PDQF", 2019), in its reference
// arithmetic: the same pixels give the same 256 bits, so lists that others keep match without a tolerance for our
// rounding. Pure functions; any thread.
#include <string>

#include "media/picture.h"

namespace pantau::media {

struct Pdq {
  std::string hash;  // 64 lower-case hex digits; empty when a side is under 5 pixels
  int quality = 0;   // 0..100; below 50 the picture is too flat for a match to mean anything
};

// For picture files: larger ones are first sampled to 512x512, as the reference's photo tool does.
Pdq pdq_of_picture(const Picture& picture);

// For video frames: at their own size, as the reference's video tool does.
Pdq pdq_of_frame(const Picture& picture);

}  // namespace pantau::media
