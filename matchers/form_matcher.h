#pragma once
// What the forms of the landing page ask for, and what there is to install, as signals. Pure; any thread.
#include <vector>

#include "matchers/ad_view.h"

namespace pantau::matchers {

std::vector<Signal> form_signals(const AdView& ad);
std::vector<Signal> app_signals(const AdView& ad);

}  // namespace pantau::matchers
