// `pantau export`: the cases as files for people and programs.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "cases/case_store.h"
#include "cases/evidence/evidence.h"
#include "cli/commands.h"
#include "cli/table.h"
#include "exports/format.h"
#include "exports/selection.h"
#include "matchers/watchlist.h"
#include "store/store.h"

namespace pantau::cli {
namespace {

constexpr std::size_t kEvidenceLimit = 32 << 20;  // of one file that a report shows
constexpr std::size_t kKeptOutShown = 10;

struct Options {
  std::string workspace, configuration, format, band, status, output, case_id, actor;
  std::string organization, contact, domain, registration, phone, tlp = "amber";
  std::string role, recipient, purpose, legal_ground;
  int expire_days = 30;
  bool dry_run = false;
};

std::string format_names() {
  std::string names;
  for (const exports::Format& format : exports::formats()) names += (names.empty() ? "" : ", ") + format.name;
  return names;
}

std::string format_lines() {
  std::string lines = "Formats:\n";
  for (const exports::Format& format : exports::formats())
    lines += fmt::format("  {:14} {}{}\n", format.name, format.description, format.many_files ? " (folder)" : "");
  return lines;
}

void remember_entities(exports::ExportOptions& options, const matchers::Watchlist& watchlist) {
  for (const matchers::Entity& entity : watchlist.entities) {
    options.entity_names.emplace(entity.id, entity.name);
    std::vector<std::string>& domains = options.official_domains[entity.id];
    for (const std::string& domain : entity.official_domains) {
      if (std::find(domains.begin(), domains.end(), domain) == domains.end()) domains.push_back(domain);
    }
  }
}

// Bytes of a file of the workspace; whatever a record says, nothing outside it.
Result<std::string> read_inside(const std::string& workspace, const std::string& relative) {
  const std::filesystem::path path = std::filesystem::path(relative).lexically_normal();
  if (relative.empty() || path.is_absolute() || *path.begin() == "..")
    return skip_error("a path that leads out of the workspace");
  std::error_code failure;
  const std::filesystem::path root = std::filesystem::canonical(workspace, failure);
  const std::filesystem::path file = std::filesystem::canonical(root / path, failure);
  if (failure || std::mismatch(root.begin(), root.end(), file.begin(), file.end()).first != root.end())
    return skip_error("not in the workspace");
  return read_file(file, kEvidenceLimit);
}

Result<exports::ExportOptions> export_options(const Options& options, const std::string& workspace) {
  exports::ExportOptions out;
  // Names that people need stay out of every block list, whether a configuration is given or not.
  if (!options.configuration.empty()) {
    Result<sweep::Configuration> configuration = sweep::read_configuration(options.configuration);
    if (!configuration) return configuration.error();
    auto matcher = sweep::load_matcher(*configuration, embedded_defaults());
    if (!matcher) return matcher.error();
    remember_entities(out, (*matcher)->watchlist());
  }
  if (const auto watchlist = matchers::read_watchlists(embedded_defaults().watchlists))
    remember_entities(out, *watchlist);
  if (options.organization.empty() != options.contact.empty())
    return operator_error("--organization and --contact belong together: who speaks, and at which e-mail address");
  if (!options.organization.empty()) {
    const std::size_t at = options.contact.find('@');
    if (at == 0 || at == std::string::npos || at + 1 == options.contact.size() ||
        options.contact.find_first_of(" \t\r\n") != std::string::npos)
      return operator_error("--contact must be an e-mail address, such as abuse@bank.example");
    out.sender.name = options.organization;
    out.sender.contact = options.contact;
    out.sender.domain = options.domain.empty() ? options.contact.substr(at + 1) : options.domain;
  }
  out.sender.registration = options.registration;
  out.sender.phone = options.phone;
  static const std::vector<std::string> kLevels = {"clear", "green", "amber", "amber+strict", "red"};
  if (std::find(kLevels.begin(), kLevels.end(), options.tlp) == kLevels.end())
    return operator_error(fmt::format("--tlp is one of {}", fmt::join(kLevels, ", ")));
  out.tlp = options.tlp;
  if (options.expire_days < 1 || options.expire_days > 365) return operator_error("--expire-days is 1 to 365");
  out.expire_days = options.expire_days;
  out.role = options.role;
  out.recipient = options.recipient;
  out.purpose = options.purpose;
  out.legal_ground = options.legal_ground;
  out.read_evidence = [workspace](const std::string& relative) { return read_inside(workspace, relative); };
  return out;
}

void report(const Options& options, const exports::Format& format, const exports::Exported& exported) {
  const exports::Export& content = exported.content;
  if (options.dry_run) {
    // The answer that was asked for goes to standard output.
    fmt::print("would write {}: {} cases, {} bytes\n", format.name, content.count, exported.bytes);
    for (const exports::KeptOut& one : content.kept_out)
      fmt::print("kept out: {} {}: {}\n", one.case_id, printable(one.what, 200), printable(one.why, 300));
    for (const exports::KeptOut& one : content.waiting)
      fmt::print("waits: {}: {}\n", one.case_id, printable(one.why, 300));
    if (content.left_out > 0) fmt::print("{} restricted ones left out\n", content.left_out);
    return;
  }
  for (std::size_t i = 0; i < exported.written.size(); ++i) {
    if (i == 5 && exported.written.size() > 6) {
      std::cerr << "... and " << exported.written.size() - i << " more files\n";
      break;
    }
    std::cerr << "wrote " << exported.written[i] << "\n";
  }
  std::cerr << content.count << " cases";
  if (content.left_out > 0) std::cerr << ", " << content.left_out << " restricted ones left out";
  std::cerr << "\n";
  for (std::size_t i = 0; i < content.kept_out.size() && i < kKeptOutShown; ++i) {
    const exports::KeptOut& one = content.kept_out[i];
    std::cerr << "kept out: " << one.case_id << " " << printable(one.what, 200) << ": " << printable(one.why, 300)
              << "\n";
  }
  if (content.kept_out.size() > kKeptOutShown)
    std::cerr << content.kept_out.size() - kKeptOutShown << " more kept out; --dry-run names them all\n";
  for (std::size_t i = 0; i < content.waiting.size() && i < kKeptOutShown; ++i)
    std::cerr << "waits: " << content.waiting[i].case_id << ": " << printable(content.waiting[i].why, 300) << "\n";
  if (content.waiting.size() > kKeptOutShown)
    std::cerr << content.waiting.size() - kKeptOutShown << " more wait; --dry-run names them all\n";
  if (!content.waiting.empty())
    std::cerr << content.waiting.size() << " confirmed cases wait for a second person: pantau cases confirm ID --actor "
              << "NAME --why \"...\"\n";
}

int run_export(const Options& options) {
  const Result<const exports::Format*> format = exports::format_named(options.format);
  if (!format) return fail(operator_error(format.error().detail));
  std::string address;  // the one that the workspace records
  if (!options.configuration.empty()) {
    Result<sweep::Configuration> configuration = sweep::read_configuration(options.configuration);
    if (!configuration) return fail(configuration.error());
    address = configuration->store;
  }
  Result<std::string> workspace = find_workspace(options.workspace, options.configuration);
  if (!workspace) return fail(workspace.error());
  exports::ExportRequest request;
  Result<exports::ExportOptions> wanted = export_options(options, *workspace);
  if (!wanted) return fail(wanted.error());
  request.options = std::move(*wanted);
  auto store = store::Store::open(address, *workspace, cases::case_migrations());
  if (!store) return fail(store.error());
  auto reader = (*store)->open_reader();
  if (!reader) return fail(reader.error());
  exports::Selection selection;
  selection.bands = listed_words(options.band);
  selection.statuses = listed_words(options.status);
  selection.all_statuses = !options.status.empty() && selection.statuses.empty();
  selection.case_id = options.case_id;
  const auto statuses = exports::statuses_for(**format, selection);
  if (!statuses) return fail(statuses.error());
  auto source = exports::select_cases(**reader, **format, selection);
  if (!source) return fail(source.error());
  request.workspace = *workspace;
  request.format = options.format;
  request.output = options.output;
  request.filter = fmt::format("band={} status={}",
                               selection.bands.empty() ? "all" : fmt::format("{}", fmt::join(selection.bands, ",")),
                               statuses->empty() ? "all" : fmt::format("{}", fmt::join(*statuses, ",")));
  if (!options.case_id.empty()) request.filter += " case=" + options.case_id;
  request.actor = options.actor.empty() ? cases::login_name() : options.actor;
  request.dry_run = options.dry_run;
  request.standard_output = &std::cout;
  static const std::vector<std::string> kSpeakForSomebody = {"xarf", "report-mcmc", "notice-dsa"};
  if (!request.options.sender.is_set() &&
      std::find(kSpeakForSomebody.begin(), kSpeakForSomebody.end(), options.format) != kSpeakForSomebody.end())
    std::cerr
        << "these are drafts without a sender: name it with --organization NAME --contact MAIL before they go out\n";
  if (options.format == "notice-dsa")
    std::cerr << "a notice states good faith in the sender's name: read each before it goes out\n";
  Result<exports::Exported> exported = exports::write_export(request, *source);
  if (!exported) return fail(exported.error());
  report(options, **format, *exported);
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
                     "new, confirmed, dismissed, ..., all; several with commas (default: all for csv and jsonl, "
                     "confirmed for the rest; stix and misp add disputed and withdrawn ones, undone)");
  command.add_option("--case", options->case_id, "only this case: its id, or the beginning of it");
  command.add_option("-o,--output", options->output,
                     "the file, or the folder of formats of many files; default: standard output");
  command.add_flag("--dry-run", options->dry_run, "write nothing: say what would be written, what is kept out and why");
  command.add_option("--expire-days", options->expire_days, "life of an entry after its last sighting (default: 30)");
  command.add_option("--organization", options->organization, "who speaks in reports and feeds");
  command.add_option("--contact", options->contact, "its e-mail address");
  command.add_option("--domain", options->domain, "its domain (default: that of the e-mail address)");
  command.add_option("--registration", options->registration, "its registration number (report-mcmc)");
  command.add_option("--phone", options->phone, "its telephone number (report-mcmc)");
  command.add_option("--tlp", options->tlp, "clear, green, amber, amber+strict, red (stix, misp; default: amber)");
  command.add_option("--legal-ground", options->legal_ground, "the law that is broken (notice-dsa)");
  command.add_option("--role", options->role, "fraud-team, regulator, law-enforcement (accounts-seen)");
  command.add_option("--recipient", options->recipient, "who gets the list; logged (accounts-seen)");
  command.add_option("--purpose", options->purpose, "what for; logged (accounts-seen)");
  command.add_option("--actor", options->actor, "who exports; default: the login name");
  command.footer(
      format_lines() +
      "Examples:\n  pantau export --workspace workspace --format csv --band flag -o flagged.csv\n  pantau export -c "
      "pantau.yaml --format rpz -o scam.zone\n  pantau export -c pantau.yaml --format misp-feed -o feed/ "
      "--organization "
      "\"Bank Contoh\" --contact soc@bank.example");
  command.callback([options, &run] { run = [options] { return run_export(*options); }; });
}

}  // namespace pantau::cli
