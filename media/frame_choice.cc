#include "media/frame_choice.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>

namespace pantau::media {
namespace {

constexpr int kTile = 16;     // side of a tile in points
constexpr int kEdge = 10;     // |gx|+|gy| of an edge; coding noise in flat areas stays under 5
constexpr int kMinNovel = 7;  // points of a tile: a short word in small print has about ten
constexpr double kNovelShare = 0.22;
constexpr std::size_t kMemory = 48;
constexpr std::size_t kMaxFollowed = 400;
constexpr double kGoneShare = 0.4;
constexpr double kSlides = 0.3;  // seconds between looks: that is a show of slides
constexpr float kRestless = 0.12f;
constexpr double kCoarseCost = 0.4;  // of a whole frame at reduced size

constexpr double kGrown = 1.6;    // an edge that is so much stronger than when it was read is read again
constexpr double kTracked = 0.6;  // share of a tile's edges that one small movement must explain

int strength(int x, int y) {
  return std::abs(x) + std::abs(y);
}

// Less than half of the edge is left.
template <typename G>
bool gone_edge(const G& before, const G& after) {
  return 2 * (before.x * after.x + before.y * after.y) < before.x * before.x + before.y * before.y;
}

// The same edge: same direction within 60 degrees, and not more than twice as strong as it was.
template <typename G>
bool same_edge(const G& now, const G& then) {
  const int dot = now.x * then.x + now.y * then.y;
  const int now_square = now.x * now.x + now.y * now.y;
  const int then_square = then.x * then.x + then.y * then.y;
  if (dot <= 0 || now_square > 4 * then_square) return false;
  return 4 * static_cast<std::int64_t>(dot) * dot >= static_cast<std::int64_t>(now_square) * then_square;
}

}  // namespace

FrameChooser::FrameChooser(ChoiceLimits limits) : limits_(limits), tokens_(limits.reads_ahead) {}

bool FrameChooser::wants(double time_s) const {
  return last_look_s_ < 0 || time_s - last_look_s_ >= limits_.look_every_s;
}

void FrameChooser::start(const GreyPicture& small) {
  width_ = small.width;
  height_ = small.height;
  tiles_x_ = (width_ + kTile - 1) / kTile;
  tiles_y_ = (height_ + kTile - 1) / kTile;
  const auto points = static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_);
  const auto tiles = static_cast<std::size_t>(tiles_x_) * static_cast<std::size_t>(tiles_y_);
  now_.assign(points, {});
  since_.assign(points, -1);
  known_.assign(points, 0);
  edges_.clear();
  memory_.clear();
  last_strength_.assign(tiles, 0);
  wanted_since_.assign(tiles, -1);
  restless_.assign(tiles, 0);
  for (Followed& followed : followed_) followed.gone = true;  // the picture has another size now
  read_small_ = {};
}

std::vector<FrameChooser::Gradient> FrameChooser::gradients(const GreyPicture& small) const {
  std::vector<Gradient> out(static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_));
  for (int y = 1; y + 1 < height_; ++y) {
    const std::uint8_t* row = small.luma.data() + static_cast<std::ptrdiff_t>(y) * width_;
    Gradient* to = out.data() + static_cast<std::ptrdiff_t>(y) * width_;
    for (int x = 1; x + 1 < width_; ++x) {
      to[x].x = static_cast<std::int16_t>(row[x + 1] - row[x - 1]);
      to[x].y = static_cast<std::int16_t>(row[x + width_] - row[x - width_]);
    }
  }
  return out;
}

std::size_t FrameChooser::tile_of(int at) const {
  return static_cast<std::size_t>(at / width_ / kTile) * static_cast<std::size_t>(tiles_x_) +
         static_cast<std::size_t>(at % width_ / kTile);
}

bool FrameChooser::lasting(int at, double time_s) const {
  const double hold = restless_[tile_of(at)] > kRestless ? limits_.restless_hold_s : limits_.hold_s;
  return time_s - since_[static_cast<std::size_t>(at)] >= hold;
}

// Most of the places with edges do.
bool FrameChooser::moves() const {
  if (gap_s_ > kSlides) return false;
  std::vector<int> edges(restless_.size(), 0);
  for (const int at : edges_) ++edges[tile_of(at)];
  int busy = 0;
  int restless = 0;
  for (std::size_t i = 0; i < edges.size(); ++i) {
    if (edges[i] < 8) continue;
    ++busy;
    restless += restless_[i] > kRestless ? 1 : 0;
  }
  return 2 * restless > busy;
}

