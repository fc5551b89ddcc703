// `pantau doctor`: this machine.
#include <curl/curl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "cli/commands.h"
#include "media/languages.h"
#include "media/models.h"
#include "media/sandbox.h"

namespace pantau::cli {
namespace {

int doctor(bool quiet) {
  int problems = 0;
  const auto say = [&](const char* mark, const std::string& what) {
    if (std::string_view(mark) == "fail") ++problems;
    if (!quiet || std::string_view(mark) == "fail") fmt::print("  {:<5} {}\n", mark, what);
  };
  if (!quiet) fmt::print("pantau {}\n", PANTAU_VERSION);
  const curl_version_info_data* curl = curl_version_info(CURLVERSION_NOW);
  say("ok", fmt::format("libcurl {} ({}), HTTP/2 {}", curl->version,
                        curl->ssl_version != nullptr ? curl->ssl_version : "no TLS",
                        (curl->features & CURL_VERSION_HTTP2) != 0 ? "yes" : "no"));
  const media::SandboxFeatures sandbox = media::probe_sandbox();
  for (const media::SandboxFeature& feature : sandbox.features) {
    say(feature.available  ? "ok"
        : feature.required ? "fail"
                           : "warn",
        fmt::format("sandbox: {}{}", feature.name,
                    feature.available ? "" : ": not on this kernel; " + feature.consequence));
  }
  const std::vector<std::string> all = {"eng", "msa", "chi_sim", "tam"};
  const std::vector<std::string> missing = media::missing_languages(all, "");
  for (const std::string& language : all) {
    const bool there = std::find(missing.begin(), missing.end(), language) == missing.end();
    say(there ? "ok" : "warn",
        there ? "text in pictures: " + language
              : fmt::format("text in pictures: {} is missing, its script is not read; apt-get install {}", language,
                            media::language_package(language)));
  }
  if (missing.size() == all.size()) say("fail", "no OCR language at all: text in pictures cannot be read");
  say("ok", fmt::format("{} processors, {:.1f} GiB memory", sysconf(_SC_NPROCESSORS_ONLN),
                        static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE)) /
                            (1024.0 * 1024 * 1024)));
  const std::filesystem::path folder = media::models_folder({});
  for (const media::ModelFile& file : media::look_for_models(folder)) {
    const std::string what = fmt::format("model {} ({})", file.model->name, file.model->serves);
    if (file.state == media::ModelState::present) {
      say("ok", fmt::format("{}: {}", what, file.path.string()));
    } else if (file.state == media::ModelState::refused) {
      say("warn", fmt::format("{}: {} is refused: {}", what, file.path.string(), file.detail));
    } else if (file.model->purpose != media::ModelPurpose::text_regions) {
      say("note", fmt::format("{}: not in {}", what, folder.string()));
    }
  }
  say("note",
      "faces are compared when the detector and one recognizer are there; footage is not compared by "
      "this version");
  if (!quiet) fmt::print("{}\n", problems == 0 ? "Ready." : fmt::format("{} problems.", problems));
  return problems == 0 ? kDone : kFailed;
}

}  // namespace

void add_doctor(Command& app, Run& run) {
  auto quiet = std::make_shared<bool>(false);
  Command command = app.add_subcommand("doctor", "this machine: libraries, languages, sandbox features");
  command.add_flag("--quiet", *quiet, "say only what is wrong");
  command.footer("Example:\n  pantau doctor");
  command.callback([quiet, &run] { run = [quiet] { return doctor(*quiet); }; });
}

}  // namespace pantau::cli
