#include "crawler/warc_reader.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/log.h"
#include "base/text.h"
#include "crawler/transfer.h"

namespace pantau::crawler {
namespace {

constexpr std::size_t kBuffer = 128u << 10;
constexpr std::uint64_t kJudgedFrom = 1u << 20;  // decoded bytes
constexpr std::string_view kGzip = "\x1f\x8b";

// A file, or bytes in memory, in order.
class Source {
 public:
  explicit Source(int descriptor) : descriptor_(descriptor), buffer_(kBuffer, '\0') {}
  explicit Source(std::string_view bytes) : bytes_(bytes) {}
  ~Source() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  // The bytes at hand, at least one unless the file is over; nothing on a read error (errno).
  std::optional<std::string_view> peek() {
    if (descriptor_ >= 0 && at_ == bytes_.size()) {
      ssize_t got = 0;
      do {
        got = ::read(descriptor_, buffer_.data(), buffer_.size());
      } while (got < 0 && errno == EINTR);
      if (got < 0) return std::nullopt;
      bytes_ = std::string_view(buffer_).substr(0, static_cast<std::size_t>(got));
      at_ = 0;
    }
    return bytes_.substr(at_);
  }
  void take(std::size_t count) {
    at_ += count;
    offset_ += count;
  }
  std::uint64_t offset() const { return offset_; }

 private:
  int descriptor_ = -1;
  std::string buffer_;
  std::string_view bytes_;
  std::size_t at_ = 0;
  std::uint64_t offset_ = 0;
};

bool is_token(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("!#$%&'*+.^_`|~-").find(c) != std::string_view::npos;
  });
}

}  // namespace

std::string_view WarcRecord::field(std::string_view name) const {
  return header_value(fields, name);
}

struct WarcReader::Impl {
  Impl(std::unique_ptr<Source> from, WarcReaderLimits bounds) : source(std::move(from)), limits(bounds) {}
  ~Impl() {
    if (inflating) inflateEnd(&stream);
  }

  std::unique_ptr<Source> source;
  WarcReaderLimits limits;
  z_stream stream{};
  bool inflating = false;  // the stream was set up
  bool in_member = false;  // between the first and the last byte of a gzip member
  std::string plain;       // decoded (or copied) bytes of the present record that were not handed out yet
  std::size_t plain_at = 0;
  std::uint64_t member_begin = 0, member_plain = 0;
  std::uint64_t record_begin = 0;
  std::uint64_t block_left = 0;
  std::uint64_t whole = 0;
  bool in_record = false, is_gzip = false, failed = false, is_torn = false;

  Error fail(std::string what, bool cut_short = false) {
    failed = true;
    is_torn = cut_short;
    return give_up_error(fmt::format("the record at byte {}: {}", record_begin, what));
  }
  Error cut() { return fail("the file ends in it", true); }

  std::string_view ready() const { return std::string_view(plain).substr(plain_at); }
  void drop(std::size_t count) {
    plain_at += count;
    if (plain_at == plain.size()) {
      plain.clear();
      plain_at = 0;
    }
  }

  // Whether the present gzip member, or the file when it is not compressed, has no more bytes.
  Result<bool> more() {
    if (is_gzip) return inflate_more();
    const auto bytes = source->peek();
    if (!bytes) return fail(std::string("cannot read on: ") + std::strerror(errno));
    if (bytes->empty()) return false;
    make_room();
    plain.append(*bytes);
    source->take(bytes->size());
    return true;
  }

  void make_room() {
    plain.erase(0, plain_at);
    plain_at = 0;
  }

