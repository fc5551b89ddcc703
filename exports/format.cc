#include "exports/format.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <filesystem>
#include <set>

#include "base/file.h"
#include "base/text.h"
#include "cases/evidence/audit_log.h"
#include "exports/manifest.h"
#include "exports/renderers.h"

namespace pantau::exports {
namespace {

constexpr std::size_t kKeptOutLimit = 100'000;

std::string audience_name(Audience audience) {
  return audience == Audience::fraud_team ? "fraud-team" : "anyone";
}

const std::vector<std::string> kConfirmed = {"confirmed"};
// Receivers of these are told when a case no longer stands.
const std::vector<std::string> kConfirmedAndUndone = {"confirmed", "disputed", "withdrawn"};
const std::vector<std::string> kContrary = {"dismissed", "disputed", "withdrawn"};

// What a case may show this export's audience, one after another.
Result<void> feed(const Format& format, const CaseSource& cases, const ExportOptions& options, Renderer& renderer,
                  Output& out, Export& content) {
  return cases([&](cases::DecidedCase&& one) -> Result<void> {
    if (one.record.verdict.category == "restricted-content") {
      ++content.left_out;
      return {};
    }
    // Tables of everything (no statuses of their own) show what people still have to decide; the rest acts on it.
    if (!format.statuses.empty() && !one.waits_for_a_second.empty()) {
      content.waiting.push_back(
          {one.record.id, "the case",
           "a second person must agree first: " + fmt::format("{}", fmt::join(one.waits_for_a_second, "; "))});
      return {};
    }
    const Audience audience = format.audience == Audience::fraud_team ? format.audience : options.audience;
    one.record = for_audience(std::move(one.record), audience);
    Result<bool> added = renderer.add(one, out);
    if (!added) return added.error();
    if (*added) ++content.count;
    return {};
  });
}

Result<void> run(const Format& format, const CaseSource& cases, const ExportOptions& options, Output& out,
                 Export& content) {
  if (format.check != nullptr) {
    if (auto fit = format.check(options); !fit) return fit.error();
  }
  const std::unique_ptr<Renderer> renderer = format.make(options);
  if (auto fed = feed(format, cases, options, *renderer, out, content); !fed) return fed.error();
  if (auto finished = renderer->finish(out); !finished) return finished.error();
  content.kept_out = renderer->kept_out();
  return {};
}

// "c-" and a ULID: the names that Pantau gives its files of one case.
bool is_case_file(const std::filesystem::path& path, const std::string& extension) {
  const std::string name = path.filename().string();
  if (!name.ends_with(extension) || name.size() != 28 + extension.size() || !name.starts_with("c-")) return false;
  return std::all_of(name.begin() + 2, name.begin() + 28,
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
}

// A report of a case that was withdrawn since must not lie about as if it still stood.
void remove_stale(const std::string& folder, const std::string& extension, const std::vector<WrittenFile>& written) {
  std::set<std::string> now;
  for (const WrittenFile& file : written) now.insert(std::filesystem::path(file.path).filename().string());
  std::error_code failure;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failure)) {
    if (is_case_file(entry.path(), extension) && !now.contains(entry.path().filename().string()))
      std::filesystem::remove(entry.path(), failure);
  }
}

Result<std::unique_ptr<Output>> output_of(const ExportRequest& request, const Format& format) {
  const bool to_stdout = request.output.empty() || request.output == "-";
  // Accounts of people are for those who were named, not for everybody on this machine.
  const unsigned mode = format.audience == Audience::fraud_team ? 0600 : 0640;
  if (request.dry_run) return counting_output();
  if (to_stdout) {
    if (format.many_files)
      return operator_error("the format " + format.name + " has many files: name a folder with -o");
    if (request.standard_output == nullptr) return operator_error("name the file of the export with -o");
    return stream_output(*request.standard_output);
  }
  std::error_code failure;
  if (format.many_files) {
    if (std::filesystem::exists(request.output, failure) && !std::filesystem::is_directory(request.output, failure))
      return operator_error(request.output + " is a file; the format " + format.name + " needs a folder");
    if (auto made = make_folder(request.output); !made) return made.error();
    return folder_output(request.output, mode);
  }
  if (std::filesystem::is_directory(request.output, failure)) {
    return operator_error(request.output + " is a folder; the format " + format.name +
                          " is one file: name it, as in -o " +
                          (std::filesystem::path(request.output) / ("flagged" + format.extension)).string());
  }
  return file_output(request.output, mode);
}

Result<void> note(const ExportRequest& request, const Format& format, const Exported& exported,
                  const std::vector<WrittenFile>& files) {
  const std::string now = format_utc(utc_now());
  const Audience audience = format.audience == Audience::fraud_team ? format.audience : request.options.audience;
  std::vector<ManifestLine> lines;
  for (const WrittenFile& file : files) {
    ManifestLine line{file.path.empty() ? "-" : file.path,
                      file.sha256,
                      file.bytes,
                      exported.content.count,
                      exported.content.left_out,
                      format.name,
                      request.filter,
                      audience_name(audience),
                      std::string("pantau ") + PANTAU_VERSION,
                      request.actor,
                      now};
    line.kept_out = exported.content.kept_out.size();
    line.role = request.options.role;
    line.recipient = request.options.recipient;
    line.purpose = request.options.purpose;
    lines.push_back(std::move(line));
  }
  if (auto noted = append_manifest(request.workspace, lines); !noted) return noted.error();
  Result<cases::AuditLog> log = cases::AuditLog::open(request.workspace);
  if (!log) return log.error();
  for (const ManifestLine& line : lines) {
    boost::json::object detail{{"format", line.format},
                               {"filter", line.filter},
                               {"audience", line.audience},
                               {"count", line.count},
                               {"sha256", line.sha256}};
    if (!line.recipient.empty()) {
      detail["role"] = line.role;
      detail["recipient"] = line.recipient;
      detail["purpose"] = line.purpose;
    }
    if (auto logged = log->append(request.actor, "export.create", line.file, std::move(detail)); !logged)
      return logged.error();
    // Folders of thousands of files are one deed: the manifest has each file, the log the first.
    if (format.many_files) break;
  }
  return {};
}

}  // namespace

