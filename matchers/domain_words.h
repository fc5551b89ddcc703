#pragma once
// Words that look-alike domains put beside a brand (security, log-in, money, prizes, aid, work), and what ordinary
// names put there. Folded, ASCII. Pure; any thread.
#include <string_view>

namespace pantau::matchers {

// True for "secure", "login", "bantuan", "reward" ...
bool is_bait_word(std::string_view word);
// True when `letters` is a row of bait words, digits and small fillers ("secureonline2026", "mybantuan").
bool is_made_of_bait(std::string_view letters);

}  // namespace pantau::matchers
