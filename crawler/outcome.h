#pragma once
// How a lead, a page or a medium ended: exactly one each (DESIGN 4.6). Plain values; any thread.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pantau::crawler {

enum class Outcome {
  done,
  unchanged,
  duplicate,
  out_of_scope,
  over_budget,
  robots,
  refused,
  blocked,
  failed,
  timeout,
  too_large,
  undecodable,
  partly_analysed,
  restricted,
  not_examined
};
// refused: the network guard or a bad address; blocked: the server says no (401, 403, 407, 429, 451, challenge page).

std::string_view text(Outcome outcome);  // "over-budget"
std::optional<Outcome> outcome_from(std::string_view text);
const std::vector<Outcome>& all_outcomes();

}  // namespace pantau::crawler
