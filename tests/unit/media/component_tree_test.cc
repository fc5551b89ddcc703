#include "media/component_tree.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace pantau::media {
namespace {

GreyPicture plain(int width, int height, std::uint8_t value) {
  return {width, height, std::vector<std::uint8_t>(static_cast<std::size_t>(width * height), value)};
}

void fill(GreyPicture& picture, int left, int top, int width, int height, std::uint8_t value) {
  for (int y = top; y < top + height; ++y) {
    for (int x = left; x < left + width; ++x) picture.luma[static_cast<std::size_t>(y * picture.width + x)] = value;
  }
}

TEST(ComponentTree, FindsAStrokeWithItsBoundsAndContrast) {
  for (const bool light : {false, true}) {
    GreyPicture picture = plain(60, 40, light ? 40 : 210);
    fill(picture, 20, 10, 5, 16, light ? 180 : 70);
    const std::vector<Glyph> glyphs = find_glyphs(picture, light, {});
    ASSERT_EQ(glyphs.size(), 1u) << light;
    EXPECT_EQ(glyphs[0].left, 20);
    EXPECT_EQ(glyphs[0].right, 25);
    EXPECT_EQ(glyphs[0].top, 10);
    EXPECT_EQ(glyphs[0].bottom, 26);
    EXPECT_EQ(glyphs[0].area, 80);
    EXPECT_EQ(glyphs[0].contrast, 140);
    EXPECT_TRUE(find_glyphs(picture, !light, {.max_height = 30}).empty());
  }
}

TEST(ComponentTree, StrokeOnASlopeIsFoundAtItsOwnContrast) {
  GreyPicture picture = plain(80, 40, 0);
  for (int y = 0; y < 40; ++y) {
    for (int x = 0; x < 80; ++x) picture.luma[static_cast<std::size_t>(y * 80 + x)] = static_cast<std::uint8_t>(2 * x);
  }
  fill(picture, 20, 10, 4, 15, 120);
  const std::vector<Glyph> glyphs = find_glyphs(picture, true, {.max_height = 30, .max_width = 30});
  const auto stroke =
      std::find_if(glyphs.begin(), glyphs.end(), [](const Glyph& g) { return g.left == 20 && g.right == 24; });
  ASSERT_NE(stroke, glyphs.end());
  EXPECT_NEAR(stroke->contrast, 120 - 48, 3);
}

TEST(ComponentTree, LimitsAreKept) {
  GreyPicture picture = plain(100, 60, 200);
  fill(picture, 5, 5, 3, 30, 20);     // tall
  fill(picture, 20, 5, 60, 6, 20);    // wide
  fill(picture, 20, 30, 4, 10, 195);  // faint
  EXPECT_EQ(find_glyphs(picture, false, {.max_height = 20, .max_aspect = 5}).size(), 0u);
  EXPECT_EQ(find_glyphs(picture, false, {.max_height = 40, .max_aspect = 5}).size(), 1u);
  EXPECT_EQ(find_glyphs(picture, false, {.max_height = 40, .max_aspect = 15}).size(), 2u);
}

// On random pictures: the flood from the seed at the level gives the area and the bounds that the tree says.
TEST(ComponentTree, AgreesWithPlainFloodFilling) {
  std::uint32_t state = 5;
  for (int round = 0; round < 60; ++round) {
    GreyPicture picture = plain(23, 17, 0);
    for (std::uint8_t& value : picture.luma) {
      state = state * 1664525 + 1013904223;
      value = static_cast<std::uint8_t>((state >> 24) / 40 * 40);
    }
    for (const bool light : {false, true}) {
      for (const Glyph& glyph : find_glyphs(picture, light, {.min_height = 1, .min_area = 1, .min_contrast = 1})) {
        const std::vector<int> pixels = glyph_pixels(picture, glyph);
        ASSERT_EQ(static_cast<int>(pixels.size()), glyph.area);
        int left = 99, right = 0;
        for (const int at : pixels) {
          left = std::min(left, at % 23);
          right = std::max(right, at % 23 + 1);
        }
        EXPECT_EQ(left, glyph.left);
        EXPECT_EQ(right, glyph.right);
      }
    }
  }
}

TEST(ComponentTree, EmptyAndTinyPicturesGiveNothing) {
  EXPECT_TRUE(find_glyphs({}, true, {}).empty());
  EXPECT_TRUE(find_glyphs(plain(1, 1, 7), true, {}).empty());
}

}  // namespace
}  // namespace pantau::media
