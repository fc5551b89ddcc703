#pragma once
// Finds the names of watched persons, brands and agencies in a text. Two character tries over the folded text
// (matchers/skeleton.h): the plain one finds the form as people write it, the skeleton one finds disguised spellings;
// both look through spaces, so that "S.i.t.i" and "May bank" are found, and say whether the borders of the words were
// right. Texts read by a machine are also looked through for names with wrong letters (matchers/near_names.h). What a
// spelling may begin is worked out once and remembered (matchers/spelling_cache.h), so that a word that comes again
// costs one look, whatever the number of names. Immutable; any thread.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "matchers/watchlist.h"

namespace pantau::matchers {

struct NameHit {
  std::size_t entity = 0;            // index into Watchlist::entities
  std::uint32_t begin = 0, end = 0;  // bytes of the text
  std::string matched;               // the watchlist form
  bool weak = false;                 // a weak alias: counts only beside another cue
  bool disguised = false;            // written so that machines miss it
  bool approximate = false;          // a letter or two differ; only in text read by a machine
  bool office_before = false;        // an honorific or an office stands directly before
  bool namesake = false;             // part of a longer name of somebody or something else
  bool in_address = false;           // part of a domain or an e-mail address
};

class NameMatcher {
 public:
  explicit NameMatcher(const Watchlist& watchlist);
  ~NameMatcher();

  // Ordered by place; for one entity no hit inside another. `tolerant`: the text was read by a machine.
  std::vector<NameHit> find(std::string_view text, bool tolerant) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pantau::matchers
