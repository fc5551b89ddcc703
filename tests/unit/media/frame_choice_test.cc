#include "media/frame_choice.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace pantau::media {
namespace {

constexpr int kWidth = 320;
constexpr int kHeight = 180;

GreyPicture ground(std::uint8_t value) {
  return {kWidth, kHeight, std::vector<std::uint8_t>(kWidth * kHeight, value)};
}

// Strokes as writing leaves them in a small picture; `words` says which.
void write(GreyPicture& picture, int left, int top, int letters, std::uint32_t words, int strength = 120) {
  std::uint32_t seed = words * 2654435761u + 12345;
  for (int letter = 0; letter < letters; ++letter) {
    for (int y = 0; y < 6; ++y) {
      for (int x = 0; x < 4; ++x) {
        seed = seed * 1664525 + 1013904223;
        if ((seed >> 28) < 8) continue;
        auto& value = picture.luma[static_cast<std::size_t>((top + y) * kWidth + left + 5 * letter + x)];
        value = static_cast<std::uint8_t>(std::min(255, value + strength));
      }
    }
  }
}

struct Read {
  double time_s;
  Decision decision;
};

std::vector<Read> play(double seconds, double fps, const std::function<GreyPicture(double)>& picture_at,
                       ChoiceLimits limits = {}) {
  FrameChooser chooser(limits);
  std::vector<Read> reads;
  double last = 0;
  double before = 0;
  for (int i = 0; i < seconds * fps; ++i) {
    const double time = i / fps;
    if (!chooser.wants(time)) continue;
    const Decision decision = chooser.look(picture_at(time), time);
    if (decision.read) reads.push_back({decision.previous ? before : time, decision});
    before = last = time;
  }
  const Decision end = chooser.finish(seconds);
  if (end.read) reads.push_back({last, end});
  return reads;
}

TEST(FrameChoice, StillFilmOfTenMinutesIsReadOnce) {
  const auto reads = play(600, 25, [](double) {
    GreyPicture picture = ground(60);
    write(picture, 40, 60, 30, 1);
    return picture;
  });
  EXPECT_EQ(reads.size(), 1u);
}

TEST(FrameChoice, EmptyFilmIsReadAtMostOnce) {
  EXPECT_LE(play(60, 25, [](double) { return ground(60); }).size(), 1u);
}

TEST(FrameChoice, WordsThatStandForOneSecondAreReadWhileTheyStand) {
  for (const double from : {0.0, 7.3, 31.77, 58.9}) {
    const auto reads = play(60, 25, [&](double time) {
      GreyPicture picture = ground(60);
      if (time >= from && time < from + 1) write(picture, 200, 140, 12, 5);
      return picture;
    });
    int inside = 0;
    for (const Read& read : reads) {
      if (read.time_s >= from && read.time_s < from + 1) ++inside;
    }
    EXPECT_EQ(inside, 1) << from;
    EXPECT_LE(reads.size(), 2u) << from;
  }
}

TEST(FrameChoice, EveryCaptionInTheSamePlaceIsRead) {
  const auto reads = play(30, 25, [](double time) {
    GreyPicture picture = ground(60);
    write(picture, 60, 150, 35, 100 + static_cast<std::uint32_t>(time / 1.5));
    return picture;
  });
  EXPECT_GE(reads.size(), 20u);
  EXPECT_LE(reads.size(), 26u);
}

TEST(FrameChoice, ChangeInACornerIsReadThere) {
  const auto reads = play(10, 25, [](double time) {
    GreyPicture picture = ground(60);
    write(picture, 20, 20, 20, 1);
    if (time > 5) write(picture, 250, 150, 12, 9);
    return picture;
  });
  ASSERT_EQ(reads.size(), 2u);
  EXPECT_GT(reads[1].decision.area[0], 0.5);
  EXPECT_GT(reads[1].decision.area[1], 0.5);
  EXPECT_LT(reads[1].decision.area[0], 250.0 / kWidth);
}

TEST(FrameChoice, FadeIsReadAtItsEnd) {
  const auto reads = play(6, 25, [](double time) {
    GreyPicture picture = ground(60);
    write(picture, 60, 80, 30, 3, static_cast<int>(150 * std::clamp((time - 2) / 0.8, 0.0, 1.0)));
    return picture;
  });
  bool full = false;
  for (const Read& read : reads) full = full || read.time_s >= 2.7;
  EXPECT_TRUE(full);
  EXPECT_LE(reads.size(), 3u);
}

TEST(FrameChoice, SceneOfSevenTenthsIsNotSkipped) {
  const auto reads = play(14, 25, [](double time) {
    const int scene = static_cast<int>(time / 0.7);
    GreyPicture picture = ground(static_cast<std::uint8_t>(30 + 10 * (scene % 12)));
    write(picture, 30, 60, 40, 1000 + static_cast<std::uint32_t>(scene));
    return picture;
  });
  std::vector<bool> seen(20, false);
  for (const Read& read : reads) seen[static_cast<std::size_t>(read.time_s / 0.7 + 1e-9)] = true;
  EXPECT_GE(std::count(seen.begin(), seen.end(), true), 19);
}

TEST(FrameChoice, SlideShowWithSlowFramesIsReadSlideBySlide) {
  const auto reads = play(10, 0.5, [](double time) {
    GreyPicture picture = ground(60);
    write(picture, 30, 60, 40, 7 + static_cast<std::uint32_t>(time));
    return picture;
  });
  EXPECT_EQ(reads.size(), 5u);
}

TEST(FrameChoice, SceneThatComesBackIsNotReadAgain) {
  const auto reads = play(24, 25, [](double time) {
    GreyPicture picture = ground(60);
    write(picture, 30, 60, 40, static_cast<int>(time / 2) % 2 == 0 ? 1 : 2);
    return picture;
  });
  EXPECT_EQ(reads.size(), 2u);
}

TEST(FrameChoice, MovingPictureIsReadNowAndThenOnly) {
  const auto reads = play(60, 25, [](double time) {
    GreyPicture picture = ground(0);
    for (int y = 0; y < kHeight; ++y) {
      for (int x = 0; x < kWidth; ++x) {
        picture.luma[static_cast<std::size_t>(y * kWidth + x)] =
            static_cast<std::uint8_t>(128 + 80 * std::sin(0.2 * x + 9 * time) * std::cos(0.17 * y - 7 * time));
      }
    }
    return picture;
  });
  EXPECT_GE(reads.size(), 10u);
  EXPECT_LE(reads.size(), 40u);
}

TEST(FrameChoice, WordsOnAMovingPictureAreRead) {
  const auto reads = play(20, 25, [](double time) {
    GreyPicture picture = ground(0);
    for (int y = 0; y < kHeight; ++y) {
      for (int x = 0; x < kWidth; ++x) {
        picture.luma[static_cast<std::size_t>(y * kWidth + x)] =
            static_cast<std::uint8_t>(70 + 25 * std::sin(0.1 * x + 5 * time));
      }
    }
    if (time >= 10.2 && time < 11.4) write(picture, 100, 90, 20, 4, 150);
    return picture;
  });
  bool inside = false;
  for (const Read& read : reads) inside = inside || (read.time_s >= 10.2 && read.time_s < 11.4);
  EXPECT_TRUE(inside);
}

TEST(FrameChoice, ReadsAreBounded) {
  // A hostile film: other words in every frame.
  const auto reads = play(300, 25, [](double time) {
    GreyPicture picture = ground(60);
    write(picture, 10, 60, 60, static_cast<std::uint32_t>(time / 0.3));
    return picture;
  });
  double frames = 0;
  for (const Read& read : reads)
    frames += (read.decision.area[2] - read.decision.area[0]) * (read.decision.area[3] - read.decision.area[1]);
  EXPECT_LE(frames, 330);
  EXPECT_LE(reads.size(), 300u / 0.15);
}

TEST(FrameChoice, FollowsWordsUntilTheyGo) {
  FrameChooser chooser;
  std::size_t followed = 0;
  bool following = false;
  for (int i = 0; i < 100; ++i) {
    const double time = i * 0.1;
    GreyPicture picture = ground(60);
    if (time < 6) write(picture, 60, 80, 30, 3);
    const Decision decision = chooser.look(picture, time);
    if (decision.read && !following) {
      followed = chooser.follow({60.0 / kWidth, 80.0 / kHeight, 210.0 / kWidth, 86.0 / kHeight}, time);
      following = true;
    }
  }
  ASSERT_TRUE(following);
  EXPECT_NEAR(chooser.last_seen(followed), 5.9, 0.15);
}

}  // namespace
}  // namespace pantau::media
