#include "crawler/address_traps.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "base/time.h"
#include "crawler/address_hash.h"

namespace pantau::crawler {
namespace {

constexpr std::size_t kLongestAddress = 2048;
constexpr std::size_t kMostSegments = 30;
constexpr int kMostRepeats = 3;
constexpr std::size_t kMostParameters = 40;
constexpr int kMostSameParameter = 8;  // a filter may be chosen several times (?tag=a&tag=b)
constexpr int kMostNestedAddresses = 3;
constexpr std::size_t kFilterParameters = 3;

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool has_digit(std::string_view text) {
  return text.find_first_of("0123456789") != std::string_view::npos;
}

std::size_t occurrences(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

// The year that a text begins with when it is a date: "2031-05", "2031/05/01", "203105", "2031".
std::optional<int> year_of(std::string_view text) {
  if (text.size() < 4 || !is_number(text.substr(0, 4))) return std::nullopt;
  if (text.size() > 4 && text[4] != '-' && text[4] != '/' && text[4] != '.' &&
      !((text.size() == 6 || text.size() == 8) && is_number(text))) {
    return std::nullopt;
  }
  int year = 0;
  std::from_chars(text.data(), text.data() + 4, year);
  if (year < 1000 || year > 9999) return std::nullopt;
  return year;
}

bool is_month_or_day(std::string_view text) {
  return text.size() <= 2 && is_number(text);
}

std::string_view name_of(std::string_view parameter) {
  return parameter.substr(0, parameter.find('='));
}
std::string_view value_of(std::string_view parameter) {
  const std::size_t equals = parameter.find('=');
  return equals == std::string_view::npos ? std::string_view() : parameter.substr(equals + 1);
}

bool names_a_date(std::string_view name) {
  static constexpr std::array<std::string_view, 16> kNames = {
      "date", "day",  "month",  "year",  "from",  "to",   "start", "end",
      "cal",  "time", "tarikh", "bulan", "tahun", "hari", "ical",  "tribe-bar-date"};
  const std::string lower = to_lower_ascii(name);
  return std::any_of(kNames.begin(), kNames.end(), [&](std::string_view word) {
    return lower == word || (word.size() > 3 && lower.find(word) != std::string::npos);
  });
}

std::optional<std::string> future_date(const std::vector<std::string>& segments, std::string_view query, int year) {
  const auto said = [&](int found) { return "a date in " + std::to_string(found) + ": a calendar that does not end"; };
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const std::optional<int> found = year_of(segments[i]);
    if (!found || *found <= year + 1) continue;
    // A number alone may be anything; one that a month follows, or that carries one, is a date.
    const bool dated = segments[i].size() > 4 || (i + 1 < segments.size() && is_month_or_day(segments[i + 1]));
    if (dated && (segments[i].size() <= 4 || !is_number(segments[i]))) return said(*found);
  }
  for (const std::string& parameter : split(query, '&')) {
    const std::optional<int> found = year_of(value_of(parameter));
    if (found && *found > year + 1 && names_a_date(name_of(parameter))) return said(*found);
  }
  return std::nullopt;
}

std::optional<std::string> growing_query(std::string_view query) {
  const std::vector<std::string> parameters = split(query, '&');
  if (parameters.size() > kMostParameters)
    return "query with more than " + std::to_string(kMostParameters) + " parameters";
  std::map<std::string_view, int> names;
  std::map<std::string_view, int> whole;
  for (const std::string& parameter : parameters) {
    if (parameter.empty()) continue;
    if (++whole[parameter] > kMostRepeats || ++names[name_of(parameter)] > kMostSameParameter)
      return "query repeats \"" + std::string(clip_utf8(name_of(parameter), 40)) + "\"";
  }
  // ?back=/login?back=%2Flogin%3Fback%3D%252F...: each visit wraps the one before.
  if (occurrences(query, "%2525") > 0 && occurrences(query, "%25") > 3)
    return "query that wraps itself again and again";
  const std::string lower = to_lower_ascii(query);
  if (occurrences(lower, "http://") + occurrences(lower, "https://") + occurrences(lower, "http%3a") +
          occurrences(lower, "https%3a") >
      kMostNestedAddresses) {
    return "query with addresses inside addresses";
  }
  return std::nullopt;
}

bool is_session_name(std::string_view name) {
  static constexpr std::array<std::string_view, 10> kNames = {"phpsessid", "jsessionid",  "sessionid", "session_id",
                                                              "sessid",    "cfid",        "cftoken",   "zenid",
                                                              "osccsid",   "aspsessionid"};
  const std::string lower = to_lower_ascii(name);
  return std::find(kNames.begin(), kNames.end(), lower) != kNames.end() || lower.starts_with("aspsessionid");
}

// "sid" means other things too; as a session it is long and looks random.
bool is_session(std::string_view parameter) {
  const std::string_view name = name_of(parameter), value = value_of(parameter);
  if (is_session_name(name)) return true;
  const std::string lower = to_lower_ascii(name);
  return (lower == "sid" || lower == "s") && value.size() >= 26 && has_digit(value) &&
         value.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

constexpr std::array<std::string_view, 9> kCalendarWords = {"calendar", "kalendar", "kalender", "takwim", "jadual",
                                                            "agenda",   "events",   "schedule", "archive"};

bool is_calendar_word(std::string_view segment) {
  const std::string lower = to_lower_ascii(segment);
  return std::any_of(kCalendarWords.begin(), kCalendarWords.end(),
                     [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

}  // namespace

std::optional<std::string> trap_reason(const Url& url, int year) {
  // Cheap questions first: almost all addresses answer all of them with no.
  if (url.path().size() + url.query().size() + url.host().size() + 10 > kLongestAddress)
    return "address longer than " + std::to_string(kLongestAddress) + " bytes";
  const std::vector<std::string> segments = split(url.path(), '/');
  if (segments.size() > kMostSegments) return "path deeper than " + std::to_string(kMostSegments) + " segments";
  if (segments.size() > 4) {
    std::map<std::string_view, int> count;
    for (const std::string& segment : segments) {
      // Short numbers repeat in dates (/2026/01/01/) and page numbers.
      if (segment.size() < 2 || is_number(segment)) continue;
      if (++count[segment] > kMostRepeats)
        return "path repeats \"" + std::string(clip_utf8(segment, 40)) + "\" more than " +
               std::to_string(kMostRepeats) + " times";
    }
  }
  // The same pair again and again: /a/1/a/1/a/1/a/1
  for (std::size_t length = 2; length <= 4; ++length) {
    for (std::size_t i = 1; i + length * (kMostRepeats + 1) <= segments.size(); ++i) {
      bool repeats = true;
      for (std::size_t k = length; k < length * (kMostRepeats + 1) && repeats; ++k)
        repeats = segments[i + k] == segments[i + k - length];
      if (repeats) return "path repeats itself";
    }
  }
  if (auto reason = future_date(segments, url.query(), year)) return reason;
  if (url.query().empty()) return std::nullopt;
  return growing_query(url.query());
}

std::optional<std::string> trap_reason(const Url& url) {
  const std::chrono::year_month_day today{std::chrono::floor<std::chrono::days>(utc_now())};
  return trap_reason(url, static_cast<int>(today.year()));
}

std::string visited_key(const Url& url) {
  std::string key = url.canonical();
  if (url.query().empty() && url.path().find(';') == std::string::npos) return key;
  const std::size_t question = key.find('?');
  std::string path = key.substr(0, question);
  const std::string query = question == std::string::npos ? std::string() : key.substr(question + 1);
  bool changed = false;
  // /cart;jsessionid=0123 (RFC 3986 3.3 path parameters)
  if (const std::size_t at = path.rfind(';');
      at != std::string::npos && is_session_name(name_of(path.substr(at + 1)))) {
    path.resize(at);
    changed = true;
  }
  std::string kept;
  for (const std::string& parameter : split(query, '&')) {
    if (is_session(parameter)) {
      changed = true;
      continue;
    }
    if (!kept.empty()) kept += '&';
    kept += parameter;
  }
  if (!changed) return key;
  return kept.empty() ? path : path + "?" + kept;
}

std::uint64_t shape_of(const Url& url) {
  const bool query = !url.query().empty();
  if (!query && !has_digit(url.path())) return 0;
  std::string shape = url.host();
  int numbers = 0;
  std::size_t parameters = 0;
  bool calendar = false;
  for (const std::string& segment : split(url.path(), '/')) {
    shape += '/';
    calendar = calendar || is_calendar_word(segment);
    bool in_number = false, number = false;
    for (const char c : segment) {
      const bool digit = c >= '0' && c <= '9';
      if (!digit) shape += c;
      if (digit && !in_number) shape += '#';
      in_number = digit;
      number = number || digit;
    }
    numbers += number;
  }
  if (query) {
    std::vector<std::string> names;
    for (const std::string& parameter : split(url.query(), '&')) {
      names.emplace_back(name_of(parameter));
      if (names_a_date(name_of(parameter)) && has_digit(value_of(parameter))) calendar = true;
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    parameters = names.size();
    shape += '?';
    for (const std::string& name : names) shape += name + "&";
  }
  calendar = calendar && (query || numbers > 0);
  if (!query && numbers < 2 && !calendar) return 0;
  const std::uint64_t hash = address_hash(shape) & ~std::uint64_t{3};
  return (hash == 0 ? 4 : hash) | (calendar ? 1u : parameters >= kFilterParameters ? 2u : 0u);
}

}  // namespace pantau::crawler
