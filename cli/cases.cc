// `pantau cases`: review from a terminal.
#include <fmt/format.h>

#include <boost/json/serialize.hpp>

#include "base/log.h"
#include "base/text.h"
#include "cases/case_store.h"
#include "cases/evidence/audit_log.h"
#include "cases/evidence/evidence.h"
#include "cli/commands.h"
#include "cli/table.h"
#include "store/store.h"

namespace pantau::cli {
namespace {

struct Options {
  std::string workspace, configuration, id, why, actor, band, status, sweep;
  bool json = false, short_form = false;
  std::size_t limit = 50;
};

struct Opened {
  std::string workspace;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<store::Connection> reader;
  std::map<std::string, std::string> names;
};

Result<Opened> open(const Options& options) {
  Opened opened;
  std::string address = "sqlite";
  if (!options.configuration.empty()) {
    Result<sweep::Configuration> configuration = sweep::read_configuration(options.configuration);
    if (!configuration) return configuration.error();
    address = configuration->store;
    if (auto matcher = sweep::load_matcher(*configuration, embedded_defaults()))
      opened.names = entity_names((*matcher)->watchlist());
  }
  Result<std::string> workspace = find_workspace(options.workspace, options.configuration);
  if (!workspace) return workspace.error();
  opened.workspace = *workspace;
  auto store = store::Store::open(address, *workspace, cases::case_migrations());
  if (!store) return store.error();
  opened.store = std::move(*store);
  auto reader = opened.store->open_reader();
  if (!reader) return reader.error();
  opened.reader = std::move(*reader);
  return opened;
}

int list(const Options& options) {
  Result<Opened> opened = open(options);
  if (!opened) return fail(opened.error());
  cases::CaseFilter filter;
  filter.bands = listed_words(options.band);
  filter.statuses = listed_words(options.status);
  filter.sweeps = listed_words(options.sweep);
  auto records = cases::list_cases(*opened->reader, filter);
  if (!records) return fail(records.error());
  if (options.json) {
    for (const cases::CaseRecord& record : *records) fmt::print("{}\n", boost::json::serialize(cases::to_json(record)));
    return kDone;
  }
  print_cases(*records, opened->names, {options.limit == 0 ? SIZE_MAX : options.limit, !options.short_form});
  if (records->empty()) fmt::print("No cases fit.\n");
  return kDone;
}

int show(const Options& options) {
  Result<Opened> opened = open(options);
  if (!opened) return fail(opened.error());
  auto record = cases::find_case(*opened->reader, options.id);
  if (!record) return fail(record.error());
  if (!*record) return fail(skip_error("no case is called " + options.id + "; `pantau cases list` shows their names"));
  if (options.json) {
    fmt::print("{}\n", boost::json::serialize(cases::to_json(**record)));
  } else {
    print_case(**record, opened->names, opened->workspace);
  }
  return kDone;
}

int decide(const Options& options, const std::string& action) {
  if (trim(options.why).empty()) return fail(operator_error("a decision needs its reason: --why \"...\""));
  Result<Opened> opened = open(options);
  if (!opened) return fail(opened.error());
  auto record = cases::find_case(*opened->reader, options.id);
  if (!record) return fail(record.error());
  if (!*record) return fail(skip_error("no case is called " + options.id + "; `pantau cases list` shows their names"));
  cases::Decision decision{(*record)->id, action, options.actor.empty() ? cases::login_name() : options.actor,
                           options.why};
  std::string status;
  // The log line and the decision stand or fall together.
  auto written = opened->store
                     ->write([&](store::Connection& connection) -> Result<void> {
                       Result<std::string> decided = cases::decide(connection, decision);
                       if (!decided) return decided.error();
                       status = *decided;
                       auto log = cases::AuditLog::open(opened->workspace);
                       if (!log) return log.error();
                       return log->append(decision.actor, "case." + action, decision.case_id,
                                          {{"why", decision.why}, {"status", status}});
                     })
                     .get();
  if (!written) return fail(written.error());
  fmt::print("{} is {} now ({}, by {})\n", decision.case_id, status, decision.why, decision.actor);
  return kDone;
}

}  // namespace

void add_cases(Command& app, Run& run) {
  auto options = std::make_shared<Options>();
  Command command = app.add_subcommand("cases", "list, show and decide on cases");
  command.require_subcommand();
  command.footer(
      "Examples:\n  pantau cases list --workspace workspace --band flag,review\n  pantau cases show c-01J... "
      "--workspace workspace\n"
      "  pantau cases confirm c-01J... --why \"deposit demanded in the PM's name\" --workspace workspace");
  const auto place = [options](Command& sub) {
    sub.add_option("--workspace", options->workspace, "the workspace of the sweep");
    sub.add_option("-c,--config", options->configuration, "pantau.yaml, instead of --workspace");
    sub.add_flag("--json", options->json, "records as JSON, one a line");
  };
  Command sub = command.add_subcommand("list", "the cases, by score");
  place(sub);
  sub.add_option("--band", options->band, "flag, review, clear; several with commas");
  sub.add_option("--status", options->status, "new, confirmed, dismissed, ...; several with commas");
  sub.add_option("--name", options->sweep, "only cases of this sweep");
  sub.add_option("--limit", options->limit, "rows; 0 = all");
  sub.add_flag("--short", options->short_form, "without reasons");
  sub.callback([options, &run] { run = [options] { return list(*options); }; });
  sub = command.add_subcommand("show", "everything about one case");
  place(sub);
  sub.add_option("ID", options->id, "the case, or the beginning of its name").required();
  sub.callback([options, &run] { run = [options] { return show(*options); }; });
  static constexpr std::pair<const char*, const char*> kActions[] = {
      {"confirm", "it is fraudulent: goes into takedown lists"},
      {"dismiss", "it is not: stays out of every list"},
      {"dispute", "somebody objects to a confirmed case"},
      {"withdraw", "a confirmed case was wrong"}};
  for (const auto& [action, help] : kActions) {
    sub = command.add_subcommand(action, help);
    place(sub);
    sub.add_option("ID", options->id, "the case, or the beginning of its name").required();
    sub.add_option("--why", options->why, "the reason, kept in the audit log").required();
    sub.add_option("--actor", options->actor, "who decides; default: the login name");
    sub.callback(
        [options, &run, name = std::string(action)] { run = [options, name] { return decide(*options, name); }; });
  }
}

}  // namespace pantau::cli
