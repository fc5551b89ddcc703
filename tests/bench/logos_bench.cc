// How often logos are found, and how often one is found that is not there. The pictures are made here: each logo of
// PANTAU_SHARED's pack on photographs, on a white card and bare, in four sizes, turned by up to ten degrees, saved as
// JPEG. Every other logo is looked for in each of them as well, and all in photographs without any.
#include <chrono>
#include <cstdio>
#include <opencv2/imgproc.hpp>
#include <random>

#include "media/ffmpeg.h"
#include "media/logos/logo_kernel.h"
#include "tests/support/face_files.h"

namespace pantau::media {
namespace {

using Clock = std::chrono::steady_clock;

struct Logo {
  std::string name;
  cv::Mat rgba;
};

Logo load_logo(const std::filesystem::path& path) {
  const std::string bytes = read_file(path).value();
  auto source = open_medium(bytes, {});
  const auto frame = (*source)->next();
  const std::vector<std::uint8_t> rgba = to_rgba(*frame->frame);
  return {path.stem().string(),
          cv::Mat(frame->frame->height, frame->frame->width, CV_8UC4, const_cast<std::uint8_t*>(rgba.data())).clone()};
}

cv::Mat background(const std::filesystem::path& path) {
  const Picture picture = test::load_picture(path);
  const cv::Mat rgb(picture.height, picture.width, CV_8UC3, const_cast<std::uint8_t*>(picture.rgb.data()));
  cv::Mat out;
  const double scale = std::max(1280.0 / rgb.cols, 720.0 / rgb.rows);
  cv::resize(rgb, out, cv::Size(), scale, scale, cv::INTER_CUBIC);
  return out(cv::Rect((out.cols - 1280) / 2, (out.rows - 720) / 2, 1280, 720)).clone();
}

void paste(cv::Mat& picture, const cv::Mat& logo, double width, double degrees, bool card, std::mt19937& random) {
  cv::Mat sign;
  const double scale = width / std::max(logo.cols, logo.rows);
  cv::resize(logo, sign, cv::Size(), scale, scale, cv::INTER_AREA);
  if (card) {
    const int room = std::max(sign.cols, sign.rows) / 6;
    cv::Mat on_card(sign.rows + 2 * room, sign.cols + 2 * room, CV_8UC4, cv::Scalar(255, 255, 255, 255));
    for (int y = 0; y < sign.rows; ++y) {
      for (int x = 0; x < sign.cols; ++x) {
        const cv::Vec4b from = sign.at<cv::Vec4b>(y, x);
        cv::Vec4b& to = on_card.at<cv::Vec4b>(y + room, x + room);
        for (int c = 0; c < 3; ++c)
          to[c] = static_cast<std::uint8_t>((from[c] * from[3] + 255 * (255 - from[3])) / 255);
      }
    }
    sign = on_card;
  }
  const int side = static_cast<int>(std::hypot(sign.cols, sign.rows)) + 2;
  cv::Mat turn = cv::getRotationMatrix2D(
      cv::Point2f(static_cast<float>(sign.cols) / 2, static_cast<float>(sign.rows) / 2), degrees, 1);
  turn.at<double>(0, 2) += (side - sign.cols) / 2.0;
  turn.at<double>(1, 2) += (side - sign.rows) / 2.0;
  cv::Mat turned;
  cv::warpAffine(sign, turned, turn, cv::Size(side, side), cv::INTER_LINEAR, cv::BORDER_CONSTANT, cv::Scalar());
  const int left = static_cast<int>(random() % static_cast<unsigned>(std::max(1, picture.cols - side)));
  const int top = static_cast<int>(random() % static_cast<unsigned>(std::max(1, picture.rows - side)));
  for (int y = 0; y < side && top + y < picture.rows; ++y) {
    for (int x = 0; x < side && left + x < picture.cols; ++x) {
      const cv::Vec4b from = turned.at<cv::Vec4b>(y, x);
      cv::Vec3b& to = picture.at<cv::Vec3b>(top + y, left + x);
      for (int c = 0; c < 3; ++c)
        to[c] = static_cast<std::uint8_t>((from[c] * from[3] + to[c] * (255 - from[3])) / 255);
    }
  }
}

Picture as_saved(const cv::Mat& rgb) {
  Picture picture{rgb.cols, rgb.rows, std::vector<std::uint8_t>(rgb.data, rgb.data + 3 * rgb.total())};
  const std::string jpeg = encode_jpeg(picture);
  auto source = open_medium(jpeg, {});
  if (!source) return picture;
  const auto frame = (*source)->next();
  return frame ? upright_picture(*frame->frame, (*source)->info()) : picture;
}

int run() {
  const auto pack = test::photo_pack();
  if (!pack) {
    std::fprintf(stderr, "needs PANTAU_SHARED\n");
    return 2;
  }
  cv::setNumThreads(1);
  std::vector<Logo> logos;
  std::vector<PackedLogo> packed;
  for (const auto& file : std::filesystem::directory_iterator(*pack / "logos")) logos.push_back(load_logo(file.path()));
  std::sort(logos.begin(), logos.end(), [](const Logo& a, const Logo& b) { return a.name < b.name; });
  for (std::size_t i = 0; i < logos.size(); ++i) {
    const cv::Mat& rgba = logos[i].rgba;
    const LogoReport report =
        look_at_logo(rgba.cols, rgba.rows, std::vector<std::uint8_t>(rgba.data, rgba.data + 4 * rgba.total()));
    if (report.grade != LogoGrade::good)
      std::printf("%s: %s %s\n", logos[i].name.c_str(), std::string(text(report.grade)).c_str(), report.detail.c_str());
    packed.push_back(
        {static_cast<std::int32_t>(i), report.grade == LogoGrade::good ? report.packed : pack_variants({})});
  }
  const std::string bytes = encode_logos(packed);
  const auto kernel = LogoKernel::open(bytes);
  if (!kernel) return 1;
  std::vector<std::filesystem::path> grounds = test::distractors(*pack);
  std::mt19937 random(3);
  std::size_t trials = 0, wrong = 0, pictures = 0;
  double took = 0;
  const auto look = [&](const Picture& picture, int shown, const char* what) {
    const auto start = Clock::now();
    const std::vector<LogoMatch> found = (*kernel)->find(picture);
    took += std::chrono::duration<double, std::milli>(Clock::now() - start).count();
    ++pictures;
    trials += logos.size() - (shown >= 0 ? 1 : 0);
    bool right = false;
    for (const LogoMatch& match : found) {
      if (match.reference == shown) {
        right = true;
        continue;
      }
      ++wrong;
      std::printf("WRONG: %s found in %s (%.2f, %d points)\n",
                  logos[static_cast<std::size_t>(match.reference)].name.c_str(), what, match.score, match.points);
    }
    return right;
  };
  for (const bool card : {true, false}) {
    std::size_t all = 0, hits = 0;
    std::map<std::string, int> by_logo;
    for (const double size : {0.3, 0.5, 0.75, 1.0}) {
      std::size_t of_size = 0;
      for (std::size_t i = 0; i < logos.size(); ++i) {
        cv::Mat picture = background(grounds[random() % grounds.size()]);
        const double degrees = -10 + static_cast<double>(random() % 2001) / 100;
        paste(picture, logos[i].rgba, 400 * size, degrees, card, random);
        const bool hit = look(as_saved(picture), static_cast<int>(i), logos[i].name.c_str());
        of_size += hit;
        by_logo[logos[i].name] += hit;
      }
      std::printf("%s, %3.0f pixels: %zu of %zu\n", card ? "on a card" : "bare", 400 * size, of_size, logos.size());
      hits += of_size;
      all += logos.size();
    }
    std::printf("%s: %zu of %zu (%.3f):", card ? "on a card" : "bare", hits, all,
                static_cast<double>(hits) / static_cast<double>(all));
    for (const auto& [name, count] : by_logo) std::printf(" %s %d", name.c_str(), count);
    std::printf("\n");
  }
  for (const auto& file : grounds) look(as_saved(background(file)), -1, file.filename().c_str());
  std::printf(
      "%zu trials of logos that are not there: %zu found; %zu pictures of 1280 x 720, %.0f ms each with %zu "
      "logos in %zu variants\n",
      trials, wrong, pictures, took / static_cast<double>(pictures), logos.size(), (*kernel)->variants());
  return wrong == 0 ? 0 : 1;
}

}  // namespace
}  // namespace pantau::media

int main() {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);  // it takes minutes: seen as it goes
  return pantau::media::run();
}
