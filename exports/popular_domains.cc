#include "exports/popular_domains.h"

#include <string>
#include <unordered_set>

#include "base/text.h"

namespace pantau::exports {
namespace {

const std::unordered_set<std::string_view>& domains() {
  static const std::unordered_set<std::string_view> kDomains = {
      // Governments, schools and forces of the region, and their bodies.
      "gov.my", "edu.my", "mil.my", "gov.sg", "edu.sg", "go.id", "ac.id", "sch.id", "mil.id", "go.th", "ac.th",
      "gov.ph", "edu.ph", "gov.bn", "gov.vn", "edu.vn", "gov.kh", "gov.hk", "gov.tw", "gov.cn", "gov.in", "gov.au",
      "gov.uk", "gov", "europa.eu", "malaysia.gov.my", "bnm.gov.my", "sc.com.my", "kwsp.gov.my", "epf.gov.my",
      "hasil.gov.my", "mcmc.gov.my",
      // Banks and payment.
      "maybank.com", "maybank2u.com.my", "cimb.com", "cimbclicks.com.my", "publicbank.com.my", "pbebank.com",
      "rhbgroup.com", "hongleongconnect.my", "hlb.com.my", "ambankgroup.com", "ambank.com.my", "bankislam.com",
      "bankrakyat.com.my", "mybsn.com.my", "agrobank.com.my", "bankmuamalat.com.my", "affinalways.com",
      "alliancebank.com.my", "ocbc.com", "ocbc.com.my", "uob.com.my", "uobgroup.com", "uob.com.sg", "hsbc.com",
      "hsbc.com.my", "sc.com", "dbs.com", "dbs.com.sg", "posb.com.sg", "bca.co.id", "bri.co.id", "bni.co.id",
      "bankmandiri.co.id", "tngdigital.com.my", "touchngo.com.my", "boost.com.my", "paynet.my", "fpx.com.my",
      "paypal.com", "visa.com", "mastercard.com", "americanexpress.com", "stripe.com", "wise.com", "grab.com",
      "gojek.com",
      // Telephone and power.
      "maxis.com.my", "celcomdigi.com", "u.com.my", "tm.com.my", "unifi.com.my", "tnb.com.my", "singtel.com",
      "starhub.com", "telkom.co.id", "telkomsel.com", "pos.com.my",
      // Search, mail, work and the machinery of the web.
      "google.com", "google.com.my", "google.com.sg", "googleapis.com", "gstatic.com", "googleusercontent.com",
      "googletagmanager.com", "google-analytics.com", "doubleclick.net", "googlesyndication.com",
      "googleadservices.com", "gmail.com", "youtube.com", "microsoft.com", "microsoftonline.com", "live.com",
      "office.com", "office365.com", "outlook.com", "bing.com", "msn.com", "windows.com", "windowsupdate.com",
      "azure.com", "apple.com", "icloud.com", "mzstatic.com", "amazon.com", "amazonaws.com", "yahoo.com",
      "duckduckgo.com", "baidu.com", "qq.com", "yandex.com", "cloudflare.com", "cloudflare.net", "cdnjs.com",
      "jsdelivr.net", "unpkg.com", "akamai.net", "akamaized.net", "akamaihd.net", "fastly.net", "cloudfront.net",
      "edgekey.net", "edgesuite.net", "jquery.com", "bootstrapcdn.com", "fontawesome.com", "typekit.net", "hotjar.com",
      "recaptcha.net", "hcaptcha.com", "letsencrypt.org", "digicert.com", "sectigo.com", "mozilla.org", "firefox.com",
      "debian.org", "ubuntu.com", "github.com", "gitlab.com", "stackoverflow.com", "npmjs.com", "docker.com",
      "wordpress.org", "w3.org", "iana.org", "icann.org",
      // Social networks, messages, video.
      "facebook.com", "fbcdn.net", "fbsbx.com", "instagram.com", "cdninstagram.com", "whatsapp.com", "whatsapp.net",
      "threads.net", "messenger.com", "twitter.com", "x.com", "twimg.com", "t.co", "tiktok.com", "tiktokcdn.com",
      "tiktokv.com", "byteoversea.com", "snapchat.com", "linkedin.com", "licdn.com", "pinterest.com", "reddit.com",
      "redditmedia.com", "discord.com", "telegram.org", "t.me", "signal.org", "wechat.com", "line.me", "zoom.us",
      "skype.com", "netflix.com", "nflxvideo.net", "spotify.com", "twitch.tv", "vimeo.com", "wikipedia.org",
      "wikimedia.org",
      // Shops, travel, news, weather.
      "shopee.com.my", "shopee.com", "shopee.sg", "shopee.co.id", "lazada.com.my", "lazada.com", "lazada.sg",
      "tokopedia.com", "bukalapak.com", "aliexpress.com", "alibaba.com", "taobao.com", "tmall.com", "ebay.com",
      "temu.com", "shein.com", "zalora.com.my", "mudah.my", "carousell.com", "agoda.com", "booking.com", "airbnb.com",
      "airasia.com", "malaysiaairlines.com", "singaporeair.com", "bernama.com", "thestar.com.my", "malaymail.com",
      "freemalaysiatoday.com", "malaysiakini.com", "nst.com.my", "hmetro.com.my", "bharian.com.my",
      "sinarharian.com.my", "astroawani.com", "sinchew.com.my", "chinapress.com.my", "channelnewsasia.com",
      "straitstimes.com", "mothership.sg", "kompas.com", "detik.com", "tribunnews.com", "bbc.com", "bbc.co.uk",
      "cnn.com", "reuters.com", "bloomberg.com", "nytimes.com", "theguardian.com"};
  return kDomains;
}

// Every domain above a popular one ("com.my" for "sc.com.my"): to block it would block what lies beneath.
const std::unordered_set<std::string_view>& above() {
  static const std::unordered_set<std::string_view> kAbove = [] {
    std::unordered_set<std::string_view> made;
    for (std::string_view domain : domains()) {
      for (std::size_t dot = domain.find('.'); dot != std::string_view::npos; dot = domain.find('.')) {
        domain.remove_prefix(dot + 1);
        made.insert(domain);
      }
    }
    return made;
  }();
  return kAbove;
}

}  // namespace

std::string_view popular_domain(std::string_view host) {
  const std::string lower = to_lower_ascii(host);
  std::string_view rest = lower;
  while (!rest.empty()) {
    if (const auto found = domains().find(rest); found != domains().end()) return *found;
    const std::size_t dot = rest.find('.');
    if (dot == std::string_view::npos) break;
    rest.remove_prefix(dot + 1);
  }
  if (const auto found = above().find(lower); found != above().end()) return *found;
  return {};
}

}  // namespace pantau::exports
