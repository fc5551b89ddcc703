#include "cases/second_opinion.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "base/url.h"

namespace pantau::cases {
namespace {

using store::Connection;
using store::Row;
using store::Value;

// Kinds of context (config/lures) by what they may mean.
struct Concern {
  std::string_view kind, clause;
};
constexpr std::array<Concern, 6> kConcerns = {{{"politics", "it may be political speech"},
                                               {"campaign", "it may be political speech"},
                                               {"criticism", "it may be criticism"},
                                               {"satire", "it may be satire"},
                                               {"news", "it may be the work of a news medium"},
                                               {"fan", "it may be a fan's page"}}};

// "gov", "gov.my", "go.id", "gob.mx", "gouv.fr", "mil", "mil.my": labels that registries give to the state alone.
bool is_government(const std::string& host) {
  const std::vector<std::string> labels = split(host, '.');
  const std::size_t from = labels.size() > 3 ? labels.size() - 3 : 0;
  for (std::size_t i = from; i < labels.size(); ++i) {
    const bool state = labels[i] == "gov" || labels[i] == "go" || labels[i] == "gob" || labels[i] == "gouv" ||
                       labels[i] == "govt" || labels[i] == "mil";
    const bool at_the_end = i + 1 == labels.size() || (i + 2 == labels.size() && labels.back().size() == 2);
    if (state && at_the_end) return true;
  }
  return false;
}

// An account of somebody on a site where anybody may have one.
bool is_personal_account(const CaseRecord& record) {
  for (const std::string* address : {&record.landing_url, &record.page_url}) {
    if (address->empty()) continue;
    const Result<Url> url = Url::parse(*address);
    return url && is_shared_host(url->host()) && url->path().size() > 1;
  }
  return false;
}

std::string joined(const std::vector<std::string>& lines) {
  return fmt::format("{}", fmt::join(lines, "\n"));
}

}  // namespace

std::vector<store::Migration> opinion_migrations() {
  return {{"opinions", 1,
           "CREATE TABLE case_opinions (case_id TEXT PRIMARY KEY, reasons TEXT NOT NULL, agreed_by TEXT NOT NULL);\n"
           "CREATE TABLE confirmed_entities (entity TEXT PRIMARY KEY, case_id TEXT NOT NULL)"}};
}

std::vector<std::string> reasons_for_a_second(const CaseRecord& record, const std::string& new_brand) {
  std::vector<std::string> reasons;
  for (const Concern& concern : kConcerns) {
    const bool found = std::any_of(record.signals.begin(), record.signals.end(), [&](const matchers::Signal& signal) {
      return signal.type == matchers::SignalType::context && !signal.hidden && signal.kind == concern.kind;
    });
    const std::string clause(concern.clause);
    if (found && std::find(reasons.begin(), reasons.end(), clause) == reasons.end()) reasons.push_back(clause);
  }
  const Result<Url> landing = Url::parse(record.landing_url.empty() ? record.page_url : record.landing_url);
  if (landing && is_government(landing->host())) reasons.push_back("it stands on an address of a government");
  if (is_personal_account(record)) reasons.push_back("it is somebody's account on a shared site");
  if (record.verdict.band != "flag") reasons.push_back("its score is below the threshold of a flag");
  if (!new_brand.empty()) reasons.push_back("it is the first confirmed case about " + new_brand);
  return reasons;
}

Result<std::map<std::string, Opinion>> opinions_of(Connection& c, const std::vector<std::string>& case_ids) {
  std::map<std::string, Opinion> found;
  if (case_ids.empty()) return found;
  std::vector<Value> parameters;
  auto asked = c.run("SELECT case_id, reasons, agreed_by FROM case_opinions WHERE case_id IN (" +
                         store::placeholders(case_ids, parameters) + ")",
                     parameters, [&](const Row& row) {
                       found[row.text(0)] = {split(row.text(1), '\n'), row.text(2)};
                       return true;
                     });
  if (!asked) return asked.error();
  return found;
}

Result<void> ask_for_a_second(Connection& c, const CaseRecord& record) {
  std::string new_brand;
  for (const Impersonation& one : record.verdict.impersonates) {
    auto noted = c.run("INSERT INTO confirmed_entities (entity, case_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                       {one.entity, record.id});
    if (!noted) return noted.error();
    std::string first;
    auto asked = c.run("SELECT case_id FROM confirmed_entities WHERE entity = $1", {one.entity}, [&](const Row& row) {
      first = row.text(0);
      return false;
    });
    if (!asked) return asked.error();
    if (first == record.id && new_brand.empty()) new_brand = one.entity;
  }
  if (auto forgotten = c.run("DELETE FROM case_opinions WHERE case_id = $1", {record.id}); !forgotten)
    return forgotten.error();
  const std::vector<std::string> reasons = reasons_for_a_second(record, new_brand);
  if (reasons.empty()) return {};
  auto noted = c.run("INSERT INTO case_opinions (case_id, reasons, agreed_by) VALUES ($1, $2, $3)",
                     {record.id, joined(reasons), std::string()});
  if (!noted) return noted.error();
  return {};
}

Result<void> note_agreement(Connection& c, const std::string& case_id, const std::string& actor) {
  auto noted = c.run("UPDATE case_opinions SET agreed_by = $1 WHERE case_id = $2", {actor, case_id});
  if (!noted) return noted.error();
  return {};
}

}  // namespace pantau::cases
