#pragma once
// Where writing stands in a picture, without networks: glyph candidates (component_tree.h) of similar size and colour
// that follow each other along a straight line. Finds light and dark, coloured, outlined and tilted writing; writing
// that differs from its ground by hue alone is looked for in a colour channel, writing on grain in a smoothed one,
// where a picture has such places. What is found by mistake is for the reader to throw away. Pure functions; any
// thread.
#include <array>
#include <cstdint>
#include <vector>

#include "media/component_tree.h"
#include "media/picture.h"

namespace pantau::media {

// An upright or tilted box in the picture's pixels. The writing runs along (cos angle, sin angle), y down.
struct TextLine {
  double centre_x = 0, centre_y = 0, width = 0, height = 0, angle = 0;
  bool light = false;              // lighter than what is around it
  std::array<double, 3> colour{};  // of the writing: R, G, B
  std::array<double, 3> ground{};  // of what is right around it
  double ground_spread = 0;        // how busy that is: mean distance from `ground`
  double around_spread = 0;        // the same a little further out, where an outline has ended
  int glyphs = 0;
  double glyph_height = 0;     // of most of them
  double score = 0;            // the higher the more like writing
  std::vector<Glyph> members;  // in working coordinates, see Writing::scale
};

struct Writing {
  std::vector<TextLine> lines;        // best first
  std::vector<GreyPicture> channels;  // what the glyphs were found in: grey, then what this picture needs beside it
  std::vector<Glyph> light, dark;     // every region of grey, also the small ones, by left edge
  double scale = 1;                   // working pixels per picture pixel
  Picture picture;                    // in working pixels
};

Writing find_writing(const Picture& picture);

// 255 where a pixel belongs to the line's glyphs or to a dot, comma or accent beside them, else 0.
struct GlyphMask {
  int left = 0, top = 0;  // where the mask lies in `writing.channels`
  GreyPicture mask;
};
GlyphMask glyph_mask(const Writing& writing, const TextLine& line);

}  // namespace pantau::media
