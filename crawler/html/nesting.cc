#include "crawler/html/nesting.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "base/text.h"

namespace pantau::crawler::html {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool ends_name(char c) {
  return c == '>' || c == '/' || c == ' ' || (c >= 9 && c <= 13);
}

template <std::size_t N>
bool among(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

constexpr std::array<std::string_view, 18> kVoid = {"area",  "base",  "br",    "col",    "embed",    "hr",
                                                    "img",   "input", "link",  "meta",   "param",    "source",
                                                    "track", "wbr",   "frame", "keygen", "basefont", "bgsound"};
constexpr std::array<std::string_view, 9> kRaw = {"script",  "style",    "textarea", "title",    "xmp",
                                                  "noembed", "noframes", "iframe",   "plaintext"};
constexpr std::array<std::string_view, 13> kFormatting = {"b", "big",   "code",   "em",     "font", "i", "nobr",
                                                          "s", "small", "strike", "strong", "tt",   "u"};
// Start tags that close an open element, so that missing end tags do not nest (HTML 13.1.2.4, "optional tags"): what is
// closed, and what ends the search for it.
struct Implied {
  std::string_view start, closes, also, barrier, other_barrier;
};
constexpr std::array<Implied, 10> kImplied{{
    {"li", "li", "li", "ul", "ol"},
    {"dd", "dd", "dt", "dl", "dl"},
    {"dt", "dd", "dt", "dl", "dl"},
    {"td", "td", "th", "tr", "table"},
    {"th", "td", "th", "tr", "table"},
    {"tr", "tr", "tr", "table", "table"},
    {"tbody", "tbody", "thead", "table", "table"},
    {"option", "option", "option", "select", "select"},
    {"a", "a", "a", "td", "table"},
    {"p", "p", "p", "div", "li"},
}};

// Elements that do not close an open paragraph.
bool is_phrasing(std::string_view name) {
  return among(kFormatting, name) || name == "a" || name == "span" || name == "label" || name == "button" ||
         name == "svg" || name == "picture" || name == "video" || name == "audio" || name == "iframe" ||
         name == "select" || name == "option" || name == "object" || name == "script" || name == "style" ||
         name == "noscript" || name == "template";
}

void close_implied(std::vector<std::string>& open, const std::string& name) {
  if (!is_phrasing(name) && !open.empty() && open.back() == "p") open.pop_back();
  for (const Implied& rule : kImplied) {
    if (rule.start != name) continue;
    for (std::size_t i = open.size(), looked = 0; i > 0 && looked < 16; --i, ++looked) {
      const std::string& at = open[i - 1];
      if (at == rule.barrier || at == rule.other_barrier) return;
      if (at == rule.closes || at == rule.also) {
        open.resize(i - 1);
        return;
      }
    }
  }
}

struct Tag {
  std::size_t begin = 0, end = 0;  // of the whole tag
  std::string name;                // lower case
  bool closing = false, self_closed = false;
};

// Finds tags the way the HTML tokenizer does, closely enough to count them: quotes in attributes, comments and raw
// text are skipped.
class TagScanner {
 public:
  explicit TagScanner(std::string_view html) : html_(html) {}

  bool next(Tag& tag) {
    while (true) {
      const std::size_t open = html_.find('<', at_);
      if (open == std::string_view::npos || open + 1 >= html_.size()) return false;
      const char after = html_[open + 1];
      if (after == '!' || after == '?') {
        if (html_.compare(open, 4, "<!--") == 0) {
          const std::size_t end = html_.find("-->", open + 2);
          if (end == std::string_view::npos) return false;
          at_ = end + 3;
        } else {
          const std::size_t end = html_.find('>', open);
          if (end == std::string_view::npos) return false;
          at_ = end + 1;
        }
        continue;
      }
      const bool closing = after == '/';
      const std::size_t name_begin = open + (closing ? 2 : 1);
      if (name_begin >= html_.size() || !is_letter(html_[name_begin])) {
        at_ = open + 1;
        continue;
      }
      std::size_t i = name_begin;
      while (i < html_.size() && !ends_name(html_[i])) ++i;
      tag.begin = open;
      tag.closing = closing;
      tag.name = to_lower_ascii(html_.substr(name_begin, std::min<std::size_t>(i - name_begin, 32)));
      tag.end = tag_end(i);
      if (tag.end == std::string_view::npos) return false;  // a cut tag at the end of the file is dropped by parsers
      tag.self_closed = html_[tag.end - 2] == '/';
      at_ = tag.end;
      if (!closing && among(kRaw, tag.name)) skip_raw(tag.name);
      return true;
    }
  }

 private:
  std::size_t tag_end(std::size_t i) const {
    char quote = 0;
    bool after_equals = false;
    for (; i < html_.size(); ++i) {
      const char c = html_[i];
      if (quote != 0) {
        if (c == quote) quote = 0;
      } else if (c == '>') {
        return i + 1;
      } else if ((c == '"' || c == '\'') && after_equals) {
        quote = c;
        after_equals = false;
      } else if (c == '=') {
        after_equals = true;
      } else if (c != ' ' && !(c >= 9 && c <= 13)) {
        after_equals = false;
      }
    }
    return std::string_view::npos;
  }

  void skip_raw(const std::string& name) {
    if (name == "plaintext") {
      at_ = html_.size();
      return;
    }
    std::size_t i = at_;
    while ((i = html_.find("</", i)) != std::string_view::npos) {
      const std::string_view found = html_.substr(i + 2, name.size());
      const std::size_t after = i + 2 + name.size();
      if (equals_ignore_case_ascii(found, name) && (after >= html_.size() || ends_name(html_[after]))) {
        at_ = i;
        return;
      }
      i += 2;
    }
    at_ = html_.size();
  }

  std::string_view html_;
  std::size_t at_ = 0;
};

}  // namespace

std::optional<std::string> limit_nesting(std::string_view html, int max_depth) {
  TagScanner scanner(html);
  Tag tag;
  std::vector<std::string> open;
  // Formatting elements stay in force until their own end tag, however their parents end ("active formatting elements",
  // HTML 13.2.4.3), so they are counted apart from the stack.
  std::unordered_map<std::string, int> formatting_by_name;
  int open_formatting = 0;
  std::unordered_map<std::string, std::int64_t> dropped;  // start tags dropped, whose end tags are dropped too
  std::string out;
  std::size_t copied = 0;
  const auto drop = [&] {
    out.append(html.substr(copied, tag.begin - copied));
    // A dropped block still separates words.
    if (!among(kFormatting, tag.name) && tag.name != "span" && tag.name != "a") out.push_back(' ');
    copied = tag.end;
  };
  while (scanner.next(tag)) {
    if (among(kVoid, tag.name)) continue;
    if (!tag.closing) {
      if (tag.self_closed && (tag.name == "path" || tag.name == "use" || tag.name == "circle" || tag.name == "rect" ||
                              tag.name == "line" || tag.name == "polygon" || tag.name == "g")) {
        continue;  // foreign content closes itself
      }
      close_implied(open, tag.name);
      const bool formatting = among(kFormatting, tag.name);
      if (static_cast<int>(open.size()) >= max_depth || (formatting && open_formatting >= kMaxOpenFormatting)) {
        ++dropped[tag.name];
        drop();
        continue;
      }
      if (formatting) {
        ++open_formatting;
        ++formatting_by_name[tag.name];
      }
      open.push_back(tag.name);
      continue;
    }
    if (!dropped.empty()) {
      if (const auto found = dropped.find(tag.name); found != dropped.end()) {
        if (--found->second == 0) dropped.erase(found);
        drop();
        continue;
      }
    }
    if (among(kFormatting, tag.name)) {
      int& count = formatting_by_name[tag.name];
      if (count > 0) {
        --count;
        --open_formatting;
      }
    }
    // The end tag closes the nearest open element of its name and what stands between.
    for (std::size_t i = open.size(), looked = 0; i > 0 && looked < 512; --i, ++looked) {
      if (open[i - 1] != tag.name) continue;
      open.resize(i - 1);
      break;
    }
  }
  if (copied == 0 && out.empty()) return std::nullopt;
  out.append(html.substr(copied));
  return out;
}

}  // namespace pantau::crawler::html
