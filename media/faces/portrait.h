#pragma once
// An operator's portrait of a person to be protected: is it good enough to compare with, and what does the recognizer
// make of it? Only a worker that was started for portraits answers this, and it is given nothing else.
#include <string>
#include <vector>

#include "media/faces/face_kernel.h"

namespace pantau::media {

enum class PortraitGrade { good, no_face, several_faces, too_small, blurred, undecodable };
inline constexpr int kPortraitGrades = 6;

std::string_view text(PortraitGrade grade);  // "several faces"

struct PortraitReport {
  PortraitGrade grade = PortraitGrade::undecodable;
  std::string detail;  // for people
  int faces = 0;
  int face_side = 0;  // pixels, of the largest
  double sharpness = 0;
  std::string pdq;               // of the whole picture, or empty
  std::vector<float> embedding;  // of a good one; else empty
};

// A narrower face makes no portrait.
inline constexpr int kSmallestPortrait = 48;

PortraitReport look_at_portrait(const Picture& picture, FaceDetector& detector, FaceRecognizer& recognizer);
// From the file's bytes.
PortraitReport read_portrait(std::string_view bytes, std::uint64_t max_pixels, LoadedFaces& faces);

}  // namespace pantau::media
