#pragma once
// Addresses as people write them in reports and messages: without a scheme, defanged (hxxps://evil[.]example), in angle
// brackets, in running text. Pure functions; any thread.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace pantau::crawler {

struct ReadAddress {
  std::string url;  // as written, made whole; Url::href()
  std::string canonical;
};

// One address: brackets and defanging undone, "http://" put before a bare host. An error says why it is none.
Result<ReadAddress> read_address(std::string_view text);

// The addresses in running text, in order, each once; `limit` at most. Only what carries a scheme or begins with
// "www.".
std::vector<ReadAddress> addresses_in(std::string_view text, std::size_t limit);

}  // namespace pantau::crawler
