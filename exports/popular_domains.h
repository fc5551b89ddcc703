#pragma once
// Domains that no block list of Pantau ever names, whatever a case says: names that half a country needs. The
// project's own list, kept short on purpose; the official domains of the watchlist are added to it at every export.
// Immutable; any thread.
#include <string_view>

namespace pantau::exports {

// The entry that covers `host` or lies beneath it, empty when there is none: blocking either would hit the popular
// site.
std::string_view popular_domain(std::string_view host);

}  // namespace pantau::exports
