// `pantau scan`: one file or address taken apart, its signals and verdict.
#include "sweep/scan.h"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <filesystem>
#include <iostream>

#include "base/file.h"
#include "base/log.h"
#include "cli/commands.h"
#include "cli/table.h"
#include "sweep/faces.h"

namespace pantau::cli {
namespace {

struct Options {
  std::vector<std::string> targets;
  std::string configuration, watchlist;
  bool json = false;
};

int scan_targets(const Options& options) {
  sweep::Configuration configuration;
  if (!options.configuration.empty()) {
    Result<sweep::Configuration> read = sweep::read_configuration(options.configuration);
    if (!read) return fail(read.error());
    configuration = std::move(*read);
  }
  if (!options.watchlist.empty()) configuration.watchlists = {options.watchlist};
  for (const std::string& note : leave_out_missing_languages(configuration)) log_warning(note);
  auto matcher = sweep::load_matcher(configuration, embedded_defaults());
  if (!matcher) return fail(matcher.error());
  sweep::ScanOptions scan;
  scan.configuration = configuration;
  scan.matcher = *matcher;
  scan.targets = options.targets;
  scan.program = program_path();
  scan.stop = &stop_requested();
  const bool nobody = sweep::enrolled((*matcher)->watchlist()).empty();
  scan.notes = [nobody](const std::vector<std::string>& notes) {
    // With nobody enrolled there is nothing to miss.
    for (const std::string& note : notes) log(nobody ? LogLevel::debug : LogLevel::warning, note);
  };
  watch_signals();
  const auto names = entity_names((*matcher)->watchlist());
  bool failed = false;
  const auto show = [&](const sweep::ScanResult& result) {
    failed = failed || result.failed;
    if (options.json) {
      fmt::print("{}\n", boost::json::serialize(cases::to_json(result.record)));
      std::fflush(stdout);
      return;
    }
    fmt::print("== {}\n", printable(result.target));
    if (result.failed) {
      fmt::print("could not be examined ({}): {}\n\n", result.record.outcome, printable(result.detail));
      return;
    }
    print_case(result.record, names, "(no workspace: scan keeps nothing)");
    fmt::print("\n");
  };
  if (auto done = sweep::scan(std::move(scan), show); !done) return fail(done.error());
  if (stop_requested()) return kInterrupted;
  return failed ? kFailed : kDone;
}

}  // namespace

void add_scan(Command& app, Run& run) {
  auto options = std::make_shared<Options>();
  Command command =
      app.add_subcommand("scan", "take files or addresses apart and print their signals and verdict; keeps nothing");
  command.add_option("PATH-OR-URL", options->targets, "pictures, videos, saved pages, texts, or http(s) addresses")
      .required();
  command.add_option("-c,--config", options->configuration,
                     "pantau.yaml (crawler, media, watchlists); default: built in");
  command.add_option("--watchlist", options->watchlist, "use this watchlist instead");
  command.add_flag("--json", options->json, "one pantau.case/1 record a line, in the order given");
  command.footer(
      "Examples:\n  pantau scan screenshot.png\n  pantau scan --json https://example.com/offer saved.html\nExit code 1 "
      "when a target could not be examined.");
  command.callback([options, &run] { run = [options] { return scan_targets(*options); }; });
}

}  // namespace pantau::cli
