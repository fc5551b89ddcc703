#include "cases/known_scams.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cases/case_store.h"
#include "tests/support/sample_case.h"

namespace pantau::cases {
namespace {

using media::PdqBits;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

PdqBits hash(std::uint64_t seed) {
  PdqBits bits;
  for (std::uint64_t& word : bits.words) word = seed = seed * 6364136223846793005u + 1442695040888963407u;
  return bits;
}

PdqBits near(PdqBits bits, unsigned flips) {
  for (unsigned i = 0; i < flips; ++i) bits.words[i % 4] ^= std::uint64_t{1} << (i * 7 % 64);
  return bits;
}

class KnownScamsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto store = store::Store::open("sqlite", folder_.path(), case_migrations());
    ASSERT_TRUE(store) << store.error().detail;
    store_ = std::move(*store);
    auto reader = store_->open_reader();
    ASSERT_TRUE(reader);
    reader_ = std::move(*reader);
  }
  void write(const std::function<Result<void>(store::Connection&)>& job) {
    const auto done = store_->write(job).get();
    EXPECT_TRUE(done) << (done ? "" : done.error().detail);
  }
  // A case with one medium of these frames.
  std::string put(const std::string& key, const std::vector<PdqBits>& frames, int quality = 100, bool telling = true) {
    CaseRecord record = test::sample_case();
    record.key = key;
    record.media.resize(1);
    record.media[0].kind = "image";
    record.media[0].width = record.media[0].height = 400;
    record.media[0].sha256 = key;
    record.signals.clear();
    if (telling) {
      matchers::Signal lure;
      lure.type = matchers::SignalType::lure;
      lure.where = matchers::Where::ocr;
      lure.media = key;
      record.signals.push_back(lure);
    }
    record.media[0].pdq.clear();
    for (const PdqBits& frame : frames) record.media[0].pdq.push_back({frame.hex(), quality, 0});
    std::string id;
    write([&](store::Connection& c) -> Result<void> {
      auto saved = save_case(c, record);
      if (!saved) return saved.error();
      id = saved->id;
      return {};
    });
    return id;
  }
  void take(const std::string& id, const std::string& action) {
    write([&](store::Connection& c) -> Result<void> {
      auto moved = decide(c, {id, action, "aisyah", "seen by two"});
      if (!moved) return moved.error();
      return {};
    });
  }
  void authentic(const std::string& source, const std::string& what, const PdqBits& bits) {
    write([&](store::Connection& c) { return note_authentic_media(c, source, what, {bits}); });
  }
  KnownScams now() {
    auto known = known_scams(*reader_);
    EXPECT_TRUE(known);
    return known ? *known : KnownScams();
  }
  std::vector<std::string> listed() {
    std::vector<std::string> hashes;
    for (const KnownScam& one : now().listed) hashes.push_back(one.hash.hex());
    return hashes;
  }

  test::TemporaryFolder folder_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<store::Connection> reader_;
};

TEST_F(KnownScamsTest, AMediumStandsOnTheListWhileItsCaseIsConfirmed) {
  const std::string id = put("a", {hash(1)});
  EXPECT_THAT(listed(), IsEmpty());
  take(id, "confirm");
  EXPECT_THAT(listed(), ElementsAre(hash(1).hex()));
  EXPECT_EQ(now().listed[0].case_id, id);
  take(id, "dispute");
  EXPECT_THAT(listed(), IsEmpty());
  take(id, "confirm");
  EXPECT_EQ(listed().size(), 1u);
  take(id, "withdraw");
  EXPECT_THAT(listed(), IsEmpty());
}

TEST_F(KnownScamsTest, FlatPicturesAndDecorationAreNotListed) {
  take(put("a", {hash(1)}, 49), "confirm");
  take(put("b", {hash(2)}, 100, false), "confirm");
  EXPECT_THAT(listed(), IsEmpty());
}

TEST_F(KnownScamsTest, WhatBorrowsFromGenuineMediaStaysOutAsAWhole) {
  authentic("file:clip", "footage of Tokoh Contoh", hash(7));
  take(put("film", {hash(1), near(hash(7), 31), hash(2)}), "confirm");
  take(put("picture", {hash(3)}), "confirm");
  take(put("close", {near(hash(7), 32)}), "confirm");
  EXPECT_THAT(listed(), ::testing::UnorderedElementsAre(hash(3).hex(), near(hash(7), 32).hex()));
  const KnownScams known = now();
  ASSERT_EQ(known.kept_out.size(), 1u);
  EXPECT_EQ(known.kept_out[0].medium, "film");
  EXPECT_THAT(known.kept_out[0].why, HasSubstr("footage of Tokoh Contoh"));
}

// Genuine media that are learnt of later take their likeness off again; a file that left the watchlist gives it back.
TEST_F(KnownScamsTest, TheListFollowsWhatIsKnownToBeGenuine) {
  take(put("a", {hash(1)}), "confirm");
  authentic("site:bank.example", "a medium of the official page http://bank.example/", near(hash(1), 10));
  EXPECT_THAT(listed(), IsEmpty());
  take(put("b", {hash(2)}), "confirm");
  authentic("file:old-portrait", "a portrait", hash(2));
  EXPECT_THAT(listed(), IsEmpty());
  write([](store::Connection& c) { return keep_authentic_files(c, {"file:new-portrait"}); });
  EXPECT_THAT(listed(), ElementsAre(hash(2).hex()));
}

TEST_F(KnownScamsTest, ADismissedCasesMediaAreGenuine) {
  const std::string honest = put("honest", {hash(5)});
  take(honest, "dismiss");
  take(put("scam", {near(hash(5), 12)}), "confirm");
  EXPECT_THAT(listed(), IsEmpty());
  take(honest, "confirm");  // dismissed in error
  EXPECT_EQ(listed().size(), 2u);
}

}  // namespace
}  // namespace pantau::cases
