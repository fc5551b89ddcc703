#pragma once
// HTML documents that are carried inside an address (RFC 2397): "data:text/html;base64,...". Kits hide whole pages in
// them, because no filter fetches them. Pure functions; any thread.
#include <optional>
#include <string>
#include <string_view>

namespace pantau::crawler::html {

inline constexpr std::size_t kMaxDataDocument = 256 * 1024;  // bytes, decoded; longer ones are no document for us

// UTF-8 of the document in a data: address of type text/html or application/xhtml+xml; nothing for any other address.
std::optional<std::string> data_document(std::string_view address);

}  // namespace pantau::crawler::html
