#pragma once
// A verdict's reasons in plain English: what was found, where, and why it matters; and what speaks against. Only used
// by verdict.cc. Pure; any thread.
#include <string>
#include <vector>

#include "cases/verdict_evidence.h"

namespace pantau::cases {

std::vector<std::string> reasons_for(const matchers::AdView& ad, const Evidence& evidence);
std::vector<std::string> reasons_against(const matchers::AdView& ad, const Evidence& evidence);

}  // namespace pantau::cases
