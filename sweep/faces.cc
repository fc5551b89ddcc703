#include "sweep/faces.h"

#include <fmt/format.h>
#include <glob.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/digest.h"
#include "media/faces/reference_pack.h"
#include "media/pdq.h"
#include "sweep/reference_reading.h"

namespace pantau::sweep {
namespace {

constexpr std::size_t kMaxPortraitBytes = std::size_t{32} << 20;
constexpr std::size_t kMostPortraitsOfOne = 200;
constexpr double kSameShot = 0.95;  // cosine from which two portraits show the same photograph
constexpr int kSamePicture = 31;    // PDQ distance, as everywhere

std::vector<std::string> matching_files(const std::vector<std::string>& patterns, std::vector<std::string>& without) {
  std::vector<std::string> files;
  for (const std::string& pattern : patterns) {
    glob_t found{};
    if (glob(pattern.c_str(), 0, nullptr, &found) == 0) {
      for (std::size_t i = 0; i < found.gl_pathc; ++i) files.emplace_back(found.gl_pathv[i]);
    } else {
      without.push_back(pattern);
    }
    globfree(&found);
  }
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  return files;
}

double cosine(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) sum += static_cast<double>(a[i]) * b[i];
  return sum;
}

struct Portrait {
  std::size_t grading = 0;  // in FaceGallery::portraits
  int number = 0;           // of the person
  std::string file;
  std::string sha256;  // empty when the file cannot be read
  media::PortraitReport report;
};

bool same_picture(const std::string& a, const std::string& b) {
  const auto left = media::PdqBits::from_hex(a), right = media::PdqBits::from_hex(b);
  return left && right && media::pdq_distance(*left, *right) <= kSamePicture;
}

// A portrait that says nothing new, or that shows somebody else than the person's other portraits.
void compare_portraits(std::vector<Portrait>& portraits, const media::RecognizerProfile& profile,
                       const matchers::Watchlist& watchlist, FaceGallery& gallery) {
  const media::FaceThresholds alone = media::thresholds_for(profile, 1);
  for (std::size_t i = 0; i < portraits.size(); ++i) {
    Portrait& portrait = portraits[i];
    PortraitGrading& grading = gallery.portraits[portrait.grading];
    if (!grading.used) continue;
    double closest_own = -1;
    int others = 0;
    for (std::size_t k = 0; k < portraits.size() && grading.used; ++k) {
      const Portrait& other = portraits[k];
      const PortraitGrading& known = gallery.portraits[other.grading];
      if (k == i || other.report.embedding.empty()) continue;
      const double similarity = cosine(portrait.report.embedding, other.report.embedding);
      if (other.number != portrait.number) {
        if (k < i && known.used && similarity >= alone.match) {
          grading.grade = "like another person";
          grading.detail =
              fmt::format("it resembles {} of {} (similarity {:.2f}): the two will be taken for each other", known.file,
                          watchlist.find(known.entity)->name, similarity);
        }
        continue;
      }
      ++others;
      closest_own = std::max(closest_own, similarity);
      if (k < i && known.used && (similarity >= kSameShot || same_picture(portrait.report.pdq, other.report.pdq))) {
        grading.grade = "near-duplicate";
        grading.detail = fmt::format("of {}: it adds nothing", known.file);
        grading.used = false;
      }
    }
    if (grading.used && others >= 2 && closest_own < profile.possible) {
      grading.grade = "unlike the others";
      grading.detail = fmt::format(
          "it resembles none of the person's other portraits (similarity at most {:.2f}): "
          "somebody else? It is left out",
          closest_own);
      grading.used = false;
    }
  }
}

}  // namespace

bool FaceModels::ready() const {
  return profile != nullptr && detector.state == media::ModelState::present &&
         recognizer.state == media::ModelState::present;
}

std::string FaceModels::trouble() const {
  std::vector<std::string> parts;
  for (const media::ModelFile* file : {&detector, &recognizer}) {
    if (file->model == nullptr || file->state == media::ModelState::present) continue;
    const char* what = file == &detector ? "face detector" : "face recognizer";
    if (file->state == media::ModelState::refused) {
      parts.push_back(fmt::format("the {} {} is refused: {}", what, file->model->name, file->detail));
    } else if (file->model->address.empty()) {
      parts.push_back(fmt::format("the {} {} is missing in {}; put it there ({})", what, file->model->name,
                                  folder.string(), file->model->origin));
    } else {
      parts.push_back(fmt::format("the {} {} is missing in {}; `pantau models fetch` gets it", what, file->model->name,
                                  folder.string()));
    }
  }
  return fmt::format("{}", fmt::join(parts, "; "));
}

FaceModels face_models(const Configuration& configuration) {
  FaceModels models;
  models.folder = media::models_folder(configuration.models_directory);
  models.profile = media::find_recognizer(configuration.face_recognizer);
  models.detector = media::look_for_model(models.folder, *media::find_model(media::kFaceDetector));
  if (models.profile != nullptr)
    models.recognizer = media::look_for_model(models.folder, *media::find_model(models.profile->model));
  return models;
}

std::vector<const matchers::Entity*> enrolled(const matchers::Watchlist& watchlist) {
  std::vector<const matchers::Entity*> persons;
  for (const matchers::Entity& entity : watchlist.entities) {
    if (entity.kind == matchers::EntityKind::person && entity.basis && !entity.portraits.empty())
      persons.push_back(&entity);
  }
  return persons;
}

