#include "crawler/content_decoding.h"

#include <brotli/decode.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/log.h"
#include "base/text.h"

namespace pantau::crawler {
namespace {

constexpr std::size_t kChunk = 64 * 1024;
constexpr std::size_t kMaxCodings = 3;  // more in a row is no honest server

enum class Step { more, done, damaged };

// One coding: takes input, gives output, like every streaming decoder does.
class Decoder {
 public:
  virtual ~Decoder() = default;
  // Consumes from `input` and appends to `output` (at most its capacity). `done` once the coding's end was seen.
  virtual Step step(std::string_view& input, char* output, std::size_t capacity, std::size_t& written) = 0;
};

// gzip, zlib and, for servers that got "deflate" wrong, raw deflate (RFC 9110 8.4.1.2 note).
class ZlibDecoder final : public Decoder {
 public:
  explicit ZlibDecoder(int window_bits) { ready_ = inflateInit2(&stream_, window_bits) == Z_OK; }
  ~ZlibDecoder() override {
    if (ready_) inflateEnd(&stream_);
  }
  ZlibDecoder(const ZlibDecoder&) = delete;
  ZlibDecoder& operator=(const ZlibDecoder&) = delete;

  Step step(std::string_view& input, char* output, std::size_t capacity, std::size_t& written) override {
    written = 0;
    if (!ready_) return Step::damaged;
    if (at_member_end_) {
      // A gzip body may be several members (RFC 1952 2.2); zeros and other litter after the last one are ignored.
      if (input.size() < 2 || input[0] != '\x1f' || input[1] != '\x8b') return Step::done;
      if (inflateReset(&stream_) != Z_OK) return Step::damaged;
      at_member_end_ = false;
    }
    const auto take = static_cast<uInt>(std::min<std::size_t>(input.size(), 1u << 30));
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
    stream_.avail_in = take;
    stream_.next_out = reinterpret_cast<Bytef*>(output);
    stream_.avail_out = static_cast<uInt>(capacity);
    const int result = inflate(&stream_, Z_NO_FLUSH);
    written = capacity - stream_.avail_out;
    input.remove_prefix(take - stream_.avail_in);
    if (result == Z_STREAM_END) {
      at_member_end_ = true;
      return input.empty() ? Step::done : Step::more;
    }
    return result == Z_OK || result == Z_BUF_ERROR ? Step::more : Step::damaged;
  }

 private:
  z_stream stream_{};
  bool ready_ = false, at_member_end_ = false;
};

class BrotliDecoder final : public Decoder {
 public:
  BrotliDecoder() : state_(BrotliDecoderCreateInstance(nullptr, nullptr, nullptr)) {}
  Step step(std::string_view& input, char* output, std::size_t capacity, std::size_t& written) override {
    written = 0;
    if (!state_) return Step::damaged;
    std::size_t available = input.size(), room = capacity;
    const auto* next_in = reinterpret_cast<const std::uint8_t*>(input.data());
    auto* next_out = reinterpret_cast<std::uint8_t*>(output);
    const auto result = BrotliDecoderDecompressStream(state_.get(), &available, &next_in, &room, &next_out, nullptr);
    written = capacity - room;
    input.remove_prefix(input.size() - available);
    if (result == BROTLI_DECODER_RESULT_SUCCESS) return Step::done;
    return result == BROTLI_DECODER_RESULT_ERROR ? Step::damaged : Step::more;
  }

 private:
  struct Deleter {
    void operator()(BrotliDecoderState* state) const { BrotliDecoderDestroyInstance(state); }
  };
  std::unique_ptr<BrotliDecoderState, Deleter> state_;
};

class ZstdDecoder final : public Decoder {
 public:
  ZstdDecoder() : stream_(ZSTD_createDStream()) {
    // RFC 8878 3.1.1.1.2 and RFC 9659: a content coding may use windows of at most 8 MiB.
    if (stream_) ZSTD_DCtx_setParameter(stream_.get(), ZSTD_d_windowLogMax, 23);
  }
  Step step(std::string_view& input, char* output, std::size_t capacity, std::size_t& written) override {
    written = 0;
    if (!stream_) return Step::damaged;
    ZSTD_inBuffer in{input.data(), input.size(), 0};
    ZSTD_outBuffer out{output, capacity, 0};
    const std::size_t result = ZSTD_decompressStream(stream_.get(), &out, &in);
    written = out.pos;
    input.remove_prefix(in.pos);
    if (ZSTD_isError(result) != 0) return Step::damaged;
    // 0 is the end of a frame; more frames may follow.
    return result == 0 && input.empty() ? Step::done : Step::more;
  }

