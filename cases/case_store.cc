#include "cases/case_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>

#include "base/digest.h"
#include "base/text.h"
#include "base/time.h"
#include "cases/campaigns/campaign_store.h"
#include "cases/json_text.h"
#include "cases/known_scams.h"
#include "cases/second_opinion.h"

namespace pantau::cases {
namespace {

namespace json = boost::json;

using store::Connection;
using store::Row;
using store::Value;

constexpr std::size_t kWhyLimit = 4000;
constexpr std::size_t kActorLimit = 200;

// Times are kept to the second in one spelling, so that their text order is their time order.
std::string to_second(const std::string& time) {
  const auto parsed = parse_utc(time);
  return parsed ? format_utc(*parsed) : time;
}

// What makes a record another one: everything except which look it was. The same page seen again is not a change.
std::string substance_digest(const CaseRecord& record) {
  json::object object = to_json(record);
  for (const char* key :
       {"id", "sweep", "status", "first_seen", "last_seen", "analysis", "capture", "evidence", "campaign"})
    object.erase(key);
  return sha256_hex(canonical_json(object));
}

struct Stored {
  std::string id, sweep, status, first_seen, last_seen, substance, text, campaign;
};

constexpr const char* kColumns =
    "id, sweep, status, first_seen, last_seen, substance, record, "
    "(SELECT campaign FROM campaign_members WHERE campaign_members.case_id = cases.id)";

Stored stored_of(const Row& row) {
  return {row.text(0), row.text(1), row.text(2), row.text(3),
          row.text(4), row.text(5), row.text(6), row.is_null(7) ? std::string() : row.text(7)};
}

// The JSON stays as it was written; what moves on stands in the columns.
Result<CaseRecord> record_of(const Stored& stored) {
  boost::system::error_code failure;
  const json::value value = json::parse(stored.text, failure);
  if (failure || !value.is_object()) {
    return give_up_error("the stored record of case " + stored.id +
                         " cannot be read; restore the database from a backup");
  }
  Result<CaseRecord> record = case_from_json(value.get_object());
  if (!record) return record;
  record->id = stored.id;
  record->status = stored.status;
  record->first_seen = stored.first_seen;
  record->last_seen = stored.last_seen;
  record->campaign = stored.campaign;
  return record;
}

// "c-" and 26 upper-case characters; people may leave out the "c-" and type small letters.
std::string normal_id(const std::string& typed) {
  std::string id(trim(typed));
  if (id.size() >= 2 && (id[0] == 'c' || id[0] == 'C') && id[1] == '-') id.erase(0, 2);
  for (char& c : id) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return id.empty() ? id : "c-" + id;
}

Result<std::vector<Stored>> stored_cases(Connection& connection, const CaseFilter& filter) {
  std::string sql = fmt::format("SELECT {} FROM cases WHERE 1 = 1", kColumns);
  std::vector<Value> parameters;
  if (!filter.bands.empty()) sql += " AND band IN (" + store::placeholders(filter.bands, parameters) + ")";
  if (!filter.statuses.empty()) sql += " AND status IN (" + store::placeholders(filter.statuses, parameters) + ")";
  if (!filter.sweeps.empty()) {
    sql += " AND id IN (SELECT case_id FROM case_sightings WHERE sweep IN (" +
           store::placeholders(filter.sweeps, parameters) + "))";
  }
  if (const std::string id = normal_id(filter.id); !id.empty()) {
    // Compared as a substring because LIKE and text order differ between the engines.
    parameters.emplace_back(id);
    sql += fmt::format(" AND substr(id, 1, {}) = ${}", id.size(), parameters.size());
  }
  std::vector<Stored> found;
  auto asked = connection.run(sql, parameters, [&](const Row& row) {
    found.push_back(stored_of(row));
    return true;
  });
  if (!asked) return asked.error();
  return found;
}

Result<std::optional<Stored>> stored_by(Connection& connection, const char* column, const std::string& value) {
  std::optional<Stored> found;
  auto asked =
      connection.run(fmt::format("SELECT {} FROM cases WHERE {} = $1", kColumns, column), {value}, [&](const Row& row) {
        found = stored_of(row);
        return false;
      });
  if (!asked) return asked.error();
  return found;
}

// What one look of a sweep saw of a case; `substance` is empty when it saw that nothing had changed.
struct Look {
  std::string sweep, id, at, substance;
};

Result<void> note_sighting(Connection& connection, const std::string& case_id, const Look& look) {
  if (look.sweep.empty()) return {};
  // The first word of a new look turns what the one before it ended with into "before".
  auto noted = connection.run(
      "INSERT INTO case_sightings (case_id, sweep, first_seen, last_seen, first_look, look, before, substance) VALUES "
      "($1, $2, $3, $4, $5, $6, '', $7) ON CONFLICT (case_id, sweep) DO UPDATE SET last_seen = CASE WHEN "
      "excluded.last_seen > case_sightings.last_seen THEN excluded.last_seen ELSE case_sightings.last_seen END, "
      "first_seen = CASE WHEN excluded.first_seen < case_sightings.first_seen THEN excluded.first_seen ELSE "
      "case_sightings.first_seen END, before = CASE WHEN excluded.look <> case_sightings.look THEN "
      "case_sightings.substance ELSE case_sightings.before END, look = excluded.look, substance = CASE WHEN "
      "excluded.substance <> '' THEN excluded.substance ELSE case_sightings.substance END",
      {case_id, look.sweep, look.at, look.at, look.id, look.id, look.substance});
  if (!noted) return noted.error();
  return {};
}

struct Step {
  const char *from, *action, *to;
};
// Confirmed cases have left the house (exports, takedown requests): they are disputed or withdrawn, never quietly
// dismissed. A withdrawal made in error is mended by confirming again, which asks for a reason like every step.
constexpr std::array<Step, 8> kSteps = {{{"new", "confirm", "confirmed"},
                                         {"new", "dismiss", "dismissed"},
                                         {"dismissed", "confirm", "confirmed"},
                                         {"confirmed", "dispute", "disputed"},
                                         {"confirmed", "withdraw", "withdrawn"},
                                         {"disputed", "confirm", "confirmed"},
                                         {"disputed", "withdraw", "withdrawn"},
                                         {"withdrawn", "confirm", "confirmed"}}};

std::string_view done_word(std::string_view action) {
  for (const Step& step : kSteps) {
    if (action == step.action) return step.to;
  }
  return action;
}

}  // namespace

std::vector<store::Migration> case_migrations() {
  // A key may be longer than a PostgreSQL index entry, so its digest is what is unique.
  std::vector<store::Migration> migrations = campaign_migrations();
  migrations.insert(
      migrations.begin(),
      {"cases", 1,
       "CREATE TABLE cases (id TEXT PRIMARY KEY, key_digest TEXT NOT NULL UNIQUE, sweep TEXT NOT NULL, status TEXT "
       "NOT NULL, "
       "band TEXT NOT NULL, category TEXT NOT NULL, score DOUBLE PRECISION NOT NULL, first_seen TEXT NOT NULL, "
       "last_seen TEXT NOT NULL, substance TEXT NOT NULL, record TEXT NOT NULL);\n"
       "CREATE INDEX cases_by_band ON cases (band, score);\n"
       "CREATE INDEX cases_by_status ON cases (status, band);\n"
       "CREATE INDEX cases_by_sweep ON cases (sweep);\n"
       "CREATE TABLE case_sightings (case_id TEXT NOT NULL REFERENCES cases (id), sweep TEXT NOT NULL, "
       "first_seen TEXT NOT NULL, last_seen TEXT NOT NULL, PRIMARY KEY (case_id, sweep));\n"
       "CREATE INDEX case_sightings_by_sweep ON case_sightings (sweep, last_seen);\n"
       "CREATE TABLE case_decisions (id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases (id), at TEXT NOT "
       "NULL, "
       "action TEXT NOT NULL, actor TEXT NOT NULL, why TEXT NOT NULL, from_status TEXT NOT NULL, to_status TEXT "
       "NOT NULL, "
       "record_sha256 TEXT NOT NULL);\n"
       "CREATE INDEX case_decisions_by_case ON case_decisions (case_id, id)"});
  // Which look of the sweep saw it first and last, and what it was before that look and after it.
  migrations.push_back({"sightings", 1,
                        "ALTER TABLE case_sightings ADD COLUMN first_look TEXT NOT NULL DEFAULT '';\n"
                        "ALTER TABLE case_sightings ADD COLUMN look TEXT NOT NULL DEFAULT '';\n"
                        "ALTER TABLE case_sightings ADD COLUMN before TEXT NOT NULL DEFAULT '';\n"
                        "ALTER TABLE case_sightings ADD COLUMN substance TEXT NOT NULL DEFAULT ''"});
  for (store::Migration& more : opinion_migrations()) migrations.push_back(std::move(more));
  migrations.push_back(known_scam_migration());
  return migrations;
}

Result<SavedCase> save_case(Connection& connection, CaseRecord record, const std::string& look) {
  if (record.key.empty()) return give_up_error("a case without a key cannot be saved");
  const std::string now = format_utc(utc_now());
  if (record.first_seen.empty()) record.first_seen = now;
  if (record.last_seen.empty()) record.last_seen = record.first_seen;
  record.first_seen = to_second(record.first_seen);
  record.last_seen = to_second(record.last_seen);
  const std::string seen = record.last_seen, sweep = record.sweep;
  const std::string key_digest = sha256_hex(record.key);
  const std::string substance = substance_digest(record);

  Result<std::optional<Stored>> known = stored_by(connection, "key_digest", key_digest);
  if (!known) return known.error();
  SavedCase saved;
  if (!*known) {
    record.id = "c-" + new_ulid();
    record.status = "new";
    auto inserted = connection.run(
        "INSERT INTO cases (id, key_digest, sweep, status, band, category, score, first_seen, last_seen, substance, "
        "record) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (key_digest) DO NOTHING",
        {record.id, key_digest, record.sweep, record.status, record.verdict.band, record.verdict.category,
         record.verdict.score, record.first_seen, record.last_seen, substance, json_line(to_json(record))});
    if (!inserted) return inserted.error();
    if (*inserted > 0) {
      if (auto noted = note_sighting(connection, record.id, {sweep, look, seen, substance}); !noted)
        return noted.error();
      if (auto joined = update_campaign(connection, record); !joined) return joined.error();
      return SavedCase{record.id, true, true};
    }
    // Another machine was faster.
    known = stored_by(connection, "key_digest", key_digest);
    if (!known) return known.error();
    if (!*known) return retry_error("a case appeared and vanished while it was saved");
  }

  const Stored& old = **known;
  saved.id = old.id;
  record.id = old.id;
  record.status = old.status;
  record.first_seen = std::min(record.first_seen, old.first_seen);
  record.last_seen = std::max(record.last_seen, old.last_seen);
  if (old.status != "new") {
    // Decided on: the record is frozen; that the page shows something else now is kept with the sighting.
    auto moved = connection.run("UPDATE cases SET last_seen = $1 WHERE id = $2", {record.last_seen, old.id});
    if (!moved) return moved.error();
  } else {
    saved.changed = old.substance != substance;
    auto replaced = connection.run(
        "UPDATE cases SET sweep = $1, band = $2, category = $3, score = $4, first_seen = $5, last_seen = $6, substance "
        "= $7, "
        "record = $8 WHERE id = $9 AND status = 'new'",
        {record.sweep, record.verdict.band, record.verdict.category, record.verdict.score, record.first_seen,
         record.last_seen, substance, json_line(to_json(record)), old.id});
    if (!replaced) return replaced.error();
    if (auto joined = update_campaign(connection, record); !joined) return joined.error();
  }
  if (auto noted = note_sighting(connection, old.id, {sweep, look, seen, substance}); !noted) return noted.error();
  return saved;
}

Result<std::string> see_case(Connection& connection, const std::string& key, const std::string& sweep,
                             const std::string& at, const std::string& look) {
  std::string id, band, last_seen;
  auto asked = connection.run("SELECT id, band, last_seen FROM cases WHERE key_digest = $1", {sha256_hex(key)},
                              [&](const Row& row) {
                                id = row.text(0);
                                band = row.text(1);
                                last_seen = row.text(2);
                                return false;
                              });
  if (!asked) return asked.error();
  if (id.empty()) return std::string();
  const std::string seen = to_second(at);
  if (seen > last_seen) {
    auto moved = connection.run("UPDATE cases SET last_seen = $1 WHERE id = $2", {seen, id});
    if (!moved) return moved.error();
  }
  if (auto noted = note_sighting(connection, id, {sweep, look, seen, std::string()}); !noted) return noted.error();
  return band;
}

Result<std::vector<std::pair<std::string, std::string>>> case_bands_since(Connection& connection,
                                                                          const std::string& sweep,
                                                                          const std::string& since) {
  struct Seen {
    std::string id, band, record_key;
    double score;
  };
  std::vector<Seen> seen;
  auto asked = connection.run(
      "SELECT cases.id, cases.band, cases.key_digest, cases.score FROM case_sightings JOIN cases ON cases.id = "
      "case_sightings.case_id "
      "WHERE case_sightings.sweep = $1 AND case_sightings.last_seen >= $2",
      {sweep, to_second(since)}, [&](const Row& row) {
        seen.push_back({row.text(0), row.text(1), row.text(2), row.number(3)});
        return true;
      });
  if (!asked) return asked.error();
  std::sort(seen.begin(), seen.end(), [](const Seen& a, const Seen& b) {
    return a.score != b.score ? a.score > b.score : a.record_key < b.record_key;
  });
  std::vector<std::pair<std::string, std::string>> out;
  out.reserve(seen.size());
  for (Seen& one : seen) out.emplace_back(std::move(one.id), std::move(one.band));
  return out;
}

Result<std::vector<CaseRecord>> list_cases(Connection& connection, const CaseFilter& filter) {
  Result<std::vector<Stored>> rows = stored_cases(connection, filter);
  if (!rows) return rows.error();
  std::vector<CaseRecord> records;
  records.reserve(rows->size());
  for (const Stored& row : *rows) {
    Result<CaseRecord> record = record_of(row);
    if (!record) return record.error();
    records.push_back(std::move(*record));
  }
  std::sort(records.begin(), records.end(), [](const CaseRecord& a, const CaseRecord& b) {
    return a.verdict.score != b.verdict.score ? a.verdict.score > b.verdict.score : a.key < b.key;
  });
  return records;
}

Result<std::optional<CaseRecord>> find_case(Connection& connection, const std::string& id_or_prefix) {
  CaseFilter filter;
  filter.id = id_or_prefix;
  if (normal_id(id_or_prefix).empty()) return std::optional<CaseRecord>();
  Result<std::vector<Stored>> rows = stored_cases(connection, filter);
  if (!rows) return rows.error();
  if (rows->empty()) return std::optional<CaseRecord>();
  if (rows->size() > 1) {
    return skip_error(fmt::format("\"{}\" fits {} cases ({} and {}{}); give more characters of the id",
                                  clip_utf8(to_valid_utf8(id_or_prefix), 60), rows->size(), (*rows)[0].id,
                                  (*rows)[1].id, rows->size() > 2 ? ", ..." : ""));
  }
  Result<CaseRecord> record = record_of(rows->front());
  if (!record) return record.error();
  return std::optional<CaseRecord>(std::move(*record));
}

std::vector<std::string> possible_actions(const std::string& status) {
  std::vector<std::string> actions;
  for (const Step& step : kSteps) {
    if (status == step.from) actions.emplace_back(step.action);
  }
  return actions;
}

namespace {

// Somebody else confirms what was confirmed: the second opinion that some cases need (second_opinion.h).
Result<std::string> agree(Connection& connection, const std::string& case_id, const std::string& actor,
                          const std::string& why) {
  auto opinions = opinions_of(connection, {case_id});
  if (!opinions) return opinions.error();
  const auto opinion = opinions->find(case_id);
  if (opinion == opinions->end())
    return skip_error("case " + case_id + " is confirmed already; possible: dispute, withdraw");
  if (!opinion->second.agreed_by.empty())
    return skip_error("case " + case_id + " is confirmed, and " + opinion->second.agreed_by + " agreed already");
  Result<std::vector<DecisionEntry>> decisions = decisions_of(connection, case_id);
  if (!decisions) return decisions.error();
  std::string confirmed_by, record_sha256;
  for (const DecisionEntry& entry : *decisions) {
    if (entry.action == "confirm") confirmed_by = entry.actor;
    record_sha256 = entry.record_sha256;
  }
  if (equals_ignore_case_ascii(confirmed_by, actor)) {
    return skip_error("case " + case_id + " was confirmed by " + confirmed_by +
                      "; it needs a second person to agree: --actor NAME");
  }
  auto noted = connection.run(
      "INSERT INTO case_decisions (id, case_id, at, action, actor, why, from_status, to_status, record_sha256) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      {new_ulid(), case_id, format_utc(utc_now()), std::string("confirm"), actor, why, std::string("confirmed"),
       std::string("confirmed"), record_sha256});
  if (!noted) return noted.error();
  if (auto agreed = note_agreement(connection, case_id, actor); !agreed) return agreed.error();
  return std::string("confirmed");
}

}  // namespace

