#include "media/decode.h"

#include <gtest/gtest.h>

#include "media/convert.h"
#include "media/ffmpeg.h"
#include "tests/support/draw_text.h"
#include "tests/support/make_media.h"

namespace pantau::media {
namespace {

using test::make_picture;
using test::make_video;
using test::plain_picture;
using test::VideoRecipe;

struct Seen {
  int frames = 0;
  double last_s = 0;
  std::string trouble;
  std::string error;
  MediumInfo info;
  Picture first;
};

Seen watch(std::string_view bytes, DecodeLimits limits = {}) {
  Seen seen;
  const std::string exact(bytes);  // ASan sees a read past the end
  auto source = open_medium(exact, limits);
  if (!source) {
    seen.error = source.error().detail;
    return seen;
  }
  while (const auto frame = (*source)->next()) {
    if (seen.frames == 0) seen.first = upright_picture(*frame->frame, (*source)->info());
    EXPECT_EQ(frame->number, seen.frames);
    EXPECT_GE(frame->time_s, seen.last_s);
    ++seen.frames;
    seen.last_s = frame->time_s;
  }
  seen.trouble = (*source)->trouble();
  seen.info = (*source)->info();
  return seen;
}

const std::array<int, 3> pixel(const Picture& picture, int x, int y) {
  const std::uint8_t* p = picture.rgb.data() + 3 * (y * picture.width + x);
  return {p[0], p[1], p[2]};
}

// Left half red, right half blue, a green bar on top.
Picture flag(int width, int height) {
  Picture picture = plain_picture(width, height, {200, 20, 20});
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      std::uint8_t* p = picture.rgb.data() + 3 * (y * width + x);
      if (x >= width / 2) p[0] = 20, p[2] = 200;
      if (y < height / 4) p[0] = 20, p[1] = 200, p[2] = 20;
    }
  }
  return picture;
}

Picture noise(int width, int height) {
  Picture picture = plain_picture(width, height, {});
  std::uint32_t state = 1;
  for (std::uint8_t& value : picture.rgb) {
    state = state * 1664525 + 1013904223;
    value = static_cast<std::uint8_t>(state >> 24);
  }
  return picture;
}

TEST(Decode, PicturesOfCommonFormats) {
  for (const char* codec : {"png", "mjpeg", "bmp", "tiff"}) {
    const Seen seen = watch(make_picture(flag(64, 48), codec));
    EXPECT_EQ(seen.frames, 1) << codec << ": " << seen.error << seen.trouble;
    EXPECT_TRUE(seen.trouble.empty()) << codec << ": " << seen.trouble;
    EXPECT_TRUE(seen.info.still_format) << codec;
    ASSERT_EQ(seen.first.width, 64) << codec;
    EXPECT_GT(pixel(seen.first, 10, 40)[0], 150) << codec;
    EXPECT_GT(pixel(seen.first, 50, 40)[2], 150) << codec;
  }
}

TEST(Decode, VideoGivesEveryFrameAlsoTheDelayedOnes) {
  VideoRecipe recipe;
  recipe.frames = 25;
  for (const bool sound_first : {false, true}) {  // whatever number the picture stream has
    recipe.sound_first = sound_first;
    const Seen seen = watch(make_video(recipe, [](int i) {
      return plain_picture(64, 48, {static_cast<std::uint8_t>(10 * i), 80, 80});
    }));
    EXPECT_EQ(seen.frames, 25) << sound_first;
    EXPECT_NEAR(seen.last_s, 2.4, 0.05);
    EXPECT_TRUE(seen.trouble.empty()) << seen.trouble;
    EXPECT_EQ(seen.info.has_sound, sound_first);
  }
}

TEST(Decode, AnimatedGif) {
  VideoRecipe recipe;
  recipe.frames = 6;
  recipe.frames_per_second = 2;
  recipe.container = "gif";
  recipe.codec = "gif";
  const Seen seen = watch(make_video(recipe, [](int i) {
    return plain_picture(40, 30, {static_cast<std::uint8_t>(40 * i), 80, 80});
  }));
  EXPECT_EQ(seen.frames, 6);
  EXPECT_TRUE(seen.info.still_format);
  EXPECT_NEAR(seen.last_s, 2.5, 0.05);
}

TEST(Decode, TurnedVideoStandsUpright) {
  VideoRecipe recipe;
  recipe.frames = 3;
  recipe.container = "mov";
  recipe.turn_degrees = 90;
  const std::string bytes = [&] {
    try {
      return make_video(recipe, [](int) { return flag(64, 48); });
    } catch (const std::runtime_error&) {
      return std::string();
    }
  }();
  if (bytes.empty()) GTEST_SKIP() << "this FFmpeg writes no mov into memory";
  const Seen seen = watch(bytes);
  EXPECT_EQ(seen.info.turn_degrees, 90);
  ASSERT_EQ(seen.first.width, 48);
  ASSERT_EQ(seen.first.height, 64);
  // The green bar was on top; a clockwise quarter turn puts it to the right, red (left) on top of blue.
  EXPECT_GT(pixel(seen.first, 44, 32)[1], 150);
  EXPECT_GT(pixel(seen.first, 10, 10)[0], 150);
  EXPECT_GT(pixel(seen.first, 10, 55)[2], 150);
}

TEST(Decode, EmptyHtmlAndGarbageAreNamed) {
  EXPECT_EQ(watch("").error, "zero bytes");
  EXPECT_NE(watch("<!DOCTYPE html><html><body>404</body></html>").error.find("an HTML page"), std::string::npos);
  EXPECT_NE(watch("<svg xmlns='http://www.w3.org/2000/svg'/>").error.find("an SVG drawing"), std::string::npos);
  EXPECT_NE(watch("hello").error.find("a text file"), std::string::npos);
  EXPECT_FALSE(watch(std::string(5000, '\x01')).error.empty());
}

