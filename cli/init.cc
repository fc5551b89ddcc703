// `pantau init DIR`: the shipped configuration, watchlist and lure packs, ready to edit.
#include <fmt/format.h>

#include <filesystem>

#include "base/file.h"
#include "cli/commands.h"
#include "config/embedded_files.h"

namespace pantau::cli {
namespace {

int init(const std::string& folder) {
  const std::filesystem::path root(folder);
  std::vector<std::pair<std::filesystem::path, std::string_view>> files;
  for (const config::EmbeddedFile& file : config::embedded_files()) {
    if (file.path.rfind("demo/", 0) == 0) continue;
    files.emplace_back(root / file.path, file.bytes);
  }
  // All or nothing: nobody's edited watchlist is overwritten.
  for (const auto& [path, bytes] : files) {
    if (std::filesystem::exists(path)) {
      return fail(operator_error(path.string() + " exists already; give another folder, or move that file away first"));
    }
  }
  for (const auto& [path, bytes] : files) {
    if (auto made = make_folder(path.parent_path()); !made) return fail(made.error());
    if (auto written = write_file_atomically(path, bytes); !written) return fail(written.error());
  }
  if (auto made = make_folder(root / "inbox"); !made) return fail(made.error());
  fmt::print(
      "Wrote {} files to {}.\n\nNext:\n  1. edit {}/pantau.yaml: your contact address, your seeds\n  2. pantau check "
      "-c {}/pantau.yaml\n  3. pantau sweep -c {}/pantau.yaml\n",
      files.size(), folder, folder, folder, folder);
  return kDone;
}

}  // namespace

void add_init(Command& app, Run& run) {
  auto folder = std::make_shared<std::string>();
  Command command =
      app.add_subcommand("init", "write a commented configuration, watchlist and lure packs to start from");
  command.add_option("DIR", *folder, "the folder to write to").required();
  command.footer("Example:\n  pantau init watch");
  command.callback([folder, &run] { run = [folder] { return init(*folder); }; });
}

}  // namespace pantau::cli
