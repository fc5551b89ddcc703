#pragma once
// Log lines on stderr, one line each, safe to show: control characters in foreign text are escaped, so that a scraped
// page cannot steer a reviewer's terminal. Any thread.
#include <functional>
#include <string>
#include <string_view>

namespace pantau {

enum class LogLevel { debug, info, warning, error };

void set_log_level(LogLevel level);
void log(LogLevel level, std::string_view message);
inline void log_info(std::string_view message) {
  log(LogLevel::info, message);
}
inline void log_warning(std::string_view message) {
  log(LogLevel::warning, message);
}
inline void log_error(std::string_view message) {
  log(LogLevel::error, message);
}

// Called before a log line is written, so that a live progress line can be cleared first. Pass {} to remove.
void set_before_log_line(std::function<void()> hook);

// Control characters, escape sequences and Unicode direction overrides made visible or dropped; for terminals and logs.
std::string printable(std::string_view text, std::size_t limit_bytes = 400);

}  // namespace pantau
