#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"
#include "crawler/html/collect.h"
#include "crawler/html/slot_words.h"

namespace pantau::crawler::html {
namespace {

constexpr std::size_t kMaxBlockBytes = 64 << 10;  // about; longer blocks become several

bool is_heading(std::string_view name) {
  return name.size() == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6';
}

// Running text of one block. Inline elements join without a break, so that 'May<b>bank</b>' is one word.
class Paragraph {
 public:
  void append(std::string_view text, std::int32_t anchor, bool heading, bool button, bool label, int slot) {
    const std::string_view words = trim(text);
    const bool blank = words.empty();
    const auto is_space = [](char c) { return c == ' ' || (c >= 9 && c <= 13); };
    if (!text.empty() && is_space(text.front())) space();
    if (!blank) {
      // Two links side by side are two words, even without a space between them.
      if (last_anchor_ >= 0 && anchor >= 0 && anchor != last_anchor_) raw_.push_back(' ');
      last_anchor_ = anchor;
      if (!any_) {
        anchor_ = anchor;
        slot_ = slot;
        all_button_ = all_label_ = true;
      }
      if (anchor != anchor_) anchor_ = -1;
      heading_ = heading_ || heading;
      all_button_ = all_button_ && button;
      all_label_ = all_label_ && label;
      any_ = true;
    } else if (any_) {
      last_anchor_ = -1;
    }
    raw_.append(words);
    if (!blank && is_space(text.back())) space();
  }
  void space() {
    if (!raw_.empty() && raw_.back() != ' ') raw_.push_back(' ');
  }
  bool any() const { return any_; }
  std::size_t size() const { return raw_.size(); }
  int slot() const { return slot_; }
  TextRole role() const {
    if (heading_) return TextRole::heading;
    if (all_button_) return TextRole::button;
    if (all_label_) return TextRole::label;
    return anchor_ >= 0 ? TextRole::link : TextRole::visible;
  }
  std::string take() {
    std::string text = collapse_space(raw_);
    *this = Paragraph();
    return text;
  }

 private:
  std::string raw_;
  bool any_ = false, heading_ = false, all_button_ = false, all_label_ = false;
  std::int32_t anchor_ = -1, last_anchor_ = -1;
  int slot_ = -1;
};

class TextCollector {
 public:
  TextCollector(const Source& source, ExtractedPage& page) : source_(source), page_(page) {}

  void run() {
    const Tree& tree = source_.tree;
    for (std::size_t i = 0; i < tree.size(); ++i) {
      while (!open_.empty() && tree[open_.back()].end <= i) leave();
      const Node& node = tree[i];
      if (node.is_text()) {
        if (!source_.layout.skipped(i)) text(i);
        continue;
      }
      enter(i);
    }
    while (!open_.empty()) leave();
    flush(visible_, false);
    flush(hidden_, true);
    for (const auto& [slot, text] : slot_texts_) page_.slots[static_cast<std::size_t>(slot)].text = text;
  }

 private:
  void enter(std::size_t i) {
    const Node& node = source_.tree[i];
    const bool skipped = source_.layout.skipped(i);
    if (!skipped) {
      // A block that nobody sees breaks no line that people read.
      if (source_.layout.block(i)) flush_for(i);
      if (node.name == "br") line_break(i);
      if (node.name != "br") previous_break_ = false;
      if (node.name == "a") anchors_.push_back(static_cast<std::int32_t>(i));
      if (is_heading(node.name)) ++headings_;
      if (node.name == "button" || equals_ignore_case_ascii(source_.tree.attribute(i, "role"), "button")) ++buttons_;
      if (node.name == "label" || node.name == "option" || node.name == "legend") ++labels_;
      attributes(i);
    }
    open_.push_back(i);
  }

  void leave() {
    const std::size_t i = open_.back();
    open_.pop_back();
    const Node& node = source_.tree[i];
    if (source_.layout.skipped(i)) return;
    if (source_.layout.block(i)) flush_for(i);
    if (node.name == "a" && !anchors_.empty()) anchors_.pop_back();
    if (is_heading(node.name)) --headings_;
    if (node.name == "button" || equals_ignore_case_ascii(source_.tree.attribute(i, "role"), "button")) --buttons_;
    if (node.name == "label" || node.name == "option" || node.name == "legend") --labels_;
  }

  void flush_for(std::size_t i) {
    if (source_.layout.hidden(i)) {
      flush(hidden_, true);
    } else {
      flush(visible_, false);
      flush(hidden_, true);
    }
  }

  // One line break joins like a space, two end the paragraph.
  void line_break(std::size_t i) {
    if (source_.layout.hidden(i)) {
      hidden_.space();
      return;
    }
    if (previous_break_) flush(visible_, false);
    visible_.space();
    previous_break_ = true;
  }

  void text(std::size_t i) {
    const std::string_view value = source_.tree[i].text;
    const bool hidden = source_.layout.hidden(i);
    const int slot = source_.slots.slot[i];
    Paragraph& paragraph = hidden ? hidden_ : visible_;
    if (!trim(value).empty()) {
      previous_break_ = false;
      if (paragraph.any() && paragraph.slot() != slot) flush(paragraph, hidden);
    }
    // The label of an ad is no part of what the ad says, even where nothing but a style sheet keeps them apart.
    const bool label = slot >= 0 && match_label(value).has_value();
    if (label) flush(paragraph, hidden);
    // Very long text is divided, never cut: what stands behind a wall of words must be read too.
    std::string_view rest = value;
    while (true) {
      std::string_view piece = rest;
      if (piece.size() > kMaxBlockBytes) {
        const std::size_t blank = piece.substr(0, kMaxBlockBytes).find_last_of(" \n\t");
        piece =
            blank == std::string_view::npos || blank == 0 ? clip_utf8(piece, kMaxBlockBytes) : piece.substr(0, blank);
      }
      if (paragraph.any() && paragraph.size() + piece.size() > 2 * kMaxBlockBytes) flush(paragraph, hidden);
      paragraph.append(piece, anchors_.empty() ? -1 : anchors_.back(), headings_ > 0, buttons_ > 0, labels_ > 0, slot);
      rest.remove_prefix(piece.size());
      if (rest.empty() || piece.empty()) break;
      flush(paragraph, hidden);
    }
    if (label) flush(paragraph, hidden);
  }

