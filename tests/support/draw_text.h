#pragma once
// Pictures with writing for tests: a 5x7 bitmap alphabet of capitals, digits and a few signs, drawn large and softened
// a little, so that tests need no font files. Any thread.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <vector>

#include "media/picture.h"

namespace pantau::test {

struct Colour {
  std::uint8_t red = 0, green = 0, blue = 0;
};

inline media::Picture plain_picture(int width, int height, Colour colour) {
  media::Picture picture{width, height, {}};
  picture.rgb.reserve(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3);
  for (int i = 0; i < width * height; ++i) {
    picture.rgb.push_back(colour.red);
    picture.rgb.push_back(colour.green);
    picture.rgb.push_back(colour.blue);
  }
  return picture;
}

// Seven rows of five bits, the highest bit left; all zero for a character that is not there.
inline std::array<std::uint8_t, 7> glyph_rows(char c) {
  switch (c) {
    case 'A':
      return {14, 17, 17, 31, 17, 17, 17};
    case 'B':
      return {30, 17, 17, 30, 17, 17, 30};
    case 'C':
      return {14, 17, 16, 16, 16, 17, 14};
    case 'D':
      return {30, 17, 17, 17, 17, 17, 30};
    case 'E':
      return {31, 16, 16, 30, 16, 16, 31};
    case 'F':
      return {31, 16, 16, 30, 16, 16, 16};
    case 'G':
      return {14, 17, 16, 23, 17, 17, 14};
    case 'H':
      return {17, 17, 17, 31, 17, 17, 17};
    case 'I':
      return {14, 4, 4, 4, 4, 4, 14};
    case 'J':
      return {1, 1, 1, 1, 1, 17, 14};
    case 'K':
      return {17, 18, 20, 24, 20, 18, 17};
    case 'L':
      return {16, 16, 16, 16, 16, 16, 31};
    case 'M':
      return {17, 27, 21, 21, 17, 17, 17};
    case 'N':
      return {17, 25, 21, 19, 17, 17, 17};
    case 'O':
      return {14, 17, 17, 17, 17, 17, 14};
    case 'P':
      return {30, 17, 17, 30, 16, 16, 16};
    case 'R':
      return {30, 17, 17, 30, 20, 18, 17};
    case 'S':
      return {14, 17, 16, 14, 1, 17, 14};
    case 'T':
      return {31, 4, 4, 4, 4, 4, 4};
    case 'U':
      return {17, 17, 17, 17, 17, 17, 14};
    case 'V':
      return {17, 17, 17, 17, 17, 10, 4};
    case 'W':
      return {17, 17, 17, 21, 21, 27, 17};
    case 'X':
      return {17, 17, 10, 4, 10, 17, 17};
    case 'Y':
      return {17, 17, 10, 4, 4, 4, 4};
    case 'Z':
      return {31, 1, 2, 4, 8, 16, 31};
    case '0':
      return {14, 17, 17, 17, 17, 17, 14};
    case '1':
      return {4, 12, 4, 4, 4, 4, 14};
    case '2':
      return {14, 17, 1, 2, 4, 8, 31};
    case '3':
      return {14, 17, 1, 6, 1, 17, 14};
    case '4':
      return {2, 6, 10, 18, 31, 2, 2};
    case '5':
      return {31, 16, 30, 1, 1, 17, 14};
    case '6':
      return {14, 16, 30, 17, 17, 17, 14};
    case '7':
      return {31, 1, 2, 4, 4, 4, 4};
    case '8':
      return {14, 17, 17, 14, 17, 17, 14};
    case '9':
      return {14, 17, 17, 15, 1, 1, 14};
    case '.':
      return {0, 0, 0, 0, 0, 12, 12};
    case '-':
      return {0, 0, 0, 14, 0, 0, 0};
    default:
      return {};
  }
}

// How much of the dot pattern covers a point, 0..1; each set bit is a disc that touches its neighbours, joined by bars,
// so that diagonals are strokes and not stairs.
inline double ink(const std::array<std::uint8_t, 7>& rows, double x, double y) {
  const auto set = [&](int column, int row) {
    return column >= 0 && column < 5 && row >= 0 && row < 7 &&
           ((rows[static_cast<std::size_t>(row)] >> (4 - column)) & 1) != 0;
  };
  double nearest = 1e9;
  for (int row = static_cast<int>(y) - 2; row <= static_cast<int>(y) + 2; ++row) {
    for (int column = static_cast<int>(x) - 2; column <= static_cast<int>(x) + 2; ++column) {
      if (!set(column, row)) continue;
      const double cx = column + 0.5;
      const double cy = row + 0.5;
      nearest = std::min(nearest, std::hypot(x - cx, y - cy));
      for (const auto& [dx, dy] : {std::pair{1, 0}, {0, 1}, {1, 1}, {-1, 1}}) {
        if (!set(column + dx, row + dy)) continue;
        if (dx != 0 && dy != 0 && (set(column + dx, row) || set(column, row + dy)))
          continue;  // a corner, not a diagonal
        const double length = dx * dx + dy * dy;
        const double t = std::clamp(((x - cx) * dx + (y - cy) * dy) / length, 0.0, 1.0);
        nearest = std::min(nearest, std::hypot(x - cx - t * dx, y - cy - t * dy));
      }
    }
  }
  return nearest;
}

// Writes `text` with the top left corner at (x, y); capitals are 7*scale pixels high and advance 6.2*scale.
inline void draw_text(media::Picture& picture, int x, int y, std::string_view text, double scale, Colour colour,
                      double tilt_degrees = 0) {
  const double cosine = std::cos(tilt_degrees * 3.14159265358979 / 180);
  const double sine = std::sin(tilt_degrees * 3.14159265358979 / 180);
  const double advance = 6.2;
  const double length = advance * static_cast<double>(text.size());
  for (int py = 0; py < picture.height; ++py) {
    for (int px = 0; px < picture.width; ++px) {
      const double dx = (px + 0.5 - x) / scale;
      const double dy = (py + 0.5 - y) / scale;
      const double u = dx * cosine + dy * sine;
      const double v = -dx * sine + dy * cosine;
      if (u < -0.5 || v < -0.5 || v > 7.5 || u > length) continue;
      const auto index = static_cast<std::size_t>(std::max(0.0, u) / advance);
      if (index >= text.size() || text[index] == ' ') continue;
      const double distance = ink(glyph_rows(text[index]), u - advance * static_cast<double>(index), v);
      const double cover = std::clamp((0.5 - distance) * scale + 0.5, 0.0, 1.0);
      if (cover <= 0) continue;
      std::uint8_t* to =
          picture.rgb.data() +
          3 * (static_cast<std::size_t>(py) * static_cast<std::size_t>(picture.width) + static_cast<std::size_t>(px));
      to[0] = static_cast<std::uint8_t>(to[0] + (colour.red - to[0]) * cover);
      to[1] = static_cast<std::uint8_t>(to[1] + (colour.green - to[1]) * cover);
      to[2] = static_cast<std::uint8_t>(to[2] + (colour.blue - to[2]) * cover);
    }
  }
}

}  // namespace pantau::test
