#pragma once
// Reading WARC 1.0 and 1.1 files record by record, plain or with gzip members, without holding a record in memory. The
// files may come from anywhere: every length is checked, and each error names the byte of the file at which the record
// began. Does not join segmented records and undoes no transfer or content coding. Any thread, one at a time.
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crawler/fetcher.h"

namespace pantau::crawler {

struct WarcReaderLimits {
  std::size_t max_header_bytes = 64 << 10;
  std::uint64_t max_record_bytes = std::uint64_t{8} << 30;
  // Decoded bytes for one of a gzip member; deflate itself ends at 1,032. Members below a megabyte are not judged.
  double max_ratio = 1100;
  // As evidence is written: each record can be read, and checked, by itself. Archives of others are not always so.
  bool one_record_a_member = true;
};

struct WarcRecord {
  std::uint64_t offset = 0;  // of the record, or of its gzip member, in the file
  std::string version;       // "1.1"
  std::vector<Header> fields;
  std::uint64_t content_length = 0;

  // The first value of a field, any case of the name; empty when absent.
  std::string_view field(std::string_view name) const;
  std::string_view type() const { return field("WARC-Type"); }
};

class WarcReader {
 public:
  static Result<std::unique_ptr<WarcReader>> open(const std::filesystem::path& path, WarcReaderLimits limits = {});
  // The bytes must outlive the reader.
  static std::unique_ptr<WarcReader> from_bytes(std::string_view bytes, WarcReaderLimits limits = {});
  ~WarcReader();

  // The next record, nothing at the end of the file. What was not read of the block before is skipped, and the end of
  // that record (CRLF CRLF, the gzip member's own sums) checked. After an error there is nothing more to read.
  Result<std::optional<WarcRecord>> next();
  // The next bytes of the block, `size` at most; 0 at its end.
  Result<std::size_t> read(char* to, std::size_t size);
  // The whole rest of the block; longer than `limit` is an error.
  Result<std::string> read_block(std::size_t limit);

  // Where the last record that was read to its end ends in the file: everything before is whole.
  std::uint64_t whole_bytes() const;
  // Whether the last error was that the file ends inside a record, as a kill leaves it.
  bool torn() const;

 private:
  struct Impl;
  explicit WarcReader(std::unique_ptr<Impl>);
  std::unique_ptr<Impl> impl_;
};

// Reads the block and compares it with WARC-Block-Digest and, where the block shows the payload (resources, and http
// messages by their body), WARC-Payload-Digest. The answer is what does not fit, in words; empty when all does. A
// record without digests is a complaint of its own unless `digests_required` is false. Digests other than SHA-256 are
// not computed.
Result<std::string> check_digests(WarcReader& reader, const WarcRecord& record, bool digests_required = true);

}  // namespace pantau::crawler
