// `pantau models`: the networks that faces are compared with; none of them is part of the program.
#include "media/models.h"

#include <fmt/format.h>

#include <filesystem>
#include <iostream>

#include "base/log.h"
#include "cli/commands.h"
#include "sweep/faces.h"
#include "sweep/model_fetch.h"

namespace pantau::cli {
namespace {

struct Options {
  std::string configuration, from;
  std::vector<std::string> names;
};

Result<sweep::Configuration> read(const Options& options) {
  if (options.configuration.empty()) return sweep::Configuration();
  return sweep::read_configuration(options.configuration);
}

std::string state_of(const media::ModelFile& file) {
  switch (file.state) {
    case media::ModelState::present:
      return "ok       " + file.path.string();
    case media::ModelState::refused:
      return fmt::format("refused  {}: {}", file.path.string(), file.detail);
    case media::ModelState::missing:
      break;
  }
  return "missing";
}

int list(const Options& options) {
  const Result<sweep::Configuration> configuration = read(options);
  if (!configuration) return fail(configuration.error());
  const std::filesystem::path folder = media::models_folder(configuration->models_directory);
  fmt::print("folder {}\n", folder.string());
  for (const media::ModelFile& file : media::look_for_models(folder)) {
    const media::Model& model = *file.model;
    fmt::print("\n{}\n  {}; {}; {} bytes\n  sha256  {}\n  from    {}\n  state   {}\n", model.name, model.serves,
               model.licence, model.bytes, model.sha256, model.address.empty() ? model.origin : model.address,
               state_of(file));
    if (const media::RecognizerProfile* profile = media::find_recognizer(model.name)) {
      std::string thresholds;
      for (const std::size_t portraits : {70u, 1000u, 10000u}) {
        const media::FaceThresholds at = media::thresholds_for(*profile, portraits);
        thresholds += fmt::format("{}{} portraits: possible {:.3f}, match {:.3f}", thresholds.empty() ? "" : "; ",
                                  portraits, at.possible, at.match);
      }
      fmt::print("  cosine  {} ({}){}\n", thresholds, profile->measured ? "measured" : "as published, not measured",
                 model.name == configuration->face_recognizer ? "; in use" : "");
    }
  }
  return kDone;
}

int verify(const Options& options) {
  const Result<sweep::Configuration> configuration = read(options);
  if (!configuration) return fail(configuration.error());
  const std::filesystem::path folder = media::models_folder(configuration->models_directory);
  bool wrong = false;
  for (const media::ModelFile& file : media::look_for_models(folder)) {
    fmt::print("{:<14} {}\n", file.model->name, state_of(file));
    wrong = wrong || file.state == media::ModelState::refused;
  }
  const std::string trouble = sweep::face_models(*configuration).trouble();
  if (!trouble.empty()) fmt::print("Faces are not compared: {}.\n", trouble);
  return wrong || !trouble.empty() ? kFailed : kDone;
}

int fetch(const Options& options) {
  const Result<sweep::Configuration> configuration = read(options);
  if (!configuration) return fail(configuration.error());
  const std::filesystem::path folder = media::models_folder(configuration->models_directory);
  std::vector<std::string> names = options.names;
  if (names.empty()) names = {std::string(media::kFaceDetector), configuration->face_recognizer};
  bool failed = false;
  for (const std::string& name : names) {
    const media::Model* model = media::find_model(name);
    if (model == nullptr) {
      std::string known;
      for (const media::Model& one : media::model_catalogue())
        known += (known.empty() ? "" : ", ") + std::string(one.name);
      return fail(operator_error(fmt::format("no model is called \"{}\"; there are: {}", printable(name), known)));
    }
    if (media::look_for_model(folder, *model).state == media::ModelState::present) {
      fmt::print("{:<14} is there already\n", model->name);
      continue;
    }
    const auto path = sweep::fetch_model(*model, folder, options.from, configuration->fetcher);
    if (path) {
      fmt::print("{:<14} {}\n", model->name, path->string());
    } else {
      failed = true;
      std::cerr << "pantau: " << printable(path.error().detail, 2000) << "\n";
    }
  }
  return failed ? kFailed : kDone;
}

}  // namespace

void add_models(Command& app, Run& run) {
  auto options = std::make_shared<Options>();
  Command command =
      app.add_subcommand("models", "the networks that compare faces: which there are, get and check them");
  command.require_subcommand();
  const auto add = [&](const char* name, const char* help, int (*act)(const Options&)) {
    Command made = command.add_subcommand(name, help);
    made.add_option("-c,--config", options->configuration, "pantau.yaml (models, crawler); default: built in");
    made.callback([options, act, &run] { run = [options, act] { return act(*options); }; });
    return made;
  };
  add("list", "the catalogue: purpose, licence, digest, address, thresholds", list);
  add("verify", "whether the files in the folder are the networks they should be", verify);
  Command fetched = add("fetch", "get the missing ones; what is not the catalogue's file is not kept", fetch);
  fetched.add_option("NAME", options->names, "default: the face detector and the recognizer of the configuration");
  fetched.add_option("--from", options->from, "take the files from this address instead of where they are published");
  command.footer(
      "Examples:\n  pantau models fetch\n  pantau models verify -c pantau.yaml\nPANTAU_MODELS names another folder "
      "than "
      "the configuration does.");
}

}  // namespace pantau::cli
