#pragma once
// The forms under which an entity of the watchlist is looked for: its name and aliases, without honorifics and
// patronymics, and which of them are too common to count alone. Pure; any thread.
#include <string>
#include <vector>

#include "matchers/watchlist.h"

namespace pantau::matchers {

struct NameForm {
  std::string written;  // as in the watchlist, or derived from it
  bool weak = false;
};

std::vector<NameForm> name_forms(const Entity& entity);

}  // namespace pantau::matchers
