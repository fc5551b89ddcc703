#pragma once
// Telephone numbers as written in the region, in E.164 form (ITU-T E.164 and the national numbering plans of Malaysia,
// Singapore, Indonesia, the United Kingdom and a few more). Pure; any thread.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pantau::matchers {

// `written` holds digits with an optional leading + and separators. `country` ("MY", "SG", "ID", "GB" ...) is what a
// number without country code belongs to. Nothing when it is no plausible number.
std::optional<std::string> e164(std::string_view written, std::string_view country);

struct PhoneInText {
  std::string number;
  std::size_t begin = 0, end = 0;
};
std::vector<PhoneInText> phones_in(std::string_view text, std::string_view country);

// The country whose plan numbers without country code follow, by the host's suffix; "MY" when nothing says otherwise.
std::string_view country_of_host(std::string_view host);

}  // namespace pantau::matchers
