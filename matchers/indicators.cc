#include "matchers/indicators.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "base/url.h"
#include "matchers/phones.h"
#include "matchers/wallets.h"

namespace pantau::matchers {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

void add(std::vector<std::string>& list, const std::string& value) {
  if (!value.empty() && std::find(list.begin(), list.end(), value) == list.end()) list.push_back(value);
}

std::vector<std::string> emails_in(std::string_view text) {
  std::vector<std::string> found;
  for (std::size_t at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
    auto local = [](char c) {
      return is_letter(c) || is_digit(c) || c == '.' || c == '_' || c == '-' || c == '+' || c == '%';
    };
    auto domain = [](char c) { return is_letter(c) || is_digit(c) || c == '.' || c == '-'; };
    std::size_t begin = at, end = at + 1;
    while (begin > 0 && local(text[begin - 1])) --begin;
    while (end < text.size() && domain(text[end])) ++end;
    while (end > at + 1 && (text[end - 1] == '.' || text[end - 1] == '-')) --end;
    std::string_view host = text.substr(at + 1, end - at - 1);
    std::size_t dot = host.rfind('.');
    if (begin == at || dot == std::string_view::npos || dot == 0 || host.size() - dot < 3) continue;
    if (!std::all_of(host.begin() + static_cast<std::ptrdiff_t>(dot) + 1, host.end(), is_letter)) continue;
    found.push_back(to_lower_ascii(text.substr(begin, end - begin)));
  }
  return found;
}

// Bank accounts: 8 to 17 digits near a bank's name or a word for account.
std::vector<std::string> bank_accounts_in(std::string_view text) {
  static constexpr auto kBanks = std::to_array<std::string_view>({"maybank",
                                                                  "cimb",
                                                                  "public bank",
                                                                  "rhb",
                                                                  "hong leong",
                                                                  "hlb",
                                                                  "ambank",
                                                                  "bank islam",
                                                                  "bsn",
                                                                  "bank rakyat",
                                                                  "muamalat",
                                                                  "affin",
                                                                  "alliance",
                                                                  "ocbc",
                                                                  "uob",
                                                                  "hsbc",
                                                                  "standard chartered",
                                                                  "agrobank",
                                                                  "mbsb",
                                                                  "bank simpanan",
                                                                  "gxbank",
                                                                  "aeon bank",
                                                                  "boost bank",
                                                                  "dbs",
                                                                  "posb",
                                                                  "bca",
                                                                  "bri",
                                                                  "bni",
                                                                  "mandiri",
                                                                  "bimb",
                                                                  "al rajhi",
                                                                  "citibank",
                                                                  "tng",
                                                                  "touch n go",
                                                                  "bank"});
  static constexpr auto kWords = std::to_array<std::string_view>(
      {"akaun", "account", "acc", "a/c", "rekening", "rek", "户口", "账号", "账户", "கணக்கு", "bank in", "no akaun"});
  std::string lower = to_lower_ascii(text);
  std::vector<std::string> found;
  for (std::size_t i = 0; i < text.size();) {
    if (!is_digit(text[i]) || (i > 0 && (is_digit(text[i - 1]) || text[i - 1] == '+' || is_letter(text[i - 1]) ||
                                         text[i - 1] == '.' || text[i - 1] == ','))) {
      ++i;
      continue;
    }
    std::string digits;
    std::size_t end = i;
    for (std::size_t j = i; j < text.size(); ++j) {
      if (is_digit(text[j])) {
        digits.push_back(text[j]);
        end = j + 1;
      } else if ((text[j] == ' ' || text[j] == '-') && j + 1 < text.size() && is_digit(text[j + 1])) {
        continue;
      } else {
        break;
      }
    }
    std::size_t start = i;
    i = std::max(end, i + 1);
    if (digits.size() < 8 || digits.size() > 17) continue;
    if (end < text.size() && (is_letter(text[end]) || text[end] == '%')) continue;
    std::size_t from = start > 48 ? start - 48 : 0;
    std::string_view near = std::string_view(lower).substr(from, std::min(lower.size(), end + 40) - from);
    std::string bank;
    std::size_t nearest_bank = 0;
    for (std::string_view name : kBanks) {
      std::size_t at = near.rfind(name);
      if (at == std::string_view::npos) continue;
      bool whole = (at == 0 || !is_letter(near[at - 1])) &&
                   (at + name.size() >= near.size() || !is_letter(near[at + name.size()]));
      if (whole && (bank.empty() || at > nearest_bank || name.size() > bank.size())) {
        bank = std::string(name);
        nearest_bank = at;
        if (name != "bank") break;
      }
    }
    bool word = std::any_of(kWords.begin(), kWords.end(), [&near](std::string_view w) {
      std::size_t at = near.find(w);
      return at != std::string_view::npos && (at == 0 || !is_letter(near[at - 1]) || !is_letter(w[0]));
    });
    // A telephone number beside a bank's name is not an account.
    bool phone = digits[0] == '0' && (digits.size() == 10 || digits.size() == 11) && !word;
    if (digits.starts_with("60") && !word) phone = true;
    if (digits.starts_with("01") && (digits.size() == 10 || digits.size() == 11)) phone = true;  // a mobile number
    if (bank.empty() && !word) continue;
    if (phone) continue;
    found.push_back(bank.empty() || bank == "bank" ? digits : bank + " " + digits);
  }
  return found;
}

// The part of a chat link that says who: wa.me/60123456789, api.whatsapp.com/send?phone=..., t.me/name.
struct Chat {
  std::string whatsapp, telegram;
};
Chat chat_of(const std::string& address) {
  Chat chat;
  // Most links lead elsewhere, and need not be taken apart.
  static constexpr auto kHosts = std::to_array<std::string_view>({"wa.me", "whatsapp", "wasap.my", "t.me", "telegram"});
  std::string_view place = std::string_view(address).substr(0, address.find('/', 8));
  std::string lower = to_lower_ascii(place);
  if (std::none_of(kHosts.begin(), kHosts.end(),
                   [&lower](std::string_view host) { return lower.find(host) != std::string::npos; }) &&
      lower.find_first_of("%@") == std::string::npos &&
      std::all_of(lower.begin(), lower.end(), [](char c) { return c > 0; }))
    return chat;
  auto url = Url::parse(address);
  if (!url) return chat;
  const std::string& host = url->host();
  auto digits_of = [](std::string_view text) {
    std::string digits;
    for (char c : text) {
      if (is_digit(c))
        digits.push_back(c);
      else if (c != '+' && c != '-' && c != ' ')
        break;
    }
    return digits;
  };
  if (host == "wa.me" || host == "www.wa.me") {
    std::string digits = digits_of(std::string_view(url->path()).substr(1));
    if (digits.size() >= 8)
      chat.whatsapp = "+" + digits;
    else if (url->path().starts_with("/message/") || url->path().starts_with("/qr/"))
      chat.whatsapp = "wa.me" + url->path();
  } else if (host == "api.whatsapp.com" || host == "web.whatsapp.com" || host == "www.whatsapp.com" ||
             host == "wasap.my" || host == "www.wasap.my") {
    for (const std::string& pair : split(url->query(), '&')) {
      if (pair.starts_with("phone=")) {
        std::string value = pair.substr(6);
        if (value.starts_with("%2B")) value.erase(0, 3);
        std::string digits = digits_of(value);
        if (digits.size() >= 8) chat.whatsapp = "+" + digits;
      }
    }
    if (host.ends_with("wasap.my")) {
      std::string digits = digits_of(std::string_view(url->path()).substr(1));
      if (digits.size() >= 8) chat.whatsapp = "+" + digits;
    }
  } else if (host == "chat.whatsapp.com") {
    if (url->path().size() > 1) chat.whatsapp = "chat.whatsapp.com" + url->path();
  } else if (host == "t.me" || host == "telegram.me" || host == "www.t.me" || host == "telegram.dog") {
    std::string name = url->path().substr(1);
    if (name.starts_with("s/")) name.erase(0, 2);
    if (!name.starts_with("+") && !name.starts_with("joinchat/")) name = name.substr(0, name.find('/'));
    if (!name.empty() && name != "share")
      chat.telegram = name.starts_with("+") || name.starts_with("joinchat/") ? "t.me/" + name : "@" + name;
  }
  return chat;
}

// "Telegram: @name" and "t.me/name" in texts.
std::vector<std::string> telegram_in(std::string_view text) {
  std::vector<std::string> found;
  if (text.find('@') == std::string_view::npos && text.find('/') == std::string_view::npos) return found;
  std::string lower = to_lower_ascii(text);
  for (std::size_t at = lower.find("t.me/"); at != std::string::npos; at = lower.find("t.me/", at + 1)) {
    if (at > 0 && is_letter(lower[at - 1])) continue;
    std::size_t end = at + 5;
    while (end < text.size() && (is_letter(text[end]) || is_digit(text[end]) || text[end] == '_' || text[end] == '+'))
      ++end;
    if (end > at + 8) found.push_back("@" + std::string(text.substr(at + 5, end - at - 5)));
  }
  for (std::size_t at = lower.find("telegram"); at != std::string::npos; at = lower.find("telegram", at + 1)) {
    std::size_t mention = text.find('@', at);
    if (mention == std::string_view::npos || mention > at + 20) continue;
    std::size_t end = mention + 1;
    while (end < text.size() && (is_letter(text[end]) || is_digit(text[end]) || text[end] == '_')) ++end;
    if (end - mention >= 6) found.push_back(std::string(text.substr(mention, end - mention)));
  }
  return found;
}

class Collector {
 public:
  Collector(const AdView& ad, const Watchlist& watchlist, const DomainMatcher& domains) : ad_(ad), domains_(domains) {
    for (const Entity& entity : watchlist.entities) {
      for (const std::string& contact : entity.official_contacts) {
        std::string plain;
        for (char c : contact) {
          if (is_digit(c) || (c == '+' && plain.empty())) plain.push_back(c);
        }
        official_.emplace(plain, &entity);
      }
    }
    const std::string& address = ad.landing_url.empty() ? ad.page_url : ad.landing_url;
    if (auto url = Url::parse(address)) country_ = country_of_host(url->host());
  }

