#include "sweep/tables.h"

#include <boost/json/array.hpp>

#include "base/digest.h"

namespace pantau::sweep {
namespace {

namespace json = boost::json;
using store::Connection;
using store::Row;
using store::Value;

Result<void> done(const Result<std::int64_t>& result) {
  if (!result) return result.error();
  return {};
}

json::object report_json(const media::MediaReport& report, const std::vector<std::string>& frame_files) {
  json::array frames, texts, faces, logos, files;
  for (const media::Frame& f : report.frames) frames.push_back(json::array{f.time_s, f.number, f.pdq, f.pdq_quality});
  for (const media::TextFinding& t : report.texts) {
    texts.push_back(json::array{t.text, t.box.x, t.box.y, t.box.width, t.box.height, t.time_s, t.end_s, t.confidence,
                                t.language, t.frame});
  }
  // Numbers, places and cosines of those who resemble an enrolled person; nothing from which a face could be known.
  for (const media::FaceFinding& f : report.faces) {
    faces.push_back(json::array{f.reference, f.similarity, f.agreed, f.box.x, f.box.y, f.box.width, f.box.height,
                                f.time_s, f.start_s, f.end_s, f.looks, f.frame});
  }
  for (const media::LogoFinding& l : report.logos) {
    logos.push_back(
        json::array{l.reference, l.score, l.points, l.box.x, l.box.y, l.box.width, l.box.height, l.time_s, l.frame});
  }
  for (const std::string& file : frame_files) files.emplace_back(file);
  json::array sound(report.sound.begin(), report.sound.end());
  return {{"type", static_cast<int>(report.type)},
          {"sha256", report.sha256},
          {"bytes", report.bytes},
          {"format", report.format},
          {"width", report.width},
          {"height", report.height},
          {"duration", report.duration_s},
          {"partly", report.partly},
          {"detail", report.detail},
          {"frames", std::move(frames)},
          {"texts", std::move(texts)},
          {"sound", std::move(sound)},
          {"faces", std::move(faces)},
          {"logos", std::move(logos)},
          {"files", std::move(files)}};
}

StoredReport report_from(const json::object& object) {
  auto report = std::make_shared<media::MediaReport>();
  StoredReport out;
  report->type = static_cast<media::MediaType>(object.at("type").as_int64());
  report->sha256 = std::string(object.at("sha256").as_string());
  report->bytes = object.at("bytes").to_number<std::uint64_t>();
  report->format = std::string(object.at("format").as_string());
  report->width = object.at("width").to_number<int>();
  report->height = object.at("height").to_number<int>();
  report->duration_s = object.at("duration").to_number<double>();
  report->partly = object.at("partly").as_bool();
  report->detail = std::string(object.at("detail").as_string());
  for (const json::value& value : object.at("frames").as_array()) {
    const json::array& f = value.as_array();
    media::Frame frame;
    frame.time_s = f.at(0).to_number<double>();
    frame.number = f.at(1).to_number<int>();
    frame.pdq = std::string(f.at(2).as_string());
    frame.pdq_quality = f.at(3).to_number<int>();
    report->frames.push_back(std::move(frame));
  }
  for (const json::value& value : object.at("texts").as_array()) {
    const json::array& t = value.as_array();
    media::TextFinding text;
    text.text = std::string(t.at(0).as_string());
    text.box = {t.at(1).to_number<int>(), t.at(2).to_number<int>(), t.at(3).to_number<int>(), t.at(4).to_number<int>()};
    text.time_s = t.at(5).to_number<double>();
    text.end_s = t.at(6).to_number<double>();
    text.confidence = t.at(7).to_number<double>();
    text.language = std::string(t.at(8).as_string());
    text.frame = t.at(9).to_number<int>();
    report->texts.push_back(std::move(text));
  }
  if (const json::value* sound = object.if_contains("sound"); sound != nullptr && sound->is_array()) {
    for (const json::value& word : sound->get_array()) report->sound.push_back(word.to_number<std::uint32_t>());
  }
  for (const json::value& value : object.at("faces").as_array()) {
    const json::array& f = value.as_array();
    media::FaceFinding face;
    face.reference = f.at(0).to_number<int>();
    face.similarity = f.at(1).to_number<double>();
    face.agreed = f.at(2).to_number<double>();
    face.box = {f.at(3).to_number<int>(), f.at(4).to_number<int>(), f.at(5).to_number<int>(), f.at(6).to_number<int>()};
    face.time_s = f.at(7).to_number<double>();
    face.start_s = f.at(8).to_number<double>();
    face.end_s = f.at(9).to_number<double>();
    face.looks = f.at(10).to_number<int>();
    face.frame = f.at(11).to_number<int>();
    report->faces.push_back(face);
  }
  for (const json::value& value : object.at("logos").as_array()) {
    const json::array& l = value.as_array();
    report->logos.push_back(
        {l.at(0).to_number<int>(),
         l.at(1).to_number<double>(),
         l.at(2).to_number<int>(),
         {l.at(3).to_number<int>(), l.at(4).to_number<int>(), l.at(5).to_number<int>(), l.at(6).to_number<int>()},
         l.at(7).to_number<double>(),
         l.at(8).to_number<int>()});
  }
  for (const json::value& value : object.at("files").as_array()) out.frame_files.emplace_back(value.as_string());
  out.report = std::move(report);
  return out;
}

PageRow page_row_of(const Row& row) {
  return {row.text(0), row.text(1), row.integer(2) != 0, static_cast<int>(row.integer(3)),
          row.text(4), row.text(5), row.text(6)};
}

constexpr const char* kPageColumns = "canonical, landing_key, wanted, depth, outcome, packed, substance";

Route route_of(const Row& row, int column) {
  Result<json::object> object = unpack(row.text(column));
  return object ? route_from_json(*object) : Route();
}

}  // namespace

std::vector<store::Migration> sweep_migrations() {
  return {
      {"sweep", 1,
       "CREATE TABLE sweeps (id TEXT PRIMARY KEY, name TEXT NOT NULL, started TEXT NOT NULL, ended TEXT, state TEXT "
       "NOT NULL, "
       "summary TEXT);\n"
       "CREATE INDEX sweeps_by_name ON sweeps (name, started);\n"
       "CREATE TABLE leads (sweep TEXT NOT NULL, number BIGINT NOT NULL, source TEXT NOT NULL, lead_key TEXT NOT NULL, "
       "what TEXT NOT NULL, outcome TEXT NOT NULL, detail TEXT NOT NULL, PRIMARY KEY (sweep, number));\n"
       "CREATE INDEX leads_by_key ON leads (sweep, lead_key);\n"
       "CREATE TABLE pages (sweep TEXT NOT NULL, canonical TEXT NOT NULL, landing_key TEXT NOT NULL, wanted INTEGER "
       "NOT NULL, "
       "depth INTEGER NOT NULL, outcome TEXT NOT NULL, packed BLOB NOT NULL, PRIMARY KEY (sweep, canonical));\n"
       "CREATE INDEX pages_by_landing ON pages (sweep, landing_key);\n"
       "CREATE TABLE routes (sweep TEXT NOT NULL, route_key TEXT NOT NULL, click_canonical TEXT NOT NULL, kind TEXT "
       "NOT NULL, "
       "depth INTEGER NOT NULL, page_url TEXT NOT NULL, slot INTEGER NOT NULL, packed BLOB NOT NULL, PRIMARY KEY "
       "(sweep, route_key));\n"
       "CREATE INDEX routes_by_click ON routes (sweep, click_canonical);\n"
       "CREATE TABLE media (sweep TEXT NOT NULL, canonical TEXT NOT NULL, url TEXT NOT NULL, kind TEXT NOT NULL, "
       "outcome TEXT NOT NULL, "
       "detail TEXT NOT NULL, sha256 TEXT NOT NULL, extra BLOB NOT NULL, PRIMARY KEY (sweep, canonical));\n"
       "CREATE TABLE media_reports (sha256 TEXT NOT NULL, settings TEXT NOT NULL, packed BLOB NOT NULL, PRIMARY KEY "
       "(sha256, settings));\n"
       "CREATE TABLE restricted_matches (sweep TEXT NOT NULL, list TEXT NOT NULL, digest TEXT NOT NULL, url TEXT NOT "
       "NULL, "
       "seen TEXT NOT NULL, PRIMARY KEY (sweep, digest, url))"},
      {"sweep", 2,
       "ALTER TABLE pages ADD COLUMN substance TEXT NOT NULL DEFAULT '';\n"
       "CREATE TABLE landing_inputs (landing TEXT PRIMARY KEY, inputs TEXT NOT NULL)"}};
}

void PageRow::fill(const StoredPage& page) {
  PackedPage made = pack_page(page);
  packed = std::move(made.packed);
  substance = std::move(made.substance);
}

Result<std::optional<SweepRow>> newest_unfinished(Connection& connection, const std::string& name) {
  std::optional<SweepRow> found;
  auto result = connection.run(
      "SELECT id, name, started, state FROM sweeps WHERE name = $1 AND state = 'running' ORDER BY started DESC LIMIT 1",
      {name}, [&](const Row& row) {
        found = SweepRow{row.text(0), row.text(1), row.text(2), "", row.text(3)};
        return false;
      });
  if (!result) return result.error();
  return found;
}

Result<std::vector<SweepRow>> finished_sweeps(Connection& connection, const std::string& name, int limit) {
  std::vector<SweepRow> all;
  // Identifiers grow with time, also within one second.
  auto result = connection.run(
      "SELECT id, name, started, ended, state FROM sweeps WHERE state = 'finished' AND name = CASE WHEN $1 <> '' THEN "
      "$2 "
      "ELSE (SELECT name FROM sweeps WHERE state = 'finished' ORDER BY id DESC LIMIT 1) END ORDER BY id DESC LIMIT $3",
      {name, name, std::int64_t{limit}}, [&](const Row& row) {
        all.push_back({row.text(0), row.text(1), row.text(2), row.text(3), row.text(4)});
        return true;
      });
  if (!result) return result.error();
  return all;
}

Result<void> insert_sweep(Connection& connection, const SweepRow& row) {
  return done(connection.run("INSERT INTO sweeps (id, name, started, state) VALUES ($1, $2, $3, $4)",
                             {row.id, row.name, row.started, row.state}));
}

Result<void> end_sweep(Connection& connection, const std::string& id, const std::string& state,
                       const std::string& ended, const std::string& summary) {
  return done(connection.run("UPDATE sweeps SET state = $1, ended = $2, summary = $3 WHERE id = $4",
                             {state, ended, summary, id}));
}

Result<void> abandon_unfinished(Connection& connection, const std::string& name, const std::string& when) {
  return done(connection.run("UPDATE sweeps SET state = 'abandoned', ended = $1 WHERE name = $2 AND state = 'running'",
                             {when, name}));
}

Result<std::string> last_start(Connection& connection, const std::string& name) {
  std::string started;
  auto result = connection.run("SELECT started FROM sweeps WHERE name = $1 ORDER BY started DESC LIMIT 1", {name},
                               [&](const Row& row) {
                                 started = row.text(0);
                                 return false;
                               });
  if (!result) return result.error();
  return started;
}

Result<void> insert_lead(Connection& connection, const std::string& sweep, const LeadRow& lead) {
  return done(connection.run(
      "INSERT INTO leads (sweep, number, source, lead_key, what, outcome, detail) VALUES ($1, $2, $3, $4, $5, $6, $7) "
      "ON CONFLICT (sweep, number) DO NOTHING",
      {sweep, lead.number, lead.source, lead.key, lead.what, lead.outcome, lead.detail}));
}

Result<void> end_lead(Connection& connection, const std::string& sweep, std::int64_t number, const std::string& outcome,
                      const std::string& detail) {
  return done(
      connection.run("UPDATE leads SET outcome = $1, detail = $2 WHERE sweep = $3 AND number = $4 AND outcome = ''",
                     {outcome, detail, sweep, number}));
}

Result<void> end_leads_of(Connection& connection, const std::string& sweep, const std::string& key,
                          const std::string& outcome, const std::string& detail) {
  return done(
      connection.run("UPDATE leads SET outcome = $1, detail = $2 WHERE sweep = $3 AND lead_key = $4 AND outcome = ''",
                     {outcome, detail, sweep, key}));
}

Result<std::vector<LeadRow>> list_leads(Connection& connection, const std::string& sweep) {
  std::vector<LeadRow> all;
  auto result = connection.run(
      "SELECT number, source, lead_key, what, outcome, detail FROM leads WHERE sweep = $1 ORDER BY number", {sweep},
      [&](const Row& row) {
        all.push_back({row.integer(0), row.text(1), row.text(2), row.text(3), row.text(4), row.text(5)});
        return true;
      });
  if (!result) return result.error();
  return all;
}

Result<void> insert_page(Connection& connection, const std::string& sweep, const PageRow& page) {
  return done(connection.run(
      "INSERT INTO pages (sweep, canonical, landing_key, wanted, depth, outcome, packed, substance) VALUES ($1, $2, "
      "$3, "
      "$4, $5, $6, $7, $8) "
      "ON CONFLICT (sweep, canonical) DO UPDATE SET landing_key = excluded.landing_key, wanted = excluded.wanted, "
      "depth = excluded.depth, outcome = excluded.outcome, packed = excluded.packed, substance = excluded.substance",
      {sweep, page.canonical, page.landing_key, std::int64_t{page.wanted}, std::int64_t{page.depth}, page.outcome,
       page.packed, page.substance}));
}

Result<std::vector<PageRow>> pages_of_landing(Connection& connection, const std::string& sweep,
                                              const std::string& landing_key) {
  std::vector<PageRow> all;
  auto result =
      connection.run(std::string("SELECT ") + kPageColumns +
                         " FROM pages WHERE sweep = $1 AND landing_key = $2 ORDER BY depth, canonical LIMIT 50",
                     {sweep, landing_key}, [&](const Row& row) {
                       all.push_back(page_row_of(row));
                       return true;
                     });
  if (!result) return result.error();
  return all;
}

Result<std::optional<PageRow>> find_page(Connection& connection, const std::string& sweep,
                                         const std::string& canonical) {
  std::optional<PageRow> found;
  auto result =
      connection.run(std::string("SELECT ") + kPageColumns + " FROM pages WHERE sweep = $1 AND canonical = $2",
                     {sweep, canonical}, [&](const Row& row) {
                       found = page_row_of(row);
                       return false;
                     });
  if (!result) return result.error();
  return found;
}

Result<std::vector<std::string>> all_landing_keys(Connection& connection, const std::string& sweep) {
  std::vector<std::string> all;
  auto result = connection.run(
      "SELECT DISTINCT landing_key FROM pages WHERE sweep = $1 AND landing_key <> '' ORDER BY landing_key", {sweep},
      [&](const Row& row) {
        all.push_back(row.text(0));
        return true;
      });
  if (!result) return result.error();
  return all;
}

Result<std::string> landing_of_click(Connection& connection, const std::string& sweep,
                                     const std::string& click_canonical) {
  std::string key;
  auto result = connection.run("SELECT landing_key FROM pages WHERE sweep = $1 AND canonical = $2",
                               {sweep, click_canonical}, [&](const Row& row) {
                                 key = row.text(0);
                                 return false;
                               });
  if (!result) return result.error();
  return key;
}

Result<void> insert_route(Connection& connection, const std::string& sweep, const Route& route) {
  const std::string packed = pack(to_json(route));
  // The same ad on the same page is one route, also when the page is looked at again after a kill.
  const std::string key = sha256_hex(route.kind + '\n' + route.page_url + '\n' + std::to_string(route.slot) + '\n' +
                                     route.click_canonical + (route.kind == "lead" ? '\n' + packed : std::string()));
  return done(connection.run(
      "INSERT INTO routes (sweep, route_key, click_canonical, kind, depth, page_url, slot, packed) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (sweep, route_key) DO UPDATE SET packed = excluded.packed",
      {sweep, key, route.click_canonical, route.kind, std::int64_t{route.depth}, route.page_url,
       std::int64_t{route.slot}, packed}));
}

Result<std::vector<Route>> routes_to_landing(Connection& connection, const std::string& sweep,
                                             const std::string& landing_key) {
  std::vector<Route> all;
  auto result = connection.run(
      "SELECT routes.packed FROM routes JOIN pages ON pages.sweep = routes.sweep AND pages.canonical = "
      "routes.click_canonical "
      "WHERE routes.sweep = $1 AND pages.landing_key = $2 "
      "ORDER BY routes.depth, routes.page_url, routes.slot, routes.route_key LIMIT 500",
      {sweep, landing_key}, [&](const Row& row) {
        all.push_back(route_of(row, 0));
        return true;
      });
  if (!result) return result.error();
  return all;
}

Result<std::vector<Route>> unreached_routes(Connection& connection, const std::string& sweep) {
  std::vector<Route> all;
  auto result = connection.run(
      "SELECT routes.packed FROM routes LEFT JOIN pages ON pages.sweep = routes.sweep AND pages.canonical = "
      "routes.click_canonical "
      "WHERE routes.sweep = $1 AND routes.kind <> 'link' AND (pages.landing_key IS NULL OR pages.landing_key = '') "
      "ORDER BY routes.depth, routes.page_url, routes.slot, routes.route_key",
      {sweep}, [&](const Row& row) {
        all.push_back(route_of(row, 0));
        return true;
      });
  if (!result) return result.error();
  return all;
}

Result<void> insert_medium(Connection& connection, const std::string& sweep, const MediaRow& row) {
  return done(
      connection.run("INSERT INTO media (sweep, canonical, url, kind, outcome, detail, sha256, extra) VALUES ($1, $2, "
                     "$3, $4, $5, $6, $7, $8) "
                     "ON CONFLICT (sweep, canonical) DO NOTHING",
                     {sweep, row.canonical, row.url, row.kind, row.outcome, row.detail, row.sha256, row.extra}));
}

Result<std::optional<MediaRow>> find_medium(Connection& connection, const std::string& sweep,
                                            const std::string& canonical) {
  std::optional<MediaRow> found;
  auto result = connection.run(
      "SELECT canonical, url, kind, outcome, detail, sha256, extra FROM media WHERE sweep = $1 AND canonical = $2",
      {sweep, canonical}, [&](const Row& row) {
        found = MediaRow{row.text(0), row.text(1), row.text(2), row.text(3), row.text(4), row.text(5), row.text(6)};
        return false;
      });
  if (!result) return result.error();
  return found;
}

Result<void> copy_medium(Connection& connection, const std::string& from_sweep, const std::string& to_sweep,
                         const std::string& canonical) {
  return done(connection.run(
      "INSERT INTO media (sweep, canonical, url, kind, outcome, detail, sha256, extra) SELECT $1, canonical, url, "
      "kind, "
      "outcome, detail, sha256, extra FROM media WHERE sweep = $2 AND canonical = $3 ON CONFLICT (sweep, canonical) DO "
      "NOTHING",
      {to_sweep, from_sweep, canonical}));
}

Result<std::string> find_inputs(Connection& connection, const std::string& landing_key) {
  std::string inputs;
  const auto asked = connection.run("SELECT inputs FROM landing_inputs WHERE landing = $1",
                                    {sha256_hex(landing_key).substr(0, 32)}, [&](const Row& row) {
                                      inputs = row.text(0);
                                      return false;
                                    });
  if (!asked) return asked.error();
  return inputs;
}

Result<void> keep_inputs(Connection& connection, const std::string& landing_key, const std::string& inputs) {
  return done(connection.run(
      "INSERT INTO landing_inputs (landing, inputs) VALUES ($1, $2) ON CONFLICT (landing) DO UPDATE SET inputs = "
      "excluded.inputs",
      {sha256_hex(landing_key).substr(0, 32), inputs}));
}

Result<std::map<std::string, std::int64_t>> count_media(Connection& connection, const std::string& sweep) {
  std::map<std::string, std::int64_t> counts;
  auto result = connection.run("SELECT outcome, COUNT(*) FROM media WHERE sweep = $1 GROUP BY outcome", {sweep},
                               [&](const Row& row) {
                                 counts[row.text(0)] = row.integer(1);
                                 return true;
                               });
  if (!result) return result.error();
  return counts;
}

Result<void> insert_report(Connection& connection, const std::string& sha256, const std::string& settings,
                           const media::MediaReport& report, const std::vector<std::string>& frame_files) {
  return done(
      connection.run("INSERT INTO media_reports (sha256, settings, packed) VALUES ($1, $2, $3) ON CONFLICT (sha256, "
                     "settings) DO NOTHING",
                     {sha256, settings, pack(report_json(report, frame_files))}));
}

Result<std::optional<StoredReport>> find_report(Connection& connection, const std::string& sha256,
                                                const std::string& settings) {
  std::optional<StoredReport> found;
  auto result = connection.run("SELECT packed FROM media_reports WHERE sha256 = $1 AND settings = $2",
                               {sha256, settings}, [&](const Row& row) {
                                 try {
                                   if (Result<json::object> object = unpack(row.text(0))) found = report_from(*object);
                                 } catch (const std::exception&) {
                                   found.reset();  // a damaged record: the medium is read again
                                 }
                                 return false;
                               });
  if (!result) return result.error();
  return found;
}

Result<void> insert_restricted(Connection& connection, const std::string& sweep, const RestrictedList::Match& match,
                               const std::string& url, const std::string& when) {
  return done(
      connection.run("INSERT INTO restricted_matches (sweep, list, digest, url, seen) VALUES ($1, $2, $3, $4, $5) "
                     "ON CONFLICT (sweep, digest, url) DO NOTHING",
                     {sweep, match.list, match.digest, url, when}));
}

Result<std::int64_t> count_restricted(Connection& connection, const std::string& sweep) {
  std::int64_t count = 0;
  auto result =
      connection.run("SELECT COUNT(*) FROM restricted_matches WHERE sweep = $1", {sweep}, [&](const Row& row) {
        count = row.integer(0);
        return false;
      });
  if (!result) return result.error();
  return count;
}

}  // namespace pantau::sweep