void Renderer::keep_out(const std::string& case_id, std::string what, std::string why) {
  if (kept_out_.size() < kKeptOutLimit) kept_out_.push_back({case_id, std::move(what), std::move(why)});
}

const std::vector<Format>& formats() {
  static const std::vector<Format> kFormats = {
      {"csv", "one row a case, safe to open in a spreadsheet", ".csv", false, {}, false, make_csv},
      {"jsonl",
       "one case record (pantau.case/1) a line: the complete form, for programs",
       ".jsonl",
       false,
       {},
       false,
       make_jsonl},
      {"stix", "STIX 2.1 bundle; withdrawn cases are revoked", ".json", false, kConfirmedAndUndone, false, make_stix},
      {"misp", "one MISP event that holds all cases", ".json", false, kConfirmedAndUndone, false, make_misp},
      {"misp-feed", "MISP feed folder: manifest.json, hashes.csv, one event a case", ".json", true, kConfirmedAndUndone,
       false, make_misp_feed},
      {"xarf", "XARF v4 abuse reports, one file a case", ".json", true, kConfirmed, true, make_xarf},
      {"rpz", "DNS response policy zone", ".zone", false, kConfirmed, true, make_rpz, nullptr, Audience::anyone,
       kContrary, true},
      {"hosts", "hosts file that leads scam names nowhere", ".txt", false, kConfirmed, true, make_hosts, nullptr,
       Audience::anyone, kContrary},
      {"domains", "plain list of scam domains", ".txt", false, kConfirmed, true, make_domains, nullptr,
       Audience::anyone, kContrary},
      {"adblock", "filter list for ad blockers", ".txt", false, kConfirmed, true, make_adblock, nullptr,
       Audience::anyone, kContrary},
      {"suricata", "Suricata rules on DNS queries and TLS names", ".rules", false, kConfirmed, true, make_suricata,
       nullptr, Audience::anyone, kContrary, true},
      {"pdq", "PDQ hashes of scam creatives: hash,quality,filename", ".csv", false, kConfirmed, true, make_pdq, nullptr,
       Audience::anyone, kContrary},
      {"hma", "PDQ and SHA-256 hashes of scam creatives for a hasher-matcher-actioner", ".txt", false, kConfirmed, true,
       make_hma, nullptr, Audience::anyone, kContrary},
      {"accounts-seen", "bank accounts, wallets and numbers in full, for a fraud team; logged", ".csv", false,
       kConfirmed, true, make_accounts_seen, check_accounts_seen, Audience::fraud_team},
      {"report-mcmc", "report to MCMC or a licensed provider under the Online Safety Act 2025, one file a case",
       ".json", true, kConfirmed, true, make_report_mcmc},
      {"notice-dsa", "draft of a notice under Article 16 of the EU's Digital Services Act, one file a case", ".json",
       true, kConfirmed, true, make_notice_dsa},
      {"dossier", "one self-contained HTML page a case", ".html", true, kConfirmed, false, make_dossier},
  };
  return kFormats;
}

