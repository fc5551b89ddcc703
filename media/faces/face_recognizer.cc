#include "media/faces/face_recognizer.h"

#include <fmt/format.h>

#include <cmath>
#include <opencv2/dnn.hpp>
#include <opencv2/imgproc.hpp>

#include "base/text.h"

namespace pantau::media {
namespace {

// The similarity (turn, scale, shift; no mirroring) that brings `from` closest to `to`, in least squares: with points
// as complex numbers around their means, a = sum(conj(p) q) / sum(|p|^2).
bool similarity_between(const float* from, const float* to, cv::Matx23d& out, double& scale) {
  double px = 0, py = 0, qx = 0, qy = 0;
  for (int i = 0; i < 5; ++i) {
    px += from[2 * i] / 5;
    py += from[2 * i + 1] / 5;
    qx += to[2 * i] / 5;
    qy += to[2 * i + 1] / 5;
  }
  double real = 0, imaginary = 0, weight = 0;
  for (int i = 0; i < 5; ++i) {
    const double ax = from[2 * i] - px, ay = from[2 * i + 1] - py;
    const double bx = to[2 * i] - qx, by = to[2 * i + 1] - qy;
    real += ax * bx + ay * by;
    imaginary += ax * by - ay * bx;
    weight += ax * ax + ay * ay;
  }
  if (!(weight > 1e-6)) return false;
  real /= weight;
  imaginary /= weight;
  scale = std::hypot(real, imaginary);
  if (!(scale > 1e-4 && scale < 1e3)) return false;
  out =
      cv::Matx23d(real, -imaginary, qx - real * px + imaginary * py, imaginary, real, qy - imaginary * px - real * py);
  return true;
}

// How much of the picture's contrast is in its fine detail.
double sharpness_of(const cv::Mat& rgb) {
  cv::Mat grey, fine;
  cv::cvtColor(rgb, grey, cv::COLOR_RGB2GRAY);
  // The middle: forehead to chin, without the background.
  const int margin = grey.cols / 8;
  const cv::Mat middle = grey(cv::Rect(margin, margin, grey.cols - 2 * margin, grey.rows - 2 * margin));
  cv::Laplacian(middle, fine, CV_16S, 1);
  cv::Scalar mean, deviation, contrast;
  cv::meanStdDev(fine, mean, deviation);
  cv::meanStdDev(middle, mean, contrast);
  return contrast[0] < 1 ? 0 : deviation[0] * deviation[0] / (contrast[0] * contrast[0]);
}

}  // namespace

struct FaceRecognizer::Network {
  cv::dnn::Net net;
  cv::Mat blob;

  cv::Mat forward(const cv::Mat& rgb, bool red_first) {
    cv::dnn::blobFromImage(rgb, blob, 1.0, cv::Size(), cv::Scalar(), !red_first, false, CV_32F);
    net.setInput(blob);
    return net.forward();
  }
};

FaceRecognizer::FaceRecognizer(std::unique_ptr<Network> network, const RecognizerProfile& profile)
    : network_(std::move(network)), profile_(profile) {}
FaceRecognizer::~FaceRecognizer() = default;

Result<std::unique_ptr<FaceRecognizer>> FaceRecognizer::load(std::string_view onnx, const RecognizerProfile& profile) {
  auto network = std::make_unique<Network>();
  try {
    network->net = cv::dnn::readNetFromONNX(onnx.data(), onnx.size());
    network->net.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
    network->net.setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
    const cv::Mat made = network->forward(cv::Mat::zeros(profile.side, profile.side, CV_8UC3), profile.red_first);
    if (made.total() != static_cast<std::size_t>(profile.dimensions) || made.type() != CV_32F)
      return operator_error(fmt::format("this is a network, but not the face recognizer {}", profile.model));
  } catch (const cv::Exception& problem) {
    return operator_error(
        fmt::format("the face recognizer's file cannot be used: {}", clip_utf8(collapse_space(problem.err), 200)));
  }
  return std::unique_ptr<FaceRecognizer>(new FaceRecognizer(std::move(network), profile));
}

AlignedFace FaceRecognizer::align(const Picture& picture, const DetectedFace& face) const {
  AlignedFace out;
  cv::Matx23d transform;
  double scale = 1;
  if (picture.empty() || !similarity_between(face.points.data(), profile_.points, transform, scale)) return out;
  cv::Mat rgb(picture.height, picture.width, CV_8UC3, const_cast<std::uint8_t*>(picture.rgb.data()));
  // A large face is made smaller by its area first: leaping over pixels would leave noise of them. By whole numbers,
  // which is several times faster than by others.
  cv::Mat smaller;
  const int by = static_cast<int>(1 / scale);
  if (by >= 2) {
    const int margin = std::max(face.box.width, face.box.height) / 2;
    cv::Rect around =
        cv::Rect(face.box.x - margin, face.box.y - margin, face.box.width + 2 * margin, face.box.height + 2 * margin) &
        cv::Rect(0, 0, rgb.cols, rgb.rows);
    around.width -= around.width % by;
    around.height -= around.height % by;
    if (around.width >= 8 * by && around.height >= 8 * by) {
      cv::resize(rgb(around), smaller, cv::Size(around.width / by, around.height / by), 0, 0, cv::INTER_AREA);
      std::array<float, 10> points{};
      for (std::size_t i = 0; i < 5; ++i) {
        points[2 * i] = (face.points[2 * i] - static_cast<float>(around.x) + 0.5f) / static_cast<float>(by) - 0.5f;
        points[2 * i + 1] =
            (face.points[2 * i + 1] - static_cast<float>(around.y) + 0.5f) / static_cast<float>(by) - 0.5f;
      }
      if (!similarity_between(points.data(), profile_.points, transform, scale)) return out;
      rgb = smaller;
    }
  }
  out.picture.width = out.picture.height = profile_.side;
  out.picture.rgb.resize(3 * static_cast<std::size_t>(profile_.side) * static_cast<std::size_t>(profile_.side));
  cv::Mat aligned(profile_.side, profile_.side, CV_8UC3, out.picture.rgb.data());
  cv::warpAffine(rgb, aligned, transform, aligned.size(), cv::INTER_LINEAR, cv::BORDER_CONSTANT);
  out.sharpness = sharpness_of(aligned);
  return out;
}

Embedding FaceRecognizer::embed(const AlignedFace& face) {
  if (face.picture.empty()) return {};
  const cv::Mat rgb(face.picture.height, face.picture.width, CV_8UC3,
                    const_cast<std::uint8_t*>(face.picture.rgb.data()));
  cv::Mat made = network_->forward(rgb, profile_.red_first);
  Embedding out(static_cast<std::size_t>(profile_.dimensions));
  bool sound = made.total() == out.values().size() && made.type() == CV_32F && made.isContinuous();
  if (sound) {
    const float* values = made.ptr<float>();
    double length = 0;
    for (std::size_t i = 0; i < out.values().size(); ++i) length += static_cast<double>(values[i]) * values[i];
    sound = std::isfinite(length) && length > 1e-12;
    const double by = sound ? 1 / std::sqrt(length) : 0;
    for (std::size_t i = 0; i < out.values().size(); ++i) out.values()[i] = static_cast<float>(values[i] * by);
  }
  // The network keeps its last output until the next one: not this one.
  made.setTo(cv::Scalar());
  if (!sound) return {};
  return out;
}

}  // namespace pantau::media
