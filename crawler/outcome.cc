#include "crawler/outcome.h"

#include <array>

namespace pantau::crawler {
namespace {

constexpr std::array<std::string_view, 15> kNames = {
    "done",   "unchanged", "duplicate", "out-of-scope", "over-budget",     "robots",     "refused",     "blocked",
    "failed", "timeout",   "too-large", "undecodable",  "partly-analysed", "restricted", "not-examined"};

}  // namespace

std::string_view text(Outcome outcome) {
  return kNames[static_cast<std::size_t>(outcome)];
}

std::optional<Outcome> outcome_from(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<Outcome>(i);
  }
  return std::nullopt;
}

const std::vector<Outcome>& all_outcomes() {
  static const std::vector<Outcome> all = [] {
    std::vector<Outcome> made;
    for (std::size_t i = 0; i < kNames.size(); ++i) made.push_back(static_cast<Outcome>(i));
    return made;
  }();
  return all;
}

}  // namespace pantau::crawler
