#include "crawler/html/layout.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <unordered_set>

#include "base/text.h"

namespace pantau::crawler::html {
namespace {

const std::unordered_set<std::string_view>& block_names() {
  static const std::unordered_set<std::string_view> names = {
      "html",       "body",     "address", "article", "aside",     "blockquote", "button", "center",
      "dd",         "details",  "dialog",  "dir",     "div",       "dl",         "dt",     "fieldset",
      "figcaption", "figure",   "footer",  "form",    "frameset",  "h1",         "h2",     "h3",
      "h4",         "h5",       "h6",      "header",  "hgroup",    "hr",         "iframe", "input",
      "label",      "legend",   "li",      "listing", "main",      "menu",       "nav",    "object",
      "ol",         "optgroup", "option",  "p",       "plaintext", "pre",        "search", "section",
      "select",     "summary",  "table",   "tbody",   "td",        "textarea",   "tfoot",  "th",
      "thead",      "tr",       "caption", "ul",      "video",     "audio",      "xmp",    "marquee"};
  return names;
}

const std::unordered_set<std::string_view>& skipped_names() {
  static const std::unordered_set<std::string_view> names = {"head",    "script",   "style",    "noscript", "noframes",
                                                             "noembed", "datalist", "metadata", "param",    "link",
                                                             "meta",    "base",     "basefont", "desc"};
  return names;
}

// What is handed down from parent to child.
struct State {
  bool gone = false;       // display:none, opacity, off-screen: nothing below shows again
  bool invisible = false;  // visibility: may be switched on again below
  bool font_zero = false;
  bool has_color = false, has_ground = false;
  bool no_color = false;  // color: transparent without a background clipped to the text
  std::uint32_t color = 0, ground = 0;
};

bool same_word(const std::string& value, std::string_view word) {
  return equals_ignore_case_ascii(trim(value), word);
}

// Text pushed out of the window or into a box of a pixel.
bool off_screen(const Declared& declared) {
  const std::string& position = declared[Property::position];
  const bool moved = !position.empty() && !same_word(position, "static");
  const auto beyond = [](const std::string& value) {
    const auto number = pixels(value);
    return number && *number <= -500;
  };
  if (moved &&
      (beyond(declared[Property::left]) || beyond(declared[Property::top]) || beyond(declared[Property::right]))) {
    return true;
  }
  if (beyond(declared[Property::text_indent])) return true;
  const std::string transform = to_lower_ascii(declared[Property::transform]);
  if (!transform.empty()) {
    for (const std::string_view name : {"translatex(", "translatey(", "translate(", "translate3d("}) {
      const std::size_t at = transform.find(name);
      if (at == std::string::npos) continue;
      const std::size_t begin = at + name.size();
      if (beyond(transform.substr(begin, transform.find_first_of(",)", begin) - begin))) return true;
    }
    if (transform.find("scale(0)") != std::string::npos) return true;
  }
  const auto tiny = [](const std::string& value) {
    const auto number = pixels(value);
    return number && *number >= 0 && *number <= 1;
  };
  const bool clips = to_lower_ascii(declared[Property::overflow]).find("hidden") != std::string::npos;
  if (clips && (tiny(declared[Property::width]) || tiny(declared[Property::height]))) return true;
  if (moved) {
    const std::string clip = collapse_space(to_lower_ascii(declared[Property::clip]));
    if (clip.rfind("rect(0", 0) == 0 || clip.rfind("rect(1px", 0) == 0) return true;
    const std::string path = to_lower_ascii(declared[Property::clip_path]);
    if (path.find("inset(50%") != std::string::npos || path.find("inset(100%") != std::string::npos) return true;
  }
  return false;
}

int declared_size(std::string_view attribute, const std::string& css) {
  const auto from = [](std::string_view value) -> int {
    const auto number = pixels(value);
    return number && *number > 0 && *number < 100'000 ? static_cast<int>(*number) : 0;
  };
  if (const int size = from(css); size > 0) return size;
  return from(attribute);
}

bool embeds(std::string_view name) {
  return name == "img" || name == "iframe" || name == "video" || name == "object" || name == "embed" ||
         name == "canvas" || name == "table" || name == "td" || name == "amp-ad" || name == "amp-img" ||
         name == "source" || name == "input" || name == "svg";
}

}  // namespace

Layout Layout::of(const Tree& tree) {
  Layout layout;
  layout.flags_.resize(tree.size(), 0);
  layout.sizes_.resize(tree.size());
  StyleSheets sheets;
  bool external_sheets = false;
  for (std::size_t i = 0; i < tree.size(); ++i) {
    if (tree[i].name == "style" && tree.ancestor_named(i, "noscript") < 0) {
      const std::string media = to_lower_ascii(tree.attribute(i, "media"));
      if (media.find("print") == std::string::npos) sheets.add(tree.text_content(i));
    } else if (tree[i].name == "link" &&
               to_lower_ascii(tree.attribute(i, "rel")).find("stylesheet") != std::string::npos) {
      external_sheets = true;
    }
  }
  std::vector<State> states(tree.size());
  for (std::size_t i = 0; i < tree.size(); ++i) {
    const Node& node = tree[i];
    const State above = node.parent >= 0 ? states[static_cast<std::size_t>(node.parent)] : State{};
    const bool skipped_above = node.parent >= 0 && layout.skipped(static_cast<std::size_t>(node.parent));
    State& state = states[i];
    state = above;
    if (node.is_text()) {
      const bool unseen = above.gone || above.invisible || above.font_zero || above.no_color ||
                          (above.has_color && above.has_ground && above.color == above.ground);
      layout.flags_[i] = static_cast<std::uint8_t>((unseen ? kHidden : 0) | (skipped_above ? kSkipped : 0));
      continue;
    }
    const bool in_svg_only = node.name == "title" && tree.ancestor_named(i, "svg") >= 0;
    const bool skipped = skipped_above || in_svg_only || skipped_names().count(node.name) > 0;
    const std::string_view own_style = tree.attribute(i, "style");
    const bool styled = !sheets.empty() || !own_style.empty();
    const Declared declared = styled ? sheets.declared(tree, i) : Declared();
    // Sheets that are not known here may say otherwise about anything with a class or an id, so what was inherited is
    // no longer certain there.
    if (external_sheets && (tree.has_attribute(i, "class") || tree.has_attribute(i, "id"))) {
      state.font_zero = false;
      state.has_color = state.has_ground = state.no_color = false;
    }
    bool block = block_names().count(node.name) > 0;
    if (const std::string& display = declared[Property::display]; !display.empty()) {
      const std::string value = to_lower_ascii(display);
      if (value == "none") {
        state.gone = true;
      } else if (value == "inline" || value == "contents") {
        block = false;
      } else {
        block = true;  // block, flex, grid, table, list-item, inline-block: a box of its own
      }
    } else if (tree.has_attribute(i, "hidden") || (node.name == "dialog" && !tree.has_attribute(i, "open")) ||
               (node.name == "input" && equals_ignore_case_ascii(tree.attribute(i, "type"), "hidden"))) {
      state.gone = true;
    }
    if (node.name == "a" && declared[Property::display].empty()) block = false;
    if (const std::string& value = declared[Property::visibility]; !value.empty()) {
      state.invisible = same_word(value, "hidden") || same_word(value, "collapse");
    }
    if (const std::string& value = declared[Property::font_size]; !value.empty()) {
      char* end = nullptr;
      const double number = std::strtod(value.c_str(), &end);
      const std::string unit = to_lower_ascii(trim(std::string_view(end)));
      const bool is_number = end != value.c_str();
      const bool relative = unit == "em" || unit == "%";
      // A tenth of a pixel is nothing either.
      if (is_number && number >= 0 && number < 0.5 &&
          (unit.empty() || unit == "px" || unit == "pt" || relative || number == 0)) {
        state.font_zero = true;
      } else if (!(is_number && relative)) {
        state.font_zero = false;
      }
    }
    if (const std::string& value = declared[Property::opacity]; !value.empty()) {
      char* end = nullptr;
      const double number = std::strtod(value.c_str(), &end);
      // What is faded in by a transition is meant to be seen.
      if (end != value.c_str() && number < 0.02 && declared[Property::motion].empty()) state.gone = true;
    }
    if (styled && off_screen(declared)) state.gone = true;
    if (const std::string& value = declared[Property::color]; !value.empty()) {
      bool transparent = false;
      const auto color = opaque_color(value, &transparent);
      state.has_color = color.has_value();
      state.color = color.value_or(0);
      state.no_color = transparent && declared[Property::background_clip].empty();
    }
    if (const std::string& value = declared[Property::background_color]; !value.empty()) {
      const auto ground = opaque_color(value);
      state.has_ground = ground.has_value();
      state.ground = ground.value_or(0);
    }
    std::vector<std::string> pictures = css_urls(declared[Property::background_image]);
    for (const std::string_view name :
         {"background", "data-bg", "data-background", "data-background-image", "data-bg-src"}) {
      const std::string_view value = tree.attribute(i, name);
      if (value.empty() || (name == "background" && node.name != "body" && node.name != "table" && node.name != "td"))
        continue;
      std::vector<std::string> inner = css_urls(value);
      if (inner.empty()) inner.emplace_back(value);
      pictures.insert(pictures.end(), inner.begin(), inner.end());
    }
    if (!pictures.empty()) {
      state.has_ground = false;  // a picture lies between the colours
      layout.backgrounds_[static_cast<std::uint32_t>(i)] = std::move(pictures);
    } else if (declared[Property::background_image].find("gradient") != std::string::npos) {
      state.has_ground = false;
    }
    const bool sized = embeds(node.name);
    layout.sizes_[i].width =
        declared_size(sized ? tree.attribute(i, "width") : std::string_view(), declared[Property::width]);
    layout.sizes_[i].height =
        declared_size(sized ? tree.attribute(i, "height") : std::string_view(), declared[Property::height]);
    layout.flags_[i] = static_cast<std::uint8_t>((state.gone || state.invisible ? kHidden : 0) |
                                                 (skipped ? kSkipped : 0) | (block ? kBlock : 0));
  }
  return layout;
}

}  // namespace pantau::crawler::html
