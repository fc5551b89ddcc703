#include "crawler/html/style.h"

#include <algorithm>
#include <cstdlib>

#include "base/text.h"
#include "crawler/html/decode.h"

namespace pantau::crawler::html {
namespace {

constexpr std::size_t kMaxSheetBytes = 2 << 20;
constexpr std::size_t kMaxRules = 20'000;
constexpr std::size_t kMaxValueBytes = 4096;

bool space(char c) {
  return c == ' ' || (c >= 9 && c <= 13);
}
bool name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
         c == '\\' || (static_cast<unsigned char>(c) & 0x80) != 0;
}

std::optional<Property> property_named(std::string_view name) {
  static const std::unordered_map<std::string_view, Property> kNames = {
      {"display", Property::display},
      {"visibility", Property::visibility},
      {"font-size", Property::font_size},
      {"opacity", Property::opacity},
      {"position", Property::position},
      {"left", Property::left},
      {"right", Property::right},
      {"top", Property::top},
      {"text-indent", Property::text_indent},
      {"color", Property::color},
      {"background-color", Property::background_color},
      {"background-image", Property::background_image},
      {"background-clip", Property::background_clip},
      {"-webkit-background-clip", Property::background_clip},
      {"width", Property::width},
      {"height", Property::height},
      {"overflow", Property::overflow},
      {"clip", Property::clip},
      {"clip-path", Property::clip_path},
      {"transform", Property::transform},
      {"transition", Property::motion},
      {"animation", Property::motion},
      {"animation-name", Property::motion},
  };
  const auto found = kNames.find(name);
  return found == kNames.end() ? std::nullopt : std::optional(found->second);
}

// The end of a piece that ends at one of `stops` outside quotes, comments and brackets.
std::size_t scan(std::string_view css, std::size_t i, std::string_view stops) {
  int depth = 0;
  for (; i < css.size(); ++i) {
    const char c = css[i];
    if (c == '\\') {
      ++i;
    } else if (c == '"' || c == '\'') {
      for (++i; i < css.size() && css[i] != c; ++i) {
        if (css[i] == '\\') ++i;
      }
    } else if (c == '(') {
      ++depth;
    } else if (c == ')') {
      if (depth > 0) --depth;
    } else if (depth == 0 && stops.find(c) != std::string_view::npos) {
      return i;
    }
  }
  return css.size();
}

std::string without_comments(std::string_view css) {
  std::string out;
  out.reserve(css.size());
  for (std::size_t i = 0; i < css.size();) {
    if (css.compare(i, 2, "/*") == 0) {
      const std::size_t end = css.find("*/", i + 2);
      if (end == std::string_view::npos) break;
      out.push_back(' ');
      i = end + 2;
    } else if (css[i] == '"' || css[i] == '\'') {
      const std::size_t begin = i;
      const char quote = css[i];
      for (++i; i < css.size() && css[i] != quote && css[i] != '\n'; ++i) {
        if (css[i] == '\\') ++i;
      }
      i = std::min(i + 1, css.size());
      out.append(css.substr(begin, i - begin));
    } else {
      out.push_back(css[i++]);
    }
  }
  return out;
}

// CSS escapes (CSS Syntax 3, 4.3.7).
std::string unescape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 >= text.size()) {
      out.push_back(text[i]);
      continue;
    }
    std::size_t digits = 0;
    unsigned long value = 0;
    while (digits < 6 && i + 1 + digits < text.size()) {
      const char c = text[i + 1 + digits];
      const int digit = c >= '0' && c <= '9'   ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : -1;
      if (digit < 0) break;
      value = value * 16 + static_cast<unsigned long>(digit);
      ++digits;
    }
    if (digits == 0) {
      if (text[i + 1] != '\n') out.push_back(text[i + 1]);
      ++i;
      continue;
    }
    append_utf8(out, value == 0 ? 0xfffd : value);
    i += digits;
    if (i + 1 < text.size() && space(text[i + 1])) ++i;
  }
  return out;
}

}  // namespace

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> found;
  std::size_t i = 0;
  while (i < text.size() && found.size() < 64) {
    while (i < text.size() && space(text[i])) ++i;
    const std::size_t begin = i;
    while (i < text.size() && !space(text[i])) ++i;
    if (i > begin) found.push_back(text.substr(begin, i - begin));
  }
  return found;
}

std::optional<double> pixels(std::string_view value) {
  const std::string text(trim(value).substr(0, 40));
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  if (end == text.c_str() || !(number > -1e9 && number < 1e9)) return std::nullopt;
  const std::string unit = to_lower_ascii(trim(std::string_view(end)));
  if (unit.empty() || unit == "px") return number;
  if (unit == "em" || unit == "rem") return number * 16;
  if (unit == "pt") return number * 4 / 3;
  if (unit == "vw") return number * 12;
  if (unit == "vh") return number * 8;
  if (number == 0) return 0.0;
  return std::nullopt;
}

