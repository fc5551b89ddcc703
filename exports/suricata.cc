// Suricata rules: a DNS query or a TLS server name at or beneath a scam domain. Every domain keeps its two rule numbers
// (sid 1000000 to 1999999, the range for own rules): they come from the domain's digest, the next free pair where two
// digests meet; a domain that stands in the file that is replaced keeps the numbers it has there.
#include <fmt/format.h>

#include <charconv>
#include <map>
#include <set>

#include "base/digest.h"
#include "exports/block_list.h"
#include "exports/case_facts.h"
#include "exports/renderers.h"

namespace pantau::exports {
namespace {

constexpr std::uint32_t kFirst = 1'000'000;
constexpr std::uint32_t kPairs = 500'000;

// Domain -> its pair in the file that is replaced.
std::map<std::string, std::uint32_t> old_pairs(const std::shared_ptr<const std::string>& text) {
  std::map<std::string, std::uint32_t> pairs;
  if (!text) return pairs;
  for (std::string_view rest = *text; !rest.empty();) {
    const std::size_t next = rest.find('\n');
    const std::string_view line = rest.substr(0, next);
    rest.remove_prefix(next == std::string_view::npos ? rest.size() : next + 1);
    constexpr std::string_view kName = "content:\".", kSid = " sid:";
    if (!line.starts_with("alert dns ")) continue;
    const std::size_t name = line.find(kName), sid = line.rfind(kSid);
    if (name == std::string::npos || sid == std::string::npos) continue;
    const std::size_t begin = name + kName.size(), end = line.find('"', begin);
    std::uint32_t number = 0;
    const char* digits = line.data() + sid + kSid.size();
    if (end == std::string::npos || std::from_chars(digits, line.data() + line.size(), number).ec != std::errc())
      continue;
    if (number < kFirst || number >= kFirst + 2 * kPairs || number % 2 != 0) continue;
    pairs.emplace(line.substr(begin, end - begin), (number - kFirst) / 2);
  }
  return pairs;
}

std::uint32_t pair_of_digest(const std::string& name) {
  const std::string digest = sha256_hex(name);
  std::uint64_t value = 0;
  std::from_chars(digest.data(), digest.data() + 12, value, 16);
  return static_cast<std::uint32_t>(value % kPairs);
}

class Suricata final : public ListRenderer {
  using ListRenderer::ListRenderer;
  Result<void> write_list(const std::vector<BlockEntry>& entries, const std::string& changed, Output& out) override {
    if (entries.size() > kPairs) {
      return give_up_error(
          "there are more scam domains than rule numbers for own rules; load the format domains as a data set");
    }
    const std::map<std::string, std::uint32_t> old = old_pairs(options_.previous);
    std::set<std::uint32_t> taken;
    std::map<std::string, std::uint32_t> pairs;
    for (const BlockEntry& entry : entries) {
      const auto known = old.find(entry.name);
      if (known != old.end() && taken.insert(known->second).second) pairs[entry.name] = known->second;
    }
    for (const BlockEntry& entry : entries) {
      if (pairs.contains(entry.name)) continue;
      std::uint32_t pair = pair_of_digest(entry.name);
      while (!taken.insert(pair).second) pair = (pair + 1) % kPairs;
      pairs[entry.name] = pair;
    }
    if (auto written = out.write(fmt::format("# Scam domains from confirmed cases\n# Last change: {}\n", changed));
        !written)
      return written.error();
    for (const BlockEntry& entry : entries) {
      const std::uint32_t sid = kFirst + 2 * pairs[entry.name];
      std::string day = entry.since.substr(0, 10);
      for (char& c : day) {
        if (c == '-') c = '_';
      }
      const std::string about = fmt::format("classtype:social-engineering; metadata:{}created_at {};",
                                            is_case_id(entry.case_id) ? "case " + entry.case_id + ", " : std::string(),
                                            day.size() == 10 ? day : "1970_01_01");
      const std::string match = fmt::format("dotprefix; content:\".{}\"; nocase; endswith; fast_pattern;", entry.name);
      const std::string rules = fmt::format(
          "alert dns $HOME_NET any -> any any (msg:\"Pantau scam domain in DNS query {0}\"; dns.query; {1} {2} "
          "sid:{3}; "
          "rev:1;)\nalert tls $HOME_NET any -> $EXTERNAL_NET any (msg:\"Pantau scam domain in TLS SNI {0}\"; "
          "flow:established,to_server; tls.sni; {1} {2} sid:{4}; rev:1;)\n",
          entry.name, match, about, sid, sid + 1);
      if (auto written = out.write(rules); !written) return written.error();
    }
    return {};
  }
};

}  // namespace

std::unique_ptr<Renderer> make_suricata(const ExportOptions& options) {
  return std::make_unique<Suricata>(options);
}

}  // namespace pantau::exports
