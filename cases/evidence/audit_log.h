#pragma once
// The hash-chained audit log, audit.log in the workspace: one RFC 8785 JSON object a line, {action, actor, detail,
// hash, object, prev, seq, ts}; hash = SHA-256(0x00 || JCS of the entry without "hash") in hex, prev = hash of the line
// before (64 zeros for the first). Append-only (O_APPEND, flock, fsync); a torn last line after a kill is moved aside
// and noted. Any process may append; any thread.
#include <boost/json/object.hpp>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "cases/json_text.h"  // canonical_json: the form of a line

namespace pantau::cases {

class AuditLog {
 public:
  static Result<AuditLog> open(const std::string& workspace);
  Result<void> append(const std::string& actor, const std::string& action, const std::string& object,
                      boost::json::object detail);
  // Checks the whole chain: names the first line that does not fit. `head` is the digest of the last good line: a chain
  // cannot show that its newest lines were cut off, so keep `entries` and `head` elsewhere and compare.
  struct Check {
    bool intact = false;
    std::uint64_t entries = 0;
    std::string problem, head;
    std::uint64_t problem_offset = 0;  // of the line in the file
  };
  // `each` sees every entry, also those behind a line that does not fit, where that much can be read.
  static Result<Check> verify(const std::string& workspace,
                              const std::function<void(const boost::json::object&)>& each = {});

 private:
  std::string path_;
};

}  // namespace pantau::cases