Result<std::string> decide(Connection& connection, const Decision& decision) {
  const std::string actor(clip_utf8(collapse_space(to_valid_utf8(decision.actor)), kActorLimit));
  const std::string why(trim(to_valid_utf8(decision.why)));
  bool known_action = false;
  for (const Step& step : kSteps) known_action = known_action || decision.action == step.action;
  if (!known_action) {
    return skip_error("there is no decision \"" + std::string(clip_utf8(to_valid_utf8(decision.action), 40)) +
                      "\"; it is one of confirm, dismiss, dispute, withdraw");
  }
  if (actor.empty()) return skip_error("every decision needs the name of who decides: --actor NAME");
  if (collapse_space(why).empty()) return skip_error("every decision needs a reason: --why \"what you saw\"");
  if (why.size() > kWhyLimit)
    return skip_error(fmt::format("the reason is longer than {} bytes; shorten it", kWhyLimit));

  Result<std::optional<CaseRecord>> found = find_case(connection, decision.case_id);
  if (!found) return found.error();
  if (!*found) {
    return skip_error("there is no case " + std::string(clip_utf8(to_valid_utf8(decision.case_id), 60)) +
                      "; `pantau cases list` shows them all");
  }
  CaseRecord& record = **found;
  const std::string from = record.status;
  if (from == "confirmed" && decision.action == "confirm") return agree(connection, record.id, actor, why);
  const Step* step = nullptr;
  for (const Step& candidate : kSteps) {
    if (from == candidate.from && decision.action == candidate.action) step = &candidate;
  }
  if (step == nullptr) {
    const std::vector<std::string> possible = possible_actions(from);
    return skip_error(fmt::format("case {} is {} and cannot be {} now; possible: {}", record.id, from,
                                  done_word(decision.action),
                                  possible.empty() ? "nothing" : fmt::format("{}", fmt::join(possible, ", "))));
  }

  Result<std::optional<Stored>> stored = stored_by(connection, "id", record.id);
  if (!stored) return stored.error();
  if (!*stored) return retry_error("case " + record.id + " vanished while it was decided on");
  std::string frozen = (*stored)->text;
  if (from == "new") {
    // The first decision freezes the record as it stands now, with the times up to here.
    record.status = step->to;
    frozen = json_line(to_json(record));
  }
  const std::string now = format_utc(utc_now());
  // The status in the condition: of two decisions at the same time one wins, the other is told.
  auto moved = connection.run("UPDATE cases SET status = $1, record = $2 WHERE id = $3 AND status = $4",
                              {std::string(step->to), frozen, record.id, from});
  if (!moved) return moved.error();
  if (*moved == 0)
    return skip_error("case " + record.id + " was decided on by somebody else just now; look at it again");
  auto noted = connection.run(
      "INSERT INTO case_decisions (id, case_id, at, action, actor, why, from_status, to_status, record_sha256) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      {new_ulid(), record.id, now, decision.action, actor, why, from, std::string(step->to), sha256_hex(frozen)});
  if (!noted) return noted.error();
  record.status = step->to;
  if (decision.action == "confirm") {
    if (auto asked = ask_for_a_second(connection, record); !asked) return asked.error();
  }
  if (auto joined = update_campaign(connection, record); !joined) return joined.error();
  if (auto listed = note_decided_media(connection, record, step->to); !listed) return listed.error();
  return std::string(step->to);
}

Result<std::vector<DecisionEntry>> decisions_of(Connection& connection, const std::string& case_id) {
  std::vector<DecisionEntry> entries;
  auto asked = connection.run(
      "SELECT case_id, at, action, actor, why, from_status, to_status, record_sha256 FROM case_decisions WHERE case_id "
      "= $1 "
      "ORDER BY at, id",
      {case_id}, [&](const Row& row) {
        entries.push_back(
            {row.text(0), row.text(1), row.text(2), row.text(3), row.text(4), row.text(5), row.text(6), row.text(7)});
        return true;
      });
  if (!asked) return asked.error();
  return entries;
}

Result<std::vector<Sighting>> sightings_of(Connection& connection, const std::string& case_id) {
  std::vector<Sighting> sightings;
  auto asked =
      connection.run("SELECT sweep, first_seen, last_seen FROM case_sightings WHERE case_id = $1 ORDER BY sweep",
                     {case_id}, [&](const Row& row) {
                       sightings.push_back({row.text(0), row.text(1), row.text(2)});
                       return true;
                     });
  if (!asked) return asked.error();
  return sightings;
}

}  // namespace pantau::cases
