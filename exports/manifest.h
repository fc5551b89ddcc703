#pragma once
// exports/manifest.jsonl in the workspace: one line for each file that was exported, so that it can be said later what
// went out, to the byte. Any process and thread: a lock on the folder keeps writers apart, readers see whole lines.
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace pantau::exports {

struct ManifestLine {
  std::string file;  // path as given, or "-" for standard output
  std::string sha256;
  std::uint64_t bytes = 0;
  std::uint64_t count = 0;                                // cases
  std::uint64_t left_out = 0;                             // restricted cases that were skipped
  std::string format, filter, audience, tool, actor, at;  // at: RFC 3339
  std::uint64_t kept_out = 0;                             // entries that were held back (--dry-run names them)
  std::string role = {}, recipient = {}, purpose = {};    // of exports that name them; else empty
};

std::string manifest_json(const ManifestLine& line);
Result<void> append_manifest(const std::string& workspace, const std::vector<ManifestLine>& lines);

}  // namespace pantau::exports
