#include "media/pdq.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "media/convert.h"
#include "media/decode.h"
#include "media/jpeg_reference.h"

namespace pantau::media {
namespace {

int distance(const std::string& a, const std::string& b) {
  int bits = 0;
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
    bits += std::popcount(
        static_cast<unsigned>(std::stoi(a.substr(i, 1), nullptr, 16) ^ std::stoi(b.substr(i, 1), nullptr, 16)));
  }
  return bits;
}

Picture waves(int width, int height) {
  Picture picture{width, height, {}};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const double u = static_cast<double>(x) / width;
      const double v = static_cast<double>(y) / height;
      const double wave = 128 + 60 * std::sin(9 * u + 4 * v) + 50 * std::cos(13 * v * u);
      picture.rgb.push_back(static_cast<std::uint8_t>(wave));
      picture.rgb.push_back(static_cast<std::uint8_t>(wave / 2 + 40 * u));
      picture.rgb.push_back(static_cast<std::uint8_t>(200 - wave / 3));
    }
  }
  return picture;
}

std::string read_whole(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::filesystem::path reference_pack() {
  const char* shared = std::getenv("PANTAU_SHARED");
  return shared == nullptr ? std::filesystem::path() : std::filesystem::path(shared) / "packs/pdq";
}

TEST(Pdq, IsSixtyFourHexDigitsWithHalfTheBitsSet) {
  const Pdq pdq = pdq_of_picture(waves(300, 200));
  ASSERT_EQ(pdq.hash.size(), 64u);
  EXPECT_EQ(distance(pdq.hash, std::string(64, '0')), 128);  // bits above the lower median of 256 values
  EXPECT_GT(pdq.quality, 10);
}

TEST(Pdq, SurvivesResizing) {
  const std::string large = pdq_of_picture(waves(900, 600)).hash;
  EXPECT_LE(distance(large, pdq_of_picture(waves(300, 200)).hash), 10);
  EXPECT_GT(distance(large, pdq_of_picture(waves(600, 900)).hash), -1);
}

TEST(Pdq, DiffersForAnotherPicture) {
  Picture other = waves(300, 200);
  for (int y = 0; y < 200; ++y) {
    for (int x = 0; x < 150; ++x) {
      for (int c = 0; c < 3; ++c)
        std::swap(other.rgb[static_cast<std::size_t>(3 * (y * 300 + x) + c)],
                  other.rgb[static_cast<std::size_t>(3 * ((199 - y) * 300 + 299 - x) + c)]);
    }
  }
  EXPECT_GT(distance(pdq_of_picture(waves(300, 200)).hash, pdq_of_picture(other).hash), 60);
}

TEST(Pdq, FlatPictureHasNoQuality) {
  Picture flat{100, 100, std::vector<std::uint8_t>(30000, 77)};
  EXPECT_EQ(pdq_of_picture(flat).quality, 0);
}

TEST(Pdq, PicturesUnderFivePixelsHaveNone) {
  Picture tiny{4, 100, std::vector<std::uint8_t>(1200, 77)};
  EXPECT_TRUE(pdq_of_picture(tiny).hash.empty());
  EXPECT_TRUE(pdq_of_frame(tiny).hash.empty());
  EXPECT_FALSE(pdq_of_picture(waves(5, 5)).hash.empty());
}

Picture noise(int width, int height, bool grey) {
  Picture picture{width, height, {}};
  std::uint32_t seed = 12345;
  for (int i = 0; i < width * height; ++i) {
    for (int c = 0; c < 3; ++c) {
      if (c == 0 || !grey) seed = seed * 1664525 + 1013904223;
      picture.rgb.push_back(static_cast<std::uint8_t>(seed >> 24));
    }
  }
  return picture;
}

TEST(Pdq, EveryVariantGivesTheSameBits) {
  const int sizes[][2] = {{5, 5},     {5, 900},   {900, 5},   {17, 33},   {64, 64},   {63, 65},
                          {128, 128}, {129, 257}, {513, 100}, {640, 361}, {1279, 719}};
  for (const auto& [width, height] : sizes) {
    for (const bool grey : {false, true}) {
      const Picture picture = noise(width, height, grey);
      PdqHasher plain(PdqVariant::plain);
      const auto frame = plain.frame(picture);
      const auto whole = plain.picture(picture);
      for (const PdqVariant variant : pdq_variants()) {
        PdqHasher other(variant);
        for (int round = 0; round < 2; ++round) {  // buffers are used again
          EXPECT_EQ(other.frame(picture)->bits, frame->bits) << width << "x" << height;
          EXPECT_EQ(other.frame(picture)->quality, frame->quality);
          EXPECT_EQ(other.picture(picture)->bits, whole->bits) << width << "x" << height;
        }
      }
    }
  }
}

TEST(Pdq, FrequenciesOfEveryVariantAreEqualToTheLastBit) {
  const Picture picture = noise(1279, 719, false);
  PdqPixels pixels;
  pixels.layout = PdqPixels::Layout::yuv420;
  pixels.width = 640;
  pixels.height = 361;
  pixels.planes = {picture.rgb.data(), picture.rgb.data() + 640 * 361, picture.rgb.data() + 640 * 361 + 320 * 181};
  pixels.strides = {640, 320, 320};
  for (const bool full_range : {false, true}) {
    pixels.full_range = full_range;
    PdqScratch scratch;
    const PdqFrequencies plain = pdq_frequencies(pixels, scratch, PdqVariant::plain);
    for (const PdqVariant variant : pdq_variants()) {
      const PdqFrequencies other = pdq_frequencies(pixels, scratch, variant);
      EXPECT_EQ(other.values, plain.values);
      EXPECT_EQ(other.quality, plain.quality);
    }
  }
}

TEST(Pdq, HexAndBitsAreTheSame) {
  const std::string hex = pdq_of_picture(waves(300, 200)).hash;
  const auto bits = PdqBits::from_hex(hex);
  ASSERT_TRUE(bits);
  EXPECT_EQ(bits->hex(), hex);
  EXPECT_EQ(pdq_distance(*bits, PdqBits{}), 128);
  EXPECT_FALSE(PdqBits::from_hex(hex.substr(1)));
  EXPECT_FALSE(PdqBits::from_hex(hex.substr(1) + "g"));
}

// The reference's own pixels: no decoder in between, so every bit counts.
TEST(Pdq, EqualsTheReferenceOnRawPixels) {
  const auto pack = reference_pack();
  if (pack.empty()) GTEST_SKIP() << "PANTAU_SHARED is not set: no reference fingerprints";
  std::ifstream list(pack / "raw/hashes.tsv");
  std::string line;
  std::getline(list, line);
  int seen = 0;
  while (std::getline(list, line)) {
    std::istringstream fields(line);
    std::string file, hash, quality;
    std::getline(fields, file, '\t');
    std::getline(fields, hash, '\t');
    std::getline(fields, quality, '\t');
    const std::string bytes = read_whole(pack / "raw" / file);
    std::istringstream header(bytes);
    std::string magic;
    int width = 0, height = 0, depth = 0;
    header >> magic >> width >> height >> depth;
    ASSERT_EQ(magic, "P6") << file;
    const std::size_t pixels = static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3;
    Picture picture{width, height, {}};
    picture.rgb.assign(bytes.end() - static_cast<std::ptrdiff_t>(pixels), bytes.end());
    const Pdq pdq = pdq_of_picture(picture);
    EXPECT_EQ(pdq.hash, hash) << file;
    EXPECT_EQ(std::to_string(pdq.quality), quality) << file;
    ++seen;
  }
  EXPECT_GT(seen, 1);
}

// Through our decoders: JPEG, PNG and WebP files.
TEST(Pdq, EqualsTheReferenceOnPictureFiles) {
  const auto pack = reference_pack();
  if (pack.empty()) GTEST_SKIP() << "PANTAU_SHARED is not set: no reference fingerprints";
  std::ifstream list(pack / "pdq_hashes.tsv");
  std::string line;
  std::getline(list, line);
  int seen = 0;
  while (std::getline(list, line)) {
    std::istringstream fields(line);
    std::string file, hash, quality;
    std::getline(fields, file, '\t');
    std::getline(fields, hash, '\t');
    std::getline(fields, quality, '\t');
    const std::string bytes = read_whole(pack / "images" / file);
    Picture picture = decode_jpeg_reference(bytes, 60'000'000);
    if (picture.empty()) {
      auto source = open_medium(bytes, {});
      ASSERT_TRUE(source) << file << ": " << source.error().detail;
      const auto frame = (*source)->next();
      ASSERT_TRUE(frame) << file;
      picture = fingerprint_picture(*frame->frame);
    }
    const Pdq pdq = pdq_of_picture(picture);
    const int bits = distance(pdq.hash, hash);
    EXPECT_EQ(bits, 0) << file;
    EXPECT_EQ(std::to_string(pdq.quality), quality) << file;
    ++seen;
  }
  EXPECT_GT(seen, 10);
}

// vPDQ's published fingerprints of every frame of a film, made without vector units.
TEST(Pdq, EqualsTheReferenceOnVideoFrames) {
  const auto pack = reference_pack();
  if (pack.empty()) GTEST_SKIP() << "PANTAU_SHARED is not set: no reference fingerprints";
  for (const char* name : {"chair-19-sd-bar", "pattern-sd-grey-bar"}) {
    const std::string bytes = read_whole(pack / "videos" / (std::string(name) + ".mp4"));
    std::ifstream list(pack / "videos" / (std::string(name) + ".official.txt"));
    auto source = open_medium(bytes, {});
    ASSERT_TRUE(source);
    std::string line;
    int number = 0;
    while (std::getline(list, line)) {
      const auto frame = (*source)->next();
      ASSERT_TRUE(frame) << name << " ends at " << number;
      std::istringstream fields(line);
      std::string index, quality, hash;
      std::getline(fields, index, ',');
      std::getline(fields, quality, ',');
      std::getline(fields, hash, ',');
      if (number++ % 25 != 0) continue;
      const Pdq pdq = pdq_of_frame(fingerprint_picture(*frame->frame));
      EXPECT_EQ(pdq.hash, hash) << name << " frame " << index;
      EXPECT_LE(std::abs(pdq.quality - std::stoi(quality)), 1);
    }
    EXPECT_FALSE((*source)->next()) << name << " has more frames than the reference";
    EXPECT_GT(number, 50);
  }
}

}  // namespace
}  // namespace pantau::media
