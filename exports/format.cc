#include "exports/format.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <filesystem>

#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"
#include "base/time.h"
#include "cases/evidence/audit_log.h"
#include "exports/csv.h"
#include "exports/jsonl.h"
#include "exports/manifest.h"

namespace pantau::exports {
namespace {

std::string audience_name(Audience audience) {
  return audience == Audience::fraud_team ? "fraud-team" : "anyone";
}

// A file name of a format of many files may not leave its folder.
bool stays_inside(const std::string& name) {
  const std::filesystem::path path = std::filesystem::path(name).lexically_normal();
  return !name.empty() && path.is_relative() && !path.empty() && *path.begin() != "..";
}

}  // namespace

const std::vector<Format>& formats() {
  static const std::vector<Format> kFormats = {
      {"csv", "one row a case, safe to open in a spreadsheet", ".csv", false, false, render_csv},
      {"jsonl", "one case record (pantau.case/1) a line: the complete form, for programs", ".jsonl", false, false,
       render_jsonl},
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

Export render(const Format& format, const std::vector<cases::CaseRecord>& cases, const ExportOptions& options) {
  Export out;
  std::vector<cases::CaseRecord> shown;
  shown.reserve(cases.size());
  for (const cases::CaseRecord& record : cases) {
    if (record.verdict.category == "restricted-content") {
      ++out.left_out;
      continue;
    }
    shown.push_back(for_audience(record, options.audience));
  }
  out.count = shown.size();
  out.files = format.render(shown, options);
  return out;
}

Result<Exported> write_export(const ExportRequest& request, const std::vector<cases::CaseRecord>& cases) {
  Result<const Format*> found = format_named(request.format);
  if (!found) return found.error();
  const Format& format = **found;
  const bool to_stdout = request.output.empty() || request.output == "-";
  if (format.many_files && to_stdout)
    return operator_error("the format " + format.name + " has many files: name a folder with -o");
  Exported exported;
  exported.content = render(format, cases, request.options);

  std::error_code failure;
  if (format.many_files) {
    if (auto made = make_folder(request.output); !made) return made.error();
  } else if (!to_stdout) {
    if (std::filesystem::is_directory(request.output, failure)) {
      return operator_error(request.output + " is a folder; the format " + format.name +
                            " is one file: name it, as in -o " +
                            (std::filesystem::path(request.output) / ("flagged" + format.extension)).string());
    }
    const std::filesystem::path parent = std::filesystem::path(request.output).parent_path();
    if (!parent.empty()) {
      if (auto made = make_folder(parent); !made) return made.error();
    }
  }
  const std::string now = format_utc(utc_now());
  std::vector<ManifestLine> lines;
  for (const ExportFile& file : exported.content.files) {
    std::string path = to_stdout ? "-" : request.output;
    if (format.many_files) {
      if (!stays_inside(file.name)) return give_up_error("an export file may not lie outside its folder");
      path = (std::filesystem::path(request.output) / file.name).string();
      if (auto made = make_folder(std::filesystem::path(path).parent_path()); !made) return made.error();
    }
    if (!to_stdout) {
      if (auto written = write_file_atomically(path, file.bytes, 0640); !written) return written.error();
      path = std::filesystem::absolute(path, failure).lexically_normal().string();
      exported.written.push_back(path);
    }
    lines.push_back({path, sha256_hex(file.bytes), file.bytes.size(), exported.content.count, exported.content.left_out,
                     format.name, request.filter, audience_name(request.options.audience),
                     std::string("pantau ") + PANTAU_VERSION, request.actor, now});
  }
  if (auto noted = append_manifest(request.workspace, lines); !noted) return noted.error();
  Result<cases::AuditLog> log = cases::AuditLog::open(request.workspace);
  if (!log) return log.error();
  for (const ManifestLine& line : lines) {
    auto logged = log->append(request.actor, "export.create", line.file,
                              {{"format", line.format},
                               {"filter", line.filter},
                               {"audience", line.audience},
                               {"count", line.count},
                               {"sha256", line.sha256}});
    if (!logged) return logged.error();
  }
  return exported;
}

}  // namespace pantau::exports
