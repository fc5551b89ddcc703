#pragma once
// A guard in front of Gumbo. HTML tree building scans its stack of open elements for almost every tag and copies open
// formatting elements (<b>, <font> ...) into every new block, so that 100,000 nested tags cost minutes and gigabytes.
// This pass drops the tags, never the content, of what is nested too deep; ordinary pages pass unchanged.
#include <optional>
#include <string>
#include <string_view>

namespace pantau::crawler::html {

inline constexpr int kMaxOpenFormatting = 32;

// The rewritten document, or nothing when it may be parsed as it is.
std::optional<std::string> limit_nesting(std::string_view html, int max_depth);

}  // namespace pantau::crawler::html
