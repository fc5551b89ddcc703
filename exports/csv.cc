#include "exports/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/text.h"
#include "base/url.h"
#include "exports/renderers.h"

namespace pantau::exports {
namespace {

// Spreadsheets cut or refuse cells of more than 32,767 characters.
constexpr std::size_t kCellLimit = 32'000;
constexpr std::string_view kCut = " [cut; the JSON Lines export has all of it]";

// The character at `at` (valid UTF-8) and its length.
std::pair<char32_t, std::size_t> character(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(text[at + i])); };
  const char32_t first = byte(0);
  if (first < 0x80) return {first, 1};
  if (first < 0xe0) return {(first & 0x1f) << 6 | (byte(1) & 0x3f), 2};
  if (first < 0xf0) return {(first & 0x0f) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f), 3};
  return {(first & 0x07) << 18 | (byte(1) & 0x3f) << 12 | (byte(2) & 0x3f) << 6 | (byte(3) & 0x3f), 4};
}

bool is_blank(char32_t c) {
  return c == ' ' || (c >= 9 && c <= 13) || c == 0x85 || c == 0xa0 || c == 0xad || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200f) || c == 0x2028 || c == 0x2029 || c == 0x202f || (c >= 0x205f && c <= 0x2064) ||
         c == 0x3000 || c == 0xfeff;
}

bool starts_formula(char32_t c) {
  return c == '=' || c == '+' || c == '-' || c == '@' || c == 0xff1d || c == 0xff0b || c == 0xff0d || c == 0xff20;
}

bool needs_apostrophe(std::string_view text) {
  if (text.empty()) return false;
  const char32_t first = character(text, 0).first;
  if (first == '\t' || first == '\r' || first == '\n' || first == '|' || first == '%') return true;
  for (std::size_t at = 0; at < text.size();) {
    const auto [c, length] = character(text, at);
    if (!is_blank(c)) return starts_formula(c);
    at += length;
  }
  return false;
}

std::string joined(const std::vector<std::string>& list, std::string_view between = "; ") {
  return fmt::format("{}", fmt::join(list, between));
}

std::string name_of(const ExportOptions& options, const std::string& entity) {
  const auto found = options.entity_names.find(entity);
  return found == options.entity_names.end() || found->second.empty() ? entity : found->second;
}

std::string score_text(double score) {
  return fmt::format("{:.2f}", score);
}

struct Row {
  const cases::CaseRecord& record;
  const ExportOptions& options;
  std::string host;  // of the landing page
};

struct Column {
  const char* name;
  std::string (*value)(const Row& row);
};

