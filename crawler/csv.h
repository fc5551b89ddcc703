#pragma once
// Comma-separated values as RFC 4180 describes them and as people really write them: quoted fields with doubled quotes
// and line breaks inside, CRLF or LF, a byte order mark, and `;` or tabs instead of commas (told from the first
// record). Never throws; any thread.
#include <string>
#include <string_view>
#include <vector>

namespace pantau::crawler {

struct CsvRow {
  int line = 0;                     // 1-based line where the record begins
  std::vector<std::string> fields;  // empty lines give no row
  bool malformed = false;           // a quote that never closes, or text behind a closing quote
};

class CsvReader {
 public:
  // `text` must outlive the reader and is expected to be UTF-8. separator 0: found out.
  explicit CsvReader(std::string_view text, char separator = 0);
  // False at the end. Fields over 1 MiB are cut and make the row malformed.
  bool next(CsvRow& row);
  char separator() const { return separator_; }

 private:
  std::string_view text_;
  char separator_;
  std::size_t at_ = 0;
  int line_ = 1;
};

// One field, quoted when it must be. Not made safe for spreadsheets: that is for exporters to decide.
std::string csv_field(std::string_view value);

}  // namespace pantau::crawler
