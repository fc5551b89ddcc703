#pragma once
// What a sweep writes of pages and media once they were checked: WARC records, originals, frames and the rows that
// point to them. Runs on the store's writing thread, so that the bytes lie on the disk before the row that names them
// commits.
#include <memory>
#include <mutex>
#include <string>

#include "cases/evidence/audit_log.h"
#include "crawler/frontier.h"
#include "crawler/warc.h"
#include "sweep/gather.h"
#include "sweep/tables.h"

namespace pantau::sweep {

class EvidenceWriter {
 public:
  EvidenceWriter(std::string workspace, std::string sweep_id, std::string report_settings,
                 std::shared_ptr<crawler::WarcWriter> warc)
      : workspace_(std::move(workspace)),
        sweep_(std::move(sweep_id)),
        report_settings_(std::move(report_settings)),
        warc_(std::move(warc)) {}

  // One medium: WARC, original, kept frames, report, row. `signal_frames`: indexes of frames that made a signal.
  // Fills medium.frame_files. A restricted medium leaves only its row, without its digest, and the restricted match.
  Result<void> write_medium(store::Connection& connection, Medium& medium, const std::vector<int>& signal_frames);

  // WARC records of exchanges; the positions in order.
  Result<std::vector<cases::WarcReference>> write_exchanges(const std::vector<crawler::Exchange>& exchanges);

 private:
  std::string workspace_, sweep_, report_settings_;
  std::shared_ptr<crawler::WarcWriter> warc_;
};

}  // namespace pantau::sweep
