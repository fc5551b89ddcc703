// `pantau export`: the cases as files for people and programs.
#include <fmt/format.h>

#include <iostream>

#include "base/text.h"
#include "cases/case_store.h"
#include "cases/evidence/evidence.h"
#include "cli/commands.h"
#include "cli/table.h"
#include "exports/format.h"
#include "store/store.h"

namespace pantau::cli {
namespace {

struct Options {
  std::string workspace, configuration, format, band, status, output;
};

std::string format_names() {
  std::string names;
  for (const exports::Format& format : exports::formats()) names += (names.empty() ? "" : ", ") + format.name;
  return names;
}

std::vector<std::string> words(const std::string& text) {
  std::vector<std::string> out;
  for (const std::string& word : split(text, ',')) {
    if (!trim(word).empty() && trim(word) != "all") out.emplace_back(trim(word));
  }
  return out;
}

int run_export(const Options& options) {
  const Result<const exports::Format*> format = exports::format_named(options.format);
  if (!format) return fail(operator_error(format.error().detail));
  std::string address = "sqlite";
  exports::ExportRequest request;
  const auto remember_names = [&](const sweep::Configuration& configuration) {
    if (auto matcher = sweep::load_matcher(configuration, embedded_defaults()))
      request.options.entity_names = entity_names((*matcher)->watchlist());
  };
  if (!options.configuration.empty()) {
    Result<sweep::Configuration> configuration = sweep::read_configuration(options.configuration);
    if (!configuration) return fail(configuration.error());
    address = configuration->store;
    remember_names(*configuration);
  }
  Result<std::string> workspace = find_workspace(options.workspace, options.configuration);
  if (!workspace) return fail(workspace.error());
  auto store = store::Store::open(address, *workspace, cases::case_migrations());
  if (!store) return fail(store.error());
  auto reader = (*store)->open_reader();
  if (!reader) return fail(reader.error());
  cases::CaseFilter filter;
  filter.bands = words(options.band);
  filter.statuses = words(options.status);
  if (options.status.empty() && (*format)->confirmed_only) filter.statuses = {"confirmed"};
  auto records = cases::list_cases(**reader, filter);
  if (!records) return fail(records.error());
  request.workspace = *workspace;
  request.format = options.format;
  request.output = options.output;
  request.filter =
      fmt::format("band={} status={}", filter.bands.empty() ? "all" : fmt::format("{}", fmt::join(filter.bands, ",")),
                  filter.statuses.empty() ? "all" : fmt::format("{}", fmt::join(filter.statuses, ",")));
  request.actor = cases::login_name();
  Result<exports::Exported> exported = exports::write_export(request, *records);
  if (!exported) return fail(exported.error());
  if (options.output.empty() || options.output == "-") {
    for (const exports::ExportFile& file : exported->content.files) std::cout << file.bytes;
    std::cout << std::flush;
    if (!std::cout) return fail(give_up_error("standard output was closed before everything was written"));
  }
  for (const std::string& path : exported->written) std::cerr << "wrote " << path << "\n";
  std::cerr << exported->content.count << " cases";
  if (exported->content.left_out > 0) std::cerr << ", " << exported->content.left_out << " restricted ones left out";
  std::cerr << "\n";
  return kDone;
}

}  // namespace

void add_export(Command& app, Run& run) {
  auto options = std::make_shared<Options>();
  Command command = app.add_subcommand("export", "write the cases as a file for people or programs");
  command.add_option("--workspace", options->workspace, "the workspace of the sweep");
  command.add_option("-c,--config", options->configuration, "pantau.yaml, instead of --workspace");
  command.add_option("--format", options->format, format_names()).required();
  command.add_option("--band", options->band, "flag, review, clear, all; several with commas (default: all)");
  command.add_option("--status", options->status,
                     "new, confirmed, dismissed, ..., all; several with commas (default: all)");
  command.add_option("-o,--output", options->output, "the file; default: standard output");
  command.footer(
      "Examples:\n  pantau export --workspace workspace --format csv --band flag -o flagged.csv\n  pantau export -c "
      "pantau.yaml --format jsonl > cases.jsonl");
  command.callback([options, &run] { run = [options] { return run_export(*options); }; });
}

}  // namespace pantau::cli
