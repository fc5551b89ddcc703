#include "cases/case_cursor.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <map>
#include <optional>

#include "cases/second_opinion.h"

namespace pantau::cases {
namespace {

constexpr std::size_t kBatch = 200;

using store::Row;
using store::Value;

std::string conditions(const CaseFilter& filter, std::vector<Value>& parameters) {
  std::string sql;
  if (!filter.bands.empty()) sql += " AND band IN (" + store::placeholders(filter.bands, parameters) + ")";
  if (!filter.statuses.empty()) sql += " AND status IN (" + store::placeholders(filter.statuses, parameters) + ")";
  if (!filter.sweeps.empty()) {
    sql += " AND id IN (SELECT case_id FROM case_sightings WHERE sweep IN (" +
           store::placeholders(filter.sweeps, parameters) + "))";
  }
  return sql;
}

Result<std::vector<std::string>> ids_of(store::Connection& connection, const CaseFilter& filter) {
  if (!filter.id.empty()) {
    Result<std::optional<CaseRecord>> found = find_case(connection, filter.id);
    if (!found) return found.error();
    if (!*found) return skip_error("no case is called " + filter.id + "; `pantau cases list` shows their names");
    return std::vector<std::string>{(*found)->id};
  }
  std::vector<Value> parameters;
  const std::string sql =
      "SELECT id FROM cases WHERE 1 = 1" + conditions(filter, parameters) + " ORDER BY score DESC, key_digest";
  std::vector<std::string> ids;
  auto asked = connection.run(sql, parameters, [&](const Row& row) {
    ids.push_back(row.text(0));
    return true;
  });
  if (!asked) return asked.error();
  return ids;
}

Result<CaseRecord> record_of(const Row& row) {
  boost::system::error_code failure;
  const boost::json::value value = boost::json::parse(row.text(4), failure);
  if (failure || !value.is_object()) {
    return give_up_error("the stored record of case " + row.text(0) +
                         " cannot be read; restore the database from a backup");
  }
  Result<CaseRecord> record = case_from_json(value.get_object());
  if (!record) return record;
  record->id = row.text(0);
  record->status = row.text(1);
  record->first_seen = row.text(2);
  record->last_seen = row.text(3);
  record->campaign = row.is_null(5) ? std::string() : row.text(5);
  return record;
}

Result<std::map<std::string, DecidedCase>> batch_of(store::Connection& connection, const CaseFilter& filter,
                                                    const std::vector<std::string>& ids) {
  std::map<std::string, DecidedCase> found;
  std::vector<Value> parameters;
  std::string sql =
      "SELECT id, status, first_seen, last_seen, record, (SELECT campaign FROM campaign_members WHERE "
      "campaign_members.case_id = cases.id) FROM cases WHERE id IN (" +
      store::placeholders(ids, parameters) + ")";
  // A case that was named is taken whatever its band; its status still has to fit.
  CaseFilter again = filter;
  if (!filter.id.empty()) again.bands = again.sweeps = {};
  sql += conditions(again, parameters);
  std::optional<Error> broken;
  auto asked = connection.run(sql, parameters, [&](const Row& row) {
    Result<CaseRecord> record = record_of(row);
    if (!record) {
      broken = record.error();
      return false;
    }
    found[record->id].record = std::move(*record);
    return true;
  });
  if (!asked) return asked.error();
  if (broken) return *broken;
  std::vector<Value> names;
  asked = connection.run(
      "SELECT case_id, at, action, actor, why, from_status, to_status, record_sha256 FROM case_decisions WHERE case_id "
      "IN (" +
          store::placeholders(ids, names) + ") ORDER BY at, id",
      names, [&](const Row& row) {
        const auto place = found.find(row.text(0));
        if (place != found.end()) {
          place->second.decisions.push_back(
              {row.text(0), row.text(1), row.text(2), row.text(3), row.text(4), row.text(5), row.text(6), row.text(7)});
        }
        return true;
      });
  if (!asked) return asked.error();
  auto opinions = opinions_of(connection, ids);
  if (!opinions) return opinions.error();
  for (const auto& [id, opinion] : *opinions) {
    const auto place = found.find(id);
    if (place != found.end() && opinion.missing() && place->second.record.status == "confirmed")
      place->second.waits_for_a_second = opinion.reasons;
  }
  return found;
}

}  // namespace

Result<void> for_each_case(store::Connection& connection, const CaseFilter& filter,
                           const std::function<Result<void>(DecidedCase&&)>& use) {
  Result<std::vector<std::string>> ids = ids_of(connection, filter);
  if (!ids) return ids.error();
  for (std::size_t from = 0; from < ids->size(); from += kBatch) {
    const auto begin = ids->begin() + static_cast<std::ptrdiff_t>(from);
    const std::vector<std::string> part(begin,
                                        begin + static_cast<std::ptrdiff_t>(std::min(kBatch, ids->size() - from)));
    auto found = batch_of(connection, filter, part);
    if (!found) return found.error();
    for (const std::string& id : part) {
      const auto place = found->find(id);
      if (place == found->end()) continue;
      if (auto used = use(std::move(place->second)); !used) return used.error();
    }
  }
  return {};
}

}  // namespace pantau::cases
