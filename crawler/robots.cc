#include "crawler/robots.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.h"

namespace pantau::crawler {
namespace {

// A line is cut here, so that a file without line ends stays cheap; eight times the longest address of old browsers.
constexpr std::size_t kMaxLineBytes = 8 * 2083 - 1;

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}
bool is_alpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool is_unreserved(char c) {
  return is_alpha(c) || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
}

enum class Decoding { none, unreserved };

// RFC 9309 2.2.2: octets outside ASCII are compared percent-encoded, hexadecimal digits in upper case; on request
// percent-encoded unreserved characters are decoded.
std::string normalize(std::string_view text, Decoding decoding) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto byte = static_cast<unsigned char>(text[i]);
    if (byte == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
      byte = static_cast<unsigned char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
      if (decoding == Decoding::unreserved && is_unreserved(static_cast<char>(byte))) {
        out.push_back(static_cast<char>(byte));
        continue;
      }
    } else if (byte < 0x80) {
      out.push_back(static_cast<char>(byte));
      continue;
    }
    out.push_back('%');
    out.push_back(kDigits[byte >> 4]);
    out.push_back(kDigits[byte & 0xf]);
  }
  return out;
}

// "*" is any run of characters, a final "$" the end; without it a pattern is a prefix. Each literal part between stars
// is taken at its first place, which is right for prefixes; an anchored last part must be the target's end. Linear in
// target times parts, never exponential.
bool matches(std::string_view target, std::string_view pattern) {
  bool anchored = false;
  if (!pattern.empty() && pattern.back() == '$') {
    anchored = true;
    pattern.remove_suffix(1);
  }
  bool first = true;
  std::size_t at = 0;
  while (true) {
    const std::size_t star = pattern.find('*');
    const std::string_view part = pattern.substr(0, star);
    const bool last = star == std::string_view::npos;
    if (first) {
      if (!target.starts_with(part)) return false;
      at = part.size();
      if (last) return !anchored || at == target.size();
    } else if (last && anchored) {
      return target.size() - at >= part.size() && target.ends_with(part);
    } else {
      const std::size_t found = target.find(part, at);
      if (found == std::string_view::npos) return false;
      at = found + part.size();
      if (last) return true;
    }
    first = false;
    pattern.remove_prefix(star + 1);
  }
}

enum class LineKind { user_agent, allow, disallow, sitemap, crawl_delay, unknown };

bool begins_like(std::string_view key, std::initializer_list<std::string_view> names) {
  return std::any_of(names.begin(), names.end(), [&](std::string_view name) {
    return key.size() >= name.size() && equals_ignore_case_ascii(key.substr(0, name.size()), name);
  });
}

LineKind kind_of(std::string_view key) {
  if (begins_like(key, {"user-agent", "useragent", "user agent"})) return LineKind::user_agent;
  if (begins_like(key, {"allow"})) return LineKind::allow;
  if (begins_like(key, {"disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw"})) {
    return LineKind::disallow;
  }
  if (begins_like(key, {"sitemap", "site-map"})) return LineKind::sitemap;
  if (begins_like(key, {"crawl-delay", "crawldelay", "crawl delay"})) return LineKind::crawl_delay;
  return LineKind::unknown;
}

struct Line {
  std::string_view key, value;
};

// "key: value", or "key value" when the colon was forgotten and there are exactly two words.
std::optional<Line> split_line(std::string_view text) {
  text = trim(text.substr(0, text.find('#')));
  std::size_t separator = text.find(':');
  if (separator == std::string_view::npos) {
    separator = text.find_first_of(" \t");
    if (separator == std::string_view::npos) return std::nullopt;
    const std::string_view value = trim(text.substr(separator));
    if (value.find_first_of(" \t") != std::string_view::npos) return std::nullopt;
  }
  Line line{trim(text.substr(0, separator)), trim(text.substr(separator + 1))};
  if (line.key.empty()) return std::nullopt;
  return line;
}

std::string_view without_byte_order_mark(std::string_view text) {
  // Also a mark that lost its end.
  for (const char c : {'\xEF', '\xBB', '\xBF'}) {
    if (text.empty() || text.front() != c) break;
    text.remove_prefix(1);
  }
  return text;
}

std::optional<std::chrono::milliseconds> parse_delay(std::string_view text) {
  double seconds = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || stop != text.data() + text.size()) return std::nullopt;
  if (!std::isfinite(seconds) || seconds < 0) return std::nullopt;
  constexpr double kDay = 86400;
  return std::chrono::milliseconds(static_cast<std::int64_t>(std::min(seconds, kDay) * 1000));
}

}  // namespace

bool RobotsFile::Agents::names(std::string_view token) const {
  return std::any_of(tokens.begin(), tokens.end(),
                     [&](const std::string& name) { return equals_ignore_case_ascii(name, token); });
}

