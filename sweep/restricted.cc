#include "sweep/restricted.h"

#include "base/digest.h"

namespace pantau::sweep {

using matchers::KnownMedia;

Result<RestrictedList> RestrictedList::load(const matchers::Watchlist& watchlist) {
  Result<KnownMedia> known = KnownMedia::load(watchlist, true);
  if (!known) return known.error();
  RestrictedList out;
  out.known_ = std::move(*known);
  return out;
}

std::optional<RestrictedList::Match> RestrictedList::find(std::string_view bytes, const std::string& sha256) const {
  if (known_.empty()) return std::nullopt;
  const std::vector<KnownMedia::Match> matches =
      known_.match_bytes(sha256, known_.needs_md5() ? md5_hex(bytes) : std::string());
  if (matches.empty()) return std::nullopt;
  return Match{matches.front().label, matches.front().hash};
}

std::optional<RestrictedList::Match> RestrictedList::find(const media::MediaReport& report) const {
  if (!known_.needs_fingerprints()) return std::nullopt;
  const std::vector<KnownMedia::Match> matches = known_.match_report(report);
  if (matches.empty()) return std::nullopt;
  return Match{matches.front().label, matches.front().hash};
}

}  // namespace pantau::sweep
