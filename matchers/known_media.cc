#include "matchers/known_media.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/digest.h"
#include "base/file.h"

namespace pantau::matchers {
namespace {

using media::PdqBits;

constexpr std::size_t kMostMatches = 50;  // of one medium

struct QueryFrame {
  PdqBits bits;
  double time_s = 0;
};

// The frames that say something, each spelling once, in time order.
std::vector<QueryFrame> telling_frames(const media::MediaReport& report) {
  std::vector<QueryFrame> frames;
  std::set<PdqBits> seen;
  for (const media::Frame& frame : report.frames) {
    if (frame.pdq_quality < KnownMedia::kMinQuality) continue;
    const std::optional<PdqBits> bits = PdqBits::from_hex(frame.pdq);
    if (bits && seen.insert(*bits).second) frames.push_back({*bits, frame.time_s});
  }
  for (const media::FrameHash& hash : report.hashes) {
    if (hash.quality < KnownMedia::kMinQuality || !seen.insert(hash.bits).second) continue;
    frames.push_back({hash.bits, report.frames_per_second > 0 ? hash.number / report.frames_per_second : 0});
  }
  return frames;
}

// A photograph's fingerprint changes by a few bits when it is saved again, by about twenty when it is cropped a little.
double sureness(int distance) {
  return 0.98 - 0.006 * distance;
}

}  // namespace

Result<KnownMedia> KnownMedia::load(const Watchlist& watchlist, bool restricted) {
  KnownMedia known;
  for (const HashList& list : watchlist.hash_lists) {
    if (list.restricted != restricted) continue;
    if (auto loaded = known.load_list(list); !loaded) return loaded.error();
  }
  return known;
}

Result<void> KnownMedia::load_list(const HashList& list) {
  const std::uint32_t number = add_list(list.label, list.path.string(), list.restricted);
  std::vector<std::string> files{list.path.string()};
  std::error_code ignored;
  if (list.format == "vpdq" && std::filesystem::is_directory(list.path, ignored)) {
    files.clear();
    for (const auto& entry : std::filesystem::directory_iterator(list.path, ignored)) {
      if (entry.is_regular_file(ignored)) files.push_back(entry.path().string());
    }
    std::sort(files.begin(), files.end());
  }
  std::size_t usable = 0;
  for (const std::string& file : files) {
    Result<HashListSummary> read = load_file(list, number, file);
    if (!read) return read.error();
    usable += read->used + read->withdrawn;
    complaints_.insert(complaints_.end(), read->complaints.begin(), read->complaints.end());
    if (read->broken > read->complaints.size())
      complaints_.push_back(
          fmt::format("{}: {} more rows cannot be used", file, read->broken - read->complaints.size()));
    if (read->flat > 0) {
      complaints_.push_back(
          fmt::format("{}: {} fingerprints are of pictures too flat to be told apart (quality below {}) and not used",
                      file, read->flat, kMinListQuality));
    }
    if (read->other > 0)
      complaints_.push_back(fmt::format("{}: {} rows are of a kind that is not compared here", file, read->other));
  }
  if (usable == 0 && list.restricted) {
    return operator_error(fmt::format("the restricted list {} has no row that can be used as {}{}", list.path.string(),
                                      list.format, complaints_.empty() ? "" : ": " + complaints_.back()));
  }
  return {};
}

Result<HashListSummary> KnownMedia::load_file(const HashList& list, std::uint32_t number, const std::string& path) {
  Result<std::string> text = read_file(path, kMaxListBytes);
  if (!text) return text.error();
  digest_ = sha256_hex(digest_ + list.label + '\n' + list.format + '\n' + *text);
  const std::size_t first_video = videos_.size();
  std::set<PdqBits> of_video;
  const auto each = [&](const ListedHash& row) {
    const auto place = static_cast<std::uint32_t>(row.row);
    if (list.format == "vpdq") {
      while (videos_.size() <= first_video + row.video) {
        of_video.clear();
        const std::size_t nth = videos_.size() - first_video + 1;
        const std::string name = std::filesystem::path(path).filename().string();
        videos_.push_back({nth == 1 ? name : fmt::format("{}, video {}", name, nth), number, 0});
      }
      if (!of_video.insert(row.pdq).second) return;
      ++videos_.back().frames;
      frames_.add(row.pdq, {static_cast<std::uint32_t>(videos_.size() - 1), 0, 0});
    } else if (row.kind == HashKind::pdq) {
      if (row.withdrawn)
        pictures_.withdraw(row.pdq, number);
      else
        pictures_.add(row.pdq, {number, place, 0});
    } else {
      auto& digests = row.kind == HashKind::sha256 ? sha256_ : md5_;
      if (!row.withdrawn) {
        digests.try_emplace(row.digest, Listed{number, place});
      } else if (const auto found = digests.find(row.digest); found != digests.end() && found->second.list == number) {
        digests.erase(found);
      }
    }
  };
  return read_hash_list(*text, path, list.format, each);
}

std::uint32_t KnownMedia::add_list(std::string label, std::string name, bool restricted) {
  lists_.push_back({std::move(label), std::move(name), restricted, {}});
  return static_cast<std::uint32_t>(lists_.size() - 1);
}

void KnownMedia::add_picture(std::uint32_t list, const PdqBits& hash, const std::string& row_name) {
  std::vector<std::string>& names = lists_.at(list).row_names;
  if (names.empty() || names.back() != row_name) names.push_back(row_name);
  digest_ = sha256_hex(digest_ + hash.hex() + row_name);
  pictures_.add(hash, {list, static_cast<std::uint32_t>(names.size() - 1), 0});
}

std::string KnownMedia::row_name(const List& list, std::uint32_t row) const {
  return row < list.row_names.size() ? list.row_names[row] : fmt::format("line {}", row);
}

std::vector<KnownMedia::Match> KnownMedia::match_bytes(const std::string& sha256, const std::string& md5) const {
  std::vector<Match> out;
  for (const auto& [digests, digest] : {std::pair(&sha256_, &sha256), std::pair(&md5_, &md5)}) {
    if (digest->empty()) continue;
    const auto found = digests->find(*digest);
    if (found == digests->end()) continue;
    const List& list = lists_[found->second.list];
    Match match;
    match.label = list.label;
    match.list = list.name;
    match.row = row_name(list, found->second.row);
    match.hash = found->first;
    out.push_back(std::move(match));
  }
  return out;
}

void KnownMedia::match_pictures(const media::MediaReport& report, std::vector<Match>& out) const {
  if (pictures_.empty()) return;
  const bool video = report.type == media::MediaType::video;
  std::map<std::uint32_t, Match> by_list;
  HashSearch search;
  std::vector<HashMatch> found;
  for (const QueryFrame& frame : telling_frames(report)) {
    pictures_.find(frame.bits, HashIndex::kMaxRadius, search, found);
    std::set<std::uint32_t> lists;
    for (const HashMatch& hit : found) {
      if (!lists.insert(hit.entry.list).second) continue;  // nearest first
      auto [place, is_new] = by_list.try_emplace(hit.entry.list);
      Match& match = place->second;
      ++match.frames;
      if (!is_new && match.distance <= hit.distance) continue;
      const List& list = lists_[hit.entry.list];
      match.label = list.label;
      match.list = list.name;
      match.row = row_name(list, hit.entry.row);
      match.hash = hit.hash.hex();
      match.kind = video ? Match::Kind::frame : Match::Kind::picture;
      match.distance = hit.distance;
      if (video) match.time_s = frame.time_s;
    }
  }
  for (auto& [list, match] : by_list) out.push_back(std::move(match));
}

// Both shares as media::match_videos has them (quality, distance, equal frames once), over all listed videos at a time.
void KnownMedia::match_videos(const media::MediaReport& report, std::vector<Match>& out) const {
  if (frames_.empty()) return;
  struct Common {
    std::size_t ours = 0;
    std::set<PdqBits> theirs;
    int distance = 257;
    double time_s = 0;
    PdqBits nearest;
  };
  std::map<std::uint32_t, Common> by_video;
  const std::vector<QueryFrame> query = telling_frames(report);
  HashSearch search;
  std::vector<HashMatch> found;
  for (const QueryFrame& frame : query) {
    frames_.find(frame.bits, HashIndex::kMaxRadius, search, found);
    std::set<std::uint32_t> videos;
    for (const HashMatch& hit : found) {
      Common& common = by_video[hit.entry.list];
      common.theirs.insert(hit.hash);
      if (!videos.insert(hit.entry.list).second) continue;
      ++common.ours;
      if (hit.distance >= common.distance) continue;
      common.distance = hit.distance;
      common.time_s = frame.time_s;
      common.nearest = hit.hash;
    }
  }
  std::map<std::uint32_t, Match> by_list;
  for (const auto& [number, common] : by_video) {
    const Video& video = videos_[number];
    Match match;
    match.query_percent = 100.0 * static_cast<double>(common.ours) / static_cast<double>(query.size());
    match.listed_percent = 100.0 * static_cast<double>(common.theirs.size()) / static_cast<double>(video.frames);
    if (std::max(match.query_percent, match.listed_percent) < kPerhapsPercent) continue;
    const List& list = lists_[video.list];
    match.label = list.label;
    match.list = list.name;
    match.row = video.name;
    match.hash = common.nearest.hex();
    match.kind = Match::Kind::video;
    match.distance = common.distance;
    match.time_s = common.time_s;
    match.frames = common.ours;
    auto [place, is_new] = by_list.try_emplace(video.list, match);
    const auto share = [](const Match& one) { return std::max(one.query_percent, one.listed_percent); };
    if (!is_new && share(place->second) < share(match)) place->second = match;
  }
  for (auto& [list, match] : by_list) out.push_back(std::move(match));
}

std::vector<KnownMedia::Match> KnownMedia::match_report(const media::MediaReport& report) const {
  std::vector<Match> out;
  match_pictures(report, out);
  if (report.type == media::MediaType::video) match_videos(report, out);
  if (out.size() > kMostMatches) out.resize(kMostMatches);
  return out;
}

std::vector<Signal> KnownMedia::signals(const AdView& ad) const {
  std::vector<Signal> out;
  if (empty()) return out;
  std::set<std::string> looked_at;
  for (const AdMedium& medium : ad.media) {
    if (!looked_at.insert(medium.sha256).second) continue;
    std::vector<Match> matches = match_bytes(medium.sha256, medium.md5);
    if (medium.report) {
      for (Match& match : match_report(*medium.report)) matches.push_back(std::move(match));
    }
    for (const Match& match : matches) {
      Signal signal;
      signal.type = SignalType::media_hash;
      signal.where = match.kind == Match::Kind::bytes ? Where::file : Where::frame;
      signal.found = match.hash;
      signal.matched = match.label;
      signal.kind = "known-scam";
      signal.media = medium.sha256;
      signal.time_s = match.time_s;
      signal.outcome = "match";
      signal.score = 1;
      if (match.kind != Match::Kind::bytes) signal.distance = match.distance;
      switch (match.kind) {
        case Match::Kind::bytes:
          signal.explanation = fmt::format("The file is on the list {} ({}).", match.label, match.row);
          break;
        case Match::Kind::picture:
          signal.score = sureness(match.distance);
          signal.explanation = fmt::format("The picture is on the list {} ({}): {} of 256 bits differ.", match.label,
                                           match.row, match.distance);
          break;
        case Match::Kind::frame:
          signal.score = sureness(match.distance);
          signal.explanation = fmt::format(
              "A picture of the list {} ({}) is seen in the video at {:.1f} s, {} of 256 bits differ; "
              "frames like it: {}.",
              match.label, match.row, *match.time_s, match.distance, match.frames);
          break;
        case Match::Kind::video: {
          const double share = std::max(match.query_percent, match.listed_percent);
          if (share < kSameVideoPercent) signal.outcome = "possible";
          signal.score = std::min(0.98, 0.4 + share / 160);
          signal.explanation = fmt::format(
              "The video has {:.0f}% of its frames in common with {} of the list {}, which has {:.0f}% of its own in "
              "it.",
              match.query_percent, match.row, match.label, match.listed_percent);
          break;
        }
      }
      out.push_back(std::move(signal));
    }
  }
  return out;
}

}  // namespace pantau::matchers
