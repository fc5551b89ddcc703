#include "media/line_image.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace pantau::media {
namespace {

constexpr int kLineHeight = 40;  // of the writing; the networks were trained near it
constexpr int kMargin = 12;      // quiet space around it
constexpr int kMaxLineWidth = 4000;

// The tilted box of a line as a map from the wanted upright picture back to the source.
struct Cut {
  double centre_x, centre_y, width, height, angle, scale;

  // `factor`: source pixels per picture pixel; `left`, `top`: where the source lies.
  cv::Mat from(const cv::Mat& source, double factor, double left, double top, int interpolation,
               const cv::Scalar& border) const {
    const double wanted = scale / factor;  // wanted pixels per source pixel
    // Sampling far down would alias: cut at up to twice the size, then average.
    const double step_scale = wanted < 0.5 ? 2 * wanted : std::max(wanted, std::min(1.0, 2 * wanted));
    const cv::Size size(std::max(1, static_cast<int>(std::lround(width * factor * step_scale))),
                        std::max(1, static_cast<int>(std::lround(height * factor * step_scale))));
    const double step = 1 / step_scale;
    const double cosine = std::cos(angle);
    const double sine = std::sin(angle);
    // Pixel centres: (x + 0.5) * step - 0.5.
    const double half_x = 0.5 * (size.width - 1);
    const double half_y = 0.5 * (size.height - 1);
    const double middle_x = centre_x * factor - 0.5 - left;
    const double middle_y = centre_y * factor - 0.5 - top;
    const cv::Mat map =
        (cv::Mat_<double>(2, 3) << step * cosine, -step * sine, middle_x - step * (half_x * cosine - half_y * sine),
         step * sine, step * cosine, middle_y - step * (half_x * sine + half_y * cosine));
    cv::Mat smooth = source;
    if (step_scale < 0.7)
      cv::blur(source, smooth, cv::Size(static_cast<int>(1 / step_scale) | 1, static_cast<int>(1 / step_scale) | 1));
    cv::Mat cut;
    cv::warpAffine(smooth, cut, map, size, interpolation | cv::WARP_INVERSE_MAP, cv::BORDER_CONSTANT, border);
    cv::Mat out;
    cv::resize(cut, out, final_size(), 0, 0, step_scale > wanted ? cv::INTER_AREA : cv::INTER_LINEAR);
    return out;
  }
  cv::Size final_size() const {
    return {std::max(1, static_cast<int>(std::lround(width * scale))),
            std::max(1, static_cast<int>(std::lround(height * scale)))};
  }
};

}  // namespace

cv::Mat line_image(const cv::Mat& rgb, const Writing& writing, const TextLine& line, Rendering rendering) {
  Cut cut{};
  cut.scale = kLineHeight / std::max(4.0, line.height);
  const double pad = 0.35 * line.height + 2;
  cut.centre_x = line.centre_x;
  cut.centre_y = line.centre_y;
  cut.width = std::min(line.width + 2 * pad, kMaxLineWidth / cut.scale);
  cut.height = line.height + 2 * pad;
  cut.angle = line.angle;
  // Only the part around the line: blurring the whole picture for each line would be wasted.
  const double reach = 0.5 * std::hypot(cut.width, cut.height) + 4;
  const cv::Rect area = cv::Rect(static_cast<int>(line.centre_x - reach), static_cast<int>(line.centre_y - reach),
                                 static_cast<int>(2 * reach) + 1, static_cast<int>(2 * reach) + 1) &
                        cv::Rect(0, 0, rgb.cols, rgb.rows);
  if (area.empty()) return {};
  const cv::Mat colours = cut.from(rgb(area), 1, area.x, area.y, cv::INTER_CUBIC,
                                   cv::Scalar(line.ground[0], line.ground[1], line.ground[2]));
  double span = 0;
  for (std::size_t c = 0; c < 3; ++c) span += (line.colour[c] - line.ground[c]) * (line.colour[c] - line.ground[c]);
  span = std::max(12.0, std::sqrt(span));
  // How far each pixel is from the colour of the writing, measured by how far the ground is: 0 ink, 255 ground.
  cv::Mat grey(colours.rows, colours.cols, CV_8U);
  for (int y = 0; y < colours.rows; ++y) {
    const auto* from = colours.ptr<cv::Vec3b>(y);
    auto* to = grey.ptr<std::uint8_t>(y);
    for (int x = 0; x < colours.cols; ++x) {
      double square = 0;
      for (int c = 0; c < 3; ++c) {
        const double d = from[x][c] - line.colour[static_cast<std::size_t>(c)];
        square += d * d;
      }
      to[x] = static_cast<std::uint8_t>(std::clamp(255 * std::sqrt(square) / span, 0.0, 255.0));
    }
  }
  if (rendering != Rendering::open) {
    GlyphMask stencil = glyph_mask(writing, line);
    if (stencil.mask.empty()) return {};
    const double glyph = line.glyph_height;
    const int radius =
        rendering == Rendering::tight ? 1 : std::clamp(static_cast<int>(std::lround(0.35 * glyph)), 3, 16);
    cv::Mat glyphs(stencil.mask.height, stencil.mask.width, CV_8U, stencil.mask.luma.data());
    cv::Mat grown;
    cv::copyMakeBorder(glyphs, grown, radius, radius, radius, radius, cv::BORDER_CONSTANT, cv::Scalar(0));
    cv::dilate(grown, grown,
               cv::getStructuringElement(radius == 1 ? cv::MORPH_RECT : cv::MORPH_ELLIPSE,
                                         cv::Size(2 * radius + 1, 2 * radius + 1)));
    const cv::Mat keep =
        cut.from(grown, writing.scale, stencil.left - radius, stencil.top - radius, cv::INTER_LINEAR, cv::Scalar(0));
    for (int y = 0; y < grey.rows; ++y) {
      auto* value = grey.ptr<std::uint8_t>(y);
      const auto* kept = keep.ptr<std::uint8_t>(y);
      for (int x = 0; x < grey.cols; ++x) value[x] = static_cast<std::uint8_t>(255 - (255 - value[x]) * kept[x] / 255);
    }
  }
  cv::Mat out;
  cv::copyMakeBorder(grey, out, kMargin, kMargin, kMargin, kMargin, cv::BORDER_CONSTANT, cv::Scalar(255));
  return out;
}

}  // namespace pantau::media
