#include "sweep/evidence_writer.h"

#include <algorithm>
#include <boost/json/array.hpp>

#include "cases/evidence/evidence.h"

namespace pantau::sweep {

namespace json = boost::json;

Result<std::vector<cases::WarcReference>> EvidenceWriter::write_exchanges(
    const std::vector<crawler::Exchange>& exchanges) {
  std::vector<cases::WarcReference> references;
  for (const crawler::Exchange& exchange : exchanges) {
    Result<crawler::WarcPosition> position = warc_->write(exchange);
    if (!position) return position.error();
    references.push_back({position->file, position->offset, position->record_id});
  }
  return references;
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
  Result<std::vector<cases::WarcReference>> references = write_exchanges(medium.exchanges);
  if (!references) return references.error();
  if (medium.exchanges.empty() && !medium.body.empty()) {
    // Submitted or inline: there was no exchange, so the bytes themselves are the record.
    Result<crawler::WarcPosition> position =
        warc_->write_resource("urn:sha256:" + medium.sha256, "application/octet-stream", medium.body.view(), utc_now());
    if (!position) return position.error();
    references->push_back({position->file, position->offset, position->record_id});
  }
  if (!medium.body.empty()) {
    Result<std::string> kept = cases::keep_medium(workspace_, medium.sha256, medium.body.view());
    if (!kept) return kept.error();
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
  for (const cases::WarcReference& reference : *references) {
    warc.push_back(json::object{{"f", reference.file}, {"o", reference.offset}, {"i", reference.record_id}});
  }
  for (const crawler::Cue& cue : medium.cues) cues.push_back(json::array{cue.start_s, cue.end_s, cue.text});
  json::object extra{{"warc", std::move(warc)}, {"cues", std::move(cues)}};
  if (!medium.md5.empty()) extra["md5"] = medium.md5;
  row.extra = pack(extra);
  return insert_medium(connection, sweep_, row);
}

}  // namespace pantau::sweep
