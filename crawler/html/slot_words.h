#pragma once
// The vocabulary by which ad places are recognised: sizes of the trade, names in ids and classes, labels that the law
// asks for, native widgets. Pure functions; any thread.
#include <optional>
#include <string>
#include <string_view>

namespace pantau::crawler::html {

// A standard banner size (IAB fixed sizes and the common mobile ones), with no pixel of tolerance.
bool is_banner_size(int width, int height);

enum class NameKind { none, weak, strong };
struct NameMatch {
  NameKind kind = NameKind::none;
  std::string word;     // "adbox"
  bool native = false;  // of a native-ad network
};
// Judges the words of an id or class attribute. Strong: says ad. Weak: recommended, promo, banner, partner: an ad only
// when it leads out.
NameMatch match_names(std::string_view id_or_classes);

// The label found when a short text says that something is an ad ("Sponsored", "Iklan", "Ditaja oleh ...", "广告").
std::optional<std::string> match_label(std::string_view text);

// Links that stand in ads without being their target: "why this ad", choices, privacy.
bool is_ad_info_link(std::string_view url, std::string_view text);

// Documents embedded for their content: players, maps, log-in and payment boxes, consent managers. Not ads.
bool is_content_embed(std::string_view host, std::string_view path);

}  // namespace pantau::crawler::html
