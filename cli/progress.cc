#include "cli/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "base/log.h"
#include "base/text.h"
#include "cli/table.h"
#include "crawler/outcome.h"

namespace pantau::cli {

ProgressLine::ProgressLine() : terminal_(isatty(STDERR_FILENO) == 1) {
  if (terminal_) set_before_log_line([this] { clear(); });
}

ProgressLine::~ProgressLine() {
  if (terminal_) {
    set_before_log_line({});
    clear();
  }
}

void ProgressLine::clear() {
  if (!shown_) return;
  std::fputs("\r\033[K", stderr);
  shown_ = false;
}

void ProgressLine::show(const sweep::Progress& progress) {
  const auto now = std::chrono::steady_clock::now();
  if (!terminal_ && now - last_ < std::chrono::seconds(10)) return;
  const bool first = last_.time_since_epoch().count() == 0;
  last_ = now;
  if (!terminal_ && first) return;  // nothing has happened yet
  std::string line = fmt::format(
      "{} pages ({} to go) on {} hosts, {} of {} media, {} flagged, {} to review, {:.1f} pages/s, {}",
      progress.pages_done, progress.pages_queued + progress.pages_in_flight, progress.hosts, progress.media_done,
      progress.media_started, progress.flagged, progress.review, progress.pages_per_second, bytes_text(progress.bytes));
  if (progress.waiting > 0 && progress.longest_wait >= 1) {
    line +=
        fmt::format(", {} waiting for their host (longest {})", progress.waiting, duration_text(progress.longest_wait));
  }
  if (progress.retries > 0) line += fmt::format(", {} retries", progress.retries);
  if (progress.seconds_left >= 0 && progress.pages_queued + progress.pages_in_flight > 0) {
    line += ", about " + duration_text(progress.seconds_left) + " left";
  }
  if (terminal_) {
    winsize size{};
    const std::size_t width =
        ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 10 ? size.ws_col - 1u : 120u;
    std::fprintf(stderr, "\r\033[K%s", std::string(clip_utf8(line, width)).c_str());
    std::fflush(stderr);
    shown_ = true;
  } else {
    std::fprintf(stderr, "%s\n", line.c_str());
  }
}

std::string duration_text(double seconds) {
  if (seconds < 90) return fmt::format("{:.0f} s", std::ceil(seconds));
  const auto minutes = static_cast<long>(std::lround(seconds / 60));
  if (minutes < 60) return fmt::format("{} min", minutes);
  return fmt::format("{} h {:02} min", minutes / 60, minutes % 60);
}

std::string bytes_text(std::uint64_t bytes) {
  if (bytes < 1000) return fmt::format("{} B", bytes);
  if (bytes < 1'000'000) return fmt::format("{:.1f} kB", static_cast<double>(bytes) / 1e3);
  if (bytes < 1'000'000'000) return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
  return fmt::format("{:.2f} GB", static_cast<double>(bytes) / 1e9);
}

std::string counts_text(const std::map<std::string, std::int64_t>& counts) {
  std::string out;
  std::int64_t total = 0;
  const auto add = [&](const std::string& key) {
    const auto found = counts.find(key);
    if (found == counts.end() || found->second == 0) return;
    if (!out.empty()) out += ", ";
    out += fmt::format("{} {}", found->second, key);
    total += found->second;
  };
  for (const crawler::Outcome outcome : crawler::all_outcomes()) add(std::string(crawler::text(outcome)));
  add("open");
  return out.empty() ? "none" : fmt::format("{} ({})", total, out);
}

namespace {

// Details name hostile addresses, and terminals make links of what looks like one.
std::string without_links(std::string text) {
  for (std::size_t at = text.find("http"); at != std::string::npos; at = text.find("http", at + 4)) {
    if (text.compare(at, 7, "http://") == 0 || text.compare(at, 8, "https://") == 0) text.replace(at, 4, "hxxp");
  }
  return printable(text, 200);
}

}  // namespace

void print_summary(const sweep::Summary& summary, const std::string& workspace, std::size_t) {
  constexpr std::size_t kNotSeenShown = 10;
  const auto count = [&](const char* band) {
    const auto found = summary.cases.find(band);
    return found == summary.cases.end() ? std::int64_t{0} : found->second;
  };
  fmt::print("\nSweep \"{}\": {} flagged, {} to review, {} clear, in {} ({} received).\n", summary.sweep, count("flag"),
             count("review"), count("clear"), duration_text(summary.seconds), bytes_text(summary.bytes));
  fmt::print("  leads  {}\n  pages  {}\n  media  {}\n", counts_text(summary.leads), counts_text(summary.pages),
             counts_text(summary.media));
  fmt::print("  asked  {} requests to {} hosts{}{}{}\n", summary.requests, summary.hosts,
             summary.robots_fetches > 0 ? fmt::format(", {} for robots.txt", summary.robots_fetches) : "",
             summary.retries > 0 ? fmt::format(", {} retries", summary.retries) : "",
             summary.requests > 0
                 ? fmt::format("; they waited {:.1f} s each for their host's turn ({} in all)",
                               summary.waited / static_cast<double>(summary.requests), duration_text(summary.waited))
                 : "");
  if (summary.restricted > 0) {
    fmt::print(
        "  {} media are on a restricted list: nothing of them was kept; their addresses stand in the access-limited "
        "table.\n",
        summary.restricted);
  }
  if (!summary.not_seen.empty()) {
    fmt::print("  not seen, or only in part:\n");
    for (std::size_t i = 0; i < std::min(kNotSeenShown, summary.not_seen.size()); ++i) {
      const sweep::NotSeen& lead = summary.not_seen[i];
      fmt::print("    {:<15} {}{}\n", lead.outcome, defanged(lead.what),
                 lead.detail.empty() ? "" : ": " + without_links(lead.detail));
    }
    if (summary.not_seen.size() > kNotSeenShown) fmt::print("    ... the report lists all of them\n");
  }
  for (const std::string& note : summary.notes) fmt::print("  note   {}\n", note);
  if (summary.interrupted) fmt::print("  Interrupted; the same command with --resume goes on from here.\n");
  fmt::print("\n");
  (void)workspace;
}

}  // namespace pantau::cli
