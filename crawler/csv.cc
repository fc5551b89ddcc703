#include "crawler/csv.h"

#include <algorithm>

namespace pantau::crawler {
namespace {

constexpr std::size_t kMaxField = 1 << 20;
constexpr std::size_t kMaxFields = 1000;

// The separator that the first record uses most outside quotes; a comma when none is there.
char guess_separator(std::string_view text) {
  std::size_t commas = 0, semicolons = 0, tabs = 0;
  bool quoted = false;
  for (const char c : text.substr(0, 65536)) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '\n' && commas + semicolons + tabs > 0) break;
    commas += c == ',';
    semicolons += c == ';';
    tabs += c == '\t';
  }
  if (tabs > commas && tabs >= semicolons) return '\t';
  return semicolons > commas ? ';' : ',';
}

}  // namespace

CsvReader::CsvReader(std::string_view text, char separator) : text_(text), separator_(separator) {
  if (text_.substr(0, 3) == "\xEF\xBB\xBF") text_.remove_prefix(3);
  if (separator_ == 0) separator_ = guess_separator(text_);
}

bool CsvReader::next(CsvRow& row) {
  while (at_ < text_.size()) {
    row.fields.clear();
    row.malformed = false;
    row.line = line_;
    std::string field;
    bool quoted = false, was_quoted = false, any = false;
    const auto add = [&](char c) {
      if (field.size() < kMaxField) {
        field.push_back(c);
      } else {
        row.malformed = true;
      }
    };
    const auto end_field = [&] {
      if (row.fields.size() < kMaxFields) {
        row.fields.push_back(std::move(field));
      } else {
        row.malformed = true;
      }
      field.clear();
      was_quoted = false;
    };
    while (true) {
      if (at_ >= text_.size()) {
        if (quoted) row.malformed = true;
        break;
      }
      const char c = text_[at_++];
      if (c == '\n') ++line_;
      if (quoted) {
        if (c != '"') {
          add(c);
        } else if (at_ < text_.size() && text_[at_] == '"') {
          add('"');
          ++at_;
        } else {
          quoted = false;
          was_quoted = true;
        }
        continue;
      }
      if (c == '\n' || (c == '\r' && (at_ >= text_.size() || text_[at_] == '\n'))) {
        if (c == '\r' && at_ < text_.size()) {
          ++at_;
          ++line_;
        }
        break;
      }
      any = true;
      if (c == separator_) {
        end_field();
      } else if (c == '"' && field.empty() && !was_quoted) {
        quoted = true;
      } else {
        // Text behind a closing quote ("a"b) is against the grammar; it is kept and said.
        if (was_quoted && c != ' ') row.malformed = true;
        if (!(was_quoted && c == ' ')) add(c);
      }
    }
    if (!any && field.empty() && !was_quoted && row.fields.empty()) continue;  // an empty line
    end_field();
    return true;
  }
  return false;
}

std::string csv_field(std::string_view value) {
  if (value.find_first_of("\",\r\n;\t") == std::string_view::npos) return std::string(value);
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  out.push_back('"');
  return out;
}

}  // namespace pantau::crawler
