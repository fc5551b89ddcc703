#include "media/component_tree.h"

#include <algorithm>
#include <array>

namespace pantau::media {
namespace {

struct Bounds {
  std::int16_t left, top, right, bottom;  // inclusive
};

// The tree of a picture in which light regions are nodes. Every pixel has a parent; a pixel whose parent has another
// level is the canonical one of its node.
struct Tree {
  std::vector<int> parent;
  std::vector<int> order;  // pixels from the lightest to the darkest
  std::vector<int> area;
  std::vector<Bounds> bounds;
};

int find_root(std::vector<int>& roots, int at) {
  int top = at;
  while (roots[static_cast<std::size_t>(top)] != top) top = roots[static_cast<std::size_t>(top)];
  while (roots[static_cast<std::size_t>(at)] != top) {
    const int next = roots[static_cast<std::size_t>(at)];
    roots[static_cast<std::size_t>(at)] = top;
    at = next;
  }
  return top;
}

Tree build(const std::vector<std::uint8_t>& value, int width, int height) {
  const std::size_t count = value.size();
  Tree tree;
  tree.parent.resize(count);
  tree.order.resize(count);
  tree.area.assign(count, 1);
  tree.bounds.resize(count);
  std::array<int, 257> start{};
  for (const std::uint8_t v : value) ++start[256 - v];
  for (std::size_t i = 1; i < start.size(); ++i) start[i] += start[i - 1];
  for (std::size_t i = 0; i < count; ++i)
    tree.order[static_cast<std::size_t>(start[255 - value[i]]++)] = static_cast<int>(i);
  std::vector<int> roots(count, -1);
  const auto join = [&](int at, int neighbour) {
    if (roots[static_cast<std::size_t>(neighbour)] < 0) return;
    const int root = find_root(roots, neighbour);
    if (root == at) return;
    roots[static_cast<std::size_t>(root)] = at;
    tree.parent[static_cast<std::size_t>(root)] = at;
    tree.area[static_cast<std::size_t>(at)] += tree.area[static_cast<std::size_t>(root)];
    Bounds& into = tree.bounds[static_cast<std::size_t>(at)];
    const Bounds& from = tree.bounds[static_cast<std::size_t>(root)];
    into = {std::min(into.left, from.left), std::min(into.top, from.top), std::max(into.right, from.right),
            std::max(into.bottom, from.bottom)};
  };
  for (const int at : tree.order) {
    const int x = at % width;
    const int y = at / width;
    const auto index = static_cast<std::size_t>(at);
    roots[index] = at;
    tree.parent[index] = at;
    tree.bounds[index] = {static_cast<std::int16_t>(x), static_cast<std::int16_t>(y), static_cast<std::int16_t>(x),
                          static_cast<std::int16_t>(y)};
    if (x > 0) join(at, at - 1);
    if (x + 1 < width) join(at, at + 1);
    if (y > 0) join(at, at - width);
    if (y + 1 < height) join(at, at + width);
  }
  // From the root (last in order) up: parents become canonical.
  for (auto it = tree.order.rbegin(); it != tree.order.rend(); ++it) {
    const auto index = static_cast<std::size_t>(*it);
    const auto up = static_cast<std::size_t>(tree.parent[index]);
    const auto above = static_cast<std::size_t>(tree.parent[up]);
    if (value[above] == value[up]) tree.parent[index] = tree.parent[up];
  }
  return tree;
}

// The bounds may lose a little to soft edges and noise before a region counts as another one.
bool same_bounds(const Bounds& large, const Bounds& small) {
  const int slack_x = 1 + (large.right - large.left) / 16;
  const int slack_y = 1 + (large.bottom - large.top) / 16;
  return small.left - large.left <= slack_x && large.right - small.right <= slack_x &&
         small.top - large.top <= slack_y && large.bottom - small.bottom <= slack_y;
}

}  // namespace

std::vector<Glyph> find_glyphs(const GreyPicture& picture, bool light, const GlyphLimits& limits) {
  std::vector<Glyph> glyphs;
  if (picture.empty() || picture.width > 32000 || picture.height > 32000) return glyphs;
  std::vector<std::uint8_t> value = picture.luma;
  if (!light) {
    for (std::uint8_t& v : value) v = static_cast<std::uint8_t>(255 - v);
  }
  const Tree tree = build(value, picture.width, picture.height);
  const auto canonical = [&](int at) {
    const int up = tree.parent[static_cast<std::size_t>(at)];
    return up == at || value[static_cast<std::size_t>(up)] != value[static_cast<std::size_t>(at)];
  };
  // The largest child carries a node's identity upwards; the others are swallowed.
  std::vector<int> main_child(value.size(), -1);
  for (const int at : tree.order) {
    if (!canonical(at)) continue;
    const int up = tree.parent[static_cast<std::size_t>(at)];
    if (up == at) continue;
    int& child = main_child[static_cast<std::size_t>(up)];
    if (child < 0 || tree.area[static_cast<std::size_t>(child)] < tree.area[static_cast<std::size_t>(at)]) child = at;
  }
  std::vector<int> run;  // nodes of one chain with the same bounds, from dark to light
  const auto close_run = [&](int below_level) {
    if (run.empty()) return;
    const Bounds& box = tree.bounds[static_cast<std::size_t>(run.front())];
    const int width = box.right - box.left + 1;
    const int height = box.bottom - box.top + 1;
    const int top_level = value[static_cast<std::size_t>(run.back())];
    const int contrast = top_level - below_level;
    if (contrast >= limits.min_contrast && height >= limits.min_height && height <= limits.max_height &&
        width <= limits.max_width && width <= limits.max_aspect * height &&
        tree.area[static_cast<std::size_t>(run.front())] >= limits.min_area) {
      const int middle = below_level + (contrast + 1) / 2;
      int chosen = run.front();
      for (const int node : run) {
        chosen = node;
        if (value[static_cast<std::size_t>(node)] >= middle) break;
      }
      const Bounds& own = tree.bounds[static_cast<std::size_t>(chosen)];
      Glyph glyph;
      glyph.left = own.left;
      glyph.top = own.top;
      glyph.right = own.right + 1;
      glyph.bottom = own.bottom + 1;
      glyph.area = tree.area[static_cast<std::size_t>(chosen)];
      glyph.contrast = contrast;
      glyph.light = light;
      glyph.level = light ? value[static_cast<std::size_t>(chosen)]
                          : static_cast<std::uint8_t>(255 - value[static_cast<std::size_t>(chosen)]);
      glyph.seed = chosen;
      if (glyph.area >= limits.min_area) glyphs.push_back(glyph);
    }
    run.clear();
  };
  for (auto it = tree.order.rbegin(); it != tree.order.rend(); ++it) {
    const int top = *it;
    if (!canonical(top)) continue;
    const int up = tree.parent[static_cast<std::size_t>(top)];
    if (up != top && main_child[static_cast<std::size_t>(up)] == top) continue;  // in the middle of another chain
    int below =
        up == top ? static_cast<int>(value[static_cast<std::size_t>(top)]) - 1 : value[static_cast<std::size_t>(up)];
    for (int node = top; node >= 0; node = main_child[static_cast<std::size_t>(node)]) {
      if (tree.area[static_cast<std::size_t>(node)] < limits.min_area) break;
      if (!run.empty() && !same_bounds(tree.bounds[static_cast<std::size_t>(run.front())],
                                       tree.bounds[static_cast<std::size_t>(node)])) {
        const int last = value[static_cast<std::size_t>(run.back())];
        close_run(below);
        below = last;
      }
      run.push_back(node);
    }
    close_run(below);
  }
  return glyphs;
}

std::vector<int> glyph_pixels(const GreyPicture& picture, const Glyph& glyph) {
  std::vector<int> found;
  const int width = glyph.width();
  const int height = glyph.height();
  if (width <= 0 || height <= 0) return found;
  std::vector<bool> seen(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  const auto visit = [&](int x, int y) {
    if (x < glyph.left || x >= glyph.right || y < glyph.top || y >= glyph.bottom) return;
    const std::size_t local = static_cast<std::size_t>(y - glyph.top) * static_cast<std::size_t>(width) +
                              static_cast<std::size_t>(x - glyph.left);
    if (seen[local]) return;
    const int at = y * picture.width + x;
    const std::uint8_t value = picture.luma[static_cast<std::size_t>(at)];
    if (glyph.light ? value < glyph.level : value > glyph.level) return;
    seen[local] = true;
    found.push_back(at);
  };
  visit(glyph.seed % picture.width, glyph.seed / picture.width);
  for (std::size_t i = 0; i < found.size(); ++i) {
    const int x = found[i] % picture.width;
    const int y = found[i] / picture.width;
    visit(x - 1, y);
    visit(x + 1, y);
    visit(x, y - 1);
    visit(x, y + 1);
  }
  return found;
}

}  // namespace pantau::media
