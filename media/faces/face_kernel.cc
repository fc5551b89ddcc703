#include "media/faces/face_kernel.h"

#include <cmath>

namespace pantau::media {

Result<std::unique_ptr<LoadedFaces>> LoadedFaces::load(std::string_view detector, std::string_view recognizer,
                                                       const RecognizerProfile& profile) {
  auto finds = FaceDetector::load(detector);
  if (!finds) return finds.error();
  auto compares = FaceRecognizer::load(recognizer, profile);
  if (!compares) return compares.error();
  return std::unique_ptr<LoadedFaces>(new LoadedFaces(std::move(*finds), std::move(*compares)));
}

Result<void> LoadedFaces::set_references(ReferencePack pack) {
  if (pack.size() > 0 && pack.dimensions() != recognizer_->profile().dimensions)
    return operator_error("the reference pack of faces was made with another recognizer");
  references_ = std::move(pack);
  return {};
}

std::vector<DetectedFace> LoadedFaces::detect(const Picture& picture, FaceSearch search) {
  return detector_->detect(picture, search);
}

FaceKernel::Comparison LoadedFaces::compare(const Picture& picture, const DetectedFace& face) {
  Comparison out;
  const AlignedFace aligned = recognizer_->align(picture, face);
  if (aligned.picture.empty() || aligned.sharpness < kBlurred) {
    out.blurred = true;
    return out;
  }
  const Embedding embedding = recognizer_->embed(aligned);
  const ReferencePack::Best best = references_.closest(embedding.values());
  if (best.number >= 0 && best.similarity >= references_.report_from()) {
    out.reference = best.number;
    out.similarity = std::min(best.similarity, 1.0);
  }
  return out;
}

}  // namespace pantau::media
