#include "matchers/name_words.h"

#include <unordered_set>

namespace pantau::matchers {
namespace {
using Set = std::unordered_set<std::string_view>;
}

bool is_honorific(std::string_view word) {
  static const Set set = {
      "tun",      "toh",      "tan",      "sri",      "seri",   "puan",   "datuk",     "datok",  "dato",   "datin",
      "wira",     "amar",     "patinggi", "tengku",   "tunku",  "raja",   "syed",      "haji",   "hajah",  "hj",
      "hjh",      "ustaz",    "ustazah",  "dr",       "doktor", "ir",     "yb",        "yab",    "ybhg",   "yam",
      "ym",       "ts",       "prof",     "profesor", "encik",  "en",     "tuan",      "cik",    "mr",     "mrs",
      "ms",       "sir",      "pak",      "bapak",    "bapa",   "ibu",    "bpk",       "敦",     "丹斯里", "拿督",
      "拿督斯里", "拿督威拉", "துன்",      "டான்ஸ்ரீ",    "டத்தோ",   "டத்தோஸ்ரீ", "மாண்புமிகு", "டத்தோஶ்ரீ", "டான்ஶ்ரீ"};
  return set.contains(word);
}

bool is_office(std::string_view word) {
  static const Set set = {"pm",          "dpm",       "tpm",      "ydp",      "ydpa",      "yab",     "yb",
                          "ybhg",        "datuk",     "dato",     "tun",      "seri",      "sri",     "datin",
                          "menteri",     "minister",  "perdana",  "presiden", "president", "gabenor", "governor",
                          "gubernur",    "ketua",     "ceo",      "pengasas", "founder",   "jutawan", "tycoon",
                          "billionaire", "bilionair", "penyanyi", "pelakon",  "ustaz",     "ustazah", "tengku",
                          "首相",        "总理",      "部长",     "总统",     "行长",      "总裁",    "拿督",
                          "敦",          "பிரதமர்",    "அமைச்சர்",   "டத்தோ"};
  return set.contains(word);
}

bool is_patronymic(std::string_view word) {
  static const Set set = {"bin", "binti", "bt", "bte", "ibni", "anak", "al", "ap"};
  return set.contains(word);
}

bool is_chinese_surname(std::string_view word) {
  static const Set set = {"ang",  "chai",  "chan", "chang", "cheah", "chee", "chen", "cheng", "chew", "chia",
                          "chin", "chong", "chow", "chua",  "foo",   "gan",  "goh",  "heng",  "ho",   "khoo",
                          "koh",  "kok",   "kong", "kuok",  "lai",   "lau",  "lee",  "leong", "liew", "lim",
                          "loh",  "loke",  "loo",  "low",   "ng",    "oh",   "ong",  "ooi",   "phua", "quek",
                          "sim",  "siow",  "soh",  "soon",  "tan",   "tay",  "teh",  "teo",   "teoh", "tiong",
                          "toh",  "wee",   "wong", "woo",   "yap",   "yeo",  "yeoh", "yong"};
  return set.contains(word);
}

bool is_business_after(std::string_view word) {
  static const Set set = {"tailor",   "tailors",   "tailoring", "enterprise", "trading",  "resources",   "kitchen",
                          "cafe",     "catering",  "bakery",    "boutique",   "butik",    "photography", "photographer",
                          "studio",   "studios",   "weddings",  "wedding",    "salon",    "barber",      "clinic",
                          "klinik",   "dental",    "pharmacy",  "farmasi",    "motor",    "motors",      "auto",
                          "workshop", "bengkel",   "furniture", "perabot",    "textile",  "textiles",    "restaurant",
                          "restoran", "badminton", "futsal",    "club",       "kelab",    "runners",     "choir",
                          "alumni",   "fc",        "holiday",   "holidays",   "bookshop", "fishmongers", "裁缝",
                          "餐厅",     "茶室",      "照相馆",    "பேக்கரி",     "உணவகம்",    "தையல்"};
  return set.contains(word);
}

bool is_business_before(std::string_view word) {
  static const Set set = {"kedai",      "restoran",   "restaurant", "klinik",   "clinic",  "butik",   "boutique",
                          "bengkel",    "masjid",     "mosque",     "surau",    "sekolah", "school",  "jalan",
                          "jln",        "lorong",     "taman",      "kampung",  "kg",      "stadium", "dewan",
                          "salon",      "gerai",      "warung",     "kafe",     "cafe",    "dataran", "lebuhraya",
                          "universiti", "university", "kolej",      "hospital", "bandar",  "street",  "road",
                          "gedung",     "toko"};
  return set.contains(word);
}

bool is_ordinary_word(std::string_view word) {
  static const Set set = {"grab",        "boost",    "yes",    "hasil",    "touch",    "public",  "bank",     "wise",
                          "shell",       "apple",    "meta",   "setel",    "mudah",    "star",    "sun",      "says",
                          "unity",       "mara",     "mae",    "raya",     "astro",    "maxis",   "digi",     "rakyat",
                          "islam",       "negara",   "hope",   "go",       "national", "scam",    "response", "centre",
                          "police",      "force",    "target", "discover", "finance",  "balance", "malaysia", "pos",
                          "bigpay",      "mas",      "fave",   "cap",      "dana",     "gojek",   "kumpulan", "lembaga",
                          "suruhanjaya", "carousell"};
  return set.contains(word);
}

}  // namespace pantau::matchers
