#pragma once
// What several formats say about a case, said once: moments of decisions, names, addresses and texts in forms that no
// receiver trips over. Pure functions; any thread.
#include <string>
#include <string_view>
#include <vector>

#include "exports/format.h"

namespace pantau::exports {

// The status under which a case is acted upon.
bool is_confirmed(const cases::CaseRecord& record);
// Moments are RFC 3339 to the second. The last decision, else first_seen.
std::string decided_at(const cases::DecidedCase& one);
std::string confirmed_at(const cases::DecidedCase& one);  // the last confirmation, else decided_at
// The newest of what was seen and decided: two exports differ only when this has moved (or the options).
std::string changed_at(const cases::DecidedCase& one);
// How often the case was withdrawn and confirmed again: a revoked object never comes back, its successor is another.
int generation(const cases::DecidedCase& one);
// `time` plus whole days; `time` itself when it is none.
std::string days_after(const std::string& time, int days);
// "2026-01-31T08:00:00.000Z", as STIX wants it; the beginning of 1970 when there is no time.
std::string with_milliseconds(const std::string& time);
std::string unix_seconds(const std::string& time);

std::string entity_name(const ExportOptions& options, const std::string& id);
// The entities in order of strength, ids or names.
std::vector<std::string> impersonated_names(const cases::CaseRecord& record, const ExportOptions& options);
// "investment scam in the name of Maybank"; never empty.
std::string headline(const cases::CaseRecord& record, const ExportOptions& options);

// One line of foreign text: well-formed, without control characters, direction marks and zero-width characters, white
// space collapsed, at most `limit` bytes ("..." at the end says that it was cut).
std::string one_line(std::string_view text, std::size_t limit);
// An http(s) address in RFC 3986 characters only, or empty when it is none.
std::string uri_text(const std::string& url);
// Where the fraud stands: the landing page, else the click address, else the page; empty when none is an address.
std::string main_address(const cases::CaseRecord& record);
// Role of an address or name in the record; "unknown" when there is none.
std::string role_of(const cases::CaseRecord& record, const std::string& indicator);
// The role of the host under which `url` stands.
std::string host_role(const cases::CaseRecord& record, const std::string& url);
// Only digits and lower-case hex of this length.
bool is_hex(std::string_view text, std::size_t length);
// "c-01J..." as Pantau makes them: safe in file names and rules.
bool is_case_id(std::string_view id);

}  // namespace pantau::exports
