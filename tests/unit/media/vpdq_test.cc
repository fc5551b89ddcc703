#include "media/vpdq.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "media/convert.h"
#include "media/decode.h"

namespace pantau::media {
namespace {

PdqBits bits(std::uint64_t first) {
  PdqBits out;
  out.words[3] = first;
  return out;
}

std::filesystem::path reference_pack() {
  const char* shared = std::getenv("PANTAU_SHARED");
  return shared == nullptr ? std::filesystem::path() : std::filesystem::path(shared) / "packs/pdq";
}

std::string read_whole(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::vector<FrameHash> read_list(const std::filesystem::path& path) {
  std::vector<FrameHash> out;
  std::ifstream file(path);
  std::string line;
  while (std::getline(file, line)) {
    std::istringstream fields(line);
    std::string number, quality, hash;
    std::getline(fields, number, ',');
    std::getline(fields, quality, ',');
    std::getline(fields, hash, ',');
    out.push_back({std::stoi(number), std::stoi(quality), PdqBits::from_hex(hash).value()});
  }
  return out;
}

TEST(Vpdq, LineIsTheReferenceToolsForm) {
  const FrameHash hash{7, 98, bits(0xab)};
  EXPECT_EQ(vpdq_line(hash, 30), "7,98," + std::string(62, '0') + "ab,0.233");
  EXPECT_EQ(vpdq_line(hash, 0), "7,98," + std::string(62, '0') + "ab,0.000");
}

TEST(Vpdq, FramesArePickedByCount) {
  EXPECT_EQ(frames_per_hash(0, 30), 1);
  EXPECT_EQ(frames_per_hash(1, 29.97), 29);
  EXPECT_EQ(frames_per_hash(0.01, 25), 1);
  EXPECT_EQ(frames_per_hash(1e300, 1e300), 1);
}

TEST(Vpdq, PercentagesAreOfEachSidesOwnFrames) {
  const std::vector<FrameHash> query = {{0, 90, bits(0)}, {1, 90, bits(0)}, {2, 90, bits(~0ull)}, {3, 20, bits(1)}};
  const std::vector<FrameHash> compared = {{0, 90, bits((1ull << 31) - 1)}};  // 31 bits from the first two
  const VideoMatch once = match_videos(query, compared);
  EXPECT_DOUBLE_EQ(once.query_percent, 50);
  EXPECT_DOUBLE_EQ(once.compared_percent, 100);
  const VideoMatch tool = match_videos(query, compared, kReferenceToolRule);
  EXPECT_DOUBLE_EQ(tool.query_percent, 0);
  MatchRule every;
  every.each_once = false;
  EXPECT_NEAR(match_videos(query, compared, every).query_percent, 66.67, 0.01);
  EXPECT_DOUBLE_EQ(match_videos({}, compared).query_percent, 0);
}

TEST(Vpdq, PercentagesEqualTheReferenceTools) {
  const auto pack = reference_pack();
  if (pack.empty()) GTEST_SKIP() << "PANTAU_SHARED is not set: no reference fingerprints";
  std::map<std::string, std::vector<FrameHash>> lists;
  const auto list = [&](const std::string& name) -> const std::vector<FrameHash>& {
    std::vector<FrameHash>& found = lists[name];
    if (found.empty()) {
      const auto path = pack / "videos" / (name + ".official.txt");
      found = read_list(std::filesystem::exists(path) ? path : pack / "hashes_only" / (name + ".official.txt"));
    }
    return found;
  };
  std::ifstream pairs(pack / "vpdq_match_pairs.tsv");
  std::string line;
  std::getline(pairs, line);
  int seen = 0;
  while (std::getline(pairs, line)) {
    std::istringstream fields(line);
    std::string query, target;
    double query_percent = 0, target_percent = 0;
    fields >> query >> target >> query_percent >> target_percent;
    const VideoMatch match = match_videos(list(query), list(target), kReferenceToolRule);
    EXPECT_NEAR(match.query_percent, query_percent, 0.006) << line;
    EXPECT_NEAR(match.compared_percent, target_percent, 0.006) << line;
    ++seen;
  }
  EXPECT_GT(seen, 40);
}

// The published files of 2022 were made without vector units in the colour conversion; ours repeats that arithmetic.
TEST(Vpdq, OfficialFilesAreEqualByteForByte) {
  const auto pack = reference_pack();
  if (pack.empty()) GTEST_SKIP() << "PANTAU_SHARED is not set: no reference fingerprints";
  for (const char* name : {"chair-19-sd-bar", "pattern-sd-grey-bar", "doorknob-hd-no-bar"}) {
    const std::string bytes = read_whole(pack / "videos" / (std::string(name) + ".mp4"));
    auto source = open_medium(bytes, {});
    ASSERT_TRUE(source) << name;
    PdqHasher hasher;
    Picture storage;
    std::string lines;
    while (const auto frame = (*source)->next()) {
      const auto pixels = fingerprint_pixels(*frame->frame, storage);
      ASSERT_TRUE(pixels);
      const auto found = hasher.frame(*pixels);
      ASSERT_TRUE(found);
      lines += vpdq_line({frame->number, found->quality, found->bits}, (*source)->info().frames_per_second) + "\n";
    }
    const std::string official = read_whole(pack / "videos" / (std::string(name) + ".official.txt"));
    EXPECT_TRUE(lines == official) << name << ": " << lines.substr(0, 100) << " ... against "
                                   << official.substr(0, 100);
  }
}

}  // namespace
}  // namespace pantau::media
