#include "cases/case_changes.h"

#include <algorithm>

namespace pantau::cases {

std::string_view text(CaseChange change) {
  switch (change) {
    case CaseChange::fresh:
      return "new";
    case CaseChange::changed:
      return "changed";
    case CaseChange::gone:
      return "gone";
    case CaseChange::unchanged:
      return "unchanged";
  }
  return "unchanged";
}

Result<std::vector<ChangedCase>> case_changes(store::Connection& connection, const std::string& sweep,
                                              const std::string& now, const std::string& before) {
  std::vector<ChangedCase> all;
  const auto asked = connection.run(
      "SELECT cases.id, cases.key_digest, cases.band, cases.category, cases.status, cases.score, "
      "case_sightings.first_seen, case_sightings.last_seen, case_sightings.first_look, case_sightings.look, "
      "case_sightings.before, case_sightings.substance FROM case_sightings JOIN cases ON cases.id = "
      "case_sightings.case_id WHERE case_sightings.sweep = $1 AND case_sightings.look IN ($2, $3)",
      {sweep, now, before}, [&](const store::Row& row) {
        ChangedCase one;
        one.id = row.text(0);
        one.key_digest = row.text(1);
        one.band = row.text(2);
        one.category = row.text(3);
        one.status = row.text(4);
        one.score = row.number(5);
        one.first_seen = row.text(6);
        one.last_seen = row.text(7);
        const std::string first = row.text(8), last = row.text(9), was = row.text(10), is = row.text(11);
        if (last != now) {
          if (before.empty()) return true;
          one.change = CaseChange::gone;
        } else if (first == now) {
          one.change = CaseChange::fresh;
        } else {
          one.change = was == is ? CaseChange::unchanged : CaseChange::changed;
        }
        all.push_back(std::move(one));
        return true;
      });
  if (!asked) return asked.error();
  std::sort(all.begin(), all.end(), [](const ChangedCase& a, const ChangedCase& b) {
    if (a.change != b.change) return a.change < b.change;
    return a.score != b.score ? a.score > b.score : a.key_digest < b.key_digest;
  });
  return all;
}

}  // namespace pantau::cases
