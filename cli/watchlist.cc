// `pantau watchlist check`: are portraits and logos good enough to compare with?
#include <fmt/format.h>

#include <map>

#include "base/log.h"
#include "cli/commands.h"
#include "sweep/faces.h"
#include "sweep/logos.h"

namespace pantau::cli {
namespace {

struct Options {
  std::string configuration;
  std::vector<std::string> watchlists;
};

int check_watchlist(const Options& options) {
  sweep::Configuration configuration;
  if (!options.configuration.empty()) {
    Result<sweep::Configuration> read = sweep::read_configuration(options.configuration);
    if (!read) return fail(read.error());
    configuration = std::move(*read);
  }
  if (!options.watchlists.empty())
    configuration.watchlists.assign(options.watchlists.begin(), options.watchlists.end());
  auto matcher = sweep::load_matcher(configuration, embedded_defaults());
  if (!matcher) return fail(matcher.error());
  const matchers::Watchlist& watchlist = (*matcher)->watchlist();
  fmt::print("{} entities, {} of them persons whose faces are compared\n", watchlist.entities.size(),
             sweep::enrolled(watchlist).size());
  for (const std::string& warning : watchlist.warnings) fmt::print("  warn  {}\n", printable(warning));
  watch_signals();
  const auto gallery = sweep::make_face_gallery(configuration, watchlist, program_path(), &stop_requested());
  if (!gallery) return stop_requested() ? kInterrupted : fail(gallery.error());
  std::string entity;
  int bad = 0;
  for (const sweep::PortraitGrading& portrait : gallery->portraits) {
    if (portrait.entity != entity) fmt::print("{}\n", portrait.entity);
    entity = portrait.entity;
    const bool harmless = portrait.used || portrait.grade == "near-duplicate";
    bad += harmless ? 0 : 1;
    fmt::print("  {}  {}: {}{}\n",
               portrait.used && portrait.grade == "good" ? "ok  "
               : harmless                                ? "warn"
                                                         : "fail",
               printable(portrait.file), portrait.grade,
               portrait.detail.empty() ? "" : ": " + printable(portrait.detail));
  }
  if (gallery->on) {
    const matchers::FaceReferences& references = *gallery->references;
    fmt::print("{}: a face resembles a person from a cosine of {:.3f} on (possible) or {:.3f} (match)\n",
               references.recognizer, references.thresholds.possible, references.thresholds.match);
  }
  const auto logos = sweep::make_logo_gallery(configuration, watchlist, program_path(), &stop_requested());
  if (!logos) return stop_requested() ? kInterrupted : fail(logos.error());
  for (const sweep::LogoGrading& logo : logos->logos) {
    bad += logo.used ? 0 : 1;
    fmt::print("  {}  {} {}: {}{}\n", logo.used ? "ok  " : "fail", logo.entity, printable(logo.file), logo.grade,
               logo.detail.empty() ? "" : ": " + printable(logo.detail));
  }
  for (const std::string& note : logos->notes) fmt::print("  note  {}\n", printable(note, 1000));
  for (const std::string& note : gallery->notes) fmt::print("  note  {}\n", printable(note, 1000));
  return bad > 0 ? kFailed : kDone;
}

}  // namespace

void add_watchlist(Command& app, Run& run) {
  auto options = std::make_shared<Options>();
  Command command = app.add_subcommand("watchlist", "watchlists and what they bring with them");
  command.require_subcommand();
  Command check = command.add_subcommand(
      "check", "grades portraits and logos: no face, several, blurred, near-duplicate, one colour ...");
  check.add_option("FILE", options->watchlists, "watchlists; default: those of the configuration");
  check.add_option("-c,--config", options->configuration, "pantau.yaml");
  check.footer(
      "Example:\n  pantau watchlist check -c pantau.yaml\nExit code 1 when a portrait or logo cannot be used.");
  check.callback([options, &run] { run = [options] { return check_watchlist(*options); }; });
}

}  // namespace pantau::cli
