// Lists of addresses: text with one a line and # comments, or CSV with a column for the address and perhaps others for
// reference, platform and date.
#include <algorithm>

#include "base/text.h"
#include "crawler/csv.h"
#include "crawler/sources/address_text.h"
#include "crawler/sources/readers.h"
#include "crawler/sources/table.h"

namespace pantau::crawler {
namespace {

const std::vector<std::string>& url_names() {
  static const std::vector<std::string> names = {
      "url",          "link",    "address",   "pautan",         "alamat", "landing url", "click url",
      "landing page", "website", "laman web", "laman sesawang", "domain", "href",        "网址",
      "链接",         "連結",    "網址"};
  return names;
}

std::optional<std::string> cell(const CsvRow& row, std::optional<std::size_t> column) {
  if (!column || *column >= row.fields.size()) return std::nullopt;
  std::string value = collapse_space(row.fields[*column]);
  if (value.empty()) return std::nullopt;
  return value;
}

SourceLeads read_lines(const std::filesystem::path& path, std::string_view text) {
  SourceLeads result;
  int line_number = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = trim(text.substr(at, end - at));
    at = end + 1;
    ++line_number;
    // A fragment has no space before its "#".
    if (const std::size_t comment = line.find(" #"); comment != std::string_view::npos)
      line = trim(line.substr(0, comment));
    if (line.empty() || line[0] == '#') continue;
    auto address = read_address(line);
    if (!address) {
      result.rejected.push_back({place(path, line_number), address.error().detail});
      continue;
    }
    Lead lead;
    lead.url = std::move(address->url);
    lead.key = std::move(address->canonical);
    result.leads.push_back(std::move(lead));
  }
  return result;
}

Result<SourceLeads> read_csv(const std::filesystem::path& path, std::string_view text) {
  SourceLeads result;
  CsvReader reader(text);
  CsvRow row;
  if (!reader.next(row)) return result;
  std::optional<std::size_t> url = find_column(row.fields, url_names()), reference, platform, received;
  bool first_is_data = false;
  if (url) {
    reference = find_column(row.fields, {"reference", "ref", "rujukan", "no rujukan", "nombor rujukan", "case",
                                         "case id", "report id", "ticket", "id"});
    platform = find_column(row.fields, {"platform", "saluran", "channel", "media", "network"});
    received = find_column(row.fields, {"received", "received at", "date", "tarikh", "tarikh terima", "tanggal",
                                        "reported", "reported at"});
  } else {
    // No header: the first column that holds an address with a scheme.
    for (std::size_t i = 0; i < row.fields.size() && !url; ++i) {
      if (row.fields[i].find("://") != std::string::npos && read_address(row.fields[i])) url = i;
    }
    if (!url) {
      std::string names;
      for (const std::string& name : row.fields)
        names += (names.empty() ? "" : ", ") + std::string(clip_utf8(collapse_space(name), 40));
      return operator_error(place(path, row.line) +
                            ": no column for the address; name one of the columns url (found: " +
                            std::string(clip_utf8(names, 300)) + ")");
    }
    first_is_data = true;
  }
  while (first_is_data || reader.next(row)) {
    first_is_data = false;
    const std::string where = place(path, row.line);
    if (row.malformed) {
      result.rejected.push_back({where, "the quotes of this row do not match"});
      continue;
    }
    const bool blank =
        std::all_of(row.fields.begin(), row.fields.end(), [](const std::string& field) { return trim(field).empty(); });
    if (blank) continue;
    auto address = read_address(*url < row.fields.size() ? row.fields[*url] : std::string());
    if (!address) {
      result.rejected.push_back({where, address.error().detail});
      continue;
    }
    Lead lead;
    lead.url = std::move(address->url);
    lead.key = std::move(address->canonical);
    lead.facts.reference = cell(row, reference);
    lead.facts.platform = cell(row, platform);
    lead.facts.received = cell(row, received);
    result.leads.push_back(std::move(lead));
  }
  return result;
}

}  // namespace

Result<SourceLeads> read_url_list_source(const SourceSettings& settings) {
  auto text = read_table_text(settings.path);
  if (!text) return text.error();
  const std::string extension = to_lower_ascii(settings.path.extension().string());
  bool table = extension == ".csv" || extension == ".tsv";
  if (!table && extension != ".txt") {
    // Another name: a table when its first record names an address column beside others.
    CsvReader reader(*text);
    CsvRow row;
    table = reader.next(row) && row.fields.size() > 1 && find_column(row.fields, url_names());
  }
  if (table) return read_csv(settings.path, *text);
  return read_lines(settings.path, *text);
}

}  // namespace pantau::crawler
