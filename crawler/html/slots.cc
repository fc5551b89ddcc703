#include "crawler/html/slots.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "base/text.h"
#include "crawler/html/slot_words.h"

namespace pantau::crawler::html {
namespace {

constexpr std::size_t kMaxSlotText = 1000;  // bytes of visible text in one ad
constexpr std::size_t kMaxCardText = 400;   // around an unmarked outbound picture
constexpr std::size_t kMaxTargets = 6000;

bool carries_link(std::string_view name) {
  return name == "a" || name == "area";
}
bool is_medium(std::string_view name) {
  return name == "img" || name == "video" || name == "audio" || name == "picture" || name == "image" ||
         name == "amp-img";
}
// Parts of a page that are never one ad.
bool is_structure(std::string_view name) {
  return name == "html" || name == "body" || name == "main" || name == "header" || name == "nav" || name == "footer" ||
         name == "head" || name == "table" || name == "tbody";
}
bool is_document_part(std::string_view name) {
  return name == "main" || name == "nav" || name == "h1" || name == "article";
}

// An address in quotes after location, open( or the like in an event handler.
std::string_view handler_address(std::string_view code) {
  static constexpr std::array<std::string_view, 5> kStarts = {"location", "open(", "navigate(", "redirect(", "href"};
  for (const std::string_view start : kStarts) {
    const std::size_t at = code.find(start);
    if (at == std::string_view::npos) continue;
    const std::size_t quote = code.find_first_of("'\"", at);
    if (quote == std::string_view::npos) continue;
    const std::size_t end = code.find(code[quote], quote + 1);
    if (end != std::string_view::npos) return code.substr(quote + 1, end - quote - 1);
  }
  return {};
}

struct Target {
  std::uint32_t node;
  std::int32_t address;  // index into addresses; equal addresses share one
  bool sponsored, out;
};

class Finder {
 public:
  Finder(const Tree& tree, const Layout& layout, const Addresses& addresses, std::size_t max_slots)
      : tree_(tree), layout_(layout), addresses_(addresses), max_slots_(max_slots) {
    map_.slot.assign(tree.size(), -1);
  }

  SlotMap run() {
    measure();
    mark_labels();
    for (std::size_t i = 0; i < tree_.size();) {
      if (map_.slot[i] < 0 && !tree_[i].is_text() && !layout_.skipped(i) && consider(i)) {
        i = std::max<std::size_t>(i + 1, tree_[i].end);
      } else {
        ++i;
      }
    }
    return std::move(map_);
  }

 private:
  struct Mark {
    std::string marker;
    bool strong = false;
    bool by_name = false;  // by nothing but an id or a class
  };

  // Running counts, so that any subtree can be measured at once.
  void measure() {
    const std::size_t n = tree_.size();
    text_.assign(n + 1, 0);
    media_.assign(n + 1, 0);
    parts_.assign(n + 1, 0);
    marker_of_label_.assign(n, {});
    for (std::size_t i = 0; i < n; ++i) {
      const Node& node = tree_[i];
      std::uint32_t text = 0, media = 0, part = 0;
      if (node.is_text()) {
        if (!layout_.skipped(i) && !layout_.hidden(i)) {
          std::string_view visible = trim(node.text);
          text = static_cast<std::uint32_t>(std::min<std::size_t>(visible.size(), 1u << 20));
        }
      } else {
        if (is_medium(node.name) && !is_dot(i)) media = 1;
        if (layout_.backgrounds().count(static_cast<std::uint32_t>(i)) > 0) media = 1;
        if (is_document_part(node.name)) part = 1;
        if (const std::string address = click_target(tree_, i, addresses_); !address.empty()) add_target(i, address);
        if (node.name == "iframe" && !is_dot(i)) frames_.push_back(static_cast<std::uint32_t>(i));
      }
      text_[i + 1] = text_[i] + text;
      media_[i + 1] = media_[i] + media;
      parts_[i + 1] = parts_[i] + part;
    }
  }

