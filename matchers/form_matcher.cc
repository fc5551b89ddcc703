#include "matchers/form_matcher.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "base/text.h"
#include "base/url.h"

namespace pantau::matchers {
namespace {

std::string field_names(const crawler::Form& form) {
  std::string names;
  for (const crawler::FormField& field : form.fields) {
    if (field.type == "hidden" || field.type == "submit") continue;
    const std::string& shown = field.label.empty() ? field.name : field.label;
    if (shown.empty()) continue;
    names += (names.empty() ? "" : ", ") + shown;
  }
  return std::string(clip_utf8(names.empty() ? form.text : names, 160));
}

bool names_one_of(const crawler::Form& form, std::span<const std::string_view> words) {
  return std::any_of(form.fields.begin(), form.fields.end(), [&](const crawler::FormField& field) {
    if (field.type == "hidden" || field.type == "submit") return false;
    std::string shown = to_lower_ascii(field.label.empty() ? field.name : field.label);
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return shown.find(word) != std::string::npos; });
  });
}

constexpr auto kBankAccount =
    std::to_array<std::string_view>({"akaun bank", "no akaun", "no. akaun", "nombor akaun", "bank account",
                                     "account number", "account no", "no rekening", "no. rekening", "nomor rekening",
                                     "银行户口", "银行账号", "户口号码", "银行账户", "வங்கிக் கணக்கு", "வங்கி கணக்கு"});
constexpr auto kBankingLogin =
    std::to_array<std::string_view>({"online banking", "internet banking", "perbankan internet", "perbankan online",
                                     "id perbankan", "perbankan dalam talian", "nama pengguna bank", "网银", "网上银行",
                                     "gambar kad atm", "kad atm depan", "இணைய வங்கி"});

Signal made(const crawler::Form& form, std::string_view kind, std::string_view asks, std::string_view strength,
            double score, std::string_view what) {
  Signal signal;
  signal.type = SignalType::form;
  signal.where = Where::form;
  signal.found = field_names(form);
  signal.matched = std::string(kind);
  signal.kind = std::string(kind);
  signal.asks = std::string(asks);
  signal.strength = std::string(strength);
  signal.score = score;
  signal.explanation = fmt::format("A form asks for {} (\"{}\").", what, signal.found);
  return signal;
}

}  // namespace

std::vector<Signal> form_signals(const AdView& ad) {
  std::vector<Signal> signals;
  for (const crawler::Form& form : ad.forms) {
    if (form.asks_password) signals.push_back(made(form, "password", "credentials", "strong", 0.8, "a password"));
    if (form.asks_one_time_code)
      signals.push_back(made(form, "one-time-code", "credentials", "strong", 0.9, "a one-time code or PIN"));
    if (form.asks_card) signals.push_back(made(form, "card", "credentials", "strong", 0.8, "a bank card's data"));
    if (names_one_of(form, kBankingLogin))
      signals.push_back(made(form, "banking-login", "credentials", "strong", 0.9, "what opens online banking"));
    if (names_one_of(form, kBankAccount))
      signals.push_back(made(form, "bank-account", "personal-data", "medium", 0.55, "a bank account"));
    if (form.asks_identity)
      signals.push_back(made(form, "identity", "personal-data", "medium", 0.6, "an identity number"));
    if (form.asks_contact)
      signals.push_back(made(form, "contact", "personal-data", "weak", 0.35, "name and telephone or e-mail"));
  }
  return signals;
}

std::vector<Signal> app_signals(const AdView& ad) {
  std::vector<Signal> signals;
  for (const std::string& link : ad.app_links) {
    std::string lower = to_lower_ascii(link);
    std::string path = lower.substr(0, lower.find_first_of("?#"));
    bool package = path.ends_with(".apk") || path.ends_with(".xapk") || path.ends_with(".apks") ||
                   path.ends_with(".mobileconfig") || path.ends_with(".ipa");
    if (!package) continue;
    Signal signal;
    signal.type = SignalType::app_download;
    signal.where = Where::link;
    signal.found = link;
    signal.matched = path.ends_with(".mobileconfig") ? "mobileconfig" : "package";
    signal.asks = "install";
    signal.strength = "strong";
    signal.score = 0.8;
    signal.explanation = fmt::format("The page offers an app to install from outside the app shops ({}).", link);
    signals.push_back(std::move(signal));
  }
  return signals;
}

}  // namespace pantau::matchers
