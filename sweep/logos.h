#pragma once
// The logos of the watchlist, read by media workers of their own and packed for the others. Blocks; runs its own
// workers.
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "matchers/logo_matcher.h"
#include "sweep/configuration.h"

namespace pantau::sweep {

struct LogoGrading {
  std::string entity, file;
  std::string grade;  // "good", "one colour", "too small" ...
  std::string detail;
  bool used = false;
};

struct LogoGallery {
  media::LogoSettings worker;                                  // for WorkerSettings::logos
  std::shared_ptr<const matchers::LogoReferences> references;  // null when there is nothing to compare with
  std::string identity;                                        // of brands and files; empty then
  std::vector<LogoGrading> logos;
  std::vector<std::string> notes;  // what is off or left out, in words
};

// An Error only when workers cannot be started at all.
Result<LogoGallery> make_logo_gallery(const Configuration& configuration, const matchers::Watchlist& watchlist,
                                      const std::string& program, const std::atomic<bool>* stop = nullptr);

}  // namespace pantau::sweep
