#include "cases/known_scams.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/time.h"
#include "matchers/hash_index.h"

namespace pantau::cases {
namespace {

using media::PdqBits;
using store::Connection;
using store::Row;

constexpr const char* kDismissed = "case:";
constexpr const char* kFile = "file:";

// The fingerprints that mean something, each once.
std::set<PdqBits> telling_hashes(const CaseMedium& medium) {
  std::set<PdqBits> hashes;
  for (const CaseMedium::Fingerprint& one : medium.pdq) {
    if (one.quality < kMinListedQuality) continue;
    if (const auto bits = PdqBits::from_hex(one.hash)) hashes.insert(*bits);
  }
  return hashes;
}

// A page shows much that is not the fraud's own: icons, stock pictures, logos of messengers and newspapers. Only what a
// matcher found something in is searched for.
bool is_creative(const CaseRecord& record, const CaseMedium& medium) {
  constexpr int kSmallestSide = 128;
  if (medium.kind != "image" && medium.kind != "video") return false;
  if (medium.width > 0 && medium.height > 0 && std::min(medium.width, medium.height) < kSmallestSide) return false;
  bool telling = false;
  for (const matchers::Signal& signal : record.signals) {
    using matchers::SignalType;
    if (signal.media != medium.sha256) continue;
    if (signal.outcome == "same-as-authentic" || signal.type == SignalType::official) return false;
    telling = telling || (signal.type != SignalType::logo && signal.type != SignalType::undecodable &&
                          signal.type != SignalType::context);
  }
  return telling;
}

Result<void> forget_source(Connection& connection, const std::string& source) {
  auto gone = connection.run("DELETE FROM authentic_media WHERE source = $1", {source});
  if (!gone) return gone.error();
  return {};
}

}  // namespace

store::Migration known_scam_migration() {
  return {"known_scams", 1,
          "CREATE TABLE known_scam_media (case_id TEXT NOT NULL REFERENCES cases (id), medium TEXT NOT NULL, hash TEXT "
          "NOT NULL, added TEXT NOT NULL, PRIMARY KEY (case_id, medium, hash));\n"
          "CREATE TABLE authentic_media (source TEXT NOT NULL, hash TEXT NOT NULL, what TEXT NOT NULL, added TEXT NOT "
          "NULL, PRIMARY KEY (source, hash))"};
}

Result<void> note_decided_media(Connection& connection, const CaseRecord& record, const std::string& status) {
  auto gone = connection.run("DELETE FROM known_scam_media WHERE case_id = $1", {record.id});
  if (!gone) return gone.error();
  if (auto forgotten = forget_source(connection, kDismissed + record.id); !forgotten) return forgotten;
  // Nothing of a restricted case was kept, and nothing of it is compared.
  if (record.verdict.category == "restricted-content") return {};
  const std::string now = format_utc(utc_now());
  if (status == "dismissed") {
    std::vector<PdqBits> hashes;
    for (const CaseMedium& medium : record.media) {
      const std::set<PdqBits> telling = telling_hashes(medium);
      hashes.insert(hashes.end(), telling.begin(), telling.end());
    }
    return note_authentic_media(connection, kDismissed + record.id, "a medium of the dismissed case " + record.id,
                                hashes);
  }
  if (status != "confirmed") return {};
  for (const CaseMedium& medium : record.media) {
    if (!is_creative(record, medium)) continue;
    for (const PdqBits& hash : telling_hashes(medium)) {
      auto put = connection.run(
          "INSERT INTO known_scam_media (case_id, medium, hash, added) VALUES ($1, $2, $3, $4) ON CONFLICT (case_id, "
          "medium, hash) DO NOTHING",
          {record.id, medium.sha256, hash.hex(), now});
      if (!put) return put.error();
    }
  }
  return {};
}

Result<void> note_authentic_media(Connection& connection, const std::string& source, const std::string& what,
                                  const std::vector<PdqBits>& hashes) {
  const std::string now = format_utc(utc_now());
  for (const PdqBits& hash : hashes) {
    auto put = connection.run(
        "INSERT INTO authentic_media (source, hash, what, added) VALUES ($1, $2, $3, $4) ON CONFLICT (source, hash) DO "
        "NOTHING",
        {source, hash.hex(), what, now});
    if (!put) return put.error();
  }
  return {};
}

Result<bool> knows_authentic_source(Connection& connection, const std::string& source) {
  bool known = false;
  auto asked = connection.run("SELECT 1 FROM authentic_media WHERE source = $1 LIMIT 1", {source}, [&](const Row&) {
    known = true;
    return false;
  });
  if (!asked) return asked.error();
  return known;
}

Result<void> keep_authentic_files(Connection& connection, const std::vector<std::string>& sources) {
  const std::set<std::string> kept(sources.begin(), sources.end());
  std::vector<std::string> gone;
  auto asked = connection.run("SELECT DISTINCT source FROM authentic_media", {}, [&](const Row& row) {
    const std::string source = row.text(0);
    if (source.rfind(kFile, 0) == 0 && !kept.contains(source)) gone.push_back(source);
    return true;
  });
  if (!asked) return asked.error();
  for (const std::string& source : gone) {
    if (auto forgotten = forget_source(connection, source); !forgotten) return forgotten;
  }
  return {};
}

Result<KnownScams> known_scams(Connection& connection) {
  matchers::HashIndex authentic;
  std::vector<std::string> reasons;
  std::map<std::string, std::uint32_t> reason_numbers;
  auto asked = connection.run("SELECT hash, what FROM authentic_media ORDER BY source, hash", {}, [&](const Row& row) {
    const auto [place, is_new] = reason_numbers.try_emplace(row.text(1), static_cast<std::uint32_t>(reasons.size()));
    if (is_new) reasons.push_back(place->first);
    if (const auto bits = PdqBits::from_hex(row.text(0))) authentic.add(*bits, {0, place->second, 0});
    return true;
  });
  if (!asked) return asked.error();

  struct Medium {
    std::string case_id, sha256;
    std::vector<PdqBits> hashes;
  };
  std::vector<Medium> media;
  asked = connection.run(
      "SELECT case_id, medium, hash FROM known_scam_media ORDER BY case_id, medium, hash", {}, [&](const Row& row) {
        if (media.empty() || media.back().case_id != row.text(0) || media.back().sha256 != row.text(1))
          media.push_back({row.text(0), row.text(1), {}});
        if (const auto bits = PdqBits::from_hex(row.text(2))) media.back().hashes.push_back(*bits);
        return true;
      });
  if (!asked) return asked.error();

  // A film that borrows a genuine scene stays out as a whole: the moments between its listed frames may be genuine too.
  KnownScams out;
  matchers::HashSearch search;
  std::vector<matchers::HashMatch> near;
  for (const Medium& medium : media) {
    std::string why;
    for (const PdqBits& hash : medium.hashes) {
      authentic.find(hash, kNearDuplicate, search, near);
      if (near.empty()) continue;
      why = "looks like " + reasons[near.front().entry.row];
      break;
    }
    if (!why.empty()) {
      out.kept_out.push_back({medium.case_id, medium.sha256, why});
      continue;
    }
    for (const PdqBits& hash : medium.hashes) out.listed.push_back({hash, medium.case_id, medium.sha256});
  }
  return out;
}

}  // namespace pantau::cases
