#pragma once
// What can be read from scripts without running them: where a page sends its visitor on load, the ids of trackers, and
// addresses of films in players' settings. Pure functions; any thread. Nothing is ever executed.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pantau::crawler::html {

// More of a script is not read.
inline constexpr std::size_t kMaxScriptBytes = 1 << 20;

// The address (as written) that one of these scripts assigns to the location when the page loads: location = "...",
// location.href = ..., location.replace(...), location.assign(...), also inside setTimeout, onload, DOMContentLoaded,
// functions called at once or by name, with string concatenation, plain variables, atob() and decodeURIComponent().
// Handlers of clicks do not count. `onload`: the body's handler.
std::optional<std::string> script_redirect(const std::vector<std::string>& scripts, std::string_view onload = {});

// "google-analytics:G-...", "google-ads:AW-...", "facebook-pixel:...", "tiktok-pixel:..." in any script or address;
// sorted, each once.
std::vector<std::string> tracker_ids(const std::vector<std::string>& texts);

// Quoted addresses that end in a film's or playlist's extension (.m3u8 .mp4 .webm .mov), as written.
std::vector<std::string> media_addresses(std::string_view text);

// Decodes base64 (RFC 4648, also the URL alphabet, white space ignored); nothing when it is none.
std::optional<std::string> decode_base64(std::string_view text);
// %XX decoded; malformed escapes stay as they are.
std::string decode_percent(std::string_view text);

}  // namespace pantau::crawler::html
