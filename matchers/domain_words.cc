#include "matchers/domain_words.h"

#include <algorithm>
#include <unordered_set>
#include <vector>

namespace pantau::matchers {
namespace {

using Set = std::unordered_set<std::string_view>;

const Set& bait_words() {
  static const Set set = {
      // access and security
      "login", "log", "signin", "sign", "logon", "secure", "security", "secured", "verify", "verification", "verified",
      "verifikasi", "sahkan", "sah", "pengesahan", "auth", "authenticate", "account", "accounts", "akaun", "akun",
      "update", "kemaskini", "unlock", "locked", "suspend", "confirm", "support", "helpdesk", "help", "helpline",
      "service", "services", "customer", "care", "portal", "online", "onlinebank", "onlinebanking", "ebank", "ebanking",
      "ibank", "bank", "banking", "netbank", "mobile", "app", "apk", "download", "tac", "otp", "pac", "token",
      "session", "client", "connect", "access", "id", "user", "alert", "notice", "notis", "session", "sso", "web",
      "official", "rasmi", "resmi", "semak", "check", "status", "system", "sistem", "center", "centre",
      // money
      "pay", "payment", "bayar", "refund", "rebate", "cashback", "cash", "claim", "tuntut", "tebus", "redeem", "reward",
      "rewards", "ganjaran", "bonus", "hadiah", "gift", "prize", "cabutan", "lucky", "draw", "giveaway", "promo",
      "promosi", "promotion", "voucher", "baucar", "free", "percuma", "gratis", "menang", "win", "winner", "event",
      "survey", "points", "mata", "ewallet", "wallet", "dompet", "topup", "reload", "sale", "offer", "deal",
      "anniversary", "invest", "investment", "investor", "labur", "pelaburan", "saham", "share", "shares", "stock",
      "ipo", "dividen", "dividend", "dana", "fund", "funds", "trade", "trading", "trader", "profit", "untung", "crypto",
      "coin", "capital", "asset", "assets", "wealth", "finance", "financial", "quantum", "ai", "presale", "airdrop",
      "double", "x2", "btc", "eth", "skim", "scheme", "plus", "vip", "pro", "prime", "group", "global", "corp", "loan",
      "loans", "pinjaman", "kredit", "credit", "lulus", "mohon", "apply", "application", "permohonan", "financing",
      "bantuan", "aid", "subsidi", "str", "sara", "bkm", "tunai", "duit", "wang", "kasih", "rahmah", "madani", "tax",
      "cukai", "saman", "summons", "fine", "penalty", "customs", "kastam", "duty",
      // work, parcels, recovery
      "job", "jobs", "career", "careers", "kerja", "kerjaya", "jawatan", "hiring", "recruit", "recruitment", "task",
      "parttime", "sambilan", "offer", "parcel", "parsel", "package", "paket", "track", "tracking", "trackandtrace",
      "delivery", "courier", "post", "post", "express", "shipment", "redelivery", "recovery", "recover", "pulih", "kes",
      "case", "siasatan", "report", "complaint", "antiscam", "lawyer", "helpline",
      // where
      "my", "malaysia", "sg", "indonesia", "com", "net", "org", "gov", "co", "asia", "www", "en", "info", "site", "the",
      "new", "now", "go", "get", "2u", "store", "shop", "outlet", "mall", "market", "mega", "best", "hub", "zone",
      "link", "live", "today", "fast", "easy", "direct", "page", "digital", "e", "i"};
  return set;
}

bool is_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

bool is_bait_word(std::string_view word) {
  return bait_words().contains(word);
}

bool is_made_of_bait(std::string_view letters) {
  std::size_t n = letters.size();
  if (n == 0 || n > 40) return false;
  std::vector<bool> reach(n + 1, false);
  reach[0] = true;
  for (std::size_t end = 1; end <= n; ++end) {
    for (std::size_t start = 0; start < end && !reach[end]; ++start) {
      if (!reach[start]) continue;
      std::string_view part = letters.substr(start, end - start);
      reach[end] = is_digits(part) || part == "-" ||
                   (bait_words().contains(part) && (part.size() > 2 || start == 0 || end == n));
    }
  }
  return reach[n];
}

}  // namespace pantau::matchers
