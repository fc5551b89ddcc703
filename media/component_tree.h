#pragma once
// Extremal regions of a grey picture: connected parts that are lighter (or darker) than everything around them, over a
// range of thresholds. A glyph of even colour is such a region on almost any background, and the range of thresholds
// that leaves its bounds unchanged is its contrast. Built as a component tree with union-find (Najman & Couprie 2006;
// used for text by Neumann & Matas 2012). Pure functions; any thread.
#include <cstdint>
#include <vector>

#include "media/picture.h"

namespace pantau::media {

struct Glyph {
  int left = 0, top = 0, right = 0, bottom = 0;  // right and bottom exclusive
  int area = 0;                                  // pixels at the middle threshold
  int contrast = 0;                              // grey levels over which the bounds stay
  std::uint8_t level = 0;                        // the middle threshold: pixels at or beyond it belong to the glyph
  bool light = false;                            // lighter than its surroundings
  int channel = 0;                               // which picture it was found in; filled in by the caller
  int seed = 0;                                  // index of one pixel of it
  float colour[3] = {0, 0, 0};                   // filled in by the caller

  int width() const { return right - left; }
  int height() const { return bottom - top; }
};

struct GlyphLimits {
  int min_height = 6, max_height = 400;
  int max_width = 100000;
  int min_area = 10;
  int min_contrast = 12;
  double max_aspect = 15;  // width by height
};

// Regions of one polarity.
std::vector<Glyph> find_glyphs(const GreyPicture& picture, bool light, const GlyphLimits& limits);

// Pixel indices of a glyph (4-connected flood from its seed).
std::vector<int> glyph_pixels(const GreyPicture& picture, const Glyph& glyph);

}  // namespace pantau::media
