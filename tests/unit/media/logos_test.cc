#include <gtest/gtest.h>

#include <random>

#include "media/convert.h"
#include "media/logos/logo_kernel.h"
#include "tests/support/draw_text.h"
#include "tests/support/make_media.h"

namespace pantau::media {
namespace {

void fill(Picture& picture, const Box& box, std::array<std::uint8_t, 3> colour) {
  for (int y = box.y; y < box.y + box.height; ++y) {
    for (int x = box.x; x < box.x + box.width; ++x) {
      for (std::size_t c = 0; c < 3; ++c)
        picture.rgb[3 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width) +
                         static_cast<std::size_t>(x)) +
                    c] = colour[c];
    }
  }
}

// An invented brand's sign: a few blocks and its name.
void draw_sign(Picture& picture, int x, int y, bool inverted, const char* name) {
  const auto ink = inverted ? std::array<std::uint8_t, 3>{245, 245, 245} : std::array<std::uint8_t, 3>{20, 40, 120};
  fill(picture, {x, y, 60, 60}, ink);
  const auto ground = inverted ? std::array<std::uint8_t, 3>{10, 10, 10} : std::array<std::uint8_t, 3>{255, 255, 255};
  fill(picture, {x + 10, y + 10, 18, 30}, ground);
  fill(picture, {x + 36, y + 22, 14, 28}, ground);
  fill(picture, {x + 14, y + 46, 10, 6}, ground);
  test::draw_text(picture, x + 72, y + 12, name, 5, {ink[0], ink[1], ink[2]});
}

Picture sign(const char* name) {
  Picture picture = test::plain_picture(300, 84, {255, 255, 255});
  draw_sign(picture, 12, 12, false, name);
  return picture;
}

Picture noise(int width, int height, unsigned seed) {
  Picture picture = test::plain_picture(width, height, {120, 130, 140});
  std::mt19937 random(seed);
  for (int i = 0; i < 220; ++i) {
    const int w = 8 + static_cast<int>(random() % 70), h = 8 + static_cast<int>(random() % 70);
    fill(picture,
         {static_cast<int>(random() % static_cast<unsigned>(width - w)),
          static_cast<int>(random() % static_cast<unsigned>(height - h)), w, h},
         {static_cast<std::uint8_t>(random()), static_cast<std::uint8_t>(random()),
          static_cast<std::uint8_t>(random())});
  }
  return picture;
}

std::unique_ptr<LogoKernel> watching(std::initializer_list<const char*> names) {
  std::vector<PackedLogo> logos;
  for (const char* name : names) {
    LogoReport report = read_logo(test::make_picture(sign(name), "png"), 60'000'000);
    if (report.grade != LogoGrade::good) throw std::runtime_error(report.detail);
    logos.push_back({static_cast<int>(logos.size()), std::move(report.packed)});
  }
  auto kernel = LogoKernel::open(encode_logos(logos));
  if (!kernel) throw std::runtime_error(kernel.error().detail);
  return std::move(*kernel);
}

TEST(Logos, SignIsFoundWhereItStandsAndOnlyThatOne) {
  const auto kernel = watching({"MELATI", "BUNGA"});
  Picture scene = noise(900, 600, 1);
  fill(scene, {300, 200, 324, 108}, {255, 255, 255});
  draw_sign(scene, 324, 224, false, "MELATI");
  const auto found = kernel->find(scene);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].reference, 0);
  EXPECT_GE(found[0].score, 0.7);
  EXPECT_NEAR(found[0].box.x, 312, 30);
  EXPECT_NEAR(found[0].box.y, 212, 30);
}

TEST(Logos, LightSignOnADarkCardIsTheSameSign) {
  const auto kernel = watching({"MELATI"});
  Picture scene = noise(900, 600, 2);
  fill(scene, {300, 200, 324, 108}, {10, 10, 10});
  draw_sign(scene, 324, 224, true, "MELATI");
  EXPECT_EQ(kernel->find(scene).size(), 1u);
}

TEST(Logos, NothingIsFoundWhereThereIsNone) {
  const auto kernel = watching({"MELATI", "BUNGA"});
  for (unsigned seed = 10; seed < 20; ++seed) EXPECT_TRUE(kernel->find(noise(800, 500, seed)).empty()) << seed;
  Picture text = test::plain_picture(900, 600, {255, 255, 255});
  for (int line = 0; line < 12; ++line)
    test::draw_text(text, 20, 20 + 45 * line, "TRANSFER NOW GAJI 2367", 4, {20, 20, 20});
  EXPECT_TRUE(kernel->find(text).empty());
  EXPECT_TRUE(kernel->find(test::plain_picture(1, 1, {0, 0, 0})).empty());
}

TEST(Logos, UnusableFilesAreNamed) {
  const auto grade = [](const std::string& bytes) { return read_logo(bytes, 60'000'000).grade; };
  EXPECT_EQ(grade(test::make_picture(test::plain_picture(1, 1, {9, 9, 9}), "png")), LogoGrade::too_small);
  EXPECT_EQ(grade(test::make_picture(test::plain_picture(300, 300, {200, 30, 30}), "png")), LogoGrade::one_colour);
  EXPECT_EQ(grade("this is a text"), LogoGrade::undecodable);
  EXPECT_EQ(grade(""), LogoGrade::undecodable);
}

TEST(Logos, MalformedPacksAreRefused) {
  LogoReport report = read_logo(test::make_picture(sign("MELATI"), "png"), 60'000'000);
  const std::string whole = encode_logos({{3, report.packed}});
  ASSERT_TRUE(LogoKernel::open(whole));
  for (std::size_t size = 0; size < whole.size(); size += 1 + size / 40)
    EXPECT_FALSE(LogoKernel::open(std::string(whole.substr(0, size)))) << size;
  EXPECT_FALSE(LogoKernel::open(whole + "x"));
  std::string lying = whole;
  for (const std::size_t at : {8u, 16u, 20u, 24u, 28u}) {
    lying = whole;
    lying[at + 3] = '\x7f';
    EXPECT_FALSE(LogoKernel::open(lying)) << at;
  }
}

}  // namespace
}  // namespace pantau::media
