#include "crawler/warc.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <vector>

#include "base/digest.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "base/time.h"

namespace pantau::crawler {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view kOpenSuffix = ".open";

struct Field {
  std::string name, value;
};
using Fields = std::vector<Field>;

Error file_error(const std::string& what, const fs::path& path) {
  return operator_error("cannot " + what + " " + path.string() + ": " + std::strerror(errno), errno);
}

std::string urn(const std::string& uuid) {
  return uuid.rfind("urn:uuid:", 0) == 0 ? uuid : "urn:uuid:" + uuid;
}

// One line: header values must not bring their own line breaks.
std::string one_line(std::string_view value) {
  std::string out;
  for (const char c : value) out.push_back(c == '\r' || c == '\n' || c == '\0' ? ' ' : c);
  return out;
}

// RFC 3986 leaves no room for spaces and controls in WARC-Target-URI.
std::string target_uri(std::string_view url) {
  std::string out;
  for (const char c : url) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == 0x7f || c == '<' || c == '>' || c == '"') {
      static constexpr char kHex[] = "0123456789ABCDEF";
      out.push_back('%');
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 15]);
    } else {
      out.push_back(c);
    }
  }
  return out;
}

// The response head as it goes into the record. The body has its transfer coding removed, so the head must not claim
// one: the header is kept under another name. HTTP/2 and 3 are written in the style of HTTP/1.1.
std::string recorded_head(std::string_view head) {
  std::string out;
  std::size_t at = 0;
  bool first = true;
  while (at < head.size()) {
    std::size_t end = head.find('\n', at);
    std::string_view line = head.substr(at, end == std::string_view::npos ? end : end - at);
    at = end == std::string_view::npos ? head.size() : end + 1;
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.empty()) break;
    if (first) {
      const std::size_t space = line.find(' ');
      const std::string_view version = line.substr(0, space);
      if (version.rfind("HTTP/2", 0) == 0 || version.rfind("HTTP/3", 0) == 0) {
        std::string rest(space == std::string_view::npos ? std::string_view() : trim(line.substr(space)));
        if (rest.find(' ') == std::string::npos) rest += " ";  // an empty reason phrase keeps its space (RFC 9112, 4)
        out += "HTTP/1.1 " + rest + "\r\n";
      } else {
        out.append(line).append("\r\n");
      }
      first = false;
      continue;
    }
    if (equals_ignore_case_ascii(line.substr(0, 18), "transfer-encoding:")) {
      out.append("X-Orig-").append(line).append("\r\n");
    } else {
      out.append(line).append("\r\n");
    }
  }
  out += "\r\n";
  return out;
}

// A request line of HTTP/2 in the style of HTTP/1.1.
std::string recorded_request(std::string_view head) {
  std::string out(head);
  const std::size_t end = out.find("\r\n");
  if (end == std::string::npos) return out;
  const std::size_t version = out.rfind(" HTTP/", end);
  if (version != std::string::npos &&
      (out.compare(version, 7, " HTTP/2") == 0 || out.compare(version, 7, " HTTP/3") == 0)) {
    out.replace(version, end - version, " HTTP/1.1");
  }
  return out;
}

// The base64 lines of each certificate of a PEM chain, joined: one line a certificate.
std::vector<std::string> certificates(std::string_view pem) {
  std::vector<std::string> found;
  static constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----", kEnd = "-----END CERTIFICATE-----";
  std::size_t at = 0;
  while ((at = pem.find(kBegin, at)) != std::string_view::npos && found.size() < 20) {
    const std::size_t begin = at + kBegin.size();
    const std::size_t end = pem.find(kEnd, begin);
    if (end == std::string_view::npos) break;
    std::string joined;
    for (const char c : pem.substr(begin, end - begin)) {
      if (c != '\r' && c != '\n' && c != ' ') joined.push_back(c);
    }
    found.push_back(std::move(joined));
    at = end + kEnd.size();
  }
  return found;
}

