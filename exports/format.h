#pragma once
// The export formats and the one way to write an export: a format turns case records into files, write_export() puts
// them where they belong, notes them in exports/manifest.jsonl and in the audit log. A new format is one file with a
// render function and one line in format.cc. Any thread; the same cases and options give the same bytes.
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "cases/case_record.h"
#include "exports/masking.h"

namespace pantau::exports {

struct ExportOptions {
  Audience audience = Audience::anyone;
  std::map<std::string, std::string> entity_names;  // id -> name as people know it; an unknown id stands for itself
};

struct ExportFile {
  std::string name;  // of formats of many files, relative to their folder; empty for one file
  std::string bytes;
};

struct Format {
  std::string name;            // as in `--format`
  std::string description;     // one line for --help
  std::string extension;       // of the file, with the dot
  bool many_files = false;     // the output is a folder
  bool confirmed_only = true;  // what is taken unless the caller asks for more
  std::vector<ExportFile> (*render)(const std::vector<cases::CaseRecord>& cases,
                                    const ExportOptions& options) = nullptr;
};

const std::vector<Format>& formats();
const Format* find_format(const std::string& name);
// The error names the nearest format and lists them all.
Result<const Format*> format_named(const std::string& name);

struct Export {
  std::vector<ExportFile> files;
  std::size_t count = 0;     // cases written
  std::size_t left_out = 0;  // restricted content never leaves: these were skipped
};
Export render(const Format& format, const std::vector<cases::CaseRecord>& cases, const ExportOptions& options);

struct ExportRequest {
  std::string workspace;
  std::string format;
  std::string output;  // file or, for formats of many files, folder; "" or "-": only the bytes, the caller prints them
  std::string filter;  // in words, for the manifest: "band=flag status=confirmed"
  std::string actor;
  ExportOptions options;
};
struct Exported {
  Export content;
  std::vector<std::string> written;  // paths
};
Result<Exported> write_export(const ExportRequest& request, const std::vector<cases::CaseRecord>& cases);

}  // namespace pantau::exports