  void attributes(std::size_t i) {
    const Tree& tree = source_.tree;
    const Node& node = tree[i];
    if (node.attribute_count == 0) return;
    const int slot = source_.slots.slot[i];
    const bool hidden = source_.layout.hidden(i);
    for (const Attribute* a = tree.attributes_begin(i); a != tree.attributes_end(i); ++a) {
      if (a->value.empty()) continue;
      if (a->name == "alt" || a->name == "title" || a->name == "aria-label" || a->name == "data-title" ||
          a->name == "data-caption") {
        add(a->value, hidden ? TextRole::hidden : TextRole::alternative, slot);
      } else if (a->name == "placeholder") {
        add(a->value, hidden ? TextRole::hidden : TextRole::label, slot);
      }
    }
    if (node.name == "input") {
      const std::string type = to_lower_ascii(tree.attribute(i, "type"));
      if (type == "submit" || type == "button" || type == "reset") {
        add(tree.attribute(i, "value"), hidden ? TextRole::hidden : TextRole::button, slot);
      }
    }
  }

  void flush(Paragraph& paragraph, bool hidden) {
    if (!paragraph.any()) {
      (void)paragraph.take();
      return;
    }
    const TextRole role = hidden ? TextRole::hidden : paragraph.role();
    const int slot = paragraph.slot();
    push({paragraph.take(), role, slot});
  }

  void add(std::string_view text, TextRole role, int slot) {
    push({collapse_space(clip_utf8(text, kMaxBlockBytes)), role, slot});
  }

  // The text has its white space collapsed.
  void push(TextBlock block) {
    if (page_.texts.size() >= source_.limits.max_texts) {
      page_.truncated = true;
      return;
    }
    if (block.text.empty()) return;
    if (block.slot >= 0 && block.role != TextRole::hidden && block.role != TextRole::alternative) {
      std::string& all = slot_texts_[block.slot];
      if (!all.empty()) all.push_back(' ');
      all += block.text;
    }
    page_.texts.push_back(std::move(block));
  }

  const Source& source_;
  ExtractedPage& page_;
  Paragraph visible_, hidden_;
  std::vector<std::size_t> open_;
  std::vector<std::int32_t> anchors_;
  int headings_ = 0, buttons_ = 0, labels_ = 0;
  bool previous_break_ = false;
  std::map<int, std::string> slot_texts_;
};

}  // namespace

void collect_texts(const Source& source, ExtractedPage& page) {
  TextCollector(source, page).run();
}

void collect_links(const Source& source, ExtractedPage& page) {
  const Tree& tree = source.tree;
  static constexpr std::array<std::string_view, 7> kAppFiles = {"apk",          "xapk", "apkm", "apks",
                                                                "mobileconfig", "ipa",  "aab"};
  const auto app_link = [&](const std::string& url) {
    const std::string extension = extension_of(url);
    bool app = std::find(kAppFiles.begin(), kAppFiles.end(), extension) != kAppFiles.end();
    const std::string scheme = scheme_of(url);
    app = app || scheme == "market" || scheme == "itms-services" || scheme == "itms-apps" || scheme == "itms";
    if (auto parsed = Url::parse(url)) {
      const std::string& host = parsed->host();
      app = app || (host == "play.google.com" && parsed->path().rfind("/store/apps", 0) == 0) ||
            host == "apps.apple.com" || host == "itunes.apple.com" || host_within(host, "appgallery.huawei.com") ||
            host == "testflight.apple.com";
    }
    if (app && page.app_links.size() < 200 &&
        std::find(page.app_links.begin(), page.app_links.end(), url) == page.app_links.end()) {
      page.app_links.push_back(url);
    }
  };
  for (std::size_t i = 0; i < tree.size(); ++i) {
    const Node& node = tree[i];
    if (node.is_text()) continue;
    if (node.name == "iframe" || node.name == "frame") {
      if (source.slots.slot[i] >= 0) continue;
      for (const std::string_view name : {"src", "data-src", "data-lazy-src", "data-url"}) {
        const auto url = source.addresses.absolute(tree.attribute(i, name));
        if (!url) continue;
        if (page.frames.size() < 200 && std::find(page.frames.begin(), page.frames.end(), *url) == page.frames.end())
          page.frames.push_back(*url);
        break;
      }
      continue;
    }
    const std::string target = click_target(tree, i, source.addresses);
    if (target.empty()) continue;
    if (page.links.size() >= source.limits.max_links) {
      page.truncated = true;
      break;
    }
    Link link;
    link.url = target;
    link.text = std::string(clip_utf8(collapse_space(tree.text_content(i)), 1000));
    const std::string rel = to_lower_ascii(tree.attribute(i, "rel"));
    link.sponsored = rel.find("sponsored") != std::string::npos;
    link.slot = source.slots.slot[i];
    app_link(link.url);
    page.links.push_back(std::move(link));
  }
}

}  // namespace pantau::crawler::html