  void add_target(std::size_t node, const std::string& address) {
    if (targets_.size() >= kMaxTargets) return;
    const bool link = carries_link(tree_[node].name);
    if (is_ad_info_link(address, link ? tree_.text_content(node) : std::string())) return;
    const auto [found, added] = address_index_.try_emplace(address, static_cast<std::int32_t>(address_list_.size()));
    if (added) {
      address_list_.push_back(address);
      out_.push_back(addresses_.leads_out(address));
    }
    const std::string rel = to_lower_ascii(tree_.attribute(node, "rel"));
    targets_.push_back({static_cast<std::uint32_t>(node), found->second, rel.find("sponsored") != std::string::npos,
                        out_[static_cast<std::size_t>(found->second)]});
  }

  std::uint32_t text_in(std::size_t node) const { return text_[tree_[node].end] - text_[node]; }
  std::uint32_t media_in(std::size_t node) const { return media_[tree_[node].end] - media_[node]; }
  // Document parts strictly below.
  std::uint32_t parts_below(std::size_t node) const { return parts_[tree_[node].end] - parts_[node + 1]; }

  bool is_dot(std::size_t node) const {
    const int width = layout_.width(node), height = layout_.height(node);
    return width > 0 && width <= 2 && height > 0 && height <= 2;
  }

  std::pair<std::size_t, std::size_t> target_range(std::size_t node) const {
    const auto before = [](const Target& target, std::size_t value) { return target.node < value; };
    const auto first = std::lower_bound(targets_.begin(), targets_.end(), node, before);
    const auto last = std::lower_bound(first, targets_.end(), static_cast<std::size_t>(tree_[node].end), before);
    return {static_cast<std::size_t>(first - targets_.begin()), static_cast<std::size_t>(last - targets_.begin())};
  }
  bool has_frame(std::size_t node) const {
    const auto first = std::lower_bound(frames_.begin(), frames_.end(), node);
    return first != frames_.end() && *first < tree_[node].end;
  }
  // The only address in a subtree; -1 for none, -2 for several.
  std::int32_t only_address(std::size_t node) const {
    const auto [first, last] = target_range(node);
    std::int32_t only = -1;
    for (std::size_t k = first; k < last; ++k) {
      if (only >= 0 && targets_[k].address != only) return -2;
      only = targets_[k].address;
    }
    return only;
  }

  // Labels such as "Sponsored" mark the nearest element around them that holds something to look at.
  void mark_labels() {
    for (std::size_t i = 0; i < tree_.size(); ++i) {
      const Node& node = tree_[i];
      if (!node.is_text() || layout_.skipped(i) || layout_.hidden(i) || node.parent < 0 || node.text.size() > 160)
        continue;
      if (trim(node.text).empty()) continue;
      const auto label = match_label(node.text);
      if (!label) continue;
      auto around = static_cast<std::size_t>(node.parent);
      if (!tree_[around].is_text() && carries_link(tree_[around].name) && media_in(around) == 0)
        continue;  // a menu entry
      for (int level = 0; level < 7; ++level) {
        if (is_structure(tree_[around].name)) {
          mark_following(i, around, *label);
          break;
        }
        const auto [first, last] = target_range(around);
        if (first != last || has_frame(around) || media_in(around) > 0) {
          if (parts_below(around) <= 1 && text_in(around) <= 4 * kMaxSlotText)
            marker_of_label_[around] = "label " + *label;
          break;
        }
        if (tree_[around].parent < 0) break;
        around = static_cast<std::size_t>(tree_[around].parent);
      }
    }
  }

  // <main><small>Sponsored</small><a>...</a> ...: the label stands beside its ad, not around it.
  void mark_following(std::size_t label, std::size_t container, const std::string& text) {
    std::size_t child = label;
    while (tree_[child].parent >= 0 && static_cast<std::size_t>(tree_[child].parent) != container) {
      child = static_cast<std::size_t>(tree_[child].parent);
    }
    std::size_t next = tree_[child].end;
    for (int looked = 0; looked < 6 && next < tree_[container].end; ++looked) {
      if (tree_[next].is_text() ? !trim(tree_[next].text).empty() : false) return;
      if (!tree_[next].is_text()) {
        const auto [first, last] = target_range(next);
        if (first != last || has_frame(next) || media_in(next) > 0) {
          if (!is_structure(tree_[next].name) && parts_below(next) == 0) marker_of_label_[next] = "label " + text;
          return;
        }
        if (tree_[next].name != "br" && tree_[next].name != "hr") return;
      }
      next = tree_[next].end;
    }
  }

