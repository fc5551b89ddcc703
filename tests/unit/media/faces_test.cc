// Detection and comparison of faces on real photographs; skipped without PANTAU_MODELS and PANTAU_SHARED.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <opencv2/imgproc.hpp>

#include "media/faces/face_kernel.h"
#include "media/faces/portrait.h"
#include "tests/support/draw_text.h"
#include "tests/support/face_files.h"

namespace pantau::media {
namespace {

double cosine(const Embedding& a, const Embedding& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.values().size(); ++i) sum += static_cast<double>(a.values()[i]) * b.values()[i];
  return sum;
}

Picture resized(const Picture& from, int width, int height, double blur = 0) {
  Picture out{width, height, std::vector<std::uint8_t>(3 * static_cast<std::size_t>(width) * height)};
  const cv::Mat in(from.height, from.width, CV_8UC3, const_cast<std::uint8_t*>(from.rgb.data()));
  cv::Mat to(height, width, CV_8UC3, out.rgb.data());
  cv::resize(in, to, to.size(), 0, 0, width < from.width ? cv::INTER_AREA : cv::INTER_LINEAR);
  if (blur > 0) cv::GaussianBlur(to, to, cv::Size(), blur);
  return out;
}

Picture turned(const Picture& from, double degrees) {
  Picture out = from;
  const cv::Mat in(from.height, from.width, CV_8UC3, const_cast<std::uint8_t*>(from.rgb.data()));
  cv::Mat to(out.height, out.width, CV_8UC3, out.rgb.data());
  const cv::Point2f middle(static_cast<float>(from.width) / 2, static_cast<float>(from.height) / 2);
  cv::warpAffine(in, to, cv::getRotationMatrix2D(middle, degrees, 1), to.size(), cv::INTER_LINEAR,
                 cv::BORDER_REPLICATE);
  return out;
}

class FacesTest : public testing::Test {
 protected:
  void SetUp() override {
    profile_ = test::available_recognizer();
    const auto pack = test::photo_pack();
    if (profile_ == nullptr) GTEST_SKIP() << "PANTAU_MODELS names no folder with detector and recognizer";
    if (!pack) GTEST_SKIP() << "PANTAU_SHARED is not set";
    pack_ = *pack;
    faces_ = test::load_faces(*profile_);
  }

  Embedding embed(const Picture& picture, FaceSearch search = FaceSearch::thorough) {
    const auto found = faces_->detect(picture, search);
    if (found.empty()) return {};
    return faces_->recognizer().embed(faces_->recognizer().align(picture, found.front()));
  }

