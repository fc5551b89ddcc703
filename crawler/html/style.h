#pragma once
// As much CSS as is needed to tell what a page shows from what it hides, and where its background pictures stand:
// <style> sheets with tag, class and id selectors (descendant and child combinators), the cascade by importance,
// specificity and order (CSS Cascading 4), and style attributes. Rules under conditions (@media with a size, :hover,
// attribute selectors) count as not applying, except for pictures. External sheets are not known here. One thread.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "crawler/html/tree.h"

namespace pantau::crawler::html {

enum class Property {
  display,
  visibility,
  font_size,
  opacity,
  position,
  left,
  right,
  top,
  text_indent,
  color,
  background_color,
  background_image,
  background_clip,
  width,
  height,
  overflow,
  clip,
  clip_path,
  transform,
  motion,
};
inline constexpr std::size_t kPropertyCount = 20;

// What the cascade says about one element; absent properties are empty.
class Declared {
 public:
  const std::string& operator[](Property property) const { return values_[static_cast<std::size_t>(property)].text; }
  bool has(Property property) const { return !(*this)[property].empty(); }

 private:
  friend class StyleSheets;
  struct Value {
    std::string text;
    std::uint64_t weight = 0;
  };
  std::array<Value, kPropertyCount> values_;
};

class StyleSheets {
 public:
  void add(std::string_view css);
  bool empty() const { return rules_.empty(); }
  // Sheets first, then the element's style attribute.
  Declared declared(const Tree& tree, std::size_t node) const;

 private:
  struct Compound {
    std::string tag, id;
    std::vector<std::string> classes;
    bool child_of_next = false;  // '>' between this one and the compound to its left
  };
  struct Declaration {
    Property property;
    std::string value;
    bool important;
  };
  struct Rule {
    std::vector<Compound> compounds;  // rightmost first
    std::uint32_t specificity = 0;
    std::uint32_t declarations = 0;  // index
  };
  using Block = std::vector<Declaration>;

  void add_rules(std::string_view css, bool conditional, int depth);
  void add_rule(std::string_view selectors, std::string_view body, bool conditional);
  static std::optional<Rule> parse_selector(std::string_view text);
  static Block parse_block(std::string_view body);
  static bool matches(const Tree& tree, std::size_t node, const Compound& compound);
  bool matches(const Tree& tree, std::size_t node, const Rule& rule) const;
  static void apply(Declared& declared, const Declaration& declaration, std::uint64_t specificity, std::uint64_t order);

  std::vector<Rule> rules_;
  std::vector<Block> blocks_;
  std::unordered_map<std::string, std::vector<std::uint32_t>> by_id_, by_class_, by_tag_;
  std::vector<std::uint32_t> universal_;
  std::size_t bytes_ = 0;
  mutable std::int64_t work_left_ = 6'000'000;  // comparisons for one page; then sheets are no longer looked at
};

// "12px" to 12; em and rem count 16; nothing for percentages, auto and words. A bare number counts as pixels.
std::optional<double> pixels(std::string_view value);
// 0xRRGGBB of an opaque colour; nothing for unknown ones. `transparent` is set for those without any opacity.
std::optional<std::uint32_t> opaque_color(std::string_view value, bool* transparent = nullptr);
// The addresses in url(...) of a value, unescaped and as written.
std::vector<std::string> css_urls(std::string_view value);
// White-space separated words of a class attribute.
std::vector<std::string_view> words(std::string_view text);

}  // namespace pantau::crawler::html