std::vector<std::string> face_notes(const Configuration& configuration, const matchers::Watchlist& watchlist) {
  const std::size_t persons = enrolled(watchlist).size();
  if (persons == 0) return {"faces are not compared: the watchlist enrols nobody (a person needs basis and portraits)"};
  if (!configuration.media_enabled) return {"faces are not compared: media.enabled is false"};
  if (const std::string trouble = face_models(configuration).trouble(); !trouble.empty())
    return {fmt::format("faces are not compared with the {} enrolled person{}: {}", persons, persons == 1 ? "" : "s",
                        trouble)};
  return {};
}

Result<FaceGallery> make_face_gallery(const Configuration& configuration, const matchers::Watchlist& watchlist,
                                      const std::string& program, const std::atomic<bool>* stop) {
  FaceGallery gallery;
  gallery.notes = face_notes(configuration, watchlist);
  if (!gallery.notes.empty()) return gallery;
  const FaceModels models = face_models(configuration);
  auto references = std::make_shared<matchers::FaceReferences>();
  references->recognizer = configuration.face_recognizer;
  std::vector<Portrait> portraits;
  std::string identity =
      fmt::format("{};{};{}", models.profile->model, models.detector.model->sha256, models.recognizer.model->sha256);
  for (const matchers::Entity* entity : enrolled(watchlist)) {
    const int number = static_cast<int>(references->entities.size());
    references->entities.push_back(entity->id);
    std::vector<std::string> without;
    std::vector<std::string> files = matching_files(entity->portraits, without);
    for (const std::string& pattern : without)
      gallery.portraits.push_back({entity->id, pattern, "missing", "no file matches", false});
    if (files.size() > kMostPortraitsOfOne) {
      gallery.notes.push_back(fmt::format("of {} portraits of {} only the first {} are used", files.size(),
                                          entity->name, kMostPortraitsOfOne));
      files.resize(kMostPortraitsOfOne);
    }
    for (const std::string& file : files) {
      gallery.portraits.push_back({entity->id, file, "", "", false});
      portraits.push_back({gallery.portraits.size() - 1, number, file, {}, {}});
    }
  }

  media::WorkerSettings settings = configuration.media;
  if (settings.program.empty()) settings.program = program;
  settings.ocr_languages.clear();
  settings.faces.recognizer = models.profile->model;
  settings.faces.detector_file = models.detector.path.string();
  settings.faces.recognizer_file = models.recognizer.path.string();
  settings.faces.portraits = true;
  gallery.worker = settings.faces;
  gallery.worker.portraits = false;
  if (!portraits.empty()) {
    ReferenceReading<Portrait, media::PortraitReport> reading(std::move(settings), &media::WorkerPool::portrait,
                                                              portraits, kMaxPortraitBytes, stop);
    if (auto read = reading.run(); !read) return read.error();
  }
  if (stop != nullptr && stop->load()) return give_up_error("interrupted while the portraits were read");
  for (Portrait& portrait : portraits) {
    PortraitGrading& grading = gallery.portraits[portrait.grading];
    grading.grade = std::string(text(portrait.report.grade));
    grading.detail = portrait.report.detail;
    identity += fmt::format(";{}:{}", grading.entity, portrait.sha256);
    grading.used = portrait.report.grade == media::PortraitGrade::good &&
                   portrait.report.embedding.size() == static_cast<std::size_t>(models.profile->dimensions);
  }
  compare_portraits(portraits, *models.profile, watchlist, gallery);

  media::References pack;
  pack.dimensions = models.profile->dimensions;
  std::set<int> persons;
  for (Portrait& portrait : portraits) {
    if (gallery.portraits[portrait.grading].used) {
      pack.numbers.push_back(portrait.number);
      pack.rows.insert(pack.rows.end(), portrait.report.embedding.begin(), portrait.report.embedding.end());
      persons.insert(portrait.number);
    }
  }
  const std::size_t bad = static_cast<std::size_t>(
      std::count_if(gallery.portraits.begin(), gallery.portraits.end(),
                    [](const PortraitGrading& one) { return !one.used && one.grade != "near-duplicate"; }));
  if (bad > 0) {
    gallery.notes.push_back(
        fmt::format("{} of {} portraits cannot be used; `pantau watchlist check` says which and why", bad,
                    gallery.portraits.size()));
  }
  for (std::size_t i = 0; i < references->entities.size(); ++i) {
    if (persons.contains(static_cast<int>(i))) continue;
    gallery.notes.push_back(fmt::format("faces are not compared with {}: no portrait can be used",
                                        watchlist.find(references->entities[i])->name));
  }
  if (pack.numbers.empty()) return gallery;
  references->thresholds = media::thresholds_for(*models.profile, pack.numbers.size());
  pack.report_from = references->thresholds.possible;
  Result<Bytes> sealed = Bytes::sealed(media::encode_references(pack));
  if (!sealed) return sealed.error();
  gallery.worker.references = std::move(*sealed);
  gallery.identity = sha256_hex(identity).substr(0, 16);
  gallery.models = {
      {"face_detector", fmt::format("{} {}", models.detector.model->name, models.detector.model->sha256.substr(0, 12))},
      {"face_recognizer",
       fmt::format("{} {}", models.recognizer.model->name, models.recognizer.model->sha256.substr(0, 12))},
      {"face_thresholds",
       fmt::format("possible {:.3f}, match {:.3f}, {} portraits of {} persons", references->thresholds.possible,
                   references->thresholds.match, pack.numbers.size(), persons.size())}};
  gallery.references = std::move(references);
  gallery.on = true;
  return gallery;
}

}  // namespace pantau::sweep
