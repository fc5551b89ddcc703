#include <gtest/gtest.h>

#include "crawler/extract.h"

namespace pantau::crawler {
namespace {

TEST(Playlist, MasterListsVariantsBestLast) {
  const Playlist list = parse_playlist(
      "#EXTM3U\r\n#EXT-X-STREAM-INF:BANDWIDTH=2800000,CODECS=\"avc1.4d401f,mp4a.40.2\",RESOLUTION=1280x720\r\nhd/"
      "index.m3u8\r\n"
      "#EXT-X-STREAM-INF:RESOLUTION=640x360,BANDWIDTH=800000\r\n/sd.m3u8\r\n",
      "https://v.example/live/master.m3u8?k=1");
  EXPECT_TRUE(list.master);
  ASSERT_EQ(list.variants.size(), 2u);
  EXPECT_EQ(list.variants[0].url, "https://v.example/sd.m3u8");
  EXPECT_EQ(list.variants[1].url, "https://v.example/live/hd/index.m3u8");
  EXPECT_EQ(list.variants[1].bandwidth, 2800000);
  EXPECT_EQ(list.variants[1].height, 720);
}

TEST(Playlist, SegmentsRangesMapAndKeys) {
  const Playlist list = parse_playlist(
      "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-MAP:URI=\"init.mp4\"\n#EXTINF:6.006,title, with "
      "comma\n#EXT-X-BYTERANGE:1000@200\na.ts\n"
      "#EXTINF:6,\n#EXT-X-BYTERANGE:500\na.ts\n#EXTINF:2.5\nhttps://o.example/b.ts\n#EXT-X-ENDLIST\n",
      "https://v.example/x/list.m3u8");
  EXPECT_FALSE(list.master);
  EXPECT_FALSE(list.encrypted);
  EXPECT_EQ(list.init_url, "https://v.example/x/init.mp4");
  ASSERT_EQ(list.segments.size(), 3u);
  EXPECT_DOUBLE_EQ(list.segments[0].duration_s, 6.006);
  EXPECT_EQ(list.segments[0].range_offset, 200);
  EXPECT_EQ(list.segments[1].range_offset, 1200);  // follows the one before
  EXPECT_EQ(list.segments[1].range_length, 500);
  EXPECT_EQ(list.segments[2].range_offset, -1);
  EXPECT_EQ(list.segments[2].url, "https://o.example/b.ts");
}

TEST(Playlist, EncryptionIsSaid) {
  EXPECT_TRUE(parse_playlist("#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n#EXTINF:1,\na.ts\n", "https://v.example/")
                  .encrypted);
  EXPECT_FALSE(parse_playlist("#EXTM3U\n#EXT-X-KEY:METHOD=NONE\n#EXTINF:1,\na.ts\n", "https://v.example/").encrypted);
}

TEST(Playlist, OtherTextIsEmptyAndHostileAddressesAreLeftOut) {
  EXPECT_TRUE(parse_playlist("<html>404</html>", "https://v.example/").segments.empty());
  EXPECT_TRUE(parse_playlist("", "").segments.empty());
  const Playlist list =
      parse_playlist("#EXTM3U\n#EXTINF:-5,\nfile:///etc/passwd\n#EXTINF:1e99,\nok.ts\n#EXTINF:", "https://v.example/");
  ASSERT_EQ(list.segments.size(), 1u);
  EXPECT_EQ(list.segments[0].duration_s, 0);
}

TEST(Playlist, RangesBeyondAnyFilmAreNoRanges) {
  const Playlist list = parse_playlist(
      "#EXTM3U\n#EXT-X-BYTERANGE:10@5\na.ts\n#EXT-X-BYTERANGE:9223372036854775807\na.ts\n", "https://v.example/");
  ASSERT_EQ(list.segments.size(), 2u);
  EXPECT_EQ(list.segments[1].range_length, -1);
  EXPECT_EQ(list.segments[1].range_offset, -1);
}

}  // namespace
}  // namespace pantau::crawler
