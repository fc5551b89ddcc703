#pragma once
// Which frames of a video are worth reading. Every tenth of a second a small grey picture of the frame is looked at;
// what counts is not change but *lasting edges that were not there when this place was last read*. So a caption that
// stands for a second is read once, in the frame where it has settled; a still film of ten minutes is read once; a face
// that talks for an hour costs the fallback only; and a change in one corner is read in that corner.
//
// Edges are tracked over small movements, so that a slow pan or zoom over something already read is not news; but only
// edges that stand still make a place worth reading. What is new in several places is read in each of them, not in the
// box around them all: on a moving ground that would be the whole frame.
//
// Belongs to one thread; sees only small pictures, so it can be tested without a decoder.
#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "media/picture.h"

namespace pantau::media {

inline constexpr int kLookWidth = 320;  // columns of the small picture

struct ChoiceLimits {
  double look_every_s = 0.09;
  double hold_s = 0.24;           // edges younger than this are movement
  double restless_hold_s = 0.6;   // the same where edges come and go all the time: what moves slowly stays a while
  double settle_s = 0.7;          // how long a fade is waited for
  double restless_every_s = 1.0;  // pictures that move as a whole are looked at for writing at most this often
  double fallback_s = 2.5;        // pictures that keep moving are read this often
  double reads_per_s = 1.0;       // long-time bound, in whole frames (a corner costs its share) ...
  double reads_ahead = 20;        // ... and how many may come at once
};

using Area = std::array<double, 4>;  // shares of the frame (0..1): left, top, right, bottom

struct Decision {
  bool read = false;
  bool previous = false;    // read the frame looked at before this one: what it shows is about to go
  bool coarse = false;      // nothing stands still in it: a look at reduced size says whether there is writing at all
  Area area{0, 0, 1, 1};    // around all that is to be read
  std::vector<Area> parts;  // the places in it, apart from each other; empty: the whole area
};

class FrameChooser {
 public:
  explicit FrameChooser(ChoiceLimits limits = {});

  // Whether this frame needs to be looked at at all.
  bool wants(double time_s) const;
  Decision look(const GreyPicture& small, double time_s);
  // After the last frame, which was shown until `end_s`: `read` means the last frame looked at.
  Decision finish(double end_s);

  // Follows what the last read showed inside `area` (shares of the frame) as long as it stays; gives a number for
  // last_seen().
  std::size_t follow(const std::array<double, 4>& area, double time_s);
  double last_seen(std::size_t followed) const { return followed_[followed].last_seen_s; }

 private:
  struct Gradient {
    std::int16_t x = 0, y = 0;
  };
  struct Tile {
    int lasting = 0;   // lasting edge points
    int novel = 0;     // of these, not there when last read
    int strength = 0;  // sum over novel points
  };
  struct Followed {
    std::vector<std::pair<int, Gradient>> points;
    double last_seen_s = 0;
    bool gone = false;
  };

  void start(const GreyPicture& small);
  std::vector<Gradient> gradients(const GreyPicture& small) const;
  void track(const std::vector<Gradient>& next, double time_s);
  std::vector<Tile> judge(double time_s) const;
  bool wanted(const Tile& tile) const;
  bool known_from_before(const std::vector<std::size_t>& tiles, double time_s) const;
  Decision read_tiles(const std::vector<std::size_t>& tiles, double time_s, double shown_until_s, bool previous);
  Decision read_all(double time_s, bool previous, bool coarse = false);
  std::vector<std::array<int, 4>> clusters(const std::vector<std::size_t>& tiles) const;
  void mark_known(const std::vector<std::size_t>& tiles);
  void remember(const std::vector<std::size_t>& tiles, double time_s);
  void watch(double time_s);
  bool affordable(double share, double time_s);
  std::size_t tile_of(int at) const;
  bool novel(int at, const std::vector<Gradient>* scene) const;
  bool lasting(int at, double time_s) const;
  bool moves() const;

  ChoiceLimits limits_;
  int width_ = 0, height_ = 0, tiles_x_ = 0, tiles_y_ = 0;
  std::vector<Gradient> now_;                 // of the last frame looked at
  std::vector<int> edges_;                    // places of its edge points
  std::vector<double> since_;                 // when each edge point appeared; negative: no edge
  std::vector<std::int16_t> known_;           // how strong the edge here was when it was read; 0: never
  std::deque<std::vector<Gradient>> memory_;  // scenes that were read before
  std::vector<int> last_strength_;            // a tile's novel edges at the look before
  std::vector<double> wanted_since_;
  std::vector<float> restless_;  // a tile's share of edges that were not there a look before, lately
  std::vector<Followed> followed_;
  GreyPicture last_small_, read_small_;
  double first_look_s_ = -1, last_look_s_ = -1, last_read_s_ = -1e9;
  double gap_s_ = 0;  // between the last two looks
  double tokens_ = 0, tokens_at_s_ = 0;
};

}  // namespace pantau::media