  Collected run() {
    addresses();
    for (const AdText& text : ad_.texts) {
      if (!text.hidden) read(text);
    }
    for (const crawler::Link& link : ad_.links) chat(link.url, Where::link);
    for (const crawler::Form& form : ad_.forms) chat(form.action, Where::form);
    chat(ad_.click_url, Where::url);
    for (const crawler::RedirectHop& hop : ad_.hops) chat(hop.url, Where::url);
    chat(ad_.landing_url, Where::url);
    for (const std::string& tracker : ad_.trackers) {
      add(made_.indicators.trackers, tracker);
      made_.roles.emplace(tracker, "unknown");
    }
    for (const std::string& app : ad_.app_links) {
      add(made_.indicators.apps, app);
      made_.roles.emplace(app, is_store(app) ? "shared" : "unknown");
    }
    for (const std::string& ip : ad_.remote_addresses) {
      add(made_.indicators.ips, ip);
      made_.roles.emplace(ip, "unknown");
    }
    return std::move(made_);
  }

 private:
  static bool is_store(const std::string& app) {
    auto url = Url::parse(app);
    if (!url) return false;
    return url->host() == "play.google.com" || url->host() == "apps.apple.com" || url->host() == "itunes.apple.com" ||
           url->host().ends_with("appgallery.huawei.com");
  }

