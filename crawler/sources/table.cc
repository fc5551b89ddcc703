#include "crawler/sources/table.h"

#include "base/file.h"
#include "base/text.h"
#include "crawler/html/decode.h"

namespace pantau::crawler {
namespace {

std::string bare_name(std::string_view name) {
  std::string out;
  for (const char c : to_lower_ascii(trim(name))) {
    if (c != ' ' && c != '_' && c != '-' && c != '.') out.push_back(c);
  }
  return out;
}

}  // namespace

Result<std::string> read_table_text(const std::filesystem::path& path) {
  auto bytes = read_file(path, std::size_t{256} << 20);
  if (!bytes) return operator_error(bytes.error().detail, bytes.error().native);
  return html::decode_document(*bytes, {}, false).text;
}

std::optional<std::size_t> find_column(const std::vector<std::string>& header, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const std::string wanted = bare_name(name);
    for (std::size_t i = 0; i < header.size(); ++i) {
      if (bare_name(header[i]) == wanted) return i;
    }
  }
  return std::nullopt;
}

std::string place(const std::filesystem::path& path, int line) {
  return path.filename().string() + ":" + std::to_string(line);
}

}  // namespace pantau::crawler
