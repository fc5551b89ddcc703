#pragma once
// Everything about faces that a media worker does to one picture: find them, and compare them with the enrolled ones.
// A face's embedding is made, compared and wiped inside compare(); what leaves is a number, and only when the face
// resembles an enrolled person. There is no way to ask who somebody is. One kernel belongs to one thread.
#include <memory>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "media/faces/face_detector.h"
#include "media/faces/face_recognizer.h"
#include "media/faces/reference_pack.h"

namespace pantau::media {

// Faces narrower than this are too small to be compared at all.
inline constexpr int kSmallestFace = 24;

class FaceKernel {
 public:
  virtual ~FaceKernel() = default;

  struct Comparison {
    std::int32_t reference = -1;  // the enrolled person it resembles, or -1: a stranger, of whom nothing is said
    double similarity = 0;        // cosine; 0 of strangers
    bool blurred = false;         // nothing could be compared
  };
  virtual std::vector<DetectedFace> detect(const Picture& picture, FaceSearch search) = 0;
  virtual Comparison compare(const Picture& picture, const DetectedFace& face) = 0;
};

class LoadedFaces final : public FaceKernel {
 public:
  // `references` must outlive this object.
  static Result<std::unique_ptr<LoadedFaces>> load(std::string_view detector, std::string_view recognizer,
                                                   const RecognizerProfile& profile);

  // The pack's rows must be the recognizer's.
  Result<void> set_references(ReferencePack pack);
  std::vector<DetectedFace> detect(const Picture& picture, FaceSearch search) override;
  Comparison compare(const Picture& picture, const DetectedFace& face) override;

  FaceDetector& detector() { return *detector_; }
  FaceRecognizer& recognizer() { return *recognizer_; }

 private:
  LoadedFaces(std::unique_ptr<FaceDetector> detector, std::unique_ptr<FaceRecognizer> recognizer)
      : detector_(std::move(detector)), recognizer_(std::move(recognizer)) {}
  std::unique_ptr<FaceDetector> detector_;
  std::unique_ptr<FaceRecognizer> recognizer_;
  ReferencePack references_;
};

}  // namespace pantau::media
