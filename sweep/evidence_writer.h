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
  // `stamp`: under which media are remembered for later sweeps.
  EvidenceWriter(std::string workspace, std::string sweep_id, std::string report_settings, std::string stamp,
                 std::shared_ptr<crawler::WarcWriter> warc)
      : workspace_(std::move(workspace)),
        sweep_(std::move(sweep_id)),
        report_settings_(std::move(report_settings)),
        stamp_(std::move(stamp)),
        warc_(std::move(warc)) {}

  // One medium: WARC, original, kept frames, report, row. `signal_frames`: indexes of frames that made a signal.
  // Fills medium.frame_files. A restricted medium leaves only its row, without its digest, and the restricted match.
  Result<void> write_medium(store::Connection& connection, Medium& medium, const std::vector<int>& signal_frames);

  // WARC records of exchanges. An answer whose bytes the archive of this workspace holds already becomes a revisit
  // record. `remember`: false for what only another persona was shown, which is always kept whole and never referred
  // to.
  struct Written {
    std::vector<cases::WarcReference> references;  // in order
    std::vector<std::string> payloads;             // sha256 of the bodies as received
  };
  Result<Written> write_exchanges(store::Connection& connection, std::vector<crawler::Exchange>& exchanges,
                                  bool remember = true);

  // Puts archives that were closed since the last call into the list of evidence.
  Result<void> note_archives(store::Connection& connection);

 private:
  Result<crawler::WarcPosition> write_exchange(store::Connection& connection, crawler::Exchange& exchange);
  Result<void> remember_medium(store::Connection& connection, const Medium& medium, const Written& written);

  std::string workspace_, sweep_, report_settings_, stamp_;
  std::shared_ptr<crawler::WarcWriter> warc_;
};

}  // namespace pantau::sweep
