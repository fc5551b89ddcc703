#pragma once
// A logo as it is compared: corners and blobs (SIFT, AKAZE) with their descriptors, and the grey picture they were
// found in. Each logo file gives a few of them: on white, on black, inverted, since a sign on another ground looks
// different to every descriptor. Made in a media worker; what leaves it are bytes that only another worker reads.
#include <cstdint>
#include <opencv2/core.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "media/logos/logo_report.h"
#include "media/picture.h"

namespace pantau::media {

struct Features {
  std::vector<cv::Point2f> points;
  cv::Mat descriptors;  // a row a point
};

struct LogoVariant {
  cv::Mat grey;  // 8 bit
  cv::Mat mask;  // 255 where the sign itself is, and a little around it; empty: everywhere
  Features sift, akaze;
};

// Side of the square into which a logo is scaled.
inline constexpr int kLogoSide = 320;

Features sift_features(const cv::Mat& grey, int most);
Features akaze_features(const cv::Mat& grey, int most);

// Of the operator's own logo file; `rgba` row after row.
LogoReport look_at_logo(int width, int height, const std::vector<std::uint8_t>& rgba);
LogoReport read_logo(std::string_view bytes, std::uint64_t max_pixels);

std::string pack_variants(const std::vector<LogoVariant>& variants);
Result<std::vector<LogoVariant>> unpack_variants(std::string_view packed);

}  // namespace pantau::media
