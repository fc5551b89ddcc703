#pragma once
// What of a tree is shown to people, where blocks begin and end, how large things are and where background pictures
// stand; from style sheets in the page, style attributes and the elements' defaults (HTML 15, "Rendering"). Computed
// once a page, then read-only.
//
// aria-hidden does not count as hidden: it hides from screen readers, browsers show it to everybody else.
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "crawler/html/style.h"
#include "crawler/html/tree.h"

namespace pantau::crawler::html {

class Layout {
 public:
  static Layout of(const Tree& tree);

  // Not shown: display:none, visibility:hidden, opacity 0, font size 0, off-screen, text in the colour of its ground.
  bool hidden(std::size_t node) const { return (flags_[node] & kHidden) != 0; }
  // Never text at all: script, style, noscript, head ...
  bool skipped(std::size_t node) const { return (flags_[node] & kSkipped) != 0; }
  // Starts and ends a line of its own.
  bool block(std::size_t node) const { return (flags_[node] & kBlock) != 0; }
  // Declared size in pixels, 0 when unknown.
  int width(std::size_t node) const { return sizes_[node].width; }
  int height(std::size_t node) const { return sizes_[node].height; }
  // Addresses of background pictures by element, as written.
  const std::map<std::uint32_t, std::vector<std::string>>& backgrounds() const { return backgrounds_; }

 private:
  static constexpr std::uint8_t kHidden = 1, kSkipped = 2, kBlock = 4;
  struct Size {
    int width = 0, height = 0;
  };
  std::vector<std::uint8_t> flags_;
  std::vector<Size> sizes_;
  std::map<std::uint32_t, std::vector<std::string>> backgrounds_;
};

}  // namespace pantau::crawler::html
