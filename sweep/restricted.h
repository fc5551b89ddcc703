#pragma once
// The restricted hash lists (intimate images, child abuse): what must never touch the disk. Checked in memory, before
// anything of a medium is written. Holds digests only; never logs them. Immutable once loaded; any thread.
#include <optional>
#include <string>
#include <unordered_map>

#include "base/result.h"
#include "matchers/watchlist.h"

namespace pantau::sweep {

class RestrictedList {
 public:
  // Reads every list of the watchlist that is marked restricted. Formats sha256 and md5: one digest a line, anything
  // after white space or a comma is ignored, # comments. A restricted list in another format is a tell_operator error:
  // a list that cannot be honoured must not look loaded.
  static Result<RestrictedList> load(const matchers::Watchlist& watchlist);

  struct Match {
    std::string list;    // label of the list
    std::string digest;  // the listed digest
  };
  std::optional<Match> find(std::string_view bytes, const std::string& sha256) const;
  const std::string& digest() const { return digest_; }  // of the lists as they were read
  bool empty() const { return sha256_.empty() && md5_.empty(); }
  std::size_t size() const { return sha256_.size() + md5_.size(); }

 private:
  std::unordered_map<std::string, std::string> sha256_, md5_;  // digest -> label
  std::string digest_;
};

}  // namespace pantau::sweep
