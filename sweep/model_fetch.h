#pragma once
// Gets a network of the catalogue from where it is published, through the project's own fetcher and its guard. What
// arrives is written only when it is that network, byte for byte, and then in one step. Blocks; runs its own loop.
#include <filesystem>
#include <string>

#include "base/result.h"
#include "crawler/fetcher.h"
#include "media/models.h"

namespace pantau::sweep {

// `from`: another place, to which the file's name is appended; empty: the catalogue's address, https only. Returns the
// written file.
Result<std::filesystem::path> fetch_model(const media::Model& model, const std::filesystem::path& folder,
                                          const std::string& from, crawler::FetcherSettings settings);

}  // namespace pantau::sweep
