#pragma once
// Writing WARC 1.1 (ISO 28500:2017): which records an exchange becomes. One gzip member a record; response or revisit,
// request and metadata of an exchange are linked by WARC-Concurrent-To; sha256 digests of block and payload in
// lower-case hexadecimal, the payload being the body with its transfer coding removed. Files roll at max_file_bytes
// (warc_file.h). open() closes what a killed process left. One thread (the writing thread).
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "crawler/fetcher.h"
#include "crawler/warc_file.h"

namespace pantau::crawler {

inline constexpr std::uint64_t kWarcFileBytes = std::uint64_t{1} << 30;

struct WarcPosition {
  std::string file;  // "warc/<name>.warc.gz", relative to the workspace; the final name even while it is open
  std::uint64_t offset = 0;
  std::string record_id;       // "urn:uuid:..." of the response, revisit or resource
  std::string payload_sha256;  // of the body as received
};

// The earlier response whose payload came again, or of which the server says that it still holds.
struct WarcOriginal {
  std::string record_id, url, date;  // date: its WARC-Date
  std::string payload_sha256;
};

class WarcWriter {
 public:
  static Result<std::unique_ptr<WarcWriter>> open(const std::string& workspace, const std::string& sweep_name,
                                                  const std::string& user_agent,
                                                  std::uint64_t max_file_bytes = kWarcFileBytes);
  ~WarcWriter();  // closes

  // With an original the answer is written as a revisit record, without its body: profile server-not-modified for a
  // 304, else identical-payload-digest.
  Result<WarcPosition> write(const Exchange& exchange, const WarcOriginal* original = nullptr);
  // A submitted file or another resource (WARC "resource" record).
  Result<WarcPosition> write_resource(const std::string& url, const std::string& media_type, std::string_view bytes,
                                      UtcTime when);
  // Everything written so far is on the disk.
  Result<void> sync();
  Result<void> close();

  // What open() found and closed.
  const std::vector<RecoveredWarc>& recovered() const { return recovered_; }
  // Files of this writer that were closed since the last call.
  std::vector<ClosedWarc> take_closed() { return file_.take_closed(); }

 private:
  WarcWriter(std::filesystem::path folder, const std::string& sweep_name, const std::string& user_agent,
             std::uint64_t max_file_bytes)
      : file_(std::move(folder), sweep_name, user_agent, max_file_bytes) {}
  Result<void> append_exchange(const Exchange& exchange, const WarcOriginal* original, WarcPosition& position);

  WarcFile file_;
  std::vector<RecoveredWarc> recovered_;
};

}  // namespace pantau::crawler
