#include "cases/campaigns/campaign_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <tuple>

#include "base/time.h"
#include "media/pdq.h"

namespace pantau::cases {
namespace {

using store::Connection;
using store::Row;
using store::Value;

constexpr int kNearBits = 31;  // ThreatExchange's advice for PDQ
constexpr int kPieces = 16;
constexpr std::size_t kPieceBits = 256 / kPieces;
// What so many cases share is infrastructure that nobody has listed yet.
constexpr std::size_t kMostSharing = 2000;
constexpr std::size_t kTiesAtOnce = 500;

// A fingerprint at most 31 bits away has one of 16 pieces at most one bit away (31 < 16 * 2).
std::vector<std::int64_t> pieces_of(const media::PdqBits& bits, bool with_neighbours) {
  std::vector<std::int64_t> pieces;
  for (int i = 0; i < kPieces; ++i) {
    const std::uint64_t word = bits.words[static_cast<std::size_t>(i) / 4];
    const auto value = static_cast<std::int64_t>((word >> (kPieceBits * (static_cast<unsigned>(i) % 4))) & 0xFFFF);
    const std::int64_t place = static_cast<std::int64_t>(i) << kPieceBits;
    pieces.push_back(place | value);
    for (unsigned bit = 0; with_neighbours && bit < kPieceBits; ++bit)
      pieces.push_back(place | (value ^ (std::int64_t{1} << bit)));
  }
  return pieces;
}

std::optional<TieKind> kind_from(const std::string& name) {
  for (int i = 0; i <= static_cast<int>(TieKind::text); ++i) {
    if (text(static_cast<TieKind>(i)) == name) return static_cast<TieKind>(i);
  }
  return std::nullopt;
}

Result<void> note_near(Connection& c, const std::string& hash) {
  const std::optional<media::PdqBits> bits = media::PdqBits::from_hex(hash);
  if (!bits) return {};
  bool known = false;
  auto asked = c.run("SELECT 1 FROM campaign_pieces WHERE hash = $1 LIMIT 1", {hash}, [&](const Row&) {
    known = true;
    return false;
  });
  if (!asked) return asked.error();
  if (known) return {};
  std::string list;
  for (const std::int64_t piece : pieces_of(*bits, true)) list += (list.empty() ? "" : ",") + std::to_string(piece);
  std::set<std::string> near;
  asked = c.run("SELECT DISTINCT hash FROM campaign_pieces WHERE piece IN (" + list + ")", {}, [&](const Row& row) {
    const std::optional<media::PdqBits> other = media::PdqBits::from_hex(row.text(0));
    if (other && media::pdq_distance(*bits, *other) <= kNearBits) near.insert(row.text(0));
    return true;
  });
  if (!asked) return asked.error();
  for (const std::string& other : near) {
    for (const auto& [a, b] : {std::pair{hash, other}, {other, hash}}) {
      if (auto done = c.run("INSERT INTO campaign_near (hash, near) VALUES ($1, $2) ON CONFLICT DO NOTHING", {a, b});
          !done)
        return done.error();
    }
  }
  for (const std::int64_t piece : pieces_of(*bits, false)) {
    if (auto done =
            c.run("INSERT INTO campaign_pieces (piece, hash) VALUES ($1, $2) ON CONFLICT DO NOTHING", {piece, hash});
        !done)
      return done.error();
  }
  return {};
}

struct Sharing {
  Tie tie;
  std::string case_id;
  bool genuine = false;
};

// Everybody who shows something, the fingerprints a few bits away included. `names` are Tie::name().
Result<std::map<std::string, std::vector<Sharing>>> sharing_of(Connection& c, const std::vector<std::string>& names) {
  std::map<std::string, std::vector<Sharing>> found;
  for (std::size_t from = 0; from < names.size(); from += kTiesAtOnce) {
    const auto begin = names.begin() + static_cast<std::ptrdiff_t>(from);
    const std::vector<std::string> part(
        begin, begin + static_cast<std::ptrdiff_t>(std::min(kTiesAtOnce, names.size() - from)));
    std::vector<Value> parameters;
    auto asked = c.run("SELECT tie, kind, value, case_id, genuine FROM campaign_ties WHERE tie IN (" +
                           store::placeholders(part, parameters) + ")",
                       parameters, [&](const Row& row) {
                         const std::optional<TieKind> kind = kind_from(row.text(1));
                         if (kind)
                           found[row.text(0)].push_back({{*kind, row.text(2)}, row.text(3), row.integer(4) != 0});
                         return true;
                       });
    if (!asked) return asked.error();
  }
  return found;
}

Result<std::map<std::string, std::set<std::string>>> near_of(Connection& c, const std::vector<std::string>& hashes) {
  std::map<std::string, std::set<std::string>> near;
  for (const std::string& hash : hashes) {
    auto asked = c.run("SELECT near FROM campaign_near WHERE hash = $1", {hash}, [&](const Row& row) {
      near[hash].insert(row.text(0));
      return true;
    });
    if (!asked) return asked.error();
  }
  return near;
}

using Pair = std::pair<std::string, std::string>;
Pair pair_of(const std::string& a, const std::string& b) {
  return a < b ? Pair{a, b} : Pair{b, a};
}

Result<std::set<Pair>> cuts_of(Connection& c, const std::set<std::string>& cases) {
  std::set<Pair> cuts;
  for (const std::string& id : cases) {
    auto asked = c.run("SELECT case_id, other_id FROM campaign_cuts WHERE case_id = $1", {id}, [&](const Row& row) {
      cuts.insert(pair_of(row.text(0), row.text(1)));
      return true;
    });
    if (!asked) return asked.error();
  }
  return cuts;
}

Result<std::vector<std::string>> names_of(Connection& c, const std::string& case_id) {
  std::vector<std::string> names;
  auto asked = c.run("SELECT tie FROM campaign_ties WHERE case_id = $1 ORDER BY tie", {case_id}, [&](const Row& row) {
    names.push_back(row.text(0));
    return true;
  });
  if (!asked) return asked.error();
  return names;
}

std::string hash_of(const std::string& name) {
  constexpr std::string_view kPrefix = "fingerprint:";
  return name.starts_with(kPrefix) ? name.substr(kPrefix.size()) : std::string();
}

// What ties the given cases to each other or, with `outwards`, to any. Ties that show genuine media or that too many
// share are left out.
Result<std::vector<CampaignTie>> ties_among(Connection& c, const std::set<std::string>& cases, bool outwards) {
  std::set<std::string> names;
  for (const std::string& id : cases) {
    Result<std::vector<std::string>> own = names_of(c, id);
    if (!own) return own.error();
    names.insert(own->begin(), own->end());
  }
  std::vector<std::string> hashes;
  for (const std::string& name : names) {
    if (std::string hash = hash_of(name); !hash.empty()) hashes.push_back(std::move(hash));
  }
  auto near = near_of(c, hashes);
  if (!near) return near.error();
  std::set<std::string> asked_for = names;
  for (const auto& [hash, others] : *near) {
    for (const std::string& other : others) asked_for.insert("fingerprint:" + other);
  }
  auto sharing = sharing_of(c, {asked_for.begin(), asked_for.end()});
  if (!sharing) return sharing.error();
  const auto void_name = [&](const std::string& name) {
    const auto found = sharing->find(name);
    if (found == sharing->end()) return false;
    return found->second.size() > kMostSharing ||
           std::any_of(found->second.begin(), found->second.end(), [](const Sharing& one) { return one.genuine; });
  };
  const auto is_void = [&](const std::string& name) {
    if (void_name(name)) return true;
    const auto others = near->find(hash_of(name));
    return others != near->end() &&
           std::any_of(others->second.begin(), others->second.end(),
                       [&](const std::string& hash) { return void_name("fingerprint:" + hash); });
  };
  std::vector<CampaignTie> ties;
  const auto add = [&](const Tie& tie, std::set<std::string> ids, const std::string& near_hash) {
    if (ids.size() < 2) return;
    ties.push_back({tie, {ids.begin(), ids.end()}, near_hash});
  };
  const auto wanted = [&](const std::string& id) { return outwards || cases.contains(id); };
  for (const std::string& name : names) {
    const auto found = sharing->find(name);
    if (found == sharing->end() || is_void(name)) continue;
    std::set<std::string> ids;
    for (const Sharing& one : found->second) {
      if (wanted(one.case_id)) ids.insert(one.case_id);
    }
    add(found->second.front().tie, ids, "");
    const auto others = near->find(hash_of(name));
    if (others == near->end()) continue;
    for (const std::string& other : others->second) {
      const std::string other_name = "fingerprint:" + other;
      const auto there = sharing->find(other_name);
      // A pair of which both sides are known here is told once.
      if (there == sharing->end() || is_void(other_name) || (names.contains(other_name) && other < hash_of(name)))
        continue;
      std::set<std::string> both;
      for (const auto* side : {&found->second, &there->second}) {
        for (const Sharing& one : *side) {
          if (wanted(one.case_id)) both.insert(one.case_id);
        }
      }
      add(found->second.front().tie, both, other);
    }
  }
  // The strongest first; the rest of the order is only there to be the same every time.
  std::sort(ties.begin(), ties.end(), [](const CampaignTie& a, const CampaignTie& b) {
    return std::tie(a.tie.kind, a.near, a.tie.value, a.cases) < std::tie(b.tie.kind, b.near, b.tie.value, b.cases);
  });
  return ties;
}

Result<std::set<std::string>> members_of(Connection& c, const std::string& campaign) {
  std::set<std::string> members;
  auto asked = c.run("SELECT case_id FROM campaign_members WHERE campaign = $1", {campaign}, [&](const Row& row) {
    members.insert(row.text(0));
    return true;
  });
  if (!asked) return asked.error();
  return members;
}

// Groups of cases, joined tie by tie; a tie that would bring a cut pair together joins nothing between those two
// groups.
std::vector<std::set<std::string>> groups_of(const std::set<std::string>& cases, const std::vector<CampaignTie>& ties,
                                             const std::set<Pair>& cuts) {
  const std::vector<std::string> ids(cases.begin(), cases.end());
  std::vector<std::size_t> parent(ids.size());
  std::iota(parent.begin(), parent.end(), 0);
  std::vector<std::set<std::string>> members;
  for (const std::string& id : ids) members.push_back({id});
  const auto root = [&](std::size_t at) {
    while (parent[at] != at) at = parent[at] = parent[parent[at]];
    return at;
  };
  const auto place = [&](const std::string& id) {
    return static_cast<std::size_t>(std::lower_bound(ids.begin(), ids.end(), id) - ids.begin());
  };
  const auto forbidden = [&](std::size_t a, std::size_t b) {
    return std::any_of(cuts.begin(), cuts.end(), [&](const Pair& cut) {
      return (members[a].contains(cut.first) && members[b].contains(cut.second)) ||
             (members[b].contains(cut.first) && members[a].contains(cut.second));
    });
  };
  for (const CampaignTie& tie : ties) {
    std::vector<std::size_t> here;
    for (const std::string& id : tie.cases) {
      if (cases.contains(id)) here.push_back(place(id));
    }
    for (std::size_t i = 1; i < here.size(); ++i) {
      // To the first group of this tie that may take it.
      for (std::size_t k = 0; k < i; ++k) {
        std::size_t a = root(here[k]), b = root(here[i]);
        if (a == b) break;
        if (forbidden(a, b)) continue;
        if (b < a) std::swap(a, b);
        parent[b] = a;
        members[a].merge(members[b]);
        break;
      }
    }
  }
  std::vector<std::set<std::string>> groups;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (root(i) == i) groups.push_back(members[i]);
  }
  return groups;
}

std::string campaign_named_after(const std::string& case_id) {
  return "k-" + (case_id.starts_with("c-") ? case_id.substr(2) : case_id);
}

// Puts together anew what these cases make, among themselves.
Result<void> rebuild(Connection& c, const std::set<std::string>& cases) {
  for (const std::string& id : cases) {
    if (auto done = c.run("DELETE FROM campaign_members WHERE case_id = $1", {id}); !done) return done.error();
  }
  auto ties = ties_among(c, cases, false);
  if (!ties) return ties.error();
  auto cuts = cuts_of(c, cases);
  if (!cuts) return cuts.error();
  for (const std::set<std::string>& group : groups_of(cases, *ties, *cuts)) {
    if (group.size() < 2) continue;
    const std::string name = campaign_named_after(*group.begin());
    for (const std::string& id : group) {
      auto done = c.run("INSERT INTO campaign_members (case_id, campaign) VALUES ($1, $2)", {id, name});
      if (!done) return done.error();
    }
  }
  return {};
}

// The case with everybody in the campaigns that its ties reach.
Result<std::set<std::string>> reached_from(Connection& c, const std::string& case_id, bool& only_joins) {
  std::set<std::string> cases = {case_id};
  auto own = campaign_of(c, case_id);
  if (!own) return own.error();
  std::set<std::string> campaigns;
  if (!own->empty()) campaigns.insert(*own);
  auto ties = ties_among(c, {case_id}, true);
  if (!ties) return ties.error();
  for (const CampaignTie& tie : *ties) cases.insert(tie.cases.begin(), tie.cases.end());
  for (const std::string& id : std::set<std::string>(cases)) {
    auto campaign = campaign_of(c, id);
    if (!campaign) return campaign.error();
    if (!campaign->empty()) campaigns.insert(*campaign);
  }
  only_joins = own->empty();
  for (const std::string& campaign : campaigns) {
    auto members = members_of(c, campaign);
    if (!members) return members.error();
    cases.insert(members->begin(), members->end());
  }
  return cases;
}

// A case that is new to campaigns and brings nothing but joins: the others keep what they have.
Result<void> join_all(Connection& c, const std::set<std::string>& cases) {
  if (cases.size() < 2) return {};
  const std::string name = campaign_named_after(*cases.begin());
  for (const std::string& id : cases) {
    auto done = c.run(
        "INSERT INTO campaign_members (case_id, campaign) VALUES ($1, $2) ON CONFLICT (case_id) DO UPDATE SET campaign "
        "= excluded.campaign WHERE campaign_members.campaign <> excluded.campaign",
        {id, name});
    if (!done) return done.error();
  }
  return {};
}

}  // namespace

