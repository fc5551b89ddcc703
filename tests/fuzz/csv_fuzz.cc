// CSV on any bytes: ends, counts lines upward, and what is written field by field reads back the same.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "crawler/csv.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pantau::crawler;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  CsvReader reader(text);
  CsvRow row;
  int line = 0;
  while (reader.next(row)) {
    if (row.line < line || row.fields.empty()) std::abort();
    line = row.line;
    // A field of its own in front: the byte order mark is only a mark at the very beginning, and an empty line is no
    // row.
    std::string written = "k";
    for (const std::string& field : row.fields) written += "," + csv_field(field);
    CsvReader again(written, ',');
    CsvRow copy;
    if (row.malformed) continue;
    if (!again.next(copy) || copy.fields.size() != row.fields.size() + 1) std::abort();
    for (std::size_t i = 0; i < row.fields.size(); ++i) {
      if (copy.fields[i + 1] != row.fields[i]) std::abort();
    }
  }
  return 0;
}
