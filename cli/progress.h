#pragma once
// The live progress line of a sweep on a terminal, plain lines every ten seconds otherwise; on stderr. One thread.
#include <chrono>
#include <string>

#include "sweep/sweep.h"

namespace pantau::cli {

class ProgressLine {
 public:
  ProgressLine();
  ~ProgressLine();  // clears the line
  void show(const sweep::Progress& progress);

 private:
  void clear();
  bool terminal_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point last_{};
};

// "1 h 05 min", "42 s"
std::string duration_text(double seconds);
// "12.3 MB"
std::string bytes_text(std::uint64_t bytes);
// "3 done, 1 robots" in the order of DESIGN's outcomes.
std::string counts_text(const std::map<std::string, std::int64_t>& counts);
// The summary and the table of flagged and review cases, for people; with colours on a terminal.
void print_summary(const sweep::Summary& summary, const std::string& workspace, std::size_t limit);

}  // namespace pantau::cli
