#pragma once
// Cloaking: whether two visitors who asked for the same address were shown different pages. Compares what the usual
// visit and that of another persona (a phone out of a social app, say) brought: where they ended, what is asked for in
// forms, what there is to read. Pure; any thread. Does not say which of the two is the honest face.
#include <optional>

#include "matchers/signal.h"
#include "sweep/records.h"

namespace pantau::sweep {

// A `cloaking` signal with its explanation, or nothing: the same page, a page in another language of the same site, a
// layout for phones, or too little to tell.
std::optional<matchers::Signal> cloaking_between(const StoredPage& usual, const StoredPage& other);

}  // namespace pantau::sweep
