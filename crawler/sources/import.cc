// Ad records that others collected: CSV with a header row, JSON Lines, or one JSON array. Which of their columns holds
// what is said by `columns`; a field that is not mapped is looked for under its own name. In JSON a column may be a
// path
// ("snapshot.body.text").
#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <functional>

#include "base/digest.h"
#include "base/text.h"
#include "crawler/csv.h"
#include "crawler/sources/address_text.h"
#include "crawler/sources/readers.h"
#include "crawler/sources/table.h"

namespace pantau::crawler {
namespace {

const std::vector<std::string>& known_fields() {
  static const std::vector<std::string> fields = {
      "url",         "text", "title", "advertiser",     "payer",    "platform",  "media",
      "first_shown", "id",   "reach", "verified_label", "ai_label", "reference", "received"};
  return fields;
}

constexpr std::size_t kMaxText = 64 << 10;
constexpr std::size_t kMaxMedia = 50;

// A record's values by our field names; lists come as several values.
using Values = std::function<std::vector<std::string>(const std::string& field)>;

std::optional<std::string> first_of(const Values& values, const std::string& field) {
  for (const std::string& value : values(field)) {
    std::string clean = collapse_space(clip_utf8(value, kMaxText));
    if (!clean.empty()) return clean;
  }
  return std::nullopt;
}

// "12,000", "12 000", "1000-5000": the first number.
std::optional<double> number_in(std::string_view text) {
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool separator = (c == ',' || c == ' ' || c == '_') && !digits.empty() && i + 3 < text.size() &&
                           text[i + 1] >= '0' && text[i + 1] <= '9' && text[i + 2] >= '0' && text[i + 2] <= '9' &&
                           text[i + 3] >= '0' && text[i + 3] <= '9';
    if ((c >= '0' && c <= '9') || (c == '.' && !digits.empty())) {
      digits.push_back(c);
    } else if (!separator && !digits.empty()) {
      break;
    }
  }
  if (digits.empty() || digits.size() > 18) return std::nullopt;
  return std::strtod(digits.c_str(), nullptr);
}

void take(SourceLeads& result, const std::string& where, const Values& values) {
  Lead lead;
  std::string why_no_url;
  for (const std::string& raw : values("url")) {
    if (trim(raw).empty()) continue;
    auto address = read_address(raw);
    if (address) {
      lead.url = std::move(address->url);
      lead.key = std::move(address->canonical);
      break;
    }
    why_no_url = address.error().detail;
    // What was given as an address still belongs to the ad.
    lead.texts.push_back(std::string(clip_utf8(collapse_space(raw), 2048)));
  }
  if (!lead.url.empty()) lead.texts.clear();
  bool told = false;
  for (const char* field : {"title", "text"}) {
    for (const std::string& value : values(field)) {
      std::string clean = collapse_space(clip_utf8(to_valid_utf8(value), kMaxText));
      if (clean.empty() || std::find(lead.texts.begin(), lead.texts.end(), clean) != lead.texts.end()) continue;
      lead.texts.push_back(std::move(clean));
      told = true;
    }
  }
  for (const std::string& list : values("media")) {
    std::string spaced = list;
    std::replace(spaced.begin(), spaced.end(), '|', ' ');
    for (const std::string& piece : split(collapse_space(spaced), ' ')) {
      if (piece.empty() || lead.media_urls.size() >= kMaxMedia) continue;
      auto address = read_address(piece);
      if (!address) continue;
      if (std::find(lead.media_urls.begin(), lead.media_urls.end(), address->url) == lead.media_urls.end())
        lead.media_urls.push_back(std::move(address->url));
    }
  }
  if (lead.url.empty() && !told && lead.media_urls.empty()) {
    result.rejected.push_back(
        {where, why_no_url.empty() ? "neither address nor text nor media stands in this row" : why_no_url});
    return;
  }
  lead.facts.advertiser = first_of(values, "advertiser");
  lead.facts.payer = first_of(values, "payer");
  lead.facts.platform = first_of(values, "platform");
  lead.facts.source_id = first_of(values, "id");
  lead.facts.first_shown = first_of(values, "first_shown");
  lead.facts.verified_label = first_of(values, "verified_label");
  lead.facts.ai_label = first_of(values, "ai_label");
  lead.facts.reference = first_of(values, "reference");
  lead.facts.received = first_of(values, "received");
  if (const auto reach = first_of(values, "reach")) lead.facts.reach = number_in(*reach);
  if (lead.key.empty()) {
    std::string all;
    for (const std::string& text : lead.texts) all += text + "\n";
    for (const std::string& medium : lead.media_urls) all += medium + "\n";
    lead.key = lead.facts.source_id ? "import:" + *lead.facts.source_id : "text:" + sha256_hex(all);
  }
  result.leads.push_back(std::move(lead));
}

Result<SourceLeads> read_csv(const SourceSettings& settings, std::string_view text) {
  SourceLeads result;
  CsvReader reader(text);
  CsvRow header;
  if (!reader.next(header)) return result;
  std::map<std::string, std::size_t> columns;
  for (const std::string& field : known_fields()) {
    const auto mapped = settings.columns.find(field);
    const auto column = find_column(header.fields, {mapped == settings.columns.end() ? field : mapped->second});
    if (column) {
      columns[field] = *column;
    } else if (mapped != settings.columns.end()) {
      std::string names;
      for (const std::string& name : header.fields)
        names += (names.empty() ? "" : ", ") + std::string(clip_utf8(collapse_space(name), 40));
      const std::string near = nearest(mapped->second, header.fields);
      return operator_error(place(settings.path, header.line) + ": there is no column \"" + mapped->second + "\" for " +
                            field + (near.empty() ? "" : "; did you mean \"" + near + "\"?") +
                            " (found: " + std::string(clip_utf8(names, 400)) + ")");
    }
  }
  if (!columns.count("url") && !columns.count("text") && !columns.count("media") && !columns.count("title")) {
    return operator_error(place(settings.path, header.line) +
                          ": no column for url, text or media; say which with columns: {url: ..., text: ...}");
  }
  CsvRow row;
  while (reader.next(row)) {
    if (row.malformed) {
      result.rejected.push_back({place(settings.path, row.line), "the quotes of this row do not match"});
      continue;
    }
    const bool blank =
        std::all_of(row.fields.begin(), row.fields.end(), [](const std::string& field) { return trim(field).empty(); });
    if (blank) continue;
    take(result, place(settings.path, row.line), [&](const std::string& field) -> std::vector<std::string> {
      const auto column = columns.find(field);
      if (column == columns.end() || column->second >= row.fields.size()) return {};
      return {row.fields[column->second]};
    });
  }
  return result;
}

// All scalar values at a path; lists on the way are walked through.
void values_at(const boost::json::value& value, std::string_view path, std::vector<std::string>& out, int depth) {
  if (depth > 20 || out.size() >= 100) return;
  if (const auto* list = value.if_array()) {
    for (const auto& item : *list) values_at(item, path, out, depth + 1);
    return;
  }
  if (path.empty()) {
    if (const auto* text = value.if_string()) {
      out.emplace_back(text->data(), text->size());
    } else if (value.is_number() || value.is_bool()) {
      out.push_back(boost::json::serialize(value));
    }
    return;
  }
  const auto* object = value.if_object();
  if (object == nullptr) return;
  // A key with dots in its own name comes before a path.
  if (const auto* whole = object->if_contains(path)) {
    values_at(*whole, {}, out, depth + 1);
    return;
  }
  const std::size_t dot = path.find('.');
  if (dot == std::string_view::npos) return;
  if (const auto* part = object->if_contains(path.substr(0, dot)))
    values_at(*part, path.substr(dot + 1), out, depth + 1);
}

void take_json(SourceLeads& result, const SourceSettings& settings, const std::string& where,
               const boost::json::value& record) {
  if (!record.is_object()) {
    result.rejected.push_back({where, "is no JSON object"});
    return;
  }
  take(result, where, [&](const std::string& field) {
    std::vector<std::string> found;
    const auto mapped = settings.columns.find(field);
    values_at(record, mapped == settings.columns.end() ? std::string_view(field) : std::string_view(mapped->second),
              found, 0);
    return found;
  });
}

Result<SourceLeads> read_json(const SourceSettings& settings, std::string_view text) {
  SourceLeads result;
  boost::json::parse_options options;
  options.max_depth = 64;
  if (trim(text).front() == '[') {
    boost::system::error_code failure;
    const boost::json::value list = boost::json::parse(text, failure, {}, options);
    if (failure) return operator_error(settings.path.filename().string() + ": is no JSON: " + failure.message());
    int number = 0;
    for (const auto& record : list.as_array())
      take_json(result, settings, settings.path.filename().string() + "[" + std::to_string(number++) + "]", record);
    return result;
  }
  int line_number = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = trim(text.substr(at, end - at));
    at = end + 1;
    ++line_number;
    if (line.empty()) continue;
    boost::system::error_code failure;
    const boost::json::value record = boost::json::parse(line, failure, {}, options);
    if (failure) {
      result.rejected.push_back({place(settings.path, line_number), "is no JSON: " + failure.message()});
      continue;
    }
    take_json(result, settings, place(settings.path, line_number), record);
  }
  return result;
}

}  // namespace

Result<SourceLeads> read_import_source(const SourceSettings& settings) {
  for (const auto& [field, column] : settings.columns) {
    if (std::find(known_fields().begin(), known_fields().end(), field) == known_fields().end()) {
      const std::string near = nearest(field, known_fields());
      return operator_error("columns: \"" + field + "\" is no field of an ad" +
                            (near.empty() ? "" : "; did you mean " + near + "?"));
    }
  }
  auto text = read_table_text(settings.path);
  if (!text) return text.error();
  const std::string_view begin = trim(std::string_view(*text));
  if (begin.empty()) return SourceLeads();
  if (begin.front() == '{' || begin.front() == '[')
    return read_json(settings, begin.front() == '[' ? begin : std::string_view(*text));
  return read_csv(settings, *text);
}

}  // namespace pantau::crawler
