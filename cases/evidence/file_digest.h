#pragma once
// The size and digest of a kept file, read in pieces. Any thread.
#include <string>

#include "base/result.h"
#include "cases/evidence/file_list.h"

namespace pantau::cases {

// `path` relative to the workspace. What is not a regular file is an error with native ENOENT when there is nothing.
Result<EvidenceFile> digest_of_file(const std::string& workspace, const std::string& path);

}  // namespace pantau::cases
