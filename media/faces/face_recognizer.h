#pragma once
// From a face in a picture to the numbers by which faces are compared: turned and scaled so that its five points lie
// where the network expects them, then embedded and normed to length one, so that a dot product is the cosine. One
// recognizer belongs to one thread (of the media worker).
#include <memory>
#include <string_view>

#include "base/result.h"
#include "media/faces/embedding.h"
#include "media/faces/face_detector.h"
#include "media/models.h"

namespace pantau::media {

// The aligned face is wiped like the embedding: it is a picture of a stranger as well, but no more than the medium is.
struct AlignedFace {
  Picture picture;       // side x side
  double sharpness = 0;  // about 1 for a good photograph; below kBlurred nothing can be compared
};
inline constexpr double kBlurred = 0.012;

class FaceRecognizer {
 public:
  // Fails when the bytes are no network, or one that gives something else.
  static Result<std::unique_ptr<FaceRecognizer>> load(std::string_view onnx, const RecognizerProfile& profile);
  ~FaceRecognizer();

  const RecognizerProfile& profile() const { return profile_; }
  // An empty picture when the five points do not make a face.
  AlignedFace align(const Picture& picture, const DetectedFace& face) const;
  // Empty when the network gives nothing that can be normed.
  Embedding embed(const AlignedFace& face);

 private:
  struct Network;
  FaceRecognizer(std::unique_ptr<Network> network, const RecognizerProfile& profile);
  std::unique_ptr<Network> network_;
  const RecognizerProfile& profile_;
};

}  // namespace pantau::media