TEST(Decode, HugePictureIsRefusedBeforeItsPixelsAreMade) {
  // Only the header tells the size.
  std::string png = make_picture(flag(64, 48), "png");
  const std::string size{'\0', '\0', '\xC3', '\x50'};
  png.replace(16, 4, size);
  png.replace(20, 4, size);
  const Seen seen = watch(png);
  EXPECT_EQ(seen.frames, 0);
  EXPECT_NE((seen.error + describe_bytes(png)).find("50000x50000"), std::string::npos);
}

TEST(Decode, PixelLimitHolds) {
  DecodeLimits limits;
  limits.max_pixels = 1000;
  EXPECT_EQ(watch(make_picture(flag(64, 48), "png"), limits).frames, 0);
  EXPECT_EQ(watch(make_picture(flag(64, 48), "mjpeg"), limits).frames, 0);
}

TEST(Decode, CutJpegIsShownAndSaidToBeCut) {
  const std::string whole = make_picture(noise(200, 200), "mjpeg");
  const Seen seen = watch(whole.substr(0, whole.size() * 2 / 3));
  EXPECT_EQ(seen.frames, 1);
  EXPECT_FALSE(seen.trouble.empty());
}

TEST(Decode, CutVideoIsShownAndSaidToBeCut) {
  VideoRecipe recipe;
  recipe.frames = 60;
  recipe.container = "matroska";
  const std::string whole = make_video(recipe, [](int i) {
    Picture picture = noise(64, 48);
    picture.rgb[0] = static_cast<std::uint8_t>(i);
    return picture;
  });
  const Seen seen = watch(whole.substr(0, whole.size() / 2));
  EXPECT_GT(seen.frames, 10);
  EXPECT_LT(seen.frames, 60);
}

TEST(Decode, TimeLimitOfTheMediumIsSaid) {
  VideoRecipe recipe;
  recipe.frames = 50;
  DecodeLimits limits;
  limits.max_seconds = 2;
  const Seen seen = watch(make_video(recipe, [](int) { return plain_picture(64, 48, {80, 80, 80}); }), limits);
  EXPECT_LE(seen.frames, 22);
  EXPECT_NE(seen.trouble.find("only the first 2"), std::string::npos);
}

TEST(Decode, DeadlineStopsInTheMiddle) {
  VideoRecipe recipe;
  recipe.frames = 50;
  DecodeLimits limits;
  const std::string bytes = make_video(recipe, [](int) { return plain_picture(64, 48, {80, 80, 80}); });
  limits.deadline = std::chrono::steady_clock::now();
  const Seen seen = watch(bytes, limits);
  EXPECT_EQ(seen.frames, 0);
}

// A playlist or a reference movie must not make the decoder open what it names.
TEST(Decode, FilesThatNameOtherFilesAreRefused) {
  EXPECT_NE(watch("#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile:///etc/passwd\n").error.find("a playlist"),
            std::string::npos);
  EXPECT_FALSE(watch("ffconcat version 1.0\nfile /etc/passwd\n").error.empty());
  EXPECT_FALSE(watch("v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nm=video 1234 RTP/AVP 96\r\n").error.empty());
}

std::uint32_t crc_free_random(std::uint32_t& state) {
  state = state * 1664525 + 1013904223;
  return state >> 8;
}

TEST(Decode, DamagedBytesNeverBreakTheDecoder) {
  VideoRecipe recipe;
  recipe.frames = 12;
  std::vector<std::string> files = {make_picture(noise(60, 40), "png"), make_picture(noise(60, 40), "mjpeg"),
                                    make_video(recipe, [](int) { return flag(64, 48); })};
  std::uint32_t state = 7;
  for (const std::string& file : files) {
    for (int round = 0; round < 40; ++round) {
      std::string damaged = file;
      for (int k = 0; k < 12; ++k)
        damaged[crc_free_random(state) % damaged.size()] = static_cast<char>(crc_free_random(state));
      watch(damaged.substr(0, damaged.size() - crc_free_random(state) % (damaged.size() / 2)));
    }
  }
}

TEST(Decode, TransparentLightWritingStaysVisible) {
  // White writing on nothing is shown on black, dark writing on nothing on white.
  MediumInfo info;
  FramePointer frame(av_frame_alloc());
  frame->format = AV_PIX_FMT_RGBA;
  frame->width = 32;
  frame->height = 16;
  ASSERT_EQ(av_frame_get_buffer(frame.get(), 0), 0);
  for (const int ink : {255, 10}) {
    for (int y = 0; y < 16; ++y) {
      for (int x = 0; x < 32; ++x) {
        std::uint8_t* p = frame->data[0] + y * frame->linesize[0] + 4 * x;
        p[0] = p[1] = p[2] = static_cast<std::uint8_t>(ink);
        p[3] = x < 8 ? 255 : 0;
      }
    }
    const Picture picture = upright_picture(*frame, info);
    EXPECT_NEAR(pixel(picture, 4, 8)[0], ink, 3);
    EXPECT_GT(std::abs(pixel(picture, 20, 8)[0] - ink), 200);
  }
}

TEST(Decode, JpegForPeopleIsAJpeg) {
  const std::string bytes = encode_jpeg(flag(101, 51));  // odd sides
  ASSERT_EQ(bytes.substr(0, 3), "\xFF\xD8\xFF");
  const Seen seen = watch(bytes);
  EXPECT_EQ(seen.frames, 1);
  EXPECT_EQ(seen.first.width, 101);
  EXPECT_GT(pixel(seen.first, 10, 40)[0], 150);
}

}  // namespace
}  // namespace pantau::media
