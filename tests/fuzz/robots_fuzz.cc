// robots.txt on any bytes: the first line is the target asked for, the rest the file. Whatever the file says, the
// answer must be explained by one of its lines, and the same file must always give the same answer.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "crawler/robots.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pantau::crawler;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line = input.find('\n');
  const std::string target = robots_target(input.substr(0, line));
  if (target.empty() || target.front() != '/') std::abort();
  const std::string_view text = line == std::string_view::npos ? std::string_view() : input.substr(line + 1);
  const RobotsFile file = RobotsFile::parse(text);
  for (const std::string_view agent : {"Pantau/1.0", "*", ""}) {
    const RobotsRules rules = file.rules_for(agent);
    const RobotsVerdict verdict = rules.decide(target);
    if (!verdict.allowed && (verdict.rule.empty() || verdict.line <= 0)) std::abort();
    if (verdict.rule.empty() != (verdict.line == 0)) std::abort();
    const RobotsVerdict again = rules.decide(target);
    if (again.allowed != verdict.allowed || again.line != verdict.line) std::abort();
    if (!rules.decide("/robots.txt").allowed) std::abort();
    if (rules.crawl_delay() && rules.crawl_delay()->count() < 0) std::abort();
  }
  for (const std::string& sitemap : file.sitemaps()) {
    if (sitemap.find_first_of("\r\n") != std::string::npos) std::abort();
  }
  return 0;
}
