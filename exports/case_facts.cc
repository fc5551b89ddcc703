#include "exports/case_facts.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/time.h"
#include "base/url.h"

namespace pantau::exports {
namespace {

bool unreserved_or_reserved(unsigned char c) {
  if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) return true;
  return std::string_view("-._~:/?#[]@!$&'()*+,;=%").find(static_cast<char>(c)) != std::string_view::npos;
}

// Length in bytes of an invisible character at `at`, 0 when it is none. The text is well-formed UTF-8.
std::size_t invisible(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0u; };
  if (byte(0) < 0x20 || byte(0) == 0x7f) return byte(0) == '\n' || byte(0) == '\t' || byte(0) == '\r' ? 0 : 1;
  if (byte(0) == 0xc2 && byte(1) >= 0x80 && byte(1) <= 0x9f) return 2;                     // C1
  if (byte(0) == 0xd8 && byte(1) == 0x9c) return 2;                                        // U+061C
  if (byte(0) == 0xe2 && byte(1) == 0x80 && byte(2) >= 0x8b && byte(2) <= 0x8f) return 3;  // U+200B..200F
  if (byte(0) == 0xe2 && byte(1) == 0x80 && byte(2) >= 0xaa && byte(2) <= 0xae) return 3;  // U+202A..202E
  if (byte(0) == 0xe2 && byte(1) == 0x81 && byte(2) >= 0xa0 && byte(2) <= 0xaf) return 3;  // U+2060..206F
  if (byte(0) == 0xef && byte(1) == 0xbb && byte(2) == 0xbf) return 3;                     // U+FEFF
  return 0;
}

std::string spoken(std::string category) {
  std::replace(category.begin(), category.end(), '-', ' ');
  return category.empty() || category == "none" ? "suspected fraud" : category;
}

}  // namespace

bool is_confirmed(const cases::CaseRecord& record) {
  return record.status == "confirmed";
}

std::string decided_at(const cases::DecidedCase& one) {
  return one.decisions.empty() ? one.record.first_seen : one.decisions.back().at;
}

std::string confirmed_at(const cases::DecidedCase& one) {
  for (auto entry = one.decisions.rbegin(); entry != one.decisions.rend(); ++entry) {
    if (entry->action == "confirm") return entry->at;
  }
  return decided_at(one);
}

std::string changed_at(const cases::DecidedCase& one) {
  return std::max(decided_at(one), one.record.last_seen);
}

int generation(const cases::DecidedCase& one) {
  int count = 0;
  bool withdrawn = false;
  for (const cases::DecisionEntry& entry : one.decisions) {
    if (entry.action == "withdraw") withdrawn = true;
    if (entry.action == "confirm" && withdrawn) {
      ++count;
      withdrawn = false;
    }
  }
  return count;
}

std::string days_after(const std::string& time, int days) {
  const auto parsed = parse_utc(time);
  return parsed ? format_utc(*parsed + std::chrono::hours(24) * days) : time;
}

std::string with_milliseconds(const std::string& time) {
  const auto parsed = parse_utc(time).value_or(UtcTime{});
  const std::string text = format_utc_milliseconds(parsed);
  return text.find('.') != std::string::npos ? text : text.substr(0, 19) + ".000Z";
}

std::string unix_seconds(const std::string& time) {
  const auto parsed = parse_utc(time).value_or(UtcTime{});
  return fmt::format("{}", std::chrono::floor<std::chrono::seconds>(parsed).time_since_epoch().count());
}

std::string entity_name(const ExportOptions& options, const std::string& id) {
  const auto found = options.entity_names.find(id);
  return one_line(found == options.entity_names.end() || found->second.empty() ? id : found->second, 200);
}

std::vector<std::string> impersonated_names(const cases::CaseRecord& record, const ExportOptions& options) {
  std::vector<std::string> names;
  for (const cases::Impersonation& one : record.verdict.impersonates) names.push_back(entity_name(options, one.entity));
  return names;
}

std::string headline(const cases::CaseRecord& record, const ExportOptions& options) {
  std::vector<std::string> names = impersonated_names(record, options);
  if (names.size() > 3) names.resize(3);
  const std::string what = spoken(one_line(record.verdict.category, 40));
  return names.empty() ? what : fmt::format("{} in the name of {}", what, fmt::join(names, ", "));
}

std::string one_line(std::string_view raw, std::size_t limit) {
  // Cut before the work: a text of megabytes costs no more than what is kept.
  const std::string text = to_valid_utf8(clip_utf8(raw, limit * 4 + 64));
  std::string kept;
  for (std::size_t at = 0; at < text.size();) {
    if (const std::size_t skip = invisible(text, at); skip > 0) {
      at += skip;
      continue;
    }
    kept.push_back(text[at++]);
  }
  std::string out = collapse_space(kept);
  if (out.size() <= limit) return out;
  return std::string(clip_utf8(out, limit > 3 ? limit - 3 : limit)) + (limit > 3 ? "..." : "");
}

std::string uri_text(const std::string& url) {
  const auto parsed = Url::parse(url);
  if (!parsed) return {};
  std::string out;
  for (const char c : parsed->without_fragment()) {
    if (unreserved_or_reserved(static_cast<unsigned char>(c))) {
      out.push_back(c);
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
  }
  return out;
}

std::string main_address(const cases::CaseRecord& record) {
  for (const std::string* url : {&record.landing_url, &record.click_url, &record.page_url}) {
    if (std::string text = uri_text(*url); !text.empty()) return text;
  }
  return {};
}

std::string role_of(const cases::CaseRecord& record, const std::string& indicator) {
  const auto found = record.roles.find(indicator);
  return found == record.roles.end() ? "unknown" : found->second;
}

std::string host_role(const cases::CaseRecord& record, const std::string& url) {
  const auto parsed = Url::parse(url);
  if (!parsed) return "unknown";
  for (const std::string& name : {parsed->host(), registrable_domain(parsed->host())}) {
    if (const auto found = record.roles.find(name); found != record.roles.end()) return found->second;
  }
  return "unknown";
}

bool is_hex(std::string_view text, std::size_t length) {
  return text.size() == length &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_case_id(std::string_view id) {
  return id.size() == 28 && id.starts_with("c-") &&
         std::all_of(id.begin() + 2, id.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
}

}  // namespace pantau::exports
