// What faces cost and how often strangers are taken for somebody: finding and embedding beside the bare networks in the
// same run, one face against galleries of growing size, and false identifications in them. Needs PANTAU_MODELS and
// PANTAU_SHARED.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <opencv2/dnn.hpp>
#include <opencv2/imgproc.hpp>
#include <random>

#include "media/faces/face_kernel.h"
#include "tests/support/face_files.h"

namespace pantau::media {
namespace {

using Clock = std::chrono::steady_clock;

double milliseconds(Clock::time_point from) {
  return std::chrono::duration<double, std::milli>(Clock::now() - from).count();
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

// The two in turn, so that whatever else the machine does falls on both.
void beside(const char* what, int rounds, const std::function<void()>& ours, const std::function<void()>& bare) {
  std::vector<double> mine, theirs;
  ours();
  bare();
  for (int i = 0; i < rounds; ++i) {
    auto start = Clock::now();
    ours();
    mine.push_back(milliseconds(start));
    start = Clock::now();
    bare();
    theirs.push_back(milliseconds(start));
  }
  std::printf("%-28s %6.2f ms, bare network %6.2f ms, overhead %+.1f %%\n", what, median(mine), median(theirs),
              100 * (median(mine) / median(theirs) - 1));
}

using Vector = std::vector<float>;

double dot(const Vector& a, const Vector& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * b[i];
  return sum;
}

void norm(Vector& v) {
  const double length = std::sqrt(dot(v, v));
  for (float& value : v) value = static_cast<float>(value / length);
}

// Faces of one photograph are not compared: some show the same person twice.
double deviation_of_cosines(const std::vector<Vector>& faces, const std::vector<int>& photographs) {
  double sum = 0, squares = 0, count = 0;
  for (std::size_t i = 0; i < faces.size(); ++i) {
    for (std::size_t k = i + 1; k < faces.size(); ++k) {
      if (photographs[i] == photographs[k]) continue;
      const double cosine = dot(faces[i], faces[k]);
      sum += cosine, squares += cosine * cosine, ++count;
    }
  }
  return std::sqrt(squares / count - sum * sum / count / count);
}

// Strangers nobody has photographed: normally distributed like the real ones, with as much noise in all directions as
// makes their cosines spread as the real ones' do.
class Invented {
 public:
  Invented(std::vector<Vector> real, const std::vector<int>& photographs)
      : real_(std::move(real)), mean_(real_[0].size()) {
    for (const Vector& face : real_) {
      for (std::size_t i = 0; i < mean_.size(); ++i) mean_[i] += face[i] / static_cast<float>(real_.size());
    }
    for (const Vector& face : real_) {
      for (std::size_t i = 0; i < mean_.size(); ++i) variance_ += std::pow(face[i] - mean_[i], 2);
    }
    variance_ /= static_cast<double>(real_.size());
    const double wanted = deviation_of_cosines(real_, photographs);
    double low = 0, high = 1;
    for (int step = 0; step < 12; ++step) {
      like_real_ = (low + high) / 2;
      std::vector<Vector> some;
      std::vector<int> each;
      for (int i = 0; i < 400; ++i) {
        some.push_back(make());
        each.push_back(i);
      }
      spread_ = deviation_of_cosines(some, each);
      (spread_ < wanted ? low : high) = like_real_;
    }
    std::printf(
        "invented strangers: made of %zu real ones, share of their covariance %.2f, spread of cosines %.4f "
        "(real %.4f)\n",
        real_.size(), like_real_, spread_, wanted);
  }

  Vector make() {
    Vector out(mean_);
    const double noise = std::sqrt((1 - like_real_) * variance_ / static_cast<double>(mean_.size()));
    for (float& value : out) value += static_cast<float>(noise * normal_(random_));
    const double weight = std::sqrt(like_real_ / static_cast<double>(real_.size()));
    for (const Vector& face : real_) {
      const auto by = static_cast<float>(weight * normal_(random_));
      for (std::size_t i = 0; i < out.size(); ++i) out[i] += by * (face[i] - mean_[i]);
    }
    norm(out);
    return out;
  }

 private:
  std::vector<Vector> real_;
  Vector mean_;
  double variance_ = 0, like_real_ = 0.5, spread_ = 0;
  std::mt19937 random_{5};
  std::normal_distribution<double> normal_;
};

int run() {
  const RecognizerProfile* profile = test::available_recognizer();
  const auto pack = test::photo_pack();
  if (profile == nullptr || !pack) {
    std::fprintf(stderr, "needs PANTAU_MODELS and PANTAU_SHARED\n");
    return 2;
  }
  cv::setNumThreads(1);
  auto faces = test::load_faces(*profile);
  const Picture photograph = test::load_picture(test::photos(*pack).at("Barack_Obama").front());
  Picture frame{640, 480, std::vector<std::uint8_t>(3 * 640 * 480)};
  const cv::Mat from(photograph.height, photograph.width, CV_8UC3, const_cast<std::uint8_t*>(photograph.rgb.data()));
  cv::Mat to(480, 640, CV_8UC3, frame.rgb.data());
  cv::resize(from, to, to.size());

  const std::string detector = test::model_bytes(kFaceDetector), recognizer = test::model_bytes(profile->model);
  cv::dnn::Net bare_detector = cv::dnn::readNetFromONNX(detector.data(), detector.size());
  const std::vector<cv::String> names = bare_detector.getUnconnectedOutLayersNames();
  std::vector<cv::Mat> outputs;
  const cv::Mat blob = cv::dnn::blobFromImage(to, 1.0, cv::Size(), cv::Scalar(), true, false, CV_32F);
  const auto found = faces->detect(frame, FaceSearch::quick);
  std::printf("one thread; a frame of 640 x 480 with %zu face\n", found.size());
  if (found.empty()) return 1;
  beside(
      "detection, a frame", 60, [&] { faces->detect(frame, FaceSearch::quick); },
      [&] {
        bare_detector.setInput(blob);
        bare_detector.forward(outputs, names);
      });
  cv::dnn::Net bare_recognizer = cv::dnn::readNetFromONNX(recognizer.data(), recognizer.size());
  const AlignedFace aligned = faces->recognizer().align(frame, found.front());
  const cv::Mat small(profile->side, profile->side, CV_8UC3, const_cast<std::uint8_t*>(aligned.picture.rgb.data()));
  const cv::Mat face_blob = cv::dnn::blobFromImage(small, 1.0, cv::Size(), cv::Scalar(), true, false, CV_32F);
  beside(
      "alignment and embedding", 60,
      [&] { faces->recognizer().embed(faces->recognizer().align(frame, found.front())); },
      [&] {
        bare_recognizer.setInput(face_blob);
        bare_recognizer.forward();
      });

  // One embedding a person: the first photograph of each, and every distractor's faces.
  std::vector<Vector> real;
  std::vector<int> photographs;
  int shot = 0;
  const auto add = [&](const std::filesystem::path& file, std::size_t most) {
    const Picture picture = test::load_picture(file);
    ++shot;
    for (const DetectedFace& face : faces->detect(picture, FaceSearch::thorough)) {
      if (most-- == 0) return;
      if (std::min(face.box.width, face.box.height) < kSmallestFace) continue;
      const Embedding made = faces->recognizer().embed(faces->recognizer().align(picture, face));
      if (made.empty()) continue;
      real.emplace_back(made.values().begin(), made.values().end());
      photographs.push_back(shot);
    }
  };
  for (const auto& [person, files] : test::photos(*pack)) add(files.front(), 1);
  for (const auto& file : test::distractors(*pack)) {
    if (!file.filename().string().starts_with("deepface")) add(file, 50);
  }
  Invented invented(std::move(real), photographs);

  for (const std::size_t size : {70u, 1000u, 10000u}) {
    References references;
    references.dimensions = profile->dimensions;
    for (std::size_t i = 0; i < size; ++i) {
      references.numbers.push_back(static_cast<std::int32_t>(i));
      const Vector row = invented.make();
      references.rows.insert(references.rows.end(), row.begin(), row.end());
    }
    const std::string bytes = encode_references(references);
    const auto opened = ReferencePack::open(bytes);
    const FaceThresholds thresholds = thresholds_for(*profile, size);
    const int queries = size > 1000 ? 30'000 : 100'000;
    int matched = 0, possible = 0;
    std::vector<double> took;
    for (int i = 0; i < queries; ++i) {
      const Vector query = invented.make();
      const auto start = Clock::now();
      const double similarity = opened->closest(query).similarity;
      took.push_back(milliseconds(start));
      matched += similarity >= thresholds.match;
      possible += similarity >= thresholds.possible;
    }
    std::printf(
        "%6zu portraits: %.4f ms a query; match from %.3f: %d of %d strangers (%.1e); possible from %.3f: %.4f\n", size,
        median(took), thresholds.match, matched, queries, static_cast<double>(matched) / queries, thresholds.possible,
        static_cast<double>(possible) / queries);
  }
  return 0;
}

}  // namespace
}  // namespace pantau::media

int main() {
  return pantau::media::run();
}
