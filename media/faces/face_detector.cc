#include "media/faces/face_detector.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <opencv2/dnn.hpp>
#include <opencv2/imgproc.hpp>

#include "base/text.h"

namespace pantau::media {
namespace {

constexpr int kStrides[] = {8, 16, 32};
constexpr int kMultiple = 32;  // the network's sides
constexpr int kSide = 640;     // long side of a look
constexpr int kFineSide = 1280;
constexpr double kMostEnlarged = 2;
constexpr float kFaceScore = 0.6f;
constexpr double kSameFace = 0.3;  // overlap from which the weaker of two boxes is dropped
constexpr std::size_t kMostCandidates = 3000;
constexpr int kLargeEnough = 40;      // pixels; a picture with such a face needs no second look
constexpr double kLongPicture = 2.5;  // by its width, or the other way round
constexpr int kMostPieces = 16;

struct Candidate {
  float x, y, width, height, score;
  std::array<float, 10> points;
};

double overlap_of(const Candidate& a, const Candidate& b) {
  const float width = std::min(a.x + a.width, b.x + b.width) - std::max(a.x, b.x);
  const float height = std::min(a.y + a.height, b.y + b.height) - std::max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const float both = width * height;
  return both / (a.width * a.height + b.width * b.height - both);
}

// Strongest first; of boxes that lie on each other the strongest.
std::vector<Candidate> suppress(std::vector<Candidate> found) {
  std::stable_sort(found.begin(), found.end(),
                   [](const Candidate& a, const Candidate& b) { return a.score > b.score; });
  if (found.size() > kMostCandidates) found.resize(kMostCandidates);
  std::vector<Candidate> kept;
  for (const Candidate& candidate : found) {
    const bool again = std::any_of(kept.begin(), kept.end(),
                                   [&](const Candidate& other) { return overlap_of(candidate, other) > kSameFace; });
    if (!again) kept.push_back(candidate);
    if (kept.size() >= FaceDetector::kMostFaces) break;
  }
  return kept;
}

int padded(int side) {
  return (side + kMultiple - 1) / kMultiple * kMultiple;
}

}  // namespace

struct FaceDetector::Network {
  cv::dnn::Net net;
  std::vector<cv::String> names;
  cv::Mat canvas, blob;
  std::vector<cv::Mat> outputs;