  const RecognizerProfile* profile_ = nullptr;
  std::filesystem::path pack_;
  std::unique_ptr<LoadedFaces> faces_;
};

TEST_F(FacesTest, EveryPhotographShowsAFaceAndNoLogoDoes) {
  std::size_t all = 0, found = 0;
  for (const auto& [person, files] : test::photos(pack_)) {
    for (const auto& file : files) {
      ++all;
      const bool any = !faces_->detect(test::load_picture(file), FaceSearch::thorough).empty();
      found += any;
      EXPECT_TRUE(any) << file;
    }
  }
  std::printf("detection: %zu of %zu photographs\n", found, all);
  for (const auto& logo : std::filesystem::directory_iterator(pack_ / "logos"))
    EXPECT_TRUE(faces_->detect(test::load_picture(logo.path()), FaceSearch::thorough).empty()) << logo.path();
}

TEST_F(FacesTest, SamePersonsAreToldFromOthersAndStrangersNeverMatch) {
  struct Face {
    std::string person;
    Embedding embedding;
    double sharpness = 0;
  };
  std::vector<Face> known, unknown;
  for (const auto& [person, files] : test::photos(pack_)) {
    for (const auto& file : files) {
      const Picture picture = test::load_picture(file);
      const auto found = faces_->detect(picture, FaceSearch::thorough);
      ASSERT_FALSE(found.empty()) << file;
      const AlignedFace aligned = faces_->recognizer().align(picture, found.front());
      known.push_back({person, faces_->recognizer().embed(aligned), aligned.sharpness});
    }
  }
  for (const auto& file : test::distractors(pack_)) {
    // Photographs that may show the labelled persons as well are no strangers to them.
    const Picture picture = test::load_picture(file);
    for (const DetectedFace& face : faces_->detect(picture, FaceSearch::thorough)) {
      if (std::min(face.box.width, face.box.height) < kSmallestFace) continue;
      const AlignedFace aligned = faces_->recognizer().align(picture, face);
      unknown.push_back({file.filename().string(), faces_->recognizer().embed(aligned), aligned.sharpness});
    }
  }
  std::vector<double> same, different;
  for (std::size_t i = 0; i < known.size(); ++i) {
    for (std::size_t k = i + 1; k < known.size(); ++k)
      (known[i].person == known[k].person ? same : different).push_back(cosine(known[i].embedding, known[k].embedding));
    for (const Face& stranger : unknown) {
      const bool perhaps_same = stranger.person.starts_with("deepface") && known[i].person.starts_with("deepface");
      if (!perhaps_same) different.push_back(cosine(known[i].embedding, stranger.embedding));
    }
  }
  const auto share = [](const std::vector<double>& values, double from) {
    return static_cast<double>(std::count_if(values.begin(), values.end(), [&](double v) { return v >= from; })) /
           static_cast<double>(values.size());
  };
  double sum = 0, squares = 0;
  for (const double v : different) sum += v, squares += v * v;
  const double mean = sum / static_cast<double>(different.size());
  const double deviation = std::sqrt(squares / static_cast<double>(different.size()) - mean * mean);
  std::vector<double> sorted = different;
  std::sort(sorted.rbegin(), sorted.rend());
  std::vector<double> tails = same;
  std::sort(tails.begin(), tails.end());
  std::printf(
      "%s: %zu same pairs (lowest %.3f, 1%% %.3f, 5%% %.3f, median %.3f), %zu different pairs, mean %.4f, deviation "
      "%.4f\n",
      std::string(profile_->model).c_str(), same.size(), tails.front(), tails[tails.size() / 100],
      tails[tails.size() / 20], tails[tails.size() / 2], different.size(), mean, deviation);
  std::printf("highest different %.3f, FPR 1e-2 at %.3f, 1e-3 at %.3f, 1e-4 at %.3f\n", sorted.front(),
              sorted[sorted.size() / 100], sorted[sorted.size() / 1000], sorted[sorted.size() / 10000]);
  for (const double threshold : {profile_->possible, 0.36, profile_->match, 0.44, 0.48, 0.52})
    std::printf("threshold %.3f: TPR %.4f FPR %.5f\n", threshold, share(same, threshold), share(different, threshold));
  if (!profile_->measured) GTEST_SKIP() << "thresholds of this recognizer are as published";
  EXPECT_GE(share(same, profile_->possible), 0.98);
  EXPECT_LE(share(different, profile_->possible), 0.001);

  // Open set: three photographs a person enrolled, everybody else and the rest of the photographs as queries.
  References references;
  references.dimensions = profile_->dimensions;
  std::vector<std::string> persons;
  std::map<std::string, int> enrolled;
  std::vector<bool> is_query(known.size(), false);
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (enrolled[known[i].person]++ >= 3) {
      is_query[i] = true;
      continue;
    }
    if (persons.empty() || persons.back() != known[i].person) persons.push_back(known[i].person);
    references.numbers.push_back(static_cast<int>(persons.size()) - 1);
    const auto values = known[i].embedding.values();
    references.rows.insert(references.rows.end(), values.begin(), values.end());
  }
  const FaceThresholds thresholds = thresholds_for(*profile_, references.numbers.size());
  const std::string bytes = encode_references(references);
  const auto pack = ReferencePack::open(bytes);
  ASSERT_TRUE(pack);
  std::size_t queries = 0, right = 0, matched = 0, possible = 0;
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (!is_query[i]) continue;
    ++queries;
    const auto best = pack->closest(known[i].embedding.values());
    const bool same_person = persons[static_cast<std::size_t>(best.number)] == known[i].person;
    right += same_person;
    matched += same_person && best.similarity >= thresholds.match;
    possible += same_person && best.similarity >= thresholds.possible;
  }
  std::size_t strangers_possible = 0, strangers = 0;
  double closest = 0;
  for (const Face& stranger : unknown) {
    const auto best = pack->closest(stranger.embedding.values());
    if (stranger.person.starts_with("deepface") &&
        persons[static_cast<std::size_t>(best.number)].starts_with("deepface"))
      continue;
    ++strangers;
    closest = std::max(closest, best.similarity);
    strangers_possible += best.similarity >= thresholds.possible;
    EXPECT_LT(best.similarity, thresholds.match) << stranger.person;
  }
  std::printf(
      "gallery of %zu portraits: possible %.3f, match %.3f; %zu queries: right %.4f, possible %.4f, match %.4f; "
      "%zu strangers: closest %.3f, possible %zu\n",
      references.numbers.size(), thresholds.possible, thresholds.match, queries,
      static_cast<double>(right) / static_cast<double>(queries),
      static_cast<double>(possible) / static_cast<double>(queries),
      static_cast<double>(matched) / static_cast<double>(queries), strangers, closest, strangers_possible);
  EXPECT_EQ(right, queries);
  EXPECT_GE(static_cast<double>(matched), 0.95 * static_cast<double>(queries));
  EXPECT_LE(static_cast<double>(strangers_possible), 0.05 * static_cast<double>(strangers) + 1);

  std::vector<double> sharp;
  for (const Face& face : known) sharp.push_back(face.sharpness);
  std::sort(sharp.begin(), sharp.end());
  std::printf("sharpness of photographs: lowest %.4f, 5%% %.4f, median %.4f\n", sharp.front(), sharp[sharp.size() / 20],
              sharp[sharp.size() / 2]);
}

