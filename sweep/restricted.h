#pragma once
// The restricted hash lists (intimate images, child abuse): what must never touch the disk. Checked in memory, before
// anything of a medium is written: its bytes by digest, its picture or frames by fingerprint once a worker has seen
// them. Holds digests and fingerprints only; never logs them. Immutable once loaded; any thread.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "matchers/known_media.h"
#include "matchers/watchlist.h"

namespace pantau::sweep {

class RestrictedList {
 public:
  // Reads every list of the watchlist that is marked restricted, in any of the formats of matchers/hash_list.h. A list
  // that cannot be read, or has no usable row, is a tell_operator error: a list that cannot be honoured must not look
  // loaded. Single rows that cannot be used are in complaints().
  static Result<RestrictedList> load(const matchers::Watchlist& watchlist);

  struct Match {
    std::string list;    // label of the list
    std::string digest;  // the listed digest or fingerprint
  };
  std::optional<Match> find(std::string_view bytes, const std::string& sha256) const;
  const std::string& digest() const { return known_.digest(); }  // changes with whatever stands on the lists
  std::optional<Match> find(const media::MediaReport& report) const;
  // Whether bytes alone cannot tell: nothing of a medium may be written before a worker has seen it.
  bool needs_fingerprints() const { return known_.needs_fingerprints(); }
  bool empty() const { return known_.empty(); }
  std::size_t size() const { return known_.size(); }
  const std::vector<std::string>& complaints() const { return known_.complaints(); }

 private:
  matchers::KnownMedia known_;
};

}  // namespace pantau::sweep
