#pragma once
// What speaks for a better explanation than fraud: reports, warnings, teaching, satire, criticism, merchants, lawful
// offers, biographies ... as `context` signals of their own, from the lure packs, from built-in cues and from the
// address. Pure; any thread.
#include <vector>

#include "matchers/ad_view.h"
#include "matchers/phrases.h"
#include "matchers/watchlist.h"

namespace pantau::matchers {

std::vector<Signal> context_signals(const Lures& lures, const Reading& reading, const AdText& text);

// Contexts that lie in the address: a registry that only governments and schools can register in.
std::vector<Signal> address_context(const AdView& ad);

}  // namespace pantau::matchers