const Format* find_format(const std::string& name) {
  for (const Format& format : formats()) {
    if (format.name == name) return &format;
  }
  return nullptr;
}

Result<const Format*> format_named(const std::string& name) {
  if (const Format* format = find_format(name)) return format;
  std::vector<std::string> names;
  for (const Format& format : formats()) names.push_back(format.name);
  const std::string close = nearest(to_lower_ascii(name), names);
  return operator_error(
      fmt::format("there is no export format \"{}\"{}; this version writes: {}", clip_utf8(to_valid_utf8(name), 40),
                  close.empty() ? "" : fmt::format(" (did you mean \"{}\"?)", close), fmt::join(names, ", ")));
}

CaseSource cases_from(std::vector<cases::DecidedCase> cases) {
  return [cases = std::move(cases)](const std::function<Result<void>(cases::DecidedCase &&)>& use) -> Result<void> {
    for (const cases::DecidedCase& one : cases) {
      cases::DecidedCase copy = one;
      if (auto used = use(std::move(copy)); !used) return used.error();
    }
    return {};
  };
}

CaseSource cases_from(std::vector<cases::CaseRecord> records) {
  std::vector<cases::DecidedCase> cases;
  for (cases::CaseRecord& record : records) cases.push_back({std::move(record), {}});
  return cases_from(std::move(cases));
}

Result<Export> render(const Format& format, const CaseSource& cases, const ExportOptions& options) {
  Export content;
  const std::unique_ptr<Output> out = memory_output(content.files);
  if (auto done = run(format, cases, options, *out, content); !done) return done.error();
  if (auto committed = out->commit(); !committed) return committed.error();
  return content;
}

Result<Exported> write_export(const ExportRequest& request, const CaseSource& cases) {
  Result<const Format*> found = format_named(request.format);
  if (!found) return found.error();
  const Format& format = **found;
  Result<std::unique_ptr<Output>> out = output_of(request, format);
  if (!out) return out.error();
  ExportOptions options = request.options;
  const bool on_disk = !request.output.empty() && request.output != "-";
  if (on_disk && format.wants_previous && !options.previous) {
    std::error_code failure;
    if (std::filesystem::is_regular_file(request.output, failure)) {
      if (Result<std::string> old = read_file(request.output))
        options.previous = std::make_shared<const std::string>(std::move(*old));
    }
  }
  Exported exported;
  if (auto done = run(format, cases, options, **out, exported.content); !done) return done.error();
  Result<std::vector<WrittenFile>> files = (*out)->commit();
  if (!files) return files.error();
  for (const WrittenFile& file : *files) {
    exported.bytes += file.bytes;
    if (!file.path.empty()) exported.written.push_back(file.path);
  }
  if (request.dry_run) return exported;
  if (format.many_files) remove_stale(request.output, format.extension, *files);
  if (auto noted = note(request, format, exported, *files); !noted) return noted.error();
  return exported;
}

}  // namespace pantau::exports