// The same photograph, maltreated, still resembles the person's other photographs.
TEST_F(FacesTest, SmallTurnedAndBlurredFacesAreStillKnown) {
  struct Treatment {
    const char* name;
    double least_known;  // share at the lower threshold
    Picture (*treat)(const Picture&);
  };
  const Treatment treatments[] = {
      {"half size", 0.97, [](const Picture& p) { return resized(p, p.width / 2, p.height / 2); }},
      {"turned by 10 degrees", 0.97, [](const Picture& p) { return turned(p, 10); }},
      {"turned by 20 degrees", 0.97, [](const Picture& p) { return turned(p, 20); }},
      {"quarter size", 0.90, [](const Picture& p) { return resized(p, p.width / 4, p.height / 4); }},
      {"blurred", 0.97, [](const Picture& p) { return resized(p, p.width, p.height, 1.2); }},
  };
  std::map<std::string, std::vector<Embedding>> enrolled;
  std::vector<std::pair<std::string, Picture>> queries;
  for (const auto& [person, files] : test::photos(pack_)) {
    for (std::size_t i = 0; i < files.size(); ++i) {
      // One photograph shows a face cut by its edge: turning it would turn more of it out of sight.
      if (files[i].filename().string().find("partial") != std::string::npos) continue;
      Picture picture = test::load_picture(files[i]);
      if (i < 3) {
        enrolled[person].push_back(embed(picture));
      } else if (i < 8 && picture.width <= 400) {
        queries.emplace_back(person, std::move(picture));
      }
    }
  }
  ASSERT_GE(queries.size(), 10u);
  for (const Treatment& treatment : treatments) {
    std::size_t known = 0;
    for (const auto& [person, picture] : queries) {
      const Embedding made = embed(treatment.treat(picture));
      double best = -1;
      if (!made.empty()) {
        for (const Embedding& own : enrolled[person]) best = std::max(best, cosine(own, made));
      }
      known += best >= profile_->possible;
      if (best < profile_->possible)
        std::printf("%s: a photograph of %s is not known (%.3f)\n", treatment.name, person.c_str(), best);
    }
    const double share = static_cast<double>(known) / static_cast<double>(queries.size());
    std::printf("%s: %zu of %zu (%.3f)\n", treatment.name, known, queries.size(), share);
    EXPECT_GE(share, treatment.least_known) << treatment.name;
  }
}

