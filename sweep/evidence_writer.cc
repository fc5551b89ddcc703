#include "sweep/evidence_writer.h"

#include <algorithm>
#include <boost/json/array.hpp>

#include "base/digest.h"
#include "base/url.h"
#include "cases/evidence/evidence.h"
#include "crawler/captures.h"
#include "sweep/memory_store.h"

namespace pantau::sweep {

namespace json = boost::json;

Result<crawler::WarcPosition> EvidenceWriter::write_exchange(store::Connection& connection,
                                                             crawler::Exchange& exchange) {
  const bool not_modified = exchange.status == 304 && !exchange.payload_sha256.empty();
  const bool whole = exchange.status == 200 && exchange.truncated.empty() && !exchange.body.empty();
  const Result<Url> url = Url::parse(exchange.url);
  if (!url || (!not_modified && !whole)) return warc_->write(exchange);
  const std::string canonical = url->canonical();
  Result<std::optional<crawler::WarcOriginal>> known = crawler::find_capture(connection, canonical);
  if (!known) return known.error();
  if (exchange.payload_sha256.empty()) exchange.payload_sha256 = sha256_hex(exchange.body.view());
  if (*known && (*known)->payload_sha256 == exchange.payload_sha256) return warc_->write(exchange, &**known);
  Result<crawler::WarcPosition> position = warc_->write(exchange);
  if (!position || not_modified) return position;
  const crawler::WarcOriginal original{position->record_id, exchange.url, format_utc_milliseconds(exchange.started),
                                       position->payload_sha256};
  if (auto kept = crawler::keep_capture(connection, canonical, original); !kept) return kept.error();
  return position;
}

Result<EvidenceWriter::Written> EvidenceWriter::write_exchanges(store::Connection& connection,
                                                                std::vector<crawler::Exchange>& exchanges,
                                                                bool remember) {
  Written written;
  for (crawler::Exchange& exchange : exchanges) {
    Result<crawler::WarcPosition> position = remember ? write_exchange(connection, exchange) : warc_->write(exchange);
    if (!position) return position.error();
    written.references.push_back({position->file, position->offset, position->record_id});
    written.payloads.push_back(std::move(position->payload_sha256));
  }
  return written;
}

Result<void> EvidenceWriter::remember_medium(store::Connection& connection, const Medium& medium,
                                             const Written& written) {
  const bool read = medium.outcome == crawler::Outcome::done || medium.outcome == crawler::Outcome::undecodable ||
                    medium.outcome == crawler::Outcome::partly_analysed;
  // A stream of parts has no answer of its own that could be asked about.
  if (!read || medium.kind == crawler::MediaKind::playlist || medium.exchanges.size() != 1) return {};
  const crawler::Exchange& exchange = medium.exchanges.front();
  if (exchange.status != 200 || !exchange.truncated.empty() || medium.sha256.empty()) return {};
  MediumMemory memory;
  memory.validators = validators_of(exchange, written.payloads.front());
  if (memory.validators.etag.empty() && memory.validators.last_modified.empty()) return {};
  memory.url = medium.url;
  memory.kind = kind_name(medium.kind);
  memory.outcome = std::string(text(medium.outcome));
  memory.detail = medium.detail;
  memory.sha256 = medium.sha256;
  memory.bytes = medium.bytes;
  memory.cues = medium.cues;
  memory.warc = written.references;
  return keep_medium_memory(connection, medium.canonical, stamp_, memory);
}

Result<void> EvidenceWriter::note_archives(store::Connection& connection) {
  for (const crawler::ClosedWarc& closed : warc_->take_closed()) {
    if (auto noted = cases::note_file(connection, {closed.file, closed.bytes, closed.sha256}); !noted) return noted;
  }
  return {};
}

Result<void> EvidenceWriter::write_medium(store::Connection& connection, Medium& medium,
                                          const std::vector<int>& signal_frames) {
  MediaRow row;
  row.canonical = medium.canonical;
  row.url = medium.url;
  row.kind = kind_name(medium.kind);
  row.outcome = std::string(text(medium.outcome));
  row.detail = medium.detail;
  if (medium.restricted) {
    row.detail.clear();
    row.extra = pack({});
    if (auto inserted = insert_medium(connection, sweep_, row); !inserted) return inserted;
    return insert_restricted(connection, sweep_, *medium.restricted, medium.url, format_utc(utc_now()));
  }
  row.sha256 = medium.sha256;
  Result<Written> written = write_exchanges(connection, medium.exchanges);
  if (!written) return written.error();
  std::vector<cases::WarcReference> references;
  if (medium.remembered) {
    references = medium.remembered->warc;  // where the bytes are
  } else if (auto remembered = remember_medium(connection, medium, *written); !remembered) {
    return remembered;
  }
  references.insert(references.end(), written->references.begin(), written->references.end());
  if (medium.exchanges.empty() && !medium.body.empty()) {
    // Submitted or inline: there was no exchange, so the bytes themselves are the record.
    Result<crawler::WarcPosition> position =
        warc_->write_resource("urn:sha256:" + medium.sha256, "application/octet-stream", medium.body.view(), utc_now());
    if (!position) return position.error();
    references.push_back({position->file, position->offset, position->record_id});
  }
  if (!medium.body.empty()) {
    Result<std::string> kept = cases::keep_medium(workspace_, medium.sha256, medium.body.view());
    if (!kept) return kept.error();
    if (auto noted = cases::note_file(connection, {*kept, medium.body.size(), medium.sha256}); !noted) return noted;
  }
  if (medium.report) {
    if (medium.frame_files.empty()) {
      medium.frame_files.resize(medium.report->frames.size());
      for (const int frame : signal_frames) {
        if (frame < 0 || frame >= static_cast<int>(medium.report->frames.size())) continue;
        const std::string& jpeg = medium.report->frames[frame].jpeg;
        if (jpeg.empty()) continue;
        Result<std::string> kept = cases::keep_frame(workspace_, jpeg);
        if (!kept) return kept.error();
        medium.frame_files[frame] = *kept;
        if (auto noted = cases::note_file(connection, {*kept, jpeg.size(), sha256_hex(jpeg)}); !noted) return noted;
      }
    }
    if (medium.report->type != media::MediaType::undecodable) {
      if (auto inserted =
              insert_report(connection, medium.sha256, report_settings_, *medium.report, medium.frame_files);
          !inserted)
        return inserted;
    }
  }
  json::array warc, cues;
  for (const cases::WarcReference& reference : references) {
    warc.push_back(json::object{{"f", reference.file}, {"o", reference.offset}, {"i", reference.record_id}});
  }
  for (const crawler::Cue& cue : medium.cues) cues.push_back(json::array{cue.start_s, cue.end_s, cue.text});
  json::object extra{{"warc", std::move(warc)}, {"cues", std::move(cues)}};
  if (!medium.md5.empty()) extra["md5"] = medium.md5;
  row.extra = pack(extra);
  return insert_medium(connection, sweep_, row);
}

}  // namespace pantau::sweep
