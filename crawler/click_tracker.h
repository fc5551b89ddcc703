#pragma once
// Addresses of well-known redirectors (social networks, search, ad servers, mail filters) that name their target in
// themselves. They are left out of the way: asking them would count as a click, tells them about the sweep, and most
// close themselves to robots. Only redirectors known by host are unwrapped, and `adurl` everywhere: on any other host a
// parameter that looks like an address may be bait. Pure; any thread.
#include <optional>

#include "base/url.h"

namespace pantau::crawler {

// The address that a tracker's address leads to, through up to four of them; nothing when it is no known tracker or its
// target is no http or https address. The caller keeps the tracker's address too: it is evidence.
std::optional<Url> click_target(const Url& tracker);

// The canonical form of where a click on this address leads as far as the address itself says; empty when it is none.
std::string canonical_click(const std::string& address);

}  // namespace pantau::crawler
