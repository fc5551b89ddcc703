#include "media/faces/face_tracks.h"

#include <algorithm>
#include <cmath>

namespace pantau::media {
namespace {

constexpr double kLookEvery_s = 0.9;
constexpr double kDoubtfulEvery_s = 0.4;  // while a resemblance waits for a second look
constexpr double kTrackLives_s = 2.5;
constexpr double kSamePlace = 0.35;  // overlap
constexpr double kSameLooks = 0.6;   // correlation of the small pictures
constexpr int kAgreeingIsEnough = 3, kEmbeddedIsEnough = 6;
constexpr double kMuchLarger = 1.6;  // a stranger who comes this much closer is looked at again
constexpr std::size_t kMostTracks = 300, kMostFindings = 1000;

double thumb_correlation(const auto& a, const auto& b) {
  const auto n = static_cast<double>(a.size());
  double sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = a[i], y = b[i];
    sa += x;
    sb += y;
    saa += x * x;
    sbb += y * y;
    sab += x * y;
  }
  const double va = saa - sa * sa / n, vb = sbb - sb * sb / n;
  return va < 1 || vb < 1 ? 0 : (sab - sa * sb / n) / std::sqrt(va * vb);
}

}  // namespace

bool FaceTracks::wants(double time_s) const {
  return time_s - last_look_s_ >= (doubtful_ ? kDoubtfulEvery_s : kLookEvery_s);
}

// Green, averaged over the face's cells.
FaceTracks::Thumb FaceTracks::thumb_of(const Picture& picture, const Box& box) {
  Thumb out{};
  for (int row = 0; row < kThumb; ++row) {
    for (int column = 0; column < kThumb; ++column) {
      const int x0 = box.x + box.width * column / kThumb,
                x1 = std::max(x0 + 1, box.x + box.width * (column + 1) / kThumb);
      const int y0 = box.y + box.height * row / kThumb, y1 = std::max(y0 + 1, box.y + box.height * (row + 1) / kThumb);
      // At most nine points of each cell: enough to tell whether it is the same face.
      const int dx = std::max(1, (x1 - x0) / 3), dy = std::max(1, (y1 - y0) / 3);
      unsigned sum = 0, count = 0;
      for (int y = y0; y < std::min(y1, picture.height); y += dy) {
        for (int x = x0; x < std::min(x1, picture.width); x += dx) {
          sum += picture.rgb[3 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width) +
                                  static_cast<std::size_t>(x)) +
                             1];
          ++count;
        }
      }
      out[static_cast<std::size_t>(row * kThumb + column)] = static_cast<std::uint8_t>(count > 0 ? sum / count : 0);
    }
  }
  return out;
}

void FaceTracks::note(int reference, double similarity, const DetectedFace& face, double time_s) {
  FaceFinding* finding = nullptr;
  if (!still_) {
    for (FaceFinding& known : found_) {
      if (known.reference == reference) finding = &known;
    }
  }
  if (finding == nullptr) {
    if (found_.size() >= kMostFindings) return;
    FaceFinding made;
    made.reference = reference;
    made.start_s = time_s;
    found_.push_back(made);
    finding = &found_.back();
  }
  finding->end_s = std::max(finding->end_s, time_s);
  ++finding->looks;
  if (similarity > finding->similarity) {
    // What two looks agree on is the second best of them.
    finding->agreed = finding->similarity;
    finding->similarity = similarity;
    finding->box = face.box;
    finding->time_s = time_s;
    fresh_.push_back(static_cast<std::size_t>(finding - found_.data()));
  } else {
    finding->agreed = std::max(finding->agreed, similarity);
  }
  if (still_) finding->agreed = finding->similarity;
}

bool FaceTracks::look(const Picture& picture, double time_s) {
  last_look_s_ = time_s;
  fresh_.clear();
  doubtful_ = false;
  std::erase_if(tracks_, [&](const Track& track) { return time_s - track.last_s > kTrackLives_s; });
  std::size_t embedded = 0;
  std::vector<bool> taken(tracks_.size(), false);
  for (const DetectedFace& face : kernel_.detect(picture, FaceSearch::quick)) {
    if (std::min(face.box.width, face.box.height) < kSmallestFace) continue;
    const Thumb thumb = thumb_of(picture, face.box);
    Track* track = nullptr;
    for (std::size_t i = 0; i < taken.size(); ++i) {
      if (taken[i] || overlap(tracks_[i].box, face.box) < kSamePlace) continue;
      // A cut may put another face in the same place.
      if (thumb_correlation(tracks_[i].thumb, thumb) < kSameLooks) continue;
      track = &tracks_[i];
      taken[i] = true;
      break;
    }
    if (track == nullptr) {
      if (tracks_.size() >= kMostTracks) continue;
      ++seen_;
      tracks_.emplace_back();
      track = &tracks_.back();
    }
    track->box = face.box;
    track->thumb = thumb;
    track->last_s = time_s;
    const bool unknown = track->embedded == 0;
    const bool resembles =
        track->reference >= 0 && track->agreeing < kAgreeingIsEnough && track->embedded < kEmbeddedIsEnough;
    const bool closer = track->reference < 0 && face.box.width > kMuchLarger * track->width;
    if (!unknown && !resembles && !closer) continue;
    if (embedded >= kMostCompared) {
      ++left_out_;
      continue;
    }
    ++embedded;
    ++compared_;
    ++track->embedded;
    track->width = face.box.width;
    const FaceKernel::Comparison comparison = kernel_.compare(picture, face);
    if (comparison.reference < 0) continue;
    if (track->reference != comparison.reference) track->agreeing = 0;
    track->reference = comparison.reference;
    ++track->agreeing;
    doubtful_ = doubtful_ || (track->agreeing < kAgreeingIsEnough && track->embedded < kEmbeddedIsEnough);
    note(comparison.reference, comparison.similarity, face, time_s);
  }
  return !fresh_.empty();
}

void FaceTracks::point_to(int frame) {
  for (const std::size_t at : fresh_) found_[at].frame = frame;
}

void FaceTracks::look_at_still(const Picture& picture) {
  still_ = true;
  fresh_.clear();
  for (const DetectedFace& face : kernel_.detect(picture, FaceSearch::thorough)) {
    ++seen_;
    if (std::min(face.box.width, face.box.height) < kSmallestFace) continue;
    if (compared_ >= kMostCompared) {
      ++left_out_;
      continue;
    }
    ++compared_;
    const FaceKernel::Comparison comparison = kernel_.compare(picture, face);
    if (comparison.reference >= 0) note(comparison.reference, comparison.similarity, face, 0);
  }
}

std::vector<FaceFinding> FaceTracks::findings() const {
  std::vector<FaceFinding> out = found_;
  std::stable_sort(out.begin(), out.end(),
                   [](const FaceFinding& a, const FaceFinding& b) { return a.reference < b.reference; });
  return out;
}

}  // namespace pantau::media
