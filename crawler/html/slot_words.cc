#include "crawler/html/slot_words.h"

#include <algorithm>
#include <array>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/text.h"
#include "base/url.h"

namespace pantau::crawler::html {
namespace {

constexpr std::array<std::pair<int, int>, 30> kBannerSizes{{
    {300, 250},  {728, 90},  {336, 280}, {320, 50},  {320, 100}, {160, 600}, {300, 600}, {970, 250},
    {970, 90},   {468, 60},  {250, 250}, {200, 200}, {120, 600}, {234, 60},  {300, 50},  {300, 100},
    {300, 1050}, {980, 120}, {930, 180}, {750, 100}, {750, 200}, {750, 300}, {240, 400}, {320, 480},
    {480, 320},  {180, 150}, {125, 125}, {970, 66},  {300, 75},  {580, 400},
}};

// Words of ids and classes: split at everything but letters and digits, and at camel case.
std::vector<std::string> name_words(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  const auto end_word = [&] {
    if (!word.empty() && words.size() < 64) words.push_back(to_lower_ascii(word));
    word.clear();
  };
  for (std::size_t i = 0; i < text.size() && i < 2048; ++i) {
    const char c = text[i];
    const bool upper = c >= 'A' && c <= 'Z', lower = c >= 'a' && c <= 'z', digit = c >= '0' && c <= '9';
    if (!(upper || lower || digit)) {
      end_word();
      continue;
    }
    if (upper && !word.empty() && word.back() >= 'a' && word.back() <= 'z') end_word();
    if (digit && !word.empty() && !(word.back() >= '0' && word.back() <= '9')) end_word();
    if (!digit && !word.empty() && word.back() >= '0' && word.back() <= '9') end_word();
    word.push_back(c);
  }
  end_word();
  return words;
}

const std::unordered_set<std::string_view>& strong_words() {
  static const std::unordered_set<std::string_view> words = {
      "ad",          "ads",           "advert",         "adverts",     "advertisement", "advertisements",
      "advertising", "advertorial",   "adbox",          "adboxes",     "adslot",        "adslots",
      "adunit",      "adunits",       "adspace",        "adspot",      "adspots",       "adbanner",
      "adbanners",   "adcontainer",   "adcontent",      "adframe",     "adholder",      "adzone",
      "adarea",      "adwrap",        "adwrapper",      "adblockunit", "adsense",       "adsbygoogle",
      "adtag",       "adplace",       "adplacement",    "adpanel",     "adcell",        "adcard",
      "adrow",       "adsbox",        "adsense",        "adserver",    "adrotate",      "bannerad",
      "bannerads",   "topad",         "topads",         "bottomad",    "sidead",        "sidebarad",
      "sidebarads",  "textad",        "textads",        "googlead",    "googleads",     "videoad",
      "popad",       "popupad",       "inlinead",       "stickyad",    "nativead",      "nativeads",
      "dfp",         "gpt",           "doubleclick",    "sponsor",     "sponsors",      "sponsored",
      "sponsorship", "sponsoredlink", "sponsoredlinks", "promoted",    "iklan",         "tajaan",
      "ditaja",      "bersponsor",    "pariwara",       "guanggao",    "adsterra",      "propellerads",
      "popads",      "exoclick"};
  return words;
}

const std::unordered_set<std::string_view>& native_words() {
  static const std::unordered_set<std::string_view> words = {
      "taboola", "trc",   "outbrain", "mgid",   "mgbox",  "mgline",  "revcontent", "rcjsload", "zergnet", "adnow",
      "dable",   "popin", "teads",    "nativo", "plista", "ligatus", "engageya",   "speakol",  "jubna",   "geniee"};
  return words;
}

const std::unordered_set<std::string_view>& weak_words() {
  static const std::unordered_set<std::string_view> words = {
      "native",    "nw",         "recommend",  "recommended", "recommendation", "recommendations", "promo",
      "promos",    "promotion",  "promotions", "banner",      "banners",        "partner",         "partners",
      "affiliate", "affiliates", "aff",        "widget",      "related"};
  return words;
}

// What makes an ad word mean something else: switches, blockers' notices, address lines.
const std::unordered_set<std::string_view>& undoing_words() {
  static const std::unordered_set<std::string_view> words = {"no",        "without", "free",    "hide",      "disable",
                                                             "disabled",  "blocker", "adblock", "adblocker", "remove",
                                                             "infinitum", "hoc",     "query"};
  return words;
}

bool strip_one(std::string_view& text, std::string_view sequence, bool front) {
  if (text.size() < sequence.size()) return false;
  if (front && text.substr(0, sequence.size()) == sequence) {
    text.remove_prefix(sequence.size());
    return true;
  }
  if (!front && text.substr(text.size() - sequence.size()) == sequence) {
    text.remove_suffix(sequence.size());
    return true;
  }
  return false;
}

// Without the punctuation that labels wear: brackets, colons, dots, dashes, arrows.
std::string_view bare(std::string_view text) {
  static constexpr std::array<std::string_view, 24> kOrnaments = {" ",  ":",  ".", "-", "|", "[",  "]",  "(",
                                                                  ")",  "*",  "•", "·", "—", "–",  "▼",  "：",
                                                                  "【", "】", "›", "»", "ⓘ", "「", "」", "\xC2\xA0"};
  bool again = true;
  while (again && !text.empty()) {
    again = false;
    for (const std::string_view ornament : kOrnaments)
      again = strip_one(text, ornament, true) || strip_one(text, ornament, false) || again;
  }
  return text;
}

const std::unordered_set<std::string_view>& labels() {
  static const std::unordered_set<std::string_view> words = {
      "ad", "ads", "advert", "advertisement", "advertisements", "advertising", "advertorial", "sponsored",
      "sponsored ad", "sponsored content", "sponsored link", "sponsored links", "sponsored post", "sponsored by",
      "promoted", "promoted content", "promoted post", "promoted links", "promoted stories", "paid content",
      "paid post", "paid partnership", "paid advertisement", "paid promotion", "paid for by", "partner content",
      "from our partners", "iklan", "iklan berbayar", "pengiklanan", "ditaja", "tajaan", "penajaan", "kandungan tajaan",
      "kandungan ditaja", "kandungan berbayar", "pautan tajaan", "hantaran ditaja", "dipromosikan", "bersponsor",
      "disponsori", "konten bersponsor", "konten berbayar", "pariwara", "artikel bersponsor", "promosi berbayar",
      "广告", "廣告", "赞助", "贊助", "赞助内容", "贊助內容", "推广", "推廣", "赞助商", "商业推广", "广告内容",
      // Tamil: advertisement, sponsored, sponsored by
      "விளம்பரம்", "விளம்பரங்கள்", "விளம்பரதாரர்", "நிதியுதவி"};
  return words;
}

}  // namespace

bool is_banner_size(int width, int height) {
  return std::find(kBannerSizes.begin(), kBannerSizes.end(), std::pair(width, height)) != kBannerSizes.end();
}

NameMatch match_names(std::string_view text) {
  NameMatch match;
  if (text.empty()) return match;
  const std::vector<std::string> parts = name_words(text);
  for (const std::string& word : parts) {
    if (undoing_words().count(word) > 0) return {};
  }
  for (const std::string& word : parts) {
    if (native_words().count(word) > 0) return {NameKind::strong, word, true};
    if (strong_words().count(word) > 0 && match.kind != NameKind::strong) match = {NameKind::strong, word, false};
    if (weak_words().count(word) > 0 && match.kind == NameKind::none)
      match = {NameKind::weak, word, word == "nw" || word == "native"};
  }
  return match;
}

std::optional<std::string> match_label(std::string_view text) {
  if (text.size() > 160) return std::nullopt;
  const std::string clean = collapse_space(text);
  const std::string lower = to_lower_ascii(clean);
  if (lower.empty()) return std::nullopt;
  const auto known = [&](std::string_view part) { return labels().count(bare(part)) > 0; };
  if (known(lower)) return std::string(bare(clean));
  // "Sponsored · Star income", "Iklan | ShopX"
  for (const std::string_view separator : {"·", "|", "•", " - ", "—", ":"}) {
    const std::size_t at = lower.find(separator);
    if (at == std::string::npos) continue;
    const std::string_view first = std::string_view(lower).substr(0, at),
                           rest = std::string_view(lower).substr(at + separator.size());
    if (known(first)) return std::string(bare(std::string_view(clean).substr(0, at)));
    if (known(rest)) return std::string(bare(std::string_view(clean).substr(at + separator.size())));
  }
  static constexpr std::array<std::string_view, 13> kOpenings = {
      "sponsored by ",        "promoted by ",     "paid for by ",          "ad by ",      "ads by ",
      "advertisement by ",    "presented by ",    "ditaja oleh ",          "iklan oleh ", "tajaan oleh ",
      "dipersembahkan oleh ", "disponsori oleh ", "paid partnership with "};
  for (const std::string_view opening : kOpenings) {
    if (lower.rfind(opening, 0) == 0 && lower.size() < opening.size() + 60)
      return std::string(bare(std::string_view(clean).substr(0, opening.size())));
  }
  return std::nullopt;
}

bool is_ad_info_link(std::string_view url, std::string_view text) {
  static constexpr std::array<std::string_view, 8> kAddresses = {
      "adssettings.google", "youradchoices.", "aboutads.info", "adchoices",
      "privacy.us.criteo",  "/whyad",         "optout.",       "popup.taboola.com"};
  const std::string lower = to_lower_ascii(url);
  for (const std::string_view address : kAddresses) {
    if (lower.find(address) != std::string::npos) return true;
  }
  static constexpr std::array<std::string_view, 12> kTexts = {
      "adchoices", "why this ad?", "why this ad",    "ad info",     "about this ad",  "report this ad",
      "report ad", "hide ad",      "laporkan iklan", "lapor iklan", "privacy policy", "learn about sponsored content"};
  const std::string words = to_lower_ascii(collapse_space(text));
  return std::find(kTexts.begin(), kTexts.end(), words) != kTexts.end();
}

bool is_content_embed(std::string_view host, std::string_view path) {
  static constexpr std::array<std::string_view, 34> kDomains = {"youtube.com",
                                                                "youtube-nocookie.com",
                                                                "youtu.be",
                                                                "vimeo.com",
                                                                "dailymotion.com",
                                                                "soundcloud.com",
                                                                "spotify.com",
                                                                "tiktok.com",
                                                                "instagram.com",
                                                                "twitter.com",
                                                                "x.com",
                                                                "facebook.com",
                                                                "t.me",
                                                                "recaptcha.net",
                                                                "hcaptcha.com",
                                                                "challenges.cloudflare.com",
                                                                "googletagmanager.com",
                                                                "disqus.com",
                                                                "openstreetmap.org",
                                                                "stripe.com",
                                                                "paypal.com",
                                                                "typeform.com",
                                                                "calendly.com",
                                                                "jotform.com",
                                                                "tawk.to",
                                                                "crisp.chat",
                                                                "zendesk.com",
                                                                "onetrust.com",
                                                                "cookiebot.com",
                                                                "archive.org",
                                                                "slideshare.net",
                                                                "scribd.com",
                                                                "issuu.com",
                                                                "bilibili.com"};
  for (const std::string_view domain : kDomains) {
    if (host_within(host, domain)) return true;
  }
  if (host == "www.google.com" || host == "maps.google.com" || host == "docs.google.com" ||
      host == "drive.google.com" || host == "calendar.google.com") {
    return path.find("/ads") == std::string_view::npos;
  }
  return host == "accounts.google.com";
}

}  // namespace pantau::crawler::html
