#pragma once
// Compressing one WARC record into one gzip member (RFC 1952). Small records by libdeflate's quickest level in one go;
// large ones by zlib in pieces, so that a film is not held in memory twice. Keeps its buffers; one thread.
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace pantau::crawler {

class GzipMember {
 public:
  using Sink = std::function<Result<void>(std::string_view)>;

  GzipMember();
  ~GzipMember();

  // The parts joined are the record. `dense`: compressed already, so it is only wrapped. The sink gets the member,
  // small ones in one piece; its first error ends the call.
  Result<void> compress(const std::vector<std::string_view>& parts, bool dense, const Sink& sink);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pantau::crawler
