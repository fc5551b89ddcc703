#pragma once
// The list of evidence: every archive, medium, frame and capture manifest of a workspace with its size and digest.
// Files enter the store in the transaction of the rows that name them; at the end of each run what is new goes into a
// list file, evidence/files-<ULID>.jsonl, whose own digest stands in the audit log (action "evidence.list"). So the
// log's chain holds every byte of evidence. Writes run on the writing thread; reads on any thread with an own
// Connection.
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/store.h"

namespace pantau::cases {

inline constexpr const char* kListAction = "evidence.list";

struct EvidenceFile {
  std::string path;  // relative to the workspace
  std::uint64_t bytes = 0;
  std::string sha256;
};

std::vector<store::Migration> evidence_migrations();

// A file was written, or written anew.
Result<void> note_file(store::Connection& connection, const EvidenceFile& file);

// Notes files that lie in the evidence folders and are not known: what a killed run wrote before it could commit, or a
// workspace that is older than the list. Returns how many.
Result<std::uint64_t> adopt_files(store::Connection& connection, const std::string& workspace);
Result<bool> any_files_noted(store::Connection& connection);

// Writes the files that stand in no list yet into a new one; nothing when there are none. Inside a job, so that they
// count as listed only if its transaction commits.
struct WrittenList {
  EvidenceFile list;
  std::uint64_t files = 0;
};
Result<std::optional<WrittenList>> write_file_list(store::Connection& connection, const std::string& workspace);

// Files that stand in no list yet, by path.
Result<std::vector<EvidenceFile>> unlisted_files(store::Connection& connection);
// The lines of a list. Any thread.
Result<std::vector<EvidenceFile>> parse_file_list(const std::string& text);

// Every file of the evidence folders, relative to the workspace, list files left out; files still being written too.
Result<std::vector<std::string>> files_on_disk(const std::string& workspace);
bool is_list_path(const std::string& path);

}  // namespace pantau::cases
