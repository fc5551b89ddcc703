#include "exports/media_hashes.h"

#include <algorithm>

#include "base/url.h"
#include "exports/case_facts.h"
#include "exports/popular_domains.h"

namespace pantau::exports {
namespace {

constexpr int kSmallestSide = 128;
constexpr int kLeastQuality = 50;

bool on_official(const cases::CaseMedium& medium, const ExportOptions& options) {
  const auto url = Url::parse(medium.url);
  if (!url) return false;
  for (const auto& [entity, domains] : options.official_domains) {
    for (const std::string& domain : domains) {
      if (host_within(url->host(), domain)) return true;
    }
  }
  return false;
}

std::string why_not(const cases::CaseRecord& record, const cases::CaseMedium& medium, const ExportOptions& options) {
  if (medium.kind != "image" && medium.kind != "video") return "not a picture or film";
  if (medium.width > 0 && medium.height > 0 && std::min(medium.width, medium.height) < kSmallestSide)
    return "too small for a creative: an icon or a logo";
  if (on_official(medium, options)) return "it comes from an official domain: the genuine picture";
  bool telling = false;
  for (const matchers::Signal& signal : record.signals) {
    if (signal.media != medium.sha256) continue;
    if (signal.outcome == "same-as-authentic" || signal.type == matchers::SignalType::official)
      return "the authentic footage itself";
    using matchers::SignalType;
    if (signal.type != SignalType::logo && signal.type != SignalType::undecodable && signal.type != SignalType::context)
      telling = true;
  }
  return telling ? std::string()
                 : "nothing was found in it that speaks of fraud; it may be decoration or a genuine logo";
}

}  // namespace

std::vector<ListedMedium> creatives(const cases::CaseRecord& record, const ExportOptions& options) {
  std::vector<ListedMedium> out;
  for (const cases::CaseMedium& medium : record.media) {
    if (!is_hex(medium.sha256, 64)) continue;
    ListedMedium one;
    one.medium = &medium;
    one.why_not = why_not(record, medium, options);
    for (const cases::CaseMedium::Fingerprint& print : medium.pdq) {
      if (print.quality >= kLeastQuality && is_hex(print.hash, 64)) one.pdq.push_back(&print);
    }
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace pantau::exports
