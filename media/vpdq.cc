#include "media/vpdq.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace pantau::media {
namespace {

std::vector<PdqBits> counted(std::span<const FrameHash> video, const MatchRule& rule) {
  std::vector<PdqBits> out;
  for (const FrameHash& hash : video) {
    if (hash.quality >= rule.min_quality) out.push_back(hash.bits);
  }
  if (rule.each_once) {
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
  }
  return out;
}

double share(const std::vector<bool>& close) {
  if (close.empty()) return 0;
  return 100.0 * static_cast<double>(std::count(close.begin(), close.end(), true)) / static_cast<double>(close.size());
}

}  // namespace

int frames_per_hash(double seconds_per_hash, double frames_per_second) {
  const double frames = seconds_per_hash * frames_per_second;
  if (!std::isfinite(frames) || frames < 1) return 1;
  return static_cast<int>(std::min(frames, 1e9));
}

std::string vpdq_line(const FrameHash& hash, double frames_per_second) {
  const double time = frames_per_second > 0 ? hash.number / frames_per_second : 0;
  return fmt::format("{},{},{},{:.3f}", hash.number, hash.quality, hash.bits.hex(), time);
}

VideoMatch match_videos(std::span<const FrameHash> query, std::span<const FrameHash> compared, const MatchRule& rule) {
  const std::vector<PdqBits> a = counted(query, rule);
  const std::vector<PdqBits> b = counted(compared, rule);
  std::vector<bool> a_close(a.size()), b_close(b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t k = 0; k < b.size(); ++k) {
      if (a_close[i] && b_close[k]) continue;
      if (pdq_distance(a[i], b[k]) <= rule.max_distance) a_close[i] = b_close[k] = true;
    }
  }
  return {share(a_close), share(b_close)};
}

}  // namespace pantau::media