// `scene`: as if this had been read, instead of what was.
bool FrameChooser::novel(int at, const std::vector<Gradient>* scene) const {
  const auto index = static_cast<std::size_t>(at);
  if (scene != nullptr) return !same_edge(now_[index], (*scene)[index]);
  return strength(now_[index].x, now_[index].y) >
         kGrown * known_[index];  // a fade that was read half-way goes on being new
}

// Carries age and knowledge of each edge over to the next frame: knowledge from the same place, or, where a whole tile
// moved by one point, from there; age from the same place only, so that what moves does not last. New words in the
// place of old ones fit no single movement.
void FrameChooser::track(const std::vector<Gradient>& next, double time_s) {
  std::vector<double> since(next.size(), -1);
  std::vector<std::int16_t> known(next.size(), 0);
  std::vector<int> all;
  std::vector<int> edges;
  for (int tile_y = 0; tile_y < tiles_y_; ++tile_y) {
    for (int tile_x = 0; tile_x < tiles_x_; ++tile_x) {
      const int left = std::max(1, tile_x * kTile), right = std::min(width_ - 1, (tile_x + 1) * kTile);
      const int top = std::max(1, tile_y * kTile), bottom = std::min(height_ - 1, (tile_y + 1) * kTile);
      edges.clear();
      for (int y = top; y < bottom; ++y) {
        for (int x = left; x < right; ++x) {
          const Gradient& gradient = next[static_cast<std::size_t>(y * width_ + x)];
          if (strength(gradient.x, gradient.y) >= kEdge) edges.push_back(y * width_ + x);
        }
      }
      const auto matches = [&](int shift) {
        std::size_t found = 0;
        for (const int at : edges)
          found += same_edge(next[static_cast<std::size_t>(at)], now_[static_cast<std::size_t>(at + shift)]) ? 1 : 0;
        return found;
      };
      std::size_t best = matches(0);
      int shift = 0;
      if (edges.size() >= 4 && static_cast<double>(best) < 0.85 * static_cast<double>(edges.size())) {
        for (const int candidate : {-1, 1, -width_, width_, -width_ - 1, -width_ + 1, width_ - 1, width_ + 1}) {
          const std::size_t found = matches(candidate);
          if (found > best) best = found, shift = candidate;
        }
        if (static_cast<double>(best) < kTracked * static_cast<double>(edges.size())) shift = 0;
      }
      std::size_t fresh = 0;
      for (const int at : edges) {
        const auto index = static_cast<std::size_t>(at);
        since[index] = time_s;
        for (const int source : {at + shift, at}) {
          const auto from = static_cast<std::size_t>(source);
          if (since_[from] < 0 || !same_edge(next[index], now_[from])) continue;
          if (source == at) since[index] = since_[from];
          known[index] = std::max(known[index], known_[from]);
          if (shift == 0) break;
        }
        fresh += since[index] >= time_s ? 1 : 0;
      }
      float& restless = restless_[static_cast<std::size_t>(tile_y) * static_cast<std::size_t>(tiles_x_) +
                                  static_cast<std::size_t>(tile_x)];
      const float share = edges.size() < 4 ? 0 : static_cast<float>(fresh) / static_cast<float>(edges.size());
      restless = 0.7f * restless + 0.3f * share;
      all.insert(all.end(), edges.begin(), edges.end());
    }
  }
  since_ = std::move(since);
  known_ = std::move(known);
  edges_ = std::move(all);
  now_ = next;
}

std::vector<FrameChooser::Tile> FrameChooser::judge(double time_s) const {
  std::vector<Tile> tiles(static_cast<std::size_t>(tiles_x_) * static_cast<std::size_t>(tiles_y_));
  for (const int at : edges_) {
    if (!lasting(at, time_s)) continue;
    Tile& tile = tiles[tile_of(at)];
    ++tile.lasting;
    if (!novel(at, nullptr)) continue;
    ++tile.novel;
    tile.strength += strength(now_[static_cast<std::size_t>(at)].x, now_[static_cast<std::size_t>(at)].y);
  }
  return tiles;
}

