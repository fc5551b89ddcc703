#include "crawler/gzip_member.h"

#include <libdeflate.h>
#include <zlib.h>

#include <algorithm>

namespace pantau::crawler {
namespace {

constexpr std::size_t kAtOnce = 4u << 20;
constexpr std::size_t kPiece = 256u << 10;
// Gzip is the dearest part of a page after its parse: level 6 of zlib takes six times as long for a tenth less.
constexpr int kQuick = 1, kStored = 0;

struct Compressor {
  explicit Compressor(int level) : handle(libdeflate_alloc_compressor(level)) {}
  ~Compressor() { libdeflate_free_compressor(handle); }
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;
  libdeflate_compressor* handle;
};

Result<void> compress_in_pieces(const std::vector<std::string_view>& parts, int level, std::string& out,
                                const GzipMember::Sink& sink) {
  z_stream stream{};
  if (deflateInit2(&stream, level, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    return give_up_error("zlib has no memory");
  const struct End {
    z_stream* stream;
    ~End() { deflateEnd(stream); }
  } end{&stream};
  out.resize(kPiece);
  const auto feed = [&](std::string_view bytes, int flush) -> Result<void> {
    do {
      const std::size_t piece = std::min<std::size_t>(bytes.size(), 1u << 30);  // avail_in has 32 bits
      stream.next_in = reinterpret_cast<unsigned char*>(const_cast<char*>(bytes.data()));
      stream.avail_in = static_cast<uInt>(piece);
      bytes.remove_prefix(piece);
      do {
        stream.next_out = reinterpret_cast<unsigned char*>(out.data());
        stream.avail_out = static_cast<uInt>(out.size());
        if (deflate(&stream, flush) == Z_STREAM_ERROR) return give_up_error("zlib refused to compress a record");
        if (auto done = sink(std::string_view(out).substr(0, out.size() - stream.avail_out)); !done) return done;
      } while (stream.avail_out == 0);
    } while (!bytes.empty());
    return {};
  };
  for (const std::string_view part : parts) {
    if (part.empty()) continue;
    if (auto done = feed(part, Z_NO_FLUSH); !done) return done;
  }
  return feed({}, Z_FINISH);
}

}  // namespace

struct GzipMember::State {
  Compressor quick{kQuick}, stored{kStored};
  std::string in, out;
};

GzipMember::GzipMember() : state_(std::make_unique<State>()) {}
GzipMember::~GzipMember() = default;

Result<void> GzipMember::compress(const std::vector<std::string_view>& parts, bool dense, const Sink& sink) {
  std::size_t size = 0;
  for (const std::string_view part : parts) size += part.size();
  if (size > kAtOnce) {
    auto done = compress_in_pieces(parts, dense ? kStored : kQuick, state_->out, sink);
    return done;
  }
  libdeflate_compressor* const compressor = dense ? state_->stored.handle : state_->quick.handle;
  if (compressor == nullptr) return give_up_error("libdeflate has no memory");
  std::string& in = state_->in;
  in.clear();
  for (const std::string_view part : parts) in.append(part);
  std::string& out = state_->out;
  out.resize(libdeflate_gzip_compress_bound(compressor, in.size()));
  const std::size_t wrote = libdeflate_gzip_compress(compressor, in.data(), in.size(), out.data(), out.size());
  if (wrote == 0) return give_up_error("libdeflate refused to compress a record");
  return sink(std::string_view(out).substr(0, wrote));
}

}  // namespace pantau::crawler