std::vector<store::Migration> campaign_migrations() {
  return {
      {"campaigns", 1,
       "CREATE TABLE campaign_ties (tie TEXT NOT NULL, case_id TEXT NOT NULL, kind TEXT NOT NULL, value TEXT NOT "
       "NULL, genuine BIGINT NOT NULL, PRIMARY KEY (tie, case_id));\n"
       "CREATE INDEX campaign_ties_by_case ON campaign_ties (case_id);\n"
       "CREATE TABLE campaign_pieces (piece BIGINT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (piece, hash));\n"
       "CREATE INDEX campaign_pieces_by_hash ON campaign_pieces (hash);\n"
       "CREATE TABLE campaign_near (hash TEXT NOT NULL, near TEXT NOT NULL, PRIMARY KEY (hash, near));\n"
       "CREATE TABLE campaign_members (case_id TEXT PRIMARY KEY, campaign TEXT NOT NULL);\n"
       "CREATE INDEX campaign_members_by_campaign ON campaign_members (campaign);\n"
       // Both ways, so that a cut is found from either side.
       "CREATE TABLE campaign_cuts (case_id TEXT NOT NULL, other_id TEXT NOT NULL, at TEXT NOT NULL, actor TEXT NOT "
       "NULL, why TEXT NOT NULL, PRIMARY KEY (case_id, other_id))"}};
}

