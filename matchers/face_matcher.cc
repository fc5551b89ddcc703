#include "matchers/face_matcher.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace pantau::matchers {
namespace {

std::string outcome_of(const media::FaceFinding& face, bool video, const media::FaceThresholds& thresholds) {
  const bool small = std::min(face.box.width, face.box.height) < kSmallestMatch;
  if (face.similarity < thresholds.possible) return {};
  if (!video) return face.similarity >= thresholds.match && !small ? "match" : "possible";
  if (face.agreed >= thresholds.match && !small) return "match";
  return face.agreed >= thresholds.possible || face.similarity >= thresholds.match ? "possible" : "";
}

// 0.6 where a match begins, towards 0.95 with a cosine of 0.8; below, half of it.
double score_of(double similarity, bool match, const media::FaceThresholds& thresholds) {
  if (!match) return 0.4;
  const double span = std::max(0.8 - thresholds.match, 0.05);
  return 0.6 + 0.35 * std::clamp((similarity - thresholds.match) / span, 0.0, 1.0);
}

struct Chosen {
  const media::FaceFinding* face = nullptr;
  const Entity* entity = nullptr;
  bool match = false;
};

// One finding a person, by number.
std::map<int, Chosen> choose(const media::MediaReport& report, const FaceReferences& references,
                             const Watchlist& watchlist) {
  const bool video = report.type == media::MediaType::video;
  std::map<int, Chosen> best;
  for (const media::FaceFinding& face : report.faces) {
    if (face.reference < 0 || static_cast<std::size_t>(face.reference) >= references.entities.size()) continue;
    const Entity* entity = watchlist.find(references.entities[static_cast<std::size_t>(face.reference)]);
    if (entity == nullptr || entity->kind != EntityKind::person || !entity->basis) continue;
    const std::string outcome = outcome_of(face, video, references.thresholds);
    if (outcome.empty()) continue;
    const bool match = outcome == "match";
    Chosen& chosen = best[face.reference];
    const bool better = chosen.face == nullptr || (match && !chosen.match) ||
                        (match == chosen.match && face.similarity > chosen.face->similarity);
    if (better) chosen = {&face, entity, match};
  }
  return best;
}

}  // namespace

std::vector<Signal> face_signals(const media::MediaReport& report, const std::string& media,
                                 const FaceReferences& references, const Watchlist& watchlist) {
  const bool video = report.type == media::MediaType::video;
  std::vector<Signal> signals;
  for (const auto& [number, chosen] : choose(report, references, watchlist)) {
    const Entity* entity = chosen.entity;
    const media::FaceFinding& face = *chosen.face;
    Signal signal;
    signal.type = SignalType::face;
    signal.entity = entity->id;
    signal.where = Where::frame;
    signal.found = fmt::format("a face that {}resembles {} (similarity {:.2f})", chosen.match ? "" : "possibly ",
                               entity->name, face.similarity);
    signal.matched = references.recognizer;
    signal.score = score_of(video ? face.agreed : face.similarity, chosen.match, references.thresholds);
    signal.media = media;
    if (video) signal.time_s = face.time_s;
    signal.box = face.box;
    signal.outcome = chosen.match ? "match" : "possible";
    signal.strength = chosen.match ? "medium" : "weak";
    const std::string looks = video ? fmt::format(", in {} look{}", face.looks, face.looks == 1 ? "" : "s") : "";
    signal.explanation =
        chosen.match ? fmt::format("A face resembles {} (similarity {:.2f}{}).", entity->name, face.similarity, looks)
                     : fmt::format("A face possibly resembles {} (similarity {:.2f}{}): a person has to look.",
                                   entity->name, face.similarity, looks);
    signals.push_back(std::move(signal));
  }
  return signals;
}

std::vector<int> face_frames(const media::MediaReport& report, const FaceReferences& references,
                             const Watchlist& watchlist) {
  std::vector<int> frames;
  for (const auto& [number, chosen] : choose(report, references, watchlist)) {
    if (chosen.face->frame >= 0) frames.push_back(chosen.face->frame);
  }
  return frames;
}

}  // namespace pantau::matchers
