#pragma once
// Foreign text on a page: escaped, cut, addresses defanged, hidden direction marks written out. Pure functions; any
// thread.
#include <string>
#include <string_view>

namespace pantau::exports {

// Escaped text of others, isolated in its writing direction (<bdi>), at most `limit` bytes of it.
std::string foreign(std::string_view text, std::size_t limit = 600);
// The same without isolation, for titles, attributes, paths and times.
std::string plain(std::string_view text, std::size_t limit = 300);
// An address that nothing turns into a link: hxxps://bad[.]example/path; with the readable form of an internationalised
// host behind it. Escaped.
std::string address_html(std::string_view url, std::size_t limit = 400);
// The same as plain text, not escaped: hosts, e-mail and IP addresses too.
std::string defanged(std::string_view text);

// "2026-01-31T08:00:00Z" as people read it; anything else as it is. Not escaped.
std::string readable_time(std::string_view time);

std::string base64(std::string_view bytes);
// A word for a POSIX shell.
std::string shell_word(std::string_view text);

}  // namespace pantau::exports