Result<void> update_campaign(Connection& c, const CaseRecord& record) {
  const bool joins = joins_campaigns(record), genuine = shows_genuine_media(record);
  std::map<std::string, Tie> now;
  if (joins || genuine) {
    for (Tie& tie : ties_of(record)) {
      const bool medium = tie.kind == TieKind::medium || tie.kind == TieKind::fingerprint;
      if (joins || medium) now.emplace(tie.name(), std::move(tie));
    }
  }
  std::set<std::string> before;
  bool was_genuine = false;
  auto asked = c.run("SELECT tie, genuine FROM campaign_ties WHERE case_id = $1", {record.id}, [&](const Row& row) {
    before.insert(row.text(0));
    was_genuine = was_genuine || row.integer(1) != 0;
    return true;
  });
  if (!asked) return asked.error();
  const bool same = before.size() == now.size() &&
                    std::all_of(now.begin(), now.end(), [&](const auto& one) { return before.contains(one.first); });
  if (same && (before.empty() || was_genuine == genuine)) return {};

  // What must be put together anew when something is taken away: everybody reached before the change.
  bool only_joins = true;
  std::set<std::string> affected;
  const bool loses = genuine != was_genuine || std::any_of(before.begin(), before.end(), [&](const std::string& name) {
                       return !now.contains(name);
                     });
  if (!before.empty() || genuine) {
    auto reached = reached_from(c, record.id, only_joins);
    if (!reached) return reached.error();
    affected = std::move(*reached);
  }
  if (auto done = c.run("DELETE FROM campaign_ties WHERE case_id = $1", {record.id}); !done) return done.error();
  for (const auto& [name, tie] : now) {
    if (tie.kind == TieKind::fingerprint) {
      if (auto noted = note_near(c, tie.value); !noted) return noted;
    }
  }
  if (genuine) {
    // Those that show the same medium are tied no longer: found before the medium becomes void.
    for (const auto& [name, tie] : now) {
      if (auto done = c.run("INSERT INTO campaign_ties (tie, case_id, kind, value, genuine) VALUES ($1, $2, $3, $4, 0)",
                            {name, record.id, std::string(text(tie.kind)), tie.value});
          !done)
        return done.error();
    }
    auto reached = reached_from(c, record.id, only_joins);
    if (!reached) return reached.error();
    affected.merge(*reached);
    if (auto done =
            c.run("UPDATE campaign_ties SET genuine = 1 WHERE case_id = $1 AND kind IN ('medium', 'fingerprint')",
                  {record.id});
        !done)
      return done.error();
    return rebuild(c, affected);
  }
  for (const auto& [name, tie] : now) {
    if (auto done = c.run("INSERT INTO campaign_ties (tie, case_id, kind, value, genuine) VALUES ($1, $2, $3, $4, 0)",
                          {name, record.id, std::string(text(tie.kind)), tie.value});
        !done)
      return done.error();
  }
  auto reached = reached_from(c, record.id, only_joins);
  if (!reached) return reached.error();
  affected.merge(*reached);
  auto cuts = cuts_of(c, affected);
  if (!cuts) return cuts.error();
  if (loses || !cuts->empty()) return rebuild(c, affected);
  return join_all(c, affected);
}

