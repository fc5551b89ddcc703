#pragma once
// A hash of addresses and hosts that is the same in every process: what the store keeps, and the order inside a depth,
// depend on it. Any thread.
#include <cstdint>
#include <string_view>

namespace pantau::crawler {

// SipHash-2-4 (Aumasson and Bernstein) under a fixed key. Two addresses that are both one's own can be made to collide
// with great effort, which hides nothing but one of the two; an address that collides with somebody else's cannot
// (2^64). Tables mix it with a number of their process (address_table.h), so nobody can fill one bucket.
inline std::uint64_t address_hash(std::string_view text) {
  constexpr std::uint64_t kKey0 = 0x6c61776174617075ull, kKey1 = 0x70616e7461752031ull;
  std::uint64_t v0 = kKey0 ^ 0x736f6d6570736575ull, v1 = kKey1 ^ 0x646f72616e646f6dull,
                v2 = kKey0 ^ 0x6c7967656e657261ull, v3 = kKey1 ^ 0x7465646279746573ull;
  const auto rotate = [](std::uint64_t x, int by) { return x << by | x >> (64 - by); };
  const auto round = [&] {
    v0 += v1, v1 = rotate(v1, 13), v1 ^= v0, v0 = rotate(v0, 32);
    v2 += v3, v3 = rotate(v3, 16), v3 ^= v2;
    v0 += v3, v3 = rotate(v3, 21), v3 ^= v0;
    v2 += v1, v1 = rotate(v1, 17), v1 ^= v2, v2 = rotate(v2, 32);
  };
  const auto word = [&](std::uint64_t m) {
    v3 ^= m;
    round();
    round();
    v0 ^= m;
  };
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t m = 0;
    for (std::size_t k = 0; k < 8; ++k)
      m |= static_cast<std::uint64_t>(static_cast<unsigned char>(text[i + k])) << (8 * k);
    word(m);
  }
  std::uint64_t last = static_cast<std::uint64_t>(text.size()) << 56;
  for (std::size_t k = 0; i + k < text.size(); ++k)
    last |= static_cast<std::uint64_t>(static_cast<unsigned char>(text[i + k])) << (8 * k);
  word(last);
  v2 ^= 0xff;
  for (int k = 0; k < 4; ++k) round();
  return v0 ^ v1 ^ v2 ^ v3;
}

}  // namespace pantau::crawler
