#include "media/models.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "base/file.h"

namespace pantau::media {
namespace {

namespace fs = std::filesystem;

class ModelsTest : public testing::Test {
 protected:
  ModelsTest() {
    std::string pattern = (fs::temp_directory_path() / "pantau-models-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~ModelsTest() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  fs::path folder_;
};

TEST_F(ModelsTest, EmptyAndAbsentFoldersMissEverything) {
  for (const fs::path& folder : {folder_, folder_ / "absent"}) {
    for (const ModelFile& file : look_for_models(folder)) EXPECT_EQ(file.state, ModelState::missing);
  }
}

TEST_F(ModelsTest, FileOfTheRightNameThatIsSomethingElseIsRefusedWithTheReason) {
  const Model& model = *find_model(kFaceDetector);
  ASSERT_TRUE(write_file_atomically(folder_ / model.file, std::string(model.bytes / 2, 'x')));
  ModelFile found = look_for_model(folder_, model);
  EXPECT_EQ(found.state, ModelState::refused);
  EXPECT_NE(found.detail.find("cut off"), std::string::npos) << found.detail;
  ASSERT_TRUE(write_file_atomically(folder_ / model.file, std::string(model.bytes, 'x')));
  found = look_for_model(folder_, model);
  EXPECT_EQ(found.state, ModelState::refused);
  EXPECT_NE(found.detail.find("SHA-256"), std::string::npos) << found.detail;
  EXPECT_FALSE(read_model(found.path, model));
}

TEST_F(ModelsTest, TheDigestDecidesNotTheName) {
  const char* models = std::getenv("PANTAU_MODELS");
  if (models == nullptr) GTEST_SKIP() << "PANTAU_MODELS is not set";
  const Model& model = *find_model(kFaceDetector);
  const ModelFile original = look_for_model(models, model);
  ASSERT_EQ(original.state, ModelState::present);
  fs::copy_file(original.path, folder_ / "some-name.onnx");
  const ModelFile found = look_for_model(folder_, model);
  EXPECT_EQ(found.state, ModelState::present);
  EXPECT_EQ(found.path, folder_ / "some-name.onnx");
}

TEST(Thresholds, GrowWithTheGalleryAndNeverFallBelowTheProfile) {
  for (const RecognizerProfile& profile : recognizer_profiles()) {
    FaceThresholds last;
    last.possible = last.match = 0;
    for (const std::size_t portraits : {0u, 1u, 10u, 70u, 1000u, 10000u, 100000u}) {
      const FaceThresholds now = thresholds_for(profile, portraits);
      EXPECT_GE(now.possible, profile.possible);
      EXPECT_GE(now.match, profile.match);
      EXPECT_GE(now.match, now.possible);
      EXPECT_GE(now.possible, last.possible);
      EXPECT_GE(now.match, last.match);
      EXPECT_LT(now.match, 0.7);
      last = now;
    }
    EXPECT_GT(thresholds_for(profile, 10000).match, thresholds_for(profile, 70).match + 0.05);
  }
}

}  // namespace
}  // namespace pantau::media