bool FrameChooser::wanted(const Tile& tile) const {
  return tile.novel >= kMinNovel && tile.novel >= kNovelShare * tile.lasting;
}

bool FrameChooser::affordable(double share, double time_s) {
  tokens_ = std::min(limits_.reads_ahead, tokens_ + std::max(0.0, time_s - tokens_at_s_) * limits_.reads_per_s);
  tokens_at_s_ = time_s;
  const double cost = std::max(0.15, share);
  if (tokens_ < cost) return false;
  tokens_ -= cost;
  return true;
}

bool FrameChooser::known_from_before(const std::vector<std::size_t>& tiles, double time_s) const {
  std::vector<bool> asked(static_cast<std::size_t>(tiles_x_) * static_cast<std::size_t>(tiles_y_), false);
  for (const std::size_t tile : tiles) asked[tile] = true;
  std::vector<int> points;
  for (const int at : edges_) {
    if (asked[tile_of(at)] && lasting(at, time_s)) points.push_back(at);
  }
  return std::any_of(memory_.begin(), memory_.end(), [&](const std::vector<Gradient>& scene) {
    std::vector<Tile> judged(asked.size());
    for (const int at : points) {
      Tile& tile = judged[tile_of(at)];
      ++tile.lasting;
      tile.novel += novel(at, &scene) ? 1 : 0;
    }
    return std::none_of(tiles.begin(), tiles.end(), [&](std::size_t tile) { return wanted(judged[tile]); });
  });
}

void FrameChooser::mark_known(const std::vector<std::size_t>& tiles) {
  for (const std::size_t tile : tiles) {
    const int left = static_cast<int>(tile % static_cast<std::size_t>(tiles_x_)) * kTile;
    const int top = static_cast<int>(tile / static_cast<std::size_t>(tiles_x_)) * kTile;
    for (int y = top; y < std::min(top + kTile, height_); ++y) {
      for (int x = left; x < std::min(left + kTile, width_); ++x) {
        const auto at = static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) + static_cast<std::size_t>(x);
        known_[at] = static_cast<std::int16_t>(strength(now_[at].x, now_[at].y));
      }
    }
    wanted_since_[tile] = -1;
    last_strength_[tile] = 0;
  }
}

void FrameChooser::remember(const std::vector<std::size_t>& tiles, double time_s) {
  mark_known(tiles);
  read_small_ = last_small_;
  last_read_s_ = time_s;
  memory_.push_back(now_);
  if (memory_.size() > kMemory) memory_.pop_front();
}

Decision FrameChooser::read_all(double time_s, bool previous, bool coarse) {
  Decision decision;
  if (coarse && time_s - last_read_s_ < limits_.restless_every_s) return decision;
  if (!affordable(coarse ? kCoarseCost : 1, time_s)) return decision;
  decision.coarse = coarse;
  std::vector<std::size_t> all(static_cast<std::size_t>(tiles_x_) * static_cast<std::size_t>(tiles_y_));
  std::iota(all.begin(), all.end(), std::size_t{0});
  remember(all, time_s);
  decision.read = true;
  decision.previous = previous;
  return decision;
}

// Boxes of tiles (left, top, right, bottom, inclusive) around places that are apart from each other, with room for what
// belongs to them: a word that joins a line is read with its neighbours, and writing rarely stops at a tile's border.
std::vector<std::array<int, 4>> FrameChooser::clusters(const std::vector<std::size_t>& tiles) const {
  std::vector<std::array<int, 4>> boxes;
  for (const std::size_t tile : tiles) {
    const int x = static_cast<int>(tile % static_cast<std::size_t>(tiles_x_));
    const int y = static_cast<int>(tile / static_cast<std::size_t>(tiles_x_));
    std::array<int, 4> box{std::max(0, x - 2), std::max(0, y - 1), std::min(tiles_x_ - 1, x + 2),
                           std::min(tiles_y_ - 1, y + 1)};
    for (std::size_t i = 0; i < boxes.size();) {
      const std::array<int, 4>& other = boxes[i];
      if (box[0] > other[2] || other[0] > box[2] || box[1] > other[3] || other[1] > box[3]) {
        ++i;
        continue;
      }
      box = {std::min(box[0], other[0]), std::min(box[1], other[1]), std::max(box[2], other[2]),
             std::max(box[3], other[3])};
      boxes.erase(boxes.begin() + static_cast<std::ptrdiff_t>(i));
      i = 0;  // the larger box may touch one that the smaller did not
    }
    boxes.push_back(box);
  }
  return boxes;
}