// What the bytes are by their first ones; empty when not told (WARC-Identified-Payload-Type is for our own sniffing).
std::string identified_type(std::string_view body) {
  body = body.substr(0, 4096);
  const auto starts = [&](std::string_view with) { return body.substr(0, with.size()) == with; };
  const auto at = [&](std::size_t offset) {
    return body.size() > offset ? body.substr(offset, 4) : std::string_view();
  };
  if (starts("\xFF\xD8\xFF")) return "image/jpeg";
  if (starts("\x89PNG\r\n")) return "image/png";
  if (starts("GIF8")) return "image/gif";
  if (starts("RIFF") && at(8) == "WEBP") return "image/webp";
  if (at(4) == "ftyp") return at(8) == "avif" ? "image/avif" : "video/mp4";
  if (starts("\x1A\x45\xDF\xA3")) return "video/webm";
  if (starts("#EXTM3U")) return "application/vnd.apple.mpegurl";
  const std::string head = to_lower_ascii(trim(body.substr(0, 256)).substr(0, 15));
  if (head.rfind("<!doctype html", 0) == 0 || head.rfind("<html", 0) == 0) return "text/html";
  return {};
}

bool is_compressed_already(std::string_view head, std::string_view body) {
  const std::string type = identified_type(body);
  if (type.rfind("image/", 0) == 0 || type.rfind("video/", 0) == 0) return true;
  return to_lower_ascii(head).find("content-encoding:") != std::string::npos || body.substr(0, 2) == "\x1f\x8b";
}

// The length of the leading part of a file that consists of whole gzip members; -1 on a read error.
std::int64_t whole_members(int descriptor) {
  z_stream stream{};
  if (inflateInit2(&stream, 31) != Z_OK) return -1;
  std::vector<unsigned char> in(1 << 16), out(1 << 16);
  std::int64_t offset = 0, good = 0;
  bool broken = false;
  while (!broken) {
    const ssize_t got = pread(descriptor, in.data(), in.size(), offset);
    if (got < 0) {
      inflateEnd(&stream);
      return -1;
    }
    if (got == 0) break;
    stream.next_in = in.data();
    stream.avail_in = static_cast<uInt>(got);
    while (stream.avail_in > 0 && !broken) {
      stream.next_out = out.data();
      stream.avail_out = static_cast<uInt>(out.size());
      const int code = inflate(&stream, Z_NO_FLUSH);
      if (code == Z_STREAM_END) {
        good = offset + got - static_cast<std::int64_t>(stream.avail_in);
        if (inflateReset(&stream) != Z_OK) broken = true;
      } else if (code != Z_OK && code != Z_BUF_ERROR) {
        broken = true;
      }
    }
    offset += got;
  }
  inflateEnd(&stream);
  return good;
}

std::string file_safe(std::string_view name) {
  std::string out;
  for (const char c : name.substr(0, 60)) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    out.push_back(plain ? c : '-');
  }
  return out.empty() ? "sweep" : out;
}

void sync_folder(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  (void)fsync(descriptor);
  ::close(descriptor);
}

// Milliseconds from the start of the transfer; on a connection that was used again only the answer's.
std::string timing_lines(const Exchange& exchange) {
  std::string lines;
  const auto add = [&lines](const char* name, std::chrono::microseconds time) {
    if (time.count() > 0) lines += std::string(name) + ": " + std::to_string(time.count() / 1000) + "\r\n";
  };
  const FetchTimings& timings = exchange.timings;
  if (timings.new_connection) {
    add("nameResolvedMs", timings.name);
    add("connectedMs", timings.connected);
    add("tlsReadyMs", timings.secured);
  }
  add("firstByteMs", timings.first_byte);
  if (!exchange.robots.empty()) lines += "robotsTxt: " + one_line(exchange.robots) + "\r\n";
  return lines;
}

}  // namespace

struct WarcWriter::Impl {
  fs::path folder;
  std::string sweep_name, user_agent;
  std::uint64_t max_file_bytes = 0;
  int descriptor = -1;
  fs::path final_path;
  std::uint64_t offset = 0;
  std::string info_id;
  int serial = 0;
  std::vector<unsigned char> out = std::vector<unsigned char>(256 << 10);  // of the compressor

  ~Impl() {
    if (descriptor >= 0) ::close(descriptor);
  }

  fs::path open_path() const { return fs::path(final_path.string() + std::string(kOpenSuffix)); }

