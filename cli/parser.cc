#include "cli/parser.h"

#include <CLI/CLI.hpp>

#include "cli/commands.h"

namespace pantau::cli {

Option Option::required() {
  option_->required();
  return *this;
}

Command Command::add_subcommand(const std::string& name, const std::string& description) {
  return Command(app_->add_subcommand(name, description));
}

void Command::require_subcommand() {
  app_->require_subcommand(1);
}

void Command::footer(const std::string& text) {
  app_->footer(text);
}

void Command::callback(std::function<void()> chosen) {
  app_->callback(std::move(chosen));
}

Option Command::add_option(const std::string& names, std::string& value, const std::string& help) {
  CLI::Option* option = app_->add_option(names, value, help);
  if (!value.empty()) option->capture_default_str();
  return Option(option);
}

Option Command::add_option(const std::string& names, std::vector<std::string>& values, const std::string& help) {
  return Option(app_->add_option(names, values, help));
}

Option Command::add_option(const std::string& names, int& value, const std::string& help) {
  return Option(app_->add_option(names, value, help)->capture_default_str());
}

Option Command::add_option(const std::string& names, std::size_t& value, const std::string& help) {
  return Option(app_->add_option(names, value, help)->capture_default_str());
}

void Command::add_flag(const std::string& names, bool& value, const std::string& help) {
  app_->add_flag(names, value, help);
}

int parse_command_line(const ProgramText& text, int argc, char** argv, const std::function<void(Command&)>& describe) {
  CLI::App app{text.description};
  app.name(text.name);
  app.set_version_flag("--version", text.version);
  app.require_subcommand(1);
  app.footer(text.footer);
  Command top(&app);
  describe(top);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kDone : kUsage;
  }
  return -1;
}

}  // namespace pantau::cli
