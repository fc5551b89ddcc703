#pragma once
// Faces over the frames of a video. A face at the same place, looking the same as a moment ago, is the same face and is
// not embedded again; only one that resembles an enrolled person is, until a second look agrees or several do not. What
// comes out is one finding a person, not one a frame. Belongs to one thread; knows pictures and a kernel only.
#include <array>
#include <vector>

#include "media/faces/face_kernel.h"
#include "media/media_report.h"

namespace pantau::media {

class FaceTracks {
 public:
  explicit FaceTracks(FaceKernel& kernel) : kernel_(kernel) {}

  // Whether a frame at this time should be looked at.
  bool wants(double time_s) const;
  // `frame` is what the finding is to point to. Returns whether somebody enrolled is resembled here as closely as in
  // no frame before: then the frame is worth showing to people.
  bool look(const Picture& picture, double time_s);
  // Of the findings that look() said are closest in its frame: they point to `frame`.
  void point_to(int frame);
  // A still picture: every face is looked at once.
  void look_at_still(const Picture& picture);

  // One a person (of stills: one a face), in order of the numbers.
  std::vector<FaceFinding> findings() const;
  std::size_t seen() const { return seen_; }          // faces, each counted once
  std::size_t compared() const { return compared_; }  // embeddings that were made
  std::size_t left_out() const { return left_out_; }  // large enough to be compared, but too many

  static constexpr std::size_t kMostCompared = 48;  // of one picture

 private:
  static constexpr int kThumb = 16;
  using Thumb = std::array<std::uint8_t, kThumb * kThumb>;
  struct Track {
    Box box;
    Thumb thumb{};
    double last_s = 0;
    int embedded = 0, agreeing = 0;
    int reference = -1;
    int width = 0;  // of the face when it was last embedded
  };

  static Thumb thumb_of(const Picture& picture, const Box& box);
  void note(int reference, double similarity, const DetectedFace& face, double time_s);

  FaceKernel& kernel_;
  std::vector<Track> tracks_;
  std::vector<FaceFinding> found_;
  std::vector<std::size_t> fresh_;  // of found_: closest in the last frame looked at
  bool still_ = false, doubtful_ = false;
  double last_look_s_ = -1e9;
  std::size_t seen_ = 0, compared_ = 0, left_out_ = 0;
};

}  // namespace pantau::media