  std::optional<Mark> mark_of(std::size_t node) const {
    const std::string_view name = tree_[node].name;
    if (is_structure(name)) return std::nullopt;
    if (!marker_of_label_[node].empty()) return Mark{marker_of_label_[node], true};
    if (name == "iframe") return frame_mark(node);
    for (const Attribute* a = tree_.attributes_begin(node); a != tree_.attributes_end(node); ++a) {
      if (a->name == "data-ad" || a->name.substr(0, 8) == "data-ad-" || a->name == "data-google-query-id" ||
          a->name == "data-adunit" || a->name == "data-adslot") {
        return Mark{"attribute " + std::string(a->name), true};
      }
      if ((a->name == "aria-label" || a->name == "title" || a->name == "data-label") && match_label(a->value)) {
        return Mark{"label " + *match_label(a->value), true};
      }
    }
    const int width = layout_.width(node), height = layout_.height(node);
    if (is_banner_size(width, height)) {
      const auto [first, last] = target_range(node);
      bool out = has_frame(node);
      for (std::size_t k = first; k < last; ++k) out = out || targets_[k].out;
      if (carries_link(name) && first != last) out = out || targets_[first].out;
      if (out) return Mark{"iab-size " + std::to_string(width) + "x" + std::to_string(height), true};
    }
    Mark best;
    for (const std::string_view attribute : {"id", "class"}) {
      const NameMatch match = match_names(tree_.attribute(node, attribute));
      if (match.kind == NameKind::strong) {
        return Mark{match.native ? "native widget" : std::string(attribute) + " " + match.word, true, true};
      }
      if (match.kind == NameKind::weak && best.marker.empty()) {
        best = Mark{match.native ? "native widget" : std::string(attribute) + " " + match.word, false, true};
      }
    }
    if (name == "amp-ad" || name == "amp-embed") return Mark{"element " + std::string(name), true};
    if (!best.marker.empty()) return best;
    return std::nullopt;
  }

  std::string frame_address(std::size_t node) const {
    for (const std::string_view name : {"src", "data-src", "data-lazy-src", "data-url"}) {
      const std::string_view raw = tree_.attribute(node, name);
      if (raw.empty() || raw.substr(0, 6) == "about:") continue;
      if (auto absolute = addresses_.absolute(raw)) return *absolute;
    }
    return {};
  }

  std::optional<Mark> frame_mark(std::size_t node) const {
    if (is_dot(node)) return std::nullopt;
    const std::string address = frame_address(node);
    if (auto url = Url::parse(address); url && is_content_embed(url->host(), url->path())) return std::nullopt;
    const int width = layout_.width(node), height = layout_.height(node);
    if (is_banner_size(width, height))
      return Mark{"iab-size " + std::to_string(width) + "x" + std::to_string(height), true};
    for (const std::string_view attribute : {"id", "class", "name"}) {
      const NameMatch match = match_names(tree_.attribute(node, attribute));
      if (match.kind == NameKind::strong) return Mark{std::string(attribute) + " " + match.word, true};
    }
    if (const auto label = match_label(tree_.attribute(node, "title"))) return Mark{"label " + *label, true};
    if (!address.empty() && addresses_.elsewhere(address)) return Mark{"iframe", true};
    return std::nullopt;
  }

  // Whether node became one slot or several; then nothing below it needs another look.
  bool consider(std::size_t node) {
    const std::optional<Mark> mark = mark_of(node);
    if (mark && contain(node, *mark)) return true;
    return outbound(node);
  }

  // What a container shows is divided by where it leads.
  bool contain(std::size_t node, const Mark& mark) {
    const std::int32_t only = only_address(node);
    const bool frame = has_frame(node);
    const bool article = tree_[node].name == "article" || tree_[node].name == "section";
    if (only != -2) {
      // Several frames in one container: each is a slot of its own.
      if (frame && frames_in(node) > 1) return divide(node, mark);
      if (text_in(node) > (article ? kMaxCardText * 2 : kMaxSlotText) || parts_below(node) > 1) return false;
      if (only == -1) {
        if (!mark.strong || (media_in(node) == 0 && !frame)) return false;
        // A container that only its name marks and that holds many pictures is a gallery.
        if (mark.by_name && media_in(node) > 4) return false;
        assign(node, -1, mark.marker);
        return true;
      }
      const auto address = static_cast<std::size_t>(only);
      if (!out_[address]) {
        if (!mark.strong) return false;
        if (mark.by_name && media_in(node) == 0 && !frame) return false;
      } else if (!mark.strong && media_in(node) == 0) {
        // A plain link out of a "recommended" box is a link; a native item carries a mark or a picture.
        if (mark.marker != "native widget") return false;
      }
      assign(node, only, mark.marker);
      return true;
    }
    return divide(node, mark);
  }