Result<std::string> campaign_of(Connection& c, const std::string& case_id) {
  std::string found;
  auto asked = c.run("SELECT campaign FROM campaign_members WHERE case_id = $1", {case_id}, [&](const Row& row) {
    found = row.text(0);
    return false;
  });
  if (!asked) return asked.error();
  return found;
}

Result<std::vector<Campaign>> list_campaigns(Connection& c) {
  std::map<std::string, Campaign> found;
  auto asked =
      c.run("SELECT campaign, case_id FROM campaign_members ORDER BY campaign, case_id", {}, [&](const Row& row) {
        Campaign& campaign = found[row.text(0)];
        campaign.id = row.text(0);
        campaign.cases.push_back(row.text(1));
        return true;
      });
  if (!asked) return asked.error();
  std::vector<Campaign> campaigns;
  for (auto& [id, campaign] : found) campaigns.push_back(std::move(campaign));
  std::stable_sort(campaigns.begin(), campaigns.end(),
                   [](const Campaign& a, const Campaign& b) { return a.cases.size() > b.cases.size(); });
  return campaigns;
}

Result<std::optional<Campaign>> find_campaign(Connection& c, const std::string& id) {
  std::string name = id;
  if (!id.starts_with("k-")) {
    auto own = campaign_of(c, id);
    if (!own) return own.error();
    name = *own;
  }
  if (name.empty()) return std::optional<Campaign>();
  auto members = members_of(c, name);
  if (!members) return members.error();
  if (members->empty()) return std::optional<Campaign>();
  Campaign campaign{name, {members->begin(), members->end()}, {}};
  auto ties = ties_among(c, *members, false);
  if (!ties) return ties.error();
  campaign.ties = std::move(*ties);
  return std::optional<Campaign>(std::move(campaign));
}

Result<void> cut_campaign(Connection& c, const std::string& case_id, const std::string& other_id,
                          const std::string& actor, const std::string& why) {
  if (case_id == other_id) return skip_error("a case cannot be cut from itself");
  auto own = campaign_of(c, case_id);
  if (!own) return own.error();
  auto other = campaign_of(c, other_id);
  if (!other) return other.error();
  if (own->empty() || *own != *other)
    return skip_error(fmt::format("{} and {} are in no common campaign; there is nothing to cut", case_id, other_id));
  const std::string now = format_utc(utc_now());
  for (const auto& [a, b] : {std::pair{case_id, other_id}, {other_id, case_id}}) {
    auto done = c.run(
        "INSERT INTO campaign_cuts (case_id, other_id, at, actor, why) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO "
        "NOTHING",
        {a, b, now, actor, why});
    if (!done) return done.error();
  }
  auto members = members_of(c, *own);
  if (!members) return members.error();
  return rebuild(c, *members);
}

}  // namespace pantau::cases
