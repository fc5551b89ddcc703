#pragma once
// What HTML extraction found on one page. Plain values without any C library; made on a worker thread by
// extract_page(), then immutable. Knows nothing about fraud or watchlists.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pantau::crawler {

enum class MediaKind { image, video, audio, playlist, caption };

// Where a piece of text stood.
enum class TextRole {
  title,
  description,  // meta description, og:title/og:description
  heading,
  visible,  // running text, one block element each
  link,     // the text of an <a>
  button,
  label,        // form labels, placeholders
  alternative,  // alt, title, aria-label attributes
  structured,   // JSON-LD name/headline/description
  hidden,  // display:none, visibility:hidden, font-size 0, off-screen, hidden attribute: shown to people by no browser
};

struct TextBlock {
  std::string text;  // UTF-8, white space collapsed
  TextRole role = TextRole::visible;
  int slot = -1;  // index into slots when it stands in an ad slot, else -1
};

struct Link {
  std::string url;  // absolute
  std::string text;
  bool sponsored = false;  // rel=sponsored
  int slot = -1;
};

struct MediaReference {
  std::string url;  // absolute; data: addresses stay out (see inline_media)
  MediaKind kind = MediaKind::image;
  std::string origin;  // img srcset lazy picture css-background video source poster open-graph json-ld track icon
  std::string alternative;
  int width = 0, height = 0;  // as declared; 0 unknown
  int slot = -1;
};

struct FormField {
  std::string name, type, label;  // label: <label>, placeholder or aria-label
};

struct Form {
  std::string action;  // absolute; the page itself when absent
  std::string method;  // get | post
  std::vector<FormField> fields;
  std::string text;  // visible text of the form, buttons included
  bool asks_password = false;
  bool asks_card = false;           // autocomplete cc-*, names or labels of card number, CVV, expiry
  bool asks_one_time_code = false;  // TAC, OTP, PIN
  bool asks_identity = false;       // MyKad/IC/NIK/passport numbers
  bool asks_contact = false;        // name with phone or e-mail
};

// A place where an ad stands on a page, and what it leads to. Content of slots belongs to the ad, not to the page.
struct AdSlot {
  std::string marker;  // why it counts as one: "iab-size 300x250", "label Sponsored", "rel sponsored", "native widget",
                       // "iframe", "outbound creative"
  std::string click_url;  // absolute; empty when it leads nowhere
  std::string text;       // all visible text in it, collapsed
  std::string frame_url;  // for iframes: the document that is shown there
};

// An address that a page names without showing it as a link. It is followed like one, but says nothing about what the
// page shows.
struct FoundAddress {
  std::string url;  // absolute http(s)
  // alternate (other language or device) | amp | canonical | series (next, previous) | feed | sitemap |
  // data (JSON in scripts) | data-document (a link of a page inside a data: address)
  std::string how;
};

struct ExtractedPage {
  std::string url;  // final address of the page (base for relative ones)
  std::string title;
  std::string language;                                  // html lang, lower case
  std::string canonical;                                 // <link rel=canonical>, absolute
  std::string charset;                                   // as decoded
  std::optional<std::string> refresh_url;                // meta refresh or `Refresh` header, absolute
  std::optional<std::string> script_redirect_url;        // a simple `location = "..."` on load
  bool robots_noindex = false, robots_nofollow = false;  // meta robots: recorded
  std::vector<TextBlock> texts;
  std::vector<Link> links;
  std::vector<MediaReference> media;
  std::vector<std::string> inline_media;  // bytes of data: images, decoded, 1 MiB at most each, 16 at most
  std::vector<Form> forms;
  std::vector<std::string> frames;  // iframe documents outside slots, absolute
  std::vector<AdSlot> slots;
  std::vector<FoundAddress> found;
  std::vector<std::string> trackers;   // ids: G-..., UA-..., AW-..., GTM-..., fbq ids, TikTok pixel ids ("kind:id")
  std::vector<std::string> app_links;  // .apk, .mobileconfig, store links
  bool truncated = false;              // limits were reached: the rest of the page was not read
};

}  // namespace pantau::crawler
