#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <iostream>

#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "cli/commands.h"
#include "config/embedded_files.h"
#include "media/languages.h"
#include "store/workspace.h"

namespace pantau::cli {
namespace {

std::atomic<bool> stop_flag{false};
static_assert(std::atomic<bool>::is_always_lock_free);

void on_signal(int) {
  if (stop_flag.exchange(true)) _exit(kInterrupted);  // the second time: at once; the store survives that
}

}  // namespace

int fail(const Error& error) {
  for (const std::string& line : split(error.detail, '\n')) std::cerr << "pantau: " << printable(line, 2000) << "\n";
  // A full disk needs a person too, but nothing is wrong with what they wrote.
  const bool disk_full = error.native == ENOSPC || error.native == EDQUOT;
  return error.code == ErrorCode::tell_operator && !disk_full ? kUsage : kFailed;
}

std::vector<std::string> leave_out_missing_languages(sweep::Configuration& configuration) {
  if (!configuration.media_enabled) return {};
  std::vector<std::string>& wanted = configuration.media.ocr_languages;
  const std::vector<std::string> missing = media::missing_languages(wanted, configuration.media.tessdata);
  if (missing.empty()) return {};
  std::vector<std::string> packages;
  for (const std::string& language : missing) packages.push_back(media::language_package(language));
  std::erase_if(wanted, [&](const std::string& language) {
    return std::find(missing.begin(), missing.end(), language) != missing.end();
  });
  return {
      fmt::format("text in pictures and videos is not read{}: not installed: {} (apt-get install {}, or leave {} out "
                  "of media.ocr_languages)",
                  wanted.empty() ? " at all" : fmt::format(" in {}", fmt::join(missing, ", ")),
                  fmt::join(missing, ", "), fmt::join(packages, " "), missing.size() == 1 ? "it" : "them")};
}

sweep::Defaults embedded_defaults() {
  sweep::Defaults defaults;
  for (const config::EmbeddedFile& file : config::embedded_files()) {
    if (!file.path.ends_with(".yaml")) continue;
    const matchers::SourceText text{"built-in " + file.path, std::string(file.bytes), std::filesystem::current_path()};
    if (file.path.rfind("watchlists/", 0) == 0) defaults.watchlists.push_back(text);
    if (file.path.rfind("lures/", 0) == 0) defaults.lures.push_back(text);
  }
  return defaults;
}

std::string program_path() {
  std::error_code failure;
  const std::filesystem::path path = std::filesystem::read_symlink("/proc/self/exe", failure);
  return failure ? std::string("pantau") : path.string();
}

const std::atomic<bool>& stop_requested() {
  return stop_flag;
}

void watch_signals() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

Result<std::string> find_workspace(const std::string& workspace, const std::string& configuration) {
  std::string found = workspace;
  if (found.empty() && !configuration.empty()) {
    Result<sweep::Configuration> read = sweep::read_configuration(configuration);
    if (!read) return read.error();
    found = read->workspace.string();
  }
  if (found.empty()) return operator_error("say which workspace: --workspace DIR, or -c FILE of the configuration");
  if (!store::has_store(found)) {
    return operator_error(found + " is no workspace: no sweep has been run there yet");
  }
  return found;
}

std::vector<std::string> listed_words(const std::string& text) {
  std::vector<std::string> out;
  for (const std::string& word : split(text, ',')) {
    if (!trim(word).empty() && trim(word) != "all") out.emplace_back(trim(word));
  }
  return out;
}

}  // namespace pantau::cli
