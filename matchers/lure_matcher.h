#pragma once
// Lures found in one text as signals: strength by the pattern, turned round by a negation before them, marked when they
// stand inside quotation marks. Pure; any thread.
#include <vector>

#include "matchers/ad_view.h"
#include "matchers/phrases.h"
#include "matchers/watchlist.h"

namespace pantau::matchers {

// `text` is the reading's text. Signals in order of place.
std::vector<Signal> lure_signals(const Lures& lures, const Reading& reading, const AdText& text);

// A signal of this text and place with `found` cut to a readable length: what all text matchers start from.
Signal signal_at(SignalType type, const AdText& text, std::string_view found);

// Sums that grow (matchers/growth.h); among lure_signals already, alone for text put together from several.
inline constexpr std::string_view kGrowthLure = "built-in.growth";
std::vector<Signal> growth_signals(const Reading& reading, const AdText& text);

}  // namespace pantau::matchers
