// `pantau robots`, `pantau url`, `pantau hash`: small tools that scripts rely on (DESIGN 4.6).
#include <fmt/format.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <iostream>
#include <iterator>

#include "base/digest.h"
#include "base/file.h"
#include "base/log.h"
#include "base/url.h"
#include "cli/commands.h"
#include "crawler/robots.h"

namespace pantau::cli {
namespace {

int robots(const std::string& agent, const std::string& address) {
  const Result<Url> url = Url::parse(address);
  if (!url) return fail(operator_error("--url: " + url.error().detail));
  const std::string text{std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
  const crawler::RobotsVerdict decision =
      crawler::RobotsFile::parse(text).rules_for(agent).decide(crawler::robots_target(address));
  fmt::print("{}\n", decision.allowed ? "allowed" : "disallowed");
  if (decision.line > 0) {
    fmt::print("{} (line {})\n", printable(decision.rule), decision.line);
  } else {
    fmt::print("no rule applies\n");
  }
  return kDone;
}

struct UrlOptions {
  std::vector<std::string> urls;
  std::string watchlist;
  bool json = false;
};

int urls(const UrlOptions& options) {
  sweep::Configuration configuration;
  if (!options.watchlist.empty()) configuration.watchlists = {options.watchlist};
  auto matcher = sweep::load_matcher(configuration, embedded_defaults());
  if (!matcher) return fail(matcher.error());
  bool failed = false;
  for (const std::string& input : options.urls) {
    const std::string absolute = input.find("://") == std::string::npos ? "http://" + input : input;
    const Result<Url> url = Url::parse(absolute);
    if (!url) {
      failed = true;
      std::cerr << "pantau: " << printable(input) << ": " << url.error().detail << "\n";
      if (options.json)
        fmt::print("{}\n",
                   boost::json::serialize(boost::json::object{{"input", input}, {"error", url.error().detail}}));
      continue;
    }
    const auto lookalike = (*matcher)->lookalike(url->host());
    const matchers::Entity* owner = (*matcher)->official_owner(url->host());
    if (options.json) {
      boost::json::object out{{"input", input},
                              {"canonical", url->canonical()},
                              {"host", url->host()},
                              {"unicode_host", unicode_host(url->host())},
                              {"skeleton", matchers::skeleton(unicode_host(url->host()))},
                              {"registrable_domain", registrable_domain(url->host())},
                              {"lookalike", nullptr},
                              {"official_of", nullptr}};
      if (lookalike) {
        out["lookalike"] = boost::json::object{{"entity", lookalike->entity},
                                               {"official", lookalike->official},
                                               {"family", lookalike->family},
                                               {"score", lookalike->score}};
      }
      if (owner != nullptr) out["official_of"] = owner->id;
      fmt::print("{}\n", boost::json::serialize(out));
      continue;
    }
    fmt::print(
        "{}\n  canonical           {}\n  host                {}\n  as people read it   {}\n  skeleton            {}\n  "
        "registrable domain  {}\n",
        printable(input), url->canonical(), url->host(), printable(unicode_host(url->host())),
        printable(matchers::skeleton(unicode_host(url->host()))), registrable_domain(url->host()));
    if (owner != nullptr) fmt::print("  official domain of  {}\n", owner->name);
    if (lookalike) {
      fmt::print("  imitates            {} of {} ({}, score {:.2f})\n", lookalike->official, lookalike->entity,
                 lookalike->family, lookalike->score);
    } else if (owner == nullptr) {
      fmt::print("  imitates            no official domain of the watchlist\n");
    }
  }
  return failed ? kFailed : kDone;
}

}  // namespace

void add_robots(Command& app, Run& run) {
  auto agent = std::make_shared<std::string>(), url = std::make_shared<std::string>();
  Command command = app.add_subcommand("robots", "what a robots.txt (on standard input) says about an address");
  command.add_option("--agent", *agent, "product token of the crawler").required();
  command.add_option("--url", *url, "the address").required();
  command.footer("Example:\n  pantau robots --agent Pantau --url https://example.com/shop/ < robots.txt");
  command.callback([agent, url, &run] { run = [agent, url] { return robots(*agent, *url); }; });
}

void add_url(Command& app, Run& run) {
  auto options = std::make_shared<UrlOptions>();
  Command command = app.add_subcommand("url", "canonical form of addresses, and the official domain they imitate");
  command.add_option("URL", options->urls, "addresses or host names").required();
  command.add_option("--watchlist", options->watchlist, "use this watchlist instead of the built-in one");
  command.add_flag("--json", options->json, "one JSON object a line");
  command.footer("Example:\n  pantau url http://maybank2u.com.my.secure-session.net/login");
  command.callback([options, &run] { run = [options] { return urls(*options); }; });
}

}  // namespace pantau::cli
