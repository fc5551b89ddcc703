#include "matchers/phones.h"

#include <algorithm>
#include <array>

namespace pantau::matchers {
namespace {

bool is_decimal(char c) {
  return c >= '0' && c <= '9';
}

struct Plan {
  std::string_view country, code;
  std::size_t shortest, longest;  // digits after the country code
};
// National significant numbers, by the plans published by the regulators.
constexpr auto kPlans = std::to_array<Plan>({
    {"MY", "60", 8, 10},
    {"SG", "65", 8, 8},
    {"ID", "62", 8, 12},
    {"GB", "44", 9, 10},
    {"BN", "673", 7, 7},
    {"TH", "66", 8, 9},
    {"PH", "63", 8, 10},
    {"VN", "84", 9, 10},
    {"KH", "855", 8, 9},
    {"MM", "95", 7, 10},
    {"HK", "852", 8, 8},
    {"CN", "86", 10, 11},
    {"TW", "886", 8, 9},
    {"IN", "91", 10, 10},
    {"AU", "61", 9, 9},
    {"US", "1", 10, 10},
    {"LA", "856", 8, 10},
    {"NG", "234", 8, 10},
});

bool plausible_national(std::string_view country, std::string_view national) {
  if (country == "MY") {
    // 1x mobile (9 or 10 digits, 11 and 15 have 10), 3 Klang valley, 4-9 elsewhere, 1300/1800 service numbers.
    if (national.starts_with("1300") || national.starts_with("1800") || national.starts_with("1700"))
      return national.size() == 10;
    if (national.starts_with("11") || national.starts_with("15")) return national.size() == 10;
    if (national[0] == '1') return national.size() == 9;
    if (national[0] == '3') return national.size() == 9;
    if (national.starts_with("8")) return national.size() == 8;
    return national[0] >= '4' && national[0] <= '9' && national.size() == 8;
  }
  if (country == "SG") return national[0] == '3' || national[0] == '6' || national[0] == '8' || national[0] == '9';
  if (country == "ID")
    return national[0] == '8'
               ? national.size() >= 9
               : national[0] >= '2' && national[0] <= '9' && national.size() >= 8 && national.size() <= 11;
  if (country == "GB") return national[0] != '0';
  return national[0] != '0' || country == "CN";
}

}  // namespace

std::optional<std::string> e164(std::string_view written, std::string_view country) {
  std::string digits;
  bool plus = false;
  for (char c : written) {
    if (is_decimal(c)) digits.push_back(c);
    if (c == '+' && digits.empty()) plus = true;
  }
  if (digits.size() < 7 || digits.size() > 16) return std::nullopt;
  if (!plus && digits.starts_with("00") && digits.size() > 10) {
    digits.erase(0, 2);
    plus = true;
  }
  auto international = [&](std::string_view all) -> std::optional<std::string> {
    for (const Plan& plan : kPlans) {
      if (!all.starts_with(plan.code)) continue;
      std::string national(all.substr(plan.code.size()));
      if (!national.empty() && national[0] == '0' && plan.country != "CN") national.erase(0, 1);  // +60 (0)12-...
      if (national.size() < plan.shortest || national.size() > plan.longest ||
          !plausible_national(plan.country, national))
        continue;
      return "+" + std::string(plan.code) + national;
    }
    return std::nullopt;
  };
  if (plus) {
    if (auto known = international(digits)) return known;
    return digits.size() >= 8 && digits.size() <= 15 && digits[0] != '0' ? std::optional<std::string>("+" + digits)
                                                                         : std::nullopt;
  }
  for (const Plan& plan : kPlans) {
    if (plan.country != country) continue;
    if (digits[0] == '0') {
      std::string national = digits.substr(1);
      if (national.size() >= plan.shortest && national.size() <= plan.longest && national[0] != '0' &&
          plausible_national(country, national)) {
        return "+" + std::string(plan.code) + national;
      }
      return std::nullopt;
    }
    if (country == "MY" && (digits.starts_with("1300") || digits.starts_with("1800") || digits.starts_with("1700")) &&
        digits.size() == 10)
      return "+60" + digits;
    if (country == "SG" && digits.size() == 8 && plausible_national("SG", digits)) return "+65" + digits;
    // "60123456789" without plus, as in chat links.
    if (digits.starts_with(plan.code) && digits.size() >= plan.code.size() + plan.shortest)
      return international(digits);
  }
  return std::nullopt;
}

std::vector<PhoneInText> phones_in(std::string_view text, std::string_view country) {
  std::vector<PhoneInText> found;
  for (std::size_t i = 0; i < text.size();) {
    bool starts = is_decimal(text[i]) ||
                  (text[i] == '+' && i + 1 < text.size() && (is_decimal(text[i + 1]) || text[i + 1] == '('));
    bool inside = i > 0 && (is_decimal(text[i - 1]) || (text[i - 1] >= 'a' && text[i - 1] <= 'z') ||
                            (text[i - 1] >= 'A' && text[i - 1] <= 'Z') || text[i - 1] == '.' || text[i - 1] == ',' ||
                            text[i - 1] == '/' || text[i - 1] == '=' || text[i - 1] == '_');
    if (!starts || inside) {
      ++i;
      continue;
    }
    // Digits with single spaces, hyphens, dots or brackets between groups.
    std::size_t end = i, digits = 0, separators = 0, groups = 1;
    for (std::size_t j = i; j < text.size() && digits < 16; ++j) {
      char c = text[j];
      if (is_decimal(c)) {
        if (separators > 0) ++groups;
        ++digits;
        separators = 0;
        end = j + 1;
      } else if (c == '+' && j == i) {
        continue;
      } else if ((c == ' ' || c == '-' || c == '(' || c == ')') && separators < 2) {
        ++separators;
      } else {
        break;
      }
    }
    std::string_view written = text.substr(i, end - i);
    bool followed = end < text.size() && ((text[end] >= 'a' && text[end] <= 'z') ||
                                          (text[end] >= 'A' && text[end] <= 'Z') || text[end] == '%');
    bool marked = written[0] == '+' || written[0] == '0' || written.starts_with("1-300") ||
                  written.starts_with("1-800") || written.starts_with("1300") || written.starts_with("1800") ||
                  written.starts_with("60");
    bool labelled = false;
    if (!marked && country == "SG" && digits == 8 && groups <= 2) labelled = true;
    if (!followed && groups <= 5 && digits >= 8 && (marked || labelled)) {
      if (auto number = e164(written, country)) found.push_back({*number, i, end});
    }
    i = end > i ? end : i + 1;
  }
  return found;
}

std::string_view country_of_host(std::string_view host) {
  constexpr auto kSuffixes = std::to_array<std::pair<std::string_view, std::string_view>>({{".sg", "SG"},
                                                                                           {".id", "ID"},
                                                                                           {".uk", "GB"},
                                                                                           {".th", "TH"},
                                                                                           {".ph", "PH"},
                                                                                           {".bn", "BN"},
                                                                                           {".au", "AU"},
                                                                                           {".in", "IN"},
                                                                                           {".hk", "HK"}});
  for (const auto& [suffix, country] : kSuffixes) {
    if (host.ends_with(suffix) && !host.ends_with(".my.id")) return country;
  }
  return "MY";
}

}  // namespace pantau::matchers
