// A DNS response policy zone (draft-vixie-dnsop-dns-rpz): each name and everything beneath it answers NXDOMAIN. Names
// are relative and there is no $ORIGIN, so the zone works under whatever name the resolver's configuration gives it.
// The serial number (RFC 1035 3.3.13, compared as RFC 1982 says) is the second of the list's last change; where the
// file that is replaced has that serial or a later one and other lines, it is one more than there.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "exports/block_list.h"
#include "exports/case_facts.h"
#include "exports/renderers.h"

namespace pantau::exports {
namespace {

// Room for the zone's own name behind "*." and the entry: 253 octets in all.
constexpr std::size_t kLongestName = 253 - 2 - 64;

constexpr std::string_view kBeforeSerial = "@ IN SOA localhost. hostmaster.invalid. ";
constexpr std::string_view kAfterSerial = " 3600 600 604800 300\n";

struct Old {
  std::uint32_t serial = 0;
  bool found = false;
  std::string rest;  // all but the serial
};

Old old_zone(const std::shared_ptr<const std::string>& text) {
  Old old;
  if (!text) return old;
  const std::size_t at = text->find(kBeforeSerial);
  if (at == std::string::npos) return old;
  const std::size_t begin = at + kBeforeSerial.size(), end = text->find(kAfterSerial, begin);
  if (end == std::string::npos) return old;
  const auto parsed = std::from_chars(text->data() + begin, text->data() + end, old.serial);
  if (parsed.ec != std::errc() || parsed.ptr != text->data() + end) return old;
  old.found = true;
  old.rest = text->substr(0, begin) + text->substr(end);
  return old;
}

class Rpz final : public ListRenderer {
  using ListRenderer::ListRenderer;
  Result<void> write_list(const std::vector<BlockEntry>& entries, const std::string& changed, Output& out) override {
    std::string body;
    for (const BlockEntry& entry : entries) {
      if (entry.name.size() > kLongestName) {
        keep_out(entry.case_id, entry.name, "too long for a name inside a zone");
        continue;
      }
      body += fmt::format("; {} seen {} until {}\n{} IN CNAME .\n*.{} IN CNAME .\n", entry.case_id, entry.last_seen,
                          entry.expires, entry.name, entry.name);
    }
    const std::string head = fmt::format(
        "; Scam domains from confirmed cases: the name and everything beneath it answer NXDOMAIN\n; Last change: "
        "{}\n$TTL 300\n{}",
        changed, kBeforeSerial);
    const std::string tail = std::string(kAfterSerial) + "@ IN NS localhost.\n" + body;
    const auto seconds = parse_utc(changed).value_or(UtcTime{}).time_since_epoch().count() / 1000;
    auto serial = static_cast<std::uint32_t>(std::max<std::int64_t>(seconds, 1));
    const Old old = old_zone(options_.previous);
    if (old.found && old.rest == head + tail) {
      serial = old.serial;
    } else if (old.found && static_cast<std::int32_t>(serial - old.serial) <= 0) {
      serial = old.serial + 1;
    }
    return out.write(head + fmt::format("{}", serial) + tail);
  }
};

}  // namespace

std::unique_ptr<Renderer> make_rpz(const ExportOptions& options) {
  return std::make_unique<Rpz>(options);
}

}  // namespace pantau::exports
