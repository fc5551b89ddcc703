#pragma once
// Which folders hold a store. Any thread; opens nothing.
#include <string>

namespace pantau::store {

// Whether a store was opened in this workspace before, of either engine.
bool has_store(const std::string& workspace);

}  // namespace pantau::store