  bool forward(int width, int height);
  void look(const cv::Mat& rgb, double scale, float left, float top, std::vector<Candidate>& found);
};

FaceDetector::FaceDetector(std::unique_ptr<Network> network) : network_(std::move(network)) {}
FaceDetector::~FaceDetector() = default;

// False when the outputs are not YuNet's.
bool FaceDetector::Network::forward(int width, int height) {
  // The canvas is R, G, B; the network takes B, G, R, 0..255.
  cv::dnn::blobFromImage(canvas, blob, 1.0, cv::Size(), cv::Scalar(), true, false, CV_32F);
  net.setInput(blob);
  net.forward(outputs, names);
  if (outputs.size() != 12) return false;
  for (std::size_t s = 0; s < 3; ++s) {
    const auto cells = static_cast<std::size_t>((width / kStrides[s]) * (height / kStrides[s]));
    constexpr std::size_t kValues[] = {1, 1, 4, 10};
    for (std::size_t kind = 0; kind < 4; ++kind) {
      const cv::Mat& out = outputs[3 * kind + s];
      if (out.total() != cells * kValues[kind] || out.type() != CV_32F || !out.isContinuous()) return false;
    }
  }
  return true;
}

Result<std::unique_ptr<FaceDetector>> FaceDetector::load(std::string_view onnx) {
  auto network = std::make_unique<Network>();
  try {
    network->net = cv::dnn::readNetFromONNX(onnx.data(), onnx.size());
    network->net.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
    network->net.setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
    for (const char* kind : {"cls_", "obj_", "bbox_", "kps_"}) {
      for (const int stride : kStrides) network->names.push_back(kind + std::to_string(stride));
    }
    // Everything that is made at the first use is made now, before the sandbox closes.
    network->canvas = cv::Mat::zeros(480, kSide, CV_8UC3);
    if (!network->forward(kSide, 480)) return operator_error("this is a network, but not the face detector");
  } catch (const cv::Exception& problem) {
    return operator_error(
        fmt::format("the face detector's file cannot be used: {}", clip_utf8(collapse_space(problem.err), 200)));
  }
  return std::unique_ptr<FaceDetector>(new FaceDetector(std::move(network)));
}

// One look at `rgb`, shrunk or enlarged by `scale`; what is found is given in its pixels, moved by left and top.
void FaceDetector::Network::look(const cv::Mat& rgb, double scale, float left, float top,
                                 std::vector<Candidate>& found) {
  const int inner_width = std::max(1, static_cast<int>(std::lround(rgb.cols * scale)));
  const int inner_height = std::max(1, static_cast<int>(std::lround(rgb.rows * scale)));
  const int width = padded(inner_width), height = padded(inner_height);
  if (canvas.cols != width || canvas.rows != height) canvas.create(height, width, CV_8UC3);
  if (inner_width != width || inner_height != height) canvas.setTo(cv::Scalar());
  cv::Mat inner = canvas(cv::Rect(0, 0, inner_width, inner_height));
  if (inner.size() == rgb.size()) {
    rgb.copyTo(inner);
  } else {
    cv::resize(rgb, inner, inner.size(), 0, 0, scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
  }
  if (!forward(width, height)) return;
  const float across = static_cast<float>(rgb.cols) / static_cast<float>(inner_width);
  const float down = static_cast<float>(rgb.rows) / static_cast<float>(inner_height);
  for (std::size_t s = 0; s < 3; ++s) {
    const int stride = kStrides[s];
    const int columns = width / stride, rows = height / stride;
    const float* classes = outputs[s].ptr<float>();
    const float* objects = outputs[3 + s].ptr<float>();
    const float* boxes = outputs[6 + s].ptr<float>();
    const float* marks = outputs[9 + s].ptr<float>();
    for (int row = 0; row < rows; ++row) {
      for (int column = 0; column < columns; ++column) {
        const std::size_t cell =
            static_cast<std::size_t>(row) * static_cast<std::size_t>(columns) + static_cast<std::size_t>(column);
        const float score = std::sqrt(std::clamp(classes[cell], 0.0f, 1.0f) * std::clamp(objects[cell], 0.0f, 1.0f));
        if (!(score >= kFaceScore)) continue;
        const auto unit = static_cast<float>(stride);
        const auto x = static_cast<float>(column), y = static_cast<float>(row);
        const float* b = boxes + 4 * cell;
        const float w = std::exp(std::min(b[2], 10.0f)) * unit, h = std::exp(std::min(b[3], 10.0f)) * unit;
        Candidate face{};
        face.x = ((x + b[0]) * unit - w / 2) * across + left;
        face.y = ((y + b[1]) * unit - h / 2) * down + top;
        face.width = w * across;
        face.height = h * down;
        face.score = score;
        for (std::size_t k = 0; k < 5; ++k) {
          face.points[2 * k] = (marks[10 * cell + 2 * k] + x) * unit * across + left;
          face.points[2 * k + 1] = (marks[10 * cell + 2 * k + 1] + y) * unit * down + top;
        }
        const bool sound = std::isfinite(face.x) && std::isfinite(face.y) && face.width > 0 && face.height > 0 &&
                           std::all_of(face.points.begin(), face.points.end(),
                                       [](float value) { return std::isfinite(value) && std::abs(value) < 1e7f; });
        if (sound) found.push_back(face);
      }
    }
  }
}

std::vector<DetectedFace> FaceDetector::detect(const Picture& picture, FaceSearch search) {
  std::vector<DetectedFace> faces;
  const std::size_t pixels =
      static_cast<std::size_t>(std::max(picture.width, 0)) * static_cast<std::size_t>(std::max(picture.height, 0));
  if (picture.width < 16 || picture.height < 16 || picture.rgb.size() < 3 * pixels) return faces;
  const cv::Mat rgb(picture.height, picture.width, CV_8UC3, const_cast<std::uint8_t*>(picture.rgb.data()));
  const int longest = std::max(rgb.cols, rgb.rows), shortest = std::min(rgb.cols, rgb.rows);
  std::vector<Candidate> found;
  if (search == FaceSearch::thorough && longest > kSide && longest > kLongPicture * shortest) {
    // Squares along the long side, overlapping by a fifth.
    const int step = std::max(shortest * 4 / 5, (longest - shortest) / (kMostPieces - 1) + 1);
    for (int at = 0;; at += step) {
      const bool last = at + shortest >= longest;
      const int from = last ? longest - shortest : at;
      const cv::Rect part =
          rgb.cols > rgb.rows ? cv::Rect(from, 0, shortest, shortest) : cv::Rect(0, from, shortest, shortest);
      network_->look(rgb(part), std::min(kMostEnlarged, static_cast<double>(kSide) / shortest),
                     static_cast<float>(part.x), static_cast<float>(part.y), found);
      if (last) break;
    }
  } else {
    network_->look(rgb, std::min(kMostEnlarged, static_cast<double>(kSide) / longest), 0, 0, found);
    const bool large = std::any_of(found.begin(), found.end(), [](const Candidate& face) {
      return std::min(face.width, face.height) >= static_cast<float>(kLargeEnough);
    });
    if (search == FaceSearch::thorough && longest >= 1000 && !large)
      network_->look(rgb, static_cast<double>(kFineSide) / longest, 0, 0, found);
  }
  for (const Candidate& candidate : suppress(std::move(found))) {
    const int left = std::clamp(static_cast<int>(candidate.x), 0, picture.width);
    const int top = std::clamp(static_cast<int>(candidate.y), 0, picture.height);
    const int right = std::clamp(static_cast<int>(candidate.x + candidate.width), left, picture.width);
    const int bottom = std::clamp(static_cast<int>(candidate.y + candidate.height), top, picture.height);
    if (right <= left || bottom <= top) continue;
    faces.push_back({{left, top, right - left, bottom - top}, candidate.points, candidate.score});
  }
  std::stable_sort(faces.begin(), faces.end(), [](const DetectedFace& a, const DetectedFace& b) {
    return std::int64_t{a.box.width} * a.box.height > std::int64_t{b.box.width} * b.box.height;
  });
  return faces;
}

double overlap(const Box& a, const Box& b) {
  const int width = std::min(a.x + a.width, b.x + b.width) - std::max(a.x, b.x);
  const int height = std::min(a.y + a.height, b.y + b.height) - std::max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const double both = static_cast<double>(width) * height;
  return both / (static_cast<double>(a.width) * a.height + static_cast<double>(b.width) * b.height - both);
}

}  // namespace pantau::media
