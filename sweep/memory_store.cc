#include "sweep/memory_store.h"

#include <boost/json/array.hpp>
#include <stdexcept>

#include "base/digest.h"
#include "crawler/transfer.h"
#include "sweep/records.h"
#include "sweep/tables.h"

namespace pantau::sweep {
namespace {

namespace json = boost::json;
using crawler::Outcome;
using store::Connection;
using store::Row;

std::string words(const json::value& value) {
  return std::string(value.as_string());
}

json::array warc_array(const std::vector<cases::WarcReference>& references) {
  json::array all;
  for (const cases::WarcReference& one : references)
    all.push_back(json::object{{"f", one.file}, {"o", one.offset}, {"i", one.record_id}});
  return all;
}

std::vector<cases::WarcReference> warc_from(const json::value& value) {
  std::vector<cases::WarcReference> all;
  for (const json::value& item : value.as_array()) {
    const json::object& one = item.as_object();
    all.push_back({words(one.at("f")), one.at("o").to_number<std::uint64_t>(), words(one.at("i"))});
  }
  return all;
}

json::array media_list(const Page& page) {
  json::array all;
  for (const PlacedMedium& placed : page.media) {
    const crawler::MediaReference& reference = placed.reference;
    const StoredMedium now = stored(placed);
    json::array one{reference.url,    static_cast<int>(reference.kind),
                    reference.origin, reference.alternative,
                    reference.slot,   medium_print(now.kind, now.canonical, now.sha256, now.outcome)};
    if (reference.origin == "data") one.insert(one.end(), {now.kind, now.sha256, now.outcome, now.canonical});
    all.push_back(std::move(one));
  }
  return all;
}

// What the page's own row does not hold.
json::object object_of(const Page& page, const crawler::Exchange& document, const std::vector<std::string>& payloads) {
  json::array links, slots, texts, found, frames;
  for (const crawler::Link& link : page.extracted.links)
    links.push_back(json::array{link.url, link.text, link.sponsored, link.slot});
  for (const crawler::AdSlot& slot : page.extracted.slots)
    slots.push_back(json::array{slot.marker, slot.click_url, slot.text, slot.frame_url});
  for (const crawler::TextBlock& text : page.extracted.texts) {
    if (text.slot >= 0 && text.role == crawler::TextRole::alternative)
      texts.push_back(json::array{text.text, text.slot});
  }
  for (const crawler::FoundAddress& one : page.extracted.found) found.push_back(json::array{one.url, one.how});
  for (const Page::Frame& frame : page.frames) {
    const bool known = frame.exchange >= 0 && frame.exchange < static_cast<int>(payloads.size());
    frames.push_back(json::array{frame.url, known ? payloads[static_cast<std::size_t>(frame.exchange)] : ""});
  }
  return {{"type", std::string(crawler::header_value(document.headers, "content-type"))},
          {"refresh", std::string(crawler::header_value(document.headers, "refresh"))},
          {"links", std::move(links)},
          {"slots", std::move(slots)},
          {"texts", std::move(texts)},
          {"found", std::move(found)},
          {"frames", std::move(frames)},
          {"media", media_list(page)}};
}

void read_links(crawler::ExtractedPage& page, const json::object& object) {
  for (const json::value& value : object.at("links").as_array()) {
    const json::array& l = value.as_array();
    crawler::Link link;
    link.url = words(l.at(0));
    link.text = words(l.at(1));
    link.sponsored = l.at(2).as_bool();
    link.slot = l.at(3).to_number<int>();
    page.links.push_back(std::move(link));
  }
  for (const json::value& value : object.at("slots").as_array()) {
    const json::array& s = value.as_array();
    crawler::AdSlot slot;
    slot.marker = words(s.at(0));
    slot.click_url = words(s.at(1));
    slot.text = words(s.at(2));
    slot.frame_url = words(s.at(3));
    page.slots.push_back(std::move(slot));
  }
  for (const json::value& value : object.at("texts").as_array()) {
    crawler::TextBlock block;
    block.role = crawler::TextRole::alternative;
    block.text = words(value.as_array().at(0));
    block.slot = value.as_array().at(1).to_number<int>();
    page.texts.push_back(std::move(block));
  }
  for (const json::value& value : object.at("found").as_array()) {
    crawler::FoundAddress found;
    found.url = words(value.as_array().at(0));
    found.how = words(value.as_array().at(1));
    page.found.push_back(std::move(found));
  }
}

void read_media(PageMemory& memory, const json::object& object) {
  for (const json::value& value : object.at("media").as_array()) {
    const json::array& m = value.as_array();
    PageMemory::Medium medium;
    medium.reference.url = words(m.at(0));
    medium.reference.kind = static_cast<crawler::MediaKind>(m.at(1).to_number<int>());
    medium.reference.origin = words(m.at(2));
    medium.reference.alternative = words(m.at(3));
    medium.reference.slot = m.at(4).to_number<int>();
    medium.fits = words(m.at(5));
    if (medium.is_inline()) {
      medium.kind = words(m.at(6));
      medium.sha256 = words(m.at(7));
      medium.outcome = words(m.at(8));
      medium.canonical = words(m.at(9));
    }
    memory.media.push_back(std::move(medium));
  }
}

PageMemory memory_from(const PackedPageMemory& row, StoredPage page, const json::object& object) {
  PageMemory memory;
  memory.sweep = row.sweep;
  memory.stamp = row.stamp;
  memory.validators = row.validators;
  memory.status = page.status;
  memory.final_url = page.final_url;
  memory.detail = page.detail;
  memory.directives = page.directives;
  memory.warc = std::move(page.warc);
  memory.content_type = words(object.at("type"));
  memory.refresh = words(object.at("refresh"));
  memory.robots_tag = words(object.at("tag"));
  memory.extracted.url = page.final_url;
  memory.extracted.title = std::move(page.title);
  memory.extracted.language = std::move(page.language);
  memory.extracted.texts = std::move(page.texts);
  memory.extracted.forms = std::move(page.forms);
  memory.extracted.app_links = std::move(page.app_links);
  memory.extracted.trackers = std::move(page.trackers);
  read_links(memory.extracted, object);
  for (const json::value& value : object.at("frames").as_array())
    memory.frames.push_back({words(value.as_array().at(0)), words(value.as_array().at(1))});
  read_media(memory, object);
  return memory;
}

std::string key_of(const std::string& canonical) {
  return sha256_hex(canonical).substr(0, 32);
}

Validators own_validators(const Page& page, const crawler::Exchange& document, std::string payload) {
  Validators validators = validators_of(document, std::move(payload));
  if (page.hops.size() != 1) {
    // They belong to the address that gave them, which is not the one that is asked.
    validators.etag.clear();
    validators.last_modified.clear();
  }
  return validators;
}

Result<void> only_error(const Result<std::int64_t>& result) {
  if (!result) return result.error();
  return {};
}

}  // namespace

std::vector<store::Migration> memory_migrations() {
  return {{"memory", 1,
           "CREATE TABLE page_memory (address TEXT PRIMARY KEY, canonical TEXT NOT NULL, sweep TEXT NOT NULL, stamp "
           "TEXT NOT NULL, etag TEXT NOT NULL, last_modified TEXT NOT NULL, payload TEXT NOT NULL, whole_at BIGINT NOT "
           "NULL, packed BLOB NOT NULL);\n"
           "CREATE TABLE media_memory (address TEXT PRIMARY KEY, stamp TEXT NOT NULL, etag TEXT NOT NULL, "
           "last_modified TEXT NOT NULL, payload TEXT NOT NULL, whole_at BIGINT NOT NULL, packed BLOB NOT NULL)"}};
}

Result<std::optional<PackedPageMemory>> find_page_memory(Connection& connection, const std::string& canonical,
                                                         const std::string& stamp) {
  std::optional<PackedPageMemory> found;
  const auto asked = connection.run(
      "SELECT page_memory.sweep, page_memory.stamp, etag, last_modified, payload, whole_at, page_memory.packed, "
      "pages.packed FROM page_memory JOIN pages ON pages.sweep = page_memory.sweep AND pages.canonical = "
      "page_memory.canonical WHERE page_memory.address = $1 AND page_memory.stamp = $2",
      {key_of(canonical), stamp}, [&](const Row& row) {
        found.emplace();
        found->sweep = row.text(0);
        found->stamp = row.text(1);
        found->validators.etag = row.text(2);
        found->validators.last_modified = row.text(3);
        found->validators.payload = row.text(4);
        found->validators.whole_at = UtcTime(std::chrono::milliseconds(row.integer(5)));
        found->packed = row.text(6);
        found->page = row.text(7);
        return false;
      });
  if (!asked) return asked.error();
  return found;
}

std::shared_ptr<const PageMemory> unpack_page_memory(const PackedPageMemory& row) {
  try {
    const Result<json::object> object = unpack(row.packed);
    const Result<json::object> page = unpack(row.page);
    if (!object || !page) return nullptr;
    return std::make_shared<const PageMemory>(memory_from(row, page_from_json(*page), *object));
  } catch (const std::exception&) {
    return nullptr;
  }
}

bool can_be_remembered(const Page& page) {
  return page.outcome == Outcome::done && page.is_html && !page.restricted && !page.partial && !page.broken_frame &&
         page.document >= 0 && page.document < static_cast<int>(page.exchanges.size()) &&
         page.exchanges[static_cast<std::size_t>(page.document)].truncated.empty();
}

Result<void> keep_whole_again(Connection& connection, const std::string& canonical, const Page& page,
                              const crawler::Exchange& document) {
  const Validators validators = own_validators(page, document, std::string());
  return only_error(connection.run(
      "UPDATE page_memory SET etag = $1, last_modified = $2, whole_at = $3 WHERE address = $4",
      {validators.etag, validators.last_modified, milliseconds_of(validators.whole_at), key_of(canonical)}));
}

Result<void> keep_page_memory(Connection& connection, const std::string& canonical, const std::string& sweep,
                              const std::string& stamp, const Page& page, const crawler::Exchange& document,
                              const std::vector<std::string>& payloads) {
  json::object object = object_of(page, document, payloads);
  object["tag"] = page.robots_tag;
  const Validators validators = own_validators(page, document, payloads.at(static_cast<std::size_t>(page.document)));
  return only_error(connection.run(
      "INSERT INTO page_memory (address, canonical, sweep, stamp, etag, last_modified, payload, whole_at, packed) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (address) DO UPDATE SET canonical = excluded.canonical, "
      "sweep = excluded.sweep, stamp = excluded.stamp, etag = excluded.etag, last_modified = excluded.last_modified, "
      "payload = excluded.payload, whole_at = excluded.whole_at, packed = excluded.packed",
      {key_of(canonical), canonical, sweep, stamp, validators.etag, validators.last_modified, validators.payload,
       milliseconds_of(validators.whole_at), pack(object)}));
}

Result<void> keep_changed_media(Connection& connection, const std::string& canonical, const std::string& sweep,
                                const Page& page) {
  std::string packed;
  const auto asked =
      connection.run("SELECT packed FROM page_memory WHERE address = $1", {key_of(canonical)}, [&](const Row& row) {
        packed = row.text(0);
        return false;
      });
  if (!asked) return asked.error();
  Result<json::object> object = unpack(packed);
  if (!object) return {};  // damaged: the page is read again the next time
  (*object)["media"] = media_list(page);
  return only_error(connection.run("UPDATE page_memory SET sweep = $1, packed = $2 WHERE address = $3",
                                   {sweep, pack(*object), key_of(canonical)}));
}

Result<std::shared_ptr<const MediumMemory>> find_medium_memory(Connection& connection, const std::string& canonical,
                                                               const std::string& stamp) {
  std::shared_ptr<MediumMemory> found;
  const auto asked = connection.run(
      "SELECT etag, last_modified, payload, whole_at, packed FROM media_memory WHERE address = $1 AND stamp = $2",
      {key_of(canonical), stamp}, [&](const Row& row) {
        auto memory = std::make_shared<MediumMemory>();
        memory->validators.etag = row.text(0);
        memory->validators.last_modified = row.text(1);
        memory->validators.payload = row.text(2);
        memory->validators.whole_at = UtcTime(std::chrono::milliseconds(row.integer(3)));
        try {
          const Result<json::object> object = unpack(row.text(4));
          if (!object) return false;
          memory->url = words(object->at("url"));
          memory->kind = words(object->at("kind"));
          memory->outcome = words(object->at("outcome"));
          memory->detail = words(object->at("detail"));
          memory->sha256 = words(object->at("sha256"));
          memory->bytes = object->at("bytes").to_number<std::uint64_t>();
          memory->warc = warc_from(object->at("warc"));
          for (const json::value& value : object->at("cues").as_array()) {
            const json::array& c = value.as_array();
            memory->cues.push_back({c.at(0).to_number<double>(), c.at(1).to_number<double>(), words(c.at(2))});
          }
        } catch (const std::exception&) {
          return false;  // damaged: the medium is fetched whole
        }
        found = std::move(memory);
        return false;
      });
  if (!asked) return asked.error();
  return std::shared_ptr<const MediumMemory>(std::move(found));
}

Result<void> keep_medium_memory(Connection& connection, const std::string& canonical, const std::string& stamp,
                                const MediumMemory& memory) {
  json::array cues;
  for (const crawler::Cue& cue : memory.cues) cues.push_back(json::array{cue.start_s, cue.end_s, cue.text});
  const json::object object{{"url", memory.url},         {"kind", memory.kind},
                            {"outcome", memory.outcome}, {"detail", memory.detail},
                            {"sha256", memory.sha256},   {"bytes", memory.bytes},
                            {"cues", std::move(cues)},   {"warc", warc_array(memory.warc)}};
  return only_error(connection.run(
      "INSERT INTO media_memory (address, stamp, etag, last_modified, payload, whole_at, packed) VALUES ($1, $2, $3, "
      "$4, $5, $6, $7) ON CONFLICT (address) DO UPDATE SET stamp = excluded.stamp, etag = excluded.etag, last_modified "
      "= excluded.last_modified, payload = excluded.payload, whole_at = excluded.whole_at, packed = excluded.packed",
      {key_of(canonical), stamp, memory.validators.etag, memory.validators.last_modified, memory.validators.payload,
       milliseconds_of(memory.validators.whole_at), pack(object)}));
}

}  // namespace pantau::sweep
