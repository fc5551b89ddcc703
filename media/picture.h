#pragma once
// Decoded pictures as plain bytes. Values; any thread.
#include <cstdint>
#include <vector>

namespace pantau::media {

// Packed 8-bit R, G, B, row after row without padding.
struct Picture {
  int width = 0, height = 0;
  std::vector<std::uint8_t> rgb;

  bool empty() const { return width <= 0 || height <= 0; }
};

// 8-bit grey, row after row without padding.
struct GreyPicture {
  int width = 0, height = 0;
  std::vector<std::uint8_t> luma;

  bool empty() const { return width <= 0 || height <= 0; }
};

struct Rectangle {
  int x = 0, y = 0, width = 0, height = 0;

  bool empty() const { return width <= 0 || height <= 0; }
};

}  // namespace pantau::media
