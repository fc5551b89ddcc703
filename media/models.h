#pragma once
// The networks that Pantau can use, as files that a site keeps in a folder: which they are, where they come from, and
// whether what lies in the folder is really them. The digest decides, not the file's name: weights are code to whoever
// runs them. None of them is part of the program. Reads the file system; any thread. Fetches nothing (sweep/models.h
// does).
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace pantau::media {

enum class ModelPurpose { face_detector, face_recognizer, text_regions };

struct Model {
  std::string_view name;  // "yunet-2023mar"
  ModelPurpose purpose;
  std::string_view serves;   // what it is for, in words
  std::string_view licence;  // SPDX
  std::string_view sha256;
  std::uint64_t bytes;
  std::string_view file;     // the name under which it is fetched; any other will do
  std::string_view address;  // https; empty: nobody publishes this very file
  std::string_view origin;   // where it comes from, in words
};

inline constexpr std::string_view kFaceDetector = "yunet-2023mar";

const std::vector<Model>& model_catalogue();
const Model* find_model(std::string_view name);

enum class ModelState { present, missing, refused };

struct ModelFile {
  const Model* model = nullptr;
  ModelState state = ModelState::missing;
  std::filesystem::path path;  // of the file, when present or refused
  std::string detail;          // when refused: "12345 bytes instead of 232589: cut off"
};

// Every model of the catalogue, in its order, as it lies in `folder` (*.onnx files there, not in folders below). Reads
// and digests only files of the right size.
std::vector<ModelFile> look_for_models(const std::filesystem::path& folder);
ModelFile look_for_model(const std::filesystem::path& folder, const Model& model);

// The file's bytes, digest checked again; an Error names what is wrong.
Result<std::string> read_model(const std::filesystem::path& path, const Model& model);

// PANTAU_MODELS when it is set, else `configured`, else ~/.local/share/pantau/models.
std::filesystem::path models_folder(const std::filesystem::path& configured);

// --- what the recognizers' numbers mean ------------------------------------------------------------------------------
struct RecognizerProfile {
  std::string_view model;  // name in the catalogue
  int side;                // of the square picture it takes
  int dimensions;          // of the embedding
  bool red_first;          // it takes R, G, B; else B, G, R
  float points[10];        // where eyes, nose and corners of the mouth lie in that picture: x, y ...
  // Cosines between different persons follow about this normal distribution; of it the thresholds for a gallery are
  // made. `measured`: on photographs, by this project; else taken from the publisher.
  double strangers_mean, strangers_deviation;
  double possible, match;  // never below these, however small the gallery
  bool measured;
};

const std::vector<RecognizerProfile>& recognizer_profiles();
const RecognizerProfile* find_recognizer(std::string_view name);

// From which cosine on a face resembles a portrait: `possible` needs a person to look, `match` is enough by itself.
struct FaceThresholds {
  double possible = 1, match = 1;
};

// The more portraits there are, the likelier one of them resembles a stranger by chance: `match` keeps the expected
// share of strangers that resemble anybody at 1 in 10,000, `possible` at 1 in 100.
FaceThresholds thresholds_for(const RecognizerProfile& profile, std::size_t portraits);

}  // namespace pantau::media
