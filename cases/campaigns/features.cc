#include "cases/campaigns/features.h"

#include <algorithm>
#include <array>

#include "base/digest.h"
#include "base/shared_hosts.h"
#include "base/text.h"
#include "base/url.h"
#include "matchers/watchlist.h"

namespace pantau::cases {
namespace {

constexpr std::size_t kLongestName = 200;
constexpr int kLowestQuality = 50;          // a flatter picture's fingerprint means nothing
constexpr int kSmallestPicture = 100;       // pixels
constexpr std::size_t kFingerprints = 8;    // of one case
constexpr std::size_t kShortestText = 160;  // bytes: shorter ones are said by many
constexpr std::size_t kValuesOfAKind = 40;  // a page that lists more belongs to no one

// A thing that is shared, lent, stolen or somebody else's says nothing about who is behind an ad.
bool tells_who(const CaseRecord& record, const std::string& value) {
  const auto role = record.roles.find(value);
  if (role == record.roles.end()) return true;
  return role->second == "scammer-owned" || role->second == "unknown";
}

// Google's tag manager is how others' tags are loaded; one container serves the customers of an agency.
bool is_tag_manager(const std::string& tracker) {
  return tracker.find("GTM-") != std::string::npos;
}

bool is_official(const CaseRecord& record) {
  return std::any_of(record.signals.begin(), record.signals.end(),
                     [](const matchers::Signal& signal) { return signal.type == matchers::SignalType::official; });
}

// Pictures of buttons, cards and flags are everybody's.
bool is_icon(const CaseMedium& medium) {
  return medium.width > 0 && medium.height > 0 && std::min(medium.width, medium.height) < kSmallestPicture;
}

// Not fetched from the very site that is imitated.
bool is_own(const CaseRecord& record, const CaseMedium& medium) {
  const Result<Url> url = Url::parse(medium.url);
  if (!url) return true;
  for (const std::string& name : {url->host(), registrable_domain(url->host())}) {
    const auto role = record.roles.find(name);
    if (role != record.roles.end() && role->second == "victim") return false;
  }
  return true;
}

std::string own_host(const CaseRecord& record) {
  const Result<Url> landing = Url::parse(record.landing_url);
  if (!landing || landing->host_is_address() || is_official(record)) return {};
  const std::string domain = registrable_domain(landing->host());
  if (domain.empty() || is_public_suffix(domain) || is_shared_host(landing->host())) return {};
  for (const std::string& name : {landing->host(), domain}) {
    if (!tells_who(record, name)) return {};
  }
  return domain;
}

// The same words with other sums, names of days and numbers are the same template.
std::string template_of(const std::string& whole) {
  std::string folded = matchers::skeleton(collapse_space(whole));
  std::erase_if(folded, [](char c) { return (c >= '0' && c <= '9') || c == ' ' || c == '.' || c == ','; });
  return folded;
}

}  // namespace

std::string_view text(TieKind kind) {
  constexpr std::array<std::string_view, 9> kNames = {"medium", "fingerprint", "wallet", "bank-account", "contact",
                                                      "app",    "tracker",     "host",   "text"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string_view meaning(TieKind kind) {
  constexpr std::array<std::string_view, 9> kMeanings = {"the same picture, video or sound",
                                                         "the same picture, stored anew",
                                                         "the same wallet",
                                                         "the same bank account",
                                                         "the same contact",
                                                         "the same app",
                                                         "the same owner of visitor statistics",
                                                         "pages on the same domain",
                                                         "the same words on the page"};
  return kMeanings[static_cast<std::size_t>(kind)];
}

std::string Tie::name() const {
  const std::string whole = std::string(text(kind)) + ":" + value;
  if (whole.size() <= kLongestName) return whole;
  return std::string(text(kind)) + ":sha256:" + sha256_hex(value);
}

std::vector<Tie> ties_of(const CaseRecord& record) {
  std::vector<Tie> ties;
  const auto add_all = [&](TieKind kind, const std::vector<std::string>& values) {
    if (values.size() > kValuesOfAKind) return;
    for (const std::string& value : values) {
      if (!value.empty() && tells_who(record, value)) ties.push_back({kind, value});
    }
  };
  std::size_t fingerprints = 0;
  for (const CaseMedium& medium : record.media) {
    if (is_icon(medium) || !is_own(record, medium)) continue;
    if (!medium.sha256.empty()) ties.push_back({TieKind::medium, medium.sha256});
    for (const CaseMedium::Fingerprint& print : medium.pdq) {
      if (print.quality < kLowestQuality || print.hash.size() != 64) continue;
      if (++fingerprints > kFingerprints) break;
      ties.push_back({TieKind::fingerprint, print.hash});
    }
  }
  const matchers::Indicators& found = record.indicators;
  add_all(TieKind::wallet, found.wallets);
  add_all(TieKind::bank_account, found.bank_accounts);
  add_all(TieKind::contact, found.phones);
  add_all(TieKind::contact, found.whatsapp);
  add_all(TieKind::contact, found.telegram);
  add_all(TieKind::contact, found.emails);
  add_all(TieKind::app, found.apps);
  std::vector<std::string> trackers = found.trackers;
  std::erase_if(trackers, is_tag_manager);
  add_all(TieKind::tracker, trackers);
  if (const std::string host = own_host(record); !host.empty()) ties.push_back({TieKind::host, host});
  if (!is_official(record)) {
    const auto longest =
        std::max_element(record.texts.begin(), record.texts.end(),
                         [](const std::string& a, const std::string& b) { return a.size() < b.size(); });
    if (longest != record.texts.end() && longest->size() >= kShortestText)
      ties.push_back({TieKind::text, sha256_hex(template_of(*longest))});
  }
  std::sort(ties.begin(), ties.end());
  ties.erase(std::unique(ties.begin(), ties.end()), ties.end());
  return ties;
}

bool joins_campaigns(const CaseRecord& record) {
  if (record.status == "dismissed" || record.status == "withdrawn") return false;
  return record.verdict.band != "clear" || record.status != "new";
}

bool shows_genuine_media(const CaseRecord& record) {
  return record.status == "dismissed" || record.status == "withdrawn" || is_official(record);
}

}  // namespace pantau::cases
