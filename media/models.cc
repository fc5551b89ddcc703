#include "media/models.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/digest.h"
#include "base/file.h"

namespace pantau::media {
namespace {

constexpr std::size_t kMostFiles = 1000;  // of a folder that are looked at

// Where a normal distribution has `tail` of its weight above. (Abramowitz and Stegun, 26.2.23, error below 4.5e-4.)
double deviations_above(double tail) {
  const double p = std::clamp(tail, 1e-15, 0.5);
  const double t = std::sqrt(-2 * std::log(p));
  return t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
}

std::string why_not(const Model& model, std::uint64_t size) {
  if (size < model.bytes) return fmt::format("{} bytes instead of {}: cut off, or another file", size, model.bytes);
  if (size > model.bytes) return fmt::format("{} bytes instead of {}: another file", size, model.bytes);
  return "its SHA-256 is not the one of the catalogue: changed, or another network";
}

}  // namespace

const std::vector<Model>& model_catalogue() {
  static const std::vector<Model> catalogue = {
      {"yunet-2023mar", ModelPurpose::face_detector, "finds faces and their five points", "MIT",
       "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4", 232'589, "face_detection_yunet_2023mar.onnx",
       "https://github.com/opencv/opencv_zoo/raw/main/models/face_detection_yunet/"
       "face_detection_yunet_2023mar.onnx",
       "OpenCV Zoo"},
      {"sface", ModelPurpose::face_recognizer, "compares faces", "Apache-2.0",
       "0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79", 38'696'353,
       "face_recognition_sface_2021dec.onnx",
       "https://github.com/opencv/opencv_zoo/raw/main/models/face_recognition_sface/"
       "face_recognition_sface_2021dec.onnx",
       "OpenCV Zoo"},
      {"reid-0095", ModelPurpose::face_recognizer, "compares faces", "Apache-2.0",
       "9289d61e5fd7fa800f007ad68b77e0b27752415cc2db9ed920f31240ca153d6b", 4'476'684,
       "face-reidentification-retail-0095.onnx", "",
       "Intel's Open Model Zoo, face-reidentification-retail-0095 (FP16), converted to ONNX"},
      {"ppocr-v3-det", ModelPurpose::text_regions, "finds lines of text (not used by this version)", "Apache-2.0",
       "2591e1ef06e79c8d79ab5873982a8ee8b398d1d79c0209e013bc918e68647f5b", 2'423'067, "en_PP-OCRv3_det_infer.onnx", "",
       "PaddleOCR's English PP-OCRv3 detector, converted to ONNX"},
  };
  return catalogue;
}

const Model* find_model(std::string_view name) {
  for (const Model& model : model_catalogue()) {
    if (model.name == name) return &model;
  }
  return nullptr;
}

ModelFile look_for_model(const std::filesystem::path& folder, const Model& model) {
  ModelFile found;
  found.model = &model;
  const auto refuse = [&](const std::filesystem::path& path, std::string detail) {
    found.state = ModelState::refused;
    found.path = path;
    found.detail = std::move(detail);
  };
  std::error_code failed;
  std::vector<std::filesystem::path> files;
  for (std::filesystem::directory_iterator entry(folder, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    if (files.size() >= kMostFiles) break;
    if (entry->path().extension() == ".onnx") files.push_back(entry->path());
  }
  std::sort(files.begin(), files.end());
  for (const std::filesystem::path& path : files) {
    const bool named = path.filename() == model.file;
    const std::uintmax_t size = std::filesystem::file_size(path, failed);
    if (failed) continue;
    if (size != model.bytes) {
      if (named) refuse(path, why_not(model, size));
      continue;
    }
    const Result<std::string> bytes = read_model(path, model);
    if (bytes) {
      found.state = ModelState::present;
      found.path = path;
      found.detail.clear();
      return found;
    }
    if (named) refuse(path, bytes.error().detail);
  }
  return found;
}

std::vector<ModelFile> look_for_models(const std::filesystem::path& folder) {
  std::vector<ModelFile> found;
  for (const Model& model : model_catalogue()) found.push_back(look_for_model(folder, model));
  return found;
}

Result<std::string> read_model(const std::filesystem::path& path, const Model& model) {
  Result<std::string> bytes = read_file(path, static_cast<std::size_t>(model.bytes) + 1);
  if (!bytes) return bytes;
  if (bytes->size() != model.bytes || sha256_hex(*bytes) != model.sha256)
    return operator_error(fmt::format("{} is not {}: {}", path.string(), model.name, why_not(model, bytes->size())));
  return bytes;
}

std::filesystem::path models_folder(const std::filesystem::path& configured) {
  if (const char* set = std::getenv("PANTAU_MODELS"); set != nullptr && *set != '\0') return set;
  if (!configured.empty()) return configured;
  const char* home = std::getenv("HOME");
  return std::filesystem::path(home != nullptr ? home : ".") / ".local/share/pantau/models";
}

const std::vector<RecognizerProfile>& recognizer_profiles() {
  static const std::vector<RecognizerProfile> profiles = {
      // Points: the network's own template for 112 x 112. Different persons: the publisher's threshold of 0.363 taken
      // as one error in a thousand, with the spread measured for the other recognizer.
      {"sface",
       112,
       128,
       true,
       {38.2946f, 51.6963f, 73.5318f, 51.5014f, 56.0252f, 71.7366f, 41.5493f, 92.3655f, 70.7299f, 92.2041f},
       0.063,
       0.097,
       0.363,
       0.42,
       false},
      // Points: the network's description gives them as shares of the picture.
      {"reid-0095",
       128,
       256,
       false,
       {0.31556875f * 128, 0.46157411f * 128, 0.68262292f * 128, 0.46157411f * 128, 0.50026250f * 128,
        0.64050537f * 128, 0.34947188f * 128, 0.82469196f * 128, 0.65343646f * 128, 0.82469196f * 128},
       0.01,
       0.097,
       0.34,
       0.40,
       true},
  };
  return profiles;
}

const RecognizerProfile* find_recognizer(std::string_view name) {
  for (const RecognizerProfile& profile : recognizer_profiles()) {
    if (profile.model == name) return &profile;
  }
  return nullptr;
}

FaceThresholds thresholds_for(const RecognizerProfile& profile, std::size_t portraits) {
  const double count = static_cast<double>(std::max<std::size_t>(portraits, 1));
  const auto for_share = [&](double share) {
    return profile.strangers_mean + profile.strangers_deviation * deviations_above(share / count);
  };
  FaceThresholds made;
  made.possible = std::max(profile.possible, for_share(1e-2));
  made.match = std::max({profile.match, for_share(1e-4), made.possible});
  return made;
}

}  // namespace pantau::media
