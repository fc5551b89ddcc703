#pragma once
// From the numbers that media workers answer with to brands whose logos are watched. Pure functions; any thread.
#include <string>
#include <vector>

#include "matchers/signal.h"
#include "matchers/watchlist.h"

namespace pantau::matchers {

struct LogoReferences {
  std::vector<std::string> entities;  // watchlist ids, by number
};

// At most one signal a brand and medium. `media` is the medium's sha256.
std::vector<Signal> logo_signals(const media::MediaReport& report, const std::string& media,
                                 const LogoReferences& references, const Watchlist& watchlist);

// The frames (indexes into report.frames) in which they are seen best.
std::vector<int> logo_frames(const media::MediaReport& report, const LogoReferences& references);

}  // namespace pantau::matchers