  // Files of a killed process: what is whole stays, a torn record at the end goes.
  Result<void> recover() const {
    std::error_code failure;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, failure)) {
      const fs::path path = entry.path();
      if (path.extension() != kOpenSuffix || !entry.is_regular_file(failure)) continue;
      const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
      if (file < 0) return file_error("open", path);
      // Held by a living writer: not ours to close.
      if (flock(file, LOCK_EX | LOCK_NB) != 0) {
        ::close(file);
        continue;
      }
      const std::int64_t good = whole_members(file);
      fs::path closed = path;
      closed.replace_extension();
      Result<void> result;
      if (good < 0) {
        result = file_error("read", path);
      } else if (good == 0) {
        if (unlink(path.c_str()) != 0) result = file_error("remove", path);
      } else {
        struct stat status {};
        const bool torn = fstat(file, &status) == 0 && status.st_size != good;
        if (torn && ftruncate(file, good) != 0) result = file_error("repair", path);
        if (torn) log_warning(closed.string() + ": cut an unfinished record that an earlier run left behind");
        if (result && (fsync(file) != 0 || fchmod(file, 0444) != 0)) result = file_error("close", path);
        if (result && rename(path.c_str(), closed.c_str()) != 0) result = file_error("rename", path);
      }
      ::close(file);
      if (!result) return result;
    }
    if (failure)
      return operator_error("cannot read the folder " + folder.string() + ": " + failure.message(), failure.value());
    sync_folder(folder);
    return {};
  }

  Result<void> start_file() {
    const std::string stamp = [] {
      std::string text;
      for (const char c : format_utc(utc_now())) {
        if (c >= '0' && c <= '9') text.push_back(c);
      }
      return text;
    }();
    char number[8];
    std::snprintf(number, sizeof number, "%05d", serial++);
    final_path = folder / (file_safe(sweep_name) + "-" + stamp + "-" + number + "-" +
                           to_lower_ascii(new_ulid().substr(18)) + ".warc.gz");
    descriptor = ::open(open_path().c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (descriptor < 0) return file_error("create", open_path());
    if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) return file_error("lock", open_path());
    offset = 0;
    info_id = urn(new_uuid());
    std::string block = "software: Pantau/" PANTAU_VERSION
                        "\r\nformat: WARC File Format 1.1\r\n"
                        "conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n"
                        "isPartOf: " +
                        one_line(sweep_name) + "\r\n";
    if (!user_agent.empty()) block += "http-header-user-agent: " + one_line(user_agent) + "\r\n";
    const Fields fields{{"WARC-Type", "warcinfo"},
                        {"WARC-Record-ID", "<" + info_id + ">"},
                        {"WARC-Date", format_utc(utc_now())},
                        {"WARC-Filename", final_path.filename().string()},
                        {"WARC-Block-Digest", "sha256:" + sha256_hex(block)},
                        {"Content-Type", "application/warc-fields"}};
    return append(fields, {block}, 6);
  }

  // One record as one gzip member. After an error the file ends where it ended before.
  Result<void> append(const Fields& fields, const std::vector<std::string_view>& block, int level) {
    std::size_t length = 0;
    for (const std::string_view part : block) length += part.size();
    std::string head = "WARC/1.1\r\n";
    for (const Field& field : fields) head += field.name + ": " + one_line(field.value) + "\r\n";
    head += "Content-Length: " + std::to_string(length) + "\r\n\r\n";
    const std::uint64_t begin = offset;
    Result<void> written = compress(head, block, level);
    if (!written) {
      // The record is not there, half of it must not be either.
      if (ftruncate(descriptor, static_cast<off_t>(begin)) == 0) {
        (void)lseek(descriptor, static_cast<off_t>(begin), SEEK_SET);
        offset = begin;
      } else {
        ::close(descriptor);
        descriptor = -1;  // recover() of the next run cuts it
      }
    }
    return written;
  }

  Result<void> compress(const std::string& head, const std::vector<std::string_view>& block, int level) {
    z_stream stream{};
    if (deflateInit2(&stream, level, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY) != Z_OK)
      return give_up_error("zlib has no memory");
    const struct End {
      z_stream* stream;
      ~End() { deflateEnd(stream); }
    } end{&stream};
    const auto feed = [&](std::string_view bytes, int flush) -> Result<void> {
      do {
        // avail_in has 32 bits.
        const std::size_t piece = std::min<std::size_t>(bytes.size(), 1u << 30);
        stream.next_in = reinterpret_cast<unsigned char*>(const_cast<char*>(bytes.data()));
        stream.avail_in = static_cast<uInt>(piece);
        bytes.remove_prefix(piece);
        do {
          stream.next_out = out.data();
          stream.avail_out = static_cast<uInt>(out.size());
          if (deflate(&stream, flush) == Z_STREAM_ERROR) return give_up_error("zlib refused to compress a record");
          if (auto done = write_out(out.data(), out.size() - stream.avail_out); !done) return done;
        } while (stream.avail_out == 0);
      } while (!bytes.empty());
      return {};
    };
    if (auto done = feed(head, Z_NO_FLUSH); !done) return done;
    for (const std::string_view part : block) {
      if (part.empty()) continue;
      if (auto done = feed(part, Z_NO_FLUSH); !done) return done;
    }
    return feed("\r\n\r\n", Z_FINISH);
  }

  Result<void> write_out(const unsigned char* bytes, std::size_t size) {
    while (size > 0) {
      const ssize_t wrote = ::write(descriptor, bytes, size);
      if (wrote < 0) {
        if (errno == EINTR) continue;
        return file_error("write", open_path());
      }
      bytes += wrote;
      size -= static_cast<std::size_t>(wrote);
      offset += static_cast<std::uint64_t>(wrote);
    }
    return {};
  }

  Result<void> ready() {
    if (descriptor >= 0 && offset >= max_file_bytes) {
      if (auto closed = close(); !closed) return closed;
    }
    if (descriptor < 0) return start_file();
    return {};
  }

  WarcPosition here(const std::string& record_id) const {
    return {"warc/" + final_path.filename().string(), offset, record_id};
  }

  Result<WarcPosition> write(const Exchange& exchange) {
    if (auto prepared = ready(); !prepared) return prepared.error();
    const std::string uri = target_uri(exchange.url);
    const std::string date = format_utc_milliseconds(exchange.started);
    const std::string response_id = urn(exchange.record_id.empty() ? new_uuid() : exchange.record_id);
    const std::string request_id = urn(new_uuid());
    const std::string head = recorded_head(exchange.response_head);
    const std::string_view body = exchange.body.view();

    Sha256 block;
    block.update(head);
    block.update(body);
    Fields response{{"WARC-Type", "response"},
                    {"WARC-Record-ID", "<" + response_id + ">"},
                    {"WARC-Date", date},
                    {"WARC-Target-URI", uri},
                    {"WARC-Warcinfo-ID", "<" + info_id + ">"}};
    if (!exchange.remote_address.empty()) response.push_back({"WARC-IP-Address", exchange.remote_address});
    response.push_back({"WARC-Block-Digest", "sha256:" + block.finish_hex()});
    response.push_back({"WARC-Payload-Digest", "sha256:" + sha256_hex(body)});
    if (const std::string type = identified_type(body); !type.empty())
      response.push_back({"WARC-Identified-Payload-Type", type});
    if (!exchange.truncated.empty()) response.push_back({"WARC-Truncated", exchange.truncated});
    response.push_back({"Content-Type", "application/http;msgtype=response"});
    const WarcPosition position = here(response_id);
    if (auto done = append(response, {head, body}, is_compressed_already(head, body) ? 1 : 6); !done)
      return done.error();

    if (!exchange.request_head.empty()) {
      const std::string request = recorded_request(exchange.request_head);
      Fields fields{{"WARC-Type", "request"},
                    {"WARC-Record-ID", "<" + request_id + ">"},
                    {"WARC-Date", date},
                    {"WARC-Target-URI", uri},
                    {"WARC-Concurrent-To", "<" + response_id + ">"},
                    {"WARC-Warcinfo-ID", "<" + info_id + ">"}};
      if (!exchange.remote_address.empty()) fields.push_back({"WARC-IP-Address", exchange.remote_address});
      fields.push_back({"WARC-Block-Digest", "sha256:" + sha256_hex(request)});
      fields.push_back({"Content-Type", "application/http;msgtype=request"});
      if (auto done = append(fields, {request}, 6); !done) return done.error();
    }

    std::string facts = "fetchTimeMs: " + std::to_string((exchange.ended - exchange.started).count()) + "\r\n";
    if (!exchange.http_version.empty()) facts += "protocol: HTTP/" + one_line(exchange.http_version) + "\r\n";
    if (!exchange.tls_version.empty()) facts += "tlsVersion: " + one_line(exchange.tls_version) + "\r\n";
    facts += timing_lines(exchange);
    for (const std::string& certificate : certificates(exchange.certificate_chain_pem))
      facts += "tlsCertificate: " + certificate + "\r\n";
    const Fields metadata{{"WARC-Type", "metadata"},
                          {"WARC-Record-ID", "<" + urn(new_uuid()) + ">"},
                          {"WARC-Date", date},
                          {"WARC-Target-URI", uri},
                          {"WARC-Concurrent-To", "<" + response_id + ">"},
                          {"WARC-Warcinfo-ID", "<" + info_id + ">"},
                          {"WARC-Block-Digest", "sha256:" + sha256_hex(facts)},
                          {"Content-Type", "application/warc-fields"}};
    if (auto done = append(metadata, {facts}, 6); !done) return done.error();
    return position;
  }

  Result<WarcPosition> write_resource(const std::string& url, const std::string& media_type, std::string_view bytes,
                                      UtcTime when) {
    if (auto prepared = ready(); !prepared) return prepared.error();
    const std::string id = urn(new_uuid());
    const std::string digest = "sha256:" + sha256_hex(bytes);
    const Fields fields{{"WARC-Type", "resource"},
                        {"WARC-Record-ID", "<" + id + ">"},
                        {"WARC-Date", format_utc_milliseconds(when)},
                        {"WARC-Target-URI", target_uri(url)},
                        {"WARC-Warcinfo-ID", "<" + info_id + ">"},
                        {"WARC-Block-Digest", digest},
                        {"WARC-Payload-Digest", digest},
                        {"Content-Type", media_type.empty() ? "application/octet-stream" : media_type}};
    const WarcPosition position = here(id);
    if (auto done = append(fields, {bytes}, is_compressed_already({}, bytes) ? 1 : 6); !done) return done.error();
    return position;
  }

  Result<void> sync() {
    if (descriptor < 0) return {};
    if (fdatasync(descriptor) != 0) return file_error("sync", open_path());
    return {};
  }

  Result<void> close() {
    if (descriptor < 0) return {};
    Result<void> result;
    if (fsync(descriptor) != 0) result = file_error("sync", open_path());
    if (result && fchmod(descriptor, 0444) != 0) result = file_error("close", open_path());
    if (result && rename(open_path().c_str(), final_path.c_str()) != 0) result = file_error("rename", open_path());
    ::close(descriptor);
    descriptor = -1;
    sync_folder(folder);
    return result;
  }
};

