// `pantau sweep`: one sweep with a live progress line, the summary, the table and the report page.
#include <fmt/format.h>

#include <filesystem>

#include "base/file.h"
#include "base/log.h"
#include "cases/case_store.h"
#include "cases/evidence/evidence.h"
#include "cli/commands.h"
#include "cli/explain.h"
#include "cli/progress.h"
#include "cli/run_sweep.h"
#include "cli/table.h"
#include "exports/html_report.h"
#include "store/store.h"

namespace pantau::cli {
namespace {

// The page reports/<sweep>.html; a failure costs the page, never the sweep.
void write_report(const sweep::Summary& summary, const sweep::Configuration& configuration,
                  const matchers::Matcher& matcher, const std::vector<cases::CaseRecord>& cases,
                  const std::vector<std::string>& notes) {
  exports::ReportInput input;
  input.sweep = summary.sweep;
  input.started = summary.started;
  input.ended = summary.ended;
  input.seconds = summary.seconds;
  input.workspace = configuration.workspace.string();
  input.leads = summary.leads;
  input.pages = summary.pages;
  input.media = summary.media;
  input.cases = cases;
  input.entity_names = entity_names(matcher.watchlist());
  input.restricted = summary.restricted;
  input.notes = notes;
  for (const sweep::NotSeen& lead : summary.not_seen) input.not_seen.push_back({lead.what, lead.outcome, lead.detail});
  std::size_t pictures = 0;
  for (const cases::CaseRecord& record : cases) {
    if (record.verdict.band == "clear") continue;
    for (const std::string& frame : record.frames) {
      if (pictures >= 200 || input.frames.contains(frame)) continue;
      Result<std::string> bytes = read_file(configuration.workspace / frame, 2u << 20);
      if (!bytes || bytes->size() > 200'000) continue;
      input.frames[frame] = std::move(*bytes);
      ++pictures;
    }
  }
  for (const char* language : {"en", "ms"}) {
    input.language = language;
    const std::string name = summary.sweep + (std::string(language) == "ms" ? ".ms" : "") + ".html";
    const Result<void> written =
        write_file_atomically(configuration.workspace / "reports" / name, exports::html_report(input));
    if (!written) log_error(written.error().detail);
  }
}

// What a sweep that broke off leaves, and how to go on.
std::string advice_after_failure(const SweepRequest& request) {
  const std::string workspace = request.configuration.workspace.string();
  constexpr std::uintmax_t kLittle = 16u << 20;
  std::error_code unknown;
  const std::filesystem::space_info space = std::filesystem::space(workspace, unknown);
  const bool full = !unknown && space.available < kLittle;
  return full
             ? fmt::format(
                   "what was found until then is kept in {}, where only {} KiB are free; free some space, then "
                   "go on with the same command and --resume",
                   workspace, space.available / 1024)
             : fmt::format("what was found until then is kept in {}; the same command with --resume goes on from there",
                           workspace);
}

}  // namespace

std::vector<std::string> capability_notes(const sweep::Configuration& configuration,
                                          const matchers::Watchlist& watchlist) {
  std::vector<std::string> notes;
  std::size_t footage = 0;
  for (const matchers::Entity& entity : watchlist.entities) footage += !entity.footage.empty();
  notes.push_back(
      fmt::format("re-voiced footage is not compared by this version{}",
                  footage == 0 ? "" : fmt::format(" (the watchlist names footage for {} entities)", footage)));
  notes.push_back("speech in videos is not transcribed by this version; captions are read");
  for (const std::string& warning : configuration.warnings) notes.push_back(warning);
  return notes;
}

Result<std::shared_ptr<Metrics>> Metrics::start(const sweep::Configuration& configuration) {
  if (!configuration.metrics) return std::shared_ptr<Metrics>();
  auto metrics = std::make_shared<Metrics>();
  auto server = review::MetricsServer::start(configuration.metrics->address, configuration.metrics->port,
                                             [counters = &metrics->counters_] { return counters->text(); });
  if (!server) return server.error();
  metrics->server_ = std::move(*server);
  log_info(fmt::format("metrics on http://{}:{}/metrics", configuration.metrics->address, metrics->server_->port()));
  return metrics;
}

int run_one_sweep(SweepRequest request) {
  for (const crawler::SourceSettings& source : request.sweep.sources) {
    std::error_code unreadable;
    if (source.path.empty() || std::filesystem::exists(source.path, unreadable) || unreadable) continue;
    return fail(operator_error(
        fmt::format("{}: the sweep \"{}\" reads {}, which does not exist; create it, or correct "
                    "`path` of the {} source",
                    request.configuration.file.string(), request.sweep.name, source.path.string(), source.type)));
  }
  const std::vector<std::string> unread = leave_out_missing_languages(request.configuration);
  for (const std::string& note : unread) log_warning(note);
  sweep::SweepOptions options;
  options.configuration = request.configuration;
  options.sweep = request.sweep;
  options.matcher = request.matcher;
  options.resume = request.resume;
  options.actor = cases::login_name();
  options.program = program_path();
  options.stop = &stop_requested();
  std::unique_ptr<ProgressLine> line = std::make_unique<ProgressLine>();
  bool began = false;
  options.progress = [&](const sweep::Progress& progress) {
    began = true;
    line->show(progress);
    if (request.metrics) request.metrics->counters().observe(request.sweep.name, progress);
  };
  Result<sweep::Summary> summary = sweep::run_sweep(std::move(options));
  line.reset();
  if (request.metrics) {
    request.metrics->counters().finished(request.sweep.name, !summary               ? "failed"
                                                             : summary->interrupted ? "interrupted"
                                                                                    : "done");
  }
  if (!summary) {
    const int code = fail(summary.error());
    if (!began) return code;
    // The configuration was good enough to begin with: what broke is the machine.
    fail(give_up_error(advice_after_failure(request)));
    return kFailed;
  }
  // Cases of this sweep, from the store: what is shown is what was saved.
  auto store = store::Store::open(request.configuration.store, request.configuration.workspace.string(),
                                  cases::case_migrations());
  if (!store) return fail(store.error());
  auto reader = (*store)->open_reader();
  if (!reader) return fail(reader.error());
  std::vector<cases::CaseRecord> records;
  for (const std::string& id : summary->case_ids) {
    auto record = cases::find_case(**reader, id);
    if (!record) return fail(record.error());
    if (*record) records.push_back(std::move(**record));
  }
  std::vector<std::string> notes = capability_notes(request.configuration, request.matcher->watchlist());
  notes.insert(notes.end(), unread.begin(), unread.end());
  for (const std::string& note : summary->notes) notes.push_back(note);
  if (!summary->interrupted) write_report(*summary, request.configuration, *request.matcher, records, notes);
  if (request.json) {
    fmt::print("{}\n", sweep::summary_json(*summary));
  } else {
    std::erase_if(records, [](const cases::CaseRecord& record) { return record.verdict.band == "clear"; });
    print_cases(records, entity_names(request.matcher->watchlist()), {request.limit, true});
    print_summary(*summary, request.configuration.workspace.string(), request.limit);
    for (const std::string& note : notes) fmt::print("Not examined: {}.\n", note);
    const std::string workspace = request.configuration.workspace.string();
    fmt::print("\nReport     {}/reports/{}.html\nEvidence   {}/warc, {}/media, {}/frames, {}/audit.log\n", workspace,
               summary->sweep, workspace, workspace, workspace, workspace);
    fmt::print(
        "Look       pantau cases show CASE --workspace {}\nDecide     pantau cases confirm CASE --why \"...\" "
        "--workspace {}\n",
        workspace, workspace);
    fmt::print("Export     pantau export --workspace {} --format csv -o flagged.csv\n", workspace);
  }
  return summary->interrupted ? kInterrupted : kDone;
}

void add_sweep(Command& app, Run& run) {
  struct Options {
    std::string configuration, name, workspace, explain;
    bool resume = false, json = false;
    std::size_t limit = 50;
  };
  auto options = std::make_shared<Options>();
  Command command = app.add_subcommand("sweep", "run one sweep of a configuration");
  command.add_option("-c,--config", options->configuration, "pantau.yaml");
  command.add_option("--name", options->name, "which sweep; may be left out when the configuration has one");
  command.add_option("--workspace", options->workspace, "write there instead of the configuration's workspace");
  command.add_option("--explain", options->explain,
                     "sweep nothing: tell what became of this address in the newest sweep (of --name) that met it");
  command.add_flag("--resume", options->resume, "go on with the newest unfinished sweep of that name, or start one");
  command.add_flag("--json", options->json, "the summary as one JSON object on stdout");
  command.add_option("--limit", options->limit, "rows of the table; 0 = all");
  command.footer(
      "Examples:\n  pantau sweep -c pantau.yaml --name daily\n  pantau sweep -c pantau.yaml --name daily --resume "
      "--json\n  pantau sweep -c pantau.yaml --explain http://example.com/page");
  command.callback([options, &run] {
    run = [options] {
      if (!options->explain.empty() && options->configuration.empty()) {
        const Result<std::string> workspace = find_workspace(options->workspace, "");
        if (!workspace) return fail(workspace.error());
        return explain_address(options->explain, "", *workspace, options->name, options->json);
      }
      if (options->configuration.empty())
        return fail(operator_error("say which configuration: -c FILE (`pantau init DIR` writes one to start from)"));
      Result<sweep::Configuration> configuration = sweep::read_configuration(options->configuration);
      if (!configuration) return fail(configuration.error());
      if (!options->workspace.empty()) configuration->workspace = options->workspace;
      if (!options->explain.empty()) {
        const Result<std::string> workspace = find_workspace(configuration->workspace.string(), "");
        if (!workspace) return fail(workspace.error());
        return explain_address(options->explain, configuration->store, *workspace, options->name, options->json);
      }
      for (const std::string& warning : configuration->warnings) log_warning(warning);
      if (configuration->sweeps.empty()) {
        return fail(
            operator_error(fmt::format("{}: no sweep is described; add one under `sweeps`, with its `name` and "
                                       "`sources`",
                                       options->configuration)));
      }
      const sweep::SweepSettings* chosen = nullptr;
      std::string names;
      for (const sweep::SweepSettings& sweep : configuration->sweeps) {
        names += (names.empty() ? "" : ", ") + sweep.name;
        if (sweep.name == options->name || (options->name.empty() && configuration->sweeps.size() == 1))
          chosen = &sweep;
      }
      if (chosen == nullptr) {
        return fail(operator_error(options->name.empty()
                                       ? "say which sweep: --name with one of " + names
                                       : "no sweep is called \"" + options->name + "\"; there are: " + names));
      }
      auto matcher = sweep::load_matcher(*configuration, embedded_defaults());
      if (!matcher) return fail(matcher.error());
      auto metrics = Metrics::start(*configuration);
      if (!metrics) return fail(metrics.error());
      watch_signals();
      return run_one_sweep({*configuration, *chosen, *matcher, options->resume, options->json,
                            options->limit == 0 ? SIZE_MAX : options->limit, *metrics});
    };
  });
}

}  // namespace pantau::cli