std::optional<std::uint32_t> opaque_color(std::string_view value, bool* transparent) {
  const std::string text = to_lower_ascii(trim(value));
  if (transparent != nullptr) *transparent = text == "transparent";
  if (text == "white") return 0xffffff;
  if (text == "black") return 0x000000;
  if (text == "red") return 0xff0000;
  if (text == "yellow") return 0xffff00;
  if (text == "blue") return 0x0000ff;
  if (text == "lime") return 0x00ff00;
  if (text == "green") return 0x008000;
  if (text == "gray" || text == "grey") return 0x808080;
  if (!text.empty() && text[0] == '#') {
    const std::string digits = text.substr(1);
    if (digits.find_first_not_of("0123456789abcdef") != std::string::npos) return std::nullopt;
    if (digits.size() == 3) {
      const std::string wide{digits[0], digits[0], digits[1], digits[1], digits[2], digits[2]};
      return static_cast<std::uint32_t>(std::strtoul(wide.c_str(), nullptr, 16));
    }
    if (digits.size() == 6) return static_cast<std::uint32_t>(std::strtoul(digits.c_str(), nullptr, 16));
    if (digits.size() == 8 && transparent != nullptr) *transparent = digits.substr(6) == "00";
    return std::nullopt;
  }
  if (text.rfind("rgb", 0) == 0) {
    const std::size_t open = text.find('(');
    if (open == std::string::npos) return std::nullopt;
    std::array<double, 4> parts{0, 0, 0, 1};
    std::size_t count = 0;
    const char* at = text.c_str() + open + 1;
    while (count < 4) {
      while (*at == ' ' || *at == ',' || *at == '/') ++at;
      char* end = nullptr;
      const double number = std::strtod(at, &end);
      if (end == at) break;
      parts[count++] = number;
      at = *end == '%' ? end + 1 : end;
    }
    if (count < 3) return std::nullopt;
    if (count == 4 && parts[3] < 0.01) {
      if (transparent != nullptr) *transparent = true;
      return std::nullopt;
    }
    if (count == 4 && parts[3] < 0.99) return std::nullopt;
    const auto channel = [](double v) { return static_cast<std::uint32_t>(std::clamp(v, 0.0, 255.0)); };
    return channel(parts[0]) << 16 | channel(parts[1]) << 8 | channel(parts[2]);
  }
  return std::nullopt;
}

std::vector<std::string> css_urls(std::string_view value) {
  std::vector<std::string> urls;
  const std::string lower = to_lower_ascii(value);
  std::size_t at = 0;
  while ((at = lower.find("url(", at)) != std::string::npos && urls.size() < 8) {
    std::size_t i = at + 4;
    while (i < value.size() && space(value[i])) ++i;
    std::string_view raw;
    if (i < value.size() && (value[i] == '"' || value[i] == '\'')) {
      std::size_t end = i + 1;
      while (end < value.size() && value[end] != value[i]) end += value[end] == '\\' ? 2 : 1;
      end = std::min(end, value.size());
      raw = value.substr(i + 1, end - i - 1);
      at = end;
    } else {
      const std::size_t end = std::min(value.find(')', i), value.size());
      raw = trim(value.substr(i, end - i));
      at = end;
    }
    std::string url = unescape(raw);
    if (!url.empty()) urls.push_back(std::move(url));
  }
  return urls;
}

void StyleSheets::add(std::string_view css) {
  if (bytes_ + css.size() > kMaxSheetBytes) return;
  bytes_ += css.size();
  const std::string clean = without_comments(css);
  add_rules(clean, false, 0);
}

void StyleSheets::add_rules(std::string_view css, bool conditional, int depth) {
  std::size_t i = 0;
  while (i < css.size() && rules_.size() < kMaxRules) {
    while (i < css.size() && (space(css[i]) || css[i] == '}' || css[i] == ';')) ++i;
    const std::size_t head_end = scan(css, i, "{;}");
    if (head_end >= css.size()) return;
    const std::string_view head = trim(css.substr(i, head_end - i));
    if (css[head_end] != '{') {  // @import, @charset, or garbage
      i = head_end + 1;
      continue;
    }
    // The body up to its closing brace, nested ones included.
    std::size_t end = head_end + 1;
    for (int level = 1; end < css.size(); ++end) {
      end = scan(css, end, "{}");
      if (end >= css.size()) break;
      level += css[end] == '{' ? 1 : -1;
      if (level == 0) break;
    }
    const std::string_view body = css.substr(head_end + 1, end - head_end - 1);
    if (!head.empty() && head[0] == '@') {
      const std::string rule = to_lower_ascii(head);
      if (depth < 8) {
        if (rule.rfind("@media", 0) == 0) {
          const std::string query = collapse_space(std::string_view(rule).substr(6));
          const bool always = query == "all" || query == "screen" || query == "only screen";
          if (query.find("print") == std::string::npos) add_rules(body, conditional || !always, depth + 1);
        } else if (rule.rfind("@layer", 0) == 0 || rule.rfind("@supports", 0) == 0 || rule.rfind("@scope", 0) == 0) {
          add_rules(body, conditional || rule[1] != 'l', depth + 1);
        }
      }
    } else {
      add_rule(head, body, conditional);
    }
    i = end + 1;
  }
}

