// The end of a sweep: leads that stayed open end as their address did, and everything is counted.
#include <fmt/format.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cmath>

#include "cases/evidence/file_list.h"
#include "sweep/run.h"

namespace pantau::sweep {

using crawler::Outcome;

// The archive is closed and everything that is new among the evidence listed; the list's digest goes into the audit
// log.
Result<void> Run::close_evidence(store::Connection& connection) {
  if (auto closed = warc_->close(); !closed) return closed;
  if (auto noted = evidence_->note_archives(connection); !noted) return noted;
  auto list = cases::write_file_list(connection, workspace_);
  if (!list) return list.error();
  if (!*list) return {};
  return audit_->append(options_.actor, cases::kListAction, (*list)->list.path,
                        {{"files", (*list)->files}, {"bytes", (*list)->list.bytes}, {"sha256", (*list)->list.sha256}});
}

Result<Summary> Run::conclude() {
  frontier_->flush();
  auto flushed = store_->flush();
  auto closed = store_->write([this](store::Connection& connection) { return close_evidence(connection); }).get();
  Summary summary;
  summary.sweep_id = sweep_id_;
  summary.sweep = options_.sweep.name;
  summary.started = started_;
  summary.ended = format_utc(utc_now());
  summary.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
  const crawler::Fetcher::Counters fetched = fetcher_->counters();
  summary.bytes = fetched.bytes;
  summary.requests = fetched.requests;
  summary.retries = fetched.retries;
  summary.robots_fetches = fetched.robots_fetches;
  summary.waited = std::chrono::duration<double>(fetched.waited).count();
  summary.hosts = hosts_->hosts();
  summary.interrupted = stopping_ && !fatal_;
  if (!options_.configuration.examination) {
    std::int64_t review = 0;
    for (const auto& [key, band] : band_of_key_) review += band == "review";
    if (review + reported_not_examined_ > 0) {
      notes_.push_back(fmt::format(
          "{} cases to review and {} reported addresses that robots.txt closes were not looked at once more: no "
          "crawler.examination is configured",
          review, reported_not_examined_));
    }
  }
  summary.notes = notes_;
  for (const auto& [outcome, count] : frontier_->outcomes()) {
    if (count > 0) summary.pages[std::string(text(outcome))] = count;
  }
  if (!summary.interrupted && !fatal_) {
    // Leads whose address never came to a fetch (budget, scope) end as their address did.
    auto open_leads = list_leads(*reader_, sweep_id_);
    if (!open_leads) return open_leads.error();
    for (const LeadRow& lead : *open_leads) {
      if (!lead.outcome.empty()) continue;
      const std::optional<crawler::Finished> end = frontier_->finished_as(lead.key);
      const std::string outcome(text(end ? end->outcome : Outcome::failed));
      const std::string detail = end ? end->detail : "was never looked at";
      store_->write([this, number = lead.number, outcome,
                     detail](store::Connection& c) { return end_lead(c, sweep_id_, number, outcome, detail); },
                    {});
    }
    flushed = store_->flush();
  }
  auto leads = list_leads(*reader_, sweep_id_);
  if (!leads) return leads.error();
  for (const LeadRow& lead : *leads) {
    const std::string outcome = lead.outcome.empty() ? "open" : lead.outcome;
    ++summary.leads[outcome];
    if (outcome != "done" && outcome != "unchanged" && outcome != "duplicate" && summary.not_seen.size() < 1000) {
      const bool hide = outcome == "restricted";
      summary.not_seen.push_back({hide ? "(restricted)" : lead.what, outcome, hide ? "" : lead.detail});
    }
  }
  auto media = count_media(*reader_, sweep_id_);
  if (!media) return media.error();
  summary.media = std::move(*media);
  auto restricted = count_restricted(*reader_, sweep_id_);
  if (!restricted) return restricted.error();
  summary.restricted = *restricted;
  summary.cases = {{"flag", 0}, {"review", 0}, {"clear", 0}};
  cases::CaseFilter filter;
  filter.sweeps = {options_.sweep.name};
  auto ids = cases::case_bands_since(*reader_, options_.sweep.name, started_);
  if (!ids) return ids.error();
  for (const auto& [id, band] : *ids) {
    ++summary.cases[band];
    summary.case_ids.push_back(id);
  }
  if (fatal_) return *fatal_;
  if (!flushed) return flushed.error();
  if (!closed) return closed.error();
  if (!summary.interrupted) {
    const std::string text = summary_json(summary);
    auto ended =
        store_->write([&](store::Connection& c) { return end_sweep(c, sweep_id_, "finished", summary.ended, text); })
            .get();
    if (!ended) return ended.error();
  }
  auto logged =
      audit_->append(options_.actor, summary.interrupted ? "sweep.interrupt" : "sweep.end", options_.sweep.name,
                     {{"id", sweep_id_},
                      {"flag", summary.cases["flag"]},
                      {"review", summary.cases["review"]},
                      {"clear", summary.cases["clear"]}});
  if (!logged) return logged.error();
  return summary;
}

std::string summary_json(const Summary& summary) {
  const auto counts = [](const std::map<std::string, std::int64_t>& map) {
    boost::json::object object;
    for (const auto& [key, count] : map) object[key] = count;
    return object;
  };
  boost::json::object cases_object;
  for (const char* band : {"flag", "review", "clear"}) {
    const auto found = summary.cases.find(band);
    cases_object[band] = found == summary.cases.end() ? 0 : found->second;
  }
  const boost::json::object out{
      {"sweep", summary.sweep},           {"started", summary.started},
      {"ended", summary.ended},           {"leads", counts(summary.leads)},
      {"pages", counts(summary.pages)},   {"media", counts(summary.media)},
      {"cases", std::move(cases_object)}, {"seconds", std::round(summary.seconds * 1000) / 1000},
      {"bytes", summary.bytes},           {"interrupted", summary.interrupted},
      {"restricted", summary.restricted}, {"requests", summary.requests},
      {"retries", summary.retries},       {"robots_fetches", summary.robots_fetches},
      {"hosts", summary.hosts},           {"waited_seconds", std::round(summary.waited * 1000) / 1000}};
  return boost::json::serialize(out);
}

}  // namespace pantau::sweep
