#pragma once
// Proving that nothing changed: the audit log's chain, the lists of evidence that it names, every listed file by size
// and digest, files that are missing or that nobody listed, archives record by record, and the frozen records of
// decided cases. Reads only; uses all cores. What it cannot know: whether everything was consistently written anew,
// down to the log. For that keep `log_entries` and `log_head` of an earlier run elsewhere and compare.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/store.h"

namespace pantau::cases {

struct EvidenceProblem {
  std::string file;                     // relative to the workspace
  std::optional<std::uint64_t> offset;  // of the record or line, where there is one
  std::string what;
};

struct EvidenceReport {
  std::vector<EvidenceProblem> problems;  // by file and offset
  std::vector<std::string> notes;         // what could not be proved, and why that is no sign of a change
  std::uint64_t files = 0, bytes = 0, lists = 0, records = 0, log_entries = 0;
  std::string log_head;
};

struct VerifyOptions {
  bool quick = false;  // presence and size of files only; the log and the lists are always checked
  unsigned threads = 0;
};

Result<EvidenceReport> verify_evidence(const std::string& workspace, store::Connection& connection,
                                       const VerifyOptions& options = {});

}  // namespace pantau::cases