// New columns are added at the end: people's sheets count on the order.
const std::array kColumns = std::to_array<Column>({
    {"case_id", [](const Row& r) { return r.record.id; }},
    {"status", [](const Row& r) { return r.record.status; }},
    {"band", [](const Row& r) { return r.record.verdict.band; }},
    {"score", [](const Row& r) { return score_text(r.record.verdict.score); }},
    {"category", [](const Row& r) { return r.record.verdict.category; }},
    {"impersonates",
     [](const Row& r) {
       std::vector<std::string> names;
       for (const cases::Impersonation& one : r.record.verdict.impersonates) names.push_back(name_of(r.options, one.entity));
       return joined(names);
     }},
    {"impersonates_ids",
     [](const Row& r) {
       std::vector<std::string> ids;
       for (const cases::Impersonation& one : r.record.verdict.impersonates) ids.push_back(one.entity);
       return joined(ids);
     }},
    {"title", [](const Row& r) { return r.record.title; }},
    {"landing_url", [](const Row& r) { return r.record.landing_url; }},
    {"landing_domain", [](const Row& r) { return r.host.empty() ? std::string() : registrable_domain(r.host); }},
    {"landing_host_unicode", [](const Row& r) { return r.host.empty() ? std::string() : unicode_host(r.host); }},
    {"click_url", [](const Row& r) { return r.record.click_url; }},
    {"page_url", [](const Row& r) { return r.record.page_url; }},
    {"redirects",
     [](const Row& r) {
       std::vector<std::string> hops;
       for (const crawler::RedirectHop& hop : r.record.redirects) hops.push_back(hop.status == 0 ? hop.url + " (" + hop.kind + ")" : fmt::format("{} ({})", hop.url, hop.status));
       return joined(hops, " > ");
     }},
    {"source", [](const Row& r) { return r.record.source; }},
    {"platform", [](const Row& r) { return r.record.facts.platform.value_or(""); }},
    {"ad_id", [](const Row& r) { return r.record.facts.source_id.value_or(""); }},
    {"advertiser", [](const Row& r) { return r.record.facts.advertiser.value_or(""); }},
    {"reach", [](const Row& r) { return r.record.facts.reach ? fmt::format("{}", *r.record.facts.reach) : std::string(); }},
    {"first_seen", [](const Row& r) { return r.record.first_seen; }},
    {"last_seen", [](const Row& r) { return r.record.last_seen; }},
    {"sweep", [](const Row& r) { return r.record.sweep; }},
    {"reasons", [](const Row& r) { return joined(r.record.verdict.reasons, "\n"); }},
    {"against", [](const Row& r) { return joined(r.record.verdict.against, "\n"); }},
    {"texts", [](const Row& r) { return joined(r.record.texts, "\n"); }},
    {"domains", [](const Row& r) { return joined(r.record.indicators.domains); }},
    {"ips", [](const Row& r) { return joined(r.record.indicators.ips); }},
    {"phones", [](const Row& r) { return joined(r.record.indicators.phones); }},
    {"whatsapp", [](const Row& r) { return joined(r.record.indicators.whatsapp); }},
    {"telegram", [](const Row& r) { return joined(r.record.indicators.telegram); }},
    {"emails", [](const Row& r) { return joined(r.record.indicators.emails); }},
    {"wallets", [](const Row& r) { return joined(r.record.indicators.wallets); }},
    {"bank_accounts", [](const Row& r) { return joined(r.record.indicators.bank_accounts); }},
    {"trackers", [](const Row& r) { return joined(r.record.indicators.trackers); }},
    {"apps", [](const Row& r) { return joined(r.record.indicators.apps); }},
    {"media_urls",
     [](const Row& r) {
       std::vector<std::string> list;
       for (const cases::CaseMedium& medium : r.record.media) {
         if (!medium.url.empty()) list.push_back(medium.url);
       }
       return joined(list);
     }},
    {"media_sha256",
     [](const Row& r) {
       std::vector<std::string> list;
       for (const cases::CaseMedium& medium : r.record.media) {
         if (!medium.sha256.empty()) list.push_back(medium.sha256);
       }
       return joined(list);
     }},
    {"evidence_warc",
     [](const Row& r) {
       std::vector<std::string> list;
       for (const cases::WarcReference& reference : r.record.warc) list.push_back(fmt::format("{}@{}", reference.file, reference.offset));
       return joined(list);
     }},
    {"evidence_frames", [](const Row& r) { return joined(r.record.frames); }},
    {"outcome", [](const Row& r) { return r.record.outcome; }},
    {"reference", [](const Row& r) { return r.record.facts.reference.value_or(""); }},
});

class Csv final : public Renderer {
 public:
  explicit Csv(const ExportOptions& options) : options_(options) {}
  Result<bool> add(const cases::DecidedCase& one, Output& out) override {
    if (auto begun = head(out); !begun) return begun.error();
    const auto landing = Url::parse(one.record.landing_url);
    const Row row{one.record, options_, landing ? landing->host() : std::string()};
    std::string line;
    for (std::size_t i = 0; i < kColumns.size(); ++i) {
      if (i > 0) line.push_back(',');
      add_cell(line, kColumns[i].value(row));
    }
    line += "\r\n";
    if (auto written = out.write(line); !written) return written.error();
    return true;
  }
  Result<void> finish(Output& out) override { return head(out); }

 private:
  Result<void> head(Output& out) {
    if (begun_) return {};
    begun_ = true;
    std::string line = "\xEF\xBB\xBF";
    for (std::size_t i = 0; i < kColumns.size(); ++i) {
      if (i > 0) line.push_back(',');
      add_cell(line, kColumns[i].name);
    }
    return out.write(line + "\r\n");
  }
  ExportOptions options_;
  bool begun_ = false;
};

}  // namespace

std::string show_direction(std::string_view raw) {
  const std::string text = to_valid_utf8(raw);
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto [c, length] = character(text, at);
    if ((c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069)) {
      out += fmt::format("[U+{:04X}]", static_cast<std::uint32_t>(c));
    } else {
      out.append(text, at, length);
    }
    at += length;
  }
  return out;
}

std::string safe_cell(std::string_view raw) {
  const std::string shown = show_direction(raw);
  std::string text;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    // Line ends inside a cell are LF; other control characters mean nothing to a spreadsheet.
    const char c = shown[i];
    if (c == '\r') {
      if (i + 1 >= shown.size() || shown[i + 1] != '\n') text.push_back('\n');
    } else if ((static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) || c == '\n' || c == '\t') {
      text.push_back(c);
    }
  }
  if (text.size() > kCellLimit) text = std::string(clip_utf8(text, kCellLimit)) + std::string(kCut);
  if (needs_apostrophe(text)) text.insert(0, 1, '\'');
  return text;
}

void add_cell(std::string& out, std::string_view text) {
  out.push_back('"');
  for (const char c : safe_cell(text)) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  out.push_back('"');
}

std::unique_ptr<Renderer> make_csv(const ExportOptions& options) {
  return std::make_unique<Csv>(options);
}

}  // namespace pantau::exports
