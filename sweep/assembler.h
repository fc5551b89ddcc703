#pragma once
// Computes cases from what the store holds: one landing page with all its routes at a time, or one creative whose
// landing page was never reached. Pure reading plus a list of records to save, so the same rows always give the same
// cases. Used by one thread at a time, with its own connection.
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "cases/case_record.h"
#include "matchers/watchlist.h"
#include "store/store.h"
#include "sweep/tables.h"
#include "sweep/view.h"

namespace pantau::sweep {

class Assembler {
 public:
  Assembler(std::unique_ptr<store::Connection> reader, std::string sweep_id, std::string sweep_name,
            std::string report_settings, std::shared_ptr<const matchers::Matcher> matcher, JudgeSettings settings,
            std::string stamp);

  struct Landing {
    // Everything that the case was computed from is what it was the last time, in this sweep or an earlier one: nothing
    // was matched, and there is a case exactly if there was one.
    bool same = false;
    // The page is what it was and only the ways to it differ, as they must while the crawl goes on: asked too early.
    bool later = false;
    std::string inputs;                       // digest of that everything
    std::optional<cases::CaseRecord> record;  // nothing when it is an ordinary inner page that is clear
  };
  // The case of one landing page.
  Result<Landing> landing(const std::string& landing_key, bool crawling);
  // The landing keys that these click addresses lead to, as far as known.
  Result<std::vector<std::string>> landings_of(const std::vector<std::string>& click_canonicals);
  // Cases of creatives without a reachable landing page; only complete once the sweep is over.
  Result<std::vector<cases::CaseRecord>> unreached();
  Result<std::vector<std::string>> all_landings();

  // Fingerprints of what stood on official pages (the pages themselves, not the ads that lead there) since the last
  // call, by address.
  std::map<std::string, std::vector<media::PdqBits>> take_official_media() {
    return std::exchange(official_media_, {});
  }

 private:
  std::string inputs_of(const std::vector<PageRow>& rows, const std::vector<Route>& routes) const;
  const KnownMedium* look_up(const StoredMedium& medium);
  void note_official_media(const cases::CaseRecord& record, const StoredPage& page);
  cases::CaseRecord record_of(const std::string& key, const StoredPage* page, const std::vector<Route>& routes);

  std::unique_ptr<store::Connection> reader_;
  std::string sweep_, sweep_name_, report_settings_, stamp_;
  std::shared_ptr<const matchers::Matcher> matcher_;
  JudgeSettings settings_;
  std::unordered_map<std::string, std::unique_ptr<KnownMedium>> known_;  // by canonical address
  std::deque<std::string> known_order_;
  std::map<std::string, std::vector<media::PdqBits>> official_media_;
};

}  // namespace pantau::sweep