  void address(const std::string& text, std::string_view role) {
    auto url = Url::parse(text);
    if (!url) return;
    const std::string& host = url->host();
    std::string domain = url->host_is_address() ? host : registrable_domain(host);
    std::string_view what = domains_.official_owner(host) ? "victim" : is_shared_host(host) ? "shared" : role;
    if (what == "shared") domain = host;
    add(made_.indicators.urls, url->canonical());
    add(url->host_is_address() ? made_.indicators.ips : made_.indicators.domains, domain);
    made_.roles.emplace(url->canonical(), what);
    made_.roles.emplace(domain, what);
  }

  void addresses() {
    // First come the places whose role is sure: emplace keeps the first.
    address(ad_.landing_url, "unknown");
    if (!ad_.page_url.empty() && ad_.page_url != ad_.landing_url) {
      auto page = Url::parse(ad_.page_url), landing = Url::parse(ad_.landing_url);
      bool same = page && landing && registrable_domain(page->host()) == registrable_domain(landing->host());
      address(ad_.page_url, same || ad_.landing_url.empty() ? "unknown" : "publisher");
    }
    for (const crawler::RedirectHop& hop : ad_.hops) address(hop.url, "redirector");
    if (!ad_.click_url.empty() && ad_.click_url != ad_.landing_url)
      address(ad_.click_url, ad_.landing_url.empty() ? "unknown" : "redirector");
  }

  // True when the contact belongs to somebody on the watchlist.
  bool is_official(const std::string& number) const { return official_.contains(number); }

  void contact(const std::string& value, std::string_view kind, Where where, std::string_view asks, double score,
               std::string_view strength, std::string_view sentence) {
    for (const Signal& signal : made_.signals) {
      if (signal.found == value && signal.kind == kind) return;
    }
    Signal signal;
    signal.type = SignalType::indicator;
    signal.where = where;
    signal.found = value;
    signal.matched = std::string(kind);
    signal.kind = std::string(kind);
    signal.asks = std::string(asks);
    signal.strength = std::string(strength);
    signal.score = score;
    signal.explanation = std::string(sentence);
    made_.signals.push_back(std::move(signal));
  }