  std::size_t frames_in(std::size_t node) const {
    const auto first = std::lower_bound(frames_.begin(), frames_.end(), node);
    const auto last = std::lower_bound(first, frames_.end(), static_cast<std::size_t>(tree_[node].end));
    return static_cast<std::size_t>(last - first);
  }

  bool divide(std::size_t container, const Mark& mark) {
    if (parts_in_the_way(container)) return false;
    const auto [first, last] = target_range(container);
    std::map<std::int32_t, std::int32_t> slot_of_address;
    bool any = false;
    for (std::size_t k = first; k < last; ++k) {
      const Target& target = targets_[k];
      if (map_.slot[target.node] >= 0) continue;
      const std::size_t piece = widest(target.node, container, target.address, kMaxSlotText);
      const bool medium = media_in(piece) > 0;
      if (!target.out && !target.sponsored && (!mark.strong || mark.by_name || !medium)) continue;
      if (!mark.strong && !medium && !target.sponsored && mark.marker != "native widget") continue;
      const auto found = slot_of_address.find(target.address);
      std::string marker = target.sponsored ? "rel sponsored" : mark.marker;
      if (found != slot_of_address.end()) {
        fill(piece, found->second);
      } else {
        const std::int32_t slot = assign(piece, target.address, std::move(marker));
        if (slot < 0) return any;
        slot_of_address[target.address] = slot;
      }
      any = true;
    }
    const auto frame = std::lower_bound(frames_.begin(), frames_.end(), container);
    for (auto f = frame; f != frames_.end() && *f < tree_[container].end; ++f) {
      if (map_.slot[*f] >= 0) continue;
      const auto own = frame_mark(*f);
      if (!own && !mark.strong) continue;
      assign(*f, only_address(*f), own ? own->marker : mark.marker);
      any = true;
    }
    // Everything in it was looked at, unless nothing of it was an ad.
    return any;
  }

  bool parts_in_the_way(std::size_t container) const {
    for (std::size_t i = container + 1; i < tree_[container].end; ++i) {
      if (tree_[i].name == "main" || tree_[i].name == "h1" || tree_[i].name == "nav") return true;
    }
    return false;
  }

  // The largest subtree strictly below `limit` around `node` that leads to one address only.
  std::size_t widest(std::size_t node, std::size_t limit, std::int32_t address, std::size_t max_text) const {
    std::size_t best = node;
    while (tree_[best].parent >= 0) {
      const auto up = static_cast<std::size_t>(tree_[best].parent);
      if (up == limit || !tree_.contains(limit, up) || is_structure(tree_[up].name)) break;
      if (only_address(up) != address || text_in(up) > max_text || has_frame(up)) break;
      best = up;
    }
    return best;
  }

  // A link to another site around a picture, a video or a background, and paid links of any content.
  bool outbound(std::size_t node) {
    const auto [first, last] = target_range(node);
    if (first == last || targets_[first].node != node) return false;
    const Target& target = targets_[first];
    const bool medium = media_in(node) > 0;
    if (!target.sponsored && !(target.out && medium)) return false;
    if (!target.sponsored && (is_icon(node) || !carries_link(tree_[node].name))) return false;
    // The card around it (its headline, its label) belongs to it when that leads nowhere else and is small.
    std::size_t card = node;
    for (int level = 0; level < 3 && tree_[card].parent >= 0; ++level) {
      const auto up = static_cast<std::size_t>(tree_[card].parent);
      const std::string_view name = tree_[up].name;
      if (is_structure(name) || name == "form" || name == "section" || parts_below(up) > 0) break;
      if (only_address(up) != target.address || text_in(up) > kMaxCardText || has_frame(up)) break;
      if (media_in(up) > std::max(1u, media_in(node))) break;
      card = up;
    }
    // A paid link inside running text takes nothing of that text with it.
    if (!medium && text_in(card) > 2 * text_in(node) + 80) card = node;
    if (already_filled(card)) card = node;
    return assign(card, target.address, target.sponsored ? "rel sponsored" : "outbound creative") >= 0;
  }

