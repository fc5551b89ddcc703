#pragma once
// pantau.yaml as typed values (DESIGN 4.2): every key, its default, unit and range. Reading complains with file, line
// and what to write instead, and lists all mistakes at once. Any thread.
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cases/verdict.h"
#include "crawler/fetcher.h"
#include "crawler/sources/source.h"
#include "matchers/watchlist.h"
#include "media/worker_pool.h"
#include "sweep/cron.h"

namespace pantau::sweep {

struct SweepSettings {
  std::string name;
  std::optional<Cron> schedule;
  std::string schedule_text;
  std::string timezone = "UTC";
  int jitter_s = 0;
  std::int64_t max_pages = 0;  // addresses of the whole sweep, over all its sources; 0: no limit
  std::vector<crawler::SourceSettings> sources;
};

// One look at a reported address or at the landing page of a `review` case, past robots.txt but never past a log-in, a
// form or a challenge.
struct Examination {
  std::string authority, approved_by;  // written into the audit log with every look
  std::string persona;                 // key of Configuration::personas; empty: as the crawler itself
};

struct Configuration {
  std::filesystem::path file;
  std::string sha256;  // of the file's bytes, for case records
  std::filesystem::path workspace = "workspace";
  std::string store = "sqlite";
  std::vector<std::filesystem::path> watchlists, lures;  // globs already expanded; empty = the embedded ones
  std::vector<SweepSettings> sweeps;
  crawler::FetcherSettings fetcher;
  std::map<std::string, crawler::Persona> personas;
  std::optional<Examination> examination;
  bool media_enabled = true;
  media::WorkerSettings media;
  std::filesystem::path models_directory;  // empty: media::models_folder() knows
  std::string face_recognizer = "sface";   // name of a media::RecognizerProfile
  cases::VerdictSettings verdict;
  // Where the counters of a running sweep can be scraped; nothing listens unless it is set. Port 0: any free one.
  struct Listen {
    std::string address;
    std::uint16_t port = 0;
  };
  std::optional<Listen> metrics;
  std::vector<std::string> warnings;  // settings that this version reads but does not act on, each with file:line
};

// The configuration of a file. Errors are tell_operator, one line a mistake.
Result<Configuration> read_configuration(const std::filesystem::path& file);
// The same from text; relative paths are relative to `folder`.
Result<Configuration> read_configuration_text(std::string text, const std::string& name,
                                              const std::filesystem::path& folder);

// The watchlist and lures that a configuration names, or the embedded ones (`defaults`).
struct Defaults {
  std::vector<matchers::SourceText> watchlists, lures;
};
Result<std::shared_ptr<const matchers::Matcher>> load_matcher(const Configuration& configuration,
                                                              const Defaults& defaults);

}  // namespace pantau::sweep
