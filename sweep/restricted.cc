#include "sweep/restricted.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"

namespace pantau::sweep {

Result<RestrictedList> RestrictedList::load(const matchers::Watchlist& watchlist) {
  RestrictedList out;
  for (const matchers::HashList& list : watchlist.hash_lists) {
    if (!list.restricted) continue;
    const bool sha256 = list.format == "sha256";
    if (!sha256 && list.format != "md5") {
      return operator_error(
          fmt::format("the restricted list {} has the format {}; this version checks restricted media by sha256 or md5",
                      list.path.string(), list.format));
    }
    Result<std::string> text = read_file(list.path);
    if (!text) return text.error();
    out.digest_ = sha256_hex(out.digest_ + list.label + '\n' + *text);
    std::size_t number = 0;
    for (const std::string& line : split(*text, '\n')) {
      ++number;
      std::string_view word = trim(line);
      if (word.empty() || word[0] == '#') continue;
      word = word.substr(0, word.find_first_of(" \t,;"));
      const std::string digest = to_lower_ascii(word);
      const bool plain =
          digest.size() == (sha256 ? 64u : 32u) && digest.find_first_not_of("0123456789abcdef") == std::string::npos;
      if (!plain) {
        if (number == 1) continue;  // a header row
        return operator_error(
            fmt::format("{}:{}: not a {} digest in hexadecimal", list.path.string(), number, list.format));
      }
      (sha256 ? out.sha256_ : out.md5_)[digest] = list.label;
    }
  }
  return out;
}

std::optional<RestrictedList::Match> RestrictedList::find(std::string_view bytes, const std::string& sha256) const {
  if (const auto found = sha256_.find(sha256); found != sha256_.end()) return Match{found->second, found->first};
  if (!md5_.empty()) {
    const std::string md5 = md5_hex(bytes);
    if (const auto found = md5_.find(md5); found != md5_.end()) return Match{found->second, found->first};
  }
  return std::nullopt;
}

}  // namespace pantau::sweep
