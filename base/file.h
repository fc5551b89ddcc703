#pragma once
// Small file helpers with errors as values. Any thread.
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace pantau {

// The whole file; `limit` bytes at most, more is an error.
Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit = std::size_t{1} << 30);

// Writes to a temporary file beside `path`, syncs, renames: readers see the old or the new bytes, never half of them.
Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view bytes, unsigned mode = 0644);

// Creates the folder and its parents.
Result<void> make_folder(const std::filesystem::path& path);

}  // namespace pantau
