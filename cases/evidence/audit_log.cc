#include "cases/evidence/audit_log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/digest.h"
#include "base/text.h"
#include "base/time.h"

namespace pantau::cases {
namespace {

namespace json = boost::json;

const std::string kFirstPrevious(64, '0');
constexpr std::size_t kBlock = 16 * 1024;
constexpr std::uint64_t kLineLimit = std::uint64_t{64} << 20;

class File {
 public:
  File(const std::string& path, int flags, mode_t mode = 0)
      : descriptor_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int get() const { return descriptor_; }
  explicit operator bool() const { return descriptor_ >= 0; }

 private:
  int descriptor_;
};

Error failed(const std::string& path, const char* what) {
  const int code = errno;
  return operator_error(fmt::format("cannot {} {}: {}{}", what, path, std::strerror(code),
                                    code == ENOSPC || code == EDQUOT ? "; free some space, then run again"
                                                                     : "; check the rights on the workspace"),
                        code);
}

// flock belongs to the open file, so it keeps out other threads of this process as well as other processes.
bool lock(const File& file, int how) {
  while (flock(file.get(), how) != 0) {
    if (errno != EINTR) return false;
  }
  return true;
}

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(descriptor, bytes.data(), bytes.size());
    if (wrote < 0) {
      if (errno == EINTR) continue;
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return true;
}

bool read_at(int descriptor, std::uint64_t offset, std::string& out, std::size_t size) {
  out.resize(size);
  std::size_t done = 0;
  while (done < size) {
    const ssize_t got = ::pread(descriptor, out.data() + done, size - done, static_cast<off_t>(offset + done));
    if (got < 0) {
      if (errno == EINTR) continue;
      return false;
    }
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  out.resize(done);
  return true;
}

// How the file ends: its last whole line, and the bytes after the last line end, if any (torn by a kill).
struct Tail {
  std::string line;  // without the line end
  std::string torn;
  std::uint64_t whole = 0;  // size of the file up to the last line end
};

Result<Tail> read_tail(const File& file, const std::string& path) {
  struct stat status {};
  if (fstat(file.get(), &status) != 0) return failed(path, "read");
  const auto size = static_cast<std::uint64_t>(status.st_size);
  std::string end;  // the last bytes of the file
  std::uint64_t from = size;
  std::size_t last = std::string::npos;
  while (true) {
    // `end` must hold the last line end and the one before it, or begin at the start of the file.
    last = end.rfind('\n');
    const bool two = last != std::string::npos && last > 0 && end.rfind('\n', last - 1) != std::string::npos;
    if (two || from == 0) break;
    if (size - from > kLineLimit) {
      return operator_error(
          path +
          ": the last line is longer than 64 MiB, so the log is damaged; move the file aside to start a new one");
    }
    const std::uint64_t step = std::min<std::uint64_t>(from, std::max<std::uint64_t>(kBlock, end.size()));
    std::string block;
    if (!read_at(file.get(), from - step, block, static_cast<std::size_t>(step))) return failed(path, "read");
    if (block.size() != step) return retry_error(path + " became shorter while it was read");
    from -= step;
    end.insert(0, block);
  }
  Tail tail;
  if (last == std::string::npos) {
    tail.torn = std::move(end);
    return tail;
  }
  tail.torn = end.substr(last + 1);
  tail.whole = size - tail.torn.size();
  const std::size_t before = last == 0 ? std::string::npos : end.rfind('\n', last - 1);
  tail.line = before == std::string::npos ? end.substr(0, last) : end.substr(before + 1, last - before - 1);
  return tail;
}

struct Link {
  std::uint64_t next = 0;
  std::string previous = kFirstPrevious;
};

Result<Link> link_of(const Tail& tail, const std::string& path) {
  if (tail.line.empty() && tail.whole == 0) return Link{};
  boost::system::error_code failure;
  const json::value value = json::parse(tail.line, failure);
  if (!failure && value.is_object()) {
    const json::object& entry = value.get_object();
    const json::value* sequence = entry.if_contains("seq");
    const json::value* digest = entry.if_contains("hash");
    if (sequence != nullptr && sequence->is_int64() && sequence->get_int64() >= 0 && digest != nullptr &&
        digest->is_string() && digest->get_string().size() == 64) {
      return Link{static_cast<std::uint64_t>(sequence->get_int64()) + 1, std::string(digest->get_string())};
    }
  }
  return operator_error(path +
                        ": the last line is not a log entry, so nothing can be appended; see `pantau evidence verify`, "
                        "then move the file aside to start a new one");
}

std::string digest_of(const json::object& entry_without_hash) {
  std::string bytes(1, '\0');  // the leaf prefix of RFC 6962 2.1, so that the log can be put under a Merkle tree later
  bytes += canonical_json(entry_without_hash);
  return sha256_hex(bytes);
}

std::string line_of(Link& link, const std::string& actor, const std::string& action, const std::string& object,
                    json::object detail) {
  json::object entry{{"action", json::string(to_valid_utf8(action))},
                     {"actor", json::string(to_valid_utf8(actor))},
                     {"detail", std::move(detail)},
                     {"object", json::string(to_valid_utf8(object))},
                     {"prev", json::string(link.previous)},
                     {"seq", link.next},
                     {"ts", json::string(format_utc_milliseconds(utc_now()))}};
  link.previous = digest_of(entry);
  ++link.next;
  entry["hash"] = json::string(link.previous);
  return canonical_json(entry) + "\n";
}

// Moves a torn last line aside and gives the line that says so.
Result<std::string> mend(const File& file, const std::string& path, const Tail& tail, Link& link) {
  if (tail.torn.empty()) return std::string();
  std::string stamp = format_utc_milliseconds(utc_now());
  std::erase_if(stamp, [](char c) { return c == '-' || c == ':' || c == '.'; });
  const std::string aside = path + ".torn-" + stamp + "-" + std::to_string(getpid());
  const File copy(aside, O_WRONLY | O_CREAT | O_EXCL, 0600);
  if (!copy || !write_all(copy.get(), tail.torn) || fsync(copy.get()) != 0) return failed(aside, "write");
  if (ftruncate(file.get(), static_cast<off_t>(tail.whole)) != 0) return failed(path, "write");
  return line_of(link, "pantau", "log.mend", "audit.log",
                 {{"bytes", tail.torn.size()},
                  {"file", json::string(std::filesystem::path(aside).filename().string())},
                  {"sha256", json::string(sha256_hex(tail.torn))}});
}

void sync_folder(const std::string& path) {
  const File folder(std::filesystem::path(path).parent_path().string(), O_RDONLY | O_DIRECTORY);
  if (folder) (void)fsync(folder.get());
}

// Why a line does not fit, in words; empty when it does. Moves `link` on.
std::string check_line(std::string_view line, std::uint64_t number, Link& link) {
  boost::system::error_code failure;
  const json::value value = json::parse(json::string_view(line.data(), line.size()), failure);
  if (failure || !value.is_object())
    return fmt::format("line {} is not a JSON object: it was damaged or written by something else", number);
  json::object entry = value.get_object();
  for (const char* key : {"action", "actor", "detail", "hash", "object", "prev", "seq", "ts"}) {
    if (!entry.contains(key)) return fmt::format("line {} has no \"{}\": the entry was changed", number, key);
  }
  if (entry.size() != 8) return fmt::format("line {} has a key too many: the entry was changed", number);
  if (!entry["hash"].is_string() || !entry["prev"].is_string() || !entry["seq"].is_int64()) {
    return fmt::format("line {}: hash, prev or seq has a wrong type: the entry was changed", number);
  }
  if (canonical_json(entry) != line)
    return fmt::format("line {} is not in canonical form: it was written again by something else", number);
  const std::string claimed(entry["hash"].get_string());
  const std::string previous(entry["prev"].get_string());
  const std::int64_t sequence = entry["seq"].get_int64();
  entry.erase("hash");
  if (digest_of(entry) != claimed) {
    return fmt::format("line {}: the content does not match its digest: the entry was changed after it was written",
                       number);
  }
  const auto due = static_cast<std::int64_t>(link.next);
  if (sequence > due) {
    return fmt::format(
        "line {} is entry {} where entry {} is due: {} missing before it", number, sequence, due,
        sequence - due == 1 ? std::string("one entry is") : fmt::format("{} entries are", sequence - due));
  }
  if (sequence < due) {
    return fmt::format("line {} is entry {} where entry {} is due: an entry was repeated, inserted or moved", number,
                       sequence, due);
  }
  if (previous != link.previous) {
    return fmt::format("line {} does not follow line {}: the entries before it were replaced", number, number - 1);
  }
  link.previous = claimed;
  ++link.next;
  return {};
}

}  // namespace

Result<AuditLog> AuditLog::open(const std::string& workspace) {
  AuditLog log;
  log.path_ = (std::filesystem::path(workspace) / "audit.log").string();
  const File file(log.path_, O_RDWR | O_CREAT | O_APPEND, 0600);
  if (!file) return failed(log.path_, "open");
  if (!lock(file, LOCK_EX)) return failed(log.path_, "lock");
  Result<Tail> tail = read_tail(file, log.path_);
  if (!tail) return tail.error();
  Result<Link> link = link_of(*tail, log.path_);
  if (!link) return link.error();
  Result<std::string> note = mend(file, log.path_, *tail, *link);
  if (!note) return note.error();
  if (!note->empty() && (!write_all(file.get(), *note) || fsync(file.get()) != 0)) return failed(log.path_, "write");
  if (tail->whole == 0) sync_folder(log.path_);
  return log;
}

Result<void> AuditLog::append(const std::string& actor, const std::string& action, const std::string& object,
                              json::object detail) {
  // Nothing is kept between calls: what another process appended meanwhile is read from the end of the file.
  const File file(path_, O_RDWR | O_CREAT | O_APPEND, 0600);
  if (!file) return failed(path_, "open");
  if (!lock(file, LOCK_EX)) return failed(path_, "lock");
  Result<Tail> tail = read_tail(file, path_);
  if (!tail) return tail.error();
  Result<Link> link = link_of(*tail, path_);
  if (!link) return link.error();
  Result<std::string> lines = mend(file, path_, *tail, *link);
  if (!lines) return lines.error();
  *lines += line_of(*link, actor, action, object, std::move(detail));
  if (!write_all(file.get(), *lines)) {
    const Error error = failed(path_, "write");
    // A full disk may have taken half a line; without it the log stays whole.
    (void)!ftruncate(file.get(), static_cast<off_t>(tail->whole));
    return error;
  }
  if (fdatasync(file.get()) != 0) return failed(path_, "write");
  if (tail->whole == 0) sync_folder(path_);
  return {};
}

Result<AuditLog::Check> AuditLog::verify(const std::string& workspace,
                                         const std::function<void(const json::object&)>& each) {
  const std::string path = (std::filesystem::path(workspace) / "audit.log").string();
  Check check;
  check.head = kFirstPrevious;
  const File file(path, O_RDONLY);
  if (!file) {
    if (errno != ENOENT) return failed(path, "open");
    check.problem = "there is no audit.log in " + workspace + ": it was removed, or nothing was ever recorded here";
    return check;
  }
  if (!lock(file, LOCK_SH)) return failed(path, "lock");
  Link link;
  std::string pending;
  std::uint64_t offset = 0, number = 0;
  const auto complain = [&check](std::string problem, std::uint64_t at) {
    if (!check.problem.empty()) return;  // the first one says it; what follows hangs on it
    check.problem = std::move(problem);
    check.problem_offset = at;
  };
  while (true) {
    std::string block;
    if (!read_at(file.get(), offset, block, std::size_t{1} << 20)) return failed(path, "read");
    if (block.empty()) break;
    offset += block.size();
    pending += block;
    std::size_t begin = 0;
    for (std::size_t end = pending.find('\n'); end != std::string::npos; end = pending.find('\n', begin)) {
      const std::string_view line = std::string_view(pending).substr(begin, end - begin);
      ++number;
      if (check.problem.empty()) {
        complain(check_line(line, number, link), offset - pending.size() + begin);
        if (check.problem.empty()) {
          check.entries = link.next;
          check.head = link.previous;
        }
      }
      if (each) {
        boost::system::error_code failure;
        const json::value value = json::parse(json::string_view(line.data(), line.size()), failure);
        if (!failure && value.is_object()) each(value.get_object());
      } else if (!check.problem.empty()) {
        return check;
      }
      begin = end + 1;
    }
    pending.erase(0, begin);
    if (pending.size() > kLineLimit) {
      complain(fmt::format("line {} is longer than 64 MiB: the log is damaged", number + 1), offset - pending.size());
      return check;
    }
  }
  if (!pending.empty()) {
    complain(
        fmt::format(
            "line {} is torn: {} bytes without a line end, as a kill leaves them; the next append moves them aside",
            number + 1, pending.size()),
        offset - pending.size());
  }
  check.intact = check.problem.empty();
  return check;
}

}  // namespace pantau::cases
