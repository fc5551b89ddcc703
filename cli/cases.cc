// `pantau cases`: review from a terminal.
#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "base/log.h"
#include "base/text.h"
#include "cases/campaigns/campaign_store.h"
#include "cases/case_changes.h"
#include "cases/case_store.h"
#include "cases/evidence/audit_log.h"
#include "cases/evidence/evidence.h"
#include "cases/second_opinion.h"
#include "cli/commands.h"
#include "cli/table.h"
#include "store/store.h"
#include "sweep/tables.h"

namespace pantau::cli {
namespace {

struct Options {
  std::string workspace, configuration, id, other, why, actor, band, status, sweep;
  bool json = false, short_form = false;
  std::size_t limit = 50;
};

struct Opened {
  std::string workspace;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<store::Connection> reader;
  std::map<std::string, std::string> names;
};

Result<Opened> open(const Options& options) {
  Opened opened;
  std::string address;  // the one that the workspace records
  if (!options.configuration.empty()) {
    Result<sweep::Configuration> configuration = sweep::read_configuration(options.configuration);
    if (!configuration) return configuration.error();
    address = configuration->store;
    if (auto matcher = sweep::load_matcher(*configuration, embedded_defaults()))
      opened.names = entity_names((*matcher)->watchlist());
  }
  Result<std::string> workspace = find_workspace(options.workspace, options.configuration);
  if (!workspace) return workspace.error();
  opened.workspace = *workspace;
  std::vector<store::Migration> migrations = cases::case_migrations();
  for (const store::Migration& one : sweep::sweep_migrations()) migrations.push_back(one);
  auto store = store::Store::open(address, *workspace, migrations);
  if (!store) return store.error();
  opened.store = std::move(*store);
  auto reader = opened.store->open_reader();
  if (!reader) return reader.error();
  opened.reader = std::move(*reader);
  return opened;
}

int list(const Options& options) {
  Result<Opened> opened = open(options);
  if (!opened) return fail(opened.error());
  cases::CaseFilter filter;
  filter.bands = listed_words(options.band);
  filter.statuses = listed_words(options.status);
  filter.sweeps = listed_words(options.sweep);
  auto records = cases::list_cases(*opened->reader, filter);
  if (!records) return fail(records.error());
  if (options.json) {
    for (const cases::CaseRecord& record : *records) fmt::print("{}\n", boost::json::serialize(cases::to_json(record)));
    return kDone;
  }
  print_cases(*records, opened->names, {options.limit == 0 ? SIZE_MAX : options.limit, !options.short_form});
  if (records->empty()) fmt::print("No cases fit.\n");
  return kDone;
}

// Whether somebody else still has to agree.
int print_opinion(Opened& opened, const std::string& id) {
  auto record = cases::find_case(*opened.reader, id);
  if (!record) return fail(record.error());
  auto opinions = cases::opinions_of(*opened.reader, {id});
  if (!opinions) return fail(opinions.error());
  const auto found = opinions->find(id);
  if (found == opinions->end() || !*record || (*record)->status != "confirmed") return kDone;
  const cases::Opinion& opinion = found->second;
  if (!opinion.missing()) {
    fmt::print("{} agreed.\n", printable(opinion.agreed_by));
    return kDone;
  }
  fmt::print(
      "Before it is exported or reported a second person must agree, because {}:\n  pantau cases confirm {} "
      "--actor NAME --why \"...\"\n",
      fmt::join(opinion.reasons, ", and "), id);
  return kDone;
}

// What the last run of a sweep saw that the one before did not, and the other way round.
int changes(const Options& options) {
  Result<Opened> opened = open(options);
  if (!opened) return fail(opened.error());
  auto sweeps = sweep::finished_sweeps(*opened->reader, options.sweep, 2);
  if (!sweeps) return fail(sweeps.error());
  if (sweeps->empty()) {
    return fail(skip_error(options.sweep.empty() ? "no sweep has come to its end in this workspace yet"
                                                 : "no sweep called " + options.sweep + " has come to its end here"));
  }
  const sweep::SweepRow& now = sweeps->front();
  const sweep::SweepRow before = sweeps->size() > 1 ? (*sweeps)[1] : sweep::SweepRow();
  auto found = cases::case_changes(*opened->reader, now.name, now.id, before.id);
  if (!found) return fail(found.error());
  std::map<std::string, std::size_t> counts;
  std::size_t shown = 0;
  for (const cases::ChangedCase& one : *found) {
    const std::string what(cases::text(one.change));
    ++counts[what];
    if (options.json) {
      const boost::json::object line{{"change", what},
                                     {"id", one.id},
                                     {"band", one.band},
                                     {"category", one.category},
                                     {"status", one.status},
                                     {"score", one.score},
                                     {"first_seen", one.first_seen},
                                     {"last_seen", one.last_seen}};
      fmt::print("{}\n", boost::json::serialize(line));
    } else if (one.change != cases::CaseChange::unchanged && (options.limit == 0 || shown++ < options.limit)) {
      fmt::print("{:<8} {} {:<6} {:.2f} {} ({}, last seen {})\n", what, one.id, one.band, one.score,
                 printable(one.category, 60), one.status, one.last_seen);
    }
  }
  if (options.json) return kDone;
  fmt::print("{} of {}{}: {} new, {} changed, {} gone, {} unchanged\n", now.name, now.started,
             before.started.empty() ? std::string(", its first run") : ", compared with " + before.started,
             counts["new"], counts["changed"], counts["gone"], counts["unchanged"]);
  return kDone;
}

int show(const Options& options) {
  Result<Opened> opened = open(options);
  if (!opened) return fail(opened.error());
  auto record = cases::find_case(*opened->reader, options.id);
  if (!record) return fail(record.error());
  if (!*record) return fail(skip_error("no case is called " + options.id + "; `pantau cases list` shows their names"));
  if (options.json) {
    fmt::print("{}\n", boost::json::serialize(cases::to_json(**record)));
  } else {
    print_case(**record, opened->names, opened->workspace);
    return print_opinion(*opened, (*record)->id);
  }
  return kDone;
}

int decide(const Options& options, const std::string& action) {
  if (trim(options.why).empty()) return fail(operator_error("a decision needs its reason: --why \"...\""));
  Result<Opened> opened = open(options);
  if (!opened) return fail(opened.error());
  auto record = cases::find_case(*opened->reader, options.id);
  if (!record) return fail(record.error());
  if (!*record) return fail(skip_error("no case is called " + options.id + "; `pantau cases list` shows their names"));
  cases::Decision decision{(*record)->id, action, options.actor.empty() ? cases::login_name() : options.actor,
                           options.why};
  std::string status;
  // The log line and the decision stand or fall together.
  auto written = opened->store
                     ->write([&](store::Connection& connection) -> Result<void> {
                       Result<std::string> decided = cases::decide(connection, decision);
                       if (!decided) return decided.error();
                       status = *decided;
                       auto log = cases::AuditLog::open(opened->workspace);
                       if (!log) return log.error();
                       return log->append(decision.actor, "case." + action, decision.case_id,
                                          {{"why", decision.why}, {"status", status}});
                     })
                     .get();
  if (!written) return fail(written.error());
  fmt::print("{} is {} now ({}, by {})\n", decision.case_id, status, decision.why, decision.actor);
  return print_opinion(*opened, decision.case_id);
}

boost::json::object object_of(const cases::Campaign& campaign) {
  boost::json::array members, ties;
  for (const std::string& id : campaign.cases) members.emplace_back(id);
  for (const cases::CampaignTie& tie : campaign.ties) {
    boost::json::array sharing;
    for (const std::string& id : tie.cases) sharing.emplace_back(id);
    boost::json::object one{{"kind", cases::text(tie.tie.kind)},
                            {"meaning", cases::meaning(tie.tie.kind)},
                            {"value", tie.tie.value},
                            {"cases", std::move(sharing)}};
    if (!tie.near.empty()) one["near"] = tie.near;
    ties.push_back(std::move(one));
  }
  return {{"id", campaign.id}, {"cases", std::move(members)}, {"ties", std::move(ties)}};
}

Result<void> print_campaign(Opened& opened, const cases::Campaign& campaign) {
  fmt::print("{}  {} cases\n", campaign.id, campaign.cases.size());
  for (const std::string& id : campaign.cases) {
    auto record = cases::find_case(*opened.reader, id);
    if (!record) return record.error();
    if (!*record) continue;
    const cases::CaseRecord& one = **record;
    fmt::print("  {:<6} {:.2f}  {:<18} {:<10} {}  {}\n", one.verdict.band, one.verdict.score, one.verdict.category,
               one.status, one.id, defanged(one.landing_url.empty() ? one.page_url : one.landing_url));
  }
  if (!campaign.ties.empty()) fmt::print("Why they belong together:\n");
  for (const cases::CampaignTie& tie : campaign.ties) {
    fmt::print("  {}: {}{}\n", cases::meaning(tie.tie.kind), printable(tie.tie.value, 80),
               tie.near.empty() ? "" : ", a few bits from another");
    fmt::print("    {}\n", fmt::join(tie.cases, " "));
  }
  return {};
}

int campaigns(const Options& options) {
  Result<Opened> opened = open(options);
  if (!opened) return fail(opened.error());
  std::vector<cases::Campaign> found;
  if (options.id.empty()) {
    auto all = cases::list_campaigns(*opened->reader);
    if (!all) return fail(all.error());
    for (std::size_t i = 0; i < all->size() && (options.limit == 0 || i < options.limit); ++i) {
      auto whole = cases::find_campaign(*opened->reader, (*all)[i].id);
      if (!whole) return fail(whole.error());
      if (*whole) found.push_back(std::move(**whole));
    }
    if (!options.json) {
      fmt::print("{}\n", all->empty() ? "No cases belong together." : fmt::format("{} campaigns", all->size()));
      if (found.size() < all->size()) fmt::print("the {} largest; --limit 0 shows all\n", found.size());
    }
  } else {
    std::string id = options.id;
    if (!id.starts_with("k-")) {
      auto record = cases::find_case(*opened->reader, id);
      if (!record) return fail(record.error());
      if (*record) id = (*record)->id;
    }
    auto one = cases::find_campaign(*opened->reader, id);
    if (!one) return fail(one.error());
    if (!*one)
      return fail(skip_error(options.id + " is no campaign, nor a case that belongs to one; `pantau cases campaigns` "
                                          "lists them"));
    found.push_back(std::move(**one));
  }
  for (const cases::Campaign& campaign : found) {
    if (options.json) {
      fmt::print("{}\n", boost::json::serialize(object_of(campaign)));
    } else if (auto printed = print_campaign(*opened, campaign); !printed) {
      return fail(printed.error());
    }
  }
  return kDone;
}

int cut(const Options& options) {
  if (trim(options.why).empty()) return fail(operator_error("a decision needs its reason: --why \"...\""));
  Result<Opened> opened = open(options);
  if (!opened) return fail(opened.error());
  std::string ids[2];
  for (int i = 0; i < 2; ++i) {
    const std::string& typed = i == 0 ? options.id : options.other;
    auto record = cases::find_case(*opened->reader, typed);
    if (!record) return fail(record.error());
    if (!*record) return fail(skip_error("no case is called " + typed + "; `pantau cases list` shows their names"));
    ids[i] = (*record)->id;
  }
  const std::string actor = options.actor.empty() ? cases::login_name() : options.actor;
  auto written = opened->store
                     ->write([&](store::Connection& connection) -> Result<void> {
                       if (auto done = cases::cut_campaign(connection, ids[0], ids[1], actor, options.why); !done)
                         return done;
                       auto log = cases::AuditLog::open(opened->workspace);
                       if (!log) return log.error();
                       return log->append(actor, "campaign.cut", ids[0], {{"from", ids[1]}, {"why", options.why}});
                     })
                     .get();
  if (!written) return fail(written.error());
  fmt::print("{} and {} will not be in one campaign again ({}, by {})\n", ids[0], ids[1], options.why, actor);
  return kDone;
}

}  // namespace

void add_cases(Command& app, Run& run) {
  auto options = std::make_shared<Options>();
  Command command = app.add_subcommand("cases", "list, show and decide on cases");
  command.require_subcommand();
  command.footer(
      "Examples:\n  pantau cases list --workspace workspace --band flag,review\n  pantau cases show c-01J... "
      "--workspace workspace\n"
      "  pantau cases confirm c-01J... --why \"deposit demanded in the PM's name\" --workspace workspace");
  const auto place = [options](Command& sub) {
    sub.add_option("--workspace", options->workspace, "the workspace of the sweep");
    sub.add_option("-c,--config", options->configuration, "pantau.yaml, instead of --workspace");
    sub.add_flag("--json", options->json, "records as JSON, one a line");
  };
  Command sub = command.add_subcommand("list", "the cases, by score");
  place(sub);
  sub.add_option("--band", options->band, "flag, review, clear; several with commas");
  sub.add_option("--status", options->status, "new, confirmed, dismissed, ...; several with commas");
  sub.add_option("--name", options->sweep, "only cases of this sweep");
  sub.add_option("--limit", options->limit, "rows; 0 = all");
  sub.add_flag("--short", options->short_form, "without reasons");
  sub.callback([options, &run] { run = [options] { return list(*options); }; });
  sub = command.add_subcommand("changes", "what changed since the run before: new, changed, gone");
  place(sub);
  sub.add_option("--sweep,--name", options->sweep, "the sweep; default: the one that ended last");
  sub.add_option("--limit", options->limit, "rows; 0 = all");
  sub.callback([options, &run] { run = [options] { return changes(*options); }; });
  sub = command.add_subcommand("show", "everything about one case");
  place(sub);
  sub.add_option("ID", options->id, "the case, or the beginning of its name").required();
  sub.callback([options, &run] { run = [options] { return show(*options); }; });
  sub = command.add_subcommand("campaigns", "cases that belong together, and why");
  place(sub);
  sub.add_option("ID", options->id, "one campaign, or the one of this case");
  sub.add_option("--limit", options->limit, "campaigns; 0 = all");
  sub.callback([options, &run] { run = [options] { return campaigns(*options); }; });
  sub = command.add_subcommand("cut", "two cases that were wrongly put into one campaign");
  place(sub);
  sub.add_option("ID", options->id, "a case").required();
  sub.add_option("FROM", options->other, "the case that it does not belong with").required();
  sub.add_option("--why", options->why, "the reason, kept in the audit log").required();
  sub.add_option("--actor", options->actor, "who decides; default: the login name");
  sub.callback([options, &run] { run = [options] { return cut(*options); }; });
  static constexpr std::pair<const char*, const char*> kActions[] = {
      {"confirm", "it is fraudulent: goes into takedown lists"},
      {"dismiss", "it is not: stays out of every list"},
      {"dispute", "somebody objects to a confirmed case"},
      {"withdraw", "a confirmed case was wrong"}};
  for (const auto& [action, help] : kActions) {
    sub = command.add_subcommand(action, help);
    place(sub);
    sub.add_option("ID", options->id, "the case, or the beginning of its name").required();
    sub.add_option("--why", options->why, "the reason, kept in the audit log").required();
    sub.add_option("--actor", options->actor, "who decides; default: the login name");
    sub.callback(
        [options, &run, name = std::string(action)] { run = [options, name] { return decide(*options, name); }; });
  }
}

}  // namespace pantau::cli
