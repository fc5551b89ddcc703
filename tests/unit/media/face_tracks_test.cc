#include "media/faces/face_tracks.h"

#include <gtest/gtest.h>

#include <map>

#include "tests/support/draw_text.h"

namespace pantau::media {
namespace {

// Sees a face of each plain square that the test puts into its picture, and knows whom the test says it resembles.
class InventedFaces final : public FaceKernel {
 public:
  struct Actor {
    Box box;
    int resembles = -1;
    double similarity = 0;
  };
  std::vector<Actor> on_stage;
  int compared = 0;

  std::vector<DetectedFace> detect(const Picture&, FaceSearch) override {
    std::vector<DetectedFace> out;
    for (const Actor& actor : on_stage) out.push_back({actor.box, {}, 0.9f});
    return out;
  }
  Comparison compare(const Picture&, const DetectedFace& face) override {
    ++compared;
    for (const Actor& actor : on_stage) {
      if (actor.box.x == face.box.x && actor.box.y == face.box.y) return {actor.resembles, actor.similarity, false};
    }
    return {};
  }
};

// A picture in which the face in `box` has a pattern of its own.
Picture scene(const Box& box, unsigned pattern) {
  Picture picture = test::plain_picture(320, 240, {40, 40, 40});
  for (int y = box.y; y < box.y + box.height; ++y) {
    for (int x = box.x; x < box.x + box.width; ++x) {
      const unsigned cell = static_cast<unsigned>((x - box.x) * 4 / box.width + 4 * ((y - box.y) * 4 / box.height));
      const bool light = ((pattern >> (cell % 16)) & 1) != 0;
      picture.rgb[3 * (static_cast<std::size_t>(y) * 320 + static_cast<std::size_t>(x)) + 1] = light ? 220 : 30;
    }
  }
  return picture;
}

constexpr Box kPlace{100, 60, 80, 80};

TEST(FaceTracks, StrangerWhoStaysIsComparedOnce) {
  InventedFaces faces;
  faces.on_stage = {{kPlace, -1, 0}};
  FaceTracks tracks(faces);
  for (int i = 0; i < 20; ++i) tracks.look(scene(kPlace, 0x35a7), i);
  EXPECT_EQ(faces.compared, 1);
  EXPECT_EQ(tracks.seen(), 1u);
  EXPECT_TRUE(tracks.findings().empty());
}

TEST(FaceTracks, AnotherFaceInTheSamePlaceAfterACutIsLookedAt) {
  InventedFaces faces;
  faces.on_stage = {{kPlace, -1, 0}};
  FaceTracks tracks(faces);
  tracks.look(scene(kPlace, 0x35a7), 0);
  faces.on_stage = {{kPlace, 4, 0.6}};
  EXPECT_TRUE(tracks.look(scene(kPlace, 0xc9d0), 1));
  tracks.point_to(7);
  ASSERT_EQ(tracks.findings().size(), 1u);
  EXPECT_EQ(tracks.findings()[0].reference, 4);
  EXPECT_EQ(tracks.findings()[0].frame, 7);
  EXPECT_DOUBLE_EQ(tracks.findings()[0].time_s, 1);
}

TEST(FaceTracks, ResemblanceIsConfirmedByFurtherLooksAndThenLeftAlone) {
  InventedFaces faces;
  faces.on_stage = {{kPlace, 2, 0.50}};
  FaceTracks tracks(faces);
  EXPECT_TRUE(tracks.wants(0));
  tracks.look(scene(kPlace, 0x35a7), 0);
  EXPECT_FALSE(tracks.wants(0.1));
  EXPECT_TRUE(tracks.wants(0.5)) << "a second look comes soon";
  faces.on_stage[0].similarity = 0.58;
  tracks.look(scene(kPlace, 0x35a7), 0.5);
  faces.on_stage[0].similarity = 0.45;
  for (int i = 1; i < 30; ++i) tracks.look(scene(kPlace, 0x35a7), i);
  EXPECT_LE(faces.compared, 4);
  const auto found = tracks.findings();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_DOUBLE_EQ(found[0].similarity, 0.58);
  EXPECT_DOUBLE_EQ(found[0].agreed, 0.50);
  EXPECT_DOUBLE_EQ(found[0].time_s, 0.5);
  EXPECT_DOUBLE_EQ(found[0].start_s, 0);
  EXPECT_FALSE(tracks.wants(29.5)) << "nothing is in doubt any more";
}

TEST(FaceTracks, OneLookAloneAgreesWithNobody) {
  InventedFaces faces;
  faces.on_stage = {{kPlace, 2, 0.7}};
  FaceTracks tracks(faces);
  tracks.look(scene(kPlace, 0x35a7), 0);
  faces.on_stage.clear();
  for (int i = 1; i < 5; ++i) tracks.look(scene(kPlace, 0), i);
  ASSERT_EQ(tracks.findings().size(), 1u);
  EXPECT_DOUBLE_EQ(tracks.findings()[0].agreed, 0);
}

TEST(FaceTracks, StillPictureGivesEveryFaceAndComparesOnlySoMany) {
  InventedFaces faces;
  for (int i = 0; i < 60; ++i) faces.on_stage.push_back({{i * 5, i % 7, 30, 30}, i % 2 == 0 ? 1 : -1, 0.5});
  faces.on_stage.push_back({{300, 200, 10, 10}, 1, 0.9});  // too small to be compared
  FaceTracks tracks(faces);
  tracks.look_at_still(scene(kPlace, 0));
  EXPECT_EQ(tracks.seen(), 61u);
  EXPECT_EQ(tracks.compared(), FaceTracks::kMostCompared);
  EXPECT_EQ(tracks.left_out(), 60 - FaceTracks::kMostCompared);
  EXPECT_EQ(tracks.findings().size(), FaceTracks::kMostCompared / 2);
  EXPECT_DOUBLE_EQ(tracks.findings()[0].agreed, 0.5);
}

}  // namespace
}  // namespace pantau::media