  Result<bool> inflate_more() {
    if (!in_member) return false;
    make_room();
    const std::size_t before = plain.size();
    while (plain.size() == before) {
      const auto bytes = source->peek();
      if (!bytes) return fail(std::string("cannot read on: ") + std::strerror(errno));
      if (bytes->empty()) return cut();
      plain.resize(before + kBuffer);
      stream.next_in = reinterpret_cast<unsigned char*>(const_cast<char*>(bytes->data()));
      stream.avail_in = static_cast<uInt>(bytes->size());
      stream.next_out = reinterpret_cast<unsigned char*>(plain.data() + before);
      stream.avail_out = static_cast<uInt>(kBuffer);
      const int code = inflate(&stream, Z_NO_FLUSH);
      plain.resize(before + kBuffer - stream.avail_out);
      source->take(bytes->size() - stream.avail_in);
      member_plain += plain.size() - before;
      if (code == Z_STREAM_END) {
        in_member = false;
        return plain.size() > before;
      }
      if (code != Z_OK && code != Z_BUF_ERROR) {
        return fail(fmt::format("its gzip member is damaged{}{}", stream.msg == nullptr ? "" : ": ",
                                stream.msg == nullptr ? "" : stream.msg));
      }
      const auto read = static_cast<double>(std::max<std::uint64_t>(1, source->offset() - member_begin));
      if (member_plain > kJudgedFrom && static_cast<double>(member_plain) > limits.max_ratio * read)
        return fail("its gzip member unpacks to an unlikely size");
    }
    return true;
  }

  // To the end of the record before: the rest of its block, CRLF CRLF, and the end of its gzip member.
  Result<void> finish_record() {
    while (block_left > 0) {
      const Result<std::size_t> got = read(nullptr, kBuffer);
      if (!got) return got.error();
    }
    while (ready().size() < 4) {
      const Result<bool> got = more();
      if (!got) return got.error();
      if (!*got) return is_gzip ? fail("it does not end in two line ends: wrong Content-Length?") : cut();
    }
    if (ready().substr(0, 4) != "\r\n\r\n") return fail("it does not end in two line ends: wrong Content-Length?");
    drop(4);
    if (is_gzip) {
      // Up to the member's own sums, which prove the bytes before them.
      while (in_member && ready().empty()) {
        const Result<bool> got = more();
        if (!got) return got.error();
      }
      if (!ready().empty() && limits.one_record_a_member) return fail("its gzip member holds more than one record");
      if (!in_member && ready().empty()) whole = source->offset();
    } else {
      whole = source->offset() - ready().size();
    }
    in_record = false;
    return {};
  }

  // Sets up the first record or the next member. False at the end of the file.
  Result<bool> begin_record() {
    if (!ready().empty()) {
      record_begin = is_gzip ? member_begin : source->offset() - ready().size();
      return true;
    }
    record_begin = source->offset();
    const auto bytes = source->peek();
    if (!bytes) return fail(std::string("cannot read on: ") + std::strerror(errno));
    if (bytes->empty()) return false;
    if (record_begin == 0) is_gzip = bytes->substr(0, 1) == kGzip.substr(0, 1);
    if (!is_gzip) return true;
    if (!inflating) {
      if (inflateInit2(&stream, 31) != Z_OK) return fail("zlib has no memory");
      inflating = true;
    } else if (inflateReset(&stream) != Z_OK) {
      return fail("zlib refused to go on");
    }
    in_member = true;
    member_begin = record_begin;
    member_plain = 0;
    return true;
  }

  Result<std::string> read_head() {
    std::size_t looked = 0;
    while (true) {
      const std::string_view bytes = ready();
      const std::size_t end = bytes.find("\r\n\r\n", looked > 3 ? looked - 3 : 0);
      if (end != std::string_view::npos && end <= limits.max_header_bytes) {
        std::string head(bytes.substr(0, end));
        drop(end + 4);
        return head;
      }
      if (bytes.size() > limits.max_header_bytes)
        return fail(fmt::format("its header is longer than {} bytes", limits.max_header_bytes));
      if (bytes.substr(0, 5) != std::string_view("WARC/").substr(0, std::min<std::size_t>(5, bytes.size())))
        return fail("it does not begin with a WARC version");
      looked = bytes.size();
      const Result<bool> got = more();
      if (!got) return got.error();
      if (!*got) return is_gzip ? fail("its header has no end") : cut();
    }
  }