StyleSheets::Block StyleSheets::parse_block(std::string_view body) {
  Block block;
  std::size_t i = 0;
  while (i < body.size() && block.size() < 200) {
    const std::size_t end = scan(body, i, ";{");
    std::string_view piece = body.substr(i, end - i);
    i = end + 1;
    const std::size_t colon = piece.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string name = to_lower_ascii(trim(piece.substr(0, colon)));
    std::string_view value = trim(piece.substr(colon + 1));
    bool important = false;
    if (const std::size_t mark = value.rfind('!'); mark != std::string_view::npos) {
      if (equals_ignore_case_ascii(trim(value.substr(mark + 1)), "important")) {
        important = true;
        value = trim(value.substr(0, mark));
      }
    }
    if (value.empty()) continue;
    if (name == "background") {
      // The shorthand sets both: pictures by url(), the colour by its last opaque word.
      if (!css_urls(value).empty() || value.find("gradient") != std::string_view::npos)
        block.push_back({Property::background_image, std::string(value), important});
      std::size_t at = 0;
      while (at < value.size()) {
        const std::size_t stop = scan(value, at, " ,\t\n");
        const std::string_view word = value.substr(at, stop - at);
        if (opaque_color(word)) block.push_back({Property::background_color, std::string(word), important});
        at = stop + 1;
      }
      continue;
    }
    const auto property = property_named(name);
    if (!property) continue;
    // A data: picture may be long; other values that long say nothing.
    if (value.size() > kMaxValueBytes && *property != Property::background_image) continue;
    block.push_back({*property, std::string(value), important});
  }
  return block;
}

std::optional<StyleSheets::Rule> StyleSheets::parse_selector(std::string_view text) {
  Rule rule;
  std::vector<Compound> left_to_right;
  std::vector<bool> child;  // combinator before each compound
  bool next_is_child = false;
  std::uint32_t ids = 0, classes = 0, tags = 0;
  std::size_t i = 0;
  while (i < text.size()) {
    if (space(text[i])) {
      ++i;
      continue;
    }
    if (text[i] == '>') {
      next_is_child = true;
      ++i;
      continue;
    }
    Compound compound;
    bool any = false;
    while (i < text.size() && !space(text[i]) && text[i] != '>') {
      const char kind = text[i];
      if (kind == '*') {
        any = true;
        ++i;
        continue;
      }
      std::size_t begin = i;
      if (kind == '.' || kind == '#') ++begin;
      std::size_t end = begin;
      while (end < text.size() && name_char(text[end])) end += text[end] == '\\' ? 2 : 1;
      end = std::min(end, text.size());
      if (end == begin) return std::nullopt;  // pseudo classes, attributes, + and ~
      std::string name = unescape(text.substr(begin, end - begin));
      any = true;
      if (kind == '.') {
        compound.classes.push_back(std::move(name));
        ++classes;
      } else if (kind == '#') {
        compound.id = std::move(name);
        ++ids;
      } else {
        compound.tag = to_lower_ascii(name);
        ++tags;
      }
      i = end;
    }
    if (!any || left_to_right.size() >= 12) return std::nullopt;
    left_to_right.push_back(std::move(compound));
    child.push_back(next_is_child);
    next_is_child = false;
  }
  if (left_to_right.empty() || next_is_child) return std::nullopt;
  for (std::size_t k = left_to_right.size(); k-- > 0;) {
    left_to_right[k].child_of_next = child[k];
    rule.compounds.push_back(std::move(left_to_right[k]));
  }
  rule.specificity = std::min(ids, 255u) << 16 | std::min(classes, 255u) << 8 | std::min(tags, 255u);
  return rule;
}