 private:
  struct Deleter {
    void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
  };
  std::unique_ptr<ZSTD_DStream, Deleter> stream_;
};

std::unique_ptr<Decoder> make_decoder(std::string_view coding, std::string_view body) {
  if (coding == "gzip" || coding == "x-gzip") return std::make_unique<ZlibDecoder>(15 + 16);
  if (coding == "deflate") {
    // A zlib stream begins with a header whose 16 bits are a multiple of 31 (RFC 1950 2.2); anything else is raw.
    const bool zlib = body.size() >= 2 && (static_cast<unsigned char>(body[0]) & 0x0f) == 8 &&
                      (static_cast<unsigned char>(body[0]) * 256u + static_cast<unsigned char>(body[1])) % 31 == 0;
    return std::make_unique<ZlibDecoder>(zlib ? 15 : -15);
  }
  if (coding == "br") return std::make_unique<BrotliDecoder>();
  if (coding == "zstd") return std::make_unique<ZstdDecoder>();
  return nullptr;
}

// Undoes one coding. `received` is what came over the wire, for the ratio.
Decoded decode_one(std::string_view body, std::string_view coding, std::uint64_t received, const DecodingLimits& limits,
                   const DecodedSink& sink) {
  const auto decoder = make_decoder(coding, body);
  if (!decoder) return {DecodingEnd::unknown, "unknown content coding \"" + printable(coding, 40) + "\""};
  std::vector<char> chunk(kChunk);
  std::uint64_t total = 0;
  while (true) {
    std::size_t written = 0;
    const std::size_t before = body.size();
    const Step step = decoder->step(body, chunk.data(), chunk.size(), written);
    std::string_view output(chunk.data(), written);
    if (total + written > limits.max_bytes) {
      sink(output.substr(0, static_cast<std::size_t>(limits.max_bytes - total)));
      return {DecodingEnd::too_large, "more than " + std::to_string(limits.max_bytes) + " bytes when decoded"};
    }
    total += written;
    if (!output.empty() && !sink(output)) return {DecodingEnd::too_large, "the decoded body is too large"};
    if (total > limits.ratio_free_bytes && total / std::max<std::uint64_t>(received, 1) > limits.max_ratio) {
      return {DecodingEnd::too_large,
              "a compression bomb: more than " + std::to_string(limits.max_ratio) + " times its size when decoded"};
    }
    if (step == Step::done) return {};
    if (step == Step::damaged) return {DecodingEnd::damaged, "the " + std::string(coding) + " body is damaged"};
    if (written == 0 && body.size() == before) {
      // Neither input nor output moved: the coding waits for bytes that do not come.
      return {DecodingEnd::cut_short, "the " + std::string(coding) + " body ends too early"};
    }
  }
}

}  // namespace

std::vector<std::string> content_codings(std::string_view header) {
  std::vector<std::string> codings;
  for (const std::string& part : split(header, ',')) {
    const std::string coding = to_lower_ascii(trim(part));
    if (!coding.empty() && coding != "identity") codings.push_back(coding);
  }
  return codings;
}

Decoded decode_content(std::string_view body, std::string_view content_encoding, const DecodingLimits& limits,
                       const DecodedSink& sink) {
  const std::vector<std::string> codings = content_codings(content_encoding);
  if (codings.size() > kMaxCodings) {
    return {DecodingEnd::unknown, std::to_string(codings.size()) + " content codings in a row"};
  }
  if (body.empty()) return {};
  if (codings.empty()) {
    if (body.size() > limits.max_bytes) {
      sink(body.substr(0, static_cast<std::size_t>(limits.max_bytes)));
      return {DecodingEnd::too_large, "more than " + std::to_string(limits.max_bytes) + " bytes"};
    }
    return sink(body) ? Decoded{} : Decoded{DecodingEnd::too_large, "the body is too large"};
  }
  const std::uint64_t received = body.size();
  // The coding applied last is undone first; what comes out in between is held, within the same limits.
  std::string held;
  Decoded worst;
  for (std::size_t i = codings.size(); i-- > 0;) {
    std::string next;
    const bool last = i == 0;
    const DecodedSink collect = [&next](std::string_view part) {
      next.append(part);
      return true;
    };
    Decoded decoded = decode_one(body, codings[i], received, limits, last ? sink : collect);
    if (decoded.end == DecodingEnd::unknown) return decoded;
    if (worst.end == DecodingEnd::complete) worst = std::move(decoded);
    held = std::move(next);
    body = held;
  }
  return worst;
}

}  // namespace pantau::crawler
