#pragma once
// The subcommands of `pantau`: each adds itself to the parser and returns its exit code from run(). Only parsing,
// progress and wiring; the work is done in the folders to the left. Exit codes (DESIGN 4.1): 0 done, 1 failed, 2 bad
// usage or configuration, 130 interrupted with state saved. Results go to stdout, progress and logs to stderr.
#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/parser.h"
#include "sweep/configuration.h"

namespace pantau::cli {

inline constexpr int kDone = 0, kFailed = 1, kUsage = 2, kInterrupted = 130;

using Run = std::function<int()>;

// Each registers a subcommand and sets `run` when it was chosen.
void add_demo(Command& app, Run& run);
void add_init(Command& app, Run& run);
void add_check(Command& app, Run& run);
void add_sweep(Command& app, Run& run);
void add_scan(Command& app, Run& run);
void add_cases(Command& app, Run& run);
void add_evidence(Command& app, Run& run);
void add_export(Command& app, Run& run);
void add_eval(Command& app, Run& run);
void add_serve(Command& app, Run& run);
void add_doctor(Command& app, Run& run);
void add_robots(Command& app, Run& run);
void add_url(Command& app, Run& run);
void add_hash(Command& app, Run& run);
void add_models(Command& app, Run& run);
void add_watchlist(Command& app, Run& run);

// Shared by the subcommands.
int fail(const Error& error);               // prints the detail; kUsage for tell_operator, else kFailed
sweep::Defaults embedded_defaults();        // the built-in watchlist and lure packs
std::string program_path();                 // of this binary
const std::atomic<bool>& stop_requested();  // set by SIGINT and SIGTERM once watch_signals() was called
void watch_signals();
// Takes the text-recognition languages that this machine lacks out of the configuration, so that a missing package
// costs that language and not every picture. Returns what is not read therefore, and the remedy; empty when all are
// there.
std::vector<std::string> leave_out_missing_languages(sweep::Configuration& configuration);
// The workspace of --workspace DIR or of -c FILE.
Result<std::string> find_workspace(const std::string& workspace, const std::string& configuration);
// "flag, review" as two words; "all" and "" give none, which a filter takes for everything.
std::vector<std::string> listed_words(const std::string& text);

}  // namespace pantau::cli
