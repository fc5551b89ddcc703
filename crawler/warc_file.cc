#include "crawler/warc_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/log.h"
#include "base/text.h"
#include "base/time.h"
#include "crawler/warc_text.h"

namespace pantau::crawler {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kHeldBytes = 1u << 20;

Error warc_error(const std::string& what, const fs::path& path) {
  return operator_error("cannot " + what + " " + path.string() + ": " + std::strerror(errno), errno);
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

Result<std::string> digest_of_file(int descriptor, const fs::path& path) {
  Sha256 digest;
  std::string buffer(256 << 10, '\0');
  off_t at = 0;
  while (true) {
    const ssize_t got = pread(descriptor, buffer.data(), buffer.size(), at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return warc_error("read", path);
    if (got == 0) return digest.finish_hex();
    digest.update(std::string_view(buffer).substr(0, static_cast<std::size_t>(got)));
    at += got;
  }
}

}  // namespace

WarcFile::~WarcFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

fs::path WarcFile::open_path() const {
  return fs::path(final_path_.string() + ".open");
}

Result<void> WarcFile::start() {
  std::string stamp;
  for (const char c : format_utc(utc_now())) {
    if (c >= '0' && c <= '9') stamp.push_back(c);
  }
  char number[8];
  std::snprintf(number, sizeof number, "%05d", serial_++ % 100000);
  final_path_ = folder_ / (file_safe(sweep_name_) + "-" + stamp + "-" + number + "-" +
                           to_lower_ascii(new_ulid().substr(18)) + ".warc.gz");
  descriptor_ = ::open(open_path().c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (descriptor_ < 0) return warc_error("create", open_path());
  if (flock(descriptor_, LOCK_EX | LOCK_NB) != 0) return warc_error("lock", open_path());
  written_ = group_begin_ = 0;
  pending_.clear();
  (void)digest_.finish_hex();
  digest_true_ = true;
  info_id_ = urn_of(new_uuid());
  std::string block = "software: Pantau/" PANTAU_VERSION
                      "\r\nformat: WARC File Format 1.1\r\n"
                      "conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n"
                      "isPartOf: " +
                      one_line(sweep_name_) + "\r\n";
  if (!user_agent_.empty()) block += "http-header-user-agent: " + one_line(user_agent_) + "\r\n";
  const WarcFields fields{{"WARC-Type", "warcinfo"},
                          {"WARC-Record-ID", "<" + info_id_ + ">"},
                          {"WARC-Date", format_utc(utc_now())},
                          {"WARC-Filename", final_path_.filename().string()},
                          {"WARC-Block-Digest", "sha256:" + sha256_hex(block)},
                          {"Content-Type", "application/warc-fields"}};
  return end_group(append(fields, {block}, false));
}

Result<void> WarcFile::begin_group() {
  if (descriptor_ >= 0 && offset() >= max_file_bytes_) {
    if (auto closed = close(); !closed) return closed;
  }
  if (descriptor_ < 0) {
    if (auto started = start(); !started) return started;
  }
  group_begin_ = written_;
  return {};
}

Result<void> WarcFile::append(const WarcFields& fields, const std::vector<std::string_view>& block, bool dense) {
  std::size_t length = 0;
  for (const std::string_view part : block) length += part.size();
  std::string head = "WARC/1.1\r\n";
  for (const auto& [name, value] : fields) head += name + ": " + one_line(value) + "\r\n";
  head += "Content-Length: " + std::to_string(length) + "\r\n\r\n";
  std::vector<std::string_view> parts{head};
  parts.insert(parts.end(), block.begin(), block.end());
  parts.emplace_back("\r\n\r\n");
  return member_.compress(parts, dense, [this](std::string_view bytes) -> Result<void> {
    pending_ += bytes;
    if (pending_.size() < kHeldBytes) return {};
    return flush();
  });
}

Result<void> WarcFile::end_group(Result<void> so_far) {
  if (so_far) so_far = flush();
  if (so_far) return so_far;
  // The group is not there, half of it must not be either.
  pending_.clear();
  if (descriptor_ < 0 || written_ == group_begin_) return so_far;
  if (ftruncate(descriptor_, static_cast<off_t>(group_begin_)) == 0 &&
      lseek(descriptor_, static_cast<off_t>(group_begin_), SEEK_SET) >= 0) {
    written_ = group_begin_;
    digest_true_ = false;
  } else {
    ::close(descriptor_);
    descriptor_ = -1;  // recover() of the next run cuts it
  }
  return so_far;
}

Result<void> WarcFile::flush() {
  std::string_view bytes = pending_;
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(descriptor_, bytes.data(), bytes.size());
    if (wrote < 0) {
      if (errno == EINTR) continue;
      return warc_error("write", open_path());
    }
    digest_.update(bytes.substr(0, static_cast<std::size_t>(wrote)));
    written_ += static_cast<std::uint64_t>(wrote);
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  pending_.clear();
  return {};
}

Result<void> WarcFile::sync() {
  if (descriptor_ < 0) return {};
  if (fdatasync(descriptor_) != 0) return warc_error("sync", open_path());
  return {};
}

Result<void> WarcFile::close() {
  if (descriptor_ < 0) return {};
  Result<std::string> digest = digest_.finish_hex();
  if (!digest_true_) digest = digest_of_file(descriptor_, open_path());
  Result<void> result;
  if (!digest) result = digest.error();
  if (result && fsync(descriptor_) != 0) result = warc_error("sync", open_path());
  if (result && fchmod(descriptor_, 0444) != 0) result = warc_error("close", open_path());
  if (result && rename(open_path().c_str(), final_path_.c_str()) != 0) result = warc_error("rename", open_path());
  if (result) closed_.push_back({name(), written_, *digest});
  ::close(descriptor_);
  descriptor_ = -1;
  sync_folder_of_warc(folder_);
  return result;
}

}  // namespace pantau::crawler
