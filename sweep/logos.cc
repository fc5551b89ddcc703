#include "sweep/logos.h"

#include <fmt/format.h>
#include <glob.h>

#include <algorithm>

#include "base/digest.h"
#include "sweep/reference_reading.h"

namespace pantau::sweep {
namespace {

constexpr std::size_t kMaxLogoBytes = std::size_t{16} << 20;
constexpr std::size_t kMostLogoFiles = 400;  // of all brands; each costs milliseconds in every picture

struct LogoFile {
  std::size_t grading = 0;  // in LogoGallery::logos
  int number = 0;           // of the brand
  std::string file, sha256;
  media::LogoReport report;
};

}  // namespace

Result<LogoGallery> make_logo_gallery(const Configuration& configuration, const matchers::Watchlist& watchlist,
                                      const std::string& program, const std::atomic<bool>* stop) {
  LogoGallery gallery;
  auto references = std::make_shared<matchers::LogoReferences>();
  std::vector<LogoFile> files;
  for (const matchers::Entity& entity : watchlist.entities) {
    if (entity.logos.empty()) continue;
    const int number = static_cast<int>(references->entities.size());
    references->entities.push_back(entity.id);
    for (const std::string& pattern : entity.logos) {
      glob_t found{};
      if (glob(pattern.c_str(), 0, nullptr, &found) != 0)
        gallery.logos.push_back({entity.id, pattern, "missing", "no file matches", false});
      for (std::size_t i = 0; i < found.gl_pathc && files.size() < kMostLogoFiles; ++i) {
        gallery.logos.push_back({entity.id, found.gl_pathv[i], "", "", false});
        files.push_back({gallery.logos.size() - 1, number, found.gl_pathv[i], {}, {}});
      }
      globfree(&found);
    }
  }
  if (references->entities.empty()) {
    gallery.notes.push_back("logos are not compared: the watchlist names none");
    return gallery;
  }
  if (!configuration.media_enabled) {
    gallery.notes.push_back("logos are not compared: media.enabled is false");
    return gallery;
  }
  if (files.size() == kMostLogoFiles)
    gallery.notes.push_back(fmt::format("only the first {} logo files are compared", kMostLogoFiles));
  if (!files.empty()) {
    media::WorkerSettings settings = configuration.media;
    if (settings.program.empty()) settings.program = program;
    settings.ocr_languages.clear();
    settings.logos.reads = true;
    ReferenceReading<LogoFile, media::LogoReport> reading(std::move(settings), &media::WorkerPool::logo, files,
                                                          kMaxLogoBytes, stop);
    if (auto read = reading.run(); !read) return read.error();
  }
  if (stop != nullptr && stop->load()) return give_up_error("interrupted while the logos were read");
  std::vector<media::PackedLogo> packed;
  std::string identity = "logos";
  for (LogoFile& logo : files) {
    LogoGrading& grading = gallery.logos[logo.grading];
    grading.grade = std::string(text(logo.report.grade));
    grading.detail = logo.report.detail;
    grading.used = logo.report.grade == media::LogoGrade::good;
    identity += fmt::format(";{}:{}", grading.entity, logo.sha256);
    if (grading.used) packed.push_back({logo.number, std::move(logo.report.packed)});
  }
  const auto bad =
      std::count_if(gallery.logos.begin(), gallery.logos.end(), [](const LogoGrading& one) { return !one.used; });
  if (bad > 0) {
    gallery.notes.push_back(fmt::format("{} of {} logos cannot be used; `pantau watchlist check` says which and why",
                                        bad, gallery.logos.size()));
  }
  if (packed.empty()) return gallery;
  Result<Bytes> sealed = Bytes::sealed(media::encode_logos(packed));
  if (!sealed) return sealed.error();
  gallery.worker.references = std::move(*sealed);
  gallery.references = std::move(references);
  gallery.identity = sha256_hex(identity).substr(0, 16);
  return gallery;
}

}  // namespace pantau::sweep
