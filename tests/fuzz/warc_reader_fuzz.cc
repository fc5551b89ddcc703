// WARC files on any bytes, plain or packed, strict and lenient: what is whole stays below the size of the file, and
// nothing larger than the limits is handed out.
#include <cstdint>
#include <cstdlib>

#include "crawler/warc_reader.h"

namespace {

void read_all(std::string_view bytes, const pantau::crawler::WarcReaderLimits& limits, bool check) {
  using namespace pantau::crawler;
  auto reader = WarcReader::from_bytes(bytes, limits);
  std::uint64_t last = 0;
  for (int records = 0; records < 10000; ++records) {
    const auto record = reader->next();
    if (reader->whole_bytes() > bytes.size()) std::abort();
    if (!record) {
      if (record.error().detail.empty()) std::abort();
      return;
    }
    if (!*record) {
      if (limits.one_record_a_member && reader->whole_bytes() != bytes.size()) std::abort();
      return;
    }
    if ((*record)->offset < last || (*record)->offset >= bytes.size()) std::abort();
    last = (*record)->offset;
    if ((*record)->content_length > limits.max_record_bytes) std::abort();
    if (check) {
      (void)check_digests(*reader, **record, false);
    } else if (const auto block = reader->read_block(1 << 16); block && block->size() != (*record)->content_length) {
      std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  pantau::crawler::WarcReaderLimits limits;
  limits.max_header_bytes = 4096;
  limits.max_record_bytes = 8 << 20;
  read_all(bytes, limits, true);
  limits.one_record_a_member = false;
  read_all(bytes, limits, false);
  return 0;
}
