// The hash lists. `pdq`: "hash,quality,filename" as the reference tool prints it, the file named by case and digest.
// `hma`: "pdq HASH" and "sha256 HASH" lines for local exchanges of a hasher-matcher-actioner. Sorted, each hash once; a
// hash that a dismissed, disputed or withdrawn case holds too is on neither.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "exports/case_facts.h"
#include "exports/media_hashes.h"
#include "exports/renderers.h"

namespace pantau::exports {
namespace {

struct Hash {
  std::string case_id, medium;
  int quality = 0;
};

class HashList final : public Renderer {
 public:
  HashList(const ExportOptions& options, bool pdq_only) : options_(options), pdq_only_(pdq_only) {}

  Result<bool> add(const cases::DecidedCase& one, Output&) override {
    const cases::CaseRecord& record = one.record;
    if (!is_confirmed(record)) {
      for (const cases::CaseMedium& medium : record.media) {
        if (is_hex(medium.sha256, 64)) contrary_.insert("sha256 " + medium.sha256);
        for (const auto& print : medium.pdq) contrary_.insert("pdq " + print.hash);
      }
      return false;
    }
    const bool over = days_after(record.last_seen, options_.expire_days) <= format_utc(options_.now);
    bool brought = false;
    for (const ListedMedium& listed : creatives(record, options_)) {
      const std::string& digest = listed.medium->sha256;
      if (!listed.why_not.empty() || over) {
        keep_out(record.id, digest,
                 over ? "not seen since " + record.last_seen + ": its time on the list is over" : listed.why_not);
        continue;
      }
      if (!pdq_only_) brought |= take("sha256 " + digest, {record.id, digest, 100});
      for (const auto* print : listed.pdq) brought |= take("pdq " + print->hash, {record.id, digest, print->quality});
    }
    return brought;
  }

  Result<void> finish(Output& out) override {
    if (auto begun = out.begin(""); !begun) return begun.error();
    for (const auto& [key, hash] : hashes_) {
      const std::string line =
          pdq_only_ ? fmt::format("{},{},{}-{}\n", key.substr(4), std::clamp(hash.quality, 0, 100),
                                  is_case_id(hash.case_id) ? hash.case_id : "case", hash.medium.substr(0, 16))
                    : key + "\n";
      if (auto written = out.write(line); !written) return written.error();
    }
    return {};
  }

 private:
  bool take(const std::string& key, Hash hash) {
    if (contrary_.contains(key)) {
      keep_out(hash.case_id, key,
               "a case that was dismissed, disputed or withdrawn holds the same picture: settle that first");
      return false;
    }
    const auto [place, fresh] = hashes_.emplace(key, hash);
    if (!fresh && (hash.quality > place->second.quality ||
                   (hash.quality == place->second.quality && hash.case_id < place->second.case_id)))
      place->second = std::move(hash);
    return true;
  }
  const ExportOptions options_;
  bool pdq_only_;
  std::set<std::string> contrary_;
  std::map<std::string, Hash> hashes_;
};

}  // namespace

std::unique_ptr<Renderer> make_pdq(const ExportOptions& options) {
  return std::make_unique<HashList>(options, true);
}
std::unique_ptr<Renderer> make_hma(const ExportOptions& options) {
  return std::make_unique<HashList>(options, false);
}

}  // namespace pantau::exports
