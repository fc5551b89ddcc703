#pragma once
// How well cases agree with ads whose truth is known: precision, recall, the curve over the score, what was taken for
// what, and the score from which on a wished-for precision holds. An operator calibrates with it on labels of their
// own. Pure functions; any thread. Reads no store and changes no setting.
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cases/case_record.h"

namespace pantau::cases {

// One ad whose truth is known, told by an address that its case must hold.
struct Label {
  std::string id, url, category, note;  // all but url may be empty
  bool scam = false;
  std::vector<std::string> entities;  // who is impersonated; empty: nobody is named
};

// JSON Lines:
// {"url":"https://...","label":"scam"|"benign","category":"...","entities":["..."],"id":"...","note":"..."}, of which
// url and label are required and other keys are ignored. A broken line is an operator error that names it.
Result<std::vector<Label>> read_labels(std::string_view text, const std::string& name);

// Of the ads of one kind.
struct Tally {
  int scam = 0, benign = 0;                 // labelled so
  int scam_flagged = 0, scam_reviewed = 0;  // of the scams; reviewed: at `review`, not above
  int benign_flagged = 0, benign_reviewed = 0;
};
// Shares in [0,1]; nothing when there is nothing to divide by.
std::optional<double> recall(const Tally& tally, bool with_review);
std::optional<double> precision(const Tally& tally, bool with_review);
std::optional<double> false_positive_rate(const Tally& tally, bool with_review);

struct CurvePoint {
  double score = 0;  // everything at or above it counted as found
  int scam = 0, benign = 0;
};

// A labelled ad with what was made of it.
struct Judged {
  Label label;
  bool analysed = false;  // some case holds its address
  std::string band = "none", category, case_id;
  double score = 0;
  std::map<std::string, double> entities;  // named by its cases
  std::vector<std::string> reasons;
};

struct Evaluation {
  int cases = 0;
  Tally all;
  std::map<std::string, Tally> by_category;                      // of the label; benign ones are "none"
  std::map<std::string, Tally> by_entity;                        // of the label's entities
  std::vector<CurvePoint> curve;                                 // at every score that occurs, from the highest down
  std::map<std::string, std::map<std::string, int>> confusions;  // labelled category -> found category -> flagged scams
  int attributed = 0, attributable = 0;       // flagged scams with entities; of them the best one is right
  std::vector<Judged> judged;                 // in the order of the labels
  std::vector<std::string> unlabelled_flags;  // ids of flagged cases that no label names
};

// Takes cases one after another, so that a store of any size is walked once.
class Evaluator {
 public:
  explicit Evaluator(std::vector<Label> labels);
  void add(const CaseRecord& record);
  Evaluation finish();

 private:
  std::vector<Judged> judged_;
  std::map<std::string, std::vector<std::size_t>> by_address_;
  std::vector<bool> suspicious_;  // whether a case at `flag` or `review` named the entities
  std::vector<std::string> unlabelled_flags_;
  int cases_ = 0;
};

// The lowest score from which on at least `wished` of what is found is fraud, or nothing when no score gives that.
std::optional<CurvePoint> point_for_precision(const std::vector<CurvePoint>& curve, double wished);

}  // namespace pantau::cases