  void phone(const std::string& number, Where where) {
    add(made_.indicators.phones, number);
    made_.roles.emplace(number, is_official(number) ? "victim" : "unknown");
    if (!is_official(number))
      contact(number, "phone", where, "contact", 0.3, "weak", fmt::format("The telephone number {} is given.", number));
  }

  void whatsapp(const std::string& who, Where where) {
    add(made_.indicators.whatsapp, who);
    made_.roles.emplace(who, is_official(who) ? "victim" : "unknown");
    if (!is_official(who))
      contact(who, "whatsapp", where, "contact", 0.45, "medium",
              fmt::format("It asks to write to {} on WhatsApp.", who));
  }

  void telegram(const std::string& who, Where where) {
    add(made_.indicators.telegram, who);
    made_.roles.emplace(who, "unknown");
    contact(who, "telegram", where, "contact", 0.5, "medium", fmt::format("It asks to write to {} on Telegram.", who));
  }

  void chat(const std::string& address, Where where) {
    if (address.empty()) return;
    if (address.starts_with("tel:")) {
      if (auto number = e164(std::string_view(address).substr(4), country_)) phone(*number, where);
      return;
    }
    if (address.starts_with("whatsapp://send?phone=")) {
      if (auto number = e164("+" + address.substr(22), country_)) whatsapp(*number, where);
      return;
    }
    Chat found = chat_of(address);
    if (!found.whatsapp.empty()) whatsapp(found.whatsapp, where);
    if (!found.telegram.empty()) telegram(found.telegram, where);
  }

  void read(const AdText& text) {
    // Most texts hold nothing of the kind, which one pass tells.
    std::size_t digits_in_all = 0, run = 0, longest_run = 0;
    bool at_sign = false;
    for (char c : text.text) {
      digits_in_all += is_digit(c);
      at_sign = at_sign || c == '@';
      run = is_digit(c) || is_letter(c) ? run + 1 : 0;
      longest_run = std::max(longest_run, run);
    }
    constexpr std::size_t kShortestNumber = 8, kShortestWallet = 26;
    const bool numbers = digits_in_all >= kShortestNumber;
    std::vector<std::string> accounts;
    if (numbers) accounts = bank_accounts_in(text.text);
    for (const PhoneInText& found : numbers ? phones_in(text.text, country_) : std::vector<PhoneInText>()) {
      bool account = std::any_of(accounts.begin(), accounts.end(), [&](const std::string& a) {
        std::string digits;
        for (char c : std::string_view(text.text).substr(found.begin, found.end - found.begin)) {
          if (is_digit(c)) digits.push_back(c);
        }
        return a.ends_with(digits);
      });
      if (account) continue;
      std::size_t from = found.begin > 40 ? found.begin - 40 : 0;
      std::string before = to_lower_ascii(std::string_view(text.text).substr(from, found.begin - from));
      phone(found.number, text.where);
      if (before.find("whatsapp") != std::string::npos || before.find("wasap") != std::string::npos ||
          before.find("wa ") != std::string::npos) {
        whatsapp(found.number, text.where);
      }
    }
    for (const std::string& account : accounts) {
      add(made_.indicators.bank_accounts, account);
      made_.roles.emplace(account, "unknown");
      contact(account, "bank-account", text.where, "money", 0.5, "medium",
              fmt::format("It gives a bank account to pay into ({}).", account));
    }
    for (const std::string& wallet :
         longest_run >= kShortestWallet ? wallets_in(text.text) : std::vector<std::string>()) {
      add(made_.indicators.wallets, wallet);
      made_.roles.emplace(wallet, "unknown");
      contact(wallet, "wallet", text.where, "money", 0.6, "medium",
              fmt::format("It gives a crypto wallet to pay into ({}).", wallet));
    }
    for (const std::string& mail : at_sign ? emails_in(text.text) : std::vector<std::string>()) {
      add(made_.indicators.emails, mail);
      std::string host = mail.substr(mail.find('@') + 1);
      made_.roles.emplace(mail, domains_.official_owner(host) ? "victim" : "unknown");
    }
    for (const std::string& name : telegram_in(text.text)) telegram(name, text.where);
  }

  const AdView& ad_;
  const DomainMatcher& domains_;
  std::map<std::string, const Entity*> official_;
  std::string_view country_ = "MY";
  Collected made_;
};

}  // namespace

Collected collect_indicators(const AdView& ad, const Watchlist& watchlist, const DomainMatcher& domains) {
  return Collector(ad, watchlist, domains).run();
}

}  // namespace pantau::matchers
