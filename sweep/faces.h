#pragma once
// What it takes to compare faces in a sweep or scan: the networks, found and checked; the portraits of the persons who
// are enrolled with a basis, read by media workers of their own; the pack that the other workers compare with. Nothing
// of it is written anywhere. Blocks; runs its own workers.
#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "matchers/face_matcher.h"
#include "media/models.h"
#include "sweep/configuration.h"

namespace pantau::sweep {

// The networks that this configuration compares faces with, or why there are none.
struct FaceModels {
  const media::RecognizerProfile* profile = nullptr;
  media::ModelFile detector, recognizer;
  std::filesystem::path folder;
  bool ready() const;
  // "the face recognizer sface is missing in /...; `pantau models fetch` gets it"; empty when ready.
  std::string trouble() const;
};
FaceModels face_models(const Configuration& configuration);

// Persons with a basis and portraits.
std::vector<const matchers::Entity*> enrolled(const matchers::Watchlist& watchlist);

// What is wrong with faces as configured, in words, without reading a portrait; for `check` and summaries. Empty when
// everything is there, or nobody is to be compared with.
std::vector<std::string> face_notes(const Configuration& configuration, const matchers::Watchlist& watchlist);

struct PortraitGrading {
  std::string entity, file;
  std::string grade;  // "good", "no face", ..., "near-duplicate", "unlike the others"
  std::string detail;
  bool used = false;  // stands in the gallery
};

struct FaceGallery {
  bool on = false;
  media::FaceSettings worker;                                  // for WorkerSettings::faces
  std::shared_ptr<const matchers::FaceReferences> references;  // null when off
  std::string identity;                                        // of networks, persons and portraits; empty when off
  std::map<std::string, std::string> models;                   // for case records: what it is for -> name and digest
  std::vector<PortraitGrading> portraits;
  std::vector<std::string> notes;  // what is off or left out, in words
};

// An Error only when workers cannot be started at all.
Result<FaceGallery> make_face_gallery(const Configuration& configuration, const matchers::Watchlist& watchlist,
                                      const std::string& program, const std::atomic<bool>* stop = nullptr);

}  // namespace pantau::sweep