TEST_F(FacesTest, PortraitsAreGraded) {
  const auto all = test::photos(pack_);
  const Picture good = test::load_picture(all.at("Barack_Obama").front());
  const auto grade = [&](const Picture& picture) {
    return look_at_portrait(picture, faces_->detector(), faces_->recognizer()).grade;
  };
  const PortraitReport report = look_at_portrait(good, faces_->detector(), faces_->recognizer());
  EXPECT_EQ(report.grade, PortraitGrade::good) << report.detail;
  EXPECT_EQ(report.embedding.size(), static_cast<std::size_t>(profile_->dimensions));
  EXPECT_EQ(grade(test::plain_picture(300, 300, {200, 200, 200})), PortraitGrade::no_face);
  EXPECT_EQ(grade(test::plain_picture(1, 1, {200, 200, 200})), PortraitGrade::no_face);
  EXPECT_EQ(grade(test::load_picture(pack_ / "distractors/deepface_selfie-many-people.jpg")),
            PortraitGrade::several_faces);
  const double small = 36.0 / report.face_side;
  EXPECT_EQ(grade(resized(good, static_cast<int>(good.width * small), static_cast<int>(good.height * small))),
            PortraitGrade::too_small);
  EXPECT_EQ(grade(resized(good, good.width, good.height, report.face_side / 25.0)), PortraitGrade::blurred);
  for (const char* no_picture : {"this is a text, not a portrait", "", "<html><body>portrait</body></html>"}) {
    const PortraitReport refused = read_portrait(no_picture, 60'000'000, *faces_);
    EXPECT_EQ(refused.grade, PortraitGrade::undecodable);
    EXPECT_FALSE(refused.detail.empty());
    EXPECT_TRUE(refused.embedding.empty());
  }
}

TEST_F(FacesTest, OtherNetworksAndHalvesAreNamed) {
  const std::string detector = test::model_bytes(kFaceDetector), recognizer = test::model_bytes(profile_->model);
  EXPECT_FALSE(FaceDetector::load(recognizer));
  EXPECT_FALSE(FaceRecognizer::load(detector, *profile_));
  for (const std::string& bad : {detector.substr(0, detector.size() / 2), std::string("no network"), std::string()}) {
    const auto loaded = FaceDetector::load(bad);
    ASSERT_FALSE(loaded);
    EXPECT_FALSE(loaded.error().detail.empty());
    EXPECT_FALSE(FaceRecognizer::load(bad, *profile_));
  }
}

// A wall of faces: bounded, not endless.
TEST_F(FacesTest, CrowdsAreBounded) {
  const Picture one = resized(test::load_picture(test::photos(pack_).at("Barack_Obama").front()), 60, 80);
  Picture wall = test::plain_picture(60 * 32, 80 * 24, {0, 0, 0});
  for (int row = 0; row < 24; ++row) {
    for (int column = 0; column < 32; ++column) {
      for (int y = 0; y < 80; ++y)
        std::copy_n(one.rgb.data() + 3 * 60 * y, 3 * 60,
                    wall.rgb.data() + 3 * (static_cast<std::size_t>(row * 80 + y) * wall.width + column * 60));
    }
  }
  const auto found = faces_->detect(wall, FaceSearch::thorough);
  std::printf("wall of 768 faces: %zu found\n", found.size());
  EXPECT_LE(found.size(), FaceDetector::kMostFaces);
}

}  // namespace
}  // namespace pantau::media
