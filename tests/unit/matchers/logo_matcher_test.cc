#include "matchers/logo_matcher.h"

#include <gtest/gtest.h>

namespace pantau::matchers {
namespace {

Watchlist two_brands() {
  Watchlist list;
  for (const char* id : {"melati", "bunga"}) {
    Entity entity;
    entity.id = entity.name = id;
    entity.kind = EntityKind::brand;
    list.entities.push_back(entity);
  }
  return list;
}

media::LogoFinding mark(int reference, double score, media::Box box, int frame = 0) {
  media::LogoFinding found;
  found.reference = reference;
  found.score = score;
  found.points = 20;
  found.box = box;
  found.frame = frame;
  return found;
}

std::vector<Signal> signals(std::vector<media::LogoFinding> found) {
  media::MediaReport report;
  report.type = media::MediaType::image;
  report.logos = std::move(found);
  LogoReferences references;
  references.entities = {"melati", "bunga"};
  return logo_signals(report, "sha", references, two_brands());
}

TEST(LogoMatcher, WhereOneMarkStandsNoOtherDoes) {
  const auto found = signals({mark(0, 0.86, {12, 8, 100, 100}), mark(1, 0.98, {10, 10, 100, 100})});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].entity, "bunga");
  EXPECT_EQ(found[0].outcome, "match");
  EXPECT_EQ(signals({mark(0, 0.95, {0, 0, 50, 50}), mark(1, 0.98, {200, 10, 50, 50})}).size(), 2u);
  EXPECT_EQ(signals({mark(0, 0.95, {0, 0, 50, 50}, 1), mark(1, 0.98, {0, 0, 50, 50}, 2)}).size(), 2u)
      << "one after the other in a video";
}

TEST(LogoMatcher, MarksOfSimpleShapesAreOnlyPossible) {
  const auto found = signals({mark(0, 0.78, {0, 0, 50, 50})});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].outcome, "possible");
  EXPECT_TRUE(signals({mark(7, 0.99, {0, 0, 50, 50}), mark(-1, 0.99, {0, 0, 50, 50})}).empty())
      << "numbers that the reference pack does not have";
}

}  // namespace
}  // namespace pantau::matchers
