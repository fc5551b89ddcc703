// pantau: the command line. `pantau media-worker` is the sandboxed child that decodes media; it is started by the
// program itself and therefore handled before anything else is set up.
#include <curl/curl.h>

#include <cstring>
#include <iostream>

#include "base/log.h"
#include "cli/commands.h"
#include "media/worker_pool.h"

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "media-worker") == 0) return pantau::media::media_worker_main(argc, argv);

  using namespace pantau::cli;
  const ProgramText program{
      "pantau",
      "Pantau finds fraudulent ads that impersonate public figures and brands, says why, and keeps the evidence.",
      std::string("pantau ") + PANTAU_VERSION,
      "Examples:\n"
      "  pantau demo                                   see it work on bundled sample ads, no network needed\n"
      "  pantau init watch && pantau sweep -c watch/pantau.yaml\n"
      "  pantau scan screenshot.png https://example.com/offer\n"
      "  pantau cases list --workspace watch/workspace --band flag\n"
      "  pantau export --workspace watch/workspace --format csv -o flagged.csv\n"
      "Exit codes: 0 done, 1 failed, 2 bad usage or configuration, 130 interrupted with state saved."};
  bool verbose = false, quiet = false;
  Run run;
  const int ended = parse_command_line(program, argc, argv, [&](Command& app) {
    app.add_flag("-v,--verbose", verbose, "more log lines");
    app.add_flag("-q,--quiet-log", quiet, "only errors in the log");
    for (const auto add : {add_demo, add_init, add_check, add_sweep, add_scan, add_serve, add_cases, add_evidence,
                           add_export, add_eval, add_robots, add_url, add_hash, add_models, add_watchlist, add_doctor})
      add(app, run);
  });
  if (ended >= 0) return ended;
  pantau::set_log_level(verbose ? pantau::LogLevel::debug : quiet ? pantau::LogLevel::error : pantau::LogLevel::info);
  curl_global_init(CURL_GLOBAL_DEFAULT);
  try {
    return run ? run() : kUsage;
  } catch (const std::exception& error) {
    // A broken invariant: say so instead of dying without a word.
    std::cerr << "pantau: internal error: " << error.what() << "\n";
    return kFailed;
  }
}