Decision FrameChooser::read_tiles(const std::vector<std::size_t>& tiles, double time_s, double shown_until_s,
                                  bool previous) {
  if (known_from_before(tiles, shown_until_s)) {  // a scene that comes back
    mark_known(tiles);
    return {};
  }
  const std::vector<std::array<int, 4>> boxes = clusters(tiles);
  int left = tiles_x_, top = tiles_y_, right = -1, bottom = -1, area = 0;
  for (const std::array<int, 4>& box : boxes) {
    left = std::min(left, box[0]);
    top = std::min(top, box[1]);
    right = std::max(right, box[2]);
    bottom = std::max(bottom, box[3]);
    area += (box[2] - box[0] + 1) * (box[3] - box[1] + 1);
  }
  const double share = static_cast<double>(area) / (tiles_x_ * tiles_y_);
  const bool moving = moves();
  if (share > (moving ? 0.12 : 0.5) || read_small_.empty()) return read_all(time_s, previous, moving);
  Decision decision;
  if (!affordable(share, time_s)) return decision;
  const auto shares = [&](int from_x, int from_y, int to_x, int to_y) {
    return Area{static_cast<double>(from_x * kTile) / width_, static_cast<double>(from_y * kTile) / height_,
                std::min(1.0, static_cast<double>((to_x + 1) * kTile) / width_),
                std::min(1.0, static_cast<double>((to_y + 1) * kTile) / height_)};
  };
  std::vector<std::size_t> covered;
  for (const std::array<int, 4>& box : boxes) {
    for (int y = box[1]; y <= box[3]; ++y) {
      for (int x = box[0]; x <= box[2]; ++x)
        covered.push_back(static_cast<std::size_t>(y) * static_cast<std::size_t>(tiles_x_) +
                          static_cast<std::size_t>(x));
    }
    decision.parts.push_back(shares(box[0], box[1], box[2], box[3]));
  }
  remember(covered, time_s);
  decision.read = true;
  decision.previous = previous;
  decision.area = shares(left, top, right, bottom);
  return decision;
}

void FrameChooser::watch(double time_s) {
  for (Followed& followed : followed_) {
    if (followed.gone) continue;
    std::size_t there = 0;
    for (const auto& [at, gradient] : followed.points) {
      const Gradient& now = now_[static_cast<std::size_t>(at)];
      const int dot = now.x * gradient.x + now.y * gradient.y;
      if (dot > 0 && 3 * dot >= gradient.x * gradient.x + gradient.y * gradient.y) ++there;
    }
    if (static_cast<double>(there) >= kGoneShare * static_cast<double>(followed.points.size())) {
      followed.last_seen_s = time_s;
    } else if (time_s - followed.last_seen_s > 0.5) {
      followed.gone = true;
      followed.points = {};
    }
  }
}

std::size_t FrameChooser::follow(const std::array<double, 4>& area, double time_s) {
  Followed followed;
  followed.last_seen_s = time_s;
  const std::vector<Gradient>& shown = memory_.empty() ? now_ : memory_.back();
  const int left = std::clamp(static_cast<int>(area[0] * width_), 0, width_);
  const int right = std::clamp(static_cast<int>(std::ceil(area[2] * width_)), left, width_);
  const int top = std::clamp(static_cast<int>(area[1] * height_), 0, height_);
  const int bottom = std::clamp(static_cast<int>(std::ceil(area[3] * height_)), top, height_);
  for (int y = top; y < bottom; ++y) {
    for (int x = left; x < right; ++x) {
      const int at = y * width_ + x;
      const Gradient& gradient = shown[static_cast<std::size_t>(at)];
      if (strength(gradient.x, gradient.y) >= kEdge) followed.points.emplace_back(at, gradient);
    }
  }
  followed.gone = followed.points.empty() || followed_.size() >= kMaxFollowed;
  if (followed.gone) followed.points = {};
  followed_.push_back(std::move(followed));
  return followed_.size() - 1;
}

