#pragma once
// What may stand on a list that others block by: registrable names that a confirmed case says are the fraud's own, and
// nothing that anybody else needs. Kept out, with the reason: names whose owner is not the fraud or not known, shared
// hosts, public suffixes, official and popular domains, malformed names, names that a dismissed, disputed or withdrawn
// case speaks for, and entries whose life is over. Used by the formats rpz, hosts, domains, adblock and suricata;
// belongs to one thread. Memory: one entry a name.
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "exports/format.h"

namespace pantau::exports {

struct BlockEntry {
  std::string name;             // A-labels, lower case, at least two labels, without the trailing dot
  std::set<std::string> hosts;  // names beneath it that were seen, without it
  std::string case_id;          // of the newest sighting
  std::string since;            // first confirmation, RFC 3339
  std::string last_seen, expires;
};

// Which names must not be blocked whatever a case says; also for indicators in feeds. Immutable; any thread.
class NamePolicy {
 public:
  explicit NamePolicy(const ExportOptions& options);
  // A sentence why `name` may not stand on a list, or nothing.
  std::string why_not(const std::string& name) const;
  // Whether `host` is an official domain or lies beneath one.
  bool is_official(const std::string& host) const { return covering(host) != nullptr; }

 private:
  const std::pair<const std::string, std::string>* covering(const std::string& host) const;
  std::map<std::string, std::string> official_;  // domain -> name of its owner
  std::map<std::string, std::string> above_;     // what an official domain lies beneath -> that domain
};

class BlockList {
 public:
  explicit BlockList(const ExportOptions& options) : options_(options), policy_(options) {}
  using KeepOut = std::function<void(const std::string& case_id, std::string what, std::string why)>;

  // Cases that speak against names (any status but confirmed) come first. Whether the case brought a name.
  bool add(const cases::DecidedCase& one, const KeepOut& keep_out);
  // By name. Entries that came to their end are kept out now.
  std::vector<BlockEntry> finish(const KeepOut& keep_out);
  // The newest moment at which the list changed: a decision, a sighting, the end of an entry; empty for an empty list.
  const std::string& changed_at() const { return changed_at_; }

 private:
  std::string why_not(const std::string& name) const;  // empty: it may stand on the list
  void changed(const std::string& at);
  const ExportOptions& options_;
  NamePolicy policy_;
  std::map<std::string, BlockEntry> entries_;
  std::map<std::string, std::string> contrary_;  // name -> "case c-... is dismissed"
  std::string changed_at_;
};

// A format that is a list of names: each gives the head and the lines.
class ListRenderer : public Renderer {
 public:
  explicit ListRenderer(const ExportOptions& options) : options_(options), list_(options_) {}
  Result<bool> add(const cases::DecidedCase& one, Output& out) override;
  Result<void> finish(Output& out) override;

 protected:
  virtual Result<void> write_list(const std::vector<BlockEntry>& entries, const std::string& changed_at,
                                  Output& out) = 0;
  const ExportOptions options_;

 private:
  BlockList list_;
};

// Letters, digits and hyphens, labels of 1 to 63, two labels at least, 253 in all, not all digits at the end, and valid
// as an internationalised name (UTS #46).
bool is_block_name(std::string_view name);

}  // namespace pantau::exports
