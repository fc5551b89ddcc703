#pragma once
// Where the faces are in a picture, with the five points that an alignment needs. YuNet on OpenCV's network engine,
// decoded here: cv::FaceDetectorYN of OpenCV 4.6 refuses the 2023 file. One detector belongs to one thread (of the
// media worker); loading takes the network's bytes, so that nothing is opened later.
#include <array>
#include <memory>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "media/media_report.h"
#include "media/picture.h"

namespace pantau::media {

struct DetectedFace {
  Box box;                         // pixels of the picture given, inside it
  std::array<float, 10> points{};  // right eye, left eye, nose, right and left corner of the mouth: x, y ...
  float score = 0;                 // 0..1
};

// thorough: for stills. Small faces of a large picture are looked for once more at twice the size, and long pictures
// (screenshots of whole pages) are looked at in pieces. quick: one look, for one frame of many.
enum class FaceSearch { quick, thorough };

class FaceDetector {
 public:
  // Fails when the bytes are no network, or another one.
  static Result<std::unique_ptr<FaceDetector>> load(std::string_view onnx);
  ~FaceDetector();

  // Largest first, at most kMostFaces.
  std::vector<DetectedFace> detect(const Picture& picture, FaceSearch search);
  static constexpr std::size_t kMostFaces = 300;

 private:
  struct Network;
  explicit FaceDetector(std::unique_ptr<Network> network);
  std::unique_ptr<Network> network_;
};

// How much of both boxes together they share, 0..1.
double overlap(const Box& a, const Box& b);

}  // namespace pantau::media