Decision FrameChooser::look(const GreyPicture& small, double time_s) {
  if (small.empty()) return {};
  const bool first = small.width != width_ || small.height != height_;
  if (first) start(small);
  const std::vector<Gradient> next = gradients(small);
  gap_s_ = last_look_s_ < 0 ? 0 : time_s - last_look_s_;
  Decision decision;

  // What the frame before showed was shown until now. Wanted places whose edges are about to go are read from it.
  if (!first && last_look_s_ >= 0) {
    const std::vector<Tile> tiles = judge(time_s);
    std::vector<std::size_t> going;
    std::vector<int> lost(tiles.size(), 0);
    for (const int at : edges_) {
      if (lasting(at, time_s) && novel(at, nullptr) &&
          gone_edge(now_[static_cast<std::size_t>(at)], next[static_cast<std::size_t>(at)]))
        ++lost[tile_of(at)];
    }
    for (std::size_t i = 0; i < tiles.size(); ++i) {
      if (wanted(tiles[i]) && 2 * lost[i] > tiles[i].novel) going.push_back(i);
    }
    if (!going.empty()) {
      // Take everything else that is ready along: it may go with it.
      for (std::size_t i = 0; i < tiles.size(); ++i) {
        if (wanted(tiles[i]) && 2 * lost[i] <= tiles[i].novel) going.push_back(i);
      }
      decision = read_tiles(going, last_look_s_, time_s, true);
    }
  }

  track(next, time_s);
  last_small_ = small;
  last_look_s_ = time_s;
  watch(time_s);
  if (decision.read) return decision;

  const std::vector<Tile> tiles = judge(time_s);
  std::vector<std::size_t> ready;
  bool growing = false;
  double oldest = time_s;
  for (std::size_t i = 0; i < tiles.size(); ++i) {
    if (!wanted(tiles[i])) {
      wanted_since_[i] = -1;
      last_strength_[i] = tiles[i].strength;
      continue;
    }
    if (wanted_since_[i] < 0) wanted_since_[i] = time_s;
    oldest = std::min(oldest, wanted_since_[i]);
    ready.push_back(i);
    // A fade makes the edges stronger, an animation makes them more.
    if (tiles[i].strength > 1.12 * last_strength_[i]) growing = true;
    last_strength_[i] = tiles[i].strength;
  }
  const bool settling = growing && time_s - oldest < limits_.settle_s;
  if (!ready.empty() && !settling) {
    decision = read_tiles(ready, time_s, time_s, false);
    if (decision.read) return decision;
  }

  if (first_look_s_ < 0) first_look_s_ = time_s;
  if (settling) return decision;
  if (read_small_.empty() && time_s - first_look_s_ >= limits_.fallback_s) return read_all(time_s, false, true);
  if (time_s - last_read_s_ >= limits_.fallback_s && !read_small_.empty()) {
    // Something moves all the time: does the picture differ from what was read?
    std::int64_t difference = 0;
    std::size_t edges = 0;
    for (std::size_t i = 0; i < now_.size(); ++i) {
      difference += std::abs(last_small_.luma[i] - read_small_.luma[i]);
      if (strength(now_[i].x, now_[i].y) >= kEdge) ++edges;
    }
    if (difference > 9 * static_cast<std::int64_t>(now_.size()) && edges * 200 > now_.size())
      return read_all(time_s, false, true);
  }
  return decision;
}

Decision FrameChooser::finish(double end_s) {
  if (last_look_s_ < 0) return {};
  for (Followed& followed : followed_) {
    if (!followed.gone && followed.last_seen_s >= last_look_s_ - 0.5)
      followed.last_seen_s = std::max(followed.last_seen_s, std::min(end_s, last_look_s_ + 0.2));
  }
  const std::vector<Tile> tiles = judge(std::max(end_s, last_look_s_));
  std::vector<std::size_t> ready;
  for (std::size_t i = 0; i < tiles.size(); ++i) {
    if (wanted(tiles[i])) ready.push_back(i);
  }
  if (!ready.empty()) return read_tiles(ready, last_look_s_, std::max(end_s, last_look_s_), true);
  // A film that moves from its first to its last frame and is shorter than the fallback.
  if (read_small_.empty()) return read_all(last_look_s_, true);
  return {};
}

}  // namespace pantau::media
