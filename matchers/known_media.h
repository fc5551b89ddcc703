#pragma once
// The operator's lists of known pictures and videos, read once, and what of an ad is on them: the bytes by digest,
// pictures and single frames of videos by fingerprint (photo lists against video frames too), videos by the share of
// frames that they have in common with a listed one, both ways. Filled first, then immutable: any thread.
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "matchers/ad_view.h"
#include "matchers/hash_index.h"
#include "matchers/hash_list.h"
#include "matchers/signal.h"
#include "matchers/watchlist.h"

namespace pantau::matchers {

class KnownMedia {
 public:
  // From this many percent on, of either side, two videos are taken for the same one; from the second on, for perhaps.
  static constexpr double kSameVideoPercent = 80, kPerhapsPercent = 20;
  static constexpr int kMinQuality = 50;

  KnownMedia() = default;
  KnownMedia(KnownMedia&&) = default;
  KnownMedia& operator=(KnownMedia&&) = default;

  // Reads the watchlist's lists: the restricted ones, or the others. Rows that cannot be used are in complaints(). An
  // error when a list cannot be read at all, or a restricted one has no usable row: a list that cannot be honoured must
  // not look loaded.
  static Result<KnownMedia> load(const Watchlist& watchlist, bool restricted);

  // A list of the caller's own. `row_names` are shown instead of line numbers.
  std::uint32_t add_list(std::string label, std::string name, bool restricted);
  void add_picture(std::uint32_t list, const media::PdqBits& hash, const std::string& row_name);

  struct Match {
    std::string label, list, row;  // list: its file; row: its line or name
    std::string hash;              // as listed
    enum class Kind { bytes, picture, frame, video } kind = Kind::bytes;
    int distance = 0;
    std::optional<double> time_s;                  // of the nearest frame
    std::size_t frames = 0;                        // of the medium that are close to something on the list
    double query_percent = 0, listed_percent = 0;  // of videos
  };
  // `md5` may be empty when no list needs it.
  std::vector<Match> match_bytes(const std::string& sha256, const std::string& md5) const;
  // One a list (and one a list of videos): the nearest.
  std::vector<Match> match_report(const media::MediaReport& report) const;

  bool needs_md5() const { return !md5_.empty(); }
  bool needs_fingerprints() const { return !pictures_.empty() || !frames_.empty(); }
  bool empty() const { return size() == 0; }
  std::size_t size() const { return pictures_.size() + frames_.size() + sha256_.size() + md5_.size(); }
  const std::vector<std::string>& complaints() const { return complaints_; }
  // Changes with whatever stands on the lists.
  const std::string& digest() const { return digest_; }

  // What of an ad is on a list, as signals. `kind` is "known-scam" or "restricted", `matched` the list's label.
  std::vector<Signal> signals(const AdView& ad) const;

 private:
  struct List {
    std::string label, name;
    bool restricted = false;
    std::vector<std::string> row_names;
  };
  struct Video {
    std::string name;
    std::uint32_t list = 0;
    std::size_t frames = 0;  // distinct ones of enough quality
  };
  struct Listed {
    std::uint32_t list = 0, row = 0;
  };
  Result<void> load_list(const HashList& list);
  Result<HashListSummary> load_file(const HashList& list, std::uint32_t number, const std::string& path);
  void match_pictures(const media::MediaReport& report, std::vector<Match>& out) const;
  void match_videos(const media::MediaReport& report, std::vector<Match>& out) const;
  std::string row_name(const List& list, std::uint32_t row) const;

  std::vector<List> lists_;
  std::vector<Video> videos_;
  HashIndex pictures_, frames_;  // entries: list and row; video and nothing
  std::unordered_map<std::string, Listed> sha256_, md5_;
  std::vector<std::string> complaints_;
  std::string digest_;
};

}  // namespace pantau::matchers
