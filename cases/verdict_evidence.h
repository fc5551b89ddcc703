#pragma once
// What the signals of one ad add up to, before the verdict: who is impersonated how strongly, what is solicited, what
// else would explain it. Only used by verdict.cc. Pure; any thread.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "matchers/ad_view.h"
#include "matchers/signal.h"
#include "matchers/watchlist.h"

namespace pantau::cases {

// 1 - (1 - a)(1 - b)...
class NoisyOr {
 public:
  void add(double weight);
  double value() const { return 1 - left_; }

 private:
  double left_ = 1;
};

struct EntityEvidence {
  const matchers::Entity* entity = nullptr;
  double score = 0;
  const matchers::Signal* best_name = nullptr;  // the most prominent
  const matchers::Signal* domain = nullptr;
  const matchers::Signal* disguised = nullptr;
  const matchers::Signal* logo = nullptr;
  const matchers::Signal* revoiced = nullptr;
  const matchers::Signal* face = nullptr;
  bool beyond_face = false;  // something other than a face points to this entity
  bool speaks_as = false;    // sender, heading, creative, strong domain or logo: the page is in its name
  bool is_sender = false;
  bool at_head = false;  // a title, heading or ad begins with the name
};

struct Explanation {
  std::string kind;
  double weight = 0;  // taken away, 0..1
  const matchers::Signal* signal = nullptr;
};

struct Evidence {
  std::vector<EntityEvidence> entities;  // strongest first, then by id
  const matchers::Signal* official = nullptr;

  double solicitation = 0;
  std::vector<const matchers::Signal*> lures;     // one a pattern, strongest first
  std::vector<const matchers::Signal*> forms;     // one a kind, strongest first
  std::vector<const matchers::Signal*> contacts;  // strongest first
  const matchers::Signal* app = nullptr;
  std::size_t strong_lures = 0, medium_lures = 0;
  bool credentials = false;                  // password, card or one-time code
  bool takes_data = false;                   // takes in the entity's name what no third party takes
  bool phishing = false;                     // a credential form on a strong look-alike address
  bool strong_ask = false;                   // something no honest page of the claimed kind asks for
  std::map<std::string, double> categories;  // weight of each category's lures

  std::vector<Explanation> explanations;  // strongest first
  double explanation = 1;                 // what is left of the score

  const matchers::Signal* known_scam = nullptr;  // media hash
  const matchers::Signal* restricted = nullptr;
  const matchers::Signal* cloaking = nullptr;
  const matchers::Signal* ai = nullptr;
  bool hidden_names = false;  // names or lures stuffed where nobody sees them
};

Evidence weigh(const matchers::AdView& ad, const matchers::Findings& findings, const matchers::Watchlist& watchlist);

}  // namespace pantau::cases