  bool already_filled(std::size_t node) const {
    for (std::size_t i = node; i < tree_[node].end; ++i) {
      if (map_.slot[i] >= 0) return true;
    }
    return false;
  }

  // Small signs that lead to social networks, shops and the like.
  bool is_icon(std::size_t node) const {
    bool only_icons = true;
    for (std::size_t i = node; i < tree_[node].end && only_icons; ++i) {
      if (tree_[i].is_text()) continue;
      const int width = layout_.width(i), height = layout_.height(i);
      const bool small = (width > 0 || height > 0) && width <= 64 && height <= 64;
      if (layout_.backgrounds().count(static_cast<std::uint32_t>(i)) > 0 && !small) only_icons = false;
      if (!is_medium(tree_[i].name)) continue;
      const std::string name =
          to_lower_ascii(std::string(tree_.attribute(i, "src")) + " " + std::string(tree_.attribute(i, "class")));
      const bool named = width == 0 && height == 0 &&
                         (extension_of(tree_.attribute(i, "src")) == "svg" || name.find("icon") != std::string::npos ||
                          name.find("badge") != std::string::npos || name.find("sprite") != std::string::npos ||
                          name.find("favicon") != std::string::npos);
      if (!small && !named) only_icons = false;
    }
    return only_icons && media_in(node) > 0;
  }

  std::int32_t assign(std::size_t node, std::int32_t address, std::string marker) {
    if (map_.slots.size() >= max_slots_) return -1;
    AdSlot slot;
    slot.marker = std::move(marker);
    if (address >= 0) slot.click_url = address_list_[static_cast<std::size_t>(address)];
    const auto frame = std::lower_bound(frames_.begin(), frames_.end(), node);
    if (frame != frames_.end() && *frame < tree_[node].end) slot.frame_url = frame_address(*frame);
    map_.slots.push_back(std::move(slot));
    const auto index = static_cast<std::int32_t>(map_.slots.size() - 1);
    fill(node, index);
    return index;
  }

  void fill(std::size_t node, std::int32_t slot) {
    for (std::size_t i = node; i < tree_[node].end; ++i) {
      if (map_.slot[i] < 0) map_.slot[i] = slot;
    }
  }

  const Tree& tree_;
  const Layout& layout_;
  const Addresses& addresses_;
  std::size_t max_slots_;
  SlotMap map_;
  std::vector<std::uint32_t> text_, media_, parts_;
  std::vector<std::string> marker_of_label_;
  std::vector<Target> targets_;
  std::vector<std::uint32_t> frames_;
  std::vector<std::string> address_list_;
  std::vector<bool> out_;
  std::map<std::string, std::int32_t> address_index_;
};

}  // namespace

SlotMap find_slots(const Tree& tree, const Layout& layout, const Addresses& addresses, std::size_t max_slots) {
  return Finder(tree, layout, addresses, max_slots).run();
}

std::string click_target(const Tree& tree, std::size_t node, const Addresses& addresses) {
  const std::string_view name = tree[node].name;
  if (carries_link(name)) {
    if (auto address = addresses.absolute_link(tree.attribute(node, "href"))) return *address;
  } else if (name != "div" && name != "span" && name != "img" && name != "button" && name != "td" && name != "tr" &&
             name != "li" && name != "video" && name != "section" && name != "p" && name != "input" &&
             name != "canvas" && name != "article" && name != "aside" && name != "figure") {
    return {};
  }
  for (const std::string_view attribute :
       {"data-href", "data-link", "data-click-url", "data-clickurl", "data-redirect", "data-target-url"}) {
    if (auto address = addresses.absolute_link(tree.attribute(node, attribute))) return *address;
  }
  if (const std::string_view code = tree.attribute(node, "onclick"); !code.empty()) {
    if (auto address = addresses.absolute_link(handler_address(code))) return *address;
  }
  return {};
}

}  // namespace pantau::crawler::html
