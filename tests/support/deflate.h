#pragma once
// Text as servers pack it, for tests. Pure; any thread. Needs zlib.
#include <gtest/gtest.h>
#include <zlib.h>

#include <string>

namespace pantau::test {

inline constexpr int kGzip = 15 + 16, kZlib = 15, kRawDeflate = -15;  // zlib's window bits

inline std::string deflated(const std::string& text, int window_bits, int level = 9) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, level, Z_DEFLATED, window_bits, 9, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

inline std::string gzip(const std::string& text, int level = 9) {
  return deflated(text, kGzip, level);
}

}  // namespace pantau::test
