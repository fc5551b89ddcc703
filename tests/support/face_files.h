#pragma once
// Networks and photographs that are no part of the project: found through PANTAU_MODELS and PANTAU_SHARED, absent
// otherwise. For tests of faces.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/file.h"
#include "media/convert.h"
#include "media/decode.h"
#include "media/faces/face_kernel.h"
#include "media/models.h"

namespace pantau::test {

inline std::optional<std::filesystem::path> photo_pack() {
  const char* shared = std::getenv("PANTAU_SHARED");
  if (shared == nullptr) return std::nullopt;
  const std::filesystem::path folder = std::filesystem::path(shared) / "packs/faces";
  return std::filesystem::is_directory(folder / "photos") ? std::optional(folder) : std::nullopt;
}

// The recognizer that lies in PANTAU_MODELS beside the detector; nothing without both.
inline const media::RecognizerProfile* available_recognizer() {
  if (std::getenv("PANTAU_MODELS") == nullptr) return nullptr;
  const std::filesystem::path folder = media::models_folder({});
  if (media::look_for_model(folder, *media::find_model(media::kFaceDetector)).state != media::ModelState::present)
    return nullptr;
  for (const media::RecognizerProfile& profile : media::recognizer_profiles()) {
    if (media::look_for_model(folder, *media::find_model(profile.model)).state == media::ModelState::present)
      return &profile;
  }
  return nullptr;
}

inline std::string model_bytes(std::string_view name) {
  const media::ModelFile file = media::look_for_model(media::models_folder({}), *media::find_model(name));
  return read_file(file.path).value();
}

inline std::unique_ptr<media::LoadedFaces> load_faces(const media::RecognizerProfile& profile) {
  auto loaded = media::LoadedFaces::load(model_bytes(media::kFaceDetector), model_bytes(profile.model), profile);
  if (!loaded) throw std::runtime_error(loaded.error().detail);
  return std::move(*loaded);
}

inline media::Picture load_picture(const std::filesystem::path& path) {
  const std::string bytes = read_file(path).value();
  auto source = media::open_medium(bytes, {});
  if (!source) throw std::runtime_error(path.string() + ": " + source.error().detail);
  const auto frame = (*source)->next();
  if (!frame) throw std::runtime_error(path.string() + ": no frame");
  return media::upright_picture(*frame->frame, (*source)->info());
}

// Photographs by person.
inline std::map<std::string, std::vector<std::filesystem::path>> photos(const std::filesystem::path& pack) {
  std::map<std::string, std::vector<std::filesystem::path>> out;
  for (const auto& person : std::filesystem::directory_iterator(pack / "photos")) {
    std::vector<std::filesystem::path>& files = out[person.path().filename().string()];
    for (const auto& file : std::filesystem::directory_iterator(person)) files.push_back(file.path());
    std::sort(files.begin(), files.end());
  }
  return out;
}

inline std::vector<std::filesystem::path> distractors(const std::filesystem::path& pack) {
  std::vector<std::filesystem::path> out;
  for (const auto& file : std::filesystem::directory_iterator(pack / "distractors")) out.push_back(file.path());
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace pantau::test
