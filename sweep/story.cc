#include "sweep/story.h"

#include <boost/json/array.hpp>

#include "base/digest.h"
#include "base/url.h"
#include "cases/case_store.h"
#include "crawler/outcome.h"

namespace pantau::sweep {
namespace {

namespace json = boost::json;
using store::Connection;
using store::Row;

constexpr int kSweepsLookedAt = 20;

Result<std::vector<SweepRow>> newest_sweeps(Connection& connection, const std::string& name) {
  std::vector<SweepRow> sweeps;
  const auto read = connection.run(
      "SELECT id, name, started, ended, state FROM sweeps WHERE $1 = '' OR name = $1 ORDER BY started DESC, id DESC",
      {name}, [&](const Row& row) {
        sweeps.push_back(
            {row.text(0), row.text(1), row.text(2), row.is_null(3) ? std::string() : row.text(3), row.text(4)});
        return sweeps.size() < kSweepsLookedAt;
      });
  if (!read) return read.error();
  return sweeps;
}

std::vector<cases::WarcReference> warc_of(const std::string& extra) {
  std::vector<cases::WarcReference> references;
  const Result<json::object> object = unpack(extra);
  const json::value* all = object ? object->if_contains("warc") : nullptr;
  if (all == nullptr || !all->is_array()) return references;
  for (const json::value& value : all->get_array()) {
    if (!value.is_object()) continue;
    const json::object& one = value.get_object();
    const json::value *file = one.if_contains("f"), *offset = one.if_contains("o"), *id = one.if_contains("i");
    if (file == nullptr || offset == nullptr || id == nullptr || !file->is_string() || !offset->is_number()) continue;
    references.push_back({std::string(file->get_string()),
                          static_cast<std::uint64_t>(offset->to_number<std::int64_t>()),
                          id->is_string() ? std::string(id->get_string()) : std::string()});
  }
  return references;
}

Result<std::optional<StoryMedium>> medium_of(Connection& connection, const std::string& sweep,
                                             const std::string& canonical) {
  auto row = find_medium(connection, sweep, canonical);
  if (!row) return row.error();
  if (!*row) return std::optional<StoryMedium>();
  return std::optional<StoryMedium>(
      StoryMedium{(*row)->url, (*row)->kind, (*row)->outcome, (*row)->detail, (*row)->sha256, warc_of((*row)->extra)});
}

Result<void> add_case(Connection& connection, Story& story, const std::string& landing_key) {
  const auto read = connection.run(
      "SELECT id, band, category, status FROM cases WHERE key_digest = $1", {sha256_hex(landing_key)},
      [&](const Row& row) {
        story.landing_case = Story::Case{row.text(0), row.text(1), row.text(2), row.text(3), landing_key};
        return false;
      });
  if (!read) return read.error();
  return {};
}

Result<void> add_page(Connection& connection, Story& story, const std::string& canonical) {
  auto row = find_page(connection, story.sweep.id, canonical);
  if (!row) return row.error();
  if (*row) {
    Result<json::object> object = unpack((*row)->packed);
    if (!object) return object.error();
    story.page = page_from_json(*object);
    for (const StoredMedium& medium : story.page->media) {
      auto found = medium_of(connection, story.sweep.id, medium.canonical);
      if (!found) return found.error();
      story.media.push_back(*found ? std::move(**found)
                                   : StoryMedium{medium.url, medium.kind, medium.outcome, "", medium.sha256, {}});
    }
    if (!(*row)->landing_key.empty()) {
      if (auto added = add_case(connection, story, (*row)->landing_key); !added) return added;
    }
  }
  auto attempts = find_attempts(connection, story.sweep.id, canonical);
  if (!attempts) return attempts.error();
  story.attempts = std::move(*attempts);
  const auto routes = connection.run(
      "SELECT DISTINCT page_url FROM routes WHERE sweep = $1 AND click_canonical = $2 AND page_url <> '' ORDER BY "
      "page_url LIMIT 50",
      {story.sweep.id, canonical}, [&](const Row& one) {
        story.seen_on.push_back(one.text(0));
        return true;
      });
  if (!routes) return routes.error();
  return {};
}

json::array warc_json(const std::vector<cases::WarcReference>& references) {
  json::array all;
  for (const cases::WarcReference& reference : references) {
    all.push_back(
        json::object{{"file", reference.file}, {"offset", reference.offset}, {"record", reference.record_id}});
  }
  return all;
}

json::object medium_json(const StoryMedium& medium) {
  return {{"url", medium.url},       {"kind", medium.kind},     {"outcome", medium.outcome},
          {"detail", medium.detail}, {"sha256", medium.sha256}, {"warc", warc_json(medium.warc)}};
}

}  // namespace

Result<Story> story_of(Connection& connection, const std::string& url, const std::string& sweep_name) {
  auto sweeps = newest_sweeps(connection, sweep_name);
  if (!sweeps) return sweeps.error();
  if (sweeps->empty()) {
    return skip_error(sweep_name.empty() ? "no sweep has been run in this workspace"
                                         : "no sweep called \"" + sweep_name + "\" has been run in this workspace");
  }
  Story story;
  story.asked = url;
  story.sweep = sweeps->front();
  const auto parsed = Url::parse(url);
  const std::string canonical = parsed ? parsed->canonical() : url;
  for (const SweepRow& sweep : *sweeps) {
    auto found = crawler::find_address(connection, sweep.id, url);
    if (!found) return found.error();
    if (!*found) {
      auto medium = medium_of(connection, sweep.id, canonical);
      if (!medium) return medium.error();
      if (!*medium) continue;
      story.medium = std::move(*medium);
      story.sweep = sweep;
      break;
    }
    story.address = std::move(*found);
    story.sweep = sweep;
    if (auto added = add_page(connection, story, story.address->canonical); !added) return added.error();
    break;
  }
  auto leads = list_leads(connection, story.sweep.id);
  if (!leads) return leads.error();
  for (LeadRow& lead : *leads) {
    if (lead.key == canonical || lead.what == url) story.leads.push_back(std::move(lead));
  }
  if (parsed) {
    auto host = crawler::find_host(connection, parsed->host());
    if (!host) return host.error();
    story.host = *host;
  }
  return story;
}

json::object to_json(const Story& story) {
  json::object out{{"url", story.asked},
                   {"sweep", story.sweep.name},
                   {"sweep_id", story.sweep.id},
                   {"sweep_started", story.sweep.started},
                   {"sweep_state", story.sweep.state},
                   {"known", story.address.has_value() || story.medium.has_value()}};
  if (story.address) {
    const crawler::FrontierRecord& address = *story.address;
    out["canonical"] = address.canonical;
    out["as_found"] = address.url;
    out["found_on"] = address.referrer.empty() ? json::value(nullptr) : json::value(address.referrer);
    out["found"] = format_utc_milliseconds(address.found);
    out["source"] = address.source;
    out["depth"] = address.depth;
    out["priority"] = address.priority();
    out["outside_scope"] = address.is_outside;
    out["handed_out"] = address.claims;
    out["in_flight"] = address.in_flight;
    out["outcome"] = address.outcome.empty() ? json::value(nullptr) : json::value(address.outcome);
    out["detail"] = address.detail;
    out["ended"] = address.outcome.empty() ? json::value(nullptr) : json::value(format_utc_milliseconds(address.ended));
  }
  json::array leads, attempts, hops, media, seen_on;
  for (const LeadRow& lead : story.leads) {
    leads.push_back(json::object{{"number", lead.number},
                                 {"source", lead.source},
                                 {"what", lead.what},
                                 {"outcome", lead.outcome},
                                 {"detail", lead.detail}});
  }
  for (const crawler::FetchAttempt& attempt : story.attempts) {
    attempts.push_back(json::object{{"url", attempt.url},
                                    {"started", format_utc_milliseconds(attempt.started)},
                                    {"ended", format_utc_milliseconds(attempt.ended)},
                                    {"waited_ms", attempt.waited.count()},
                                    {"status", attempt.status},
                                    {"bytes", attempt.bytes},
                                    {"detail", attempt.detail}});
  }
  for (const std::string& page : story.seen_on) seen_on.emplace_back(page);
  out["leads"] = std::move(leads);
  out["robots"] = story.page ? json::value(story.page->robots) : json::value(nullptr);
  out["attempts"] = std::move(attempts);
  if (story.page) {
    for (const crawler::RedirectHop& hop : story.page->hops) {
      hops.push_back(
          json::object{{"url", hop.url}, {"status", hop.status}, {"kind", hop.kind}, {"address", hop.remote_address}});
    }
    out["persona"] = story.page->persona;
    out["final_url"] = story.page->final_url;
    out["status"] = story.page->status;
    out["warc"] = warc_json(story.page->warc);
  } else {
    out["warc"] = json::array();
  }
  out["hops"] = std::move(hops);
  for (const StoryMedium& medium : story.media) media.push_back(medium_json(medium));
  out["media"] = std::move(media);
  if (story.medium) out["medium"] = medium_json(*story.medium);
  out["seen_on"] = std::move(seen_on);
  if (story.landing_case) {
    out["case"] = {{"id", story.landing_case->id},
                   {"band", story.landing_case->band},
                   {"category", story.landing_case->category},
                   {"status", story.landing_case->status},
                   {"landing", story.landing_case->landing}};
  } else {
    out["case"] = nullptr;
  }
  if (story.host) {
    const auto time = [](UtcTime when) {
      return when.time_since_epoch().count() == 0 ? json::value(nullptr) : json::value(format_utc_milliseconds(when));
    };
    out["host"] = {{"last_fetch", time(story.host->last_fetch)},
                   {"not_before", time(story.host->not_before)},
                   {"back_off_until", time(story.host->back_off_until)}};
  }
  return out;
}

}  // namespace pantau::sweep
