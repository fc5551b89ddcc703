// Hash lists on any bytes: reading ends; every row that is used is whole, and the counts say what happened to the rest.
// The first byte chooses the format.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "matchers/hash_list.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pantau::matchers;
  if (size == 0) return 0;
  static constexpr const char* kFormats[] = {"pdq", "sha256", "md5", "json", "vpdq"};
  const std::string format = kFormats[data[0] % 5];
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::size_t rows = 0, withdrawn = 0;
  const auto each = [&](const ListedHash& row) {
    ++(row.withdrawn ? withdrawn : rows);
    if (row.row == 0) std::abort();
    if (row.kind != HashKind::pdq && row.digest.size() != (row.kind == HashKind::md5 ? 32u : 64u)) std::abort();
    if (row.kind == HashKind::pdq && row.pdq == pantau::media::PdqBits()) std::abort();
    if (format != "json" && format != "vpdq" &&
        (row.kind == HashKind::pdq   ? "pdq"
         : row.kind == HashKind::md5 ? "md5"
                                     : "sha256") != format)
      std::abort();
  };
  const auto summary = read_hash_list(text, "list", format, each);
  if (!summary) return 0;
  if (summary->used != rows || summary->withdrawn != withdrawn) std::abort();
  if (summary->complaints.size() > summary->broken) std::abort();
  return 0;
}
