#pragma once
// Where evidence lies in a workspace: media as received (media/sha256/ab/abcd..., read-only), frames, capture manifests
// (evidence/<case id>.json). Media come here only after the restricted check. The writing thread.
#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cases/case_record.h"
#include "cases/evidence/file_list.h"

namespace pantau::cases {

// Creates the folders of a workspace and proves that it can be written; a clear tell_operator error otherwise.
Result<void> prepare_workspace(const std::string& workspace);

// Stores the bytes once under their digest, mode 0444. Returns the path relative to the workspace.
Result<std::string> keep_medium(const std::string& workspace, const std::string& sha256, std::string_view bytes);
Result<std::string> keep_frame(const std::string& workspace, std::string_view jpeg);  // frames/<sha256 of the JPEG>.jpg

// Actor default: the login name.
std::string login_name();

// capture manifest of one case: times, persona, hops with addresses, artifacts with digests, versions. What was not
// recorded is null, never guessed. With a `workspace` the artifacts' sizes and types are read from the kept files.
boost::json::object capture_manifest(const CaseRecord& record, const std::string& workspace = {});
// Writes evidence/<case id>.json (readers see the old or the new one); the same content is not written twice.
Result<EvidenceFile> write_capture_manifest(const std::string& workspace, const CaseRecord& record);

}  // namespace pantau::cases
