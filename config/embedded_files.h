#pragma once
// The files under config/ as they were when the program was built: default watchlists and lure packs, the example
// configuration that `pantau init` writes, and the demo's ads. Any thread; the views live as long as the program.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pantau::config {

struct EmbeddedFile {
  std::string path;  // relative to config/, e.g. "lures/ms.yaml"
  std::string_view bytes;
};

// All embedded files, sorted by path.
std::vector<EmbeddedFile> embedded_files();

// The bytes of one file, or nothing when the build holds no such file.
std::optional<std::string_view> embedded_file(std::string_view path);

}  // namespace pantau::config
