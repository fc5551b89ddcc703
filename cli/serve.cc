// `pantau serve --no-web`: runs the sweeps of a configuration by their schedules until stopped.
#include <fmt/format.h>

#include <thread>

#include "base/log.h"
#include "cases/evidence/evidence.h"
#include "cli/commands.h"
#include "cli/run_sweep.h"
#include "store/store.h"
#include "sweep/scheduler.h"
#include "sweep/tables.h"

namespace pantau::cli {
namespace {

// When each sweep last ran, so that a restart neither repeats nor forgets one.
std::map<std::string, UtcTime> last_runs(const sweep::Configuration& configuration) {
  std::map<std::string, UtcTime> last;
  auto store = store::Store::open(configuration.store, configuration.workspace.string(), sweep::sweep_migrations());
  if (!store) return last;
  auto reader = (*store)->open_reader();
  if (!reader) return last;
  for (const sweep::SweepSettings& sweep : configuration.sweeps) {
    const Result<std::string> started = sweep::last_start(**reader, sweep.name);
    if (!started || started->empty()) continue;
    if (const auto time = parse_utc(*started)) last[sweep.name] = *time;
  }
  return last;
}

int serve(const std::string& file, bool web, int stop_after) {
  if (web) {
    return fail(
        operator_error("this version has no review page; run `pantau serve -c " + file +
                       " --no-web` for the scheduled sweeps, and read the pages that each sweep writes to reports/"));
  }
  Result<sweep::Configuration> configuration = sweep::read_configuration(file);
  if (!configuration) return fail(configuration.error());
  auto matcher = sweep::load_matcher(*configuration, embedded_defaults());
  if (!matcher) return fail(matcher.error());
  auto metrics = Metrics::start(*configuration);
  if (!metrics) return fail(metrics.error());
  watch_signals();
  if (auto ready = cases::prepare_workspace(configuration->workspace.string()); !ready) return fail(ready.error());
  std::map<std::string, UtcTime> last = last_runs(*configuration);
  int runs = 0;
  while (!stop_requested()) {
    const auto due = sweep::next_due(configuration->sweeps, last, utc_now());
    if (!due) return fail(operator_error(file + ": no sweep has a schedule; add `schedule: \"0 */6 * * *\"` to one"));
    const sweep::SweepSettings* settings = nullptr;
    for (const sweep::SweepSettings& sweep : configuration->sweeps) {
      if (sweep.name == due->sweep) settings = &sweep;
    }
    const UtcTime start = due->at + std::chrono::seconds(sweep::jitter_seconds(*settings, due->at));
    log_info(fmt::format("next: {} at {}", due->sweep, format_utc(start)));
    while (!stop_requested() && utc_now() < start) std::this_thread::sleep_for(std::chrono::milliseconds(200));
    if (stop_requested()) break;
    last[due->sweep] = std::max(due->at, utc_now());
    // An unfinished sweep of that name (a crash, a restart) is finished first.
    const int code = run_one_sweep({*configuration, *settings, *matcher, true, false, 20, *metrics});
    if (code == kInterrupted) return kInterrupted;
    if (code != kDone) log_error(fmt::format("the sweep {} failed; it is tried again at its next time", due->sweep));
    if (stop_after > 0 && ++runs >= stop_after) return kDone;
  }
  return kInterrupted;
}

}  // namespace

void add_serve(Command& app, Run& run) {
  auto file = std::make_shared<std::string>();
  auto no_web = std::make_shared<bool>(false);
  auto stop_after = std::make_shared<int>(0);
  Command command = app.add_subcommand("serve", "run the sweeps by their schedules");
  command.add_option("-c,--config", *file, "pantau.yaml").required();
  command.add_flag("--no-web", *no_web, "only the scheduled sweeps");
  command.add_option("--stop-after", *stop_after, "stop after that many sweeps; 0 = never");
  command.footer("Example:\n  pantau serve -c pantau.yaml --no-web");
  command.callback([file, no_web, stop_after, &run] {
    run = [file, no_web, stop_after] { return serve(*file, !*no_web, *stop_after); };
  });
}

}  // namespace pantau::cli
