#include "exports/masking.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace pantau::exports {
namespace {

constexpr std::size_t kKeptDigits = 4;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Length of what people put between the digits of one number: space, hyphen, dot, slash, no-break space, dashes.
std::size_t separator(std::string_view text, std::size_t at) {
  if (at >= text.size()) return 0;
  if (text[at] == ' ' || text[at] == '-' || text[at] == '.' || text[at] == '/') return 1;
  if (text.substr(at, 2) == "\xC2\xA0") return 2;
  for (const std::string_view dash : {"\xE2\x80\x90", "\xE2\x80\x91", "\xE2\x80\x92", "\xE2\x80\x93", "\xE2\x80\x8B"}) {
    if (text.substr(at, 3) == dash) return 3;
  }
  return 0;
}

int two(std::string_view digits, std::size_t at) {
  return (digits[at] - '0') * 10 + (digits[at + 1] - '0');
}

bool is_date(int month, int day) {
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

// YYMMDD-PB-GGGG: the middle is a place of birth that the registration department has given out.
bool is_mykad(std::string_view digits) {
  if (digits.size() != 12 || !is_date(two(digits, 2), two(digits, 4))) return false;
  const int place = two(digits, 6);
  return place != 0 && !(place >= 17 && place <= 20) && place != 69 && place != 70 && place != 73 && place != 80 &&
         place != 81 && !(place >= 94 && place <= 97);
}

// PPRRSSDDMMYYNNNN; women's days are counted from 41.
bool is_nik(std::string_view digits) {
  if (digits.size() != 16) return false;
  const int province = two(digits, 0), day = two(digits, 6);
  return province >= 11 && province <= 96 && is_date(two(digits, 8), day > 40 ? day - 40 : day);
}

// Check letter of NRIC and FIN: a weighted sum modulo 11.
bool is_nric(std::string_view text) {
  constexpr std::array<int, 7> kWeights = {2, 7, 6, 5, 4, 3, 2};
  const char series = static_cast<char>(text[0] & ~0x20), check = static_cast<char>(text[8] & ~0x20);
  int sum = series == 'T' || series == 'G' ? 4 : series == 'M' ? 3 : 0;
  for (std::size_t i = 0; i < 7; ++i) sum += (text[i + 1] - '0') * kWeights[i];
  const auto rest = static_cast<std::size_t>(sum % 11);
  if (series == 'S' || series == 'T') return check == std::string_view("JZIHGFEDCBA")[rest];
  if (series == 'F' || series == 'G') return check == std::string_view("XWUTRQPNMLK")[rest];
  return series == 'M' && check == std::string_view("KLJNPQRTUWX")[10 - rest];
}

void mask_digits(std::string& text, const std::vector<std::size_t>& places, std::size_t from, std::size_t count) {
  for (std::size_t i = from; i + kKeptDigits < from + count; ++i) text[places[i]] = '*';
}

std::string digits_of(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_digit(c)) out.push_back(c);
  }
  return out;
}

bool is_address(std::string_view url) {
  return url.starts_with("http://") || url.starts_with("https://");
}

}  // namespace

std::string masked(std::string_view text, const std::vector<std::string>& accounts) {
  std::string out(text);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool starts = i == 0 || (!is_digit(text[i - 1]) && !is_letter(text[i - 1]));
    if (starts && is_letter(text[i]) && i + 9 <= text.size() &&
        (i + 9 == text.size() || (!is_letter(text[i + 9]) && !is_digit(text[i + 9]))) && is_letter(text[i + 8]) &&
        std::all_of(text.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                    text.begin() + static_cast<std::ptrdiff_t>(i) + 8, is_digit) &&
        is_nric(text.substr(i, 9))) {
      std::fill_n(out.begin() + static_cast<std::ptrdiff_t>(i), 5, '*');
      i += 8;
      continue;
    }
    if (!is_digit(text[i]) || (i > 0 && is_digit(text[i - 1]))) continue;
    // One number as people write it, with the places of its digits and where its groups begin.
    std::string digits;
    std::vector<std::size_t> places, groups = {0};
    std::size_t at = i;
    while (at < text.size()) {
      if (is_digit(text[at])) {
        digits.push_back(text[at]);
        places.push_back(at++);
        continue;
      }
      std::size_t step = separator(text, at);
      if (step > 0) step += separator(text, at + step);
      if (step == 0 || at + step >= text.size() || !is_digit(text[at + step])) break;
      at += step;
      groups.push_back(digits.size());
    }
    groups.push_back(digits.size());
    // Accounts that are known anywhere within it ("512345678901 30 hari").
    for (const std::string& account : accounts) {
      if (account.size() <= kKeptDigits) continue;
      for (std::size_t found = digits.find(account); found != std::string::npos;
           found = digits.find(account, found + account.size())) {
        mask_digits(out, places, found, account.size());
      }
    }
    // Identity numbers fill whole groups and do not run into letters.
    for (std::size_t first = 0; first + 1 < groups.size(); ++first) {
      for (std::size_t last = first + 1; last < groups.size(); ++last) {
        const std::size_t from = groups[first], count = groups[last] - from;
        if (count > 16) break;
        const std::string_view part = std::string_view(digits).substr(from, count);
        if (is_mykad(part) || is_nik(part)) mask_digits(out, places, from, count);
      }
    }
    i = at - 1;
  }
  return out;
}

cases::CaseRecord for_audience(cases::CaseRecord record, Audience audience) {
  // Where a submitted file lay says who submitted it.
  const auto only_address = [](std::string& url) {
    if (!is_address(url)) url.clear();
  };
  for (std::string* url : {&record.page_url, &record.click_url, &record.landing_url}) only_address(*url);
  for (cases::CaseMedium& medium : record.media) only_address(medium.url);
  std::erase_if(record.urls, [](const std::string& url) { return !is_address(url); });
  if (audience == Audience::fraud_team) return record;

  std::vector<std::string> accounts;
  for (const std::string& account : record.indicators.bank_accounts) accounts.push_back(digits_of(account));
  const auto mask = [&](std::string& text) { text = masked(text, accounts); };
  const auto mask_all = [&](std::vector<std::string>& list) { std::for_each(list.begin(), list.end(), mask); };
  mask(record.title);
  mask_all(record.texts);
  mask_all(record.verdict.reasons);
  mask_all(record.verdict.against);
  mask_all(record.indicators.bank_accounts);
  for (std::optional<std::string>* fact : {&record.facts.advertiser, &record.facts.payer, &record.facts.verified_label,
                                           &record.facts.ai_label, &record.facts.reference}) {
    if (*fact) mask(**fact);
  }
  for (matchers::Signal& signal : record.signals) {
    mask(signal.found);
    mask(signal.matched);
    mask(signal.explanation);
  }
  std::map<std::string, std::string> roles;
  for (const auto& [indicator, role] : record.roles)
    roles.emplace(is_address(indicator) ? indicator : masked(indicator, accounts), role);
  record.roles = std::move(roles);
  return record;
}

}  // namespace pantau::exports
