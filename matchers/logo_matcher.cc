#include "matchers/logo_matcher.h"

#include <fmt/format.h>

#include <algorithm>

namespace pantau::matchers {
namespace {

// From this correlation on the marks are alike; below, marks of simple shapes resemble each other.
constexpr double kAlike = 0.85;

bool in_one_place(const media::LogoFinding& a, const media::LogoFinding& b) {
  const double width = std::min(a.box.x + a.box.width, b.box.x + b.box.width) - std::max(a.box.x, b.box.x);
  const double height = std::min(a.box.y + a.box.height, b.box.y + b.box.height) - std::max(a.box.y, b.box.y);
  if (a.frame != b.frame || width <= 0 || height <= 0) return false;
  const double smaller =
      std::min(static_cast<double>(a.box.width) * a.box.height, static_cast<double>(b.box.width) * b.box.height);
  return width * height > 0.3 * smaller;
}

// Where one mark stands no other does: the one that fits best.
std::vector<media::LogoFinding> best_in_each_place(std::vector<media::LogoFinding> found) {
  std::stable_sort(found.begin(), found.end(),
                   [](const media::LogoFinding& a, const media::LogoFinding& b) { return a.score > b.score; });
  std::vector<media::LogoFinding> kept;
  for (media::LogoFinding& logo : found) {
    const bool taken = std::any_of(kept.begin(), kept.end(),
                                   [&](const media::LogoFinding& other) { return in_one_place(logo, other); });
    if (!taken) kept.push_back(std::move(logo));
  }
  return kept;
}

}  // namespace

std::vector<Signal> logo_signals(const media::MediaReport& report, const std::string& media,
                                 const LogoReferences& references, const Watchlist& watchlist) {
  std::vector<Signal> signals;
  for (const media::LogoFinding& logo : best_in_each_place(report.logos)) {
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
    signal.outcome = logo.score >= kAlike ? "match" : "possible";
    signal.strength = logo.score >= kAlike ? "medium" : "weak";
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