RobotsFile RobotsFile::parse(std::string_view text) {
  RobotsFile file;
  text = without_byte_order_mark(text.substr(0, kMaxRobotsBytes));
  Agents agents;
  bool in_rules = false;  // a rule was seen, so that the next User-agent line opens a new group (RFC 9309 2.2)
  bool any_agent = false;
  int line_number = 0;
  while (!text.empty()) {
    ++line_number;
    const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
    const auto line = split_line(text.substr(0, std::min(end, kMaxLineBytes)));
    std::size_t next = end;
    if (next < text.size()) next += text.substr(next).starts_with("\r\n") ? 2 : 1;
    text.remove_prefix(next);
    if (!line) continue;
    const LineKind kind = kind_of(line->key);
    switch (kind) {
      case LineKind::user_agent: {
        if (in_rules) {
          agents = {};
          in_rules = false;
        }
        any_agent = true;
        // "* and some words" still means everybody.
        if (!line->value.empty() && line->value[0] == '*' && (line->value.size() == 1 || is_space(line->value[1]))) {
          agents.everybody = true;
        } else {
          agents.tokens.push_back(robots_product_token(line->value));
        }
        // A group without rules counts as well: it names the crawler and asks nothing of it.
        file.groups_.push_back({agents, {}});
        break;
      }
      case LineKind::allow:
      case LineKind::disallow: {
        if (!any_agent) break;  // rules before the first group are ignored (RFC 9309 2.2.1)
        in_rules = true;
        RobotsRule rule;
        rule.allow = kind == LineKind::allow;
        rule.pattern = normalize(line->value, Decoding::none);
        rule.line = line_number;
        rule.text = std::string(rule.allow ? "Allow: " : "Disallow: ") + to_valid_utf8(line->value);
        file.groups_.back().rules.push_back(std::move(rule));
        break;
      }
      case LineKind::sitemap:
        file.sitemaps_.push_back(to_valid_utf8(line->value));
        break;
      case LineKind::crawl_delay:
        if (!any_agent) break;
        if (const auto delay = parse_delay(line->value)) file.delays_.push_back({agents, *delay});
        break;
      case LineKind::unknown:
        break;
    }
  }
  return file;
}

RobotsRules RobotsFile::rules_for(std::string_view agent) const {
  // A name with letters that no group can spell ("Jävla-Bot") is no group's name, not even by its beginning.
  agent = trim(agent);
  const std::string token(agent.substr(0, agent.find_first_of("/ \t(;,")));
  RobotsRules rules;
  rules.named_ =
      std::any_of(groups_.begin(), groups_.end(), [&](const Group& group) { return group.agents.names(token); });
  const auto concerns = [&](const Agents& agents) { return rules.named_ ? agents.names(token) : agents.everybody; };
  for (const Group& group : groups_) {
    if (!concerns(group.agents)) continue;
    for (const RobotsRule& rule : group.rules) {
      if (!rule.pattern.empty()) rules.rules_.push_back(rule);  // "Disallow:" alone restricts nothing
    }
  }
  for (const Delay& delay : delays_) {
    if (!concerns(delay.agents)) continue;
    rules.crawl_delay_ = std::max(rules.crawl_delay_.value_or(std::chrono::milliseconds(0)), delay.delay);
  }
  return rules;
}

RobotsVerdict RobotsRules::decide(std::string_view target) const {
  if (target == "/robots.txt") return {};
  // Where the RFC and the practice of large crawlers part, the stricter reading counts: Disallow matches whatever way
  // the same octets are written, Allow only as written.
  const std::string normalized = normalize(target, Decoding::unreserved);
  const auto rule_matches = [&](const RobotsRule& rule) {
    if (matches(target, rule.pattern)) return true;
    return !rule.allow && matches(normalized, normalize(rule.pattern, Decoding::unreserved));
  };
  const RobotsRule* best = nullptr;
  std::size_t best_length = 0;
  for (const RobotsRule& rule : rules_) {
    std::size_t length = rule.pattern.size();
    if (best != nullptr && (length < best_length || (length == best_length && (!rule.allow || best->allow)))) continue;
    if (!rule_matches(rule)) {
      if (!rule.allow) continue;
      // "Allow: /dir/index.html" means the folder as well.
      const std::size_t slash = rule.pattern.rfind('/');
      if (slash == std::string::npos || !std::string_view(rule.pattern).substr(slash).starts_with("/index.htm")) {
        continue;
      }
      const std::string folder = rule.pattern.substr(0, slash + 1) + "$";
      length = folder.size();
      if (best != nullptr && (length < best_length || (length == best_length && best->allow))) continue;
      if (!matches(target, folder)) continue;
    }
    best = &rule;
    best_length = length;
  }
  if (best == nullptr) return {};
  return {best->allow, best->text, best->line};
}

std::string robots_product_token(std::string_view user_agent) {
  user_agent = trim(user_agent);
  if (user_agent == "*") return "*";
  std::size_t length = 0;
  while (length < user_agent.size() &&
         (is_alpha(user_agent[length]) || user_agent[length] == '-' || user_agent[length] == '_')) {
    ++length;
  }
  return std::string(user_agent.substr(0, length));
}

std::string robots_target(std::string_view url) {
  std::size_t start = 0;
  if (url.starts_with("//")) {
    start = 2;
  } else if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos) {
    // "://" inside a path or query does not end a scheme.
    if (url.find_first_of("/?;") > scheme) start = scheme + 3;
  }
  const std::size_t path = url.find_first_of("/?;", start);
  if (path == std::string_view::npos) return "/";
  const std::size_t fragment = url.find('#', start);
  if (fragment != std::string_view::npos && fragment < path) return "/";
  const std::string_view target =
      url.substr(path, fragment == std::string_view::npos ? std::string_view::npos : fragment - path);
  return target.front() == '/' ? std::string(target) : "/" + std::string(target);
}

}  // namespace pantau::crawler
