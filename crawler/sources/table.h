#pragma once
// Helpers for sources that are tables: finding columns by name. Pure functions; any thread.
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace pantau::crawler {

// A table's text in UTF-8 whatever it was saved as (Excel writes UTF-16 and windows-1252), 256 MiB at most.
Result<std::string> read_table_text(const std::filesystem::path& path);

// The index of the first column with one of these names; letter case, spaces, "_" and "-" do not matter.
std::optional<std::size_t> find_column(const std::vector<std::string>& header, const std::vector<std::string>& names);

// "reported.csv:12"
std::string place(const std::filesystem::path& path, int line);

}  // namespace pantau::crawler