void StyleSheets::add_rule(std::string_view selectors, std::string_view body, bool conditional) {
  Block block = parse_block(body);
  if (conditional) {
    std::erase_if(block, [](const Declaration& d) { return d.property != Property::background_image; });
  }
  if (block.empty()) return;
  const auto index = static_cast<std::uint32_t>(blocks_.size());
  bool used = false;
  std::size_t i = 0;
  while (i <= selectors.size() && rules_.size() < kMaxRules) {
    const std::size_t end = scan(selectors, i, ",");
    if (auto rule = parse_selector(trim(selectors.substr(i, end - i)))) {
      rule->declarations = index;
      const auto number = static_cast<std::uint32_t>(rules_.size());
      const Compound& last = rule->compounds.front();
      if (!last.id.empty()) {
        by_id_[last.id].push_back(number);
      } else if (!last.classes.empty()) {
        by_class_[last.classes.front()].push_back(number);
      } else if (!last.tag.empty()) {
        by_tag_[last.tag].push_back(number);
      } else {
        universal_.push_back(number);
      }
      rules_.push_back(std::move(*rule));
      used = true;
    }
    i = end + 1;
  }
  if (used) blocks_.push_back(std::move(block));
}

namespace {

// Whether a space-separated list has the word; without making the list, since this is asked for every rule of a class.
bool has_word(std::string_view list, std::string_view word) {
  for (std::size_t at = list.find(word); at != std::string_view::npos; at = list.find(word, at + 1)) {
    const bool begins = at == 0 || space(list[at - 1]);
    const std::size_t end = at + word.size();
    if (begins && (end == list.size() || space(list[end]))) return true;
  }
  return false;
}

}  // namespace

bool StyleSheets::matches(const Tree& tree, std::size_t node, const Compound& compound) {
  if (!compound.tag.empty() && tree[node].name != compound.tag) return false;
  if (!compound.id.empty() && tree.attribute(node, "id") != compound.id) return false;
  if (!compound.classes.empty()) {
    const std::string_view have = tree.attribute(node, "class");
    for (const std::string& wanted : compound.classes) {
      if (!has_word(have, wanted)) return false;
    }
  }
  return true;
}

bool StyleSheets::matches(const Tree& tree, std::size_t node, const Rule& rule) const {
  --work_left_;
  if (!matches(tree, node, rule.compounds[0])) return false;
  // Greedy from the right: with descendant combinators the nearest match is as good as any; a child combinator after
  // one may need another candidate, which is rare enough to leave.
  std::int32_t above = tree[node].parent;
  for (std::size_t k = 1; k < rule.compounds.size(); ++k) {
    const bool child = rule.compounds[k - 1].child_of_next;
    bool found = false;
    while (above >= 0) {
      --work_left_;
      const auto candidate = static_cast<std::size_t>(above);
      above = tree[candidate].parent;
      if (matches(tree, candidate, rule.compounds[k])) {
        found = true;
        break;
      }
      if (child) return false;
    }
    if (!found) return false;
  }
  return true;
}

void StyleSheets::apply(Declared& declared, const Declaration& declaration, std::uint64_t specificity,
                        std::uint64_t order) {
  const std::uint64_t weight = (declaration.important ? std::uint64_t{1} << 62 : 0) | specificity << 24 |
                               std::min<std::uint64_t>(order + 1, 0xffffff);
  Declared::Value& value = declared.values_[static_cast<std::size_t>(declaration.property)];
  if (weight < value.weight) return;
  value.weight = weight;
  value.text = declaration.value;
}

Declared StyleSheets::declared(const Tree& tree, std::size_t node) const {
  Declared result;
  if (!rules_.empty() && work_left_ > 0) {
    const auto consider = [&](const std::vector<std::uint32_t>& numbers) {
      for (const std::uint32_t number : numbers) {
        const Rule& rule = rules_[number];
        if (work_left_ <= 0 || !matches(tree, node, rule)) continue;
        for (const Declaration& d : blocks_[rule.declarations]) apply(result, d, rule.specificity, number);
      }
    };
    consider(universal_);
    if (const auto found = by_tag_.find(std::string(tree[node].name)); found != by_tag_.end()) consider(found->second);
    if (!by_class_.empty()) {
      for (const std::string_view word : words(tree.attribute(node, "class"))) {
        if (const auto found = by_class_.find(std::string(word)); found != by_class_.end()) consider(found->second);
      }
    }
    if (!by_id_.empty()) {
      const auto found = by_id_.find(std::string(tree.attribute(node, "id")));
      if (found != by_id_.end()) consider(found->second);
    }
  }
  if (const std::string_view own = tree.attribute(node, "style"); !own.empty()) {
    const Block block = parse_block(without_comments(own));
    for (std::size_t k = 0; k < block.size(); ++k) apply(result, block[k], std::uint64_t{1} << 24, k);
  }
  return result;
}

}  // namespace pantau::crawler::html
