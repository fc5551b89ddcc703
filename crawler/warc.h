#pragma once
// Writing WARC 1.1 (ISO 28500:2017): one gzip member a record, request and response pairs, sha256 block and payload
// digests (lower-case hex). Files roll at max_file_bytes; a file being written ends in ".open" and is renamed, set
// read-only and synced when closed; open() closes leftovers of a killed process after cutting a torn last record. One
// thread (the writing thread).
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "crawler/fetcher.h"

namespace pantau::crawler {

struct WarcPosition {
  std::string file;  // "warc/<name>.warc.gz", relative to the workspace; the final name even while it is open
  std::uint64_t offset = 0;
  std::string record_id;  // "urn:uuid:..." of the response or resource
};

class WarcWriter {
 public:
  static Result<std::unique_ptr<WarcWriter>> open(const std::string& workspace, const std::string& sweep_name,
                                                  const std::string& user_agent,
                                                  std::uint64_t max_file_bytes = 1ull << 30);
  ~WarcWriter();  // closes
  Result<WarcPosition> write(const Exchange& exchange);
  // A submitted file or another resource (WARC "resource" record).
  Result<WarcPosition> write_resource(const std::string& url, const std::string& media_type, std::string_view bytes,
                                      UtcTime when);
  // Everything written so far is on the disk.
  Result<void> sync();
  Result<void> close();

 private:
  struct Impl;
  explicit WarcWriter(std::unique_ptr<Impl>);
  std::unique_ptr<Impl> impl_;
};

}  // namespace pantau::crawler
