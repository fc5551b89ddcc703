// `pantau check`: is this configuration complete, and what does a gap switch off?
#include <fmt/format.h>

#include <filesystem>

#include "cases/evidence/evidence.h"
#include "cli/commands.h"
#include "cli/run_sweep.h"
#include "media/languages.h"
#include "sweep/faces.h"
#include "sweep/restricted.h"

namespace pantau::cli {
namespace {

int check(const std::string& file) {
  Result<sweep::Configuration> configuration = sweep::read_configuration(file);
  if (!configuration) return fail(configuration.error());
  auto matcher = sweep::load_matcher(*configuration, embedded_defaults());
  if (!matcher) return fail(matcher.error());
  const matchers::Watchlist& watchlist = (*matcher)->watchlist();
  int problems = 0;
  fmt::print("{}\n", file);
  fmt::print("  ok    {} entities, {} lure patterns, {} context patterns\n", watchlist.entities.size(),
             (*matcher)->lures().patterns.size(), (*matcher)->lures().contexts.size());
  for (const std::string& warning : watchlist.warnings) fmt::print("  warn  {}\n", warning);
  for (const sweep::SweepSettings& sweep : configuration->sweeps) {
    std::string next = "only when asked for (no schedule)";
    if (sweep.schedule) {
      if (const auto at = sweep.schedule->next(utc_now(), sweep.timezone)) next = "next at " + format_utc(*at);
    }
    fmt::print("  ok    sweep {}: {} sources, {}\n", sweep.name, sweep.sources.size(), next);
    for (const crawler::SourceSettings& source : sweep.sources) {
      if (!source.path.empty() && !std::filesystem::exists(source.path)) {
        fmt::print("  fail  sweep {}: {} does not exist\n", sweep.name, source.path.string());
        ++problems;
      }
    }
  }
  if (configuration->sweeps.empty()) fmt::print("  warn  no sweeps are described: nothing would be looked at\n");
  if (auto restricted = sweep::RestrictedList::load(watchlist); !restricted) {
    fmt::print("  fail  {}\n", restricted.error().detail);
    ++problems;
  } else if (!restricted->empty()) {
    fmt::print("  ok    {} digests on restricted lists\n", restricted->size());
    for (const std::string& complaint : restricted->complaints()) fmt::print("  warn  {}\n", complaint);
    if (restricted->needs_fingerprints() && !configuration->media_enabled) {
      fmt::print(
          "  warn  a restricted list goes by fingerprints and media.enabled is false: no picture or video can be "
          "compared, "
          "so none is kept\n");
    }
  }
  if (auto known = matchers::KnownMedia::load(watchlist, false); !known) {
    fmt::print("  fail  {}\n", known.error().detail);
    ++problems;
  } else if (!known->empty()) {
    fmt::print("  ok    {} known pictures, frames and files on hash lists\n", known->size());
    for (const std::string& complaint : known->complaints()) fmt::print("  warn  {}\n", complaint);
  }
  if (configuration->media_enabled) {
    const std::vector<std::string> missing =
        media::missing_languages(configuration->media.ocr_languages, configuration->media.tessdata);
    for (const std::string& language : missing) {
      fmt::print(
          "  fail  text in pictures: the language {} is not installed, so text in it is not read; apt-get install {}, "
          "or leave it out of media.ocr_languages\n",
          language, media::language_package(language));
      ++problems;
    }
    if (!missing.empty() && missing.size() == configuration->media.ocr_languages.size()) {
      fmt::print(
          "  fail  text in pictures: no language is left: pictures and videos are kept and fingerprinted only\n");
    }
    if (missing.empty())
      fmt::print("  ok    text in pictures: {}\n", fmt::join(configuration->media.ocr_languages, ", "));
  } else {
    fmt::print("  warn  media.enabled is false: text in pictures and videos is not read\n");
  }
  const std::vector<std::string> without_faces = sweep::face_notes(*configuration, watchlist);
  for (const std::string& note : without_faces) fmt::print("  warn  {}\n", note);
  if (without_faces.empty()) {
    fmt::print("  ok    faces: {} enrolled persons, {}; `pantau watchlist check` grades their portraits\n",
               sweep::enrolled(watchlist).size(), configuration->face_recognizer);
  }
  if (auto ready = cases::prepare_workspace(configuration->workspace.string()); !ready) {
    fmt::print("  fail  {}\n", ready.error().detail);
    ++problems;
  } else {
    fmt::print("  ok    workspace {}\n", configuration->workspace.string());
  }
  for (const std::string& note : capability_notes(*configuration, watchlist)) fmt::print("  note  {}\n", note);
  fmt::print("{}\n", problems == 0 ? "Ready." : fmt::format("{} problem{}.", problems, problems == 1 ? "" : "s"));
  return problems == 0 ? kDone : kUsage;
}

}  // namespace

void add_check(Command& app, Run& run) {
  auto file = std::make_shared<std::string>();
  Command command = app.add_subcommand("check", "validate a configuration; what is missing and what that switches off");
  command.add_option("-c,--config", *file, "pantau.yaml").required();
  command.footer("Example:\n  pantau check -c pantau.yaml");
  command.callback([file, &run] { run = [file] { return check(*file); }; });
}

}  // namespace pantau::cli
