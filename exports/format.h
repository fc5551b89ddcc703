#pragma once
// The export formats and the one way to write an export: a format's renderer is given the cases one after another and
// writes to an Output, so that a hundred thousand cases need no more memory than what the format itself must remember.
// write_export() chooses where the bytes go, notes them in exports/manifest.jsonl and in the audit log. A new format is
// one file with a renderer and one line in format.cc. A renderer belongs to one thread. The same cases and options give
// the same bytes: nothing but the end of an entry's life depends on the clock.
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "cases/case_cursor.h"
#include "exports/masking.h"
#include "exports/output.h"

namespace pantau::exports {

// Who speaks in reports and feeds.
struct Sender {
  std::string name = "Pantau";
  std::string contact = "unset@pantau.invalid";  // an e-mail address
  std::string domain = "pantau.invalid";         // of that organisation
  std::string registration, phone;               // may be empty
  bool is_set() const { return contact != "unset@pantau.invalid"; }
};

struct ExportOptions {
  Audience audience = Audience::anyone;
  std::map<std::string, std::string> entity_names;  // id -> name as people know it; an unknown id stands for itself
  std::map<std::string, std::vector<std::string>> official_domains;  // entity id -> its domains: never block-listed
  Sender sender;
  std::string tlp = "amber";             // clear | green | amber | amber+strict | red
  UtcTime now = utc_now();               // only tells which entries have come to their end
  int expire_days = 30;                  // life of an entry after its last sighting
  std::string legal_ground;              // of DSA notices; may be empty
  std::string role, recipient, purpose;  // of accounts-seen: who may have it, who gets it, and what for
  // Bytes of a file of the workspace ("frames/...jpg"); empty function: no pictures, no digests of manifests.
  std::function<Result<std::string>(const std::string& relative)> read_evidence;
  // What lies at the place of this export now, for formats whose numbers must grow or stay (zone serial, rule ids).
  std::shared_ptr<const std::string> previous;
};

struct KeptOut {
  std::string case_id, what, why;  // why: a sentence
};

class Renderer {
 public:
  virtual ~Renderer() = default;
  // Whether the case is in the export; cases that only tell what must stay out give false.
  virtual Result<bool> add(const cases::DecidedCase& one, Output& out) = 0;
  virtual Result<void> finish(Output& out) = 0;
  const std::vector<KeptOut>& kept_out() const { return kept_out_; }

 protected:
  void keep_out(const std::string& case_id, std::string what, std::string why);

 private:
  std::vector<KeptOut> kept_out_;
};

struct Format {
  std::string name;                   // as in `--format`
  std::string description;            // one line for --help
  std::string extension;              // of the file, with the dot
  bool many_files = false;            // the output is a folder
  std::vector<std::string> statuses;  // what is taken unless the caller asks for more; empty: every status
  bool only_decided = true;           // no other status may be asked for: what leaves is acted upon
  std::unique_ptr<Renderer> (*make)(const ExportOptions& options) = nullptr;
  // What the options lack for this format; nullptr: nothing is needed.
  Result<void> (*check)(const ExportOptions& options) = nullptr;
  Audience audience = Audience::anyone;  // at least; a format for the fraud team raises it
  // Statuses that are read beside the wanted ones because they speak against entries (dismissed pages, disputes).
  std::vector<std::string> contrary = {};
  bool wants_previous = false;  // see ExportOptions::previous
};

const std::vector<Format>& formats();
const Format* find_format(const std::string& name);
// The error names the nearest format and lists them all.
Result<const Format*> format_named(const std::string& name);

// Where the cases come from: calls back for each, in order.
using CaseSource = std::function<Result<void>(const std::function<Result<void>(cases::DecidedCase&&)>&)>;
CaseSource cases_from(std::vector<cases::DecidedCase> cases);
CaseSource cases_from(std::vector<cases::CaseRecord> records);  // without decisions

struct Export {
  std::vector<ExportFile> files;  // of render() only
  std::size_t count = 0;          // cases written
  std::size_t left_out = 0;       // restricted content never leaves: these were skipped
  std::vector<KeptOut> kept_out;
  std::vector<KeptOut> waiting;  // confirmed cases that a second person must agree to first
};
// The whole export in memory.
Result<Export> render(const Format& format, const CaseSource& cases, const ExportOptions& options);

struct ExportRequest {
  std::string workspace;
  std::string format;
  std::string output;  // file or, for formats of many files, folder; "" or "-": standard output
  std::string filter;  // in words, for the manifest: "band=flag status=confirmed"
  std::string actor;
  bool dry_run = false;  // nothing is written, nothing is noted
  ExportOptions options;
  std::ostream* standard_output = nullptr;  // needed when output is "" or "-"
};
struct Exported {
  Export content;
  std::vector<std::string> written;  // paths
  std::uint64_t bytes = 0;
};
// Errors: tell_operator for an unknown format, a wrong place, missing options or a full disk.
Result<Exported> write_export(const ExportRequest& request, const CaseSource& cases);

}  // namespace pantau::exports
