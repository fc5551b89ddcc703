#include "media/logos/logo_features.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <opencv2/features2d.hpp>
#include <opencv2/imgproc.hpp>

#include "media/convert.h"
#include "media/decode.h"
#include "media/ffmpeg.h"

namespace pantau::media {
namespace {

constexpr int kSmallestLogo = 24;          // pixels of the longer side
constexpr int kMostReferencePoints = 260;  // of one variant and kind
constexpr std::size_t kFewPoints = 8;      // SIFT points of the best variant; fewer can never be found again
constexpr std::size_t kMostVariants = 8;
constexpr std::size_t kMostPackedPoints = 5000;

Features features_of(cv::Feature2D& finder, const cv::Mat& grey, int most) {
  std::vector<cv::KeyPoint> points;
  finder.detect(grey, points);
  cv::KeyPointsFilter::retainBest(points, most);
  Features out;
  finder.compute(grey, points, out.descriptors);
  for (const cv::KeyPoint& point : points) out.points.push_back(point.pt);
  return out;
}

class FeatureWriter {
 public:
  void number(std::uint32_t value) { bytes_.append(reinterpret_cast<const char*>(&value), 4); }
  void picture(const cv::Mat& mat) {
    number(static_cast<std::uint32_t>(mat.rows));
    number(static_cast<std::uint32_t>(mat.cols));
    for (int row = 0; row < mat.rows; ++row)
      bytes_.append(mat.ptr<char>(row), static_cast<std::size_t>(mat.cols) * mat.elemSize());
  }
  void features(const Features& features) {
    number(static_cast<std::uint32_t>(features.points.size()));
    for (const cv::Point2f& point : features.points) bytes_.append(reinterpret_cast<const char*>(&point), 8);
    picture(features.descriptors);
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class FeatureReader {
 public:
  explicit FeatureReader(std::string_view bytes) : rest_(bytes) {}
  std::uint32_t number() {
    std::uint32_t value = 0;
    take(&value, 4);
    return value;
  }
  cv::Mat picture(int type, std::uint32_t most_rows, std::uint32_t most_columns) {
    const std::uint32_t rows = number(), columns = number();
    if (!ok_ || rows > most_rows || columns > most_columns) {
      ok_ = false;
      return {};
    }
    if (rows == 0 || columns == 0) return {};
    cv::Mat out(static_cast<int>(rows), static_cast<int>(columns), type);
    take(out.data, out.total() * out.elemSize());
    return out;
  }
  Features features(int type, std::uint32_t columns) {
    Features out;
    const std::uint32_t count = number();
    if (!ok_ || count > kMostPackedPoints) {
      ok_ = false;
      return out;
    }
    out.points.resize(count);
    take(out.points.data(), std::size_t{8} * count);
    out.descriptors = picture(type, kMostPackedPoints, columns);
    ok_ = ok_ && static_cast<std::size_t>(out.descriptors.rows) == out.points.size() &&
          (count == 0 || static_cast<std::uint32_t>(out.descriptors.cols) == columns);
    return out;
  }
  bool ok() const { return ok_; }
  bool finished() const { return ok_ && rest_.empty(); }

 private:
  void take(void* to, std::size_t size) {
    ok_ = ok_ && size <= rest_.size();
    if (!ok_) return;
    std::memcpy(to, rest_.data(), size);
    rest_.remove_prefix(size);
  }
  std::string_view rest_;
  bool ok_ = true;
};

LogoVariant variant_of(const cv::Mat& grey, const cv::Mat& mask) {
  return {grey, mask, sift_features(grey, kMostReferencePoints), akaze_features(grey, kMostReferencePoints)};
}

}  // namespace

std::string_view text(LogoGrade grade) {
  switch (grade) {
    case LogoGrade::good:
      return "good";
    case LogoGrade::few_features:
      return "few features";
    case LogoGrade::too_small:
      return "too small";
    case LogoGrade::one_colour:
      return "one colour";
    case LogoGrade::undecodable:
      break;
  }
  return "not a picture";
}

Features sift_features(const cv::Mat& grey, int most) {
  return features_of(*cv::SIFT::create(most, 3, 0.04, 10, 1.6, CV_8U), grey, most);
}

Features akaze_features(const cv::Mat& grey, int most) {
  return features_of(*cv::AKAZE::create(), grey, most);
}

LogoReport look_at_logo(int width, int height, const std::vector<std::uint8_t>& rgba) {
  LogoReport report;
  if (std::max(width, height) < kSmallestLogo || std::min(width, height) < 4) {
    report.grade = LogoGrade::too_small;
    report.detail = fmt::format("{}x{} pixels; a logo needs {} at least, 300 are good", width, height, kSmallestLogo);
    return report;
  }
  const cv::Mat whole(height, width, CV_8UC4, const_cast<std::uint8_t*>(rgba.data()));
  cv::Mat planes[4];
  cv::split(whole, planes);
  const bool cut_out = cv::countNonZero(planes[3] < 128) > width * height / 50;
  // What is there at all: the opaque part, or what differs from the corner.
  cv::Mat there;
  if (cut_out) {
    there = planes[3] >= 32;
  } else {
    cv::Mat difference;
    cv::absdiff(whole, cv::Scalar(whole.at<cv::Vec4b>(0, 0)), difference);
    cv::Mat parts[4];
    cv::split(difference, parts);
    there = cv::max(cv::max(parts[0], parts[1]), parts[2]) >= 24;
  }
  const cv::Rect content = cv::boundingRect(there);
  if (content.empty()) {
    report.grade = LogoGrade::one_colour;
    report.detail = "it is of one colour: there is nothing in it";
    return report;
  }
  // With a little room around it, as logos have.
  const int margin = std::max(content.width, content.height) / 12 + 1;
  cv::Mat padded, alpha;
  const cv::Scalar ground = cut_out ? cv::Scalar(0, 0, 0, 0) : cv::Scalar(whole.at<cv::Vec4b>(0, 0));
  cv::copyMakeBorder(whole(content), padded, margin, margin, margin, margin, cv::BORDER_CONSTANT, ground);
  const double scale = static_cast<double>(kLogoSide) / std::max(padded.cols, padded.rows);
  const auto composite = [&](int on) {
    cv::Mat out(padded.rows, padded.cols, CV_8UC1);
    for (int y = 0; y < padded.rows; ++y) {
      for (int x = 0; x < padded.cols; ++x) {
        const cv::Vec4b& p = padded.at<cv::Vec4b>(y, x);
        const int luma = (299 * p[0] + 587 * p[1] + 114 * p[2]) / 1000;
        const int a = cut_out ? p[3] : 255;
        out.at<std::uint8_t>(y, x) = static_cast<std::uint8_t>((luma * a + on * (255 - a)) / 255);
      }
    }
    cv::Mat scaled;
    cv::resize(out, scaled, cv::Size(), scale, scale, scale < 1 ? cv::INTER_AREA : cv::INTER_CUBIC);
    return scaled;
  };
  cv::Mat near_sign, mask;
  cv::copyMakeBorder(there(content), near_sign, margin, margin, margin, margin, cv::BORDER_CONSTANT, cv::Scalar(0));
  cv::resize(near_sign, mask, cv::Size(), scale, scale, cv::INTER_NEAREST);
  cv::dilate(mask, mask, cv::getStructuringElement(cv::MORPH_ELLIPSE, cv::Size(13, 13)));

  std::vector<LogoVariant> variants;
  std::vector<cv::Mat> greys;
  const cv::Mat on_white = composite(255);
  greys.push_back(on_white);
  greys.push_back(255 - on_white);
  if (cut_out) {
    const cv::Mat on_black = composite(0);
    greys.push_back(on_black);
    greys.push_back(255 - on_black);
  }
  std::size_t best = 0;
  double contrast = 0;
  for (const cv::Mat& grey : greys) {
    cv::Scalar mean, deviation;
    cv::meanStdDev(grey, mean, deviation);
    contrast = std::max(contrast, deviation[0]);
    if (deviation[0] < 4) continue;  // white on white
    variants.push_back(variant_of(grey, mask));
    best = std::max({best, variants.back().sift.points.size(), variants.back().akaze.points.size()});
  }
  if (contrast < 4) {
    report.grade = LogoGrade::one_colour;
    report.detail = "it is of one colour: there is nothing in it";
  } else if (best < kFewPoints) {
    report.grade = LogoGrade::few_features;
    report.detail = fmt::format("only {} points can be told apart in it; add a larger or fuller one", best);
  } else {
    report.grade = LogoGrade::good;
    report.packed = pack_variants(variants);
  }
  return report;
}

LogoReport read_logo(std::string_view bytes, std::uint64_t max_pixels) {
  LogoReport report;
  DecodeLimits limits;
  limits.max_pixels = max_pixels;
  auto source = open_medium(bytes, limits);
  if (!source) {
    report.detail = source.error().detail;
    return report;
  }
  const auto frame = (*source)->next();
  if (!frame || !(*source)->info().still_format) {
    report.detail = fmt::format("{}: no picture of it can be decoded", describe_bytes(bytes));
    return report;
  }
  const int width = frame->frame->width, height = frame->frame->height;
  const std::vector<std::uint8_t> rgba = to_rgba(*frame->frame);
  if (width <= 0 || height <= 0 ||
      rgba.size() < std::size_t{4} * static_cast<std::size_t>(width) * static_cast<std::size_t>(height)) {
    report.detail = "its pixels cannot be read";
    return report;
  }
  return look_at_logo(width, height, rgba);
}

std::string pack_variants(const std::vector<LogoVariant>& variants) {
  FeatureWriter out;
  out.number(static_cast<std::uint32_t>(variants.size()));
  for (const LogoVariant& variant : variants) {
    out.picture(variant.grey);
    out.picture(variant.mask);
    out.features(variant.sift);
    out.features(variant.akaze);
  }
  return out.take();
}

Result<std::vector<LogoVariant>> unpack_variants(std::string_view packed) {
  FeatureReader in(packed);
  std::vector<LogoVariant> variants;
  const std::uint32_t count = in.number();
  if (count > kMostVariants) return operator_error("the reference pack of logos is malformed");
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
    LogoVariant variant;
    variant.grey = in.picture(CV_8UC1, 4 * kLogoSide, 4 * kLogoSide);
    variant.mask = in.picture(CV_8UC1, 4 * kLogoSide, 4 * kLogoSide);
    variant.sift = in.features(CV_8UC1, 128);
    variant.akaze = in.features(CV_8UC1, 61);
    if (!variant.mask.empty() && variant.mask.size() != variant.grey.size()) break;
    variants.push_back(std::move(variant));
  }
  if (!in.finished() || variants.size() != count) return operator_error("the reference pack of logos is malformed");
  return variants;
}

}  // namespace pantau::media
