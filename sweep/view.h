#pragma once
// Puts together the shape in which matchers see an ad, and the case record of it, from stored records. Pure functions;
// any thread.
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cases/case_record.h"
#include "matchers/ad_view.h"
#include "matchers/face_matcher.h"
#include "matchers/known_media.h"
#include "matchers/logo_matcher.h"
#include "matchers/watchlist.h"
#include "sweep/records.h"

namespace pantau::sweep {

// What is known of the bytes of a medium, by its digest; null when nothing is.
struct KnownMedium {
  std::shared_ptr<const media::MediaReport> report;
  std::vector<std::string> frame_files;  // parallel to report->frames
  std::vector<crawler::Cue> cues;
  std::vector<cases::WarcReference> warc;
  std::string md5;  // where a list asks for it
};
using MediumLookup = std::function<const KnownMedium*(const StoredMedium&)>;

// What stands in a picture or on one frame of a video, as one text in reading order: phrases run over lines.
std::vector<matchers::AdText> frame_texts(const media::MediaReport& report);

// `landing` may be null (nothing reachable); routes in their stable order.
matchers::AdView make_view(const StoredPage* landing, const std::vector<Route>& routes, const MediumLookup& lookup);

struct JudgeSettings {
  cases::VerdictSettings verdict;
  std::string configuration_sha256;
  std::shared_ptr<const matchers::KnownMedia> known_media;  // may be null
  std::shared_ptr<const matchers::FaceReferences> faces;    // null: faces are not compared
  std::shared_ptr<const matchers::LogoReferences> logos;    // null: logos are not compared
  std::map<std::string, std::string> models;                // for the record
};

// Matches, judges, and fills a record; `key`, sweep name and times are the caller's. Where several personas looked at
// the landing page, each look is judged by itself (what one visitor reads is never explained by what another is shown)
// and the strongest verdict counts; where they differ, a cloaking signal stands in it.
cases::CaseRecord make_case(const StoredPage* landing, const std::vector<Route>& routes, const MediumLookup& lookup,
                            const matchers::Matcher& matcher, const JudgeSettings& settings);

}  // namespace pantau::sweep
