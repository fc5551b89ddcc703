// `pantau demo`: the bundled sample ads, served on loopback, through exactly the code of a real sweep.
#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <cstdlib>
#include <filesystem>

#include "base/file.h"
#include "base/log.h"
#include "cli/commands.h"
#include "cli/run_sweep.h"
#include "config/embedded_files.h"
#include "review/static_hosts.h"

namespace pantau::cli {
namespace {

review::StaticSite demo_site() {
  review::StaticSite site;
  static constexpr std::string_view kHosts = "demo/hosts/";
  for (const config::EmbeddedFile& file : config::embedded_files()) {
    if (file.path.rfind(kHosts, 0) == 0) site.files[file.path.substr(kHosts.size())] = file.bytes;
  }
  if (const auto routes = config::embedded_file("demo/routes.json")) {
    const boost::json::value value = boost::json::parse(boost::json::string_view(routes->data(), routes->size()));
    for (const boost::json::value& item : value.as_object().at("redirects").as_array()) {
      const boost::json::object& r = item.as_object();
      const std::string key = std::string(r.at("host").as_string()) + std::string(r.at("path").as_string());
      site.redirects[key] = {r.at("status").to_number<int>(), std::string(r.at("location").as_string())};
    }
  }
  return site;
}

// The demo's configuration and watchlist become plain files, to be looked at and changed.
Result<void> unpack_files(const std::filesystem::path& folder) {
  for (const config::EmbeddedFile& file : config::embedded_files()) {
    const bool wanted = file.path == "demo/pantau.yaml" || file.path == "demo/watchlist.yaml" ||
                        file.path.rfind("demo/logos/", 0) == 0 || file.path.rfind("demo/footage/", 0) == 0;
    if (!wanted) continue;
    const std::filesystem::path target = folder / file.path.substr(5);
    if (auto made = make_folder(target.parent_path()); !made) return made;
    if (auto written = write_file_atomically(target, file.bytes); !written) return written;
  }
  return {};
}

int demo(const std::string& folder, bool json) {
  if (auto made = make_folder(folder); !made) return fail(made.error());
  if (auto unpacked = unpack_files(folder); !unpacked) return fail(unpacked.error());
  auto server = review::StaticHosts::start(demo_site());
  if (!server) return fail(server.error());
  setenv("PANTAU_DEMO_PORT", std::to_string((*server)->port()).c_str(), 1);
  Result<sweep::Configuration> configuration = sweep::read_configuration(std::filesystem::path(folder) / "pantau.yaml");
  if (!configuration) return fail(configuration.error());
  auto matcher = sweep::load_matcher(*configuration, embedded_defaults());
  if (!matcher) return fail(matcher.error());
  if (!json) {
    fmt::print(stderr, "Sweeping the bundled sample ads (invented people and brands) on 127.0.0.1:{} ...\n",
               (*server)->port());
  }
  watch_signals();
  return run_one_sweep({*configuration, configuration->sweeps.front(), *matcher, false, json, 50, nullptr});
}

}  // namespace

void add_demo(Command& app, Run& run) {
  auto folder = std::make_shared<std::string>("pantau-demo");
  auto json = std::make_shared<bool>(false);
  Command command = app.add_subcommand(
      "demo", "sweep the bundled sample ads and show what is flagged; needs no network and no configuration");
  command.add_option("--dir", *folder, "where the configuration and the workspace are written");
  command.add_flag("--json", *json, "the summary as one JSON object on stdout");
  command.footer("Example:\n  pantau demo --dir /tmp/pantau-demo");
  command.callback([folder, json, &run] { run = [folder, json] { return demo(*folder, *json); }; });
}

}  // namespace pantau::cli
