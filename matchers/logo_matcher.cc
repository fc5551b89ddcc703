#include "matchers/logo_matcher.h"

#include <fmt/format.h>

#include <algorithm>

namespace pantau::matchers {

std::vector<Signal> logo_signals(const media::MediaReport& report, const std::string& media,
                                 const LogoReferences& references, const Watchlist& watchlist) {
  std::vector<Signal> signals;
  for (const media::LogoFinding& logo : report.logos) {
    if (logo.reference < 0 || static_cast<std::size_t>(logo.reference) >= references.entities.size()) continue;
    const Entity* entity = watchlist.find(references.entities[static_cast<std::size_t>(logo.reference)]);
    if (entity == nullptr) continue;
    Signal signal;
    signal.type = SignalType::logo;
    signal.entity = entity->id;
    signal.where = Where::frame;
    signal.found = fmt::format("what looks like the logo of {} (correlation {:.2f})", entity->name, logo.score);
    signal.matched = fmt::format("{} points", logo.points);
    // 0.7, below which nothing is reported, to 1.
    signal.score = 0.7 + std::clamp((logo.score - 0.7) / 0.3, 0.0, 1.0) * 0.25;
    signal.media = media;
    if (report.type == media::MediaType::video) signal.time_s = logo.time_s;
    signal.box = logo.box;
    signal.outcome = "match";
    signal.strength = "medium";
    signal.explanation = fmt::format("It shows what looks like the logo of {}.", entity->name);
    signals.push_back(std::move(signal));
  }
  return signals;
}

std::vector<int> logo_frames(const media::MediaReport& report, const LogoReferences& references) {
  std::vector<int> frames;
  for (const media::LogoFinding& logo : report.logos) {
    if (logo.frame >= 0 && logo.reference >= 0 && static_cast<std::size_t>(logo.reference) < references.entities.size())
      frames.push_back(logo.frame);
  }
  return frames;
}

}  // namespace pantau::matchers
