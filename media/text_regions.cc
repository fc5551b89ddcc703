#include "media/text_regions.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <tuple>

namespace pantau::media {
namespace {

constexpr double kMaxWorkingPixels = 2.0e6;
constexpr double kMinWorkingPixels = 260'000;  // small banners are looked at enlarged
constexpr double kGrainy = 0.06;               // share of pixels; photographs have about 0.03, clean graphics 0.01
constexpr double kHidden = 0.002;
constexpr int kMinGlyphHeight = 6;        // working pixels
constexpr std::size_t kMaxGlyphs = 6000;  // of one polarity; noise gives more, writing never

struct Working {
  cv::Mat rgb;
  std::vector<GreyPicture> channels;
  double scale = 1;

  int width() const { return rgb.cols; }
  int height() const { return rgb.rows; }
};

GreyPicture to_picture(const cv::Mat& grey) {
  GreyPicture out{grey.cols, grey.rows, {}};
  out.luma.reserve(grey.total());
  for (int y = 0; y < grey.rows; ++y)
    out.luma.insert(out.luma.end(), grey.ptr<std::uint8_t>(y), grey.ptr<std::uint8_t>(y) + grey.cols);
  return out;
}

// The colour direction in which the picture varies most, as a grey picture around 128.
cv::Mat main_hue(const cv::Mat& rgb) {
  cv::Mat opponent(rgb.rows, rgb.cols, CV_32FC2);
  double aa = 0, bb = 0, ab = 0, sum_a = 0, sum_b = 0;
  for (int y = 0; y < rgb.rows; ++y) {
    const auto* from = rgb.ptr<cv::Vec3b>(y);
    auto* to = opponent.ptr<cv::Vec2f>(y);
    for (int x = 0; x < rgb.cols; ++x) {
      const auto a = static_cast<float>(from[x][0] - from[x][1]);
      const auto b = static_cast<float>(from[x][2]) - 0.5f * static_cast<float>(from[x][0] + from[x][1]);
      to[x] = {a, b};
      aa += a * a;
      bb += b * b;
      ab += a * b;
      sum_a += a;
      sum_b += b;
    }
  }
  const double count = static_cast<double>(rgb.total());
  aa = aa / count - sum_a / count * sum_a / count;
  bb = bb / count - sum_b / count * sum_b / count;
  ab = ab / count - sum_a / count * sum_b / count;
  const double angle = 0.5 * std::atan2(2 * ab, aa - bb);
  const auto u = static_cast<float>(std::cos(angle));
  const auto v = static_cast<float>(std::sin(angle));
  const auto middle = static_cast<float>(u * sum_a / count + v * sum_b / count);
  cv::Mat hue(rgb.rows, rgb.cols, CV_8U);
  for (int y = 0; y < rgb.rows; ++y) {
    const auto* from = opponent.ptr<cv::Vec2f>(y);
    auto* to = hue.ptr<std::uint8_t>(y);
    for (int x = 0; x < rgb.cols; ++x)
      to[x] = cv::saturate_cast<std::uint8_t>(128 + u * from[x][0] + v * from[x][1] - middle);
  }
  return hue;
}

// The share of pixels with an edge in hue where grey has none.
double hidden_edges(const cv::Mat& grey, const cv::Mat& hue) {
  std::size_t count = 0;
  for (int y = 2; y + 2 < grey.rows; y += 2) {
    for (int x = 2; x + 2 < grey.cols; ++x) {
      const auto step = [&](const cv::Mat& m) {
        return std::max(std::abs(m.at<std::uint8_t>(y, x + 2) - m.at<std::uint8_t>(y, x - 2)),
                        std::abs(m.at<std::uint8_t>(y + 2, x) - m.at<std::uint8_t>(y - 2, x)));
      };
      if (step(hue) >= 40 && step(grey) < 16) ++count;
    }
  }
  return 2.0 * static_cast<double>(count) / static_cast<double>(grey.total());
}

// The share of pixels that a small median changes much: film grain, noise, foliage.
double graininess(const cv::Mat& grey, const cv::Mat& smooth) {
  std::size_t count = 0;
  for (int y = 0; y < grey.rows; ++y) {
    const auto* a = grey.ptr<std::uint8_t>(y);
    const auto* b = smooth.ptr<std::uint8_t>(y);
    for (int x = 0; x < grey.cols; ++x) count += std::abs(a[x] - b[x]) > 9 ? 1 : 0;
  }
  return static_cast<double>(count) / static_cast<double>(grey.total());
}

Working prepare(const Picture& picture) {
  Working out;
  const cv::Mat full(picture.height, picture.width, CV_8UC3, const_cast<std::uint8_t*>(picture.rgb.data()));
  const double pixels = static_cast<double>(picture.width) * picture.height;
  if (pixels > kMaxWorkingPixels) out.scale = std::sqrt(kMaxWorkingPixels / pixels);
  if (pixels < kMinWorkingPixels) out.scale = std::min(2.0, std::sqrt(kMinWorkingPixels / std::max(1.0, pixels)));
  if (out.scale != 1) {
    cv::resize(full, out.rgb, cv::Size(), out.scale, out.scale, out.scale < 1 ? cv::INTER_AREA : cv::INTER_CUBIC);
  } else {
    out.rgb = full;
  }
  cv::Mat grey;
  cv::cvtColor(out.rgb, grey, cv::COLOR_RGB2GRAY);
  out.channels.push_back(to_picture(grey));
  cv::Mat smooth;
  cv::medianBlur(grey, smooth, out.scale > 1.4 ? 5 : 3);
  if (graininess(grey, smooth) > kGrainy) {
    cv::medianBlur(smooth, smooth, 5);
    out.channels.push_back(to_picture(smooth));
  }
  const cv::Mat hue = main_hue(out.rgb);
  if (hidden_edges(grey, hue) > kHidden) out.channels.push_back(to_picture(hue));
  return out;
}

void colour_glyphs(const Working& working, std::vector<Glyph>& glyphs) {
  for (Glyph& glyph : glyphs) {
    // The picture is in 4:2:0 more often than not: thin strokes carry their neighbours' colour, the lightest or darkest
    // pixels (inside the strokes) the least of it.
    double sum[3] = {0, 0, 0};
    const std::vector<int> pixels = glyph_pixels(working.channels[static_cast<std::size_t>(glyph.channel)], glyph);
    for (const int at : pixels) {
      const cv::Vec3b& p = working.rgb.at<cv::Vec3b>(at / working.width(), at % working.width());
      for (int c = 0; c < 3; ++c) sum[c] += p[c];
    }
    for (int c = 0; c < 3; ++c)
      glyph.colour[c] = static_cast<float>(sum[c] / static_cast<double>(std::max<std::size_t>(1, pixels.size())));
  }
}

bool plausible(const Glyph& glyph, int picture_height) {
  if (glyph.height() < kMinGlyphHeight || glyph.area < 10) return false;
  const double fill = static_cast<double>(glyph.area) / (static_cast<double>(glyph.width()) * glyph.height());
  const double aspect = static_cast<double>(glyph.width()) / glyph.height();
  if (glyph.height() > 0.7 * picture_height && glyph.height() > 60) return false;
  if (aspect > 3 && fill > 0.75) return false;  // a bar or a button
  if (aspect < 0.08) return false;
  return fill > 0.06;
}

// Regions that hold nearly the same pixels (found again at another contrast) count once, the steadier one.
void drop_twins(std::vector<Glyph>& glyphs) {
  std::sort(glyphs.begin(), glyphs.end(), [](const Glyph& a, const Glyph& b) {
    return std::tie(a.left, a.top, a.right, a.bottom, b.contrast) <
           std::tie(b.left, b.top, b.right, b.bottom, a.contrast);
  });
  std::vector<Glyph> kept;
  for (const Glyph& glyph : glyphs) {
    bool twin = false;
    for (std::size_t i = kept.size(); i-- > 0 && kept[i].left >= glyph.left - 3;) {
      Glyph& other = kept[i];
      const int overlap_x = std::min(other.right, glyph.right) - std::max(other.left, glyph.left);
      const int overlap_y = std::min(other.bottom, glyph.bottom) - std::max(other.top, glyph.top);
      if (overlap_x <= 0 || overlap_y <= 0) continue;
      const double both = static_cast<double>(overlap_x) * overlap_y;
      const double larger = std::max(static_cast<double>(other.width()) * other.height(),
                                     static_cast<double>(glyph.width()) * glyph.height());
      if (both < 0.8 * larger) continue;
      if (glyph.contrast > other.contrast) other = glyph;
      twin = true;
      break;
    }
    if (!twin) kept.push_back(glyph);
  }
  glyphs = std::move(kept);
}

double colour_distance(const float* a, const float* b) {
  const double r = a[0] - b[0];
  const double g = a[1] - b[1];
  const double bl = a[2] - b[2];
  return std::sqrt(r * r + g * g + bl * bl);
}

bool neighbours(const Glyph& a, const Glyph& b) {
  const int large = std::max(a.height(), b.height());
  const int small = std::min(a.height(), b.height());
  if (large > 2.3 * small) return false;
  const int gap = std::max(a.left, b.left) - std::min(a.right, b.right);
  if (gap > 1.1 * large || gap < -0.6 * std::min(a.width(), b.width())) return false;
  const int overlap = std::min(a.bottom, b.bottom) - std::max(a.top, b.top);
  if (overlap < 0.45 * small) return false;
  const double contrast = std::max(a.contrast, b.contrast);
  if (std::min(a.contrast, b.contrast) < 0.25 * contrast) return false;
  return colour_distance(a.colour, b.colour) < 50 + 0.12 * contrast;
}

int root_of(std::vector<int>& parents, int at) {
  while (parents[static_cast<std::size_t>(at)] != at) {
    parents[static_cast<std::size_t>(at)] = parents[static_cast<std::size_t>(parents[static_cast<std::size_t>(at)])];
    at = parents[static_cast<std::size_t>(at)];
  }
  return at;
}

std::vector<std::vector<Glyph>> chain(std::vector<Glyph> glyphs) {
  std::sort(glyphs.begin(), glyphs.end(),
            [](const Glyph& a, const Glyph& b) { return std::tie(a.left, a.top) < std::tie(b.left, b.top); });
  std::vector<int> parents(glyphs.size());
  std::iota(parents.begin(), parents.end(), 0);
  int widest = 0;
  int tallest = 0;
  for (const Glyph& glyph : glyphs) {
    widest = std::max(widest, glyph.width());
    tallest = std::max(tallest, glyph.height());
  }
  for (std::size_t i = 0; i < glyphs.size(); ++i) {
    for (std::size_t j = i + 1; j < glyphs.size(); ++j) {
      if (glyphs[j].left - glyphs[i].right > 1.1 * std::min(tallest, static_cast<int>(2.3 * glyphs[i].height()))) break;
      if (!neighbours(glyphs[i], glyphs[j])) continue;
      parents[static_cast<std::size_t>(root_of(parents, static_cast<int>(j)))] = root_of(parents, static_cast<int>(i));
    }
  }
  std::vector<std::vector<Glyph>> groups(glyphs.size());
  for (std::size_t i = 0; i < glyphs.size(); ++i)
    groups[static_cast<std::size_t>(root_of(parents, static_cast<int>(i)))].push_back(glyphs[i]);
  std::erase_if(groups, [](const std::vector<Glyph>& group) { return group.empty(); });
  return groups;
}

template <typename T>
T percentile(std::vector<T> values, double share) {
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

// The direction of a chain: the median slope between glyph centres that are well apart (Theil-Sen), which ascenders,
// commas and a stray region do not turn.
double slope_of(const std::vector<Glyph>& group, double height) {
  std::vector<double> slopes;
  const std::size_t step = std::max<std::size_t>(1, group.size() / 40);
  for (std::size_t i = 0; i < group.size(); i += step) {
    for (std::size_t j = i + 1; j < group.size(); j += step) {
      const double dx = 0.5 * (group[j].left + group[j].right - group[i].left - group[i].right);
      if (std::abs(dx) < 3 * height) continue;
      // Bottoms are steadier than tops in Latin, centres in Chinese; their mean serves both.
      const double dy = 0.5 * (group[j].bottom - group[i].bottom) +
                        0.25 * (group[j].top + group[j].bottom - group[i].top - group[i].bottom);
      slopes.push_back(dy / dx);
    }
  }
  if (slopes.size() < 3) return 0;
  const double slope = percentile(slopes, 0.5);
  return std::abs(slope) < 0.017 ? 0 : std::clamp(slope, -1.2, 1.2);
}

bool make_line(const std::vector<Glyph>& group, TextLine& line) {
  std::vector<int> heights;
  std::vector<int> contrasts;
  int widest = 0;
  for (const Glyph& glyph : group) {
    heights.push_back(glyph.height());
    contrasts.push_back(glyph.contrast);
    widest = std::max(widest, glyph.width());
  }
  const double height = percentile(heights, 0.75);
  const double slope = slope_of(group, height);
  line.angle = std::atan(slope);
  const double cosine = std::cos(line.angle);
  const double sine = std::sin(line.angle);
  double low_u = 1e9, high_u = -1e9, low_v = 1e9, high_v = -1e9;
  for (const Glyph& glyph : group) {
    const double centre_x = 0.5 * (glyph.left + glyph.right);
    const double centre_y = 0.5 * (glyph.top + glyph.bottom);
    const double u = centre_x * cosine + centre_y * sine;
    const double v = -centre_x * sine + centre_y * cosine;
    // An upright box around a tilted glyph is larger than the glyph.
    const double tilt = std::abs(sine);
    const double half_w = 0.5 * std::max(2.0, glyph.width() - tilt * glyph.height());
    const double half_h = 0.5 * std::max(2.0, glyph.height() - tilt * glyph.width());
    low_u = std::min(low_u, u - half_w);
    high_u = std::max(high_u, u + half_w);
    low_v = std::min(low_v, v - half_h);
    high_v = std::max(high_v, v + half_h);
  }
  line.width = high_u - low_u;
  line.height = high_v - low_v;
  const double u = 0.5 * (low_u + high_u);
  const double v = 0.5 * (low_v + high_v);
  line.centre_x = u * cosine - v * sine;
  line.centre_y = u * sine + v * cosine;
  line.glyphs = static_cast<int>(group.size());
  line.glyph_height = height;
  line.light = group.front().light;
  line.members = group;
  const double contrast = percentile(contrasts, 0.5);
  std::vector<double> fills;
  for (const Glyph& glyph : group)
    fills.push_back(static_cast<double>(glyph.area) / (static_cast<double>(glyph.width()) * glyph.height()));
  if (percentile(fills, 0.3) > 0.87) return false;  // a row of boxes: windows, tiles, bars
  line.score = contrast * std::sqrt(static_cast<double>(group.size()) * line.width / std::max(1.0, line.height));
  if (line.height > 2.7 * height) return false;  // not a line: a scatter
  if (group.size() >= 3) return line.width > 1.2 * height;
  if (group.size() == 2) return line.width > 1.5 * height && height >= 10;  // two characters, or two joined pieces
  const Glyph& only = group.front();                                        // joined-up writing
  const double fill = static_cast<double>(only.area) / (static_cast<double>(only.width()) * only.height());
  return widest > 2.2 * height && height >= 10 && fill < 0.6 && contrast >= 40;
}

double mean_distance(const std::vector<cv::Vec3b>& pixels, const std::array<double, 3>& from) {
  if (pixels.empty()) return 0;
  double sum = 0;
  for (const cv::Vec3b& pixel : pixels) {
    double square = 0;
    for (int c = 0; c < 3; ++c) {
      const double d = pixel[c] - from[static_cast<std::size_t>(c)];
      square += d * d;
    }
    sum += std::sqrt(square);
  }
  return sum / static_cast<double>(pixels.size());
}

// The colour of the writing and of what touches it.
void measure_colours(const Working& working, TextLine& line) {
  double sum[3] = {0, 0, 0};
  double weight = 0;
  int left = working.width(), top = working.height(), right = 0, bottom = 0;
  for (const Glyph& glyph : line.members) {
    for (int c = 0; c < 3; ++c) sum[c] += glyph.colour[c] * static_cast<float>(glyph.area);
    weight += glyph.area;
    left = std::min(left, glyph.left);
    top = std::min(top, glyph.top);
    right = std::max(right, glyph.right);
    bottom = std::max(bottom, glyph.bottom);
  }
  for (std::size_t c = 0; c < 3; ++c) line.colour[c] = sum[c] / std::max(1.0, weight);
  const cv::Rect area = cv::Rect(left - 4, top - 4, right - left + 8, bottom - top + 8) &
                        cv::Rect(0, 0, working.width(), working.height());
  cv::Mat mask = cv::Mat::zeros(area.height, area.width, CV_8U);
  for (const Glyph& glyph : line.members) {
    for (const int at : glyph_pixels(working.channels[static_cast<std::size_t>(glyph.channel)], glyph)) {
      mask.at<std::uint8_t>(at / working.width() - area.y, at % working.width() - area.x) = 255;
    }
  }
  // The ring two pixels out: beyond the soft edge, still inside a thin outline. And what lies further out, as far as a
  // reader of whole lines would see.
  const int reach = std::clamp(static_cast<int>(std::lround(0.35 * line.glyph_height)), 4, 16);
  cv::Mat inner;
  cv::Mat outer;
  cv::Mat around;
  cv::dilate(mask, inner, cv::Mat::ones(3, 3, CV_8U));
  cv::dilate(mask, outer, cv::Mat::ones(7, 7, CV_8U));
  cv::dilate(mask, around, cv::Mat::ones(2 * reach + 1, 2 * reach + 1, CV_8U));
  std::vector<cv::Vec3b> ring, beyond;
  const cv::Mat rgb = working.rgb(area);
  for (int y = 0; y < area.height; ++y) {
    for (int x = 0; x < area.width; ++x) {
      if (outer.at<std::uint8_t>(y, x) != 0) {
        if (inner.at<std::uint8_t>(y, x) == 0) ring.push_back(rgb.at<cv::Vec3b>(y, x));
      } else if (around.at<std::uint8_t>(y, x) != 0) {
        beyond.push_back(rgb.at<cv::Vec3b>(y, x));
      }
    }
  }
  if (ring.empty()) {
    line.ground = {255.0 * !line.light, 255.0 * !line.light, 255.0 * !line.light};
    return;
  }
  std::vector<std::uint8_t> values(ring.size());
  for (int c = 0; c < 3; ++c) {
    std::transform(ring.begin(), ring.end(), values.begin(), [c](const cv::Vec3b& pixel) { return pixel[c]; });
    line.ground[static_cast<std::size_t>(c)] = percentile(values, 0.5);
  }
  line.ground_spread = mean_distance(ring, line.ground);
  line.around_spread = mean_distance(beyond, line.ground);
}

bool inside(const TextLine& inner, const TextLine& outer) {
  const double cosine = std::cos(outer.angle);
  const double sine = std::sin(outer.angle);
  const double dx = inner.centre_x - outer.centre_x;
  const double dy = inner.centre_y - outer.centre_y;
  const double u = dx * cosine + dy * sine;
  const double v = -dx * sine + dy * cosine;
  return std::abs(u) + 0.5 * inner.width < 0.5 * outer.width + 0.35 * outer.height &&
         std::abs(v) + 0.35 * inner.height < 0.5 * outer.height + 2;
}

// The holes of letters form chains of the other polarity, and pieces of letters chains of their own: both lie inside a
// line that explains more.
void drop_nested(std::vector<TextLine>& lines) {
  std::stable_sort(lines.begin(), lines.end(), [](const TextLine& a, const TextLine& b) { return a.score > b.score; });
  std::vector<TextLine> kept;
  for (TextLine& line : lines) {
    const bool nested = std::any_of(kept.begin(), kept.end(), [&](const TextLine& other) {
      return inside(line, other) && line.height < 1.15 * other.height &&
             (line.height < 0.8 * other.height || line.score < 0.6 * other.score || line.light != other.light);
    });
    if (!nested) kept.push_back(std::move(line));
  }
  lines = std::move(kept);
}

void sort_by_left(std::vector<Glyph>& glyphs) {
  std::sort(glyphs.begin(), glyphs.end(), [](const Glyph& a, const Glyph& b) {
    return std::tie(a.left, a.top, a.seed) < std::tie(b.left, b.top, b.seed);
  });
}

// Whether a small region is of the line's ink, by its least mixed pixel: small ones carry much of their ground.
bool same_ink(const Writing& writing, const TextLine& line, const Glyph& glyph) {
  const GreyPicture& grey = writing.channels.front();
  const std::vector<int> pixels = glyph_pixels(grey, glyph);
  const auto purer = [&](int a, int b) {
    const auto x = grey.luma[static_cast<std::size_t>(a)], y = grey.luma[static_cast<std::size_t>(b)];
    return line.light ? x < y : x > y;
  };
  const auto purest = std::max_element(pixels.begin(), pixels.end(), purer);
  if (purest == pixels.end()) return false;
  double away = 0, span = 0;
  for (std::size_t c = 0; c < 3; ++c) {
    const double found = writing.picture.rgb[3 * static_cast<std::size_t>(*purest) + c];
    away += (found - line.colour[c]) * (found - line.colour[c]);
    span += (line.ground[c] - line.colour[c]) * (line.ground[c] - line.colour[c]);
  }
  return std::sqrt(away) < std::clamp(0.2 * std::sqrt(span), 35.0, 65.0);
}

// No further from one of the line's own glyphs than a comma stands.
bool beside_a_member(const TextLine& line, const Glyph& glyph) {
  const double reach = 0.45 * line.glyph_height;
  return std::any_of(line.members.begin(), line.members.end(), [&](const Glyph& member) {
    return glyph.left < member.right + reach && glyph.right > member.left - reach;
  });
}

// Dots, commas and accents: of the line's colour, beside or between its glyphs, not larger than they are.
std::vector<Glyph> companions(const Writing& writing, const TextLine& line) {
  std::vector<Glyph> found;
  const std::vector<Glyph>& all = line.light ? writing.light : writing.dark;
  const double scale = writing.scale;
  const double cosine = std::cos(line.angle);
  const double sine = std::sin(line.angle);
  const double half_width = 0.5 * line.width * scale + 0.5 * line.glyph_height;
  const double half_height = 0.5 * line.height * scale + 0.5 * line.glyph_height;
  const double reach = half_width + half_height;
  const auto first = std::lower_bound(all.begin(), all.end(), line.centre_x * scale - reach - line.glyph_height,
                                      [](const Glyph& glyph, double left) { return glyph.left < left; });
  for (auto it = first; it != all.end() && it->left < line.centre_x * scale + reach; ++it) {
    if (it->height() > 1.3 * line.glyph_height || it->width() > 2.0 * line.glyph_height) continue;
    const double dx = 0.5 * (it->left + it->right) - line.centre_x * scale;
    const double dy = 0.5 * (it->top + it->bottom) - line.centre_y * scale;
    const double off = std::abs(-dx * sine + dy * cosine);
    if (std::abs(dx * cosine + dy * sine) > half_width || off > half_height) continue;
    // Above and below stand accents and dots, but also the lines before and after.
    if (off > 0.5 * line.height * scale && it->height() > 0.5 * line.glyph_height) continue;
    if (!beside_a_member(line, *it) || !same_ink(writing, line, *it)) continue;
    found.push_back(*it);
    if (found.size() > 400) break;
  }
  return found;
}

}  // namespace

Writing find_writing(const Picture& picture) {
  Writing out;
  if (picture.width < 8 || picture.height < 8) return out;
  Working working = prepare(picture);
  GlyphLimits limits;
  limits.min_height = 2;
  limits.min_area = 4;
  limits.max_height = std::max(40, static_cast<int>(0.7 * working.height()));
  std::vector<TextLine> lines;
  for (std::size_t channel = 0; channel < working.channels.size(); ++channel) {
    for (const bool light : {false, true}) {
      std::vector<Glyph> all = find_glyphs(working.channels[channel], light, limits);
      std::vector<Glyph> glyphs;
      std::copy_if(all.begin(), all.end(), std::back_inserter(glyphs),
                   [&](const Glyph& glyph) { return plausible(glyph, working.height()); });
      if (channel == 0) {
        sort_by_left(all);
        (light ? out.light : out.dark) = std::move(all);
      }
      if (glyphs.size() > kMaxGlyphs) {
        std::nth_element(glyphs.begin(), glyphs.begin() + kMaxGlyphs, glyphs.end(),
                         [](const Glyph& a, const Glyph& b) { return a.contrast > b.contrast; });
        glyphs.resize(kMaxGlyphs);
      }
      for (Glyph& glyph : glyphs) glyph.channel = static_cast<int>(channel);
      drop_twins(glyphs);
      colour_glyphs(working, glyphs);
      for (const std::vector<Glyph>& group : chain(std::move(glyphs))) {
        TextLine line;
        if (!make_line(group, line)) continue;
        if (channel > 0) line.score *= 0.7;  // tried when the grey one is not read surely
        lines.push_back(std::move(line));
      }
    }
  }
  drop_nested(lines);
  for (TextLine& line : lines) {
    measure_colours(working, line);
    line.centre_x /= working.scale;
    line.centre_y /= working.scale;
    line.width /= working.scale;
    line.height /= working.scale;
  }
  out.lines = std::move(lines);
  out.channels = std::move(working.channels);
  out.scale = working.scale;
  out.picture.width = working.width();
  out.picture.height = working.height();
  out.picture.rgb.reserve(3 * working.rgb.total());
  for (int y = 0; y < working.height(); ++y) {
    const auto* row = working.rgb.ptr<std::uint8_t>(y);
    out.picture.rgb.insert(out.picture.rgb.end(), row, row + 3 * static_cast<std::size_t>(working.width()));
  }
  return out;
}

GlyphMask glyph_mask(const Writing& writing, const TextLine& line) {
  std::vector<Glyph> glyphs = line.members;
  const std::vector<Glyph> beside = companions(writing, line);
  glyphs.insert(glyphs.end(), beside.begin(), beside.end());
  const int width = writing.channels.front().width;
  int left = width, top = writing.channels.front().height, right = 0, bottom = 0;
  for (const Glyph& glyph : glyphs) {
    left = std::min(left, glyph.left);
    top = std::min(top, glyph.top);
    right = std::max(right, glyph.right);
    bottom = std::max(bottom, glyph.bottom);
  }
  GlyphMask out;
  if (right <= left || bottom <= top) return out;
  out.left = left;
  out.top = top;
  out.mask = {
      right - left, bottom - top,
      std::vector<std::uint8_t>(static_cast<std::size_t>(right - left) * static_cast<std::size_t>(bottom - top), 0)};
  for (const Glyph& glyph : glyphs) {
    for (const int at : glyph_pixels(writing.channels[static_cast<std::size_t>(glyph.channel)], glyph)) {
      const int x = at % width - left;
      const int y = at / width - top;
      out.mask
          .luma[static_cast<std::size_t>(y) * static_cast<std::size_t>(out.mask.width) + static_cast<std::size_t>(x)] =
          255;
    }
  }
  return out;
}

}  // namespace pantau::media
