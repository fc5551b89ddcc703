#include "media/faces/reference_pack.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace pantau::media {
namespace {

References random_references(int dimensions, std::size_t count) {
  std::mt19937 random(11);
  std::normal_distribution<float> normal;
  References out;
  out.dimensions = dimensions;
  out.report_from = 0.4;
  for (std::size_t i = 0; i < count; ++i) {
    out.numbers.push_back(static_cast<std::int32_t>(i / 3));
    double length = 0;
    std::vector<float> row(static_cast<std::size_t>(dimensions));
    for (float& value : row) {
      value = normal(random);
      length += static_cast<double>(value) * value;
    }
    for (float& value : row) out.rows.push_back(value / static_cast<float>(std::sqrt(length)));
  }
  return out;
}

TEST(ReferencePack, FindsTheClosestAsThePlainSumDoes) {
  for (const int dimensions : {1, 7, 128, 256, 300}) {
    const References references = random_references(dimensions, 500);
    const std::string bytes = encode_references(references);
    const auto pack = ReferencePack::open(bytes);
    ASSERT_TRUE(pack);
    EXPECT_DOUBLE_EQ(pack->report_from(), 0.4);
    const References queries = random_references(dimensions, 20);
    for (std::size_t q = 0; q < 20; ++q) {
      const std::span<const float> query(queries.rows.data() + q * static_cast<std::size_t>(dimensions),
                                         static_cast<std::size_t>(dimensions));
      double best = -2;
      for (std::size_t i = 0; i < references.numbers.size(); ++i) {
        double sum = 0;
        for (int k = 0; k < dimensions; ++k)
          sum += static_cast<double>(references.rows[i * static_cast<std::size_t>(dimensions) + k]) *
                 query[static_cast<std::size_t>(k)];
        best = std::max(best, sum);
      }
      const auto found = pack->closest(query);
      EXPECT_NEAR(found.similarity, best, 1e-5);
      // The queries are enrolled themselves. (In one dimension there are but two faces.)
      if (dimensions > 1) {
        EXPECT_EQ(found.number, static_cast<std::int32_t>(q / 3));
      }
    }
  }
}

TEST(ReferencePack, MalformedPacksAreRefused) {
  const std::string whole = encode_references(random_references(16, 5));
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(ReferencePack::open(std::string_view(whole).substr(0, size))) << size;
  EXPECT_FALSE(ReferencePack::open(whole + "x"));
  const auto empty = ReferencePack::open(encode_references({}));
  EXPECT_FALSE(empty) << "no dimensions";
}

TEST(ReferencePack, NobodyIsClosestToAFaceOfAnotherRecognizer) {
  const std::string bytes = encode_references(random_references(16, 5));
  const auto pack = ReferencePack::open(bytes);
  ASSERT_TRUE(pack);
  EXPECT_EQ(pack->closest(std::vector<float>(8, 0.1f)).number, -1);
}

}  // namespace
}  // namespace pantau::media
