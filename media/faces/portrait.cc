#include "media/faces/portrait.h"

#include <fmt/format.h>

#include "media/convert.h"
#include "media/decode.h"
#include "media/pdq.h"

namespace pantau::media {
namespace {

// Somebody in the background is no second face: less than half as wide as the person portrayed.
constexpr double kBystander = 0.5;

}  // namespace

std::string_view text(PortraitGrade grade) {
  switch (grade) {
    case PortraitGrade::good:
      return "good";
    case PortraitGrade::no_face:
      return "no face";
    case PortraitGrade::several_faces:
      return "several faces";
    case PortraitGrade::too_small:
      return "too small";
    case PortraitGrade::blurred:
      return "blurred";
    case PortraitGrade::undecodable:
      break;
  }
  return "not a picture";
}

PortraitReport look_at_portrait(const Picture& picture, FaceDetector& detector, FaceRecognizer& recognizer) {
  PortraitReport report;
  const std::vector<DetectedFace> faces = detector.detect(picture, FaceSearch::thorough);
  report.faces = static_cast<int>(faces.size());
  if (faces.empty()) {
    report.grade = PortraitGrade::no_face;
    report.detail = "no face was found in it";
    return report;
  }
  const DetectedFace& face = faces.front();
  report.face_side = std::min(face.box.width, face.box.height);
  if (faces.size() > 1 && faces[1].box.width > kBystander * face.box.width) {
    report.grade = PortraitGrade::several_faces;
    report.detail = fmt::format("{} faces: whose is it? cut the person out", faces.size());
    return report;
  }
  if (report.face_side < kSmallestPortrait) {
    report.grade = PortraitGrade::too_small;
    report.detail =
        fmt::format("the face is {} pixels wide; {} are needed, 100 are good", report.face_side, kSmallestPortrait);
    return report;
  }
  const AlignedFace aligned = recognizer.align(picture, face);
  report.sharpness = aligned.sharpness;
  if (aligned.picture.empty() || aligned.sharpness < kBlurred) {
    report.grade = PortraitGrade::blurred;
    report.detail = "the face is blurred";
    return report;
  }
  const Embedding made = recognizer.embed(aligned);
  if (made.empty()) {
    report.grade = PortraitGrade::no_face;
    report.detail = "the recognizer makes nothing of the face";
    return report;
  }
  report.grade = PortraitGrade::good;
  report.embedding.assign(made.values().begin(), made.values().end());
  return report;
}

PortraitReport read_portrait(std::string_view bytes, std::uint64_t max_pixels, LoadedFaces& faces) {
  PortraitReport report;
  DecodeLimits limits;
  limits.max_pixels = max_pixels;
  auto source = open_medium(bytes, limits);
  if (!source) {
    report.detail = source.error().detail;
    return report;
  }
  const auto frame = (*source)->next();
  if (!frame) {
    report.detail = fmt::format("{}: no picture of it can be decoded", describe_bytes(bytes));
    return report;
  }
  if (!(*source)->info().still_format) {
    report.detail = "a film; a portrait is a photograph";
    return report;
  }
  const Picture picture = upright_picture(*frame->frame, (*source)->info());
  const Pdq pdq = pdq_of_picture(fingerprint_picture(*frame->frame));
  report = look_at_portrait(picture, faces.detector(), faces.recognizer());
  report.pdq = pdq.hash;
  return report;
}

}  // namespace pantau::media
