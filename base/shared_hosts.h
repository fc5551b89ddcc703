#pragma once
// The list behind is_shared_host() (base/url.h): domains under which anybody can publish, so that neither their good
// name clears an ad nor an ad there condemns the whole domain. Immutable data; any thread.
#include <string_view>
#include <vector>

namespace pantau {

enum class SharedHostKind {
  social,        // networks, video and messaging platforms: the account speaks, not the domain
  shortener,     // the address behind it speaks
  site_builder,  // a customer's site on a sub-domain or path
  hosting,       // static hosting, object stores, tunnels: a customer's name in front
  documents,     // forms, documents, notes, file drops
  link_page,     // "link in bio" pages
  shop,          // marketplaces and app stores
  translation,   // proxies that show somebody else's page under their own name
};

struct SharedHost {
  std::string_view domain;  // covers itself and everything under it
  SharedHostKind kind;
};

const std::vector<SharedHost>& shared_hosts();
// The entry that covers `host`, or nullptr.
const SharedHost* find_shared_host(std::string_view host);

}  // namespace pantau