  Result<WarcRecord> parse(const std::string& head) {
    WarcRecord record;
    record.offset = record_begin;
    std::size_t at = head.find("\r\n");
    const std::string_view first = std::string_view(head).substr(0, at);
    if (first != "WARC/1.0" && first != "WARC/1.1")
      return fail("it begins with \"" + printable(first, 40) + "\", not with WARC/1.0 or WARC/1.1");
    record.version = first.substr(5);
    while (at != std::string::npos) {
      const std::size_t begin = at + 2;
      at = head.find("\r\n", begin);
      const std::string_view line = std::string_view(head).substr(begin, at == std::string::npos ? at : at - begin);
      if (!line.empty() && (line[0] == ' ' || line[0] == '\t') && !record.fields.empty()) {
        record.fields.back().value += " " + std::string(trim(line));
        continue;
      }
      const std::size_t colon = line.find(':');
      if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
        return fail("its header has a line that is no field: \"" + printable(line, 60) + "\"");
      record.fields.push_back({std::string(line.substr(0, colon)), std::string(trim(line.substr(colon + 1)))});
    }
    const std::string_view length = record.field("Content-Length");
    if (length.empty() || length.size() > 19 || length.find_first_not_of("0123456789") != std::string_view::npos)
      return fail("its Content-Length is missing or no number");
    for (const char c : length) record.content_length = record.content_length * 10 + static_cast<unsigned>(c - '0');
    if (record.content_length > limits.max_record_bytes)
      return fail(fmt::format("it is longer than {} bytes", limits.max_record_bytes));
    return record;
  }

  Result<std::optional<WarcRecord>> next() {
    if (failed) return give_up_error("reading ended with an error before");
    if (in_record) {
      if (auto finished = finish_record(); !finished) return finished.error();
    }
    const Result<bool> begun = begin_record();
    if (!begun) return begun.error();
    if (!*begun) return std::optional<WarcRecord>();
    Result<std::string> head = read_head();
    if (!head) return head.error();
    Result<WarcRecord> record = parse(*head);
    if (!record) return record.error();
    in_record = true;
    block_left = record->content_length;
    return std::optional<WarcRecord>(std::move(*record));
  }

  Result<std::size_t> read(char* to, std::size_t size) {
    if (failed) return give_up_error("reading ended with an error before");
    if (block_left == 0 || size == 0) return std::size_t{0};
    while (ready().empty()) {
      const Result<bool> got = more();
      if (!got) return got.error();
      if (!*got) return is_gzip ? fail("its gzip member ends before its block does") : cut();
    }
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>({size, ready().size(), block_left}));
    if (to != nullptr) std::memcpy(to, ready().data(), count);
    drop(count);
    block_left -= count;
    return count;
  }
};

WarcReader::WarcReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
WarcReader::~WarcReader() = default;

Result<std::unique_ptr<WarcReader>> WarcReader::open(const std::filesystem::path& path, WarcReaderLimits limits) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (descriptor < 0) return operator_error("cannot open " + path.string() + ": " + std::strerror(errno), errno);
  auto impl = std::make_unique<Impl>(std::make_unique<Source>(descriptor), limits);
  return std::unique_ptr<WarcReader>(new WarcReader(std::move(impl)));
}

std::unique_ptr<WarcReader> WarcReader::from_bytes(std::string_view bytes, WarcReaderLimits limits) {
  auto impl = std::make_unique<Impl>(std::make_unique<Source>(bytes), limits);
  return std::unique_ptr<WarcReader>(new WarcReader(std::move(impl)));
}

Result<std::optional<WarcRecord>> WarcReader::next() {
  return impl_->next();
}
Result<std::size_t> WarcReader::read(char* to, std::size_t size) {
  return impl_->read(to, size);
}
std::uint64_t WarcReader::whole_bytes() const {
  return impl_->whole;
}
bool WarcReader::torn() const {
  return impl_->is_torn;
}

Result<std::string> WarcReader::read_block(std::size_t limit) {
  if (impl_->block_left > limit)
    return impl_->fail(fmt::format("its block of {} bytes is longer than wanted", impl_->block_left));
  std::string block(static_cast<std::size_t>(impl_->block_left), '\0');
  std::size_t at = 0;
  while (at < block.size()) {
    const Result<std::size_t> got = read(block.data() + at, block.size() - at);
    if (!got) return got.error();
    at += *got;
  }
  return block;
}

}  // namespace pantau::crawler
