#include "media/webp_animation.h"

#include <gtest/gtest.h>

#include "media/convert.h"
#include "tests/support/draw_text.h"
#include "tests/support/make_media.h"

namespace pantau::media {
namespace {

void little_endian(std::string& out, std::uint32_t value, int count) {
  for (int i = 0; i < count; ++i) out.push_back(static_cast<char>(value >> (8 * i)));
}

// The bitstream chunks of a still WebP file.
std::string still_chunks(const Picture& picture) {
  const std::string file = test::make_picture(picture, "libwebp");
  return file.substr(12);
}

struct Piece {
  Picture picture;
  int x = 0, y = 0, milliseconds = 500;
  std::uint8_t flags = 0;
};

std::string animation(int width, int height, const std::vector<Piece>& pieces) {
  std::string body = "WEBPVP8X";
  little_endian(body, 10, 4);
  little_endian(body, 0x02, 4);
  little_endian(body, static_cast<std::uint32_t>(width - 1), 3);
  little_endian(body, static_cast<std::uint32_t>(height - 1), 3);
  body += "ANIM";
  little_endian(body, 6, 4);
  little_endian(body, 0, 4);
  little_endian(body, 0, 2);
  for (const Piece& piece : pieces) {
    std::string frame;
    little_endian(frame, static_cast<std::uint32_t>(piece.x / 2), 3);
    little_endian(frame, static_cast<std::uint32_t>(piece.y / 2), 3);
    little_endian(frame, static_cast<std::uint32_t>(piece.picture.width - 1), 3);
    little_endian(frame, static_cast<std::uint32_t>(piece.picture.height - 1), 3);
    little_endian(frame, static_cast<std::uint32_t>(piece.milliseconds), 3);
    frame.push_back(static_cast<char>(piece.flags));
    frame += still_chunks(piece.picture);
    body += "ANMF";
    little_endian(body, static_cast<std::uint32_t>(frame.size()), 4);
    body += frame;
    if (frame.size() % 2 != 0) body.push_back('\0');
  }
  std::string file = "RIFF";
  little_endian(file, static_cast<std::uint32_t>(body.size()), 4);
  return file + body;
}

int red_at(const Picture& picture, int x, int y) {
  return picture.rgb[static_cast<std::size_t>(3 * (y * picture.width + x))];
}

class WebpAnimation : public testing::Test {
 protected:
  void SetUp() override {
    if (avcodec_find_encoder_by_name("libwebp") == nullptr) GTEST_SKIP() << "this FFmpeg has no WebP encoder";
  }
};

TEST_F(WebpAnimation, FramesAreComposedOnTheCanvas) {
  const std::string file = animation(64, 48,
                                     {{test::plain_picture(64, 48, {20, 20, 20}), 0, 0, 500, 0},
                                      {test::plain_picture(16, 16, {220, 20, 20}), 32, 16, 700, 0x01},
                                      {test::plain_picture(16, 16, {120, 20, 20}), 0, 0, 500, 0}});
  ASSERT_TRUE(is_webp_animation(file));
  auto source = open_medium(file, {});
  ASSERT_TRUE(source) << source.error().detail;
  EXPECT_EQ((*source)->info().width, 64);
  EXPECT_NEAR((*source)->info().duration_s, 1.7, 0.01);
  std::vector<Picture> pictures;
  std::vector<double> times;
  while (const auto frame = (*source)->next()) {
    pictures.push_back(upright_picture(*frame->frame, (*source)->info()));
    times.push_back(frame->time_s);
  }
  ASSERT_EQ(pictures.size(), 3u);
  EXPECT_NEAR(times[2], 1.2, 0.01);
  EXPECT_NEAR(red_at(pictures[0], 40, 24), 20, 12);
  EXPECT_NEAR(red_at(pictures[1], 40, 24), 220, 12);
  EXPECT_NEAR(red_at(pictures[1], 10, 40), 20, 12);  // the first frame still stands around it
  EXPECT_NEAR(red_at(pictures[2], 8, 8), 120, 12);
  EXPECT_GT(std::abs(red_at(pictures[2], 40, 24) - 220), 25);  // disposed of
  EXPECT_TRUE((*source)->trouble().empty());
}

TEST_F(WebpAnimation, CutAndLyingFilesAreSurvived) {
  const std::string file = animation(
      64, 48, {{test::plain_picture(64, 48, {20, 20, 20})}, {test::plain_picture(16, 16, {220, 20, 20}), 32, 16}});
  for (std::size_t size = 30; size < file.size(); size += 3) {
    const std::string cut = file.substr(0, size);
    auto source = open_medium(cut, {});
    if (!source) continue;
    int frames = 0;
    while ((*source)->next()) ++frames;
    EXPECT_LE(frames, 2);
    EXPECT_FALSE((*source)->trouble().empty()) << size;
  }
  std::string outside = file;
  outside[24] = 7;  // a canvas of 8 columns: frames lie outside
  outside[25] = outside[26] = 0;
  EXPECT_FALSE(open_medium(outside, {}));
}

TEST_F(WebpAnimation, HugeCanvasIsRefused) {
  std::string file = animation(64, 48, {{test::plain_picture(64, 48, {20, 20, 20})}});
  for (std::size_t i = 24; i < 30; ++i) file[i] = '\xff';
  const auto source = open_medium(file, {});
  ASSERT_FALSE(source);
  EXPECT_NE(source.error().detail.find("more than the limit"), std::string::npos);
}

TEST(WebpAnimationDetection, StillFilesAreNone) {
  EXPECT_FALSE(is_webp_animation("RIFF"));
  EXPECT_FALSE(is_webp_animation(std::string("RIFF\0\0\0\0WEBPVP8 ", 16) + std::string(40, '\0')));
}

}  // namespace
}  // namespace pantau::media
