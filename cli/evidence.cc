// `pantau evidence`: what was kept, and whether it is still what it was.
#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "base/log.h"
#include "base/text.h"
#include "cases/case_store.h"
#include "cases/evidence/file_list.h"
#include "cases/evidence/verify.h"
#include "cli/commands.h"
#include "store/store.h"

namespace pantau::cli {
namespace {

struct Options {
  std::string workspace, configuration;
  bool json = false, quick = false;
};

void print_json(const cases::EvidenceReport& report) {
  boost::json::array problems, notes;
  for (const cases::EvidenceProblem& problem : report.problems) {
    boost::json::value offset;
    if (problem.offset) offset = *problem.offset;
    problems.push_back(boost::json::object{
        {"file", to_valid_utf8(problem.file)}, {"offset", std::move(offset)}, {"what", to_valid_utf8(problem.what)}});
  }
  for (const std::string& note : report.notes) notes.emplace_back(to_valid_utf8(note));
  const boost::json::object out{
      {"intact", report.problems.empty()}, {"files", report.files},           {"bytes", report.bytes},
      {"records", report.records},         {"lists", report.lists},           {"log_entries", report.log_entries},
      {"log_head", report.log_head},       {"problems", std::move(problems)}, {"notes", std::move(notes)}};
  fmt::print("{}\n", boost::json::serialize(out));
}

int verify(const Options& options) {
  std::string address = "sqlite";
  if (!options.configuration.empty()) {
    Result<sweep::Configuration> configuration = sweep::read_configuration(options.configuration);
    if (!configuration) return fail(configuration.error());
    address = configuration->store;
  }
  const Result<std::string> workspace = find_workspace(options.workspace, options.configuration);
  if (!workspace) return fail(workspace.error());
  std::vector<store::Migration> migrations = cases::case_migrations();
  for (const store::Migration& one : cases::evidence_migrations()) migrations.push_back(one);
  auto store = store::Store::open(address, *workspace, migrations);
  if (!store) return fail(store.error());
  auto reader = (*store)->open_reader();
  if (!reader) return fail(reader.error());
  cases::VerifyOptions how;
  how.quick = options.quick;
  const Result<cases::EvidenceReport> report = cases::verify_evidence(*workspace, **reader, how);
  if (!report) return fail(report.error());
  if (options.json) {
    print_json(*report);
  } else {
    for (const cases::EvidenceProblem& problem : report->problems) {
      fmt::print("{}{}: {}\n", printable(problem.file),
                 problem.offset ? fmt::format(" at byte {}", *problem.offset) : std::string(),
                 printable(problem.what, 1000));
    }
    for (const std::string& note : report->notes) fmt::print("note: {}\n", printable(note));
    fmt::print("{} files ({:.1f} MB), {} archive records, {} lists, {} entries in the audit log: {}\n", report->files,
               static_cast<double>(report->bytes) / 1e6, report->records, report->lists, report->log_entries,
               report->problems.empty() ? (options.quick ? std::string("nothing is missing, added or of another size")
                                                         : std::string("nothing changed"))
                                        : fmt::format("{} problems", report->problems.size()));
    fmt::print("The log ends with {}. Keep that elsewhere: a log that was cut or written anew cannot end so.\n",
               report->log_head);
  }
  return report->problems.empty() ? kDone : kFailed;
}

}  // namespace

void add_evidence(Command& app, Run& run) {
  auto options = std::make_shared<Options>();
  Command command = app.add_subcommand("evidence", "prove that what was kept has not changed");
  command.require_subcommand();
  command.footer("Example:\n  pantau evidence verify --workspace workspace");
  Command sub = command.add_subcommand(
      "verify",
      "compare every kept file with the lists, the archives' digests and the audit log; exit 1 on any problem");
  sub.add_option("--workspace", options->workspace, "the workspace of the sweeps");
  sub.add_option("-c,--config", options->configuration, "pantau.yaml, instead of --workspace");
  sub.add_flag("--quick", options->quick, "only whether files are missing, added or of another size; and the log");
  sub.add_flag("--json", options->json, "the result as one JSON object");
  sub.callback([options, &run] { run = [options] { return verify(*options); }; });
}

}  // namespace pantau::cli
