#pragma once
// The command line's parser: a thin face of CLI11, which is all headers and costs every file that includes it ten
// seconds to compile. Values are bound by reference and must live until the command has run. Main thread.
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace pantau::cli {

class Option {
 public:
  explicit Option(CLI::Option* option) : option_(option) {}
  Option required();

 private:
  CLI::Option* option_;
};

class Command {
 public:
  explicit Command(CLI::App* app) : app_(app) {}

  Command add_subcommand(const std::string& name, const std::string& description);
  void require_subcommand();  // one of them, at least
  void footer(const std::string& text);
  void callback(std::function<void()> chosen);

  // `names` as CLI11 writes them: "-o,--output", or "FILE" for a positional. --help shows defaults that are not empty.
  Option add_option(const std::string& names, std::string& value, const std::string& help);
  Option add_option(const std::string& names, std::vector<std::string>& values, const std::string& help);
  Option add_option(const std::string& names, int& value, const std::string& help);
  Option add_option(const std::string& names, std::size_t& value, const std::string& help);
  void add_flag(const std::string& names, bool& value, const std::string& help);

 private:
  CLI::App* app_;
};

// The whole program's command line.
struct ProgramText {
  std::string name, description, version, footer;
};
// Calls `describe` with the top command, then parses. Returns -1 when a command was chosen, else what main() returns:
// kDone after --help and --version, kUsage after a mistake, which was explained on stderr.
int parse_command_line(const ProgramText& text, int argc, char** argv, const std::function<void(Command&)>& describe);

}  // namespace pantau::cli
