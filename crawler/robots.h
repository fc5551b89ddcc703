#pragma once
// robots.txt by RFC 9309, read as leniently as the large crawlers do: prefixes and common misspellings of the line
// names, a missing colon, any line end, a damaged byte-order mark. Departures from the RFC, all towards what publishers
// meant: "Allow: /dir/index.html" also allows "/dir/", and Crawl-delay is read though the RFC does not know it. Pure
// values; any thread. Fetching and caching is crawler/robots_cache.h.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pantau::crawler {

// RFC 9309 2.5: crawlers must read at least this much; what follows is not looked at.
constexpr std::size_t kMaxRobotsBytes = 500 * 1024;

struct RobotsRule {
  bool allow = false;
  std::string pattern;  // normalised, with "*" and a final "$" as wildcards
  int line = 0;         // 1-based
  std::string text;     // "Disallow: /private", the value as written
};

struct RobotsVerdict {
  bool allowed = true;
  std::string rule;  // the rule that decided, as written; empty when none matched
  int line = 0;      // of that rule; 0 when none matched
};

// The rules that concern one crawler.
class RobotsRules {
 public:
  // `target`: path and query. The longest matching pattern decides; among equally long ones Allow (RFC 9309 2.2.2).
  // "/robots.txt" itself is always allowed.
  RobotsVerdict decide(std::string_view target) const;
  // The longest delay asked of this crawler, if any.
  std::optional<std::chrono::milliseconds> crawl_delay() const { return crawl_delay_; }
  // Whether a group named this crawler; otherwise the rules are those of the "*" groups.
  bool named() const { return named_; }

 private:
  friend class RobotsFile;
  std::vector<RobotsRule> rules_;
  std::optional<std::chrono::milliseconds> crawl_delay_;
  bool named_ = false;
};

class RobotsFile {
 public:
  // Never fails: lines that cannot be read are ignored.
  static RobotsFile parse(std::string_view text);

  // `agent`: a product token ("Pantau") or a whole User-Agent value, of which the token is taken. All groups of the
  // token are merged; if there are none, the "*" groups; if there are none, everything is allowed (RFC 9309 2.2.1).
  RobotsRules rules_for(std::string_view agent) const;
  const std::vector<std::string>& sitemaps() const { return sitemaps_; }

 private:
  struct Agents {
    std::vector<std::string> tokens;  // lower case
    bool everybody = false;
    bool names(std::string_view token) const;
  };
  struct Group {
    Agents agents;
    std::vector<RobotsRule> rules;
  };
  struct Delay {
    Agents agents;
    std::chrono::milliseconds delay{0};
  };
  std::vector<Group> groups_;
  std::vector<Delay> delays_;
  std::vector<std::string> sitemaps_;
};

// The product token at the beginning of a User-Agent value: letters, "_" and "-" (RFC 9309 2.2.1); "*" stays "*".
std::string robots_product_token(std::string_view user_agent);
// Path and query of an address as written, "/" when there is none: what rules are matched against.
std::string robots_target(std::string_view url);

}  // namespace pantau::crawler