WarcWriter::WarcWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

WarcWriter::~WarcWriter() {
  if (auto closed = impl_->close(); !closed) log_error(closed.error().detail);
}

Result<std::unique_ptr<WarcWriter>> WarcWriter::open(const std::string& workspace, const std::string& sweep_name,
                                                     const std::string& user_agent, std::uint64_t max_file_bytes) {
  auto impl = std::make_unique<Impl>();
  impl->folder = fs::path(workspace) / "warc";
  impl->sweep_name = sweep_name;
  impl->user_agent = user_agent;
  impl->max_file_bytes = max_file_bytes;
  if (auto made = make_folder(impl->folder); !made) return made.error();
  if (auto recovered = impl->recover(); !recovered) return recovered.error();
  return std::unique_ptr<WarcWriter>(new WarcWriter(std::move(impl)));
}

Result<WarcPosition> WarcWriter::write(const Exchange& exchange) {
  return impl_->write(exchange);
}
Result<WarcPosition> WarcWriter::write_resource(const std::string& url, const std::string& media_type,
                                                std::string_view bytes, UtcTime when) {
  return impl_->write_resource(url, media_type, bytes, when);
}
Result<void> WarcWriter::sync() {
  return impl_->sync();
}
Result<void> WarcWriter::close() {
  return impl_->close();
}

}  // namespace pantau::crawler
