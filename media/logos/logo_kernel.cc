#include "media/logos/logo_kernel.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <opencv2/calib3d.hpp>
#include <opencv2/features2d.hpp>
#include <opencv2/imgproc.hpp>

namespace pantau::media {
namespace {

constexpr char kLogoMagic[8] = {'P', 'M', 'L', 'O', 'G', 'O', '0', '1'};
constexpr std::uint32_t kMostLogos = 5000;
constexpr int kFrameSide = 1280;  // long side of the picture that is searched
constexpr int kSmallestPicture = 40;
constexpr int kMostPicturePoints = 2500;  // of the picture
constexpr float kClearlyBest = 0.8f;      // the second best must be so much worse
constexpr int kSiftAgree = 8, kAkazeAgree = 5;
constexpr double kCorrelation = 0.7;
constexpr double kSmallestPlace = 20;  // pixels, of the shorter side

// How well two pictures go together, -1..1; outside the mask nothing counts.
double pixel_correlation(const cv::Mat& a, const cv::Mat& b, const cv::Mat& mask) {
  double n = 0, sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0;
  for (int y = 0; y < a.rows; ++y) {
    const auto* pa = a.ptr<std::uint8_t>(y);
    const auto* pb = b.ptr<std::uint8_t>(y);
    const auto* pm = mask.empty() ? nullptr : mask.ptr<std::uint8_t>(y);
    for (int x = 0; x < a.cols; ++x) {
      if (pm != nullptr && pm[x] == 0) continue;
      const double va = pa[x], vb = pb[x];
      ++n;
      sa += va;
      sb += vb;
      saa += va * va;
      sbb += vb * vb;
      sab += va * vb;
    }
  }
  if (n < 100) return 0;
  const double da = saa - sa * sa / n, db = sbb - sb * sb / n;
  // Flat pictures go with everything.
  if (da < 60 * n || db < 60 * n) return 0;
  return (sab - sa * sb / n) / std::sqrt(da * db);
}

// Four corners that are a place where a flat thing can be seen: convex, not too small, not squeezed.
bool plausible(const std::vector<cv::Point2f>& corners, const cv::Size& reference, const cv::Size& picture) {
  if (!cv::isContourConvex(corners)) return false;
  double sides[4];
  for (std::size_t i = 0; i < 4; ++i) sides[i] = cv::norm(corners[(i + 1) % 4] - corners[i]);
  const double across = (sides[0] + sides[2]) / 2, down = (sides[1] + sides[3]) / 2;
  if (std::min(across, down) < kSmallestPlace || across > 2.0 * picture.width || down > 2.0 * picture.height)
    return false;
  if (std::max(sides[0], sides[2]) > 2 * std::min(sides[0], sides[2])) return false;
  if (std::max(sides[1], sides[3]) > 2 * std::min(sides[1], sides[3])) return false;
  const double squeezed = (across / down) / (static_cast<double>(reference.width) / reference.height);
  if (squeezed > 1.8 || squeezed < 1 / 1.8) return false;
  const cv::Rect2f seen = cv::boundingRect(corners) & cv::Rect(0, 0, picture.width, picture.height);
  return static_cast<double>(seen.area()) >= 0.7 * static_cast<double>(cv::boundingRect(corners).area());
}

struct LogoPlace {
  double score = 0;
  int points = 0;
  cv::Rect box;
};

LogoPlace find_one(const LogoVariant& logo, const Features& mine, const Features& theirs, int norm, int agree,
                   const cv::Mat& grey) {
  LogoPlace place;
  if (static_cast<int>(mine.points.size()) < agree || static_cast<int>(theirs.points.size()) < agree) return place;
  std::vector<std::vector<cv::DMatch>> pairs;
  cv::BFMatcher(norm).knnMatch(mine.descriptors, theirs.descriptors, pairs, 2);
  std::vector<cv::Point2f> from, to;
  for (const std::vector<cv::DMatch>& pair : pairs) {
    if (pair.size() < 2 || pair[0].distance > kClearlyBest * pair[1].distance) continue;
    from.push_back(mine.points[static_cast<std::size_t>(pair[0].queryIdx)]);
    to.push_back(theirs.points[static_cast<std::size_t>(pair[0].trainIdx)]);
  }
  if (static_cast<int>(from.size()) < agree) return place;
  cv::Mat inside;
  const cv::Mat shape = cv::findHomography(from, to, cv::RANSAC, 4, inside, 1000, 0.995);
  if (shape.empty()) return place;
  const int points = cv::countNonZero(inside);
  if (points < agree) return place;
  const auto width = static_cast<float>(logo.grey.cols), height = static_cast<float>(logo.grey.rows);
  std::vector<cv::Point2f> corners = {{0, 0}, {width, 0}, {width, height}, {0, height}};
  cv::perspectiveTransform(corners, corners, shape);
  if (!plausible(corners, logo.grey.size(), grey.size())) return place;
  cv::Mat aligned;
  cv::warpPerspective(grey, aligned, shape, logo.grey.size(), cv::INTER_LINEAR | cv::WARP_INVERSE_MAP,
                      cv::BORDER_REPLICATE);
  place.score = std::max(pixel_correlation(logo.grey, aligned, {}), pixel_correlation(logo.grey, aligned, logo.mask));
  place.points = points;
  place.box = cv::boundingRect(corners) & cv::Rect(0, 0, grey.cols, grey.rows);
  return place;
}

}  // namespace

std::string encode_logos(const std::vector<PackedLogo>& logos) {
  std::string out(kLogoMagic, sizeof(kLogoMagic));
  const auto number = [&out](std::uint32_t value) { out.append(reinterpret_cast<const char*>(&value), 4); };
  number(static_cast<std::uint32_t>(logos.size()));
  for (const PackedLogo& logo : logos) {
    number(static_cast<std::uint32_t>(logo.number));
    number(static_cast<std::uint32_t>(logo.variants.size()));
    out += logo.variants;
  }
  return out;
}

Result<std::unique_ptr<LogoKernel>> LogoKernel::open(std::string_view pack) {
  const Error wrong = operator_error("the reference pack of logos is malformed");
  if (pack.size() < 12 || std::memcmp(pack.data(), kLogoMagic, sizeof(kLogoMagic)) != 0) return wrong;
  pack.remove_prefix(sizeof(kLogoMagic));
  const auto number = [&pack] {
    std::uint32_t value = 0;
    std::memcpy(&value, pack.data(), 4);
    pack.remove_prefix(4);
    return value;
  };
  const std::uint32_t count = number();
  if (count > kMostLogos) return wrong;
  auto kernel = std::make_unique<LogoKernel>();
  for (std::uint32_t i = 0; i < count; ++i) {
    if (pack.size() < 8) return wrong;
    const auto brand = static_cast<std::int32_t>(number());
    const std::uint32_t size = number();
    if (size > pack.size()) return wrong;
    auto variants = unpack_variants(pack.substr(0, size));
    if (!variants) return variants.error();
    pack.remove_prefix(size);
    for (LogoVariant& variant : *variants) kernel->variants_.push_back({brand, std::move(variant)});
  }
  if (!pack.empty()) return wrong;
  return kernel;
}

std::vector<LogoMatch> LogoKernel::find(const Picture& picture) const {
  std::vector<LogoMatch> out;
  if (variants_.empty() || std::min(picture.width, picture.height) < kSmallestPicture) return out;
  const cv::Mat rgb(picture.height, picture.width, CV_8UC3, const_cast<std::uint8_t*>(picture.rgb.data()));
  cv::Mat grey;
  cv::cvtColor(rgb, grey, cv::COLOR_RGB2GRAY);
  const double scale = std::min(1.0, static_cast<double>(kFrameSide) / std::max(grey.cols, grey.rows));
  if (scale < 1) cv::resize(grey, grey, cv::Size(), scale, scale, cv::INTER_AREA);
  // The same picture and logos give the same answer, whatever was searched before.
  cv::setRNGSeed(1);
  const Features sift = sift_features(grey, kMostPicturePoints), akaze = akaze_features(grey, kMostPicturePoints);
  std::map<std::int32_t, LogoMatch> best;
  for (const Numbered& one : variants_) {
    const LogoVariant& logo = one.variant;
    for (const bool corners : {true, false}) {
      const LogoPlace place = corners ? find_one(logo, logo.sift, sift, cv::NORM_L2, kSiftAgree, grey)
                                      : find_one(logo, logo.akaze, akaze, cv::NORM_HAMMING, kAkazeAgree, grey);
      if (place.score < kCorrelation || place.score <= best[one.number].score) continue;
      best[one.number] = {one.number,
                          std::min(place.score, 1.0),
                          place.points,
                          {static_cast<int>(place.box.x / scale), static_cast<int>(place.box.y / scale),
                           static_cast<int>(place.box.width / scale), static_cast<int>(place.box.height / scale)}};
    }
  }
  for (const auto& [number, match] : best) {
    if (match.reference >= 0) out.push_back(match);
  }
  return out;
}

}  // namespace pantau::media
